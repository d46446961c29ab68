package news

import "time"

// FeedState tells whether a feed is polled.
type FeedState string

// The states of a feed.
const (
	FeedActive  FeedState = "active"  // polled
	FeedGone    FeedState = "gone"    // its server said 410; never polled again by itself
	FeedRemoved FeedState = "removed" // taken out by a person or dropped from the OPML file; its articles stay
)

// Feed is a document we poll, and what we remember of polling it.
type Feed struct {
	ID         int64
	URL        string // as it was subscribed to: its name, wherever it is fetched from
	Title      string // as the person or the document named it
	SiteURL    string
	Language   string   // BCP 47 as the document says it, "" if unknown
	Categories []string // slugs, from OPML folders
	Origin     string   // "opml" or "person": who may take it out again
	State      FeedState

	Manners
	NextFetch   time.Time
	LastFetch   time.Time // zero: never
	LastSuccess time.Time // zero: never
	LastError   string    // "" after a success
	Imported    bool      // the first import, the quiet one, is done
	Articles    int       // entries held
	Followed    bool      // it lately brought an article of a followed story that is developing
	FullText    bool      // the pages of its articles are read
	PushedUntil time.Time // until then a hub is trusted to bring what is new; zero: none is
	PushError   string    // why its hub does not; "" if it does, or has none
}

// Manners is what is kept of a feed from one fetch to the next, so that the
// next asks no more and no sooner than it must.
type Manners struct {
	ETag         string // verbatim, quotes included
	LastModified string // verbatim
	From         string // the address that ETag and LastModified are of
	Digest       []byte // of the last document, "" if it was not read to its end

	Fresh     time.Duration // how long the last document stays fresh, says its server (RFC 9111)
	Ask       time.Duration // how long the last document asks to be left alone
	SkipHours uint32        // hours of the day, GMT, it asks not to be fetched in; bit 0 is midnight's
	SkipDays  uint8         // days of the week, GMT; bit 0 is Sunday
	Slow      time.Duration // the least interval, learnt from a 429; it wears off

	Moved      string // where its server said, for good, that it is now; "" if it is at URL
	Moving     string // where it says so, but not often enough yet to be believed
	MovingSeen int    // polls in a row that led there
	Offered    string // a feed its site offers where this one is no more; nobody takes it but a person

	Published []time.Time // when its newest articles were, to the minute, newest first; at most 100
	Weekly    float64     // articles a week, of late
	Failures  int         // in a row
	Why       string      // why the next fetch is when it is, in a few words
}

// Address is where the feed is fetched from.
func (f Feed) Address() string {
	if f.Moved != "" {
		return f.Moved
	}
	return f.URL
}

// Subscription is a feed as a person or an OPML file asks for it.
type Subscription struct {
	URL        string
	Title      string
	SiteURL    string
	Categories []string
	FullText   *bool `json:",omitempty"` // read the pages of its articles; nil: nothing is said of it
}

// Entry is one item of a feed document, ready to be stored.
type Entry struct {
	GUID string // never empty: the document's, or a stable stand-in
	// Key is the address without fragment and tracking parameters, by which
	// the same article is known in another feed. It is empty where the address
	// does not single out the entry.
	Key       string
	URL       string
	Title     string // plain text
	Outlet    string
	Author    string
	Language  string // ISO 639-1, "" if unknown
	Published time.Time
	Updated   time.Time // zero if the document does not say
	Text      string    // plain, a paragraph a line
	Tags      []string  // the entry's own categories
	Page      bool      `json:",omitempty"` // the text is a part only; if the article is new, the whole is to be read from its page
}

// Fetch is the outcome of polling one feed once. It is recorded in one
// transaction: entries, validators and the time of the next fetch.
type Fetch struct {
	Feed        Feed
	At          time.Time
	Next        time.Time
	NotModified bool
	Entries     []Entry // nil after a failure or a 304
	Title       string  // of the document
	SiteURL     string
	Language    string

	Manners           // as they are now
	State   FeedState // active, or gone after a 410
	Err     string    // why the fetch failed; "" after a success

	Hub   string // the WebSub hub the document offers, "" for none or where we take none up
	Topic string // what the feed is called there
}

// FetchCount tells what a recorded fetch changed.
type FetchCount struct {
	New    int // articles not seen before, in any feed
	Known  int // entries already held, or held through another feed
	Edited int // articles whose title or text changed
}

// Page is the page of an article, whose text the feed gives in part only.
type Page struct {
	Article  Article // as the feed tells it
	Due      time.Time
	Attempts int
}

// PageRead is the outcome of reading a page.
type PageRead struct {
	Article int64
	Text    string    // the whole text; "" after a failure
	Err     string    // why there is none
	Retry   time.Time // zero after a failure: it is not tried again
}
