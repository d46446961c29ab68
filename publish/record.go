package publish

import (
	"math"
	"net/url"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// StoryRecord is a story as the API and "story list --json" write it.
type StoryRecord struct {
	news.StoryHead
	Discovered bool        `json:"discovered"`
	Categories []string    `json:"categories"`
	Articles   int         `json:"articles"`
	Outlets    int         `json:"outlets"`
	Revision   int         `json:"revision"` // number of the latest, 0 before the first
	MergedInto string      `json:"merged_into,omitempty"`
	Query      *news.Query `json:"query,omitempty"`
	Pace       Pace        `json:"pace"`
	Feeds      FeedLinks   `json:"feeds"`
}

// Pace is how long a story waits before it is revised, in words such as "90s" or
// "6h"; "" for as configured.
type Pace struct {
	Settle      string `json:"settle"`
	MinInterval string `json:"min_interval"`
}

// PaceOf returns the pace of a story.
func PaceOf(story news.Story) Pace {
	return Pace{length(story.Pace.Settle), length(story.Pace.MinInterval)}
}

func length(d *time.Duration) string {
	if d == nil {
		return ""
	}
	s := d.String()
	for _, none := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(s, none) {
			s = s[:len(s)-2]
		}
	}
	return s
}

// FeedLinks are the addresses of one feed in its three formats.
type FeedLinks struct {
	Atom string `json:"atom"`
	RSS  string `json:"rss"`
	JSON string `json:"json"`
}

// Story returns the record of a story.
func (s Site) Story(story news.Story) StoryRecord {
	url := s.StoryURL(story.ID)
	return StoryRecord{
		StoryHead: news.StoryHead{
			ID: story.ID, Title: story.Title, URL: url, Status: story.Status,
			Followed: story.Followed, FirstSeen: story.FirstSeen, Updated: story.Updated,
		},
		Discovered: story.Discovered,
		Categories: list(story.Categories),
		Articles:   story.Articles,
		Outlets:    story.Outlets,
		Revision:   story.Revision,
		MergedInto: story.MergedInto,
		Query:      story.Query,
		Pace:       PaceOf(story),
		Feeds:      FeedLinks{Atom: url + "/feed.atom", RSS: url + "/feed.rss", JSON: url + "/feed.json"},
	}
}

// RevisionRecord is a revision in a list of them: its head, its address and
// what was new.
type RevisionRecord struct {
	news.RevisionHead
	URL      string           `json:"url"`
	Quiet    bool             `json:"quiet"` // rests on first imports only
	WhatsNew []news.Statement `json:"whats_new"`
}

// Revision returns the record of a stored revision.
func (s Site) Revision(stored news.StoredRevision) RevisionRecord {
	rev := stored.Revision
	return RevisionRecord{
		RevisionHead: rev.Revision,
		URL:          s.RevisionURL(rev.Story.ID, rev.Revision.Number),
		Quiet:        stored.Quiet,
		WhatsNew:     list(rev.WhatsNew),
	}
}

// ArticleRecord is an article of a story and why it is there.
type ArticleRecord struct {
	ID        int64     `json:"id"`
	Outlet    string    `json:"outlet"`
	Title     string    `json:"title"`
	URL       string    `json:"url"`
	Language  string    `json:"language,omitempty"`
	Published time.Time `json:"published"`
	Seen      time.Time `json:"seen"`
	Basis     string    `json:"basis"`
	CopyOf    *int64    `json:"copy_of"` // the article it repeats
	Score     float64   `json:"score"`
	Reason    string    `json:"reason"`
	Since     time.Time `json:"since"` // when it was taken in
	ByPerson  bool      `json:"by_person"`
}

// Article returns the record of an article in a story.
func Article(a news.Article, m news.Membership) ArticleRecord {
	r := ArticleRecord{
		ID: a.ID, Outlet: a.Outlet, Title: a.Title, URL: a.URL, Language: a.Language,
		Published: a.Published, Seen: a.Seen, Basis: a.Basis(),
		Score: m.Score, Reason: m.Reason, Since: m.At, ByPerson: m.ByPerson,
	}
	if a.CopyOf != 0 {
		r.CopyOf = &a.CopyOf
	}
	return r
}

// FeedRecord is a polled feed and its health.
type FeedRecord struct {
	ID          int64          `json:"id"`
	URL         string         `json:"url"` // without a password it may hold
	Title       string         `json:"title"`
	SiteURL     string         `json:"site_url"`
	Language    string         `json:"language,omitempty"`
	Categories  []string       `json:"categories"`
	State       news.FeedState `json:"state"`
	Articles    int            `json:"articles"`
	LastFetch   *time.Time     `json:"last_fetch"`   // null: never
	LastSuccess *time.Time     `json:"last_success"` // null: never
	NextFetch   *time.Time     `json:"next_fetch"`   // null: not planned
	NextReason  string         `json:"next_reason"`  // why then
	Weekly      float64        `json:"articles_a_week"`
	Failures    int            `json:"failures"` // in a row
	LastError   string         `json:"last_error,omitempty"`
	Advice      string         `json:"advice,omitempty"`  // what a person can do
	Moved       string         `json:"moved,omitempty"`   // where it is fetched from, if not at url
	Offered     string         `json:"offered,omitempty"` // a feed its site offers instead
	FullText    bool           `json:"full_text"`         // the pages of its articles are read
	PushedUntil *time.Time     `json:"pushed_until"`      // a hub brings what is new till then; null: none does
	PushError   string         `json:"push_error,omitempty"`
}

// PolledFeed returns the record of a feed.
func PolledFeed(f news.Feed) FeedRecord {
	return FeedRecord{
		ID: f.ID, URL: withoutPassword(f.URL), Title: f.Title, SiteURL: f.SiteURL,
		Language: f.Language, Categories: list(f.Categories), State: f.State, Articles: f.Articles,
		LastFetch: moment(f.LastFetch), LastSuccess: moment(f.LastSuccess), NextFetch: moment(f.NextFetch),
		NextReason: f.Why, Weekly: math.Round(f.Weekly*10) / 10,
		Failures: f.Failures, LastError: f.LastError, Advice: HealthOf(f, time.Now()).Advice,
		Moved: withoutPassword(f.Moved), Offered: withoutPassword(f.Offered),
		FullText: f.FullText, PushedUntil: moment(f.PushedUntil), PushError: f.PushError,
	}
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func withoutPassword(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	u.User = nil
	return u.String()
}

// EndpointRecord is a webhook receiver and its health. What lets one in is not
// in it.
type EndpointRecord struct {
	ID          int64       `json:"id"`
	Format      news.Format `json:"format"`
	URL         string      `json:"url"`              // "" for a program
	Target      string      `json:"target,omitempty"` // room, chat, recipients, or program
	PublicKey   string      `json:"public_key,omitempty"`
	Secret      string      `json:"secret,omitempty"` // only where it was just made
	Events      []string    `json:"events"`
	Stories     []string    `json:"stories"`    // empty: all
	Categories  []string    `json:"categories"` // empty: all
	Followed    bool        `json:"followed"`
	MinArticles int         `json:"min_articles,omitempty"`
	MinInterval string      `json:"min_interval,omitempty"`
	Digest      string      `json:"digest,omitempty"`
	Created     time.Time   `json:"created"`
	Disabled    string      `json:"disabled,omitempty"` // why it is off
	Failures    int         `json:"failures"`           // in a row
	Failing     *time.Time  `json:"failing_since"`      // null: it is well
}

// Endpoint returns the record of a webhook receiver.
func Endpoint(e news.Endpoint) EndpointRecord {
	r := EndpointRecord{
		ID: e.ID, Format: e.Format, URL: withoutPassword(e.URL), Target: e.Target,
		Events: list(e.Wants.Events), Stories: list(e.Wants.Stories), Categories: list(e.Wants.Categories), Followed: e.Wants.Followed,
		MinArticles: e.Wants.MinArticles, Digest: e.Wants.Digest, Created: e.Created.UTC().Truncate(time.Second),
		Disabled: e.Disabled, Failures: e.Failures, Failing: moment(e.Failing),
	}
	if e.Format.SecretURL() {
		r.URL = origin(e.URL)
	}
	if e.Wants.MinInterval > 0 {
		r.MinInterval = e.Wants.MinInterval.String()
	}
	return r
}

// Public takes out what only the owner should read: paths that may hold
// tokens, and what a program is told.
func (r EndpointRecord) Public() EndpointRecord {
	r.Target = ""
	if r.URL != "" {
		r.URL = origin(r.URL)
	}
	return r
}

// origin is an address without its path, which an ellipsis stands for.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host + "/…"
}

// DeliveryRecord is an event owed to an endpoint.
type DeliveryRecord struct {
	ID        string             `json:"id"`
	Endpoint  int64              `json:"endpoint"`
	Event     string             `json:"event"`
	Story     string             `json:"story,omitempty"`
	Revision  int                `json:"revision,omitempty"`
	Created   time.Time          `json:"created"`
	Due       time.Time          `json:"due"`
	Attempts  int                `json:"attempts"`
	State     news.DeliveryState `json:"state"`
	LastError string             `json:"last_error,omitempty"`
}

// Delivery returns the record of a delivery.
func Delivery(d news.Delivery) DeliveryRecord {
	return DeliveryRecord{ID: d.ID, Endpoint: d.Endpoint.ID, Event: d.Event, Story: d.Story, Revision: d.Revision,
		Created: d.Created, Due: d.Due, Attempts: d.Attempts, State: d.State, LastError: d.LastError}
}

// AttemptRecord is one try at a delivery.
type AttemptRecord struct {
	Number   int       `json:"number"`
	Started  time.Time `json:"started"`
	Took     *int64    `json:"took_ms"` // null: the outcome is not known
	Status   int       `json:"status,omitempty"`
	Error    string    `json:"error,omitempty"`
	Response string    `json:"response,omitempty"` // the first bytes
}

// Attempt returns the record of an attempt.
func Attempt(a news.Attempt) AttemptRecord {
	r := AttemptRecord{Number: a.Number, Started: a.Started, Status: a.Status, Error: a.Error, Response: a.Response}
	if !a.Finished.IsZero() {
		took := max(a.Finished.Sub(a.Started), 0).Milliseconds()
		r.Took = &took
	}
	return r
}

// DeliveryHistory is a delivery and all attempts at it, oldest first.
type DeliveryHistory struct {
	DeliveryRecord
	Tries []AttemptRecord `json:"tries"`
}

// NewDeliveryHistory returns the record of a delivery and its attempts.
func NewDeliveryHistory(d news.Delivery, attempts []news.Attempt) DeliveryHistory {
	h := DeliveryHistory{Delivery(d), []AttemptRecord{}}
	for _, a := range attempts {
		h.Tries = append(h.Tries, Attempt(a))
	}
	return h
}
