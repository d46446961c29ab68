package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/storywire/storywire/news"
)

// mergeHops bounds how many merges one address is followed through.
const mergeHops = 20

// errGone says that a story was deleted.
var errGone = fmt.Errorf("the story was deleted: %w", news.ErrNotFound)

// present returns the story that lives under an id now: itself, or the one it
// was merged into. It returns errGone if that was deleted.
func (h *handler) present(ctx context.Context, id string) (news.Story, error) {
	for range mergeHops {
		story, err := h.Store.Story(ctx, id)
		switch {
		case err != nil:
			return story, err
		case story.Status == news.Deleted:
			return story, errGone
		case story.Status != news.Merged:
			return story, nil
		}
		id = story.MergedInto
	}
	return news.Story{}, fmt.Errorf("story %s: merged too often: %w", id, news.ErrNotFound)
}

// gone reports whether a request finds nothing because the story it is about
// was deleted.
func (h *handler) gone(r *http.Request) bool {
	_, err := h.present(r.Context(), r.PathValue("id"))
	return errors.Is(err, errGone)
}

// find returns the story a request is about. If that story was merged, moved
// is the same address of the one it went into.
func (h *handler) find(r *http.Request) (story news.Story, moved string, err error) {
	asked := r.PathValue("id")
	story, err = h.present(r.Context(), asked)
	if err != nil || story.ID == asked {
		return story, "", err
	}
	parts := strings.Split(r.URL.EscapedPath(), "/")
	at := 2 // /s/ID
	if forPrograms(r) {
		at = 4 // /api/v1/stories/ID
	}
	parts[at] = url.PathEscape(story.ID)
	moved = h.base + strings.Join(parts, "/")
	if r.URL.RawQuery != "" {
		moved += "?" + r.URL.RawQuery
	}
	return story, moved, nil
}

// number reads the number of a revision from the path.
func number(r *http.Request) (int, error) {
	return numbered(r.PathValue("n"), 0)
}

// knownCategory returns the category of a request, news.ErrNotFound if no
// story carries it.
func (h *handler) knownCategory(r *http.Request) (string, error) {
	asked := r.PathValue("category")
	known, err := h.Store.Categories(r.Context())
	if err != nil {
		return "", err
	}
	if !slices.Contains(known, asked) {
		return "", news.ErrNotFound
	}
	return asked, nil
}
