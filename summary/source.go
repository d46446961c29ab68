package summary

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

const (
	// descriptionLength is how long a source's description should be, in bytes. A
	// longer sentence is worth less, but it stays whole.
	descriptionLength = 220
	// lately is how many descriptions before it one is kept apart from.
	lately = 20
)

// numbered gives every article without a source number the next one, in order
// of publication. Given numbers stay.
func numbered(articles []news.Article, given map[int64]int) map[int64]int {
	out := maps.Clone(given)
	if out == nil {
		out = map[int64]int{}
	}
	last := 0
	for _, n := range out {
		last = max(last, n)
	}
	for _, a := range published(articles) {
		if out[a.ID] == 0 {
			last++
			out[a.ID] = last
		}
	}
	return out
}

// published returns the articles in order of publication.
func published(articles []news.Article) []news.Article {
	out := slices.Clone(articles)
	slices.SortStableFunc(out, func(a, b news.Article) int {
		return cmp.Or(a.Published.Compare(b.Published), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// sources lists every article under its number.
func (c *corpus) sources(numbers map[int64]int) []news.Source {
	out := []news.Source{}
	var said [][]term
	for _, d := range c.docs {
		s := news.Source{
			N: d.n, Outlet: d.article.Outlet, Title: text.OneLine(d.article.Title), URL: d.article.URL,
			Published: instant(d.published), Basis: d.article.Basis(), Article: d.article.ID,
		}
		s.Description, said = c.describe(d, said)
		if n := numbers[d.article.CopyOf]; d.article.CopyOf != 0 && n != 0 {
			s.CopyOf = &n
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b news.Source) int { return cmp.Compare(a.N, b.N) })
	return out
}

func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// describe picks the sentence of an article that adds most beside its title
// and what other descriptions said, and returns those with it. An article with
// no sentence of its own is described by its title.
func (c *corpus) describe(d *doc, said [][]term) (string, [][]term) {
	best, top := (*sentence)(nil), 0.0
	for _, s := range d.told() {
		score := (.3 + placed(s)) * (1.2 - c.lex.covered(s.terms, d.terms)) * (.3 + cosine(s.vector, d.vector)) * s.firm()
		for _, terms := range said[max(0, len(said)-lately):] {
			if score <= top {
				break
			}
			score = min(score, score*(1.2-c.lex.covered(s.terms, terms)))
		}
		if s.leans {
			score *= .4
		}
		if !s.clear || s.nameless || opensQuoted(s.text) {
			score *= unclear
		}
		if s.scene {
			score *= unclear * unclear
		}
		if len(s.text) > descriptionLength {
			score *= .8
		}
		if score > top {
			best, top = s, score
		}
	}
	if best == nil {
		return d.opening(), said
	}
	return finished(best.text), append(said, best.terms)
}

// firm is how much a sentence holds that can be looked up, from .5 to 1: a report
// names who and how many, an opening that paints does not.
func (s *sentence) firm() float64 {
	return .5 + .5*min(1, float64(len(s.names)+len(s.numbers))/3)
}

// opening is the first sentence of an article without publishable ones, or its
// title.
func (d *doc) opening() string {
	for i, raw := range d.raw {
		s := polish(raw.Text, d.article.Outlet, i)
		if n := len(text.Words(s)); n >= minWords && !boilerplate(s) && !isCut(s) && balanced(s) {
			return finished(s)
		}
	}
	return finished(d.title)
}
