package timeline

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/storywire/storywire/news"
)

// candidate is a sentence that may stand for a date.
type candidate struct {
	*sentence
	*dating
	fresh float64 // how new its words were at the date, about -1 to 1
	score float64
	dayOf *sentence // gives the day of what this one tells of a month; nil if it names its date itself

	compared int     // with so many of the lines picked
	repeated bool    // and found to be like one
	beside   int     // the lines of its date, and one, beside which it adds
	gain     float64 // so much of what is said of that
}

// pool is what the story says of one date.
type pool struct {
	date       date
	candidates []*candidate
	weight     float64 // how much is spoken of the date
	rank       float64 // weight and best sentence, as standard scores
}

// mention is the best an article does for a date.
type mention struct {
	rel   float64
	early bool
	days  int // publication minus date
}

// pools gathers the candidates of each date that may be shown, the date most
// spoken of first.
func (s *story) pools(o Options) []*pool {
	byDate := map[date]*pool{}
	add := func(c *candidate) {
		if !o.holds(c.date) {
			return
		}
		p := byDate[c.date]
		if p == nil {
			p = &pool{date: c.date}
			byDate[c.date] = p
		}
		p.candidates = append(p.candidates, c)
	}
	for i, r := range s.readings {
		datings := r.datings(o)
		made := make([]candidate, len(datings))
		for n, d := range datings {
			made[n] = candidate{sentence: s.byArticle[i][d.passage.index], dating: d}
			add(&made[n])
		}
	}
	pools := make([]*pool, 0, len(byDate))
	for _, p := range byDate {
		pools = append(pools, p)
	}
	slices.SortFunc(pools, func(a, b *pool) int {
		return cmp.Or(a.date.first.Compare(b.date.first), cmp.Compare(a.date.precision, b.date.precision))
	})
	s.weigh(pools)
	return s.best(pools, o)
}

// weigh finds how much is spoken of each date. Times that articles come back to
// after a week count more than what is only reported that day, by the share of
// those articles that do: a date early in the story had many that could. A busy
// time is measured against the weeks around it.
func (s *story) weigh(pools []*pool) {
	spoken := map[date]float64{}
	mentions := map[date]mention{} // by the article at hand
	for i := range s.articles {
		clear(mentions)
		s.mention(i, mentions)
		for d, m := range mentions {
			weight := math.Min(1, m.rel) + .6
			if m.early {
				weight += .3
			}
			switch {
			case m.days == 0:
				weight *= .7
			case m.days > settled:
				weight *= 2 * s.chance(d)
			}
			spoken[d] += weight
		}
	}
	for _, r := range s.readings {
		spoken[date{r.day, news.Day}] += .1
	}
	for _, p := range pools {
		around := 0.0
		if p.date.precision == news.Day {
			for i := -15; i <= 15; i++ {
				around += math.Log1p(spoken[date{p.date.first.AddDate(0, 0, i), news.Day}])
			}
		}
		p.weight = math.Log1p(spoken[p.date]) - .1*around/31
	}
}

// settled is how many days after an event articles no longer report but come
// back to it.
const settled = 7

// chance makes the articles that come back to a date comparable between dates:
// their number in the story over that of those that could. A tenth of the story
// is added to the latter, for one article of two is not half of a hundred.
func (s *story) chance(d date) float64 {
	all := float64(len(s.readings))
	before, _ := slices.BinarySearchFunc(s.readings, d.first.AddDate(0, 0, settled+1), func(r *reading, day time.Time) int {
		return r.day.Compare(day)
	})
	return all / (all - float64(before) + all/10)
}

// mention notes the dates that an article names.
func (s *story) mention(i int, out map[date]mention) {
	for _, line := range s.byArticle[i] {
		for _, t := range line.tags {
			m := out[t.date()]
			m.rel = max(m.rel, line.rel)
			m.early = m.early || line.index < 4
			m.days = int(line.of.day.Sub(t.Date).Hours() / 24)
			out[t.date()] = m
		}
	}
}
