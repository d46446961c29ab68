package summary

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/storywire/storywire/news"
)

// drawArticles draws a story: sentences of a few patterns and words, so that
// articles overlap, repeat and contradict each other.
func drawArticles(t *rapid.T) []news.Article {
	who := rapid.SampledFrom([]string{"Mira Olander", "Jonas Pell", "the coastguard", "Northline", "The European Commission", "Police"})
	did := rapid.SampledFrom([]string{"rejected the offer of", "announced on Monday", "welcomed", "said it would review", "closed"})
	what := rapid.SampledFrom([]string{"the port of Ardale", "twelve ships near the strait", "a plan worth $2.5 billion", "14 new patrols in Keld", "talks in Vienna on April 14"})
	tail := rapid.SampledFrom([]string{" after a long night.", ", according to two officials.", ".", "?", " and “nothing else” mattered.", "..."})
	text := rapid.Custom(func(t *rapid.T) string {
		var all []string
		for range rapid.IntRange(0, 5).Draw(t, "sentences") {
			s := who.Draw(t, "who") + " " + did.Draw(t, "did") + " " + what.Draw(t, "what") + tail.Draw(t, "tail")
			all = append(all, strings.ToUpper(s[:1])+s[1:])
		}
		return strings.Join(all, " ")
	})
	var out []news.Article
	start := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	for i := range rapid.IntRange(0, 6).Draw(t, "articles") {
		a := news.Article{ID: int64(i + 1), Language: "en", Text: text.Draw(t, "text"),
			Outlet:    rapid.SampledFrom([]string{"Post", "Herald", "Lantern"}).Draw(t, "outlet"),
			Title:     who.Draw(t, "who") + " " + did.Draw(t, "did") + " " + what.Draw(t, "what"),
			Published: start.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "hours")) * time.Hour)}
		if i > 0 && rapid.IntRange(0, 5).Draw(t, "copy") == 0 {
			a.CopyOf, a.Text = 1, out[0].Text
		}
		out = append(out, a)
	}
	return out
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		as := drawArticles(t)
		now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
		in := news.StoryState{Story: news.Story{ID: "s", Title: "Words"}, Articles: as}
		rev, dropped := Write(in, now, Options{})
		if dropped != 0 {
			t.Fatalf("own sentences dropped: %d of %+v", dropped, rev)
		}
		if again, _ := Write(in, now, Options{}); !reflect.DeepEqual(rev, again) {
			t.Fatal("two runs differ")
		}
		if b, err := json.Marshal(rev); err != nil || strings.Contains(strings.ReplaceAll(string(b), `"copy_of":null`, ""), "null") {
			t.Fatalf("null in %s, %v", b, err)
		}
		checkShape(t, rev, len(as))
		if len(as) > 0 {
			checkCopy(t, in, rev, now)
			checkStable(t, as, now)
		}
	})
}

func checkShape(t *rapid.T, rev news.Revision, articles int) {
	if len(rev.Sources) != articles {
		t.Fatalf("%d sources of %d articles", len(rev.Sources), articles)
	}
	seen, headings := map[string]bool{}, map[string]bool{}
	for _, s := range rev.Sections {
		if s.Heading == "" || len(s.Heading) > 2*headingLength || headings[s.Heading] {
			t.Fatalf("heading %q", s.Heading)
		}
		headings[s.Heading] = true
		for _, st := range s.Sentences {
			if seen[st.Text] || len(st.Cites) == 0 || st.Cites[0] < 1 || st.Cites[len(st.Cites)-1] > articles || !slices.IsSorted(st.Cites) {
				t.Fatalf("sentence %+v", st)
			}
			seen[st.Text] = true
		}
	}
}

// checkCopy adds a copy, which must change no word of the sections.
func checkCopy(t *rapid.T, in news.StoryState, rev news.Revision, now time.Time) {
	c := in.Articles[0]
	c.ID, c.CopyOf, c.Outlet = 99, c.ID, "Copier"
	in.Articles = append(slices.Clone(in.Articles), c)
	more, _ := Write(in, now, Options{})
	if len(in.Articles) > 1 && body(more) != body(rev) {
		t.Fatalf("a copy changed\n%s\nto\n%s", body(rev), body(more))
	}
}

// checkStable adds articles one by one: given numbers stay.
func checkStable(t *rapid.T, as []news.Article, now time.Time) {
	given := map[int64]int{}
	for i := range as {
		rev, _ := Write(news.StoryState{Articles: as[:i+1], Numbers: given}, now, Options{})
		numbers := map[int]bool{}
		for _, s := range rev.Sources {
			if n := given[s.Article]; n != 0 && n != s.N || numbers[s.N] {
				t.Fatalf("article %d is [%d], was [%d]", s.Article, s.N, n)
			}
			given[s.Article] = s.N
			numbers[s.N] = true
		}
	}
}
