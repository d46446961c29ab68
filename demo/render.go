package demo

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

type rssDoc struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Content string     `xml:"xmlns:content,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Self        atomLink  `xml:"atom:link"`
	Description string    `xml:"description"`
	Language    string    `xml:"language"`
	Items       []rssItem `xml:"item"`
}

type rssItem struct {
	Title       string   `xml:"title"`
	Link        string   `xml:"link"`
	GUID        *rssGUID `xml:"guid"`
	PubDate     string   `xml:"pubDate"`
	Categories  []string `xml:"category"`
	Description string   `xml:"description"`
	Content     string   `xml:"content:encoded,omitempty"`
}

type rssGUID struct {
	IsPermaLink bool   `xml:"isPermaLink,attr"`
	ID          string `xml:",chardata"`
}

type atomDoc struct {
	XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Language string      `xml:"xml:lang,attr"`
	Title    string      `xml:"title"`
	Subtitle string      `xml:"subtitle"`
	ID       string      `xml:"id"`
	Links    []atomLink  `xml:"link"`
	Updated  string      `xml:"updated"`
	Author   string      `xml:"author>name"`
	Entries  []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	Title      string         `xml:"title"`
	ID         string         `xml:"id,omitempty"`
	Link       atomLink       `xml:"link"`
	Published  string         `xml:"published"`
	Updated    string         `xml:"updated"`
	Author     *atomAuthor    `xml:"author"`
	Categories []atomCategory `xml:"category"`
	Content    atomContent    `xml:"content"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomContent struct {
	Type string `xml:"type,attr"`
	Body string `xml:",chardata"`
}

// view is a feed at one moment.
type view struct {
	feed    feed
	entries []entry // newest first
	changed time.Time
	elapsed time.Duration
	base    string // the server's address
}

// render writes the feed in its format.
func (v view) render() ([]byte, error) {
	var doc any = v.rss()
	if v.feed.format == "atom" {
		doc = v.atom()
	}
	body, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("render %s: %w", v.feed.path(), err)
	}
	return append([]byte(xml.Header), body...), nil
}

func (v view) rss() rssDoc {
	o := outlets[v.feed.outlet]
	zone := time.FixedZone("", o.zone)
	c := rssChannel{
		Title: v.feed.title(), Link: v.base + "/" + v.feed.outlet + "/", Description: o.about, Language: o.lang,
		Self: atomLink{Rel: "self", Type: "application/rss+xml", Href: v.base + v.feed.path()},
	}
	for _, e := range v.entries {
		item := rssItem{
			Title: e.Title, Link: v.base + e.Path, PubDate: e.Published.In(zone).Format(time.RFC1123Z),
			Categories: e.Tags, Description: e.HTML,
		}
		if e.guid != noGUID {
			item.GUID = &rssGUID{ID: e.id(v.feed.name, v.elapsed)}
		}
		if v.feed.outlet == "gazette" { // the usual pair of teaser and whole text
			lead, _, _ := strings.Cut(e.Text, "\n")
			item.Description, item.Content = lead, e.HTML
		}
		c.Items = append(c.Items, item)
	}
	return rssDoc{
		Version: "2.0", Content: "http://purl.org/rss/1.0/modules/content/",
		Atom: "http://www.w3.org/2005/Atom", Channel: c,
	}
}

func (v view) atom() atomDoc {
	o := outlets[v.feed.outlet]
	zone := time.FixedZone("", o.zone)
	d := atomDoc{
		Language: o.lang, Title: v.feed.title(), Subtitle: o.about, Author: o.name,
		ID:      fmt.Sprintf("tag:%s.example,2026:%s", v.feed.outlet, v.feed.name),
		Updated: v.changed.In(zone).Format(time.RFC3339),
		Links: []atomLink{
			{Rel: "self", Type: "application/atom+xml", Href: v.base + v.feed.path()},
			{Rel: "alternate", Type: "text/html", Href: v.base + "/" + v.feed.outlet + "/"},
		},
	}
	for _, e := range v.entries {
		a := atomEntry{
			Title: e.Title, Link: atomLink{Rel: "alternate", Type: "text/html", Href: v.base + e.Path},
			Published: e.Published.In(zone).Format(time.RFC3339), Updated: e.updated.In(zone).Format(time.RFC3339),
			Content: atomContent{Type: "html", Body: e.HTML},
		}
		if e.guid != noGUID {
			a.ID = e.id(v.feed.name, v.elapsed)
		}
		if e.Author != "" {
			a.Author = &atomAuthor{e.Author}
		}
		for _, t := range e.Tags {
			a.Categories = append(a.Categories, atomCategory{t})
		}
		d.Entries = append(d.Entries, a)
	}
	return d
}
