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
	URL        string
	Moved      string // where its server said, for good, that it is now; "" if it is at URL
	Title      string // as the person or the document named it
	SiteURL    string
	Language   string   // BCP 47 as the document says it, "" if unknown
	Categories []string // slugs, from OPML folders
	Origin     string   // "opml" or "person": who may take it out again
	State      FeedState

	ETag         string // verbatim, quotes included
	LastModified string // verbatim
	NextFetch    time.Time
	LastFetch    time.Time // zero: never
	LastSuccess  time.Time // zero: never
	Failures     int       // in a row
	LastError    string    // "" after a success
	Imported     bool      // the first import, the quiet one, is done
	Articles     int       // entries held
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
	HTML      string    // sanitised
	Text      string    // HTML as plain text, a paragraph a line
	Tags      []string  // the entry's own categories
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

	ETag         string
	LastModified string
	Moved        string    // where the feed is to be fetched from now; "" for its own address
	State        FeedState // active, or gone after a 410
	Err          string    // why the fetch failed; "" after a success
}

// FetchCount tells what a recorded fetch changed.
type FetchCount struct {
	New    int // articles not seen before, in any feed
	Known  int // entries already held, or held through another feed
	Edited int // articles whose title or text changed
}
