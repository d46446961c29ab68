package web

import (
	"net/http"
	"strconv"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
)

// compareContent is the content of a page that compares two revisions.
type compareContent struct {
	Title, Story       string
	From, To           int
	FromHref, ToHref   string
	FromLabel, ToLabel string
	FromAt, ToAt       *publish.Instant
	Latest             int
	Earlier, Later     string // addresses of the comparisons beside this one
	Changes            []publish.Change
	Same               bool
}

// compare shows what changed between two revisions: the last two, if the
// address names none.
func (h *handler) compare(r *http.Request) (reply, error) {
	id, q := r.PathValue("id"), r.URL.Query()
	latest, err := h.Store.Revision(r.Context(), id, 0)
	if err != nil {
		return reply{}, err
	}
	last := latest.Revision.Revision.Number
	to, err := numbered(q.Get("to"), last)
	if err != nil {
		return reply{}, err
	}
	from, err := numbered(q.Get("from"), max(to-1, 1))
	if err != nil {
		return reply{}, err
	}
	if from > to {
		from, to = to, from
	}
	older, err := h.Store.Revision(r.Context(), id, from)
	if err != nil {
		return reply{}, err
	}
	newer, err := h.Store.Revision(r.Context(), id, to)
	if err != nil {
		return reply{}, err
	}
	c := h.compared(older.Revision, newer.Revision)
	path := h.base + publish.StoryPath(id)
	c.Story, c.Latest = path, last
	if from > 1 {
		c.Earlier = path + "/diff?from=" + strconv.Itoa(from-1) + "&to=" + strconv.Itoa(from)
	}
	if to < last {
		c.Later = path + "/diff?from=" + strconv.Itoa(to) + "&to=" + strconv.Itoa(to+1)
	}
	return h.page(r, diffTemplate, frame{Title: c.Title + ": what changed", Feeds: h.feedLinks(publish.StoryPath(id), c.Title), Content: c})
}

func (h *handler) compared(older, newer news.Revision) compareContent {
	a, b := older.Revision, newer.Revision
	c := compareContent{
		Title: publish.Title(newer.Story.Title), From: a.Number, To: b.Number,
		FromHref: h.base + publish.RevisionPath(newer.Story.ID, a.Number), ToHref: h.base + publish.RevisionPath(newer.Story.ID, b.Number),
		FromLabel: publish.Label(a), ToLabel: publish.Label(b), FromAt: publish.NewInstant(a.Created), ToAt: publish.NewInstant(b.Created),
		Changes: publish.Diff(older, newer), Same: true,
	}
	for _, change := range c.Changes {
		c.Same = c.Same && !change.Come && !change.Gone
	}
	return c
}

// numbered reads the number of a revision, usual for none.
func numbered(s string, usual int) (int, error) {
	if s == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, news.ErrNotFound
	}
	return n, nil
}
