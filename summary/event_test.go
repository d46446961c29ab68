package summary

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

func TestCurrentLeavesOutWhatIsOver(t *testing.T) {
	wednesday := time.Date(2026, 4, 1, 18, 0, 0, 0, time.UTC)
	d := &doc{lang: "en", article: news.Article{Published: wednesday}}
	for _, c := range []struct{ said, today, want string }{
		{"It was left to the ministers, who will meet in Brook tomorrow for a third round.", "2026-04-03", "It was left to the ministers."},
		{"It was left to the ministers, who will meet in Brook tomorrow for a third round.", "2026-04-02", ""},
		{"The ministers, who will meet in Brook on April 2, have said little.", "2026-04-03", "The ministers have said little."},
		{"The ministers, who will meet in Brook on April 2 and on April 20, have said little.", "2026-04-03", ""},
		{"The ministers, who will meet in Brook, have said little.", "2026-04-03", ""},
		{"The ministers, who met in Brook on Tuesday, have said little.", "2026-04-03", ""},
	} {
		today, err := time.Parse(time.DateOnly, c.today)
		if err != nil {
			t.Fatal(err)
		}
		want := c.want
		if want == "" {
			want = c.said
		}
		if got := (&corpus{today: today}).current(d.timed(c.said), d).Text; got != want {
			t.Errorf("on %s: %q\nwant %q", c.today, got, want)
		}
	}
}

func TestAnEventIsToldOnce(t *testing.T) {
	first := sample{Outlet: "Wire", Title: "Ministers of Arvenia and Solmar meet in Brook", Time: time.Date(2026, 3, 20, 9, 0, 0, 0, time.UTC),
		Text: "The foreign ministers of Arvenia and Solmar met in Brook on Thursday over the Keld strait and parted without a result."}
	fresh := []sample{
		{Outlet: "Brook Radio", Title: "Truce in Keld strait extended", Time: time.Date(2026, 4, 2, 19, 0, 0, 0, time.UTC),
			Text: "The foreign ministers of Arvenia and Solmar agreed in Brook on Thursday to extend the truce until April 21, and to call a summit."},
		{Outlet: "Dorsk Daily", Title: "Pell brings home more quiet", Time: time.Date(2026, 4, 3, 8, 0, 0, 0, time.UTC),
			Text: "The foreign minister and his Arvenian counterpart, Mira Olander, on Thursday extended the cease-fire in the Keld strait until April 21. Arvenia and Solmar will hold a summit, Olander said."},
	}
	in := after(articles([]sample{first}, 0), articles(fresh, 1), time.Now())
	rev, _ := Write(in, fresh[1].Time, Options{})
	told := []news.Statement{}
	for _, s := range rev.WhatsNew {
		if strings.Contains(s.Text, "until April 21") {
			told = append(told, s)
		}
	}
	if len(told) != 1 || len(told[0].Cites) != 2 || !strings.HasPrefix(told[0].Text, "The foreign ministers of Arvenia and Solmar") {
		t.Errorf("told %+v", told)
	}
	if n := strings.Count(body(rev), "until April 21"); n != 1 {
		t.Errorf("sections tell it %d times:\n%s", n, body(rev))
	}
}

func TestClausesThatHead(t *testing.T) {
	for s, want := range map[string]string{
		"The ministers of Arvenia and Solmar agreed in Brook on April 2 to extend the truce until the middle of May.": "",
		"The line has nothing to do with the plan over which the ministers of the two countries are to meet again.":   "The line has nothing to do with the plan",
		"Arvenia released the ship on Monday, four days after it had been taken to the port of Dorsk by a patrol.":    "Arvenia released the ship on Monday",
	} {
		if got := clause(s); got != want {
			t.Errorf("%q\n got %q\nwant %q", s, got, want)
		}
	}
}

func TestHeadlinesEndWithoutWeekday(t *testing.T) {
	for title, want := range map[string]string{
		"Arvenia and Solmar accept ten-day truce from Saturday": "Arvenia and Solmar accept ten-day truce",
		"Brook schools to stay shut until Monday":               "Brook schools to stay shut",
		"Brook votes on Sunday":                                 "Brook votes on Sunday",
		"Brook remembers the dead of Bloody Sunday":             "Brook remembers the dead of Bloody Sunday",
	} {
		if got := undated(title, "en"); got != want {
			t.Errorf("%q became %q, want %q", title, got, want)
		}
	}
}

func TestHeadingsSayWhoAndWhat(t *testing.T) {
	better := [][2]string{
		{"Arvenia releases the ship", "The line is open"},
		{"Arvenia releases the ship", "Ten days, one hour"},
	}
	for _, b := range better {
		if form(b[0], "en") <= form(b[1], "en") {
			t.Errorf("%q reads no better than %q", b[0], b[1])
		}
	}
}

func TestAsidesHeadNothing(t *testing.T) {
	var all []sample
	for i, what := range []string{"met in Brook", "asked for a truce", "spoke of a truce in Brook", "left Brook without a truce", "called the truce near", "came back to Brook", "signed the truce in Brook"} {
		all = append(all, sample{Outlet: fmt.Sprint("Outlet ", i), Title: "Foreign Minister Jonas Pell " + what, Time: time.Date(2026, 3, 1+i, 9, 0, 0, 0, time.UTC),
			Text: "Foreign Minister Jonas Pell of Solmar " + what + " on the way to a peace for the Keld strait. The ships stayed away from the strait."})
	}
	all = append(all, sample{Outlet: "Dorsk Daily", Title: "Foreign Minister Jonas Pell sees the truce hold", Time: time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC),
		Text: "The truce in Brook held for the Keld strait, Foreign Minister Jonas Pell said. Foreign Minister Jonas Pell thanked the cooks and nobody else."})
	c := read(news.StoryState{Articles: articles(all, 0)}, newNotes(newLexicon()))
	for _, s := range c.rank() {
		if aside := strings.Contains(s.said, "cooks"); s.hollow() != aside {
			t.Errorf("aside %v, of substance %.2f: %q", !aside, s.substance, s.said)
		}
	}
	rev, _ := Write(news.StoryState{Articles: articles(all, 0)}, time.Now(), Options{})
	for _, s := range rev.Sections {
		if strings.Contains(s.Heading, "cooks") {
			t.Errorf("an aside heads a section: %q", s.Heading)
		}
	}
}

// A long affair keeps the name of what it is about through a side event that
// many report, and takes a newer headline that names it.
func TestTitleOfALongAffair(t *testing.T) {
	titles := []string{"Envoy calls Arvenia and Solmar to talks on Keld strait"}
	for i := range 9 {
		titles = append(titles, fmt.Sprintf("Arvenia and Solmar talk for %d hours about Keld strait", i+2))
	}
	titles = append(titles, "Brass band plays for crowd at Dorsk harbour", "Crowd at Dorsk harbour hears brass band", "Brass band and crowd fill Dorsk harbour")
	var as []news.Article
	start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for i, title := range titles {
		day := start.AddDate(0, 0, min(i, 10))
		as = append(as, news.Article{ID: int64(i + 1), Outlet: fmt.Sprint("Outlet ", i), Language: "en", Title: title, Text: title + " this day, people there say.", Published: day, Seen: day})
	}
	rev, _ := Write(news.StoryState{Articles: as}, start, Options{})
	if strings.Contains(rev.Story.Title, "band") {
		t.Errorf("a side event names the story: %q", rev.Story.Title)
	}
	again, _ := Write(news.StoryState{Articles: as, Previous: &rev}, start, Options{})
	if again.Story.Title != rev.Story.Title {
		t.Errorf("the title moved from %q to %q", rev.Story.Title, again.Story.Title)
	}
}
