package publish

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html/template"
	"sort"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// maxFeed is the most bytes a feed document takes. Readers fetch it often and
// some refuse more.
const maxFeed = 500_000

// maxEntry is the most bytes of an entry, so that ArchiveSize of them stay under
// maxFeed.
const maxEntry = 44_000

// Feed is what a feed document is made of: one entry for each revision.
type Feed struct {
	Path      string // below the base address: "/s/ID", "/c/NAME", "" for all stories
	Query     string // of the feed's address: "?mode=living"
	Living    bool   // one entry a story, that changes, for readers that show changes
	Kept      bool   // older entries are in archives
	Archive   int    // number of the archive this is, 0 for the feed itself
	Title     string
	Subtitle  string
	Revisions []news.StoredRevision // newest first
}

// StoryFeed is the feed of one story.
func StoryFeed(story news.Story, revisions []news.StoredRevision) Feed {
	return Feed{
		Path:      StoryPath(story.ID),
		Title:     Title(story.Title),
		Subtitle:  "What is new in this story, with its sources and timeline",
		Revisions: revisions,
	}
}

// CategoryFeed is the feed of all stories with a category.
func CategoryFeed(site Site, category string, revisions []news.StoredRevision) Feed {
	category = clean(category, maxTitle)
	return Feed{
		Path:      CategoryPath(category),
		Title:     site.Title + ": " + category,
		Subtitle:  "What is new in every story filed under " + category,
		Revisions: revisions,
	}
}

// SiteFeed is the feed of all stories.
func SiteFeed(site Site, revisions []news.StoredRevision) Feed {
	return Feed{Title: site.Title, Subtitle: "What is new in every story", Revisions: revisions}
}

// Updated is the time of the newest entry, zero without one.
func (f Feed) Updated() time.Time {
	var newest time.Time
	for _, r := range f.Revisions {
		if r.Revision.Revision.Created.After(newest) {
			newest = r.Revision.Revision.Created
		}
	}
	return newest
}

// page is the address of the page that shows what the feed carries.
func (f Feed) page(site Site) string {
	if strings.HasPrefix(f.Path, "/s/") {
		return site.URL(f.Path)
	}
	return site.URL(f.Path + "/")
}

// self is the feed's own address in a format.
func (f Feed) self(site Site, name string) string {
	if f.Archive > 0 {
		return f.archive(site, f.Archive, name)
	}
	return site.URL(f.Path + "/" + name + f.Query)
}

// id is the feed's permanent id. An archive has that of its feed (RFC 5005).
func (f Feed) id(site Site) string {
	if f.Query == "" {
		return site.FeedID(f.Path)
	}
	return site.FeedID(f.Path + "/feed" + f.Query)
}

// updated is the feed's own date: that of its newest entry, and of the site
// itself before there is one.
func (f Feed) updated(site Site) time.Time {
	if t := f.Updated(); !t.IsZero() {
		return t.UTC().Truncate(time.Second)
	}
	return site.founded()
}

// entry is a revision as each feed format writes it.
type entry struct {
	ID, URL, Title string
	Date           time.Time // of the revision
	Born           time.Time // equal to Date but for an entry that changes
	Place          int64     // among the revisions of the story or of all
	Lead           string    // what is new, as HTML
	Content        string    // the whole, as HTML
	Categories     []string
}

func newEntry(site Site, stored news.StoredRevision) (entry, error) {
	rev := cleaned(stored.Revision)
	id, number := rev.Story.ID, rev.Revision.Number
	v := newView(rev, false)
	v.Page = site.RevisionURL(id, number)
	lead, err := body(v, "lead")
	if err != nil {
		return entry{}, err
	}
	var content template.HTML
	// What is too long for a feed is on the page.
	for _, part := range []string{"body", "short", "shorter"} {
		if content, err = body(v, part); err != nil {
			return entry{}, err
		}
		if weight(string(content))+weight(string(lead)) <= maxEntry {
			break
		}
	}
	e := entry{
		ID:      site.EntryID(id, number),
		URL:     site.RevisionURL(id, number),
		Title:   rev.Story.Title + ": " + rev.Revision.Label,
		Date:    rev.Revision.Created.UTC().Truncate(time.Second),
		Place:   stored.Seq,
		Lead:    string(lead),
		Content: string(content),
	}
	e.Born = e.Date
	for _, c := range stored.Categories {
		if c = clean(c, maxTitle); c != "" {
			e.Categories = append(e.Categories, c)
		}
	}
	return e, nil
}

// entries renders the revisions of a feed.
func (f Feed) entries(site Site) ([]entry, error) {
	out := make([]entry, 0, len(f.Revisions))
	for _, r := range f.Revisions {
		e, err := newEntry(site, r)
		if err != nil {
			return nil, fmt.Errorf("revision %d of story %s: %w", r.Revision.Revision.Number, r.Revision.Story.ID, err)
		}
		if strings.HasPrefix(f.Path, "/s/") {
			e.Place = int64(r.Revision.Revision.Number)
		}
		if f.Living {
			e.ID, e.URL = site.FeedID(StoryPath(r.Revision.Story.ID)+"/living"), site.StoryURL(r.Revision.Story.ID)
			e.Born = r.Revision.Story.FirstSeen.UTC().Truncate(time.Second)
		}
		out = append(out, e)
	}
	return out, nil
}

// weight is how many bytes HTML takes once it is escaped into XML.
func weight(html string) int {
	n := len(html)
	for _, r := range html {
		switch r {
		case '<', '>':
			n += 3
		case '&', '"', '\'', '\n':
			n += 4
		}
	}
	return n
}

// fit encodes as many of the first entries as stay under the limit of a feed,
// one at least.
func fit(entries []entry, encode func([]entry) ([]byte, error)) ([]byte, error) {
	doc, err := encode(entries)
	if err != nil || len(doc) <= maxFeed || len(entries) < 2 {
		return doc, err
	}
	over := sort.Search(len(entries), func(n int) bool {
		var shorter []byte
		if shorter, err = encode(entries[:n+1]); err != nil {
			return true
		}
		return len(shorter) > maxFeed
	})
	if err != nil {
		return nil, err
	}
	return encode(entries[:max(over, 1)])
}

// encodeXML writes an XML document.
func encodeXML(v any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	enc := xml.NewEncoder(&b)
	enc.Indent("", "  ")
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
