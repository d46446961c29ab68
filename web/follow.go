package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
)

// followContent is the content of the page to follow a story on.
type followContent struct {
	Words, All, Any, Not, Seeds string // as written, conditions one a line
	Asked                       bool   // there is something to preview
	Wrong                       string
	Of                          int
	Caught                      []memberLine
	More                        int // caught beyond those shown
}

// maxCaught is the most articles a preview shows.
const maxCaught = 50

// query reads what a person wants to follow.
func (h *handler) query(r *http.Request) (followContent, news.Query, error) {
	_ = r.FormValue("words") // reads both the address and the form
	c := followContent{Words: strings.TrimSpace(r.Form.Get("words")), All: r.Form.Get("all"), Any: r.Form.Get("any"), Not: r.Form.Get("not"), Seeds: r.Form.Get("seeds")}
	c.Asked = strings.TrimSpace(c.Words+c.All+c.Any+c.Not+c.Seeds) != ""
	q := news.Query{Words: c.Words, All: lines(c.All), Any: lines(c.Any), Not: lines(c.Not)}
	for _, seed := range lines(c.Seeds) {
		a, err := h.Desk.FindArticle(r.Context(), seed)
		if errors.Is(err, news.ErrNotFound) {
			return c, q, news.Refusal("no article is stored under " + seed + "; a story can begin with articles that were polled")
		}
		if err != nil {
			return c, q, err
		}
		q.Seeds = append(q.Seeds, a.ID)
	}
	return c, q, nil
}

// lines returns the lines of a field that are not empty.
func lines(field string) []string {
	var out []string
	for line := range strings.Lines(field) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// follow shows the form, and what the query in it would have caught.
func (h *handler) follow(r *http.Request) (reply, error) {
	if !who(r).Write { // looking through what is stored is not for everybody
		return h.loginFirst(r.URL.RequestURI()), nil
	}
	c, q, err := h.query(r)
	if err == nil && c.Asked {
		var caught []news.Catch
		caught, c.Of, err = h.Desk.Preview(r.Context(), q)
		for _, catch := range caught[:min(len(caught), maxCaught)] {
			a := catch.Article
			c.Caught = append(c.Caught, memberLine{Outlet: a.Outlet, Title: a.Title, Href: publish.WebLink(a.URL), Published: publish.NewInstant(a.Published), Reason: catch.Reason})
		}
		c.More = len(caught) - len(c.Caught)
	}
	return h.followPage(r, c, err)
}

func (h *handler) followPage(r *http.Request, c followContent, err error) (reply, error) {
	var refused news.Refusal
	if errors.As(err, &refused) {
		c.Wrong = sentence(string(refused))
	} else if err != nil {
		return reply{}, err
	}
	return h.page(r, followTemplate, frame{Title: "Follow a story", Here: "/follow", Content: c})
}

// sentence makes a hint a sentence.
func sentence(hint string) string {
	if hint == "" {
		return ""
	}
	return strings.ToUpper(hint[:1]) + strings.TrimSuffix(hint[1:], ".") + "."
}

// startFollowing makes the followed story and leads to it.
func (h *handler) startFollowing(_ http.ResponseWriter, r *http.Request) (reply, error) {
	c, q, err := h.query(r)
	var story news.Story
	if err == nil {
		story, err = h.Desk.Follow(r.Context(), q)
	}
	if err != nil {
		out, err := h.followPage(r, c, err)
		out.Status = http.StatusBadRequest
		return out, err
	}
	return reply{See: h.base + publish.StoryPath(story.ID) + "?did=followed"}, nil
}
