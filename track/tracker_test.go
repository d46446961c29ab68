package track

import (
	"bufio"
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

// readStream reads a fixture: articles with the story they belong to, which is
// followed by "=N" where the article is a copy of the N-th.
func readStream(t testing.TB, name string) (articles []news.Article, stories []string) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var l struct {
			ID, Outlet, Title, Text, Story string
			Time                           time.Time
		}
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		articles = append(articles, news.Article{
			ID: int64(len(articles) + 1), GUID: l.ID, Outlet: l.Outlet, Title: l.Title, Text: l.Text,
			Language: text.Language(l.Text, "en"), Published: l.Time, Seen: l.Time,
		})
		stories = append(stories, l.Story)
	}
	return articles, stories
}

// TestStreams holds that each fixture is taken apart into its stories. A new
// case is a new file.
func TestStreams(t *testing.T) {
	files, err := filepath.Glob("testdata/streams/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".jsonl"), func(t *testing.T) {
			articles, want := readStream(t, name)
			store := newFakeStore(articles...)
			store.run(t, &Step{Store: store})
			labels := map[string]string{}
			for i, a := range articles {
				story, copied, _ := strings.Cut(want[i], "=")
				home := store.home[a.ID]
				if label := cmp.Or(labels[home], story); label != story {
					t.Errorf("%q is in a story with %q: %s", a.Title, label, store.reason(home, a.ID))
				}
				for other, label := range labels {
					if label == story && other != home {
						t.Errorf("%q is apart from the rest of %q: %s", a.Title, story, store.reason(home, a.ID))
					}
				}
				labels[home] = story
				if original, _ := strconv.ParseInt(copied, 10, 64); store.articles[i].CopyOf != original {
					t.Errorf("%q is marked a copy of %d, want %d", a.Title, store.articles[i].CopyOf, original)
				}
			}
		})
	}
}

func TestReasons(t *testing.T) {
	articles, _ := readStream(t, "testdata/streams/affair.jsonl")
	tracker := NewTracker(0, DefaultWeights())
	first := tracker.Place(articles[0])
	if !first.New || first.Home.Reason != "founds a story: no live story shares its words" {
		t.Errorf("first: %+v", first.Home)
	}
	second := tracker.Place(articles[1])
	for _, want := range []string{"shares '", "'norrin'", "with 1 article", "4 h apart", "score ", "no other story is near"} {
		if !strings.Contains(second.Home.Reason, want) {
			t.Errorf("reason %q does not hold %q", second.Home.Reason, want)
		}
	}
}

func TestStoryID(t *testing.T) {
	a := news.Article{ID: 1, Outlet: "Harbour Post", GUID: "g", URL: "https://post.example/1", Title: "One"}
	b := a
	b.ID, b.Title = 2, "Edited"
	if id := StoryID(a); len(id) != 10 || id != StoryID(b) || strings.ToLower(id) != id {
		t.Errorf("ids %q and %q", StoryID(a), StoryID(b))
	}
	b.GUID = "h"
	if StoryID(a) == StoryID(b) {
		t.Error("two articles found the same story")
	}
}

// TestWindow holds that an article and a story whose dates lie further apart
// than the window are two affairs, whichever of them is older, and that neither
// makes the other forgotten.
func TestWindow(t *testing.T) {
	articles, _ := readStream(t, "testdata/streams/affair.jsonl")
	tracker := NewTracker(48*time.Hour, DefaultWeights())
	first := tracker.Place(articles[0])
	for _, gap := range []time.Duration{49 * time.Hour, -49 * time.Hour} {
		other := articles[0]
		other.ID, other.GUID, other.Published = 99, gap.String(), other.Published.Add(gap)
		if p := tracker.Place(other); p.Home.Story == first.Home.Story || p.CopyOf != 0 {
			t.Errorf("%v away it joined: %+v", gap, p.Home)
		}
	}
	again := articles[0]
	again.ID, again.GUID = 100, "again"
	if p := tracker.Place(again); p.Home.Story != first.Home.Story {
		t.Errorf("founded a story of its own: %+v", p.Home)
	}
}

// TestMemory holds that a story is forgotten, and its memory freed, once enough
// other articles have come.
func TestMemory(t *testing.T) {
	articles, _ := readStream(t, "testdata/streams/affair.jsonl")
	tracker := NewTracker(0, DefaultWeights())
	first := tracker.Place(articles[0])
	again := articles[0]
	again.ID, again.GUID = articles[0].ID+memory, "later"
	if p := tracker.Place(again); p.Home.Story == first.Home.Story || p.CopyOf != 0 {
		t.Errorf("joined a story that was over: %+v", p.Home)
	}
	if len(tracker.stories) != 1 {
		t.Errorf("%d stories in memory, want 1", len(tracker.stories))
	}
	for _, list := range tracker.index.lists {
		for _, p := range list {
			if tracker.index.places[p.item].id != again.ID {
				t.Fatal("an article that is forgotten is still indexed")
			}
		}
	}
}

// TestStoryCap holds that memory keeps the newest articles of a large story,
// and sums that fit them.
func TestStoryCap(t *testing.T) {
	articles, _ := readStream(t, "testdata/streams/affair.jsonl")
	reader := NewReader(DefaultWeights())
	c := &cluster{id: "x"}
	want := &cluster{id: "y"}
	for i := range storyCap + 30 {
		a := articles[i%len(articles)]
		a.ID, a.Published = int64(i), a.Published.Add(time.Duration(i)*time.Hour)
		c.add(newItem(a, reader.Read(a).features))
	}
	for _, it := range slices.Backward(slices.Clone(c.items)) {
		want.add(it)
	}
	if len(c.items) != storyCap || c.n != storyCap {
		t.Errorf("%d articles, %d weigh", len(c.items), c.n)
	}
	if !slices.Equal(c.words, want.words) || c.lw != want.lw || !slices.Equal(c.names, want.names) {
		t.Error("the sums of what was added and dropped differ from those of what is held")
	}
}

// TestBody holds that a body read in one go gives the words of its lead and of
// its sketch as if each were read by itself.
func TestBody(t *testing.T) {
	for _, gap := range []string{" ", "\n", "-", "’s ", ". ", "U.S. "} {
		s := strings.Repeat("harbour U.S. talks"+gap+"Élan 5,000 on cease-fire"+gap, 300)
		one := document{Reader: NewReader(DefaultWeights()), lang: "en", at: map[uint32]int{}}
		two := document{Reader: NewReader(DefaultWeights()), lang: "en", at: map[uint32]int{}}
		if got, want := one.body(s), two.count(cut(s, leadBytes), 1); got != want {
			t.Errorf("with %q %d words lead, want %d", gap, got, want)
		}
		var want []uint32
		for word := range text.WordSeq(cut(s, sketchBytes)) {
			want = append(want, foldedHash(word))
		}
		if !slices.Equal(one.folded, want) {
			t.Errorf("with %q the words of the sketch differ", gap)
		}
		for term, i := range two.at {
			if j, ok := one.at[term]; !ok || one.noted[j].tf != two.noted[i].tf {
				t.Errorf("with %q a term of the lead is counted otherwise", gap)
			}
		}
	}
}

// A word may be written like its language.
func TestLookup(t *testing.T) {
	for _, word := range []string{"en", "route"} {
		if _, terms := NewReader(DefaultWeights()).lookup(word, "en"); len(terms) != 1 {
			t.Errorf("%q has %d terms", word, len(terms))
		}
	}
}
