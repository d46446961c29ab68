package summary

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

var errTorn = errors.New("torn page")

// shelf is a Store in memory.
type shelf struct {
	due    []string
	states map[string]news.StoryState
	saved  []news.Draft
	passed map[string]string
	next   time.Time
}

func (s *shelf) DueStories(context.Context, time.Time, int) ([]string, error) { return s.due, nil }

func (s *shelf) StoryState(_ context.Context, id string) (news.StoryState, error) {
	in, ok := s.states[id]
	if id == "torn" {
		return in, errTorn
	}
	if !ok {
		return in, news.ErrNotFound
	}
	return in, nil
}

func (s *shelf) SaveRevision(_ context.Context, d news.Draft) error {
	s.saved = append(s.saved, d)
	return nil
}

func (s *shelf) PassOver(_ context.Context, id string, _ int64, reason string) error {
	s.passed[id] = reason
	return nil
}

func (s *shelf) NextRevision(context.Context) (time.Time, error) { return s.next, nil }

func TestStepRun(t *testing.T) {
	now := time.Date(2026, 3, 2, 16, 0, 0, 0, time.UTC)
	article := news.Article{ID: 1, Outlet: "Post", Title: "Ferry runs aground off Lorne island", Language: "en", Quiet: true,
		Text: "A ferry with 84 people aboard ran aground off Lorne island early on Monday.", Published: now.Add(-time.Hour)}
	loud := article
	loud.ID, loud.Quiet = 2, false
	first := news.StoryState{Story: news.Story{ID: "first", Version: 3}, Articles: []news.Article{article}}
	stale := after([]news.Article{article}, []news.Article{loud}, now)
	stale.Story.Version = 5
	mixed := news.StoryState{Story: news.Story{ID: "mixed"}, Articles: []news.Article{article, loud}}
	imported := article
	imported.ID, imported.Text = 3, "Divers found a long crack in the hull below the engine room of the ferry."
	late := after([]news.Article{loud}, []news.Article{imported}, now)
	s := &shelf{
		due:    []string{"gone", "torn", "first", "stale", "mixed", "late"},
		states: map[string]news.StoryState{"first": first, "stale": stale, "mixed": mixed, "late": late},
		passed: map[string]string{},
		next:   now.Add(-time.Second),
	}
	step := Step{Store: s, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }}
	next, err := step.Run(context.Background())
	if !errors.Is(err, errTorn) || errors.Is(err, news.ErrNotFound) {
		t.Errorf("error %v, want that of the torn story, not of the one that is gone", err)
	}
	if !next.After(now) {
		t.Errorf("next run at %v, a hot loop", next)
	}
	if len(s.saved) != 3 || s.saved[0].Version != 3 || !s.saved[0].Quiet || s.saved[1].Quiet || !s.saved[2].Quiet {
		t.Errorf("saved %+v", s.saved)
	}
	if s.passed["stale"] == "" {
		t.Error("a rewording got a revision")
	}
}
