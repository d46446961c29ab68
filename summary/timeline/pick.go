package timeline

import (
	"cmp"
	"math"
	"slices"

	"github.com/storywire/storywire/news"
)

// redundant is the cosine above which a line says too much of the same as
// another to be shown beside it.
const redundant = .4

// distinct is the same for two lines that name the different dates they occurred on: those tell two
// events. Contained is the share of a line that makes it a part of another of
// the same date. SameDay is the cosine where one of two lines of a date got its
// day from a third: that tells of what both do.
const (
	distinct  = .65
	contained = .6
	sameDay   = .2
)

// pick chooses the lines to show.
func (s *story) pick(pools []*pool, o Options) []*candidate {
	if o.counted() {
		return s.pickCounted(pools, o)
	}
	return s.pickJudged(pools, o)
}

// picker holds what has been chosen so far.
type picker struct {
	story  *story
	picked []*candidate
	texts  map[string]bool
	judged bool // the length is left to us: every event of weight may have its line
}

// pickCounted takes the best dates and the wanted number of lines of each.
func (s *story) pickCounted(pools []*pool, o Options) []*candidate {
	k := picker{story: s, texts: map[string]bool{}}
	perDay := max(1, o.PerDay)
	dates := 0
	for _, p := range pools {
		if dates == o.Events {
			break
		}
		if k.take(p, perDay, true) > 0 {
			dates++
		}
	}
	return k.picked
}

// take picks up to n lines of a date and returns how many it found. Each line
// counts by its score and by what it adds of the words the date is spoken of
// with. Lines that cannot stand alone are taken only if lenient, and last.
func (k *picker) take(p *pool, n int, lenient bool) int {
	cover := k.story.coverage(p)
	taken := 0
	for taken < n {
		c := k.next(p, cover, lenient)
		if c == nil {
			break
		}
		k.add(c)
		cover.add(c)
		taken++
	}
	return taken
}

func (k *picker) add(c *candidate) {
	k.picked = append(k.picked, c)
	k.texts[c.Text] = true
}

// misfit is what a line loses that cannot stand alone.
const misfit = .1

// next finds the line of a date that is worth most beside those picked.
func (k *picker) next(p *pool, cover *coverage, lenient bool) *candidate {
	var best *candidate
	most := math.Inf(-1)
	for _, c := range p.candidates {
		worth := c.score + .3*cover.gain(c)
		if worth <= most || k.texts[c.Text] {
			continue
		}
		if !c.fitted() {
			if !lenient {
				continue
			}
			if worth -= misfit; worth <= most {
				continue
			}
		}
		if k.repeats(c) {
			continue
		}
		most, best = worth, c
	}
	return best
}

// repeats reports whether a line like c has been picked. Lines are never given
// back, so that each is looked at once.
func (k *picker) repeats(c *candidate) bool {
	for ; !c.repeated && c.compared < len(k.picked); c.compared++ {
		c.repeated = k.repeat(c, k.picked[c.compared])
	}
	return c.repeated
}

// repeat reports whether a line is too much like another that was picked.
func (k *picker) repeat(c, o *candidate) bool {
	if k.judged && o.date != c.date && o.toll() != c.toll() && o.toll() > 0 && c.toll() > 0 {
		return false // the dead of the next day are news
	}
	limit := redundant
	if k.judged && o.date != c.date && o.tag != nil && c.tag != nil && o.kind == news.Occurred && c.kind == news.Occurred {
		limit = distinct
	}
	if o.date == c.date && (o.dayOf != nil || c.dayOf != nil) {
		limit = sameDay
	}
	if k.judged && o.date == c.date && o.kind == c.kind && o.toll() == c.toll() && k.story.sameEvent(c.sentence, o.sentence) {
		k.texts[c.Text] = true // told, and of no other date
		return true
	}
	return k.story.cosine(c.sentence, o.sentence) > limit || o.date == c.date && k.story.within(c.sentence, o.sentence) > contained
}

// within is how much of a, by weight of its stems, b holds.
func (s *story) within(a, b *sentence) float64 {
	common := 0.0
	for _, id := range a.stems {
		if _, ok := slices.BinarySearch(b.stems, id); ok {
			common += s.idf[id] * s.idf[id]
		}
	}
	return common / max(a.norm*a.norm, 1e-9)
}

// coverage is how much of what is said of a date the picked lines hold.
type coverage struct {
	share   map[int32]float64 // of the date's sentences that use the stem
	covered map[int32]bool
	lines   int // picked, and one
}

func (s *story) coverage(p *pool) *coverage {
	out := &coverage{share: make(map[int32]float64, 8*len(p.candidates)), covered: map[int32]bool{}, lines: 1}
	for _, c := range p.candidates {
		for _, id := range c.stems {
			out.share[id] += 1 / float64(len(p.candidates))
		}
	}
	return out
}

// gain is how much of it a line of the date adds, counted anew when one was picked.
func (c *coverage) gain(o *candidate) float64 {
	if o.beside == c.lines {
		return o.gain
	}
	sum := 0.0
	for _, id := range o.stems {
		if !c.covered[id] {
			sum += c.share[id]
		}
	}
	o.beside, o.gain = c.lines, sum/float64(max(5, len(o.stems)))
	return o.gain
}

func (c *coverage) add(o *candidate) {
	c.lines++
	for _, id := range o.stems {
		c.covered[id] = true
	}
}

// pickJudged takes as many lines as the story deserves: the best of each date
// first, more of the dates that much is said of.
func (s *story) pickJudged(pools []*pool, o Options) []*candidate {
	k := picker{story: s, texts: map[string]bool{}, judged: true}
	s.settle(pools)
	perDay := cmp.Or(o.PerDay, 4)
	covers := make([]*coverage, len(pools))
	nexts := make([]*candidate, len(pools)) // the best left of each date
	taken := make([]int, len(pools))
	for i, p := range pools {
		covers[i] = s.coverage(p)
		nexts[i] = k.next(p, covers[i], false)
	}
	for len(k.picked) < s.wanted() {
		best, at, most := (*candidate)(nil), 0, math.Inf(-1)
		for i, p := range pools {
			if taken[i] == perDay || nexts[i] == nil {
				continue
			}
			if k.texts[nexts[i].Text] || k.repeats(nexts[i]) {
				if nexts[i] = k.next(p, covers[i], false); nexts[i] == nil {
					continue
				}
			}
			if worth := nexts[i].score + .05*p.rank - .06*float64(taken[i]); worth > most {
				best, at, most = nexts[i], i, worth
			}
		}
		if best == nil {
			break
		}
		k.add(best)
		covers[at].add(best)
		nexts[at] = k.next(pools[at], covers[at], false)
		taken[at]++
	}
	return k.picked
}
