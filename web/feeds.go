package web

import (
	"net/http"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
)

// format is one way to write a feed.
type format struct {
	name   string // last part of its address
	media  string
	title  string
	render func(publish.Site, publish.Feed) ([]byte, error)
}

var formats = []format{
	{"feed.atom", "application/atom+xml", "Atom", publish.Site.Atom},
	{"feed.rss", "application/rss+xml", "RSS", publish.Site.RSS},
	{"feed.json", "application/feed+json", "JSON Feed", publish.Site.JSONFeed},
}

// maxEntries is the most revisions a feed carries.
const maxEntries = 50

func (h *handler) siteFeed(f format) answer {
	return func(r *http.Request) (reply, error) {
		revisions, err := h.Store.Revisions(r.Context(), news.RevisionFilter{Apart: true, Limit: maxEntries})
		if err != nil {
			return reply{}, err
		}
		return h.feed(f, publish.SiteFeed(h.Site, revisions))
	}
}

func (h *handler) categoryFeed(f format) answer {
	return func(r *http.Request) (reply, error) {
		category, err := h.knownCategory(r)
		if err != nil {
			return reply{}, err
		}
		revisions, err := h.Store.Revisions(r.Context(), news.RevisionFilter{Category: category, Apart: true, Limit: maxEntries})
		if err != nil {
			return reply{}, err
		}
		return h.feed(f, publish.CategoryFeed(h.Site, category, revisions))
	}
}

func (h *handler) storyFeed(f format) answer {
	return func(r *http.Request) (reply, error) {
		story, moved, err := h.find(r)
		if err != nil || moved != "" {
			return reply{Moved: moved, Public: true}, err
		}
		revisions, err := h.Store.Revisions(r.Context(), news.RevisionFilter{Story: story.ID, Limit: maxEntries})
		if err != nil {
			return reply{}, err
		}
		return h.feed(f, publish.StoryFeed(story, revisions))
	}
}

func (h *handler) feed(f format, feed publish.Feed) (reply, error) {
	body, err := f.render(h.Site, feed)
	return reply{
		Body: body, Type: f.media + "; charset=utf-8",
		Modified: feed.Updated(), Cache: cacheFeed, Public: true, Link: h.links(feed.Path + "/" + f.name),
	}, err
}

// maxOutlines is the most stories a subscription list carries.
const maxOutlines = 1000

// opml lists the feeds of the followed stories, of all with ?all=1 or where
// none is followed.
func (h *handler) opml(r *http.Request) (reply, error) {
	filter := news.StoryFilter{Followed: r.URL.Query().Get("all") != "1", Limit: maxOutlines}
	stories, err := h.Store.Stories(r.Context(), filter)
	if err == nil && len(stories) == 0 && filter.Followed {
		filter.Followed = false
		stories, err = h.Store.Stories(r.Context(), filter)
	}
	if err != nil {
		return reply{}, err
	}
	body, err := h.Site.OPML(stories)
	return reply{
		Body: body, Type: "text/x-opml; charset=utf-8",
		Modified: lastUpdate(stories), Cache: cacheFeed, Public: true,
	}, err
}
