package web

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/storywire/storywire/news"
)

// feedsContent is the content of the page of feeds.
type feedsContent struct {
	Rows    []feedRow
	Address string   // that was to be added
	Choice  []string // feeds the page there offers
	Wrong   string
	Done    string
}

// polled shows the feeds we poll and how they are.
func (h *handler) polled(r *http.Request) (reply, error) {
	return h.feedsPage(r, feedsContent{Done: dids[r.URL.Query().Get("did")], Address: r.URL.Query().Get("add")})
}

func (h *handler) feedsPage(r *http.Request, c feedsContent) (reply, error) {
	feeds, err := h.Store.Feeds(r.Context())
	if err != nil {
		return reply{}, err
	}
	for _, f := range feeds {
		c.Rows = append(c.Rows, newFeedRow(f))
	}
	sortRows(c.Rows)
	return h.page(r, feedsTemplate, frame{Title: "Feeds", Here: "/feeds", Content: c})
}

// refused shows the page of feeds with why something was not done.
func (h *handler) refused(r *http.Request, c feedsContent, err error) (reply, error) {
	refusal, ok := err.(news.Refusal)
	if !ok {
		return reply{}, err
	}
	c.Wrong = sentence(string(refusal))
	out, err := h.feedsPage(r, c)
	out.Status = http.StatusBadRequest
	return out, err
}

func (h *handler) addFeed(_ http.ResponseWriter, r *http.Request) (reply, error) {
	address := r.PostFormValue("address")
	_, choice, err := h.Desk.AddFeed(r.Context(), address)
	switch {
	case err != nil:
		return h.refused(r, feedsContent{Address: address}, err)
	case len(choice) > 0:
		return h.feedsPage(r, feedsContent{Address: address, Choice: choice})
	}
	return reply{See: h.base + "/feeds?did=added"}, nil
}

func (h *handler) removeFeed(_ http.ResponseWriter, r *http.Request) (reply, error) {
	return reply{See: h.base + "/feeds?did=removed"}, h.removePolled(r, r.PostFormValue("feed"))
}

func (h *handler) importFeeds(_ http.ResponseWriter, r *http.Request) (reply, error) {
	file, _, err := r.FormFile("file")
	if err != nil {
		return h.refused(r, feedsContent{}, news.Refusal("choose an OPML file, as feed readers export it"))
	}
	defer file.Close()
	added, known, err := h.Desk.Import(r.Context(), io.LimitReader(file, maxForm))
	if err != nil {
		return h.refused(r, feedsContent{}, err)
	}
	return h.feedsPage(r, feedsContent{Done: fmt.Sprintf("%d feeds were added, %d were there already.", added, known)})
}

// exportFeeds hands out the subscriptions, passwords in addresses included: to
// who may write, only.
func (h *handler) exportFeeds(r *http.Request) (reply, error) {
	if !who(r).Write {
		return reply{}, news.ErrNotFound
	}
	var b bytes.Buffer
	err := h.Desk.Export(r.Context(), &b)
	return reply{Body: b.Bytes(), Type: "text/x-opml; charset=utf-8", Cache: cacheNever}, err
}

// settings shows what the daemon was told.
func (h *handler) settings(r *http.Request) (reply, error) {
	if !who(r).Write {
		return reply{}, news.ErrNotFound
	}
	return h.page(r, settingsTemplate, frame{Title: "Settings", Here: "/settings", Content: h.Settings})
}
