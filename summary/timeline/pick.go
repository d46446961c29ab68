package timeline

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/storywire/storywire/news"
)

// Likeness of sentences, by cosine.
const (
	redundant = .4 // says too much of the same to be shown beside it
	sameEvent = .9 // is the same sentence, give or take a word
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
	k.texts[c.text] = true
}

// misfit is what a line loses that cannot stand alone.
const misfit = .1

// next finds the line of a date that is worth most beside those picked.
func (k *picker) next(p *pool, cover *coverage, lenient bool) *candidate {
	var best *candidate
	most := math.Inf(-1)
	for _, c := range p.candidates {
		worth := c.score + .3*cover.gain(c)
		if worth <= most || k.texts[c.text] {
			continue
		}
		if !k.story.fitted(c) {
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

// repeats reports whether a line like c has been picked.
func (k *picker) repeats(c *candidate) bool {
	for _, o := range k.picked {
		if k.story.cosine(c.sentence, o.sentence) > redundant {
			return true
		}
	}
	return false
}

// coverage is how much of what is said of a date the picked lines hold.
type coverage struct {
	share   map[int32]float64 // of the date's sentences that use the stem
	covered map[int32]bool
}

func (s *story) coverage(p *pool) *coverage {
	out := &coverage{share: map[int32]float64{}, covered: map[int32]bool{}}
	for _, c := range p.candidates {
		for _, id := range c.stems {
			out.share[id] += 1 / float64(len(p.candidates))
		}
	}
	return out
}

func (c *coverage) gain(o *candidate) float64 {
	sum := 0.0
	for _, id := range o.stems {
		if !c.covered[id] {
			sum += c.share[id]
		}
	}
	return sum / float64(max(5, len(o.stems)))
}

func (c *coverage) add(o *candidate) {
	for _, id := range o.stems {
		c.covered[id] = true
	}
}

// pickJudged takes as many lines as the story deserves: the best of each date
// first, more of the dates that much is said of.
func (s *story) pickJudged(pools []*pool, o Options) []*candidate {
	k := picker{story: s, texts: map[string]bool{}}
	s.settle(pools)
	perDay := o.PerDay
	if perDay == 0 {
		perDay = 4
	}
	covers := make([]*coverage, len(pools))
	taken := make([]int, len(pools))
	for i, p := range pools {
		covers[i] = s.coverage(p)
	}
	for len(k.picked) < s.wanted() {
		best, at, most := (*candidate)(nil), 0, math.Inf(-1)
		for i, p := range pools {
			if taken[i] == perDay {
				continue
			}
			if c := k.next(p, covers[i], false); c != nil {
				if worth := c.score + .05*p.rank - .06*float64(taken[i]); worth > most {
					best, at, most = c, i, worth
				}
			}
		}
		if best == nil {
			break
		}
		k.add(best)
		covers[at].add(best)
		taken[at]++
	}
	return k.picked
}

// settle drops announcements of what was then reported.
func (s *story) settle(pools []*pool) {
	for _, p := range pools {
		p.candidates = slices.DeleteFunc(p.candidates, func(c *candidate) bool {
			return c.kind == news.Scheduled && slices.ContainsFunc(p.candidates, func(o *candidate) bool {
				return o.kind == news.Occurred && s.sameMatter(c, o)
			})
		})
	}
}

// sameMatter reports whether two sentences about one date tell of the same
// thing: they share names, or much of their words.
func (s *story) sameMatter(a, b *candidate) bool {
	if s.cosine(a.sentence, b.sentence) > .3 {
		return true
	}
	x, y := s.names(a.sentence), s.names(b.sentence)
	common := 0
	for name := range x {
		if y[name] {
			common++
		}
	}
	return common >= 2 && 2*common >= min(len(x), len(y))
}

// cites returns the numbers of the articles that tell the line, ascending.
func (s *story) cites(c *candidate) []int {
	cited := map[int]bool{s.articles[c.article].N: true}
	for _, o := range s.sentences {
		if o.article == c.article || cited[s.articles[o.article].N] || !s.tells(o, c) {
			continue
		}
		cited[s.articles[o.article].N] = true
	}
	out := make([]int, 0, len(cited))
	for n := range cited {
		out = append(out, n)
	}
	slices.SortFunc(out, cmp.Compare[int])
	return out
}

// tells reports whether a sentence of another article tells the line: nearly
// the same words about the same date, with every name, number and quotation
// of the line somewhere in that article.
func (s *story) tells(o *sentence, c *candidate) bool {
	if s.cosine(o, c.sentence) < .45 || !s.speaksOf(o, c.date) {
		return false
	}
	body := s.body(o.article)
	for _, fact := range facts(c.line, s.articles[c.article].Lang) {
		if !strings.Contains(body, fact) {
			return false
		}
	}
	return true
}

func (s *story) speaksOf(o *sentence, d date) bool {
	for _, t := range o.tags {
		if t.date() == d {
			return true
		}
	}
	return len(o.tags) == 0 && d.precision == news.Day && s.days[o.article].Sub(d.first).Hours() <= 24 && !s.days[o.article].Before(d.first)
}
