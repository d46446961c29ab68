package publish

import (
	"strings"
	"testing"

	"github.com/storywire/storywire/news"
)

func TestDiff(t *testing.T) {
	revision := func(sentences ...string) news.Revision {
		r := news.Revision{Story: news.StoryHead{Title: "Tunnel"}, Revision: news.RevisionHead{Label: "Updated (2 articles)"}}
		s := news.Section{Heading: "Fire"}
		for i, text := range sentences {
			s.Sentences = append(s.Sentences, news.Statement{Text: text, Cites: []int{i + 1}})
		}
		r.Sections = []news.Section{s}
		return r
	}
	for _, c := range []struct{ older, newer, want string }{
		{"One.|Two.", "One.|Two.", "=Tunnel =Updated (2 articles) =Fire =One. =Two."},
		{"One.|Two.", "One.|Half.|Two.", "=Tunnel =Updated (2 articles) =Fire =One. +Half. =Two."},
		{"One.|Two.", "Two.", "=Tunnel =Updated (2 articles) =Fire -One. =Two."},
		{"One.", "Other.", "=Tunnel =Updated (2 articles) =Fire -One. +Other."},
	} {
		var got []string
		for _, change := range Diff(revision(strings.Split(c.older, "|")...), revision(strings.Split(c.newer, "|")...)) {
			sign := "="
			if change.Gone {
				sign = "-"
			} else if change.Come {
				sign = "+"
			}
			got = append(got, sign+change.Text)
		}
		if joined := strings.Join(got, " "); joined != c.want {
			t.Errorf("%s to %s:\n%s\nwant\n%s", c.older, c.newer, joined, c.want)
		}
	}
}
