package text

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/storywire/storywire/news"
)

// timeCase is a line of testdata/times.txt.
type timeCase struct {
	line      int
	lang      string
	published time.Time
	sentence  string
	want      []string
}

func timeCases(t testing.TB) []timeCase {
	f, err := os.Open("testdata/times.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []timeCase
	var current timeCase
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		current.line++
		line := strings.TrimSpace(lines.Text())
		switch key, value, _ := strings.Cut(line, " "); {
		case line == "" || key == "#":
		case key == "lang":
			current.lang = value
		case key == "anchor":
			if current.published, err = time.Parse(time.RFC3339, value); err != nil {
				t.Fatal(err)
			}
		default:
			c := current
			marked, want, _ := strings.Cut(line, " => ")
			c.sentence = strings.NewReplacer("{", "", "}", "").Replace(marked)
			c.want = expectations(t, c.line, marked, want)
			out = append(out, c)
		}
	}
	return out
}

// expectations puts the marked expressions and what they should mean into the
// form of describe.
func expectations(t testing.TB, line int, marked, want string) []string {
	var out []string
	parts := strings.Split(want, ";")
	for i, after := range strings.Split(marked, "{")[1:] {
		expression, _, _ := strings.Cut(after, "}")
		if i >= len(parts) {
			t.Fatalf("line %d: nothing said of {%s}", line, expression)
		}
		expression = strings.TrimSuffix(strings.TrimSuffix(expression, "'s"), "’s")
		rest, label, labelled := strings.Cut(parts[i], `"`)
		if labelled {
			var flags string
			label, flags, _ = strings.Cut(label, `"`)
			rest += flags
		}
		fields := strings.Fields(rest)
		date, err := time.Parse(time.DateOnly, fields[0])
		if err != nil {
			t.Fatalf("line %d: %v", line, err)
		}
		if !labelled {
			label = Label(date, news.Precision(fields[1]))
		}
		flags := strings.Join(fields[2:], "")
		out = append(out, describe(expression, Time{Date: date, Precision: news.Precision(fields[1]), Label: label,
			Explicit: strings.Contains(flags, "x"), Future: strings.Contains(flags, "+")}))
	}
	return out
}

func describe(expression string, x Time) string {
	return fmt.Sprintf("{%s} %s %s %q explicit=%v future=%v",
		expression, x.Date.Format(time.DateOnly), x.Precision, x.Label, x.Explicit, x.Future)
}

func TestTimes(t *testing.T) {
	for _, c := range timeCases(t) {
		t.Run(fmt.Sprint(c.line), func(t *testing.T) {
			var got []string
			for _, x := range Times(c.sentence, c.published, c.lang) {
				got = append(got, describe(c.sentence[x.Start:x.End], x))
			}
			if g, w := strings.Join(got, "\n"), strings.Join(c.want, "\n"); g != w {
				t.Errorf("%s\ngot  %s\nwant %s", c.sentence, g, w)
			}
		})
	}
}

func FuzzTimes(f *testing.F) {
	for _, c := range timeCases(f) {
		f.Add(c.sentence, c.published.Unix(), c.lang)
	}
	f.Fuzz(func(t *testing.T, s string, unix int64, lang string) {
		end := 0
		for _, x := range Times(s, time.Unix(unix%(1<<36), 0), lang) {
			if x.Start < end || x.End <= x.Start || x.End > len(s) {
				t.Fatalf("span %d-%d after %d in %q", x.Start, x.End, end, s)
			}
			if !onRune(s, x.Start) || !onRune(s, x.End) {
				t.Fatalf("span %d-%d cuts a rune of %q", x.Start, x.End, s)
			}
			if x.Label == "" || x.Precision == "" || x.Date.IsZero() {
				t.Fatalf("unresolved: %+v in %q", x, s)
			}
			end = x.End
		}
		Future(s, lang)
	})
}

func onRune(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[i:]) // what is no UTF-8 has no borders
	return i == len(s) || utf8.RuneStart(s[i]) || r == utf8.RuneError
}

// A sentence with other words has other times, and the words of the article's day.
func TestSentence(t *testing.T) {
	day := time.Date(2026, 3, 19, 12, 0, 0, 0, time.UTC)
	s := Split("They met on Monday. They part on Friday, March 20.", day, "en")[0]
	if s.With(s.Text) != s {
		t.Error("with its own words it is another")
	}
	for _, s := range []*Sentence{s, s.With("They met on Tuesday and on March 4."), s.With("They met.")} {
		if got, want := s.Times(), Times(s.Text, day, "en"); !slices.Equal(got, want) {
			t.Errorf("%q has the times %v, want %v", s.Text, got, want)
		}
	}
}
