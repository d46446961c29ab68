package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
)

func TestKeep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := testStore(t)
		h, err := newHandler(Config{Store: store, Site: testSite()})
		if err != nil {
			t.Fatal(err)
		}
		h.trust = 250 * time.Millisecond
		renders := 0
		var fail error
		ask := func(of kind) reply {
			out, _ := h.keep(context.Background(), "/x", of, func() (reply, error) {
				renders++
				return reply{Body: fmt.Append(nil, "render ", renders)}, fail
			})
			return out
		}
		for _, step := range []struct {
			name    string
			before  func()
			of      kind
			renders int
		}{
			{"first", func() {}, kind{}, 1},
			{"at once again", func() {}, kind{}, 1},
			{"changed, but just looked", func() { store.edits++ }, kind{}, 1},
			{"changed", func() { time.Sleep(time.Second) }, kind{}, 2},
			{"long after", func() { time.Sleep(time.Hour) }, kind{}, 2},
			{"long after, what may not live so long", func() {}, kind{life: time.Minute}, 2}, // just looked
			{"and then", func() { time.Sleep(time.Second) }, kind{life: time.Minute}, 3},
			{"failing", func() { time.Sleep(time.Second); store.edits++; fail = errors.New("no") }, kind{}, 4},
			{"failing still", func() {}, kind{}, 5},
			{"well again", func() { fail = nil }, kind{}, 6},
			{"and kept", func() {}, kind{}, 6},
			{"a merged story", func() { time.Sleep(time.Second) }, kind{story: "m3rg"}, 7},
			{"is not kept", func() {}, kind{story: "m3rg"}, 8},
		} {
			step.before()
			ask(step.of)
			if renders != step.renders {
				t.Fatalf("%s: %d renders, want %d", step.name, renders, step.renders)
			}
		}
	})
}

// TestDateOfWhatIsMadeAnew makes a document anew each minute: it is dated by
// when it last came out another.
func TestDateOfWhatIsMadeAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, err := newHandler(Config{Store: testStore(t), Site: testSite()})
		if err != nil {
			t.Fatal(err)
		}
		body := "one"
		ask := func() time.Time {
			time.Sleep(2 * time.Minute)
			out, err := h.keep(context.Background(), "/x", kind{life: time.Minute}, func() (reply, error) { return reply{Body: []byte(body)}, nil })
			if err != nil {
				t.Fatal(err)
			}
			return out.Modified
		}
		first, again := ask(), ask()
		body = "two"
		if other := ask(); !again.Equal(first) || !other.After(first) {
			t.Errorf("dated %v, then %v, then %v", first, again, other)
		}
	})
}

func TestKeptIsBounded(t *testing.T) {
	h, err := newHandler(Config{Store: testStore(t), Site: testSite()})
	if err != nil {
		t.Fatal(err)
	}
	body := make([]byte, 1<<20)
	for n := range 40 {
		path := fmt.Sprint("/", n)
		if _, err := h.keep(context.Background(), path, kind{}, func() (reply, error) { return reply{Body: body}, nil }); err != nil {
			t.Fatal(err)
		}
	}
	if h.kept.bytes > maxKept || len(h.kept.at) != h.kept.order.Len() || len(h.kept.at) < 10 || h.kept.at[h.Site.URL("/39")] == nil {
		t.Errorf("%d bytes in %d documents", h.kept.bytes, len(h.kept.at))
	}
	if _, err := h.keep(context.Background(), "/none", kind{story: "nope"}, nil); !errors.Is(err, news.ErrNotFound) || h.kept.at[h.Site.URL("/none")] != nil {
		t.Errorf("a story there is not is kept: %v", err)
	}
}

// TestDateOfAFeed renames a story within the second it was published in: a
// reader that asks by date only must see the new name.
func TestDateOfAFeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := testStore(t)
		h := testHandler(t, Config{Store: store})
		change := func() { store.edits = int(time.Now().UnixMilli() - 1_700_000_000_000) }
		time.Sleep(300 * 24 * time.Hour * 100) // past the dates of the sample
		time.Sleep(100 * time.Millisecond)
		change()
		first := ask(h, "GET", "/s/k3v9/feed.atom")
		if first.Header().Get("Last-Modified") != "" {
			t.Error("dated within the second of the change")
		}
		time.Sleep(500 * time.Millisecond)
		store.stories[0].Title = "Another name"
		change()
		time.Sleep(time.Second)
		second := ask(h, "GET", "/s/k3v9/feed.atom")
		modified := second.Header().Get("Last-Modified")
		if modified == "" || !strings.Contains(second.Body.String(), "Another name") {
			t.Fatalf("dated %q", modified)
		}
		if w := ask(h, "GET", "/s/k3v9/feed.atom", "If-Modified-Since: "+modified); w.Code != 304 {
			t.Errorf("unchanged: %d", w.Code)
		}
		store.stories[0].Title = "A third name"
		change()
		time.Sleep(2 * time.Second)
		if w := ask(h, "GET", "/s/k3v9/feed.atom", "If-Modified-Since: "+modified); w.Code != 200 {
			t.Errorf("renamed: %d", w.Code)
		}
	})
}

func TestVariants(t *testing.T) {
	store := testStore(t)
	for i := range 12 { // enough for an archive
		r := store.revisions[2]
		r.Revision.Story.ID, r.Revision.Revision.Number, r.Seq, r.Quiet = "d3v1", 12-i, int64(12-i), false
		store.revisions = append(store.revisions, r)
	}
	h := testHandler(t, Config{Store: store})
	for _, c := range []struct {
		target string
		status int
		holds  string
		count  int // of entries
	}{
		{"/s/k3v9/feed.atom", 200, "/s/k3v9/r/3", 3},
		{"/s/k3v9/feed.atom?mode=living", 200, "desk-1/s/k3v9/living</id>", 1},
		{"/s/k3v9/feed.atom?min=4", 200, "feed.atom?min=4", 1},
		{"/s/k3v9/feed.atom?utm_source=x", 200, `"https://news.example.org/s/k3v9/feed.atom" rel="self"`, 3},
		{"/feed.atom?mode=odd", 400, "living", 0},
		{"/feed.atom?only=some", 400, "followed", 0},
		{"/feed.atom?min=few", 400, "number", 0},
		{"/s/d3v1/feed.atom", 200, "/s/d3v1/r/1</id>", 12},
		{"/s/d3v1/archive/1/feed.atom", 200, "fh:archive", 10},
		{"/s/d3v1/archive/1/feed.rss", 200, "fh:archive", 0},
		{"/s/d3v1/archive/1/feed.json", 200, "archive/1/feed.json", 0},
		{"/s/d3v1/archive/2/feed.atom", 404, "", 0}, // not full yet
		{"/s/d3v1/archive/0/feed.atom", 404, "", 0},
		{"/s/d3v1/archive/x/feed.atom", 404, "", 0},
		{"/s/k3v9/archive/1/feed.atom", 404, "", 0},
		{"/archive/2/feed.atom", 404, "", 0},
	} {
		w := ask(h, "GET", c.target)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.holds) || strings.Count(w.Body.String(), "<entry>") != c.count {
			t.Errorf("%s: %d with %d entries, want %d with %d, %q\n%.900s", c.target, w.Code, strings.Count(w.Body.String(), "<entry>"), c.status, c.count, c.holds, w.Body)
		}
	}
	store.stories[2].Title = "Renamed since"
	before := ask(h, "GET", "/s/d3v1/archive/1/feed.atom").Body.String()
	store.stories[2].Status, store.stories[2].MergedInto = news.Merged, "k3v9"
	if after := ask(h, "GET", "/s/d3v1/archive/1/feed.atom"); after.Code != http.StatusOK || after.Body.String() != before || strings.Contains(before, "Renamed") {
		t.Errorf("the archive changed: %d", after.Code)
	}
	if publish.ArchiveSize != 10 {
		t.Error("archives that are out hold 10 entries: their size stays")
	}
}
