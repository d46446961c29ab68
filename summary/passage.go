package summary

import (
	"strings"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

// passage is the text a citation leads to, ready to be asked what it holds.
type passage struct {
	lang    string
	words   map[string]bool // folded
	stems   map[string]bool
	numbers map[string]bool
	plain   string
}

func newPassage(a news.Article) *passage {
	p := &passage{lang: language(a), words: map[string]bool{}, stems: map[string]bool{}, numbers: map[string]bool{}}
	whole := a.Title + "\n" + a.Text
	for _, w := range text.Words(whole) {
		f := text.Fold(w)
		p.words[f] = true
		p.stems[text.Stem(f, p.lang)] = true
	}
	for _, n := range numbersIn(whole) {
		p.numbers[n] = true
	}
	p.plain = plain(whole)
	return p
}

// claims are what must be found in the cited text for a sentence to stand.
type claims struct {
	names   []string // folded words
	numbers []string
	quotes  []string // plain
	stems   []string // of content words, distinct
}

func claimsOf(s, lang string) claims {
	c := claims{names: nameWords(s, lang), numbers: numbersIn(s), quotes: quotesIn(s)}
	seen := map[string]bool{}
	for _, t := range text.Terms(s, lang) {
		if !seen[t] {
			seen[t] = true
			c.stems = append(c.stems, t)
		}
	}
	return c
}

// missing names the first claim that none of the passages holds, "" if all
// names, numbers and quotations are there.
func (c claims) missing(ps ...*passage) string {
	for _, n := range c.names {
		if !anyHas(ps, func(p *passage) bool { return p.words[n] || p.stems[text.Stem(n, p.lang)] }) {
			return "name " + n
		}
	}
	for _, n := range c.numbers {
		if !anyHas(ps, func(p *passage) bool { return p.numbers[n] }) {
			return "number " + n
		}
	}
	for _, q := range c.quotes {
		if !anyHas(ps, func(p *passage) bool { return strings.Contains(p.plain, q) }) {
			return "quotation " + q
		}
	}
	return ""
}

func anyHas(ps []*passage, has func(*passage) bool) bool {
	for _, p := range ps {
		if has(p) {
			return true
		}
	}
	return false
}

// share is how many of the content stems the passages hold together, in [0, 1].
func (c claims) share(ps ...*passage) float64 {
	if len(c.stems) == 0 {
		return 0
	}
	n := 0
	for _, s := range c.stems {
		if anyHas(ps, func(p *passage) bool { return p.stems[s] }) {
			n++
		}
	}
	return float64(n) / float64(len(c.stems))
}
