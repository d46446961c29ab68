package news

import "time"

// Article is one entry as last seen. It is unique by feed and GUID; the same
// article seen through several feeds is one.
type Article struct {
	ID         int64
	GUID       string // in the feed it was first seen in
	Outlet     string // its publisher
	Title      string
	URL        string
	Author     string
	Language   string    // ISO 639-1, "" if unknown
	Published  time.Time // never after Seen
	Seen       time.Time // when it was first stored
	Text       string    // plain, a paragraph a line
	FullText   bool      // Text is the page's text, not the feed's
	Categories []string  // of the feed it was first seen in
	Quiet      bool      // came with the first import of its feed
	CopyOf     int64     // the article this one repeats, 0 if none
}

// Basis is the word a source line carries for what was read of the article.
func (a Article) Basis() string {
	if a.FullText {
		return "full text"
	}
	return "feed"
}
