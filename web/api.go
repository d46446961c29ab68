package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
)

// document answers with JSON.
func document(v any, modified time.Time) (reply, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return reply{}, fmt.Errorf("encode: %w", err)
	}
	return reply{Body: b.Bytes(), Type: "application/json", Modified: modified, Cache: cacheAsk, Public: true}, nil
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
		q := r.URL.Query()
		q.Set("offset", strconv.Itoa(filter.Offset+limit))
		address := h.Site.URL("/api/v1/stories?" + q.Encode())
		next = &address
	}
	records := make([]publish.StoryRecord, 0, len(stories))
	for _, s := range stories {
		records = append(records, h.Site.Story(s))
	}
	return document(struct {
		Stories []publish.StoryRecord `json:"stories"`
		Next    *string               `json:"next"` // null on the last page
	}{records, next}, lastUpdate(stories))
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
	if s := q.Get("limit"); s != "" {
		if f.Limit, err = strconv.Atoi(s); err != nil || f.Limit < 1 || f.Limit > maxPage {
			return f, misuse(fmt.Sprintf(`"limit" is a number from 1 to %d.`, maxPage))
		}
	}
	if s := q.Get("offset"); s != "" {
		if f.Offset, err = strconv.Atoi(s); err != nil || f.Offset < 0 {
			return f, misuse(`"offset" is a number from 0.`)
		}
	}
	return f, nil
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
	modified := story.Updated
	if stored != nil {
		latestRevision := h.Site.Fill(stored.Revision)
		out.Latest = &latestRevision
		modified = latest(modified, stored.Revision.Revision.Created)
	}
	return document(out, modified)
}

// apiRevisions lists a story's revisions, also of a merged story: what was
// published stays.
func (h *handler) apiRevisions(r *http.Request) (reply, error) {
	id := r.PathValue("id")
	if _, err := h.Store.Story(r.Context(), id); err != nil {
		return reply{}, err
	}
	stored, err := h.Store.Revisions(r.Context(), news.RevisionFilter{Story: id, Limit: maxPage})
	if err != nil {
		return reply{}, err
	}
	records := make([]publish.RevisionRecord, 0, len(stored))
	var modified time.Time
	for _, s := range stored {
		records = append(records, h.Site.Revision(s))
		modified = latest(modified, s.Revision.Revision.Created)
	}
	return document(map[string]any{"revisions": records}, modified)
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
	out, err := document(h.Site.Fill(stored.Revision), stored.Revision.Revision.Created)
	out.Cache = cacheDay
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
	records := make([]publish.ArticleRecord, 0, len(articles))
	modified := story.Updated
	for i, a := range articles {
		records = append(records, publish.Article(a, members[i]))
		modified = latest(modified, members[i].At)
	}
	return document(map[string]any{"articles": records}, modified)
}

func (h *handler) apiFeeds(r *http.Request) (reply, error) {
	feeds, err := h.Store.Feeds(r.Context())
	if err != nil {
		return reply{}, err
	}
	records := make([]publish.FeedRecord, 0, len(feeds))
	var modified time.Time
	for _, f := range feeds {
		records = append(records, publish.PolledFeed(f))
		modified = latest(modified, f.LastFetch)
	}
	return document(map[string]any{"feeds": records}, modified)
}
