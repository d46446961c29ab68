package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

// where tells the home of an article and the stories it is in.
func where(t *testing.T, s *Store, article int64) string {
	t.Helper()
	var home, in string
	err := s.read.QueryRow(`SELECT a.story_id, (SELECT group_concat(CASE WHEN s.query IS NULL THEN s.id ELSE 'query' END, ' ' ORDER BY s.query IS NULL, s.id)
		FROM membership m JOIN story s ON s.id = m.story_id WHERE m.article_id = a.article_id) FROM home a WHERE article_id = ?`, article).Scan(&home, &in)
	if err != nil {
		t.Fatal(err)
	}
	return home + ": " + in
}

// lone records one more article and gives it a story of its own.
func lone(t *testing.T, s *Store, id string) int64 {
	t.Helper()
	record(t, s, subscribe(t, s)["a"], news.Entry{GUID: id, Title: "Alone " + id})
	placeAll(t, s, id)
	members, _, err := s.Members(t.Context(), id)
	if err != nil || len(members) != 1 {
		t.Fatal(members, err)
	}
	return members[0].ID
}

func TestMoveBetweenStreamAndQueries(t *testing.T) {
	s := open(t, Options{})
	ctx := t.Context()
	talks := stream(t, s)
	article := lone(t, s, "apart")
	followed, err := s.Follow(ctx, news.Query{Words: "talks"})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ from, to, want string }{
		{"apart", followed.ID, "apart: query apart"}, // taken in beside its home
		{"apart", talks, "talks: query talks"},
		{followed.ID, "apart", "apart: apart"}, // leaves the query and its home
	} {
		if err := s.Move(ctx, article, step.from, step.to); err != nil {
			t.Fatal(err)
		}
		if got := where(t, s, article); got != step.want {
			t.Errorf("from %s to %s: %s, want %s", step.from, step.to, got, step.want)
		}
	}
	if err := s.Move(ctx, article, talks, followed.ID); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("moved from where it is not: %v", err)
	}
	if err := s.MergeStories(ctx, talks, followed.ID); err == nil {
		t.Error("a story of the stream was merged into a query's")
	}
	if err := s.MergeStories(ctx, "apart", talks); err != nil {
		t.Error(err)
	}
	if got := where(t, s, article); got != "talks: talks" {
		t.Errorf("after the merge: %s", got)
	}
}

func TestExpelled(t *testing.T) {
	s := open(t, Options{})
	ctx := t.Context()
	talks := stream(t, s)
	article := lone(t, s, "apart")
	if err := s.Move(ctx, article, "apart", talks); err != nil {
		t.Fatal(err)
	}
	before, err := s.Changes(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Expel(ctx, article, talks, "own"); err != nil {
		t.Fatal(err)
	}
	if got := where(t, s, article); got != "own: own" {
		t.Errorf("it is in %q", got)
	}
	story, err := s.Tracked(ctx, talks)
	if err != nil || !slices.Equal(story.Expelled, []int64{article}) {
		t.Errorf("expelled %v, %v", story.Expelled, err)
	}
	if after, err := s.Changes(ctx); err != nil || after == before {
		t.Errorf("the change was not counted: %v", err)
	}
	if err := s.Expel(ctx, article, talks, "other"); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("expelled twice: %v", err)
	}
}

// TestStored holds that a look for words finds whole stories, by the beginnings
// of words.
func TestStored(t *testing.T) {
	s := open(t, Options{})
	stream(t, s)
	lone(t, s, "apart")
	for words, want := range map[string]int{"": 3, "meet": 0, "me": 2, "talk": 2, "alone": 1, "talk alon": 3, `" OR "talk`: 2} {
		got := 0
		err := s.Stored(t.Context(), strings.Fields(words), func(a news.Article, home string) error {
			got++
			if (home == "apart") != strings.HasPrefix(a.Title, "Alone") {
				t.Errorf("%q is at home in %q", a.Title, home)
			}
			return nil
		})
		if err != nil || got != want {
			t.Errorf("%q: %d articles, %v; want %d", words, got, err, want)
		}
	}
}

func TestMovedFeedKeepsItsName(t *testing.T) {
	s := open(t, Options{})
	ctx := t.Context()
	list := []news.Subscription{{URL: "http://old.example/rss"}}
	if _, _, err := s.SyncFeeds(ctx, list); err != nil {
		t.Fatal(err)
	}
	f := subscribe(t, s)["http://old.example/rss"]
	now := time.Now()
	fetch := news.Fetch{Feed: f, At: now, Next: now, State: news.FeedActive, Manners: news.Manners{Moved: "http://new.example/rss"}}
	if _, err := s.RecordFetch(ctx, fetch); err != nil {
		t.Fatal(err)
	}
	if added, removed, err := s.SyncFeeds(ctx, list); err != nil || added != 0 || removed != 0 {
		t.Errorf("the list made %d and removed %d feeds: %v", added, removed, err)
	}
	if f = subscribe(t, s)["http://old.example/rss"]; f.Address() != "http://new.example/rss" {
		t.Errorf("fetched from %s", f.Address())
	}
	fetch = news.Fetch{Feed: f, At: now, Next: now, State: news.FeedActive, Err: "not found"}
	if _, err := s.RecordFetch(ctx, fetch); err != nil {
		t.Fatal(err)
	}
	if f = subscribe(t, s)["http://old.example/rss"]; f.Address() != f.URL {
		t.Errorf("after a failure it is still fetched from %s", f.Address())
	}
}

func TestWhatWasPlannedByAWrongClockIsDue(t *testing.T) {
	s := open(t, Options{})
	ctx := t.Context()
	endpoint(t, s)
	id := stream(t, s)
	revise(t, s, id, false)
	record(t, s, subscribe(t, s)["a"], news.Entry{GUID: "more", Title: "More"})
	placeAll(t, s, id)
	set := func(what string, at time.Time) {
		if _, err := s.write.conn.ExecContext(ctx, `UPDATE `+what+` = ?`, ms(at)); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	for _, table := range []string{"feed SET next_fetch", "story SET due", "delivery SET due"} {
		set(table, now.AddDate(80, 0, 0))
	}
	dueFeeds := func() int {
		feeds, err := s.DueFeeds(ctx, now, 10)
		if err != nil {
			t.Fatal(err)
		}
		return len(feeds)
	}
	if n := dueFeeds(); n != 2 {
		t.Errorf("%d feeds due", n)
	}
	set("feed SET next_fetch", now.Add(25*time.Hour))
	if n := dueFeeds(); n != 0 {
		t.Errorf("%d feeds due a day too early", n)
	}
	set("feed SET last_fetch", now.Add(24*time.Hour))
	if n := dueFeeds(); n != 2 {
		t.Errorf("of the feeds fetched tomorrow %d are due", n)
	}
	if stories, err := s.DueStories(ctx, now, 10); err != nil || len(stories) != 1 {
		t.Errorf("%v due, %v", stories, err)
	}
	if begun := beginDue(t, s, now); len(begun) != 1 {
		t.Errorf("%d deliveries due", len(begun))
	}
}

func TestBackupIsWholeAndPrivate(t *testing.T) {
	s := open(t, Options{})
	id := stream(t, s)
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := s.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	copied := open(t, Options{Path: path})
	if story, err := copied.Story(t.Context(), id); err != nil || story.Articles != 2 || copied.Instance() != s.Instance() {
		t.Errorf("%+v %v", story, err)
	}
	if err := s.Backup(t.Context(), path); err == nil {
		t.Error("an older copy was overwritten")
	}
	if found, err := copied.Check(t.Context()); err != nil || len(found) != 0 {
		t.Errorf("damage %v %v", found, err)
	}
}

func TestEditsAreBounded(t *testing.T) {
	s := open(t, Options{})
	f := subscribe(t, s, "a")["a"]
	for i := range editsKept + 5 {
		record(t, s, f, news.Entry{GUID: "live", Title: fmt.Sprintf("Live, minute %d", i)})
	}
	var kept int
	if err := s.read.QueryRow(`SELECT count(*) FROM edit`).Scan(&kept); err != nil || kept != editsKept {
		t.Errorf("%d kept, %v", kept, err)
	}
}

func TestApartLeavesOutWhatIsToldElsewhere(t *testing.T) {
	s := open(t, Options{})
	ctx := t.Context()
	talks := stream(t, s)
	revise(t, s, talks, false)
	followed, err := s.Follow(ctx, news.Query{Words: "talks"})
	if err != nil {
		t.Fatal(err)
	}
	members, _, err := s.Members(ctx, talks)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{2, 1} { // stories shown once so many articles were taken in
		m := news.Membership{Story: followed.ID, Article: members[i].ID, Reason: "test"}
		if err := s.Adopt(ctx, followed.ID, []news.Membership{m}); err != nil {
			t.Fatal(err)
		}
		shown, err := s.Stories(ctx, news.StoryFilter{Apart: true})
		if err != nil || len(shown) != want {
			t.Errorf("%d articles taken in: %d stories shown, want %d (%v)", i+1, len(shown), want, err)
		}
		revisions, err := s.Revisions(ctx, news.RevisionFilter{Apart: true})
		if err != nil || len(revisions) != want-1 {
			t.Errorf("%d articles taken in: %d revisions shown, want %d (%v)", i+1, len(revisions), want-1, err)
		}
	}
	if all, err := s.Stories(ctx, news.StoryFilter{}); err != nil || len(all) != 2 {
		t.Errorf("the whole list has %d stories (%v)", len(all), err)
	}
}
