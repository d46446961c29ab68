package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

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

// variant is what may be asked of a feed beside its address.
type variant struct {
	living   bool // an entry a story, that changes
	min      int  // articles a revision rests on, at least
	followed bool // of followed stories only
}

func readVariant(q url.Values) (v variant, err error) {
	switch mode := q.Get("mode"); mode {
	case "", "living":
		v.living = mode != ""
	default:
		return v, misuse(`"mode" is living, or left out.`)
	}
	switch only := q.Get("only"); only {
	case "", "followed":
		v.followed = only != ""
	default:
		return v, misuse(`"only" is followed, or left out.`)
	}
	if s := q.Get("min"); s != "" {
		if v.min, err = strconv.Atoi(s); err != nil || v.min < 0 || v.min > 1_000_000 {
			return v, misuse(`"min" is a number of articles.`)
		}
	}
	return v, nil
}

// query is the part of a feed's address that asks for a variant, written one
// way only.
func (v variant) query() string {
	q := url.Values{}
	if v.living {
		q.Set("mode", "living")
	}
	if v.followed {
		q.Set("only", "followed")
	}
	if v.min > 1 {
		q.Set("min", strconv.Itoa(v.min))
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// siteLife is how long a feed of many stories is kept: which stories followed
// ones tell whole changes without a revision.
const siteLife = time.Minute

func (h *handler) siteFeed(f format) answer {
	return func(r *http.Request) (reply, error) {
		return h.manyFeed(r, f, "", func(revisions []news.StoredRevision) publish.Feed { return publish.SiteFeed(h.Site, revisions) })
	}
}

func (h *handler) categoryFeed(f format) answer {
	return func(r *http.Request) (reply, error) {
		category, err := h.knownCategory(r)
		if err != nil {
			return reply{}, err
		}
		return h.manyFeed(r, f, category, func(revisions []news.StoredRevision) publish.Feed {
			return publish.CategoryFeed(h.Site, category, revisions)
		})
	}
}

// manyFeed answers with a feed of many stories.
func (h *handler) manyFeed(r *http.Request, f format, category string, of func([]news.StoredRevision) publish.Feed) (reply, error) {
	v, err := readVariant(r.URL.Query())
	if err != nil {
		return reply{}, err
	}
	path := "/" + f.name + v.query()
	if category != "" {
		path = publish.CategoryPath(category) + path
	}
	return h.keep(r.Context(), path, kind{life: siteLife}, func() (reply, error) {
		revisions, err := h.Store.Revisions(r.Context(), news.RevisionFilter{
			Category: category, Apart: !v.followed, Followed: v.followed, MinArticles: v.min, Latest: v.living, Limit: maxEntries,
		})
		feed := of(revisions)
		feed.Kept = category == "" && v == variant{}
		feed.Living, feed.Query = v.living, v.query()
		if err != nil {
			return reply{}, err
		}
		return h.feed(f, feed)
	})
}

func (h *handler) storyFeed(f format) answer {
	return func(r *http.Request) (reply, error) {
		v, err := readVariant(r.URL.Query())
		if err != nil {
			return reply{}, err
		}
		id := r.PathValue("id")
		v.followed = false
		return h.keep(r.Context(), publish.StoryPath(id)+"/"+f.name+v.query(), kind{story: id}, func() (reply, error) {
			story, moved, err := h.find(r)
			if err != nil || moved != "" {
				return reply{Moved: moved, Public: true}, err
			}
			filter := news.RevisionFilter{Story: story.ID, MinArticles: v.min, Limit: maxEntries}
			if v.living {
				filter.Limit = 1
			}
			revisions, err := h.Store.Revisions(r.Context(), filter)
			if err != nil {
				return reply{}, err
			}
			feed := publish.StoryFeed(story, revisions)
			feed.Living, feed.Query, feed.Kept = v.living, v.query(), v == variant{}
			return h.feed(f, feed)
		})
	}
}

// archive answers with an archive of a story's feed, or of that of all stories.
// What is in it never changes, also where the story was merged since; only
// what was deleted is no longer there.
func (h *handler) archive(f format) answer {
	return func(r *http.Request) (reply, error) {
		id := r.PathValue("id")
		number, err := strconv.Atoi(r.PathValue("part"))
		if err != nil || number < 1 || number > 1<<40 {
			return reply{}, errNothing
		}
		place := func(stored news.StoredRevision) int64 {
			if id != "" {
				return int64(stored.Revision.Revision.Number)
			}
			return stored.Seq
		}
		end := int64(number) * publish.ArchiveSize
		newest, err := h.Store.Revisions(r.Context(), news.RevisionFilter{Story: id, Limit: 1})
		if err != nil || len(newest) == 0 || place(newest[0]) < end {
			return reply{}, cmp.Or(err, errNothing)
		}
		revisions, err := h.Store.Revisions(r.Context(), news.RevisionFilter{Story: id, Before: end + 1, Limit: publish.ArchiveSize})
		if err != nil {
			return reply{}, err
		}
		// Stories that were deleted leave gaps.
		revisions = slices.DeleteFunc(revisions, func(stored news.StoredRevision) bool { return place(stored) <= end-publish.ArchiveSize })
		feed := publish.SiteFeed(h.Site, revisions)
		if id != "" {
			// Named as it was then: the archive stays as it is.
			feed = publish.StoryFeed(news.Story{ID: id, Title: revisions[0].Revision.Story.Title}, revisions)
		}
		feed.Archive = number
		out, err := h.feed(f, feed)
		out.Modified, out.Cache, out.Link = feed.Updated(), cacheDay, ""
		return out, err
	}
}

func (h *handler) feed(f format, feed publish.Feed) (reply, error) {
	body, err := f.render(h.Site, feed)
	out := reply{Body: body, Type: f.media + "; charset=utf-8", Cache: cacheFeed, Public: true}
	if feed.Query == "" { // the hub tells of no variants
		out.Link = h.links(feed.Path + "/" + f.name)
	}
	return out, err
}

// maxOutlines is the most stories a subscription list carries.
const maxOutlines = 1000

// opml lists the feeds of the followed stories, of all with ?all=1 or where
// none is followed, of one category with ?category=.
func (h *handler) opml(r *http.Request) (reply, error) {
	q := r.URL.Query()
	filter := news.StoryFilter{Followed: q.Get("all") != "1", Category: q.Get("category"), Limit: maxOutlines}
	stories, err := h.Store.Stories(r.Context(), filter)
	if err == nil && len(stories) == 0 && filter.Followed {
		filter.Followed = false
		stories, err = h.Store.Stories(r.Context(), filter)
	}
	if err != nil {
		return reply{}, err
	}
	body, err := h.Site.OPML(stories)
	return reply{Body: body, Type: "text/x-opml; charset=utf-8", Cache: cacheFeed, Public: true}, err
}
