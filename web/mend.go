package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
)

// dids are what a page says after something was done, by the word in its
// address.
var dids = map[string]string{
	"followed":   "You follow this story. What is stored was looked through; what comes from now on joins by itself.",
	"unfollowed": "You no longer follow this story. Its page and feed stay.",
	"renamed":    "The story is renamed. The title stays.",
	"paced":      "The story is revised at this pace from now on.",
	"merged":     "The stories are one now. The other address leads here.",
	"deleted":    "The story is deleted. Feed readers are told that it is gone; its articles stay.",
	"split":      "These articles are a story of their own now.",
	"moved":      "The articles were moved. The summary follows with the next revision.",
	"expelled":   "The articles were taken out and will not come back by themselves. The summary follows with the next revision.",
	"added":      "The feed is polled from now on. Its first import wakes nobody.",
	"removed":    "The feed is no longer polled. Its articles stay.",
}

// on returns an act on the story of the request, which then leads to the path
// returned, with a word of what was done.
func (h *handler) on(do func(ctx context.Context, story string, r *http.Request) (path, did string, err error)) act {
	return func(_ http.ResponseWriter, r *http.Request) (reply, error) {
		path, did, err := do(r.Context(), r.PathValue("id"), r)
		return reply{See: h.base + path + "?did=" + did}, err
	}
}

func (h *handler) followThis(ctx context.Context, story string, _ *http.Request) (string, string, error) {
	return publish.StoryPath(story), "followed", h.Desk.FollowStory(ctx, story)
}

func (h *handler) unfollow(ctx context.Context, story string, _ *http.Request) (string, string, error) {
	return publish.StoryPath(story), "unfollowed", h.Desk.Unfollow(ctx, story)
}

// maxName is the most characters of a title a person gives.
const maxName = 200

func (h *handler) rename(ctx context.Context, story string, r *http.Request) (string, string, error) {
	return publish.StoryPath(story), "renamed", h.retitle(ctx, story, r.PostFormValue("title"))
}

func (h *handler) retitle(ctx context.Context, story, title string) error {
	title = strings.Join(strings.Fields(title), " ")
	if title == "" || len([]rune(title)) > maxName {
		return misuse("Write a title of at most 200 characters.")
	}
	return h.Desk.Rename(ctx, story, title)
}

func (h *handler) pace(ctx context.Context, story string, r *http.Request) (string, string, error) {
	return publish.StoryPath(story), "paced", h.setPace(ctx, story, publish.Pace{Settle: r.PostFormValue("settle"), MinInterval: r.PostFormValue("min_interval")})
}

func (h *handler) merge(ctx context.Context, story string, r *http.Request) (string, string, error) {
	into, err := named(r.PostFormValue("into"))
	if err != nil {
		return "", "", err
	}
	return publish.StoryPath(into), "merged", h.Desk.MergeStories(ctx, story, into)
}

func (h *handler) remove(ctx context.Context, story string, r *http.Request) (string, string, error) {
	if r.PostFormValue("sure") == "" {
		return "", "", misuse("Tick the box beside the button if the story is to be deleted: that cannot be undone.")
	}
	return "/", "deleted", h.Desk.Delete(ctx, story)
}

// named reads which story a person means: by its id or any of its addresses.
func named(story string) (string, error) {
	story = strings.TrimSpace(story)
	if _, after, found := strings.Cut(story, "/s/"); found {
		story, _, _ = strings.Cut(after, "/")
		if id, err := url.PathUnescape(story); err == nil {
			story = id
		}
	}
	if story == "" || strings.ContainsAny(story, "/?# ") {
		return "", misuse("Name the other story: its id, or the address of its page.")
	}
	return story, nil
}

// sort does with the articles marked what the button pressed says.
func (h *handler) sort(ctx context.Context, story string, r *http.Request) (path, did string, err error) {
	m := marked{To: r.PostFormValue("to")}
	for _, value := range r.PostForm["article"] {
		id, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return "", "", news.ErrNotFound
		}
		m.Articles = append(m.Articles, id)
	}
	do := r.PostFormValue("do")
	at, err := h.sorted(ctx, story, do, m)
	if do == "move" { // those moved are looked for where they were
		at = story
	}
	did = map[string]string{"split": "split", "expel": "expelled", "move": "moved"}[do]
	return publish.StoryPath(at), did, err
}

// sorted does one thing with articles of a story and returns the story to look
// at then.
func (h *handler) sorted(ctx context.Context, story, do string, m marked) (at string, err error) {
	if len(m.Articles) == 0 {
		return "", misuse("Mark the articles that are meant, then choose what to do with them.")
	}
	switch do {
	case "split":
		return h.Desk.Split(ctx, story, m.Articles)
	case "expel":
		for _, id := range m.Articles {
			if err := h.Desk.Expel(ctx, id, story); err != nil {
				return "", err
			}
		}
		return story, nil
	case "move":
		to, err := named(m.To)
		if err != nil {
			return "", err
		}
		for _, id := range m.Articles {
			if err := h.Desk.Move(ctx, id, story, to); err != nil {
				return "", err
			}
		}
		return to, nil
	}
	return "", misuse("Choose what to do with the articles.")
}
