package summary

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

// sample is an article as fixtures write it; its id is its place, from 1.
type sample struct {
	Outlet, Title, Text string
	Time                time.Time
	CopyOf              int64 `json:"copy_of"`
}

func articles(samples []sample, from int) []news.Article {
	var out []news.Article
	for i, s := range samples {
		out = append(out, news.Article{
			ID: int64(from + i + 1), Outlet: s.Outlet, Title: s.Title, Text: s.Text, Language: "en",
			Published: s.Time, Seen: s.Time, CopyOf: s.CopyOf,
		})
	}
	return out
}

// fixtures runs f on every JSON file of a folder under testdata.
func fixtures[T any](t *testing.T, dir string, f func(t *testing.T, c T)) {
	files, err := filepath.Glob(filepath.Join("testdata", dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures in %s: %v", dir, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var c T
			if err := json.Unmarshal(b, &c); err != nil {
				t.Fatal(err)
			}
			f(t, c)
		})
	}
}

// after is a story whose first revision used the known articles and to which
// others came.
func after(known, fresh []news.Article, now time.Time) news.StoryState {
	in := news.StoryState{Story: news.Story{ID: "s"}, Articles: known}
	if len(known) == 0 {
		in.Articles = fresh
		return in
	}
	rev, _ := Write(in, now, Options{})
	in.Previous = &rev
	in.Read, in.Numbers = map[int64]bool{}, map[int64]int{}
	for _, s := range rev.Sources {
		in.Read[s.Article] = true
		in.Numbers[s.Article] = s.N
	}
	in.Articles = append(append([]news.Article{}, known...), fresh...)
	return in
}

type gateCase struct {
	Known, New []sample
	Want       struct {
		OK     bool
		Reason string
	}
}

func TestGate(t *testing.T) {
	fixtures(t, "gate", func(t *testing.T, c gateCase) {
		in := after(articles(c.Known, 0), articles(c.New, len(c.Known)), time.Now())
		reason, ok := Gate(in)
		if ok != c.Want.OK || !strings.Contains(reason, c.Want.Reason) {
			t.Errorf("Gate = %q, %v; want %q, %v", reason, ok, c.Want.Reason, c.Want.OK)
		}
		if rev, _ := Write(in, time.Now(), Options{}); ok && len(rev.WhatsNew) == 0 {
			t.Error("the gate found news, what is new names none")
		}
	})
}

type writeCase struct {
	Articles []sample
	Want     struct {
		Label           string
		Outlets, Copies int
		Sections        int // at least
		Titles          []string
		Says            []news.Statement // text: a part of it; cites: at least these
		Never           []string
		Order           []string
		CopyOf          map[int]int `json:"copy_of"`
	}
}

func TestWrite(t *testing.T) {
	fixtures(t, "write", func(t *testing.T, c writeCase) {
		as := articles(c.Articles, 0)
		rev, dropped := Write(news.StoryState{Articles: as}, as[len(as)-1].Published, Options{})
		if dropped > 0 {
			t.Errorf("%d of our own sentences failed the check: %+v", dropped, rev)
		}
		r := rev.Revision
		if r.Label != c.Want.Label || r.Outlets != c.Want.Outlets || r.Copies != c.Want.Copies || r.Number != 1 {
			t.Errorf("revision %+v", r)
		}
		checkWords(t, rev, c)
		for _, s := range rev.Sources {
			if want := c.Want.CopyOf[s.N]; (s.CopyOf == nil) != (want == 0) || s.CopyOf != nil && *s.CopyOf != want {
				t.Errorf("source %d copy of %v, want %d", s.N, s.CopyOf, want)
			}
			if s.Description == "" {
				t.Errorf("source %d has no description", s.N)
			}
		}
	})
}

func checkWords(t *testing.T, rev news.Revision, c writeCase) {
	t.Helper()
	if len(rev.Sections) < c.Want.Sections {
		t.Errorf("%d sections, want %d", len(rev.Sections), c.Want.Sections)
	}
	if !contains(c.Want.Titles, rev.Story.Title) {
		t.Errorf("title %q, want one of %q", rev.Story.Title, c.Want.Titles)
	}
	words := body(rev)
	for _, n := range c.Want.Never {
		if strings.Contains(words, n) {
			t.Errorf("published %q in:\n%s", n, words)
		}
	}
	at := -1
	for _, o := range c.Want.Order {
		next := strings.Index(words, o)
		if next <= at {
			t.Errorf("%q is out of order in:\n%s", o, words)
		}
		at = next
	}
	for _, want := range c.Want.Says {
		if !stated(rev, want) {
			t.Errorf("no sentence with %q citing %v in:\n%s", want.Text, want.Cites, words)
		}
	}
}

func contains(all []string, s string) bool {
	for _, a := range all {
		if a == s {
			return true
		}
	}
	return false
}

// body is the title, headings and sentences of a revision, a line each.
func body(rev news.Revision) string {
	lines := []string{rev.Story.Title}
	for _, s := range rev.Sections {
		lines = append(lines, s.Heading)
		for _, st := range s.Sentences {
			lines = append(lines, st.Text)
		}
	}
	return strings.Join(lines, "\n")
}

func stated(rev news.Revision, want news.Statement) bool {
	for _, s := range rev.Sections {
		for _, st := range s.Sentences {
			if strings.Contains(st.Text, want.Text) && within(want.Cites, st.Cites) {
				return true
			}
		}
	}
	return false
}

func within(some, all []int) bool {
	in := map[int]bool{}
	for _, n := range all {
		in[n] = true
	}
	for _, n := range some {
		if !in[n] {
			return false
		}
	}
	return true
}
