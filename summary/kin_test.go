package summary

import (
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

func TestRetells(t *testing.T) {
	monday := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		a, b  string
		later time.Duration
		want  bool
	}{
		{"A group of Solmar deputies pressed party leader Jonas Pell to force a vote to oust Speaker Mira Olander for blocking two of his picks for the dam inquiry.",
			"Solmar deputies of the hard line are urging Jonas Pell to try to remove Mira Olander as speaker after she vetoed two of his picks for the dam inquiry.", time.Hour, true},
		{"Health chief Mira Olander said on Monday that the board is considering a return to masks for people with two jabs as marsh fever spreads.",
			"Mira Olander told Radio Keld on Monday that officials are weighing new mask rules for people with two jabs.", 2 * time.Hour, true},
		{"Jonas Pell won the vote in the council of Keld by 134 to 46.", "The vote, held by secret ballot, was 134 to 46.", time.Hour, true},
		{"Jonas Pell asked the wardens of Keld to “double their watch” over the dam.",
			"Pell told the men at the dam on Monday that they were to “double their watch until the spring”, as the water had risen by a foot.", time.Hour, true},
		{"The yards hired far fewer people than had been hoped in May, just 26,400, and the idle share rose to 6.1 percent.",
			"The idle share rose to 6.1 percent in May, up from 6 percent a month before.", time.Hour, true},
		{"The harbour of Keld cut its dues by 6.1 percent.", "Rents in the old town of Brook rose by 6.1 percent in a year.", time.Hour, false},
		{"Jonas Pell pulled his five deputies off the dam inquiry.", "Jonas Pell asked the court of Brook to free the ship.", time.Hour, false},
		{"The ministers of Arvenia and Solmar met in Brook for talks on a truce.", "The ministers of Arvenia and Solmar met in Brook for talks on a truce.", 9 * 24 * time.Hour, false},
	} {
		as := []news.Article{{ID: 1, Language: "en", Text: c.a, Published: monday}, {ID: 2, Language: "en", Text: c.b, Published: monday.Add(c.later)}}
		corpus := read(news.StoryState{Articles: as}, newNotes(newLexicon()))
		corpus.rank()
		a, b := corpus.docs[0].sentences[0], corpus.docs[1].sentences[0]
		if got := corpus.retells(a, b); got != c.want || corpus.retells(b, a) != got {
			t.Errorf("retells = %v, want %v:\n%s\n%s", got, c.want, c.a, c.b)
		}
	}
}
