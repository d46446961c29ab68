package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

func open(t *testing.T, opt Options) *Store {
	t.Helper()
	if opt.Path == "" {
		opt.Path = filepath.Join(t.TempDir(), "storywire.db")
	}
	s, err := Open(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// subscribe adds feeds and returns them by address.
func subscribe(t *testing.T, s *Store, urls ...string) map[string]news.Feed {
	t.Helper()
	for _, url := range urls {
		if _, err := s.AddFeed(t.Context(), news.Subscription{URL: url, Title: url, Categories: []string{"world", "europe"}}); err != nil {
			t.Fatal(err)
		}
	}
	feeds, err := s.Feeds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	byURL := map[string]news.Feed{}
	for _, f := range feeds {
		byURL[f.URL] = f
	}
	return byURL
}

func record(t *testing.T, s *Store, f news.Feed, entries ...news.Entry) news.FetchCount {
	t.Helper()
	now := time.Now()
	for i := range entries {
		if entries[i].Outlet == "" {
			entries[i].Outlet = f.Title
		}
	}
	count, err := s.RecordFetch(t.Context(), news.Fetch{Feed: f, At: now, Next: now.Add(time.Minute), Entries: entries, State: news.FeedActive})
	if err != nil {
		t.Fatal(err)
	}
	return count
}

func TestFetchKnowsArticles(t *testing.T) {
	s := open(t, Options{})
	feeds := subscribe(t, s, "a", "b")
	a, b := feeds["a"], feeds["b"]
	for _, step := range []struct {
		what  string
		feed  news.Feed
		entry news.Entry
		want  news.FetchCount
	}{
		{"new", a, news.Entry{GUID: "1", Key: "x.org/1", Title: "One"}, news.FetchCount{New: 1}},
		{"again", a, news.Entry{GUID: "1", Key: "x.org/1", Title: "One"}, news.FetchCount{Known: 1}},
		{"in another feed", b, news.Entry{GUID: "b1", Key: "x.org/1", Title: "One, shorter"}, news.FetchCount{Known: 1}},
		{"edited", a, news.Entry{GUID: "1", Key: "x.org/1", Title: "One, mended"}, news.FetchCount{Known: 1, Edited: 1}},
		{"changing GUID", a, news.Entry{GUID: "1-bis", Key: "x.org/1", Title: "One, mended"}, news.FetchCount{Known: 1}},
		{"same GUID in another feed", b, news.Entry{GUID: "1", Title: "Other"}, news.FetchCount{New: 1}},
		{"no key", a, news.Entry{GUID: "2", Title: "Two"}, news.FetchCount{New: 1}},
	} {
		if got := record(t, s, step.feed, step.entry); got != step.want {
			t.Errorf("%s: %+v, want %+v", step.what, got, step.want)
		}
	}
	var entries, edits int
	if err := s.read.QueryRow(`SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM edit)`).Scan(&entries, &edits); err != nil {
		t.Fatal(err)
	}
	if entries != 4 || edits != 1 {
		t.Errorf("%d entries, %d edits", entries, edits)
	}
	article, err := s.FindArticle(t.Context(), "1")
	if err != nil || article.Title != "One, mended" || fmt.Sprint(article.Categories) != "[world europe]" {
		t.Errorf("%+v %v", article, err)
	}
}

func TestFetchKeepsSchedule(t *testing.T) {
	s := open(t, Options{})
	f := subscribe(t, s, "a")["a"]
	if next, err := s.NextFetch(t.Context()); err != nil || next.IsZero() {
		t.Fatalf("a new feed is due at once: %v %v", next, err)
	}
	now := time.Now()
	if _, err := s.RecordFetch(t.Context(), news.Fetch{Feed: f, At: now, Next: now.Add(time.Hour), State: news.FeedActive, Manners: news.Manners{ETag: `"v"`}}); err != nil {
		t.Fatal(err)
	}
	if due, err := s.DueFeeds(t.Context(), now.Add(time.Minute), 10); err != nil || len(due) != 0 {
		t.Errorf("due early: %v %v", due, err)
	}
	due, err := s.DueFeeds(t.Context(), now.Add(time.Hour), 10)
	if err != nil || len(due) != 1 || due[0].ETag != `"v"` || !due[0].Imported {
		t.Errorf("due %+v %v", due, err)
	}
	if _, err := s.RecordFetch(t.Context(), news.Fetch{Feed: f, At: now, Next: now, Err: "410 gone", State: news.FeedGone}); err != nil {
		t.Fatal(err)
	}
	if next, err := s.NextFetch(t.Context()); err != nil || !next.IsZero() {
		t.Errorf("a gone feed is never due: %v %v", next, err)
	}
}

func TestSyncFeedsLeavesThePersonsAlone(t *testing.T) {
	s := open(t, Options{})
	ctx := t.Context()
	subscribe(t, s, "mine")
	sync := func(urls ...string) (int, int) {
		var subs []news.Subscription
		for _, url := range urls {
			subs = append(subs, news.Subscription{URL: url})
		}
		added, removed, err := s.SyncFeeds(ctx, subs)
		if err != nil {
			t.Fatal(err)
		}
		return added, removed
	}
	if a, r := sync("mine", "x", "y"); a != 2 || r != 0 {
		t.Errorf("first: %d %d", a, r)
	}
	if err := s.RemoveFeed(ctx, "x"); err != nil {
		t.Fatal(err)
	}
	if a, r := sync("x"); a != 0 || r != 1 {
		t.Errorf("second: %d %d", a, r)
	}
	if left := subscribe(t, s); len(left) != 1 || left["mine"].Origin != "person" {
		t.Errorf("left %v", left)
	}
	if a, _ := sync("x", "y"); a != 1 {
		t.Errorf("y comes back, x does not: %d", a)
	}
	if err := s.RemoveFeed(ctx, "nowhere"); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("unknown feed: %v", err)
	}
}

// stream records two articles of two outlets as one story and returns its id.
func stream(t *testing.T, s *Store) string {
	t.Helper()
	feeds := subscribe(t, s, "a", "b")
	for name, f := range feeds {
		record(t, s, f) // the quiet first import
		record(t, s, f, news.Entry{GUID: "1", Title: "Talks in " + name, Text: "They met."})
	}
	placeAll(t, s, "talks")
	return "talks"
}

// placeAll puts every untracked article into one story.
func placeAll(t *testing.T, s *Store, story string) {
	t.Helper()
	articles, err := s.Untracked(t.Context(), nil, 100)
	if err != nil {
		t.Fatal(err)
	}
	if rest, err := s.Untracked(t.Context(), []int64{articles[0].ID}, 100); err != nil || len(rest) != len(articles)-1 {
		t.Errorf("%d of %d untracked articles besides one: %v", len(rest), len(articles), err)
	}
	var placements []news.Placement
	for i, a := range articles {
		placements = append(placements, news.Placement{Article: a, New: i == 0, Home: news.Membership{
			Story: story, Article: a.ID, Score: 1, Reason: "test", At: time.Now()}})
	}
	if err := s.Place(t.Context(), placements); err != nil {
		t.Fatal(err)
	}
}

func revise(t *testing.T, s *Store, id string, quiet bool) news.Draft {
	t.Helper()
	state, err := s.StoryState(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var sources []news.Source
	for i, a := range state.Articles {
		sources = append(sources, news.Source{N: i + 1, Article: a.ID, Title: a.Title})
	}
	draft := news.Draft{Version: state.Story.Version, Quiet: quiet, Revision: news.Revision{
		Schema: 1, Story: news.StoryHead{ID: id, Title: "Talks"}, Sources: sources,
		Revision: news.RevisionHead{Number: state.Story.Revision + 1, Created: time.Now().Truncate(time.Second), Label: news.Label(len(sources)),
			Articles: state.Story.Articles}}}
	if err := s.SaveRevision(t.Context(), draft); err != nil {
		t.Fatal(err)
	}
	return draft
}

func TestStoryIsDueAfterSettling(t *testing.T) {
	s := open(t, Options{Settle: time.Hour, MinInterval: 3 * time.Hour})
	id := stream(t, s)
	ctx := t.Context()
	story, err := s.Story(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	if !story.Discovered || story.Articles != 2 || story.Outlets != 2 || story.Status != news.Developing {
		t.Errorf("story %+v", story)
	}
	if in := time.Until(story.Due); in < 59*time.Minute || in > time.Hour {
		t.Errorf("due in %v", in)
	}
	revise(t, s, id, false)
	if next, err := s.NextRevision(ctx); err != nil || !next.IsZero() {
		t.Errorf("due after a revision: %v %v", next, err)
	}
	record(t, s, subscribe(t, s)["a"], news.Entry{GUID: "2", Title: "More"})
	placeAll(t, s, id)
	story, err = s.Story(ctx, id)
	if in := time.Until(story.Due); err != nil || in < 170*time.Minute {
		t.Errorf("the least interval was not kept: due in %v, %v", in, err)
	}
	if err := s.PassOver(ctx, id, story.Version, "nothing new"); err != nil {
		t.Fatal(err)
	}
	if story, err = s.Story(ctx, id); err != nil || !story.Due.IsZero() || story.GateReason != "nothing new" {
		t.Errorf("after passing over: %+v %v", story, err)
	}
}

// A story's own pace goes before what is configured, also when it is due already.
func TestPace(t *testing.T) {
	s := open(t, Options{Settle: time.Hour, MinInterval: 3 * time.Hour})
	id := stream(t, s)
	due := func(want time.Duration) {
		t.Helper()
		story, err := s.Story(t.Context(), id)
		if in := time.Until(story.Due); err != nil || in > want || in < want-time.Minute {
			t.Errorf("due in %v, want %v, %v", in, want, err)
		}
	}
	pace := func(p news.Pace) {
		t.Helper()
		if err := s.SetPace(t.Context(), id, p); err != nil {
			t.Fatal(err)
		}
		if story, err := s.Story(t.Context(), id); err != nil || !reflect.DeepEqual(story.Pace, p) {
			t.Errorf("pace %+v, want %+v, %v", story.Pace, p, err)
		}
	}
	due(time.Hour)
	pace(news.Pace{Settle: new(5 * time.Minute), MinInterval: new(20 * time.Minute)})
	due(5 * time.Minute)
	revise(t, s, id, false)
	record(t, s, subscribe(t, s)["a"], news.Entry{GUID: "2", Title: "More"})
	placeAll(t, s, id)
	due(20 * time.Minute)
	pace(news.Pace{Settle: new(time.Duration(0))})
	due(3 * time.Hour)
	pace(news.Pace{MinInterval: new(time.Duration(0))})
	due(time.Hour)
	if err := s.SetPace(t.Context(), "nope", news.Pace{}); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("an unknown story: %v", err)
	}
}

func TestFirstImportIsQuiet(t *testing.T) {
	s := open(t, Options{})
	feeds := subscribe(t, s, "a", "b")
	for _, f := range feeds {
		record(t, s, f, news.Entry{GUID: "1", Title: "Old talks", Published: time.Now().Add(-48 * time.Hour)})
	}
	placeAll(t, s, "old")
	story, err := s.Story(t.Context(), "old")
	if err != nil || story.Due.IsZero() || time.Since(story.Updated) < 47*time.Hour {
		t.Fatalf("a first, quiet revision is due: %+v %v", story, err)
	}
	endpoint(t, s, news.StoryUpdated, news.StoryDiscovered)
	revise(t, s, "old", true)
	if all, err := s.Revisions(t.Context(), news.RevisionFilter{}); err != nil || len(all) != 0 {
		t.Errorf("all stories show a quiet revision: %v %v", all, err)
	}
	if own, err := s.Revisions(t.Context(), news.RevisionFilter{Story: "old"}); err != nil || len(own) != 1 {
		t.Errorf("its own feed does not: %v %v", own, err)
	}
	if next, err := s.NextDelivery(t.Context()); err != nil || !next.IsZero() {
		t.Errorf("a delivery is owed: %v %v", next, err)
	}
	late := subscribe(t, s, "c")["c"]
	record(t, s, late, news.Entry{GUID: "1", Title: "Old talks too"})
	placeAll(t, s, "old")
	if story, err := s.Story(t.Context(), "old"); err != nil || !story.Due.IsZero() || story.Articles != 3 {
		t.Errorf("a later first import woke the story: %+v %v", story, err)
	}
}

func TestMergedStoriesRedirect(t *testing.T) {
	s := open(t, Options{})
	ctx := t.Context()
	first := stream(t, s)
	revise(t, s, first, false)
	record(t, s, subscribe(t, s)["a"], news.Entry{GUID: "9", Title: "Elsewhere"})
	placeAll(t, s, "other")
	record(t, s, subscribe(t, s)["a"], news.Entry{GUID: "10", Title: "Proof"})
	proof, err := s.Untracked(ctx, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Place(ctx, []news.Placement{{Article: proof[0], Home: news.Membership{Story: "other", Article: proof[0].ID, Reason: "x"},
		Merges: []news.Merge{{From: first, Into: "other", Reason: "one affair"}}}})
	if err != nil {
		t.Fatal(err)
	}
	if story, err := s.Story(ctx, first); err != nil || story.Status != news.Merged || story.MergedInto != "other" {
		t.Errorf("merged story %+v %v", story, err)
	}
	if _, err := s.Revision(ctx, first, 1); err != nil {
		t.Errorf("its revision is lost: %v", err)
	}
	if into, err := s.Story(ctx, "other"); err != nil || into.Articles != 4 || into.Due.IsZero() {
		t.Errorf("target %+v %v", into, err)
	}
	if err := s.Split(ctx, "other", "apart", "Apart", []int64{proof[0].ID}); err != nil {
		t.Fatal(err)
	}
	if members, why, err := s.Members(ctx, "apart"); err != nil || len(members) != 1 || !why[0].ByPerson {
		t.Errorf("split: %v %v %v", members, why, err)
	}
	var live []string
	err = s.Live(ctx, 100, func(tracked news.TrackedStory) error {
		live = append(live, fmt.Sprint(tracked.Story.ID, len(tracked.Articles), tracked.Story.Pinned, tracked.Expelled))
		return nil
	})
	if err != nil || len(live) != 2 {
		t.Errorf("live %v %v", live, err)
	}
}

func TestFollowIsSeenAsAChange(t *testing.T) {
	s := open(t, Options{})
	ctx := t.Context()
	stream(t, s)
	before, err := s.Changes(ctx)
	if err != nil {
		t.Fatal(err)
	}
	story, err := s.Follow(ctx, news.Query{Words: "talks", Seeds: []int64{1}})
	if err != nil || !story.Backfill || story.Articles != 1 || story.Query.Words != "talks" {
		t.Fatalf("followed %+v %v", story, err)
	}
	if after, err := s.Changes(ctx); err != nil || after <= before {
		t.Errorf("changes %d then %d, %v", before, after, err)
	}
	if err := s.Adopt(ctx, story.ID, []news.Membership{{Story: story.ID, Article: 2, Reason: "says talks"}}); err != nil {
		t.Fatal(err)
	}
	if story, err = s.Story(ctx, story.ID); err != nil || story.Backfill || story.Articles != 2 {
		t.Errorf("adopted %+v %v", story, err)
	}
	if err := s.Unfollow(ctx, story.ID); err != nil {
		t.Fatal(err)
	}
	if story, err = s.Story(ctx, story.ID); err != nil || story.Status != news.Ended {
		t.Errorf("unfollowed %+v %v", story, err)
	}
	if err := s.Rename(ctx, "none", "x"); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("rename of nothing: %v", err)
	}
}

func TestStoriesFilter(t *testing.T) {
	s := open(t, Options{})
	id := stream(t, s)
	if err := s.FollowStory(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	story, err := s.Story(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for want, filters := range map[int][]news.StoryFilter{
		1: {{After: &news.Story{Followed: true, Updated: time.Now().Add(time.Hour), ID: id}}, {}, {Followed: true}, {Category: "europe"}, {Outlet: "a"}, {Search: "talks met"}, {Status: news.Developing}},
		0: {{Category: "sport"}, {Outlet: "c"}, {Search: `talks" OR`}, {Status: news.Ended}, {Since: time.Now().Add(time.Hour)}, {After: &story}},
	} {
		for _, f := range filters {
			if got, err := s.Stories(t.Context(), f); err != nil || len(got) != want {
				t.Errorf("%+v: %d stories, want %d (%v)", f, len(got), want, err)
			}
		}
	}
}

func TestReopenKeepsInstanceAndRefusesNewer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	first := open(t, Options{Path: path})
	second := open(t, Options{Path: path})
	if first.Instance() == "" || first.Instance() != second.Instance() {
		t.Errorf("instances %q, %q", first.Instance(), second.Instance())
	}
	for statement, reason := range map[string]string{
		`UPDATE meta SET value = 'other' WHERE key = 'schema'`: "between two releases",
		`PRAGMA user_version = 99`:                             "newer storywire",
	} {
		if _, err := first.write.conn.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), Options{Path: path}); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("after %s: %v", statement, err)
		}
		if _, err := first.write.conn.ExecContext(t.Context(), `PRAGMA user_version = 1`); err != nil {
			t.Fatal(err)
		}
	}
}

// TestWordsOfEdits finds an article by the words it has now, whether it was
// edited before it was tracked or after, and keeps the index sound.
func TestWordsOfEdits(t *testing.T) {
	s := open(t, Options{})
	f := subscribe(t, s, "http://a/feed")["http://a/feed"]
	record(t, s, f, news.Entry{GUID: "1", Title: "Ferry aground", Text: "It left at dawn."}, news.Entry{GUID: "2", Title: "Bridge closed", Text: "Wind."})
	record(t, s, f, news.Entry{GUID: "1", Title: "Ferry aground", Text: "It left at noon."})
	placeAll(t, s, "s1")
	record(t, s, f, news.Entry{GUID: "2", Title: "Bridge closed", Text: "Storm."})
	for word, want := range map[string]int{"dawn": 0, "noon": 1, "ferry": 1, "wind": 0, "storm": 1, "bridge": 1} {
		var n int
		err := s.read.QueryRowContext(t.Context(), `SELECT count(*) FROM article_words WHERE article_words MATCH ?`, word).Scan(&n)
		if err != nil || n != want {
			t.Errorf("%s: %d articles, want %d (%v)", word, n, want, err)
		}
	}
	err := s.transact(t.Context(), func(tx *txn) error {
		_, err := tx.ExecContext(t.Context(), `INSERT INTO article_words (article_words, rank) VALUES ('integrity-check', 1)`)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestSourcesAt finds what a revision was written from, whatever was edited
// since.
func TestSourcesAt(t *testing.T) {
	s := open(t, Options{})
	f := subscribe(t, s, "http://a/feed")["http://a/feed"]
	entry := news.Entry{GUID: "1", Key: "a/1", Title: "Ferry aground", Text: "At dawn."}
	record(t, s, f, entry)
	placeAll(t, s, "s1")
	revise(t, s, "s1", false)
	entry.Text = "At noon."
	record(t, s, f, entry)
	entry.Title = "Ferry afloat"
	record(t, s, f, entry)
	for when, want := range map[time.Time]string{
		time.Now().Add(-time.Hour): "Ferry aground: At dawn.", time.Now().Add(time.Hour): "Ferry afloat: At noon.",
	} {
		all, err := s.SourcesAt(t.Context(), "s1", when)
		if got := all[1].Title + ": " + all[1].Text; err != nil || len(all) != 1 || got != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
}

func TestOpenRefusesWhatIsNotOurs(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "notes"), []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	other, err := connect(filepath.Join(dir, "other"), "", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.ExecContext(t.Context(), `CREATE TABLE theirs (a)`); err != nil {
		t.Fatal(err)
	}
	for name, mend := range map[string]string{
		"notes":   "name another file",
		"other":   "of another program: name another file",
		".":       "it takes the right to",
		"notes/x": "make its folder",
	} {
		path := filepath.Join(dir, name)
		if _, err := Open(t.Context(), Options{Path: path}); err == nil || !strings.HasPrefix(err.Error(), "open "+path) || !strings.Contains(err.Error(), mend) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var tables int
	if err := other.QueryRowContext(t.Context(), `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil || tables != 1 {
		t.Errorf("%d tables in another program's database, %v", tables, err)
	}
}
