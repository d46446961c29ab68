package summary

import (
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

// Two aspects that share the names of the whole story stand in sections of their own.
func TestSectionsKeepAspectsApart(t *testing.T) {
	var as []news.Article
	for i, s := range []string{
		"The Keld Health Board said that nine thousand people had missed their second jab against marsh fever.",
		"The Keld Health Board said that people with two jabs may leave their masks at home on the quay.",
		"Of those who missed their second jab one in three fell ill from the first, the Keld Health Board said.",
		"Masks must still be worn in trams and at the fish market, the Keld Health Board said.",
	} {
		as = append(as, news.Article{ID: int64(i + 1), Language: "en", Text: s, Published: time.Date(2026, 3, 1, 9, 0, i, 0, time.UTC)})
	}
	c := read(news.StoryState{Articles: as}, newNotes(newLexicon()))
	var all []*statement
	for _, d := range c.docs {
		all = append(all, &statement{lead: d.sentences[0]})
	}
	parts := c.group(all, maxSections)
	if len(parts) != 2 || parts[0].all[1] != all[2] || parts[1].all[1] != all[3] {
		for _, p := range parts {
			for _, s := range p.all {
				t.Errorf("%p %q", p, s.lead.text)
			}
		}
	}
}

// A second round is no repeat of the first, though the words are the same.
func TestOtherDaysAreOtherNews(t *testing.T) {
	var as []news.Article
	for i, s := range []string{
		"The ministers of Arvenia and Solmar met in Brook on February 2 to speak of a truce.",
		"The ministers of Arvenia and Solmar met in Brook on February 20 to speak of a truce.",
		"The ministers of Arvenia and Solmar met in Brook to speak of a truce.",
	} {
		as = append(as, news.Article{ID: int64(i + 1), Language: "en", Text: s, Published: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)})
	}
	c := read(news.StoryState{Articles: as}, newNotes(newLexicon()))
	of := func(i int) *statement { return &statement{lead: c.docs[i].sentences[0]} }
	first, again, same := of(0), of(1), of(2)
	if c.tells([]*statement{first}, again) || !c.tells([]*statement{first}, same) {
		t.Errorf("another day %v, no day %v", c.tells([]*statement{first}, again), c.tells([]*statement{first}, same))
	}
}

// Figures of the same thing are of one order and of one time.
func TestContradict(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		later time.Duration
		want  bool
	}{
		{"Nine people of Keld died in the flood.", "Twelve people of Keld died in the flood.", time.Hour, true},
		{"Nine people of Keld died in the flood.", "Twelve people of Keld died in the flood.", 3 * 24 * time.Hour, false},
		{"The yards of Keld hired 26,400 people as the idle share rose to 6.1 percent.", "The idle share of Keld rose to 6.1 percent from 6 percent.", time.Hour, false},
	} {
		day := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
		as := []news.Article{{ID: 1, Language: "en", Text: c.a, Published: day}, {ID: 2, Language: "en", Text: c.b, Published: day.Add(c.later)}}
		all := read(news.StoryState{Articles: as}, newNotes(newLexicon()))
		if got := contradict(all.docs[0].sentences[0], all.docs[1].sentences[0]); got != c.want {
			t.Errorf("contradict = %v:\n%s\n%s", got, c.a, c.b)
		}
	}
}

func TestAnnounces(t *testing.T) {
	for s, want := range map[string]bool{
		"Arvenia and Solmar have accepted a truce that will begin at noon on March 28.": false,
		"The ministers of Arvenia and Solmar will meet in Brook on March 28.":           true,
	} {
		if got := (&sentence{doc: &doc{lang: "en"}, said: s, future: true}).announces(); got != want {
			t.Errorf("announces(%q) = %v", s, got)
		}
	}
}

// A section opens with what its heading tells, and with nothing that its own newer
// sentences overtook.
func TestSectionsOpenWithTheirHeading(t *testing.T) {
	on := func(day int) time.Time { return time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC) }
	c := read(news.StoryState{Articles: articles([]sample{
		{Outlet: "Wire", Title: "Keld Health Board weighs masks in trams, Lind says", Time: on(1),
			Text: "The Keld Health Board is weighing masks in all trams of Brook, its chief Ada Lind said on Sunday."},
		{Outlet: "Brook Times", Title: "Masks are back in the trams of Brook", Time: on(3),
			Text: "The Keld Health Board on Tuesday ordered masks in all trams of Brook against marsh fever."},
		{Outlet: "Dorsk Daily", Title: "Half of those ill with marsh fever had their jab", Time: on(7),
			Text: "Half of the people who fell ill with marsh fever in Brook had had their jab, the Keld Health Board said on Saturday."},
	}, 0)}, newNotes(newLexicon()))
	c.rank()
	var all []*statement
	for _, d := range c.docs {
		all = append(all, &statement{lead: d.sentences[0]})
	}
	parts := []*part{{seed: all[2], all: all[2:]}, {seed: all[0], all: all[:2:2]}}
	ordered := all[1]
	c.order(parts)
	if h := c.headings(parts, "Marsh fever"); h[1] != "Masks are back in the trams of Brook" || parts[1].all[0] != ordered {
		t.Errorf("%q begins with %q", h[1], parts[1].all[0].lead.text)
	}
}

// Under the title of an article stands what that opens with.
func TestTitledSectionOpensAsItsArticle(t *testing.T) {
	c := read(news.StoryState{Articles: []news.Article{{ID: 1, Language: "en", Title: "Trade of Solmar grows fast, until the fever comes", Published: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC),
		Text: "The trade of Solmar grew fast in the spring, but the fever has now reached its harbours. The Keld Health Board asked all who trade there to wear masks."}}}, newNotes(newLexicon()))
	opening, later := &statement{lead: c.docs[0].sentences[0]}, &statement{lead: c.docs[0].sentences[1]}
	p := &part{seed: later, all: []*statement{later, opening}}
	if got := p.titled(c.docs[0].title, later); got != opening {
		t.Errorf("begins with %q", got.lead.text)
	}
	if got := p.titled("The board asked for masks", later); got != later {
		t.Errorf("under another heading begins with %q", got.lead.text)
	}
}
