package summary

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/storywire/storywire/news"
)

const (
	maxSections   = 4
	perSection    = 3 // sentences, one more where two contradict
	wholeStory    = maxSections * perSection
	newestFirst   = 1.3                // what a statement of the newest days is worth more to the first section
	longAffair    = 7 * 24 * time.Hour // from when on the way to the latest is told
	currentWindow = 36 * time.Hour     // how far back the latest development reaches
)

// part is a section in the making.
type part struct {
	seed *statement
	all  []*statement
	role role
	// fixed parts have all their statements, in order.
	fixed bool
}

// parts groups the best statements by aspect, and orders them as a story is
// told: the latest development, what led here, reactions, what comes next,
// background.
func (c *corpus) parts(all []*statement) []*part {
	all = self(all)
	size := c.size(all)
	if size == 0 {
		return nil
	}
	count := max(1, min(maxSections, (size+2)/perSection))
	pool := all[:min(len(all), 5*size)]
	parts := c.seeds(all, pool, count)
	c.fill(parts, pool, size)
	parts = slices.DeleteFunc(parts, func(p *part) bool { return len(p.all) == 1 && len(parts) > 1 && p != parts[0] && size > 3 })
	c.order(parts)
	return c.gather(parts)
}

// gather joins small sections of the newest days to the first: they tell the
// latest development too.
func (c *corpus) gather(parts []*part) []*part {
	newest := c.newest()
	return slices.DeleteFunc(parts, func(p *part) bool {
		first := parts[0]
		if p == first || p.fixed || p.role != course || len(first.all)+len(p.all) > perSection+1 || slices.ContainsFunc(p.all, func(s *statement) bool {
			return newest.Sub(s.lead.doc.article.Published) > currentWindow
		}) {
			return false
		}
		first.all = append(first.all, p.all...)
		return true
	})
}

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

// size is how many sentences the story is worth.
func (c *corpus) size(all []*statement) int {
	return min(2+2*len(all)/5, wholeStory, len(all))
}

// seeds picks the leading statement of each section: the best of the latest
// articles first, then by maximal marginal relevance (Carbonell and Goldstein
// 1998).
func (c *corpus) seeds(all, pool []*statement, count int) []*part {
	first := c.leading(pool)
	parts := []*part{{seed: first, all: []*statement{first}, role: latest}}
	told := []*statement{first}
	if p := c.way(all, first); p != nil && count > 2 {
		parts = append(parts, p)
		told = append(told, p.all...)
	}
	for len(parts) < count {
		var best *statement
		top := math.Inf(-1)
		for _, s := range pool {
			if slices.Contains(told, s) || c.tells(told, s) || s.lead.leans {
				continue
			}
			var near float64
			for _, t := range told {
				near = max(near, affinity(s.lead, t.lead))
			}
			worth := s.lead.score
			if s.lead.slight() {
				worth /= 2
			}
			if score := worth - near/2; score > top {
				best, top = s, score
			}
		}
		if best == nil {
			break
		}
		told = append(told, best)
		parts = append(parts, &part{seed: best, all: []*statement{best}})
	}
	return parts
}

// way is how a long affair came to where it is: the turning points before the
// newest days, as the articles of their days open with them. It is nil for a
// story of a few days.
func (c *corpus) way(all []*statement, first *statement) *part {
	newest := c.newest()
	var p part
	for len(p.all) < perSection {
		var best *statement
		top := 0.0
		for _, s := range all {
			if age := newest.Sub(s.lead.doc.article.Published); age <= longAffair/2 || s.lead.at > 1 || s.lead.leans || s.lead.future || !s.lead.clear || s.lead.scene {
				continue
			}
			score := s.lead.base + c.gain(s.lead, nil)/c.top
			for _, t := range p.all {
				apart := s.lead.doc.article.Published.Sub(t.lead.doc.article.Published).Abs()
				score *= 1 - math.Exp2(-float64(apart)/float64(halfLife))
			}
			if score > top && !c.tells(append(p.all, first), s) {
				best, top = s, score
			}
		}
		if best == nil {
			break
		}
		p.all = append(p.all, best)
	}
	if len(p.all) < 2 {
		return nil
	}
	arrange(p.all)
	p.seed, p.role, p.fixed = p.all[0], course, true
	return &p
}

// leading is the best opening among the newest articles.
func (c *corpus) leading(pool []*statement) *statement {
	newest := c.newest()
	best, top := pool[0], -1.0
	for _, s := range pool {
		if newest.Sub(s.lead.doc.article.Published) > currentWindow {
			continue
		}
		score := s.lead.score * hard(s.lead)
		if s.lead.leans {
			score *= .3
		}
		if score > top {
			best, top = s, score
		}
	}
	return best
}

// affinity tells how much two sentences speak of one aspect, about 0 to 1.
func affinity(a, b *sentence) float64 {
	v := .6*cosine(a.vector, b.vector) + .2*sharedNames(a, b)
	if a.doc == b.doc && abs(a.at-b.at) <= 2 {
		v += .15
	}
	if a.future == b.future && a.quotes == b.quotes {
		v += .05
	}
	return v
}

func abs(i int) int { return max(i, -i) }

func sharedNames(a, b *sentence) float64 {
	if len(a.names) == 0 || len(b.names) == 0 {
		return 0
	}
	n := 0
	for _, w := range a.names {
		if slices.Contains(b.names, w) {
			n++
		}
	}
	return float64(n) / float64(max(len(a.names), len(b.names)))
}

// fill hands statements to the section they are nearest to, the best first,
// until the story has its size. Nothing is told twice.
func (c *corpus) fill(parts []*part, pool []*statement, size int) {
	t := telling{known: map[concept]bool{}}
	for _, p := range parts {
		for _, s := range p.all {
			t.tell(s)
		}
	}
	take := func(p *part, s *statement) {
		p.all = append(p.all, s)
		t.tell(s)
	}
	for _, p := range parts {
		if r := p.seed.rival; r != nil && !p.fixed && !slices.Contains(t.all, r) {
			take(p, r)
		}
	}
	for len(t.all) < size {
		p, s := c.next(parts, pool, &t)
		if s == nil {
			return
		}
		take(p, s)
		if s.rival != nil && !slices.Contains(t.all, s.rival) {
			take(p, s.rival)
		}
	}
}

// telling is what has been told so far.
type telling struct {
	all   []*statement
	known map[concept]bool
}

func (t *telling) tell(s *statement) {
	t.all = append(t.all, s)
	for _, c := range s.lead.concepts {
		t.known[c] = true
	}
}

// next is the statement that adds most, and where.
func (c *corpus) next(parts []*part, pool []*statement, t *telling) (*part, *statement) {
	var where *part
	var what *statement
	top, newest := 0.0, c.newest()
	for _, s := range pool {
		if slices.Contains(t.all, s) || c.tells(t.all, s) {
			continue
		}
		worth := c.score(s.lead, t.known)
		for _, p := range parts {
			age := newest.Sub(s.lead.doc.article.Published)
			if len(p.all) >= perSection || p.fixed || p == parts[0] && age > currentWindow {
				continue
			}
			apart := s.lead.doc.article.Published.Sub(p.seed.lead.doc.article.Published).Abs()
			near := max(oldest, math.Exp2(-float64(apart)/float64(halfLife)))
			if p == parts[0] && !s.lead.future && newest.Sub(c.docs[0].article.Published) > currentWindow {
				near *= newestFirst
			}
			if score := worth * (1 + affinity(s.lead, p.seed.lead)) * near; score > top {
				where, what, top = p, s, score
			}
		}
	}
	return where, what
}

func (c *corpus) order(parts []*part) {
	for i, p := range parts {
		if p.fixed {
			continue
		}
		if i > 0 {
			p.role = roleOf(p.all, c.newest())
			if p.role == course && c.newest().Sub(p.seed.lead.doc.article.Published) > 4*currentWindow {
				p.role = background
			}
		}
		arrange(p.all[1:])
		pairRivals(p.all)
	}
	slices.SortStableFunc(parts, func(a, b *part) int {
		return cmp.Or(cmp.Compare(a.role, b.role), a.seed.lead.doc.article.Published.Compare(b.seed.lead.doc.article.Published))
	})
}

// arrange puts statements into the order of their articles and places.
func arrange(all []*statement) {
	slices.SortStableFunc(all, func(a, b *statement) int {
		return cmp.Or(a.lead.doc.article.Published.Compare(b.lead.doc.article.Published), cmp.Compare(a.lead.at, b.lead.at))
	})
}

// pairRivals puts contradicting statements side by side, the newer first.
func pairRivals(all []*statement) {
	for i, a := range all {
		j := slices.Index(all, a.rival)
		if a.rival == nil || j < i {
			continue
		}
		b := all[j]
		copy(all[i+2:j+1], all[i+1:j])
		all[i+1] = b
		if b.lead.doc.article.Published.After(a.lead.doc.article.Published) {
			all[i], all[i+1] = b, a
		}
	}
}

func (st *statement) news() news.Statement {
	return news.Statement{Text: finished(st.lead.text), Cites: cites(st.docs()...)}
}

// finished ends a sentence that its feed left without a full stop.
func finished(s string) string {
	if ended(s) {
		return s
	}
	return s + "."
}
