package publish

import (
	"encoding/xml"
	"time"

	"github.com/gorilla/feeds"
)

const (
	atomType = "application/atom+xml"
	rssType  = "application/rss+xml"
	// historySpace is the namespace of RFC 5005.
	historySpace = "http://purl.org/syndication/history/1.0"
)

// atomFeed is gorilla's feed with what its mapping cannot say: several links,
// a language, categories as attributes.
type atomFeed struct {
	feeds.AtomFeed
	Language  string           `xml:"xml:lang,attr,omitempty"`
	History   string           `xml:"xmlns:fh,attr,omitempty"`
	Archive   *struct{}        `xml:"fh:archive"`
	Generator string           `xml:"generator"`
	Links     []feeds.AtomLink `xml:"link"`
	Entries   []atomEntry      `xml:"entry"`
}

type atomEntry struct {
	feeds.AtomEntry
	Categories []atomCategory `xml:"category"`
}

type atomCategory struct {
	XMLName xml.Name `xml:"category"`
	Term    string   `xml:"term,attr"`
}

// Atom writes a feed as Atom 1.0 (RFC 4287). Older entries that would take it
// over 500 KB are left out.
func (s Site) Atom(f Feed) ([]byte, error) {
	entries, err := f.entries(s)
	if err != nil {
		return nil, err
	}
	return fit(entries, func(kept []entry) ([]byte, error) {
		return encodeXML(s.atomFeed(f, kept))
	})
}

func (s Site) atomFeed(f Feed, entries []entry) atomFeed {
	doc := atomFeed{
		AtomFeed: feeds.AtomFeed{
			Xmlns:    "http://www.w3.org/2005/Atom",
			Title:    f.Title,
			Subtitle: f.Subtitle,
			Id:       f.id(s),
			Updated:  f.updated(s).Format(time.RFC3339),
			Author:   &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: s.Title, Uri: s.URL("/")}},
		},
		Language:  s.Language,
		Generator: "storywire",
		Links: []feeds.AtomLink{
			{Href: f.self(s, "feed.atom"), Rel: "self", Type: atomType},
			{Href: f.page(s), Rel: "alternate", Type: "text/html"},
		},
	}
	if before := f.before(s, entries, "feed.atom"); before != "" {
		doc.Links = append(doc.Links, feeds.AtomLink{Href: before, Rel: "prev-archive", Type: atomType})
	}
	if f.Archive > 0 {
		doc.History, doc.Archive = historySpace, &struct{}{}
		doc.Links = append(doc.Links, feeds.AtomLink{Href: s.URL(f.Path + "/feed.atom"), Rel: "current", Type: atomType})
	} else if s.Hub != "" && f.Query == "" {
		doc.Links = append(doc.Links, feeds.AtomLink{Href: s.Hub, Rel: "hub"})
	}
	for _, e := range entries {
		doc.Entries = append(doc.Entries, newAtomEntry(e))
	}
	return doc
}

func newAtomEntry(e entry) atomEntry {
	date := e.Date.Format(time.RFC3339)
	out := atomEntry{AtomEntry: feeds.AtomEntry{
		Title:     e.Title,
		Id:        e.ID,
		Published: e.Born.Format(time.RFC3339),
		Updated:   date,
		Links:     []feeds.AtomLink{{Href: e.URL, Rel: "alternate", Type: "text/html"}},
		Content:   &feeds.AtomContent{Type: "html", Content: e.Content},
	}}
	if e.Lead != "" {
		out.Summary = &feeds.AtomSummary{Type: "html", Content: e.Lead}
	}
	for _, c := range e.Categories {
		out.Categories = append(out.Categories, atomCategory{Term: c})
	}
	return out
}
