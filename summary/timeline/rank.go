package timeline

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/summary/dates"
	"github.com/storywire/storywire/text"
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
	centre := s.centre(p)
	for _, c := range p.candidates {
		c.score = .06*c.rel + .025*s.about[c.article] + .10*centre.cosine(s, c.sentence) + .33*c.bg +
			.045*math.Log1p(float64(s.companions(c, p))) + .22*c.digits
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

// companions counts the other articles that say something alike of the date.
func (s *story) companions(c *candidate, p *pool) int {
	seen := map[int]bool{c.article: true}
	for _, o := range p.candidates {
		if !seen[o.article] && s.cosine(c.sentence, o.sentence) > .25 {
			seen[o.article] = true
		}
	}
	return len(seen) - 1
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

// fitted makes a candidate's line and tells whether it can stand alone.
func (s *story) fitted(c *candidate) bool {
	if !c.ready {
		lang := s.articles[c.article].Lang
		c.ready = true
		c.said = trim(c.text, c.tag, lang)
		var clear bool
		c.line, clear = s.shown(c)
		c.fits = clear && fit(c.line, lang)
		if english(lang) {
			// Such words are meant from the day of publication.
			c.fits = c.fits && !relativeDay.MatchString(c.line) &&
				(c.date == date{s.days[c.article], news.Day} || !relativeTime.MatchString(c.line))
		}
	}
	return c.fits
}

// shown puts dates for the words of a line that count from the day its article
// was published. The weekday of the date shown beside it stays.
func (s *story) shown(c *candidate) (line string, clear bool) {
	a := s.articles[c.article]
	put := func(said string) (string, bool) {
		return dates.Put(said, a.Published, a.Lang, dates.Reader{Year: c.date.first.Year(), Knows: func(t text.Time) bool {
			return t.Date.Equal(c.date.first) && t.Precision == c.date.precision && !relativeDay.MatchString(said[t.Start:t.End])
		}})
	}
	if line, clear = put(c.said); clear {
		return line, true
	}
	// What cannot be dated may stand in a clause that can go.
	for _, head := range heads(c.said, clauseEnd) {
		if short, clear := put(head + "."); clear {
			c.said = head + "."
			return short, true
		}
	}
	return line, false
}

var clauseEnd = regexp.MustCompile(border.String() + `|, \p{Ll}{3,}ing `)
