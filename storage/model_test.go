package storage

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

func TestModelCalls(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	s := open(t, Options{Path: path})
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	budget := news.TokenBudget{Minute: 100, Day: 300, Story: 200}
	begin := func(story string, tokens int, after time.Duration, want string) int64 {
		t.Helper()
		now = now.Add(after)
		id, exceeded, err := s.BeginModelCall(t.Context(), news.ModelCall{Sum: []byte(story), Story: story, At: now, Tokens: tokens, Budget: budget})
		if err != nil || exceeded != want {
			t.Errorf("%q, %v; want %q", exceeded, err, want)
		}
		return id
	}
	first := begin("a", 100, 0, "")
	begin("b", 1, 0, "this minute")
	if err := s.EndModelCall(t.Context(), first, 20, "kept"); err != nil {
		t.Error(err)
	}
	begin("b", 80, 0, "") // the first cost less than it might have
	begin("a", 100, time.Minute, "")
	begin("a", 81, time.Minute, "for this story today")
	begin("b", 100, time.Minute, "")
	begin("c", 1, time.Minute, "today")
	begin("c", 1, -time.Hour, "today") // a clock that is set back frees nothing
	begin("a", 100, 25*time.Hour, "")
	budget = news.TokenBudget{}
	begin("a", 1e9, 0, "")

	if answer, err := s.ModelAnswer(t.Context(), []byte("a")); answer != "kept" || err != nil {
		t.Errorf("%q, %v", answer, err)
	}
	if answer, err := s.ModelAnswer(t.Context(), []byte("b")); answer != "" || err != nil {
		t.Errorf("%q, %v: there was no answer", answer, err)
	}
	begin("c", 1, 2*answersKept, "")
	if answer, err := s.ModelAnswer(t.Context(), []byte("a")); answer != "" || err != nil {
		t.Errorf("%q, %v: it is long ago", answer, err)
	}
}
