package summary

import (
	"math"
	"slices"
	"time"
)

const (
	// damping and similar are LexRank's d and threshold (Erkan and Radev 2004).
	damping = 0.85
	similar = 0.1
	// widest is how many sentences the graph holds; more are cut by centroid.
	widest = 400
	// halfLife is the age at which an article counts half as much as today's.
	halfLife = 4 * 24 * time.Hour
	// oldest is the least an article counts for its age.
	oldest = 0.35
)

// rank scores the sentences of the originals and returns them best first. The
// score joins graph centrality (LexRank, Erkan and Radev 2004), likeness to the
// centroid (Radev et al. 2004), place in the article, likeness to the titles,
// and recency.
func (c *corpus) rank() []*sentence {
	all := c.sentences()
	if len(all) == 0 {
		return nil
	}
	middle := centroid(vectorsOf(all))
	titles := c.titleCentroid()
	near := make(map[*sentence]float64, len(all))
	for _, s := range all {
		near[s] = cosine(s.vector, middle)
	}
	if len(all) > widest {
		slices.SortStableFunc(all, func(a, b *sentence) int {
			return sign(placed(b)*(near[b]+.1) - placed(a)*(near[a]+.1))
		})
		all = all[:widest]
	}
	central := lexRank(vectorsOf(all))
	topNear, topCentral := largest(all, func(i int) float64 { return near[all[i]] }), slices.Max(central)
	newest := c.newest()
	for i, s := range all {
		s.score = .3*central[i]/topCentral + .25*near[s]/topNear + .2*placed(s) + .25*cosine(s.vector, titles)
		s.score *= recency(newest.Sub(s.doc.article.Published))
		if s.leans {
			s.score *= .4
		}
	}
	slices.SortStableFunc(all, func(a, b *sentence) int { return sign(b.score - a.score) })
	return all
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

func largest(all []*sentence, f func(int) float64) float64 {
	top := math.SmallestNonzeroFloat64
	for i := range all {
		top = max(top, f(i))
	}
	return top
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

// lexRank is the stationary distribution of a random walk over sentences, a
// step leading to a similar one in proportion to their cosine (continuous
// LexRank with a threshold, Erkan and Radev 2004).
func lexRank(vs []vector) []float64 {
	n := len(vs)
	type edge struct {
		to int
		w  float64
	}
	edges, sum := make([][]edge, n), make([]float64, n)
	for i := range vs {
		for j := range i {
			if w := cosine(vs[i], vs[j]); w >= similar {
				edges[i] = append(edges[i], edge{j, w})
				edges[j] = append(edges[j], edge{i, w})
				sum[i] += w
				sum[j] += w
			}
		}
	}
	rank := slices.Repeat([]float64{1 / float64(n)}, n)
	for range 30 {
		next := slices.Repeat([]float64{(1 - damping) / float64(n)}, n)
		for i, es := range edges {
			for _, e := range es {
				next[e.to] += damping * rank[i] * e.w / sum[i]
			}
		}
		rank = next
	}
	return rank
}
