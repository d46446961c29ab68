package timeline

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"time"

	"github.com/storywire/storywire/summary/parallel"
)

// Bounds on the work: so many dates are looked at closely for each one wanted,
// and so many sentences of each.
const (
	datesPerEvent = 3
	poolSize      = 200
)

// best keeps the pools worth looking at, scores their sentences and ranks the
// dates by what is spoken of them and by their best sentence.
func (s *story) best(pools []*pool, o Options) []*pool {
	wanted := o.Events
	if wanted == 0 {
		wanted = s.wanted()
	}
	slices.SortStableFunc(pools, func(a, b *pool) int { return cmp.Compare(b.weight, a.weight) })
	pools = pools[:min(len(pools), max(60, datesPerEvent*wanted))]
	for _, p := range pools {
		s.reduce(p)
	}
	s.compareWithEarlier(pools)
	parallel.Do(len(pools), func(next func() int) {
		k := s.newTally()
		for i := next(); i < len(pools); i = next() {
			s.rankPool(pools[i], k)
		}
	})
	weights, tops := make([]float64, len(pools)), make([]float64, len(pools))
	for i, p := range pools {
		weights[i], tops[i] = p.weight, p.top()
	}
	standardise(weights)
	standardise(tops)
	for i, p := range pools {
		p.rank = weights[i] + .5*tops[i]
	}
	slices.SortStableFunc(pools, func(a, b *pool) int { return cmp.Compare(b.rank, a.rank) })
	return pools
}

// top is the mean score of the three best sentences, as one good sentence may be
// chance.
func (p *pool) top() float64 {
	best := p.candidates[:min(3, len(p.candidates))]
	sum := 0.0
	for _, c := range best {
		sum += c.score
	}
	return sum / float64(len(best))
}

// standardise turns values into standard scores.
func standardise(v []float64) {
	mean, square := 0.0, 0.0
	for _, x := range v {
		mean += x / float64(len(v))
		square += x * x / float64(len(v))
	}
	deviation := math.Sqrt(max(square-mean*mean, 1e-9))
	for i := range v {
		v[i] = (v[i] - mean) / deviation
	}
}

// reduce drops repeats, and what is least about the story where much is said.
func (s *story) reduce(p *pool) {
	slices.SortStableFunc(p.candidates, func(a, b *candidate) int { return cmp.Compare(b.rel+b.bg, a.rel+a.bg) })
	p.candidates = p.candidates[:min(len(p.candidates), 2*poolSize)]
	seen := map[string]bool{}
	kept := p.candidates[:0]
	for _, c := range p.candidates {
		if !seen[c.Text] {
			seen[c.Text] = true
			kept = append(kept, c)
		}
	}
	p.candidates = kept[:min(len(kept), poolSize)]
}

// compareWithEarlier finds how new the words of each sentence were at its date:
// the mean over its stems of their share of the articles from that day to the
// second after it, less their share of the articles before. Background repeated
// for the hundredth time is not what happened that day.
func (s *story) compareWithEarlier(pools []*pool) {
	before, since, read := make([]float64, len(s.ids)), make([]float64, len(s.ids)), 0
	inOrder := slices.SortedFunc(slices.Values(pools), func(a, b *pool) int { return a.date.first.Compare(b.date.first) })
	for _, p := range inOrder {
		for read < len(s.readings) && s.readings[read].day.Before(p.date.first) {
			for _, id := range s.uses[read] {
				before[id]++
			}
			read++
		}
		clear(since)
		near := s.countUses(since, read, p.date.last().AddDate(0, 0, 2))
		for _, c := range p.candidates {
			for _, id := range c.stems {
				c.fresh += (frequency(since[id], near) - frequency(before[id], read)) / float64(len(c.stems))
			}
		}
	}
}

// countUses counts the articles that use each stem, from one on to those of a
// day, and returns how many articles these are.
func (s *story) countUses(uses []float64, from int, day time.Time) (articles int) {
	for i := from; i < len(s.readings) && !s.readings[i].day.After(day); i++ {
		for _, id := range s.uses[i] {
			uses[id]++
		}
		articles++
	}
	return articles
}

// frequency is the share of the articles which use a stem, held back where they
// are few.
func frequency(uses float64, articles int) float64 { return (uses + .5) / float64(articles+5) }

// rankPool scores the sentences of a date and sorts them, the best first. The
// weights are those of a ridge regression on Timeline17, rounded, those of
// fresh words and echoes found by leaving out one of its stories at a time;
// they rest on what many stories have in common: sentences are telling that
// carry the story's words, the words of that date, numbers, what was not said
// before, and what other articles tell too.
func (s *story) rankPool(p *pool, k *tally) {
	centre := s.centre(p, k)
	alike, echoes := s.companions(p, k)
	defer k.empty(p)
	for i, c := range p.candidates {
		c.score = .06*c.rel + .025*s.about[c.article] + .10*centre.cosine(s, c.sentence) + .33*c.bg + .3*c.fresh +
			.045*math.Log1p(float64(alike[i])) + .06*math.Log1p(float64(echoes[i])) + .22*c.digits
		if c.index == 0 {
			c.score += .023
		}
		if c.tag == nil {
			c.score += .013
		} else if c.tag.Explicit {
			c.score -= .04
		}
		c.score -= .018 * float64(distinctDates(c.tags))
		if c.weak {
			c.score -= .03
		}
		c.score *= .4 + .6*c.sure
	}
	slices.SortStableFunc(p.candidates, func(a, b *candidate) int { return cmp.Compare(b.score, a.score) })
}

// bareStart is a start that names nobody: "The line has".
var bareStart = regexp.MustCompile(`^(?:The|A|An) (?:\p{Ll}+ ){3}`)

// distinctDates is how many dates the tags name.
func distinctDates(tags []tag) int {
	n := 0
	for i, t := range tags {
		if !slices.ContainsFunc(tags[:i], func(o tag) bool { return o.date() == t.date() }) {
			n++
		}
	}
	return n
}

// tally counts by stem for one pool after the other, and is empty in between.
type tally struct {
	users  [][]int   // candidates
	last   []int     // the article a stem was counted for last, from 1
	weight []float64 // see centre
}

func (s *story) newTally() *tally {
	return &tally{users: make([][]int, len(s.ids)), last: make([]int, len(s.ids)), weight: make([]float64, len(s.ids))}
}

func (k *tally) empty(p *pool) {
	for _, c := range p.candidates {
		for _, id := range c.stems {
			k.users[id], k.last[id], k.weight[id] = k.users[id][:0], 0, 0
		}
	}
}

// companions counts, for each candidate, the other articles that say something
// alike of the date, and those that say much the same.
func (s *story) companions(p *pool, k *tally) (alike, echoes []int) {
	n := len(p.candidates)
	likeness := s.alike(p, k)
	alike, echoes = make([]int, n), make([]int, n)
	alikeFor, echoesFor := make([]int, len(s.articles)), make([]int, len(s.articles)) // the last one counted for, from 1
	for i, c := range p.candidates {
		for j, much := range likeness[i*n : i*n+n] {
			if much <= .25 {
				continue
			}
			article := p.candidates[j].article
			if article != c.article && alikeFor[article] != i+1 {
				alikeFor[article] = i + 1
				alike[i]++
			}
			if article != c.article && much > .5 && echoesFor[article] != i+1 {
				echoesFor[article] = i + 1
				echoes[i]++
			}
		}
	}
	return alike, echoes
}

// alike is the cosine of each two candidates, row by row. It goes from stem to
// sentence, since most have none in common.
func (s *story) alike(p *pool, k *tally) []float64 {
	n := len(p.candidates)
	out := make([]float64, n*n)
	common := make([]float64, n)
	for i, c := range p.candidates {
		clear(common)
		for _, id := range c.stems {
			for _, j := range k.users[id] {
				common[j] += s.idf[id] * s.idf[id]
			}
			k.users[id] = append(k.users[id], i)
		}
		for j, o := range p.candidates[:i] {
			if common[j] > 0 {
				out[i*n+j] = common[j] / (c.norm * o.norm)
				out[j*n+i] = out[i*n+j]
			}
		}
	}
	return out
}

// centroid is what the articles say of a date, by stem.
type centroid struct {
	weights []float64
	norm    float64
}

func (s *story) centre(p *pool, k *tally) centroid {
	tagged := slices.ContainsFunc(p.candidates, func(c *candidate) bool { return c.tag != nil })
	inOrder := slices.Clone(p.candidates)
	slices.SortFunc(inOrder, func(a, b *candidate) int { return cmp.Compare(a.article, b.article) })
	out := centroid{weights: k.weight}
	var ids []int32
	for _, c := range inOrder {
		if tagged && c.tag == nil {
			continue
		}
		for _, id := range c.stems {
			switch k.last[id] {
			case c.article + 1:
				continue
			case 0:
				ids = append(ids, id)
			}
			k.last[id] = c.article + 1
			out.weights[id]++
		}
	}
	slices.Sort(ids) // the same sum every time
	for _, id := range ids {
		out.weights[id] *= s.idf[id]
		out.norm += out.weights[id] * out.weights[id]
	}
	out.norm = math.Sqrt(out.norm)
	return out
}

func (c centroid) cosine(s *story, line *sentence) float64 {
	if c.norm == 0 || line.norm == 0 {
		return 0
	}
	sum := 0.0
	for _, id := range line.stems {
		sum += c.weights[id] * s.idf[id]
	}
	return sum / (c.norm * line.norm)
}

// wanted is how many lines the story deserves at most: eleven for an article,
// five more each time its articles double, forty at the end.
func (s *story) wanted() int {
	return min(40, int(math.Round(11+5*math.Log2(float64(len(s.articles))))))
}
