package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
)

// document answers with JSON.
func document(v any) (reply, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return reply{}, fmt.Errorf("encode: %w", err)
	}
	return reply{Body: b.Bytes(), Type: "application/json", Cache: cacheAsk, Public: true}, nil
}

func (h *handler) apiStories(r *http.Request) (reply, error) {
	filter, err := storyFilter(r.URL.Query())
	if err != nil {
		return reply{}, err
	}
	limit := filter.Limit
	filter.Limit++ // one more tells whether there is a next page
	stories, err := h.Store.Stories(r.Context(), filter)
	if err != nil {
		return reply{}, err
	}
	var next *string
	if len(stories) > limit {
		stories = stories[:limit]
		last := stories[limit-1]
		next = h.next(r, fmt.Sprintf("%t %d %s", last.Followed, last.Updated.UnixMilli(), last.ID))
	}
	records := make([]publish.StoryRecord, 0, len(stories))
	for _, s := range stories {
		records = append(records, h.Site.Story(s))
	}
	return document(struct {
		Stories []publish.StoryRecord `json:"stories"`
		Next    *string               `json:"next"` // null on the last page
	}{records, next})
}

// next is the address of the page after the item a cursor names.
func (h *handler) next(r *http.Request, cursor string) *string {
	q := r.URL.Query()
	q.Set("cursor", base64.RawURLEncoding.EncodeToString([]byte(cursor)))
	address := h.Site.URL(r.URL.EscapedPath() + "?" + q.Encode())
	return &address
}

var errCursor = misuse(`"cursor" is taken from the address of the next page as it is.`)

// cursor reads where a page begins, "" for the first.
func cursor(q url.Values) (string, error) {
	b, err := base64.RawURLEncoding.DecodeString(q.Get("cursor"))
	if err != nil {
		return "", errCursor
	}
	return string(b), nil
}

// The page sizes of the API.
const (
	defaultPage = 50
	maxPage     = 200
)

// storyFilter reads which stories are asked for.
func storyFilter(q url.Values) (news.StoryFilter, error) {
	f := news.StoryFilter{
		Status: news.Status(q.Get("status")), Category: q.Get("category"),
		Search: q.Get("search"), Outlet: q.Get("outlet"), Limit: defaultPage,
	}
	switch f.Status {
	case "", news.Developing, news.Quiet, news.Ended:
	default:
		return f, misuse(`"status" is one of developing, quiet, ended.`)
	}
	var err error
	if s := q.Get("followed"); s != "" {
		if f.Followed, err = strconv.ParseBool(s); err != nil {
			return f, misuse(`"followed" is true or false.`)
		}
	}
	if s := q.Get("since"); s != "" {
		if f.Since, err = time.Parse(time.RFC3339, s); err != nil {
			return f, misuse(`"since" is a time such as 2026-03-06T11:30:00Z.`)
		}
	}
	if f.Limit, err = pageSize(q); err != nil {
		return f, err
	}
	at, err := cursor(q)
	if err != nil || at == "" {
		return f, err
	}
	f.After = new(news.Story)
	var updated int64
	if _, err := fmt.Sscanf(at, "%t %d %s", &f.After.Followed, &updated, &f.After.ID); err != nil {
		return f, errCursor
	}
	f.After.Updated = time.UnixMilli(updated)
	return f, nil
}

func pageSize(q url.Values) (int, error) {
	s := q.Get("limit")
	if s == "" {
		return defaultPage, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxPage {
		return 0, misuse(fmt.Sprintf(`"limit" is a number from 1 to %d.`, maxPage))
	}
	return n, nil
}

// pageOf reads the size of a page and the number its cursor names, 0 for none.
func pageOf(q url.Values) (limit int, at int64, err error) {
	if limit, err = pageSize(q); err != nil {
		return 0, 0, err
	}
	s, err := cursor(q)
	if err != nil || s == "" {
		return limit, 0, err
	}
	if at, err = strconv.ParseInt(s, 10, 64); err != nil || at < 1 {
		return 0, 0, errCursor
	}
	return limit, at, nil
}

func (h *handler) apiStory(r *http.Request) (reply, error) {
	story, moved, err := h.find(r)
	if err != nil || moved != "" {
		return reply{Moved: moved, Public: true}, err
	}
	stored, err := h.newest(r.Context(), story)
	if err != nil {
		return reply{}, err
	}
	out := struct {
		Story  publish.StoryRecord `json:"story"`
		Latest *news.Revision      `json:"latest"` // null before the first
	}{Story: h.Site.Story(story)}
	if stored != nil {
		latest := h.Site.Fill(stored.Revision)
		out.Latest = &latest
	}
	return document(out)
}

// apiRevisions lists a story's revisions, also of a merged story: what was
// published stays.
func (h *handler) apiRevisions(r *http.Request) (reply, error) {
	id := r.PathValue("id")
	if _, err := h.Store.Story(r.Context(), id); err != nil {
		return reply{}, err
	}
	limit, before, err := pageOf(r.URL.Query())
	if err != nil {
		return reply{}, err
	}
	stored, err := h.Store.Revisions(r.Context(), news.RevisionFilter{Story: id, Before: before, Limit: limit + 1})
	if err != nil {
		return reply{}, err
	}
	var next *string
	if len(stored) > limit {
		stored = stored[:limit]
		next = h.next(r, strconv.Itoa(stored[limit-1].Revision.Revision.Number))
	}
	records := make([]publish.RevisionRecord, 0, len(stored))
	for _, s := range stored {
		records = append(records, h.Site.Revision(s))
	}
	return document(map[string]any{"revisions": records, "next": next})
}

func (h *handler) apiRevision(r *http.Request) (reply, error) {
	n, err := number(r)
	if err != nil {
		return reply{}, err
	}
	stored, err := h.Store.Revision(r.Context(), r.PathValue("id"), n)
	if err != nil {
		return reply{}, err
	}
	out, err := document(h.Site.Fill(stored.Revision))
	out.Cache, out.Modified = cacheDay, stored.Revision.Revision.Created
	return out, err
}

func (h *handler) apiArticles(r *http.Request) (reply, error) {
	story, moved, err := h.find(r)
	if err != nil || moved != "" {
		return reply{Moved: moved, Public: true}, err
	}
	articles, members, err := h.Store.Members(r.Context(), story.ID)
	if err != nil {
		return reply{}, err
	}
	limit, after, err := pageOf(r.URL.Query())
	if err != nil {
		return reply{}, err
	}
	begin := 1 + slices.IndexFunc(articles, func(a news.Article) bool { return a.ID == after })
	end := min(begin+limit, len(articles))
	var next *string
	if end < len(articles) {
		next = h.next(r, strconv.FormatInt(articles[end-1].ID, 10))
	}
	records := make([]publish.ArticleRecord, 0, end-begin)
	for i, a := range articles[begin:end] {
		records = append(records, publish.Article(a, members[begin+i]))
	}
	return document(map[string]any{"articles": records, "next": next})
}

func (h *handler) apiFeeds(r *http.Request) (reply, error) {
	feeds, err := h.Store.Feeds(r.Context())
	if err != nil {
		return reply{}, err
	}
	records := make([]publish.FeedRecord, 0, len(feeds))
	for _, f := range feeds {
		records = append(records, publish.PolledFeed(f))
	}
	return document(map[string]any{"feeds": records})
}
