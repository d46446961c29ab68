package web

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
)

var errNothing = fmt.Errorf("address: %w", news.ErrNotFound)

// maxHistory is the most revisions a story's page lists. Each revision's page
// leads to the one before.
const maxHistory = 50

// storyContent is the content of a story's page.
type storyContent struct {
	Path      string
	Done      string // what a person just did
	Revision  int
	Others    []news.Story // that it may be the same as
	Pace      publish.Pace
	Chart     *chart
	Title     string
	Label     string
	Written   *publish.Instant // when the revision was written
	Status    string
	Followed  bool
	Articles  int // found, also before the first revision
	Outlets   int
	Subscribe []feedLink
	Body      template.HTML // empty before the first revision
	History   []historyLine
	Older     string // address of the newest revision that History leaves out
	Members   []memberLine
}

type historyLine struct {
	Number            int
	Href, Label, What string
	Diff              string // address of what changed; "" for the first
	Created           *publish.Instant
}

type memberLine struct {
	ID                                 int64
	Outlet, Title, Href, Reason, Basis string
	Published                          *publish.Instant
	ByPerson                           bool
}

func (h *handler) story(r *http.Request) (reply, error) {
	story, moved, err := h.find(r)
	if err != nil || moved != "" {
		return reply{Moved: moved}, err
	}
	if strings.HasSuffix(r.URL.Path, "/") {
		return reply{Moved: h.base + publish.StoryPath(story.ID)}, nil
	}
	articles, members, err := h.Store.Members(r.Context(), story.ID)
	if err != nil {
		return reply{}, err
	}
	history, err := h.Store.Revisions(r.Context(), news.RevisionFilter{Story: story.ID, Limit: maxHistory})
	if err != nil {
		return reply{}, err
	}
	slices.SortStableFunc(history, func(a, b news.StoredRevision) int { // a clock may have been set back
		return b.Revision.Revision.Number - a.Revision.Revision.Number
	})
	content := storyContent{
		Path: h.base + publish.StoryPath(story.ID), Done: dids[r.URL.Query().Get("did")], Revision: story.Revision, Chart: newChart(articles),
		Title: publish.Title(story.Title), Followed: story.Followed, Articles: story.Articles, Outlets: story.Outlets,
		History: h.history(history), Members: memberLines(articles, members),
	}
	if story.Status != news.Developing {
		content.Status = string(story.Status)
	}
	f := frame{Title: content.Title, Canonical: h.Site.StoryURL(story.ID), Article: true}
	f.Feeds = h.feedLinks(publish.StoryPath(story.ID), content.Title)
	content.Subscribe = f.Feeds
	if len(history) > 0 {
		if err := h.tell(&f, &content, history); err != nil {
			return reply{}, err
		}
	}
	content.Pace = publish.PaceOf(story)
	if content.Others, err = h.others(r, story); err != nil {
		return reply{}, err
	}
	f.Content = content
	return h.page(r, storyTemplate, f)
}

// others are the stories this one may be merged into: those alike in being of
// the stream, or asked for.
func (h *handler) others(r *http.Request, story news.Story) ([]news.Story, error) {
	if !who(r).Write || h.Desk == nil {
		return nil, nil
	}
	all, err := h.Store.Stories(r.Context(), news.StoryFilter{Limit: maxGroup})
	return slices.DeleteFunc(all, func(o news.Story) bool {
		return o.ID == story.ID || (o.Query == nil) != (story.Query == nil)
	}), err
}

// tell puts the latest revision on the story's page.
func (h *handler) tell(f *frame, content *storyContent, history []news.StoredRevision) error {
	rev, oldest := history[0].Revision, history[len(history)-1].Revision
	body, err := publish.Body(rev)
	if err != nil {
		return err
	}
	content.Body, content.Outlets = body, rev.Revision.Outlets
	content.Label, content.Written = publish.Label(rev.Revision), publish.NewInstant(rev.Revision.Created)
	if n := oldest.Revision.Number; n > 1 {
		content.Older = h.base + publish.RevisionPath(rev.Story.ID, n-1)
	}
	f.Title += ": " + content.Label
	f.Description = publish.Summary(rev)
	f.Data = h.Site.Describe(rev)
	return nil
}

func (h *handler) history(stored []news.StoredRevision) []historyLine {
	lines := make([]historyLine, 0, len(stored))
	for _, s := range stored {
		head, diff := s.Revision.Revision, ""
		if head.Number > 1 {
			diff = h.base + publish.StoryPath(s.Revision.Story.ID) + fmt.Sprintf("/diff?from=%d&to=%d", head.Number-1, head.Number)
		}
		lines = append(lines, historyLine{
			Diff: diff, Number: head.Number, Href: h.base + publish.RevisionPath(s.Revision.Story.ID, head.Number),
			Label: publish.Label(head), What: publish.Summary(s.Revision), Created: publish.NewInstant(head.Created),
		})
	}
	return lines
}

func memberLines(articles []news.Article, members []news.Membership) []memberLine {
	lines := make([]memberLine, 0, len(articles))
	for i, a := range articles {
		lines = append(lines, memberLine{
			ID: a.ID, Outlet: a.Outlet, Title: a.Title, Href: publish.WebLink(a.URL), Published: publish.NewInstant(a.Published),
			Reason: members[i].Reason, Basis: a.Basis(), ByPerson: members[i].ByPerson,
		})
	}
	return lines
}

// newest returns the latest revision of a story, nil if it has none yet.
func (h *handler) newest(ctx context.Context, story news.Story) (*news.StoredRevision, error) {
	stored, err := h.Store.Revision(ctx, story.ID, 0)
	if errors.Is(err, news.ErrNotFound) {
		return nil, nil
	}
	return &stored, err
}

// revisionContent is the content of a revision's page. It rests on the
// revision alone, so that the page never changes.
type revisionContent struct {
	Title, Label, Latest, Previous string
	Number                         int
	Written                        *publish.Instant
	Method, Reason                 string
	Body                           template.HTML
}

func (h *handler) revision(r *http.Request) (reply, error) {
	n, err := number(r)
	if err != nil {
		return reply{}, err
	}
	stored, err := h.Store.Revision(r.Context(), r.PathValue("id"), n)
	if err != nil {
		return reply{}, err
	}
	rev := stored.Revision
	body, err := publish.Body(rev)
	if err != nil {
		return reply{}, err
	}
	path := publish.StoryPath(rev.Story.ID)
	content := revisionContent{
		Title: publish.Title(rev.Story.Title), Label: publish.Label(rev.Revision), Latest: h.base + path,
		Number: n, Written: publish.NewInstant(rev.Revision.Created),
		Method: rev.Revision.Method, Reason: rev.Revision.Reason, Body: body,
	}
	if n > 1 {
		content.Previous = h.base + publish.RevisionPath(rev.Story.ID, n-1)
	}
	out, err := h.page(r, revisionTemplate, frame{
		Title: content.Title + ": " + content.Label, Description: publish.Summary(rev), Article: true,
		Canonical: h.Site.RevisionURL(rev.Story.ID, n), Feeds: h.feedLinks(path, content.Title), Content: content,
	})
	out.Cache, out.Modified = cacheDay, rev.Revision.Created
	return out, err
}
