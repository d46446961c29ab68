package timeline

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

// fixture is a file of testdata: articles and the events they must give.
type fixture struct {
	Options struct {
		Events int
		PerDay int `json:"per_day"`
	}
	Articles []struct {
		N           int
		Outlet      string
		Title, Text string
		Lang        string
		Copy        bool
		Published   time.Time
	}
	Events []news.Event
}

func (f fixture) input() Input {
	in := Input{Options: Options{Events: f.Options.Events, PerDay: f.Options.PerDay}}
	for _, a := range f.Articles {
		if a.Lang == "" {
			a.Lang = "en"
		}
		in.Articles = append(in.Articles, Article{N: a.N, Outlet: a.Outlet, Title: a.Title, Text: a.Text,
			Lang: a.Lang, Published: a.Published, Copy: a.Copy})
	}
	return in
}

func fixtures(t testing.TB) map[string]fixture {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	out := map[string]fixture{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var f fixture
		if err := json.Unmarshal(data, &f); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out[strings.TrimSuffix(filepath.Base(path), ".json")] = f
	}
	return out
}

func TestBuild(t *testing.T) {
	for name, f := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			got := Build(f.input())
			if !slices.EqualFunc(got, f.Events, sameEvents) {
				t.Errorf("got\n%s\nwant\n%s", lines(got), lines(f.Events))
			}
		})
	}
}

func sameEvents(a, b news.Event) bool {
	return a.Date == b.Date && a.Precision == b.Precision && a.Label == b.Label && a.Kind == b.Kind &&
		a.Text == b.Text && slices.Equal(a.Cites, b.Cites)
}

func lines(events []news.Event) string {
	var b strings.Builder
	for _, e := range events {
		fmt.Fprintf(&b, "%s %s %s (%s) %s %v\n", e.Date, e.Precision, e.Label, e.Kind, e.Text, e.Cites)
	}
	return b.String()
}

// Whatever sentences are thrown together, lines are in order, end in a full
// stop, cite articles that exist, and say no word their first source does not.
func TestBuildHoldsItsPromises(t *testing.T) {
	var sentences []string
	for _, f := range fixtures(t) {
		for _, a := range f.Articles {
			sentences = append(sentences, strings.Split(a.Text, "\n")...)
		}
	}
	slices.Sort(sentences)
	rapid.Check(t, func(t *rapid.T) {
		var in Input
		texts := map[int]string{}
		for i := range rapid.IntRange(0, 5).Draw(t, "articles") {
			body := rapid.SliceOfN(rapid.SampledFrom(sentences), 0, 8).Draw(t, "body")
			a := Article{N: i + 1, Lang: "en", Text: strings.Join(body, "\n"),
				Published: time.Date(2025, 10, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 500).Draw(t, "hours")) * time.Hour)}
			in.Articles = append(in.Articles, a)
			texts[a.N] = a.Text
		}
		in.Options.Events = rapid.IntRange(0, 3).Draw(t, "events")
		in.Options.PerDay = rapid.IntRange(0, 2).Draw(t, "per day")
		events := Build(in)
		if !slices.IsSortedFunc(events, func(a, b news.Event) int { return strings.Compare(a.Date, b.Date) }) {
			t.Fatalf("not in order:\n%s", lines(events))
		}
		perDay := map[string]int{}
		for _, e := range events {
			perDay[e.Date]++
			if !strings.HasSuffix(e.Text, ".") || len(e.Cites) == 0 || in.Options.PerDay > 0 && perDay[e.Date] > in.Options.PerDay {
				t.Fatalf("event %+v", e)
			}
			if !slices.ContainsFunc(e.Cites, func(n int) bool { return saysAll(texts[n], e.Text) }) {
				t.Fatalf("no source says %q", e.Text)
			}
		}
		if in.Options.Events > 0 && len(perDay) > in.Options.Events {
			t.Fatalf("%d dates, want at most %d", len(perDay), in.Options.Events)
		}
	})
}

func saysAll(source, line string) bool {
	words := text.WordSet("january february march april may june july august september october november december of the in on week weekend 2024 2025 2026 2027")
	for d := range 32 {
		words[fmt.Sprint(d)] = true // put for a day word
	}
	for _, w := range text.Words(source) {
		words[text.Fold(w)] = true
	}
	for _, w := range text.Words(line) {
		if !words[text.Fold(w)] {
			return false
		}
	}
	return true
}

func TestTrim(t *testing.T) {
	day := time.Date(2025, 10, 10, 0, 0, 0, 0, time.UTC) // a Friday
	for sentence, want := range map[string]string{
		"On Friday, the council of Brook met.":                                        "The council of Brook met.",
		"The council met on Friday in Brook.":                                         "The council met in Brook.",
		"The council on Friday approved the plan.":                                    "The council approved the plan.",
		"The plan of Friday, the council said, stands.":                               "The plan of Friday, the council said, stands.",
		"Talks are set for Friday in Brook.":                                          "Talks are set for Friday in Brook.",
		"The council met on Friday night in Brook.":                                   "The council met on Friday night in Brook.",
		"Meanwhile, Petra Lind left Brook yesterday.":                                 "Petra Lind left Brook.",
		"Also Friday, the council of Brook met.":                                      "The council of Brook met.",
		"Friday, the council of Brook met.":                                           "The council of Brook met.",
		"A picture taken on Friday, of Brook.":                                        "A picture taken on Friday, of Brook.",
		"Calder reports on Friday, when Petra Lind will speak.":                       "Calder reports on Friday, when Petra Lind will speak.",
		"Petra Lind called it \"a good day.\"":                                        "Petra Lind called it \"a good day\".",
		"Some 40 homes in the old harbour quarter of Brook burned down, police said.": "Some 40 homes in the old harbour quarter of Brook burned down.",
		"The bank lent more than it had, according to data released on Friday.":       "The bank lent more than it had, according to data released on Friday.",
		"Speaking on Friday, Petra Lind said that the dam would hold.":                "Petra Lind said that the dam would hold.",
		"October 10 - The council of Brook met.":                                      "The council of Brook met.",
		"The grain cost 9 crowns, up from 7 crowns on Friday.":                        "The grain cost 9 crowns, up from 7 crowns on Friday.",
		"Brook has always been an ally of Calder, Petra Lind said.":                   "Brook has always been an ally of Calder, Petra Lind said.",
		"A census unveiled on Friday revealed that Brook has shrunk.":                 "A census unveiled on Friday revealed that Brook has shrunk.",
		"The council said on Friday, the dam of Brook would hold.":                    "The council said on Friday, the dam of Brook would hold.",
		"In a survey released on Friday, Petra Lind led by ten points.":               "In a survey released on Friday, Petra Lind led by ten points.",
		"Twenty-five years ago, Petra Lind left Brook.":                               "Twenty-five years ago, Petra Lind left Brook.",
	} {
		tags := readTags(&text.Sentence{Text: sentence, Published: day, Lang: "en"})
		var main *tag
		if len(tags) > 0 {
			main = &tags[0]
		}
		if got := trim(sentence, main, "en"); got != want {
			t.Errorf("%q\n got %q\nwant %q", sentence, got, want)
		}
	}
}

func TestTimesOfSomethingElse(t *testing.T) {
	day := time.Date(2025, 10, 10, 0, 0, 0, 0, time.UTC) // a Friday
	for sentence, want := range map[string]bool{
		"Petra Lind said that there had been one incident since the truce began on Monday.": true,
		"The talks were the first in Brook since boats exchanged fire off Calder in June.":  true,
		"Petra Lind, the mayor elected in June, opened the fair of Brook.":                  true,
		"Ice was a factor in 18 of 39 wrecks off Brook between the flood and 2006.":         true,
		"The council counted 188 boats, an increase from the 180 counted in May.":           true,
		"The council sued the mayor over her speeches to the guests of the fair on Monday.": true,
		"The council counted 8,188 boats, an increase from the 8,180 counted in May.":       true,
		"The share of idle boats ticked up to 6.1 percent from 6 percent in May.":           true,
		"Fewer boats left the harbour of Brook than in May.":                                true,
		"Petra Lind praised the mayor for his 2007 order to close the harbour.":             true,
		"Petra Lind won the race at the 2024 games of Brook.":                               true,
		"The crowd was the largest in Brook since the fall of the mayor in May.":            true,
		"The council asked for a new court after the old one was closed at the end of May.": true,
		"The council asked for a new court after the old one was closed in May.":            true,
		"Petra Lind was hurt in the May 2024 fire at the harbour of Brook.":                 false,
		"The trade of Brook grew rapidly in the second quarter and beat that of Calder.":    false,
		"Petra Lind, the mayor of Brook, opened the fair on Monday, said Ida Frost.":        false,
		"Rescuers reached the boat shortly before midnight on Monday.":                      false,
		"Since the truce began, Petra Lind has met the council of Brook on Monday.":         false,
	} {
		if tags := readTags(&text.Sentence{Text: sentence, Published: day, Lang: "en"}); len(tags) != 1 || tags[0].aside != want {
			t.Errorf("%q: %+v, want aside %v", sentence, tags, want)
		}
	}
}

func TestFit(t *testing.T) {
	for line, want := range map[string]bool{
		"The second round in Brook broke off over the order of the two steps.":         false,
		"Petra Lind and Ida Frost met for the two days of the fair in Brook.":          true,
		"Patrol boats of the two countries met off Brook.":                             true,
		"Petra Lind and Ida Frost signed, and the two women left Brook by boat.":       true,
		"\"The dam will hold,\" the mayor told workers in Brook.":                      false,
		"\"The dam will hold,\" Petra Lind told workers in Brook.":                     true,
		"Petra Lind told this newspaper that the dam of Brook would hold.":             false,
		"Petra Lind said that the step was needed to bring prices down.":               false,
		"Petra Lind said that the step into the council of Brook was needed.":          true,
		"The union's secretary, Ida Frost, showed reporters in Brook a page of a log.": false,
		"The fishermen's union of Brook met Ida Frost.":                                true,
		"The bank's next meeting is in Brook, said Ida Frost.":                         true,
		"Two attempts were made by Petra Lind to destroy this symbol of Brook.":        false,
		"Petra Lind said this week that the dam of Brook would hold.":                  true,
		"The vote, conducted by secret ballot, was won by Petra Lind and Ida Frost.":   false,
	} {
		if got := fit(line, "en"); got != want {
			t.Errorf("%q: fit %v", line, got)
		}
	}
}

func TestShortenCutsAtClauses(t *testing.T) {
	head := "The council of Brook voted by nine to four to drain the Tarn Dam and to build two smaller ones upstream"
	tail := ", which engineers from Calder have wanted since the first cracks were found under the northern wall of the dam in a dry summer many years before that"
	if got := trim(head+tail+".", nil, "en"); got != head+"." {
		t.Errorf("got %q", got)
	}
	lead := "With the Tarn Dam cracked in three places under its northern wall and the valley below it cleared"
	if got := trim(lead+tail+".", nil, "en"); got != lead+tail+"." {
		t.Errorf("got %q", got)
	}
	// Nothing is left of the sentence before the only border.
	long := "Councillor Ida Frost of the old harbour quarter of the town of Brook in the valley, who " + strings.Repeat("spoke well and ", 10) + "sat down, won"
	if got := trim(long+".", nil, "en"); got != long+"." {
		t.Errorf("got %q", got)
	}
}

func TestCutsLeaveWholeClauses(t *testing.T) {
	for _, sentence := range []string{
		"Petra Lind and Ida Frost of the council of Brook noted in a letter to the Calder Ministry of Works that the Dam Act of the year 1965, which forbade to build in the valley below the dam, was last renewed by a large majority of both parties in the year before the flood",
		"The newspaper of Brook reported in its weekend edition that the prince of Calder presented Petra Lind, the head of the council of the town of Brook, with a plan for the dam that would be more to the liking of the engineers upstream than to that of the people of Brook",
		"The harbour office of Brook passed on a letter from the friends of the dam, claiming Petra Lind of the council, Ida Frost of the harbour and Mr. Holt — all of whom were seen on the dam in the night before the flood and again in the hours after it — should give back their keys",
	} {
		if got := trim(sentence+".", nil, "en"); got != sentence+"." {
			t.Errorf("got %q", got)
		}
	}
}

func TestMainClause(t *testing.T) {
	for sentence, want := range map[string]tense{
		"As Petra Lind showed, the law remains weak.":                                 lasting,
		"Nobody in Brook expects this flood — which was told of before — to be last.": lasting,
		"After the dam had cracked, the council met.":                                 past,
	} {
		words := outsideQuotes(mainClause(sentence))
		if got := tenseOf(words); got != want {
			t.Errorf("%q: %v, want %v", sentence, got, want)
		}
	}
}

// What turns to the present is no part of what happened then.
func TestTurnIsCut(t *testing.T) {
	a := Article{Lang: "en", Published: time.Date(2025, 10, 10, 0, 0, 0, 0, time.UTC),
		Text: "The economy of Solmar grew rapidly in the second quarter of 2025 and beat that of Corvania, but the outlook has suddenly turned."}
	r := (&reader{stems: map[string]map[string][]string{}}).read(a)
	all := r.surely()
	if len(all) != 1 || !all[0].fitted() || all[0].line != "The economy of Solmar grew rapidly in the second quarter of 2025 and beat that of Corvania." {
		t.Errorf("got %+v", all)
	}
}

// A page may leave out the space behind what trimming takes away, and so make a
// word that the story has not.
func TestTrimKeepsWordsApart(t *testing.T) {
	if got := trim("The council of Brook (Calder County)voted to drain the Tarn Dam.", nil, "en"); got != "The council of Brook voted to drain the Tarn Dam." {
		t.Errorf("got %q", got)
	}
	s := &story{articles: []Article{{Lang: "en"}}, ids: map[string]int32{"dam": 0}, idf: []float64{1}}
	line := s.lineOf(&candidate{sentence: &sentence{}, dating: &dating{said: "Brookvoted dam"}})
	if got := line.words.stems; len(got) != 1 {
		t.Errorf("got stems %v of words that the story has not", got)
	}
}

// BenchmarkBuild makes the timeline of a thousand articles from nothing.
func BenchmarkBuild(b *testing.B) {
	in := manyArticles()
	for b.Loop() {
		Build(in)
	}
}

// BenchmarkBuildAgain makes it with all but one of them known.
func BenchmarkBuildAgain(b *testing.B) {
	in := manyArticles()
	keep(in.Articles)
	Build(in)
	for n := 0; b.Loop(); n++ {
		in.Articles[0].Text += fmt.Sprintf("Envoy number %d left town.\n", n)
		in.Articles[0].Kept = nil
		Build(in)
	}
}

func keep(articles []Article) {
	for i := range articles {
		articles[i].Kept = &Reading{}
	}
}

// A story that grows has the same timelines with what was kept as without.
func TestKeptChangesNothing(t *testing.T) {
	for _, f := range fixtures(t) {
		articles := f.input().Articles
		kept := slices.Clone(articles)
		keep(kept)
		for i := range articles {
			options := Options{Events: i % 3}
			got := Build(Input{Articles: kept[:i+1], Options: options})
			want := Build(Input{Articles: articles[:i+1], Options: options})
			if !slices.EqualFunc(got, want, sameEvents) {
				t.Fatalf("with what was kept\n%s\nwithout\n%s", lines(got), lines(want))
			}
		}
	}
}

func manyArticles() Input {
	var in Input
	for i := range 1000 {
		var body strings.Builder
		for j := range 25 {
			fmt.Fprintf(&body, "Envoy number %d met the council of town %d on %s and agreed on point %d of plan %d.\n",
				i%97, (i*7+j)%53, time.Weekday(j%7), j, (i*j)%31)
		}
		in.Articles = append(in.Articles, Article{N: i + 1, Lang: "en", Text: body.String(),
			Published: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 6 * time.Hour)})
	}
	return in
}

func TestToll(t *testing.T) {
	for sentence, want := range map[string]int{
		"Three people died when the ferry burned.":                      3,
		"At least 1,200 miners were killed near Calder.":                1200,
		"A bomb in Brook killed at least 14, police said.":              14,
		"The death toll of the fire in Brook rose on Friday to twelve.": 12,
		"Three people were hurt when the ferry burned.":                 0,
		"The pilot died.": 0,
	} {
		if got := toll(sentence); got != want {
			t.Errorf("%q: %d dead, want %d", sentence, got, want)
		}
	}
}
