package summary

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

// crowd makes articles that tell of one affair, six hours apart.
func crowd(n, sentences int) []news.Article {
	var out []news.Article
	for i := range n {
		var body strings.Builder
		for j := range sentences {
			fmt.Fprintf(&body, "Envoy Mira Olander met the council of town %d on %s, which will vote on April %d, and agreed on point %d of plan %d. ",
				(i*7+j)%53, time.Weekday(j%7), 1+(i+j)%28, j, (i*j)%31)
		}
		out = append(out, news.Article{ID: int64(i + 1), Outlet: fmt.Sprint("Outlet ", i%9), Title: fmt.Sprintf("Town %d agrees on plan %d", i%53, i%31),
			Text: body.String(), Language: "en", Published: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 6 * time.Hour)})
	}
	return out
}

// TestMemory writes a growing story, one article of which is corrected, with and
// without what was read before.
func TestMemory(t *testing.T) {
	m := memory{limit: 300}
	articles := crowd(90, 6)
	now := articles[89].Published
	for i := 70; i <= len(articles); i += 10 {
		articles[3].Text += fmt.Sprintf("The harbour master counted %d ships that day.", 100+i)
		in := after(articles[:i-5], articles[i-5:i], now)
		want, _ := Write(in, now, Options{})
		c := read(in, m.of("s"))
		reason, _ := c.gate(in)
		if got, _ := c.write(in, now, Options{}, reason); !reflect.DeepEqual(got, want) {
			t.Fatalf("of %d articles, with what was read before:\n%+v\nwithout:\n%+v", i, got, want)
		}
		read(in, m.of("other"))
		if len(m.held) != 1 || len(m.order) != 1 || m.held["other"] == nil {
			t.Fatalf("holds %d stories in %d places", len(m.held), len(m.order))
		}
	}
}

// What a word weighs does not hang on the form of it that was read first.
func TestStemWeighsTheSame(t *testing.T) {
	for _, forms := range [][]string{{"announces", "announced", "announcement"}, {"countries", "country"}, {"meetings", "meet"}, {"zyzzyvas", "zyzzyva"}} {
		for i := range forms {
			l, other := newLexicon(), newLexicon()
			other.terms(forms[0], "en")
			if got, want := l.weight[l.term(forms[i], "en")], other.weight[other.term(forms[i], "en")]; got != want {
				t.Errorf("%q weighs %v read first, %v read after %q", forms[i], got, want, forms[0])
			}
		}
	}
}

// BenchmarkWrite writes the first revision of a story.
func BenchmarkWrite(b *testing.B) {
	for _, n := range []int{12, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			in := news.StoryState{Articles: crowd(n, 25)}
			for b.Loop() {
				Write(in, time.Time{}, Options{})
			}
		})
	}
}

// BenchmarkWriteAgain writes the next revision when one article came to 999.
func BenchmarkWriteAgain(b *testing.B) {
	all := crowd(1000, 25)
	in := after(all[:999], all[999:], time.Time{})
	var m memory
	again := func() {
		c := read(in, m.of("s"))
		reason, _ := c.gate(in)
		c.write(in, time.Time{}, Options{}, reason)
	}
	again()
	base := in.Articles[999].Text
	for n := 0; b.Loop(); n++ {
		in.Articles[999].Text = fmt.Sprintf("%s The council of town %d then agreed to it.", base, n%9)
		again()
	}
}
