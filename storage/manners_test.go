package storage

import (
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

// TestMannersSurviveARestart: what was kept of a feed is there again, to the
// letter, and stays as a failure leaves it.
func TestMannersSurviveARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	s, err := Open(t.Context(), Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	f := subscribe(t, s, "http://a.example/feed")["http://a.example/feed"]
	now := time.Now().UTC().Truncate(time.Millisecond)
	kept := news.Manners{
		ETag: `W/"a,""b"`, LastModified: "2026-02-30 25:61 ", From: "http://a.example/b", Digest: []byte{0, 1, 255},
		Fresh: 90 * time.Minute, Ask: time.Hour, SkipHours: 1<<23 | 1, SkipDays: 1<<6 | 1, Slow: 20 * time.Minute,
		Moved: "http://m.example/", Moving: "http://n.example/", MovingSeen: 2, Offered: "http://o.example/",
		Published: []time.Time{now.Truncate(time.Minute), now.Truncate(time.Minute).Add(-40 * 365 * 24 * time.Hour)},
		Weekly:    3.5, Failures: 7, Why: "publishes about 1 a day",
	}
	fetch := news.Fetch{Feed: f, At: now, Next: now.Add(time.Hour), State: news.FeedActive, Manners: kept,
		Entries: []news.Entry{{GUID: "1", Title: "One"}}}
	if _, err := s.RecordFetch(t.Context(), fetch); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(t.Context(), Options{Path: path}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	due, err := s.DueFeeds(t.Context(), now.Add(time.Hour), 10)
	if err != nil || len(due) != 1 || !reflect.DeepEqual(due[0].Manners, kept) {
		t.Fatalf("got %+v, %v\nwant %+v", due, err, kept)
	}
	fetch.Err, fetch.Entries = "down", nil
	if _, err := s.RecordFetch(t.Context(), fetch); err != nil {
		t.Fatal(err)
	}
	listed, err := s.Feeds(t.Context())
	if err != nil || len(listed) != 1 || !reflect.DeepEqual(listed[0].Manners, kept) || listed[0].Articles != 1 || listed[0].LastError != "down" ||
		!listed[0].LastSuccess.Equal(now) {
		t.Errorf("got %+v, %v", listed, err)
	}
}

// TestGoneStaysGone: the list of feeds, read at each start, does not call back
// a feed that its server says is gone; a person does.
func TestGoneStaysGone(t *testing.T) {
	s := open(t, Options{})
	ctx := t.Context()
	list := []news.Subscription{{URL: "http://a.example/"}}
	if _, _, err := s.SyncFeeds(ctx, list); err != nil {
		t.Fatal(err)
	}
	f, err := s.FindFeed(ctx, "http://a.example/")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	gone := news.Fetch{Feed: f, At: now, Next: now.Add(time.Hour), State: news.FeedGone, Err: "410", Manners: news.Manners{Failures: 1}}
	if _, err := s.RecordFetch(ctx, gone); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.SyncFeeds(ctx, list); err != nil {
		t.Fatal(err)
	}
	if due, err := s.DueFeeds(ctx, now.Add(48*time.Hour), 10); err != nil || len(due) != 0 {
		t.Errorf("due after the list was read: %v, %v", due, err)
	}
	if added, err := s.AddFeed(ctx, list[0]); err != nil || !added {
		t.Errorf("added by a person: %v, %v", added, err)
	}
	if due, err := s.DueFeeds(ctx, now, 10); err != nil || len(due) != 1 || due[0].Failures != 0 {
		t.Errorf("due after a person asked: %+v, %v", due, err)
	}
}

// TestFollowedFeeds: a feed that lately brought an article of a followed,
// developing story is told apart.
func TestFollowedFeeds(t *testing.T) {
	for _, c := range []struct {
		name     string
		followed bool
		quiet    time.Duration
		want     bool
	}{
		{"followed", true, time.Hour, true},
		{"not followed", false, time.Hour, false},
		{"followed, but quiet", true, time.Nanosecond, false},
		{"followed, none is ever quiet", true, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, Options{QuietAfter: c.quiet})
			ctx := t.Context()
			id := stream(t, s)
			if c.followed {
				if err := s.FollowStory(ctx, id); err != nil {
					t.Fatal(err)
				}
			}
			subscribe(t, s, "unrelated")
			due, err := s.DueFeeds(ctx, time.Now().Add(2*time.Minute), 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range due {
				if want := c.want && f.URL != "unrelated"; f.Followed != want {
					t.Errorf("%s: %v", f.URL, f.Followed)
				}
			}
		})
	}
}
