package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
)

// maxGroup is the most stories a group of the index shows.
const maxGroup = 100

// group is a list of stories under one heading.
type group struct {
	ID, Title string
	Closed    bool // folded away until asked for
	Full      bool // there may be more than are shown
	Stories   []line
}

// line is a story in a list.
type line struct {
	Href, Title, Label string
	Words              string // a person followed it as; "" for a story of the stream
	Status             string // "" while it develops
	Updated            *publish.Instant
	Outlets            int
	Feed               string
}

// listing is the content of a page that lists stories.
type listing struct {
	Heading    string
	Here       string // path of this page
	Category   string
	Search     string
	Outlet     string
	Filtered   bool   // by outlet or time
	Done       string // what a person just did
	Spans      []option
	Categories []categoryLink
	Groups     []group
}

// option is a choice of a field.
type option struct {
	Value, Name string
	Chosen      bool
}

// spans are the times a story may be asked to have moved within.
var spans = []struct {
	value, name string
	length      time.Duration
}{
	{"", "any time", 0}, {"day", "a day", day}, {"week", "a week", 7 * day}, {"month", "a month", 30 * day},
}

// filter reads what a list is narrowed by.
func (l *listing) filter(r *http.Request) news.StoryFilter {
	q := r.URL.Query()
	l.Search, l.Outlet = strings.TrimSpace(q.Get("q")), strings.TrimSpace(q.Get("outlet"))
	f := news.StoryFilter{Category: l.Category, Search: l.Search, Outlet: l.Outlet, Apart: l.Search == "", Limit: maxGroup}
	for _, s := range spans {
		chosen := s.value == q.Get("since")
		if chosen && s.length > 0 {
			f.Since = time.Now().Add(-s.length)
		}
		l.Spans = append(l.Spans, option{s.value, s.name, chosen})
	}
	l.Filtered = l.Outlet != "" || !f.Since.IsZero()
	return f
}

type categoryLink struct {
	Name, Href string
	Current    bool
}

func (h *handler) index(r *http.Request) (reply, error) {
	return h.list(r, listing{Heading: "Stories", Here: h.base + "/", Done: dids[r.URL.Query().Get("did")]}, h.feedLinks("", h.Site.Title))
}

func (h *handler) category(r *http.Request) (reply, error) {
	name, err := h.knownCategory(r)
	if err != nil {
		return reply{}, err
	}
	path := publish.CategoryPath(name)
	content := listing{Heading: "Stories in " + name, Here: h.base + path + "/", Category: name}
	return h.list(r, content, h.feedLinks(path, h.Site.Title+": "+name))
}

// list answers with a page of stories: those that mention what was searched
// for, or all by how alive they are.
func (h *handler) list(r *http.Request, content listing, feeds []feedLink) (reply, error) {
	ctx := r.Context()
	filter := content.filter(r)
	var err error
	if content.Search != "" {
		content.Heading += " that mention “" + content.Search + "”"
		var stories []news.Story
		stories, err = h.Store.Stories(ctx, filter)
		content.add(h.base, group{ID: "found", Title: "Found"}, stories)
	} else {
		err = h.groups(ctx, filter, &content)
	}
	if err != nil {
		return reply{}, err
	}
	if content.Categories, err = h.categoryLinks(ctx, content.Category); err != nil {
		return reply{}, err
	}
	title := content.Heading
	if content.Heading == "Stories" {
		title = "" // the site's own name says it
	}
	f := frame{
		Title: title, Here: "/", Feeds: feeds, Content: content,
		Description: "News stories as they develop, each with sources, a timeline and a feed.",
	}
	if !content.Filtered && content.Search == "" {
		f.Canonical = h.Site.URL(strings.TrimPrefix(content.Here, h.base))
	}
	return h.page(r, indexTemplate, f)
}

// groups puts followed stories first, then the others by their state.
func (h *handler) groups(ctx context.Context, filter news.StoryFilter, content *listing) error {
	filter.Followed = true
	followed, err := h.Store.Stories(ctx, filter)
	if err != nil {
		return err
	}
	content.add(h.base, group{ID: "followed", Title: "Followed"}, followed)
	filter.Followed = false
	for _, g := range []struct {
		status news.Status
		group
	}{
		{news.Developing, group{ID: "developing", Title: "Developing"}},
		{news.Quiet, group{ID: "quiet", Title: "Quiet", Closed: true}},
		{news.Ended, group{ID: "ended", Title: "Ended", Closed: true}},
	} {
		filter.Status = g.status
		stories, err := h.Store.Stories(ctx, filter)
		if err != nil {
			return err
		}
		var others []news.Story
		for _, s := range stories {
			if !s.Followed {
				others = append(others, s)
			}
		}
		g.Full = len(stories) == maxGroup
		content.add(h.base, g.group, others)
	}
	return nil
}

// add puts a group on the page unless it is empty.
func (l *listing) add(base string, g group, stories []news.Story) {
	for _, s := range stories {
		g.Stories = append(g.Stories, newLine(base, s))
	}
	g.Full = g.Full || len(stories) == maxGroup
	if len(g.Stories) > 0 {
		l.Groups = append(l.Groups, g)
	}
}

func newLine(base string, s news.Story) line {
	path := base + publish.StoryPath(s.ID)
	l := line{
		Href: path, Title: publish.Title(s.Title), Label: "Nothing yet",
		Updated: publish.NewInstant(s.Updated), Outlets: s.Outlets, Feed: path + "/feed.atom",
	}
	switch {
	case s.Revision > 0:
		l.Label = news.Label(s.Articles)
	case s.Articles > 0:
		l.Label = "First summary to come"
	}
	if s.Query != nil && s.Query.Words != s.Title {
		l.Words = s.Query.Words
	}
	if s.Status != news.Developing {
		l.Status = string(s.Status)
	}
	return l
}

func (h *handler) categoryLinks(ctx context.Context, current string) ([]categoryLink, error) {
	names, err := h.Store.Categories(ctx)
	links := make([]categoryLink, 0, len(names))
	for _, n := range names {
		links = append(links, categoryLink{n, h.base + publish.CategoryPath(n) + "/", n == current})
	}
	return links, err
}
