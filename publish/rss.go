package publish

import (
	"encoding/xml"

	"github.com/gorilla/feeds"
)

// rssDate is the date of RFC 822 with four digits for the year, as the RSS
// Advisory Board asks for it.
const rssDate = "Mon, 02 Jan 2006 15:04:05 GMT"

// rssDocument is gorilla's feed with what its mapping cannot say: the
// namespaces of Atom and Dublin Core, links to itself and a hub.
type rssDocument struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Content string     `xml:"xmlns:content,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	History string     `xml:"xmlns:fh,attr,omitempty"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	feeds.RssFeed
	Archive *struct{} `xml:"fh:archive"`
	Links   []rssLink `xml:"atom:link"`
	Items   []rssItem `xml:"item"`
}

type rssLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
}

type rssItem struct {
	feeds.RssItem
	Creator    string   `xml:"dc:creator"`
	Categories []string `xml:"category"`
}

// RSS writes a feed as RSS 2.0 with full content. Older entries that would
// take it over 500 KB are left out.
func (s Site) RSS(f Feed) ([]byte, error) {
	entries, err := f.entries(s)
	if err != nil {
		return nil, err
	}
	return fit(entries, func(kept []entry) ([]byte, error) {
		return encodeXML(s.rssDocument(f, kept))
	})
}

func (s Site) rssDocument(f Feed, entries []entry) rssDocument {
	channel := rssChannel{
		RssFeed: feeds.RssFeed{
			Title:         f.Title,
			Link:          f.page(s),
			Description:   f.Subtitle,
			Language:      s.Language,
			LastBuildDate: f.updated(s).Format(rssDate),
			Generator:     "storywire",
			Docs:          "https://www.rssboard.org/rss-specification",
		},
		Links: []rssLink{{f.self(s, "feed.rss"), "self", rssType}},
	}
	if before := f.before(s, entries, "feed.rss"); before != "" {
		channel.Links = append(channel.Links, rssLink{before, "prev-archive", rssType})
	}
	history := ""
	if f.Archive > 0 {
		history, channel.Archive = historySpace, &struct{}{}
		channel.Links = append(channel.Links, rssLink{s.URL(f.Path + "/feed.rss"), "current", rssType})
	} else if s.Hub != "" && f.Query == "" {
		channel.Links = append(channel.Links, rssLink{Href: s.Hub, Rel: "hub"})
	}
	for _, e := range entries {
		channel.Items = append(channel.Items, s.rssItem(e))
	}
	return rssDocument{
		Version: "2.0",
		Content: "http://purl.org/rss/1.0/modules/content/",
		Atom:    "http://www.w3.org/2005/Atom",
		DC:      "http://purl.org/dc/elements/1.1/",
		History: history,
		Channel: channel,
	}
}

func (s Site) rssItem(e entry) rssItem {
	lead := e.Lead
	if lead == "" {
		lead = e.Content
	}
	return rssItem{
		RssItem: feeds.RssItem{
			Title:       e.Title,
			Link:        e.URL,
			Description: lead,
			Content:     &feeds.RssContent{Content: e.Content},
			Guid:        &feeds.RssGuid{Id: e.ID, IsPermaLink: "false"},
			PubDate:     e.Date.Format(rssDate),
		},
		Creator:    s.Title,
		Categories: e.Categories,
	}
}
