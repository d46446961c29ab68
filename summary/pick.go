package summary

import (
	"math"
	"slices"
)

// The sections tell a part of the words there are, up to most.
const (
	wordsPart = 4
	mostWords = 260
)

// self keeps the statements that stand on their own, or all if those are few.
func self(all []*statement) []*statement {
	out := slices.DeleteFunc(slices.Clone(all), func(s *statement) bool { return s.lead.leans })
	if len(out) < 2 && len(all) > len(out) {
		return all[:min(len(all), 2)]
	}
	return out
}

// room is how many words the sections of a story may have.
func room(all []*statement) int {
	words := 0
	for _, s := range all {
		words += s.lead.words
	}
	return min(words/wordsPart, mostWords)
}

// pick returns the statements that say most of the story, first what leads it,
// then the best, until they have that many words. Nothing is told twice, nor what
// was told before. Of two that contradict each other both are told.
func (c *corpus) pick(all []*statement, first *statement, before []*statement, words int) []*statement {
	t := teller{c: c, known: make([]bool, len(c.lex.pairs)), told: map[*statement]bool{}}
	for _, s := range before {
		t.tell(s, all)
	}
	clear(t.known) // the same ministers may meet again
	t.left = words
	var out []*statement
	for s := first; s != nil && (t.left > 0 || s == first) && len(out) < wholeStory; s = t.next(all) {
		for _, s := range []*statement{s, s.rival} {
			if s != nil && (s == first || slices.Contains(all, s)) && !slices.Contains(out, s) && !slices.Contains(before, s) {
				out = append(out, s)
				t.tell(s, all)
			}
		}
	}
	return out
}

// teller knows what has been told so far.
type teller struct {
	c     *corpus
	left  int                 // words
	known []bool              // by concept
	told  map[*statement]bool // told, or said by what was
}

func (t *teller) tell(s *statement, all []*statement) {
	t.left -= s.lead.words
	for _, c := range s.lead.concepts {
		t.known[c] = true
	}
	t.told[s] = true
	for _, other := range all {
		if !t.told[other] && t.c.tells([]*statement{s}, other) {
			t.told[other] = true
		}
	}
}

// next is the statement that adds most, nil if all is told.
func (t *teller) next(all []*statement) *statement {
	var best *statement
	var top float64
	for _, s := range all {
		if t.told[s] {
			continue
		}
		if score := t.c.score(s.lead, t.known); score > top {
			best, top = s, score
		}
	}
	return best
}

// leading is the best opening among the newest articles, the newer rather, or of all
// articles if those have none half as good. Reports lead; what explains or judges
// the news does where there are none.
func (c *corpus) leading(pool []*statement) *statement {
	if reports := slices.DeleteFunc(slices.Clone(pool), func(s *statement) bool { return s.lead.doc.explains || c.lookback(s.lead) }); len(reports) > 0 {
		pool = reports
	}
	newest := c.reported()
	best, latest, top := pool[0], (*statement)(nil), 0.0
	for _, s := range pool {
		if s.lead.opens() > best.lead.opens() {
			best = s
		}
		age := newest.Sub(s.lead.doc.article.Published)
		if score := s.lead.opens() * math.Exp2(-float64(age)/float64(currentWindow)); age <= currentWindow && score > top {
			latest, top = s, score
		}
	}
	if latest != nil && latest.lead.opens() >= best.lead.opens()/2 {
		return latest
	}
	return best
}

// opens is how well a sentence opens a section.
func (s *sentence) opens() float64 {
	score := s.score * hard(s)
	if s.leans {
		score *= .3
	}
	if opensQuoted(s.text) {
		score /= 2
	}
	return score
}
