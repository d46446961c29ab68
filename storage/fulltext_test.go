package storage

import (
	"errors"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

// Tracking waits for the text of a page, but not for long, and not for one that
// failed.
func TestTrackingWaitsForPages(t *testing.T) {
	s := open(t, Options{})
	f := subscribe(t, s, "a")["a"]
	now := time.Now().UTC().Truncate(time.Millisecond)
	count, err := s.RecordFetch(t.Context(), news.Fetch{Feed: f, At: now, Next: now, State: news.FeedActive, Entries: []news.Entry{
		{GUID: "whole", Title: "Whole"}, {GUID: "read", Title: "Read", Text: "Part…", Page: true}, {GUID: "failed", Title: "Failed", Text: "Part…", Page: true},
		{GUID: "late", Title: "Late", Text: "Part…", Page: true},
	}})
	if err != nil || count.New != 4 {
		t.Fatalf("%+v %v", count, err)
	}
	untracked := func() map[string]news.Article {
		t.Helper()
		all, err := s.Untracked(t.Context(), nil, 10)
		if err != nil {
			t.Fatal(err)
		}
		byGUID := map[string]news.Article{}
		for _, a := range all {
			byGUID[a.GUID] = a
		}
		return byGUID
	}
	due, err := s.DuePages(t.Context(), now, 10)
	if err != nil || len(due) != 3 || due[0].Article.GUID != "read" || due[0].Article.Text != "Part…" || len(untracked()) != 1 {
		t.Fatalf("%+v %v, %d to track", due, err, len(untracked()))
	}
	if err := s.BeginPage(t.Context(), due[0], now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := s.BeginPage(t.Context(), due[0], now.Add(time.Hour)); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("begun twice: %v", err)
	}
	for _, r := range []news.PageRead{
		{Article: due[0].Article.ID, Text: "The whole text of the lighthouse."},
		{Article: due[1].Article.ID, Err: "no answer", Retry: now.Add(2 * time.Hour)},
	} {
		if err := s.RecordPage(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	got := untracked()
	if a := got["read"]; len(got) != 3 || !a.FullText || a.Basis() != "full text" || a.Text != "The whole text of the lighthouse." {
		t.Errorf("%+v", got)
	}
	if a := got["failed"]; a.FullText || a.Text != "Part…" {
		t.Errorf("%+v", a)
	}
	// The feed's excerpt does not come back as an edit.
	record(t, s, f, news.Entry{GUID: "read", Title: "Read", Text: "Part, longer…"})
	if a := untracked()["read"]; a.Text != "The whole text of the lighthouse." {
		t.Errorf("%+v", a)
	}
	err = s.transact(t.Context(), func(tx *txn) error {
		_, err := tx.ExecContext(t.Context(), `UPDATE home SET wait = wait - 60000 WHERE article_id = (SELECT id FROM article WHERE guid = 'late')`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := untracked()["late"]; !ok {
		t.Error("tracking waits for a page that never comes")
	}
	if next, err := s.NextPage(t.Context()); err != nil || !next.Equal(now) {
		t.Errorf("next %v %v", next, err)
	}
	if err := s.RecordPage(t.Context(), news.PageRead{Article: due[2].Article.ID, Err: "gone"}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.PageTroubles(t.Context(), 10); err != nil || len(got) != 1 || got[0] != (PageTrouble{"a", "gone", 1}) {
		t.Errorf("%+v %v", got, err)
	}
	due, err = s.DuePages(t.Context(), now.Add(3*time.Hour), 10)
	if err != nil || len(due) != 1 || due[0].Article.GUID != "failed" {
		t.Errorf("%+v %v", due, err)
	}
}

func TestFullTextIsWantedByFileOrPerson(t *testing.T) {
	s := open(t, Options{})
	yes, no := true, false
	wanted := func(want bool) {
		t.Helper()
		f, err := s.FindFeed(t.Context(), "a")
		if err != nil || f.FullText != want {
			t.Errorf("full text %v, want %v (%v)", f.FullText, want, err)
		}
	}
	file := func(flag *bool) {
		t.Helper()
		if _, _, err := s.SyncFeeds(t.Context(), []news.Subscription{{URL: "a", FullText: flag}}); err != nil {
			t.Fatal(err)
		}
	}
	person := func(flag *bool) {
		t.Helper()
		if _, err := s.AddFeed(t.Context(), news.Subscription{URL: "a", FullText: flag}); err != nil {
			t.Fatal(err)
		}
	}
	file(&yes)
	wanted(true)
	file(nil)
	wanted(false)
	file(&yes)
	person(nil)
	wanted(true)
	person(&no)
	wanted(false)
	file(&yes) // what a person did, the file does not undo
	wanted(false)
}
