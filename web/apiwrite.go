package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
)

// body reads the JSON a program sent.
func body[T any](r *http.Request) (T, error) {
	var v T
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		return v, misuse("This is not what is asked for here: " + strings.TrimPrefix(err.Error(), "json: ") + ".")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return v, misuse("Send one JSON value and nothing after it.")
	}
	return v, nil
}

// storyNow answers with a story as it is after a change.
func (h *handler) storyNow(r *http.Request, id string, status int) (reply, error) {
	story, err := h.present(r.Context(), id)
	if err != nil {
		return reply{}, err
	}
	out, err := private(h.Site.Story(story))
	out.Status = status
	return out, err
}

func (h *handler) apiFollow(_ http.ResponseWriter, r *http.Request) (reply, error) {
	q, err := body[news.Query](r)
	if err != nil {
		return reply{}, err
	}
	story, err := h.Desk.Follow(r.Context(), q)
	if err != nil {
		return reply{}, err
	}
	return h.storyNow(r, story.ID, http.StatusCreated)
}

func (h *handler) apiChange(_ http.ResponseWriter, r *http.Request) (reply, error) {
	id := r.PathValue("id")
	change, err := body[struct {
		Title    *string       `json:"title"`
		Followed *bool         `json:"followed"`
		Pace     *publish.Pace `json:"pace"`
	}](r)
	if err == nil && change.Pace != nil { // first: it may be unreadable, and then nothing is changed
		err = h.setPace(r.Context(), id, *change.Pace)
	}
	if err == nil && change.Title != nil {
		err = h.retitle(r.Context(), id, *change.Title)
	}
	if err == nil && change.Followed != nil {
		do := h.Desk.Unfollow
		if *change.Followed {
			do = h.Desk.FollowStory
		}
		err = do(r.Context(), id)
	}
	if err != nil {
		return reply{}, err
	}
	return h.storyNow(r, id, 0)
}

// setPace sets how long a story waits. What is refused of it is a length that cannot be
// read or is too long, which no state of the story mends.
func (h *handler) setPace(ctx context.Context, id string, p publish.Pace) error {
	err := h.Desk.SetPace(ctx, id, p.Settle, p.MinInterval)
	if refusal := news.Refusal(""); errors.As(err, &refusal) {
		return misuse(sentence(string(refusal)))
	}
	return err
}

func (h *handler) apiMerge(_ http.ResponseWriter, r *http.Request) (reply, error) {
	asked, err := body[struct {
		Into string `json:"into"`
	}](r)
	if err == nil {
		err = h.Desk.MergeStories(r.Context(), r.PathValue("id"), asked.Into)
	}
	if err != nil {
		return reply{}, err
	}
	return h.storyNow(r, asked.Into, 0)
}

func (h *handler) apiDelete(_ http.ResponseWriter, r *http.Request) (reply, error) {
	return reply{Status: http.StatusNoContent, Cache: cacheNever}, h.Desk.Delete(r.Context(), r.PathValue("id"))
}

// marked is which articles of a story are meant, and where they are to go.
type marked struct {
	Articles []int64 `json:"articles"`
	To       string  `json:"to"`
}

// apiSort does one thing with articles of a story.
func (h *handler) apiSort(do string, status int) act {
	return func(_ http.ResponseWriter, r *http.Request) (reply, error) {
		m, err := body[marked](r)
		if err != nil {
			return reply{}, err
		}
		at, err := h.sorted(r.Context(), r.PathValue("id"), do, m)
		if err != nil {
			return reply{}, err
		}
		return h.storyNow(r, at, status)
	}
}

func (h *handler) apiAddFeed(_ http.ResponseWriter, r *http.Request) (reply, error) {
	asked, err := body[struct {
		URL string `json:"url"`
	}](r)
	if err != nil {
		return reply{}, err
	}
	address, choices, err := h.Desk.AddFeed(r.Context(), asked.URL)
	if err != nil {
		return reply{}, err
	}
	if len(choices) > 0 {
		out, err := private(map[string]any{
			"type": "about:blank", "title": http.StatusText(http.StatusConflict), "status": http.StatusConflict,
			"detail": "The page offers several feeds: choose one.", "choices": choices,
		})
		out.Type, out.Status = "application/problem+json", http.StatusConflict
		return out, err
	}
	out, err := private(map[string]string{"url": address})
	out.Status = http.StatusCreated
	return out, err
}

func (h *handler) apiRemoveFeed(_ http.ResponseWriter, r *http.Request) (reply, error) {
	return reply{Status: http.StatusNoContent, Cache: cacheNever}, h.removePolled(r, r.PathValue("id"))
}

// removePolled stops polling the feed of a number: what is shown of an address
// may lack the password in it.
func (h *handler) removePolled(r *http.Request, number string) error {
	feeds, err := h.Store.Feeds(r.Context())
	if err != nil {
		return err
	}
	for _, f := range feeds {
		if fmt.Sprint(f.ID) == number {
			return h.Desk.RemoveFeed(r.Context(), f.URL)
		}
	}
	return news.ErrNotFound
}

func (h *handler) openapi(*http.Request) (reply, error) {
	text, err := files.ReadFile("static/openapi.json")
	text = []byte(strings.Replace(string(text), `"url": "/api/v1"`, `"url": `+strconv.Quote(h.Site.URL("/api/v1")), 1))
	return reply{Body: text, Type: "application/json", Cache: cacheFeed, Public: true}, err
}
