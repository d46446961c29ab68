package storage

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

// endpoint adds an endpoint that wants events, story.updated if none is named.
func endpoint(t *testing.T, s *Store, events ...string) news.Endpoint {
	t.Helper()
	if len(events) == 0 {
		events = []string{news.StoryUpdated}
	}
	return add(t, s, news.Wants{Events: events})
}

func add(t *testing.T, s *Store, w news.Wants) news.Endpoint {
	t.Helper()
	if len(w.Events) == 0 {
		w.Events = []string{news.StoryUpdated}
	}
	e, err := s.AddEndpoint(t.Context(), news.Endpoint{Format: news.Standard, URL: "http://r.example/", Secret: "whsec_x", Wants: w})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// beginDue begins an attempt for each endpoint that something is due to.
func beginDue(t *testing.T, s *Store, now time.Time, done ...news.Attempt) []news.Delivery {
	t.Helper()
	endpoints, err := s.DueEndpoints(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	turn := news.Turn{Now: now, Retry: now.Add(20 * time.Second), Done: done}
	for _, e := range endpoints {
		turn.Begin = append(turn.Begin, e.ID)
	}
	begun, err := s.Exchange(t.Context(), turn)
	if err != nil {
		t.Fatal(err)
	}
	return begun
}

func outcome(d news.Delivery, state news.DeliveryState, now, due time.Time) news.Attempt {
	a := news.Attempt{Delivery: d.ID, Endpoint: d.Endpoint.ID, Number: d.Attempts, Started: now, Finished: now, State: state, Due: due}
	if state != news.Delivered {
		a.Status, a.Error, a.Failed, a.Rest = 500, "500", true, now
	}
	return a
}

func TestRevisionOwesEachEndpointOnce(t *testing.T) {
	s := open(t, Options{})
	ctx := t.Context()
	endpoint(t, s)
	endpoint(t, s)
	id := stream(t, s)
	draft := revise(t, s, id, false)
	if err := s.SaveRevision(ctx, draft); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("the same revision was saved twice: %v", err)
	}
	now := time.Now().Add(time.Second).Truncate(time.Millisecond)
	begun := beginDue(t, s, now)
	if len(begun) != 2 || begun[0].Body == nil || begun[0].Body.Revision.Label != "Updated (2 articles)" || begun[0].ID == begun[1].ID {
		t.Fatalf("begun %+v", begun)
	}
	if again := beginDue(t, s, now); len(again) != 0 {
		t.Errorf("an attempt in flight is due: %v", again)
	}
	retry := now.Add(5 * time.Second)
	if more := beginDue(t, s, now, outcome(begun[0], news.Pending, now, retry), outcome(begun[1], news.Delivered, now, now)); len(more) != 0 {
		t.Errorf("an attempt began before its time: %v", more)
	}
	second := beginDue(t, s, retry)
	if len(second) != 1 || second[0].ID != begun[0].ID || second[0].Attempts != 2 || second[0].Failures != 1 || second[0].Endpoint.Failures != 1 {
		t.Fatalf("second attempt %+v", second)
	}
	gone := outcome(second[0], news.Expired, retry, retry)
	gone.Disable = "it said 410"
	beginDue(t, s, retry, gone)
	e, err := s.Endpoint(ctx, second[0].Endpoint.ID)
	if err != nil || e.Disabled != "it said 410" || !e.Failing.Equal(now) {
		t.Errorf("endpoint %+v %v", e, err)
	}
	if err := s.Replay(ctx, second[0].ID); err != nil {
		t.Errorf("replay: %v", err)
	}
	if err := s.Replay(ctx, second[0].ID); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("replay of what is pending: %v", err)
	}
	if due := beginDue(t, s, time.Now().Add(time.Hour)); len(due) != 0 {
		t.Errorf("sent to an endpoint that is off: %v", due)
	}
	if err := s.Enable(ctx, e.ID); err != nil {
		t.Fatal(err)
	}
	third := beginDue(t, s, time.Now().Add(time.Hour))
	if len(third) != 1 || third[0].ID != begun[0].ID || third[0].Attempts != 3 || third[0].Failures != 0 {
		t.Errorf("after enabling: %+v", third)
	}
	_, attempts, err := s.Delivery(ctx, begun[0].ID)
	if err != nil || len(attempts) != 3 || attempts[0].Status != 500 || !attempts[2].Finished.IsZero() {
		t.Errorf("history %+v %v", attempts, err)
	}
}

// An outcome that comes late changes nothing but for the better.
func TestLateOutcomes(t *testing.T) {
	s := open(t, Options{})
	e := endpoint(t, s)
	revise(t, s, stream(t, s), false)
	now := time.Now().Add(time.Second)
	first := beginDue(t, s, now)[0]
	later := now.Add(time.Minute)
	second := beginDue(t, s, later)[0] // nothing was heard of the first
	beginDue(t, s, later, outcome(first, news.Expired, now, now))
	if d, _, err := s.Delivery(t.Context(), first.ID); err != nil || d.State != news.Pending || d.Failures != 0 {
		t.Errorf("a late failure settled the delivery: %+v %v", d, err)
	}
	if err := s.RemoveEndpoint(t.Context(), e.ID); err != nil {
		t.Fatal(err)
	}
	if d, _, err := s.Delivery(t.Context(), first.ID); err != nil || d.State != news.Expired || d.LastError == "" {
		t.Errorf("owed to a removed endpoint: %+v %v", d, err)
	}
	beginDue(t, s, later, outcome(second, news.Delivered, later, later))
	if d, _, err := s.Delivery(t.Context(), first.ID); err != nil || d.State != news.Delivered {
		t.Errorf("what arrived is %+v %v", d, err)
	}
}

func TestDisabledEndpointIsStillOwed(t *testing.T) {
	s := open(t, Options{})
	e := endpoint(t, s)
	if err := s.Disable(t.Context(), e.ID, "holidays"); err != nil {
		t.Fatal(err)
	}
	revise(t, s, stream(t, s), false)
	if due := beginDue(t, s, time.Now().Add(time.Second)); len(due) != 0 {
		t.Errorf("%v", due)
	}
	if next, err := s.NextDelivery(t.Context()); err != nil || !next.IsZero() {
		t.Errorf("next %v %v", next, err)
	}
	if err := s.Enable(t.Context(), e.ID); err != nil {
		t.Fatal(err)
	}
	if due := beginDue(t, s, time.Now().Add(time.Second)); len(due) != 1 {
		t.Errorf("%v", due)
	}
}

func TestReplaySince(t *testing.T) {
	s := open(t, Options{})
	a, b := endpoint(t, s), endpoint(t, s)
	id := stream(t, s)
	revise(t, s, id, false)
	now := time.Now().Add(time.Second)
	begun := beginDue(t, s, now)
	beginDue(t, s, now, outcome(begun[0], news.Delivered, now, now), outcome(begun[1], news.Expired, now, now))
	for _, tt := range []struct {
		since    time.Duration
		endpoint int64
		expired  bool
		want     int
	}{
		{-time.Hour, 0, false, 0},
		{time.Hour, a.ID, true, 0},
		{time.Hour, 0, true, 1},
		{time.Hour, b.ID, false, 0}, // pending again
		{time.Hour, 0, false, 1},
	} {
		if n, err := s.ReplaySince(t.Context(), now.Add(-tt.since), tt.endpoint, tt.expired); err != nil || n != tt.want {
			t.Errorf("%+v: %d %v", tt, n, err)
		}
	}
}

func TestRotation(t *testing.T) {
	s := open(t, Options{})
	e := endpoint(t, s)
	until := time.Now().Add(time.Hour).Truncate(time.Millisecond)
	if err := s.RotateSecret(t.Context(), e.ID, "whsec_y", until); err != nil {
		t.Fatal(err)
	}
	if e, err := s.Endpoint(t.Context(), e.ID); err != nil || e.Secret != "whsec_y" || e.Former != "whsec_x" || !e.FormerUntil.Equal(until) {
		t.Errorf("%+v %v", e, err)
	}
	if err := s.RemoveEndpoint(t.Context(), e.ID); err != nil {
		t.Fatal(err)
	}
	var kept int
	if err := s.read.QueryRow(`SELECT count(*) FROM endpoint WHERE secret <> '' OR former <> ''`).Scan(&kept); err != nil || kept != 0 {
		t.Errorf("secrets of %d removed endpoints are kept, %v", kept, err)
	}
}

// owed lists what is owed to an endpoint, oldest first.
func owed(t *testing.T, s *Store, endpoint int64) []string {
	t.Helper()
	all, err := s.Deliveries(t.Context(), endpoint, 100)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(all, func(a, b news.Delivery) int { return a.Created.Compare(b.Created) })
	var list []string
	for _, d := range all {
		name := d.Event
		if d.Revision != 0 {
			name += fmt.Sprint(" ", d.Revision)
		}
		if d.State != news.Pending {
			name += " " + string(d.State)
		}
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

func expect(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: owed %v, want %v", what, got, want)
	}
}

// more adds articles to a story and writes a revision.
func more(t *testing.T, s *Store, id string, articles int) {
	t.Helper()
	f := subscribe(t, s)["a"]
	story, err := s.Story(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for i := range articles {
		record(t, s, f, news.Entry{GUID: fmt.Sprint(id, story.Articles, "+", i), Title: "More"})
	}
	placeAll(t, s, id)
	draft := revise(t, s, id, false)
	if draft.Revision.Revision.Number == 0 {
		t.Fatal("no revision")
	}
}

func TestEndpointsChoose(t *testing.T) {
	s := open(t, Options{})
	id := stream(t, s)
	all := endpoint(t, s)
	this := add(t, s, news.Wants{Stories: []string{id}})
	here := add(t, s, news.Wants{Categories: []string{"sport", "europe"}})
	elsewhere := add(t, s, news.Wants{Categories: []string{"sport", "euro"}})
	followed := add(t, s, news.Wants{Followed: true})
	other := endpoint(t, s, news.StoryMerged)
	five := add(t, s, news.Wants{MinArticles: 5})
	known := endpoint(t, s, news.StoryDiscovered, news.StoryUpdated)
	if _, err := s.AddEndpoint(t.Context(), news.Endpoint{Wants: news.Wants{Stories: []string{"none"}}}); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("an endpoint of no story: %v", err)
	}
	revise(t, s, id, false) // 2 articles
	if err := s.FollowStory(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	more(t, s, id, 2) // 4
	more(t, s, id, 1) // 5
	more(t, s, id, 1) // 6
	more(t, s, id, 5) // 11
	every := []string{"story.updated 1", "story.updated 2", "story.updated 3", "story.updated 4", "story.updated 5"}
	expect(t, "all", owed(t, s, all.ID), every...)
	expect(t, "this story", owed(t, s, this.ID), every...)
	expect(t, "its category", owed(t, s, here.ID), every...)
	expect(t, "other categories", owed(t, s, elsewhere.ID))
	expect(t, "followed", owed(t, s, followed.ID), every[1:]...)
	expect(t, "another event", owed(t, s, other.ID))
	expect(t, "five articles", owed(t, s, five.ID), "story.updated 3", "story.updated 5")
	expect(t, "discovery", owed(t, s, known.ID), append([]string{"story.discovered 1"}, every...)...)
}

func TestMinInterval(t *testing.T) {
	s := open(t, Options{})
	id := stream(t, s)
	e := add(t, s, news.Wants{MinInterval: time.Hour})
	revise(t, s, id, false)
	now := time.Now().Add(2 * time.Second).Truncate(time.Millisecond)
	begun := beginDue(t, s, now)
	if len(begun) != 1 {
		t.Fatalf("the first goes at once: %v", begun)
	}
	beginDue(t, s, now, outcome(begun[0], news.Delivered, now, now))
	more(t, s, id, 1)
	more(t, s, id, 1)
	expect(t, "two in an hour", owed(t, s, e.ID), "story.updated 1 delivered", "story.updated 2 superseded", "story.updated 3")
	all, err := s.Deliveries(t.Context(), e.ID, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		if d.Revision == 2 && d.LastError != "revision 3 went in its place" {
			t.Errorf("superseded without a word: %q", d.LastError)
		}
	}
	if early := beginDue(t, s, now.Add(50*time.Minute)); len(early) != 0 {
		t.Errorf("sent early: %v", early)
	}
	if due := beginDue(t, s, now.Add(time.Hour)); len(due) != 1 || due[0].Revision != 3 {
		t.Errorf("after an hour: %v", due)
	}
}

func TestDigest(t *testing.T) {
	s := open(t, Options{})
	id := stream(t, s)
	e := add(t, s, news.Wants{Digest: "07:30 UTC"})
	revise(t, s, id, false)
	more(t, s, id, 1)
	record(t, s, subscribe(t, s)["b"], news.Entry{GUID: "else", Title: "Else"})
	placeAll(t, s, "else")
	if err := s.FollowStory(t.Context(), "else"); err != nil {
		t.Fatal(err)
	}
	revise(t, s, "else", false)
	expect(t, "one message", owed(t, s, e.ID), "stories.digest")
	due := digestTime("07:30 UTC", time.Now())
	if early := beginDue(t, s, due.Add(-time.Minute)); len(early) != 0 {
		t.Errorf("sent early: %v", early)
	}
	begun := beginDue(t, s, due)
	if len(begun) != 1 || len(begun[0].Digest) != 2 {
		t.Fatalf("begun %+v", begun)
	}
	var has []string
	for _, r := range begun[0].Digest {
		has = append(has, fmt.Sprint(r.Story.ID, " ", r.Revision.Number))
	}
	slices.Sort(has)
	expect(t, "in it", has, "else 1", "talks 2")
	more(t, s, id, 1)
	expect(t, "the next", owed(t, s, e.ID), "stories.digest", "stories.digest")
}

func TestDigestTime(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, tt := range []struct{ digest, after, want string }{
		{"07:30 UTC", "2026-03-04T07:29:59Z", "2026-03-04T07:30:00Z"},
		{"07:30 UTC", "2026-03-04T07:30:00Z", "2026-03-05T07:30:00Z"},
		{"07:30 Europe/Berlin", "2026-03-04T06:00:00Z", "2026-03-04T06:30:00Z"},
		{"07:30 Europe/Berlin", "2026-03-28T07:00:00Z", "2026-03-29T05:30:00Z"}, // the clocks go forward that night
		{"02:30 Europe/Berlin", "2026-03-28T03:00:00Z", "2026-03-29T01:30:00Z"}, // an hour that is left out
		{"23:00 America/New_York", "2026-03-04T03:00:00Z", "2026-03-04T04:00:00Z"},
	} {
		if got := digestTime(tt.digest, at(tt.after)); !got.Equal(at(tt.want)) {
			t.Errorf("%s after %s: %s", tt.digest, tt.after, got.UTC().Format(time.RFC3339))
		}
	}
}

func TestStoryEvents(t *testing.T) {
	s := open(t, Options{QuietAfter: 24 * time.Hour, EndedAfter: 48 * time.Hour})
	ctx := t.Context()
	e := endpoint(t, s, news.StoryFollowed, news.StoryMerged, news.StoryQuiet)
	id := stream(t, s)
	only := add(t, s, news.Wants{Stories: []string{id}, Events: []string{news.StoryMerged}})
	revise(t, s, id, false)
	for range 2 { // the second time it is followed already
		if err := s.FollowStory(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Follow(ctx, news.Query{Words: "elsewhere"}); err != nil {
		t.Fatal(err)
	}
	expect(t, "followed", owed(t, s, e.ID), "story.followed", "story.followed")
	day := time.Now().Add(25 * time.Hour)
	for range 2 { // told once
		if err := s.OweSilence(ctx, day); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, "quiet", owed(t, s, e.ID), "story.followed", "story.followed", "story.quiet")
	more(t, s, id, 1)
	if err := s.OweSilence(ctx, day.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	expect(t, "quiet again", owed(t, s, e.ID), "story.followed", "story.followed", "story.quiet", "story.quiet")

	lone(t, s, "other")
	if err := s.MergeStories(ctx, id, "other"); err != nil {
		t.Fatal(err)
	}
	lone(t, s, "third")
	if err := s.MergeStories(ctx, "other", "third"); err != nil { // "other" is followed since the merge
		t.Fatal(err)
	}
	expect(t, "merged", owed(t, s, only.ID), "story.merged", "story.merged")
	stories, err := s.Endpoint(ctx, only.ID)
	if err != nil || !slices.Equal(stories.Wants.Stories, []string{"third"}) {
		t.Errorf("the endpoint wants %v, %v", stories.Wants.Stories, err)
	}
	for _, d := range beginDue(t, s, day) {
		if d.Endpoint.ID == only.ID && (d.Happening.Story.ID != id || d.Happening.Story.Status != news.Merged || d.Happening.Into.ID != "other") {
			t.Errorf("merge told as %+v", d.Happening)
		}
	}
}

// Of stories nobody heard of, nothing is told.
func TestSilenceOfTheUnknown(t *testing.T) {
	s := open(t, Options{QuietAfter: time.Hour})
	e := endpoint(t, s, news.StoryQuiet, news.StoryMerged, news.StoryDiscovered)
	for _, f := range subscribe(t, s, "a", "b") {
		record(t, s, f, news.Entry{GUID: "1", Title: "Old talks", Published: time.Now().Add(-48 * time.Hour)})
	}
	placeAll(t, s, "old")
	revise(t, s, "old", true)
	if err := s.OweSilence(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	lone(t, s, "other")
	if err := s.MergeStories(t.Context(), "old", "other"); err != nil {
		t.Fatal(err)
	}
	expect(t, "nothing", owed(t, s, e.ID))
}

func TestFeedEvents(t *testing.T) {
	s := open(t, Options{})
	e := add(t, s, news.Wants{Events: []string{news.FeedFailing, news.FeedRecovered}, Followed: true, Stories: []string{stream(t, s)}})
	elsewhere := add(t, s, news.Wants{Events: []string{news.FeedFailing}, Categories: []string{"sport"}})
	f := subscribe(t, s)["a"]
	now := time.Now()
	fetch := func(err string, state news.FeedState) {
		t.Helper()
		now = now.Add(time.Minute)
		if f.Failures++; err == "" {
			f.Failures = 0
		}
		if _, err := s.RecordFetch(t.Context(), news.Fetch{Feed: f, At: now, Next: now, State: state, Err: err, Manners: f.Manners}); err != nil {
			t.Fatal(err)
		}
	}
	fetch("a hiccup", news.FeedActive)
	fetch("again", news.FeedActive)
	fetch("", news.FeedActive)
	expect(t, "short trouble", owed(t, s, e.ID))
	for range 5 {
		fetch("no answer", news.FeedActive)
	}
	expect(t, "lasting trouble", owed(t, s, e.ID), "feed.failing")
	fetch("", news.FeedActive)
	fetch("", news.FeedActive)
	expect(t, "well again", owed(t, s, e.ID), "feed.failing", "feed.recovered")
	fetch("410 gone", news.FeedGone)
	expect(t, "gone", owed(t, s, e.ID), "feed.failing", "feed.failing", "feed.recovered")
	expect(t, "elsewhere", owed(t, s, elsewhere.ID))
	begun := beginDue(t, s, now.Add(time.Hour))
	if h := begun[0].Happening; len(begun) != 1 || h.Feed.URL != "a" || h.Feed.Error != "no answer" || h.Feed.Failures != 3 || h.Feed.LastSuccess == nil {
		t.Errorf("told %+v", h.Feed)
	}
}

func TestPing(t *testing.T) {
	s := open(t, Options{})
	e := endpoint(t, s)
	if err := s.Disable(t.Context(), e.ID, "off"); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	d, err := s.BeginPing(t.Context(), e.ID, now, now.Add(time.Minute))
	if err != nil || d.Event != news.Ping || d.Attempts != 1 || !strings.HasPrefix(d.ID, "msg_") {
		t.Errorf("%+v %v", d, err)
	}
	if _, err := s.BeginPing(t.Context(), e.ID+1, now, now); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("ping to nowhere: %v", err)
	}
}
