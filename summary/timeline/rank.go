package timeline

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
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
		s.rankPool(p)
	}
	weights, tops := make([]float64, len(pools)), make([]float64, len(pools))
	for i, p := range pools {
		weights[i], tops[i] = p.weight, p.candidates[0].score
	}
	standardise(weights)
	standardise(tops)
	for i, p := range pools {
		p.rank = weights[i] + .5*tops[i]
	}
	slices.SortStableFunc(pools, func(a, b *pool) int { return cmp.Compare(b.rank, a.rank) })
	return pools
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
		if !seen[c.text] {
			seen[c.text] = true
			kept = append(kept, c)
		}
	}
	p.candidates = kept[:min(len(kept), poolSize)]
}

// rankPool scores the sentences of a date and sorts them, the best first. The
// weights are those of a ridge regression on Timeline17, rounded; they rest on
// what many stories have in common: sentences are telling that carry the
// story's words, the words of that date, numbers, and that other articles tell
// too.
func (s *story) rankPool(p *pool) {
	centre, companions := s.centre(p), s.companions(p)
	for i, c := range p.candidates {
		c.score = .06*c.rel + .025*s.about[c.article] + .10*centre.cosine(s, c.sentence) + .33*c.bg +
			.045*math.Log1p(float64(companions[i])) + .22*c.digits
		if c.index == 0 {
			c.score += .023
		}
		if c.tag == nil {
			c.score += .013
		} else if c.tag.Explicit {
			c.score -= .04
		}
		c.score -= .018 * float64(distinctDates(c.tags))
		if strings.Contains(c.text, "?") || bareStart.MatchString(c.text) || strings.IndexAny(c.text, "\"“") == 0 {
			c.score -= .03
		}
		c.score *= .6 + .4*c.sure
	}
	slices.SortStableFunc(p.candidates, func(a, b *candidate) int { return cmp.Compare(b.score, a.score) })
}

// bareStart is a start that names nobody: "The line has".
var bareStart = regexp.MustCompile(`^(?:The|A|An) (?:\p{Ll}+ ){3}`)

func distinctDates(tags []tag) int {
	seen := map[date]bool{}
	for _, t := range tags {
		seen[t.date()] = true
	}
	return len(seen)
}

// companions counts, for each candidate, the other articles that say something
// alike of the date.
func (s *story) companions(p *pool) []int {
	alike := make([]map[int]bool, len(p.candidates))
	for i := range alike {
		alike[i] = map[int]bool{}
	}
	for i, c := range p.candidates {
		for j, o := range p.candidates[:i] {
			if c.article != o.article && (!alike[i][o.article] || !alike[j][c.article]) && s.cosine(c.sentence, o.sentence) > .25 {
				alike[i][o.article], alike[j][c.article] = true, true
			}
		}
	}
	out := make([]int, len(alike))
	for i := range alike {
		out[i] = len(alike[i])
	}
	return out
}

// centroid is what the articles say of a date, by stem.
type centroid struct {
	weights map[int32]float64
	norm    float64
}

func (s *story) centre(p *pool) centroid {
	used := map[int32]map[int]bool{}
	tagged := slices.ContainsFunc(p.candidates, func(c *candidate) bool { return c.tag != nil })
	for _, c := range p.candidates {
		if tagged && c.tag == nil {
			continue
		}
		for _, id := range c.stems {
			if used[id] == nil {
				used[id] = map[int]bool{}
			}
			used[id][c.article] = true
		}
	}
	out := centroid{weights: make(map[int32]float64, len(used))}
	for id, articles := range used {
		w := float64(len(articles)) * s.idf[id]
		out.weights[id] = w
	}
	ids := make([]int32, 0, len(used))
	for id := range used {
		ids = append(ids, id)
	}
	slices.Sort(ids) // the same sum every time
	for _, id := range ids {
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
