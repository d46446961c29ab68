package news

import (
	"fmt"
	"time"
)

// Revision is a numbered, immutable state of a story. Its JSON is the public
// document of API, webhook and digest (schema 1).
type Revision struct {
	Schema   int          `json:"schema"`
	Story    StoryHead    `json:"story"`
	Revision RevisionHead `json:"revision"`
	WhatsNew []Statement  `json:"whats_new"`
	Sections []Section    `json:"sections"`
	Sources  []Source     `json:"sources"`
	Timeline []Event      `json:"timeline"`
}

// StoryHead is the story as it was when the revision was written.
type StoryHead struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	URL       string    `json:"url"` // filled in when rendered, not stored
	Status    Status    `json:"status"`
	Followed  bool      `json:"followed"`
	FirstSeen time.Time `json:"first_seen"`
	Updated   time.Time `json:"updated"`
}

// RevisionHead says which revision this is and what it rests on.
type RevisionHead struct {
	Number   int       `json:"number"` // from 1, without gaps
	Created  time.Time `json:"created"`
	Label    string    `json:"label"`    // "Updated (12 articles)"
	Articles int       `json:"articles"` // all, copies included
	Outlets  int       `json:"outlets"`
	Copies   int       `json:"copies"`
	Method   string    `json:"method"` // who wrote it: "extractive", "llm: MODEL", or "extractive: " and why the model did not
	Reason   string    `json:"reason"` // why it was made, from the gate
}

// Label is the line a revision of n articles carries.
func Label(n int) string {
	if n == 1 {
		return "Updated (1 article)"
	}
	return fmt.Sprintf("Updated (%d articles)", n)
}

// Statement is a sentence with the numbers of the sources that carry it.
type Statement struct {
	Text  string `json:"text"`
	Cites []int  `json:"cites"`
}

// Section is a headed part of the summary.
type Section struct {
	Heading   string      `json:"heading"`
	Sentences []Statement `json:"sentences"`
}

// Source is a numbered article. The number is the article's for the life of
// the story.
type Source struct {
	N           int       `json:"n"`
	Outlet      string    `json:"outlet"`
	Title       string    `json:"title"`
	URL         string    `json:"url"`
	Published   time.Time `json:"published"`
	Description string    `json:"description"` // one sentence
	Basis       string    `json:"basis"`       // "feed" or "full text"
	CopyOf      *int      `json:"copy_of"`     // the number of the source it repeats
	Article     int64     `json:"-"`
}

// Precision is how exactly a date is known.
type Precision string

// The precisions of a date, finest first.
const (
	Day   Precision = "day"
	Month Precision = "month"
	Part  Precision = "part" // a part of a year: "Early 2025", "Spring 2025"
	Year  Precision = "year"
)

// Last is the last day of a date known so exactly, by its first. A part of a year
// is taken for a third of it.
func (p Precision) Last(first time.Time) time.Time {
	switch p {
	case Month:
		return first.AddDate(0, 1, -1)
	case Part:
		return first.AddDate(0, 4, -1)
	case Year:
		return first.AddDate(1, 0, -1)
	}
	return first
}

// Kind keeps apart what happened and what was announced.
type Kind string

// The kinds of an event.
const (
	Occurred  Kind = "occurred"
	Scheduled Kind = "scheduled"
)

// Event is one dated timeline line.
type Event struct {
	Date      string    `json:"date"` // 2006-01-02, the first day of what is known
	Precision Precision `json:"precision"`
	Label     string    `json:"label"` // "Dec 4, 2025", "Early 2025"
	Kind      Kind      `json:"kind"`
	Text      string    `json:"text"`
	Cites     []int     `json:"cites"`
}

// StoryState is all a revision is written from.
type StoryState struct {
	Story    Story
	Articles []Article     // every member, oldest first
	Numbers  map[int64]int // source numbers given so far, by article
	Previous *Revision     // nil before the first
	// Read holds the articles the previous revision used; the others are new.
	Read map[int64]bool
}

// Draft is a revision ready to be stored.
type Draft struct {
	Revision Revision
	Version  int64 // of the story when it was read
	Quiet    bool  // rests on first imports only: wakes no subscriber
}

// StoredRevision is a stored revision as feeds and pages list it.
type StoredRevision struct {
	Revision   Revision
	Quiet      bool
	Seq        int64 // its place among all that were published, from 1 without gaps; 0 for a quiet one
	Categories []string
}

// TokenBudget is how many tokens a language model may be given and give, in all
// and for each story. Zero is no bound.
type TokenBudget struct {
	Minute int
	Day    int // the last 24 hours
	Story  int // the same, for one story
}

// ModelCall is a question to a language model that is about to be asked.
type ModelCall struct {
	Sum    []byte // of the question
	Story  string
	At     time.Time
	Tokens int // the most it may cost
	Budget TokenBudget
}
