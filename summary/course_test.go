package summary

import (
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

func TestRoles(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 9, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		said string
		on   int
		want role
	}{
		{"Arvenia and Solmar extended the truce in the Keld strait on Thursday.", 12, latest},
		{"Jonas Pell called the truce a gift to smugglers in the Keld strait.", 12, reactions},
		{"Arvenia and Solmar agreed on a truce in the Keld strait on Monday.", 9, course},
		{"The council of Brook will vote on the truce on March 20.", 12, prospect},
		{"The council of Brook will vote on the truce on March 10.", 9, course},
		{"Arvenia closed the Keld strait in November after shots off Brook.", 12, background},
		{"Crowds with the names of the sailors who died in November filled Brook on Thursday.", 12, latest},
		{"Jonas Pell left the November 14 inquiry in Brook.", 12, latest},
		{"Jonas Pell left the inquiry into the November 14 shots in Brook on Thursday.", 12, latest},
	} {
		as := []news.Article{
			{ID: 1, Language: "en", Text: "The ministers of Arvenia and Solmar met in Brook over the strait.", Published: day(5)},
			{ID: 2, Language: "en", Text: "The strait was quiet. " + c.said, Published: day(c.on)},
			{ID: 3, Language: "en", Text: "Ships of Solmar passed the strait in the night of Thursday.", Published: day(12).Add(time.Hour)},
		}
		corpus := read(news.StoryState{Articles: as}, newNotes(newLexicon()))
		if got := corpus.roleOf(&statement{lead: corpus.docs[1].sentences[len(corpus.docs[1].sentences)-1]}); got != c.want {
			t.Errorf("role %d, want %d: %s", got, c.want, c.said)
		}
	}
}

// talks is a story of several days: the newest report, an explainer, two steps before,
// what is to come, and what was before; and a copy of the first step.
func talks() []sample {
	on := func(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC) }
	truce := "Arvenia and Solmar agreed on a truce of ten days in the Keld strait, envoy Ada Brandt said on Monday. Both navies will stay in port while it lasts. The envoy had spent a week between the two capitals."
	return []sample{
		{Outlet: "Wire", Title: "Ten quiet days", Text: truce, Time: on(9, 9)},
		{Outlet: "Brook Radio", Title: "Arvenia and Solmar agree on truce in Keld strait", Text: truce, Time: on(9, 10), CopyOf: 1},
		{Outlet: "Dorsk Daily", Title: "First ship of Solmar passes the Keld strait", Time: on(11, 9),
			Text: "The freighter Lind passed the Keld strait on Wednesday, the first ship of Solmar to do so under the truce. It took two hours. Arvenia closed the strait to ships of Solmar in November after patrol boats had exchanged fire off Brook."},
		{Outlet: "Brook Times", Title: "Arvenia and Solmar extend truce, call summit", Time: on(13, 9),
			Text: "The ministers of Arvenia and Solmar on Friday extended the truce in the Keld strait by a month and called a summit. The parliament of Solmar will vote on the longer truce on March 20. Opposition leader Jonas Pell called the summit a photograph."},
		{Outlet: "Dorsk Daily", Title: "What does the truce in the Keld strait mean?", Time: on(13, 12),
			Text: "The truce in the Keld strait is a reminder that ministers of Arvenia and Solmar can agree on a summit where they must. Truces in the Keld strait have seldom lasted."},
	}
}

func TestSeveralDaysAreToldInTheirOrder(t *testing.T) {
	rev, dropped := Write(news.StoryState{Articles: articles(talks(), 0)}, time.Now(), Options{})
	words, at := body(rev), -1
	for _, part := range []string{"extended the truce", "will vote", "freighter Lind", "agreed on a truce of ten days", "closed the strait"} {
		next := strings.Index(words, part)
		if next <= at {
			t.Errorf("%q is out of order in:\n%s", part, words)
		}
		at = next
	}
	if dropped > 0 || strings.Contains(words, "reminder") || strings.Contains(words, "?") {
		t.Errorf("%d dropped, an explainer is told or heads:\n%s", dropped, words)
	}
	for _, s := range rev.Sections {
		if n := len(strings.Fields(s.Heading)); n > headingWords+3 || n < 3 {
			t.Errorf("heading of %d words: %q", n, s.Heading)
		}
	}
}

// Which of two copies came first changes nothing but the numbers.
func TestCopiesMayComeInAnyOrder(t *testing.T) {
	swapped := talks()
	swapped[0], swapped[1] = swapped[1], swapped[0]
	swapped[0].Time, swapped[1].Time = swapped[1].Time, swapped[0].Time
	swapped[0].CopyOf, swapped[1].CopyOf = 0, 1
	one, _ := Write(news.StoryState{Articles: articles(talks(), 0)}, time.Now(), Options{})
	two, _ := Write(news.StoryState{Articles: articles(swapped, 0)}, time.Now(), Options{})
	if body(one) != body(two) {
		t.Errorf("one way:\n%s\nthe other:\n%s", body(one), body(two))
	}
}

func TestWhatCameAboutIsAnnouncedNoMore(t *testing.T) {
	all := talks()
	all[2].Text += " The ministers of Arvenia and Solmar are to extend the truce in the Keld strait by a month on March 24 and to call a summit."
	rev, _ := Write(news.StoryState{Articles: articles(all, 0)}, time.Now(), Options{})
	if words := body(rev); strings.Contains(words, "are to extend") {
		t.Errorf("announces what was done:\n%s", words)
	}
}
