package publish

import (
	"encoding/xml"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

type opml struct {
	XMLName  xml.Name  `xml:"opml"`
	Version  string    `xml:"version,attr"`
	Title    string    `xml:"head>title"`
	Modified string    `xml:"head>dateModified,omitempty"`
	Docs     string    `xml:"head>docs"`
	Outlines []outline `xml:"body>outline"`
}

type outline struct {
	Type     string `xml:"type,attr"`
	Text     string `xml:"text,attr"`
	Title    string `xml:"title,attr"`
	XMLURL   string `xml:"xmlUrl,attr"`
	HTMLURL  string `xml:"htmlUrl,attr"`
	Category string `xml:"category,attr,omitempty"`
}

// OPML writes the feeds of stories as an OPML 2.0 subscription list.
func (s Site) OPML(stories []news.Story) ([]byte, error) {
	doc := opml{Version: "2.0", Title: s.Title + ": stories", Docs: "http://opml.org/spec2.opml"}
	var newest time.Time
	for _, story := range stories {
		if story.Updated.After(newest) {
			newest = story.Updated
		}
		title := Title(story.Title)
		doc.Outlines = append(doc.Outlines, outline{
			Type:     "rss",
			Text:     title,
			Title:    title,
			XMLURL:   s.StoryURL(story.ID) + "/feed.atom",
			HTMLURL:  s.StoryURL(story.ID),
			Category: clean(strings.Join(story.Categories, ","), maxTitle),
		})
	}
	if !newest.IsZero() {
		doc.Modified = newest.UTC().Format(rssDate)
	}
	return encodeXML(doc)
}
