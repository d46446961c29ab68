package storage

import (
	"errors"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

// poll records a good poll of a feed whose document offers a hub.
func poll(t *testing.T, s *Store, f news.Feed, at time.Time, hub string, entries ...news.Entry) {
	t.Helper()
	_, err := s.RecordFetch(t.Context(), news.Fetch{Feed: f, At: at, Next: at, Entries: entries, State: news.FeedActive, Hub: hub, Topic: "topic"})
	if err != nil {
		t.Fatal(err)
	}
}

func dueHubs(t *testing.T, s *Store, at time.Time) []news.HubSubscription {
	t.Helper()
	due, err := s.DueHubs(t.Context(), at, 10)
	if err != nil {
		t.Fatal(err)
	}
	return due
}

func TestHubSubscriptionLives(t *testing.T) {
	s := open(t, Options{})
	f := subscribe(t, s, "a")["a"]
	now := time.Now().UTC().Truncate(time.Millisecond)
	in := func(d time.Duration) time.Time { return now.Add(d) }
	pushedUntil := func() time.Time {
		t.Helper()
		feed, err := s.FindFeed(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		return feed.PushedUntil
	}
	poll(t, s, f, now, "hub", news.Entry{GUID: "1"})
	due := dueHubs(t, s, now)
	if len(due) != 1 || due[0].Hub != "hub" || due[0].Topic != "topic" || due[0].Feed.URL != "a" || len(due[0].Token) < 20 || due[0].Secret == due[0].Token {
		t.Fatalf("%+v", due)
	}
	h := due[0]
	if err := s.BeginHub(t.Context(), h, in(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := s.BeginHub(t.Context(), h, in(time.Hour)); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("begun twice: %v", err)
	}
	if err := s.FailHub(t.Context(), h, "no answer"); err != nil {
		t.Fatal(err)
	}
	if due := dueHubs(t, s, in(time.Hour)); len(due) != 1 || due[0].Attempts != 1 || due[0].LastError != "no answer" {
		t.Errorf("after a failure: %+v", due)
	}
	if err := s.ConfirmHub(t.Context(), h.Token, in(48*time.Hour), in(40*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got, err := s.FindHub(t.Context(), h.Token); err != nil || got.State != news.HubActive || got.Attempts != 0 || got.LastError != "" || !got.Until.Equal(in(48*time.Hour)) {
		t.Errorf("confirmed: %+v %v", got, err)
	}
	if next, err := s.NextHub(t.Context()); err != nil || !next.Equal(in(40*time.Hour)) {
		t.Errorf("next %v %v", next, err)
	}
	if !pushedUntil().IsZero() {
		t.Error("a hub that brought nothing yet is trusted")
	}
	push := func(at time.Time, guid string) {
		t.Helper()
		got, err := s.RecordPush(t.Context(), h.Token, news.Fetch{Feed: due[0].Feed, At: at, Entries: []news.Entry{{GUID: guid, Title: "Pushed " + guid}}})
		if err != nil || got.New != 1 {
			t.Errorf("pushed %+v %v", got, err)
		}
	}
	push(in(time.Minute), "2")
	if !pushedUntil().Equal(in(48 * time.Hour)) {
		t.Errorf("trusted until %v", pushedUntil())
	}
	if stories, err := s.Untracked(t.Context(), nil, 10); err != nil || len(stories) != 2 || stories[1].Quiet {
		t.Errorf("%v, %+v: a pushed article is as loud as a polled one", err, stories)
	}
	poll(t, s, f, in(2*time.Minute), "hub", news.Entry{GUID: "1"}, news.Entry{GUID: "2"})
	if pushedUntil().IsZero() {
		t.Error("a poll that found nothing shook the trust")
	}
	poll(t, s, f, in(3*time.Minute), "hub", news.Entry{GUID: "3"})
	if !pushedUntil().IsZero() {
		t.Error("a hub that missed an article is trusted")
	}
	push(in(4*time.Minute), "4")
	if pushedUntil().IsZero() {
		t.Error("a hub that brings again is not trusted again")
	}
	if err := s.DenyHub(t.Context(), h.Token, "no room", in(time.Hour)); err != nil || !pushedUntil().IsZero() {
		t.Errorf("denied: %v, trusted until %v", err, pushedUntil())
	}
	poll(t, s, f, in(5*time.Minute), "hub2")
	if _, err := s.FindHub(t.Context(), h.Token); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("the feed has another hub, the old one's token: %v", err)
	}
	poll(t, s, f, in(6*time.Minute), "")
	if due := dueHubs(t, s, in(time.Hour)); len(due) != 0 {
		t.Errorf("the feed has no hub any more: %+v", due)
	}
}

func intent(callback string, mode news.IntentMode, at time.Time) news.Intent {
	return news.Intent{Mode: mode, Topic: "/feed.atom", Callback: "https://" + callback, Secret: "s", Lease: time.Hour, Created: at}
}

func TestHubHasRoom(t *testing.T) {
	s := open(t, Options{})
	now := time.Now().UTC()
	room := news.Room{All: 6, PerHost: 3, Pending: 2}
	for i, c := range []struct {
		callback string
		confirm  bool // all that is asked for, afterwards
		want     error
	}{
		{"a.example/1", false, nil}, {"a.example/2", false, nil}, {"a.example/2", false, nil},
		{"A.example:8443/3", true, news.ErrFull},                        // too many unconfirmed
		{"a.example/3", true, nil}, {"a.example/4", true, news.ErrFull}, // too many of one host
		{"b.example/1", true, nil}, {"c.example/1", true, nil}, {"d.example/1", true, nil}, {"e.example/1", true, news.ErrFull},
		{"a.example/3", true, nil}, {"d.example/1", true, nil}, // renewals
	} {
		if err := s.RecordIntent(t.Context(), intent(c.callback, news.Subscribe, now), room); !errors.Is(err, c.want) {
			t.Errorf("%d %s: %v", i, c.callback, err)
		}
		if !c.confirm {
			continue
		}
		due, err := s.DueIntents(t.Context(), now, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range due {
			if err := s.SettleIntent(t.Context(), in, true, now.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestSubscribersAreOwed(t *testing.T) {
	s := open(t, Options{})
	now := time.Now().UTC().Truncate(time.Millisecond)
	story, err := s.Follow(t.Context(), news.Query{Words: "Bridge"})
	if err != nil {
		t.Fatal(err)
	}
	topics := []string{"/feed.atom", "/c/world/feed.rss", "/s/" + story.ID + "/feed.json", "/s/other/feed.json"}
	for _, topic := range topics {
		in := intent("a.example/", news.Subscribe, now)
		in.Topic = topic
		if err := s.RecordIntent(t.Context(), in, news.Room{All: 9, PerHost: 9, Pending: 9}); err != nil {
			t.Fatal(err)
		}
		in.Due = now
		if err := s.BeginIntent(t.Context(), in, now.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if err := s.SettleIntent(t.Context(), in, true, now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := s.SettleIntent(t.Context(), in, true, now.Add(time.Hour)); !errors.Is(err, news.ErrNotFound) {
			t.Errorf("settled twice: %v", err)
		}
	}
	number := 0
	revise := func(quiet bool) {
		t.Helper()
		number++
		r := news.Revision{Story: news.StoryHead{ID: story.ID, Title: "Bridge"}, Revision: news.RevisionHead{Number: number, Created: now}}
		if err := s.SaveRevision(t.Context(), news.Draft{Revision: r, Quiet: quiet}); err != nil {
			t.Fatal(err)
		}
	}
	due := func(at time.Time) map[string]news.Subscriber {
		t.Helper()
		list, err := s.DueSubscribers(t.Context(), at, 10)
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]news.Subscriber{}
		for _, r := range list {
			all[r.Topic] = r
		}
		return all
	}
	if got := due(now); len(got) != 0 {
		t.Errorf("owed before there is anything: %v", got)
	}
	revise(true)
	if got := due(now); len(got) != 1 || got[topics[2]].Secret != "s" {
		t.Errorf("a quiet revision is of the story's own feed: %v", got)
	}
	revise(false)
	if got := due(now); len(got) != 3 {
		t.Errorf("owed: %v", got)
	}
	// What becomes due while a subscriber is being told stays due.
	r := due(now)["/feed.atom"]
	begun := now.Add(time.Minute)
	if err := s.BeginTelling(t.Context(), r, begun); err != nil {
		t.Fatal(err)
	}
	if err := s.BeginTelling(t.Context(), r, begun); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("begun twice: %v", err)
	}
	revise(false)
	finish := func(told news.Told) {
		t.Helper()
		if err := s.FinishTelling(t.Context(), told); err != nil {
			t.Fatal(err)
		}
	}
	r.Sent = "first"
	finish(news.Told{Subscriber: r, Begun: begun})
	if got := due(now)["/feed.atom"]; got.Sent != "first" || got.Attempts != 0 {
		t.Errorf("the revision that came meanwhile is forgotten: %+v", got)
	}
	r = due(now)["/feed.atom"]
	if err := s.BeginTelling(t.Context(), r, begun); err != nil {
		t.Fatal(err)
	}
	finish(news.Told{Subscriber: r, Begun: begun, Retry: now.Add(time.Second), Error: "answered 500"})
	if got := due(now.Add(time.Second))["/feed.atom"]; got.Attempts != 1 {
		t.Errorf("after a failure: %+v", got)
	}
	finish(news.Told{Subscriber: r, Begun: now.Add(time.Second)})
	if got, owed := due(now.Add(time.Hour / 2))["/feed.atom"]; owed {
		t.Errorf("told, yet owed: %+v", got)
	}
	finish(news.Told{Subscriber: due(now)[topics[1]], Gone: true})
	if got := due(now.Add(time.Hour - 1)); len(got) != 1 {
		t.Errorf("one is told and one is gone: %v", got)
	}
	if got := due(now.Add(time.Hour)); len(got) != 0 {
		t.Errorf("owed after the lease: %v", got)
	}
	var left int
	if err := s.read.QueryRowContext(t.Context(), `SELECT count(*) FROM subscriber`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d subscribers left after their lease, %v", left, err)
	}
}
