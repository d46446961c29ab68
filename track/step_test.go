package track

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/storywire/storywire/news"
)

// fixtures returns the articles of all streams, shuffled together in time and
// told twice, a week apart, so that there is something to confuse.
func fixtures(t testing.TB) []news.Article {
	var all []news.Article
	names, _ := filepath.Glob("testdata/streams/*.jsonl")
	for week := range 2 {
		for i, name := range names {
			articles, _ := readStream(t, name)
			start := time.Date(2025, 9, 1, i, 0, 0, 0, time.UTC).AddDate(0, 0, 5*week)
			for _, a := range articles {
				a.Published = start.Add(a.Published.Sub(articles[0].Published))
				a.GUID = fmt.Sprint(a.GUID, week)
				all = append(all, a)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b news.Article) int { return a.Published.Compare(b.Published) })
	for i := range all {
		all[i].ID, all[i].Seen = int64(i+1), all[i].Published
	}
	return all
}

// TestRestart holds that a run with restarts anywhere, and articles that arrive
// in portions, gives the memberships of a run without.
func TestRestart(t *testing.T) {
	articles := fixtures(t)
	queries := map[string]news.Query{
		"strike": {Words: "Kestrel ferry strike"},
		"quake":  {Seeds: []int64{articles[slices.IndexFunc(articles, func(a news.Article) bool { return a.Outlet == "North Wire" })].ID}},
		"police": {All: []string{"police"}, Not: []string{"bankers"}},
	}
	window := 6 * 24 * time.Hour
	rapid.Check(t, func(rt *rapid.T) {
		once, often := newFakeStore(), newFakeStore()
		for id, q := range queries {
			once.follow(id, q)
			often.follow(id, q)
		}
		steady := &Step{Store: once, Window: window}
		step := &Step{Store: often, Window: window}
		once.run(t, steady) // the backfill is behind them
		often.run(t, step)
		late := rapid.IntRange(0, 3).Draw(rt, "late")
		for rest := slices.Clone(articles); len(rest) > 0; {
			n := rapid.IntRange(1, min(len(rest), 25)).Draw(rt, "portion")
			portion := slices.Clone(rest[:n])
			rest = rest[n:]
			for range min(late, len(rest)) { // what arrives before its time makes the next portion late
				portion = append(portion, rest[len(rest)-1])
				rest = rest[:len(rest)-1]
			}
			if rapid.Bool().Draw(rt, "idle restart") { // with nothing waiting, years after the articles
				step = &Step{Store: often, Window: window}
				often.run(t, step)
			}
			once.arrive(portion...)
			often.arrive(portion...)
			once.run(t, steady)
			if rapid.Bool().Draw(rt, "restart") {
				step = &Step{Store: often, Window: window}
			}
			if rapid.IntRange(0, 4).Draw(rt, "fail") == 0 {
				often.fail = errors.New("disk full")
				if _, err := step.Run(t.Context()); err == nil {
					rt.Fatal("a failed Place went unnoticed")
				}
			}
			often.run(t, step)
		}
		for id, want := range once.members {
			if got := often.members[id]; !maps.Equal(got, want) {
				rt.Fatalf("story %s:\n%v\nwith restarts:\n%v", id, want, got)
			}
		}
		if len(often.members) != len(once.members) {
			rt.Fatalf("%d stories, with restarts %d", len(once.members), len(often.members))
		}
	})
}

func TestExpelledStaysOut(t *testing.T) {
	articles, _ := readStream(t, "testdata/streams/affair.jsonl")
	store := newFakeStore(articles...)
	step := &Step{Store: store}
	store.run(t, step)
	id, story := articles[5].ID, store.home[articles[5].ID]
	if story != store.home[articles[0].ID] {
		t.Fatal("the fixture is not what this test thinks")
	}
	delete(store.members[story], id)
	delete(store.home, id)
	store.expelled[story] = []int64{id}
	store.changes++
	store.run(t, step)
	if store.home[id] == story || store.home[id] == "" {
		t.Errorf("the expelled article is in %q again", store.home[id])
	}
	for i := range 5 { // a second look must not bring it back either
		a := articles[5]
		a.ID, a.GUID, a.Published = int64(100+i), fmt.Sprint(i), a.Published.Add(time.Hour)
		a.Text += fmt.Sprintf(" That was paragraph %d.", i)
		store.arrive(a)
		store.run(t, step)
	}
	if store.home[id] == story {
		t.Error("a merge brought the expelled article back")
	}
}

func TestPinnedIsNotMerged(t *testing.T) {
	articles, _ := readStream(t, "testdata/streams/affair.jsonl")
	for _, pinned := range []bool{false, true} {
		store := newFakeStore(articles[0])
		step := &Step{Store: store}
		store.run(t, step)
		twin := articles[0] // as a person split it off
		twin.ID, twin.GUID, twin.Text = 50, "twin", twin.Text+" That was all."
		store.arrive(twin)
		store.home[50] = "split"
		store.stories["split"] = &news.Story{ID: "split", Pinned: pinned}
		store.join(news.Membership{Story: "split", Article: 50})
		store.changes++
		store.run(t, step)
		store.arrive(articles[1:]...)
		store.run(t, step)
		if merged := len(store.in("split")) == 0 || store.home[50] == store.home[1]; merged == pinned {
			t.Errorf("pinned %v, merged %v", pinned, merged)
		}
	}
}

func TestStepOldImport(t *testing.T) {
	articles, _ := readStream(t, "testdata/streams/affair.jsonl")
	store := newFakeStore(articles...)
	step := &Step{Store: store}
	store.run(t, step)
	old := articles[0]
	old.ID, old.GUID, old.Published = 50, "old", old.Published.AddDate(-1, 0, 0)
	store.arrive(old)
	store.run(t, step)
	if store.home[50] == store.home[articles[0].ID] {
		t.Error("an article from a year ago joined a story of today")
	}
}

// Batches are placed while those before them are recorded: each article once,
// and again if storage could not record it.
func TestStepBatches(t *testing.T) {
	var articles []news.Article
	for i := range batch*2 + 100 {
		articles = append(articles, news.Article{ID: int64(i + 1), GUID: fmt.Sprint(i), Title: fmt.Sprintf("word%d of%d", i, i), Language: "en",
			Published: time.Unix(int64(i), 0)})
	}
	store := newFakeStore(articles...)
	store.fail = errors.New("disk full")
	step := &Step{Store: store}
	if _, err := step.Run(t.Context()); err == nil {
		t.Error("a failed Place went unnoticed")
	}
	store.run(t, step)
	if len(store.home) != len(articles) {
		t.Errorf("%d of %d articles have a story", len(store.home), len(articles))
	}
}

// TestStepRests holds that a Step without work frees its memory after a while,
// and not before.
func TestStepRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		articles, _ := readStream(t, "testdata/streams/affair.jsonl")
		store := newFakeStore(articles...)
		step := &Step{Store: store}
		store.run(t, step)
		time.Sleep(rest)
		store.run(t, step)
		if step.tracker == nil {
			t.Error("memory was freed too early")
		}
		time.Sleep(time.Second)
		store.run(t, step)
		if step.tracker != nil {
			t.Error("memory was not freed")
		}
	})
}
