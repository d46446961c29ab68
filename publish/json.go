package publish

import (
	"bytes"
	"encoding/json"

	"github.com/gorilla/feeds"
	"github.com/storywire/storywire/news"
)

// jsonFeed is gorilla's feed, with items also where there are none: JSON Feed
// requires the array.
type jsonFeed struct {
	feeds.JSONFeed
	Items []*feeds.JSONItem `json:"items"`
}

// JSONFeed writes a feed as JSON Feed 1.1. Older entries that would take it
// over 500 KB are left out.
func (s Site) JSONFeed(f Feed) ([]byte, error) {
	entries, err := f.entries(s)
	if err != nil {
		return nil, err
	}
	return fit(entries, func(kept []entry) ([]byte, error) {
		return encodeJSON(s.jsonFeed(f, kept))
	})
}

func (s Site) jsonFeed(f Feed, entries []entry) jsonFeed {
	doc := jsonFeed{
		JSONFeed: feeds.JSONFeed{
			Version:     "https://jsonfeed.org/version/1.1",
			Title:       f.Title,
			Description: f.Subtitle,
			Language:    s.Language,
			HomePageUrl: f.page(s),
			FeedUrl:     f.self(s, "feed.json"),
			Authors:     []*feeds.JSONAuthor{{Name: s.Title, Url: s.URL("/")}},
		},
		Items: []*feeds.JSONItem{},
	}
	doc.NextUrl = f.before(s, entries, "feed.json")
	if s.Hub != "" && f.Archive == 0 && f.Query == "" {
		doc.Hubs = []*feeds.JSONHub{{Type: "WebSub", Url: s.Hub}}
	}
	for _, e := range entries {
		doc.Items = append(doc.Items, &feeds.JSONItem{
			Id:            e.ID,
			Url:           e.URL,
			Title:         e.Title,
			ContentHTML:   e.Content,
			PublishedDate: &e.Born,
			ModifiedDate:  &e.Date,
			Tags:          e.Categories,
		})
	}
	return doc
}

// Fill returns the revision as API, webhook and digest hand it out: the
// story's address set, lists never null. The revision given stays as it is.
func (s Site) Fill(rev news.Revision) news.Revision {
	rev.Story.URL = s.StoryURL(rev.Story.ID)
	rev.WhatsNew = list(rev.WhatsNew)
	rev.Sections = list(rev.Sections)
	rev.Sources = list(rev.Sources)
	rev.Timeline = list(rev.Timeline)
	return rev
}

func list[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}

// encodeJSON writes an indented JSON document.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
