// Package news holds the words of storywire as types: feeds, articles,
// stories, revisions, deliveries. The steps speak to each other through
// storage, and storage and the steps speak in these. It depends on the
// standard library only and holds no behaviour beyond trivial methods.
package news

import (
	"slices"
	"time"
)

// Status is where a story is in its life.
type Status string

// The states of a story.
const (
	Developing Status = "developing"
	Quiet      Status = "quiet"   // silent for a while
	Ended      Status = "ended"   // silent for long; a late article reopens it
	Merged     Status = "merged"  // redirects to another story for ever
	Deleted    Status = "deleted" // a person took it away; tracking still knows its articles
)

// Story is articles about one affair.
type Story struct {
	ID         string
	Title      string
	Renamed    bool // the title is a person's and stays
	Status     Status
	Followed   bool   // a person asked for it
	Discovered bool   // two or more articles from two or more outlets
	Query      *Query // what a person asked for; nil for a discovered story
	MergedInto string // set when Status is Merged
	FirstSeen  time.Time
	Updated    time.Time // when its last article arrived
	Categories []string
	Articles   int
	Outlets    int
	Pinned     bool      // a person merged or split it: the tracker does not merge it
	Backfill   bool      // stored articles have still to be looked through
	Revision   int       // number of the latest, 0 if none yet
	Due        time.Time // when its next revision is to be written; zero: not due
	GateReason string    // why the last look at it gave no revision; "" if it gave one
	Version    int64     // grows with every change of membership
	Pace       Pace
}

// Pace is how long a story waits before it is revised; nil leaves that to the
// configuration.
type Pace struct {
	Settle      *time.Duration // for more articles, once one has come
	MinInterval *time.Duration // between two revisions
}

// Query is what a followed story was asked for with. Words and terms are as
// the person wrote them.
type Query struct {
	Words string   `json:"words"`
	All   []string `json:"all,omitempty"` // each must occur
	Any   []string `json:"any,omitempty"` // one of them must occur
	Not   []string `json:"not,omitempty"` // none may occur
	Seeds []int64  `json:"seeds,omitempty"`
}

// Equal reports whether both ask for the same, in the same words.
func (q Query) Equal(other Query) bool {
	return q.Words == other.Words && slices.Equal(q.All, other.All) && slices.Equal(q.Any, other.Any) &&
		slices.Equal(q.Not, other.Not) && slices.Equal(q.Seeds, other.Seeds)
}

// Membership is an article's place in a story, and why.
type Membership struct {
	Story    string    `json:"story"`
	Article  int64     `json:"article"`
	Score    float64   `json:"score"`
	Reason   string    `json:"reason"` // in words, for people
	At       time.Time `json:"at"`
	ByPerson bool      `json:"by_person,omitempty"` // never undone by the tracker
}

// Placement is what tracking decided about one article.
type Placement struct {
	Article  Article
	Home     Membership   // the one story of the stream it belongs to
	New      bool         // Home.Story is founded by this article
	CopyOf   int64        // the article it repeats, 0 if none
	Followed []Membership // in followed stories: its own, and of earlier articles it led to
	Merges   []Merge      // stories that this article proved to be one
}

// Merge joins story From into story Into.
type Merge struct {
	From, Into string
	Reason     string
}

// TrackedStory is a story with the articles tracking needs to go on from.
type TrackedStory struct {
	Story    Story
	Articles []Article // oldest publication first
	// Memberships holds the place of each of Articles, in the same order.
	Memberships []Membership
	Expelled    []int64 // articles a person said are not of this story
	Latest      int64   // highest id of its articles, also of those left out
}

// StoryFilter chooses stories for a list. Zero fields choose all that a reader
// may see: followed or discovered, not merged.
type StoryFilter struct {
	Status   Status
	Followed bool
	Apart    bool // leave out stories of the stream that followed ones tell whole
	Category string
	Search   string // words, looked for in the stories' articles
	Outlet   string
	Since    time.Time // updated at or after
	Limit    int       // 0: 100
	After    *Story    // the last of the page before: its Followed, Updated and ID
}

// RevisionFilter chooses stored revisions, newest first.
type RevisionFilter struct {
	Story    string // only this story's, the quiet ones included
	Category string // only stories with this category
	Followed bool
	Apart    bool // leave out stories of the stream that followed ones tell whole
	Limit    int  // 0: 50

	Before      int64 // only those before this number, in a story, or this place among all; 0: all
	MinArticles int   // only those that rest on so many articles
	Latest      bool  // only the latest of each story
}

// Catch is an article that a query would have caught, and why.
type Catch struct {
	Article Article
	Reason  string
}
