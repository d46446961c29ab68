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
	var out []*statement
	for _, s := range all {
		if !s.lead.leans {
			out = append(out, s)
		}
	}
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

// pick returns the statements that say most of the story, beside what leads it
// and the way here, the best first, until the sections have no room. Nothing is
// told twice. Of two that contradict each other both are told.
func (c *corpus) pick(all []*statement, first *statement, way *part) []*statement {
	t := telling{c: c, left: room(all), known: make([]bool, len(c.lex.pairs)), told: map[*statement]bool{}}
	if way != nil {
		for _, s := range way.all {
			t.tell(s, all)
		}
		clear(t.known) // the same ministers may meet again
	}
	var out []*statement
	for s := first; s != nil && t.left > 0 && len(out) < wholeStory; s = t.next(all) {
		for _, s := range []*statement{s, s.rival} {
			if s != nil && !slices.Contains(out, s) && (way == nil || !slices.Contains(way.all, s)) {
				out = append(out, s)
				t.tell(s, all)
			}
		}
	}
	return out
}

// telling is what has been told so far.
type telling struct {
	c     *corpus
	left  int                 // words
	known []bool              // by concept
	told  map[*statement]bool // told, or said by what was
}

func (t *telling) tell(s *statement, all []*statement) {
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
func (t *telling) next(all []*statement) *statement {
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

// leading is the best opening among the newest articles, the newer rather, or of all articles if
// those have none half as good.
func (c *corpus) leading(pool []*statement) *statement {
	newest := c.newest()
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
