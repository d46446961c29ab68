package summary

import (
	"math"
	"slices"
	"time"
)

const (
	// widest is how many sentences are compared with each other; the weaker
	// ones beyond are left out.
	widest = 400
	// halfLife is the age at which an article counts half as much as today's.
	halfLife = 4 * 24 * time.Hour
	// oldest is the least an article counts for its age.
	oldest = 0.35
	// unclear is what a sentence is worth that speaks of days nobody can place,
	// paints a scene, or announces what is over.
	unclear = 0.5
	// The shares of a sentence's score beside its concepts, which count up to 1.
	placeShare  = 0.5
	titleShare  = 0.3
	middleShare = 0.6
)

// concept is a content word, or two in a row, by which articles are known to
// speak of the same thing.
type concept [2]term

// concepts returns the concepts of a sentence's terms, each once.
func concepts(terms []term) []concept {
	seen := make(map[concept]bool, 2*len(terms))
	var out []concept
	add := func(c concept) {
		if !seen[c] {
			seen[c] = true
			out = append(out, c)
		}
	}
	for i, t := range terms {
		add(concept{t, stopped})
		if i > 0 {
			add(concept{terms[i-1], t})
		}
	}
	return out
}

// weigh gives every concept the logarithm of how many articles hold it; single
// words, which say less, a part of that by their rarity.
func (c *corpus) weigh(all []*sentence) {
	const single = 0.3
	count, last := map[concept]float64{}, map[concept]*doc{}
	for _, s := range all {
		for _, p := range s.concepts {
			if last[p] != s.doc {
				last[p] = s.doc
				count[p]++
			}
		}
	}
	c.worth = make(map[concept]float64, len(count))
	for p, n := range count {
		w := math.Log2(n)
		if p[1] == stopped {
			w *= single * c.lex.weight[p[0]]
		}
		if w > 0 {
			c.worth[p] = w
		}
	}
}

// gain is the worth of the concepts that a sentence adds to those told, not
// counted in full for long ones.
func (c *corpus) gain(s *sentence, told map[concept]bool) float64 {
	var sum float64
	for _, p := range s.concepts {
		if w := c.worth[p]; w > 0 && !told[p] {
			sum += w
		}
	}
	return sum / math.Sqrt(float64(s.words))
}

// rank scores the sentences of the originals and returns them best first. What
// several articles tell counts (concepts, after Gillick and Favre 2009, A scalable
// global model for summarization), likeness to all sentences (the centroid of
// Radev et al. 2004) and to the titles, place in the article, and recency.
func (c *corpus) rank() []*sentence {
	all := c.sentences()
	if len(all) == 0 {
		return nil
	}
	c.weigh(all)
	titles, middle := c.titleCentroid(), centroid(vectorsOf(all))
	newest := c.newest()
	c.top = math.SmallestNonzeroFloat64
	for _, s := range all {
		c.top = max(c.top, c.gain(s, nil))
	}
	for _, s := range all {
		s.base = placeShare*placed(s) + titleShare*cosine(s.vector, titles) + middleShare*cosine(s.vector, middle)
		s.factor = recency(newest.Sub(s.doc.article.Published))
		s.substance = c.substance(s)
		if s.leans {
			s.factor *= .4
		}
		if !s.clear || s.scene || s.nameless {
			s.factor *= unclear
		}
		if s.overtaken(newest) {
			s.factor *= unclear / 2
		}
		s.score = c.score(s, nil)
	}
	slices.SortStableFunc(all, func(a, b *sentence) int { return sign(b.score - a.score) })
	return all[:min(len(all), widest)]
}

// overtaken reports whether what a sentence announces is over, as seen from the
// newest article.
func (s *sentence) overtaken(newest time.Time) bool {
	if !s.future {
		return false
	}
	if s.until.IsZero() {
		return newest.Sub(s.doc.article.Published) > halfLife
	}
	return s.until.Before(newest.Truncate(24 * time.Hour))
}

// score is what a sentence is worth beside what is told.
func (c *corpus) score(s *sentence, told map[concept]bool) float64 {
	return s.factor * (s.base + c.gain(s, told)/c.top)
}

func sign(f float64) int {
	switch {
	case f > 0:
		return 1
	case f < 0:
		return -1
	}
	return 0
}

func vectorsOf(all []*sentence) []vector {
	out := make([]vector, len(all))
	for i, s := range all {
		out[i] = s.vector
	}
	return out
}

func (c *corpus) titleCentroid() vector {
	var vs []vector
	for _, d := range c.originals() {
		vs = append(vs, d.vector)
	}
	return centroid(vs)
}

// placed is the weight of a sentence's place in its article, from 1 down:
// news tells the main thing first.
func placed(s *sentence) float64 { return 1 / math.Sqrt(float64(1+s.at)) }

func recency(age time.Duration) float64 {
	return max(oldest, math.Exp2(-float64(age)/float64(halfLife)))
}
