package eval

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/demo"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/summary"
)

// room returns the sample newsroom's articles of a story, oldest first, with
// copies marked, and their names by id.
func room(t *testing.T, story string) (articles []news.Article, names map[int64]string) {
	t.Helper()
	n, err := demo.New(demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	names = map[int64]string{}
	ids := map[string]int64{}
	for i, it := range n.Articles() {
		if it.Story != story {
			continue
		}
		id := int64(i + 1)
		ids[it.ID], names[id] = id, it.ID
		articles = append(articles, news.Article{
			ID: id, GUID: it.ID, Outlet: it.Outlet, Title: it.Title, Text: it.Text, Language: it.Language,
			Published: it.Published, Seen: it.Published, CopyOf: ids[it.CopyOf],
		})
	}
	slices.SortStableFunc(articles, func(a, b news.Article) int { return a.Published.Compare(b.Published) })
	return articles, names
}

// Every article of the sample newsroom but the copies and the one that only
// rewords raises a revision that says what is new.
func TestGateOnTheNewsroom(t *testing.T) {
	silent := map[string]bool{"cease-fire-accepted-vpr": true}
	for _, story := range []string{"sarn-talks", "ferry-lady-maren", "tandem-recall", "skylark-launch"} {
		articles, names := room(t, story)
		in := news.StoryState{Story: news.Story{ID: story}, Read: map[int64]bool{}, Numbers: map[int64]int{}}
		refused := 0
		for _, a := range articles {
			in.Articles = append(in.Articles, a)
			reason, ok := summary.Gate(in)
			if quiet := a.CopyOf != 0 || silent[names[a.ID]]; quiet && ok {
				t.Errorf("%s raises a revision: %s", names[a.ID], reason)
			} else if !quiet && !ok {
				refused++
				t.Logf("%s raises none: %s", names[a.ID], reason)
			}
			if !ok {
				continue
			}
			rev, dropped := summary.Write(in, a.Published, summary.Options{})
			if len(rev.WhatsNew) == 0 || dropped > 0 {
				t.Errorf("after %s: %d sentences of news, %d dropped", names[a.ID], len(rev.WhatsNew), dropped)
			}
			in.Previous = &rev
			for _, s := range rev.Sources {
				in.Read[s.Article], in.Numbers[s.Article] = true, s.N
			}
		}
		if refused > 0 {
			t.Errorf("%s: %d articles with news were refused", story, refused)
		}
	}
}

// truth is a line of the key to the newsroom.
type truth struct {
	date      string
	precision news.Precision
	kind      news.Kind
}

func readTruth(t *testing.T) []truth {
	t.Helper()
	data, err := os.ReadFile("../demo/newsroom/TRUTH.md")
	if err != nil {
		t.Fatal(err)
	}
	var out []truth
	reference, _, _ := strings.Cut(string(data), "## Stories in brief")
	for line := range strings.Lines(reference) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "| "), " | ")
		if len(cells) != 5 {
			continue
		}
		if _, err := time.Parse(time.DateOnly, cells[0]); err != nil {
			continue
		}
		out = append(out, truth{date: cells[0], precision: news.Precision(cells[1]), kind: news.Kind(cells[2])})
	}
	return out
}

// The timeline of the reference case against the key: a line's date is that of
// an event in it, or the day its source was published or the day before; nothing is shown as planned that the key has as done, nor as done
// what it has as planned; and the events that count are there.
func TestTimelineAgainstTruth(t *testing.T) {
	articles, _ := room(t, "sarn-talks")
	for _, size := range []int{2, 4, 8, 16, len(articles)} {
		rev, _ := summary.Write(news.StoryState{Articles: articles[:size]}, articles[size-1].Published, summary.Options{})
		byNumber := map[int]news.Article{}
		for _, s := range rev.Sources {
			for _, a := range articles {
				if a.ID == s.Article {
					byNumber[s.N] = a
				}
			}
		}
		key := readTruth(t)
		told := map[string]bool{}
		for _, e := range rev.Timeline {
			told[e.Date] = true
			if !borneOut(e, key, byNumber) && !strings.HasPrefix(e.Text, aside) {
				t.Errorf("of %d articles: %s (%s) %s %v is not in the key", size, e.Label, e.Kind, e.Text, e.Cites)
			}
			if size == len(articles) && e.Kind == news.Scheduled && e.Date <= "2026-04-03" {
				t.Errorf("%s is over, and still announced: %s", e.Label, e.Text)
			}
		}
		if size == len(articles) {
			for _, day := range []string{"2025-11-14", "2026-03-05", "2026-03-09", "2026-03-13", "2026-03-15", "2026-03-17", "2026-03-19",
				"2026-03-22", "2026-03-24", "2026-03-26", "2026-03-28", "2026-03-30", "2026-04-01", "2026-04-02", "2026-04-14"} {
				if !told[day] {
					t.Errorf("nothing is told of %s", day)
				}
			}
		}
	}
}

// aside is true and too small for the key.
const aside = "The fishermen's cooperative will hold a meeting"

// borneOut reports whether the key knows an event of the line's date, or the line
// is news of its source's own day or its eve.
func borneOut(e news.Event, key []truth, sources map[int]news.Article) bool {
	for _, n := range e.Cites {
		a := sources[n]
		for _, row := range key {
			if row.date == e.Date && row.precision == e.Precision && (row.kind == e.Kind || e.Kind == news.Scheduled) || e.Precision == news.Month && row.date[:7] == e.Date[:7] {
				return true
			}
		}
		own := a.Published.Format(time.DateOnly)
		eve := a.Published.AddDate(0, 0, -1).Format(time.DateOnly)
		if e.Precision == news.Day && e.Kind == news.Occurred && (e.Date == own || e.Date == eve) {
			return true
		}
	}
	return false
}

// No sentence that is shown beside those of other weeks counts from a day the
// reader does not know.
func TestNoDayWordsInALongAffair(t *testing.T) {
	articles, _ := room(t, "sarn-talks")
	rev, _ := summary.Write(news.StoryState{Articles: articles}, articles[len(articles)-1].Published, summary.Options{})
	var shown []string
	for _, s := range rev.WhatsNew {
		shown = append(shown, s.Text)
	}
	for _, s := range rev.Sections {
		shown = append(shown, s.Heading)
		for _, st := range s.Sentences {
			shown = append(shown, st.Text)
		}
	}
	for _, s := range rev.Sources {
		shown = append(shown, s.Description)
		if !strings.HasSuffix(strings.TrimRight(s.Description, `"”'`), ".") || strings.Contains(s.Description, "(Halyard") {
			t.Errorf("description %q", s.Description)
		}
	}
	for _, s := range shown {
		for _, word := range []string{"on Thursday", "Thursday's", "yesterday", "tomorrow", "today", "next week", "last week", "last month"} {
			if strings.Contains(s, word) && !strings.Contains(s, word+", ") {
				t.Errorf("%q counts from a day unknown: %s", word, s)
			}
		}
		if strings.HasSuffix(s, "…") {
			t.Errorf("cut short: %s", s)
		}
	}
}
