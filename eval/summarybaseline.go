package eval

import (
	"cmp"
	"math"
	"slices"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

// leadSummary takes the first sentence of each article, then the second, and so
// on.
func leadSummary(c cluster, words int) []string {
	var out []string
	split := make([][]string, len(c.articles))
	for i, a := range c.articles {
		split[i] = text.Sentences(a.Text, "en")
	}
	for k, more := 0, true; more && words > 0; k++ {
		more = false
		for _, s := range split {
			if k < len(s) {
				more = true
				out = append(out, s[k])
				words -= len(text.Words(s[k]))
			}
		}
	}
	return out
}

// bag is a sentence as a TF-IDF vector of length one.
type bag struct {
	sentence string
	words    int
	weights  map[string]float64
}

// bags reads every sentence of five words or more; document frequencies are
// those over the cluster's sentences.
func bags(articles []news.Article) []bag {
	var out []bag
	df := map[string]float64{}
	for _, a := range articles {
		for _, s := range text.Sentences(a.Text, "en") {
			b := bag{sentence: s, words: len(text.Words(s)), weights: map[string]float64{}}
			if b.words < 5 {
				continue
			}
			for _, t := range text.Terms(s, "en") {
				b.weights[t]++
			}
			for t := range b.weights {
				df[t]++
			}
			out = append(out, b)
		}
	}
	for _, b := range out {
		for t := range b.weights {
			b.weights[t] *= math.Log(1 + float64(len(out))/df[t])
		}
		unit(b.weights)
	}
	return out
}

func unit(v map[string]float64) {
	var sum float64
	for _, t := range sortedKeys(v) {
		sum += v[t] * v[t]
	}
	for t := range v {
		v[t] /= math.Sqrt(sum)
	}
}

func sortedKeys[T any](v map[string]T) []string {
	out := make([]string, 0, len(v))
	for t := range v {
		out = append(out, t)
	}
	slices.Sort(out)
	return out
}

// dot adds up in one order, as near-equal sentences are told apart by it.
func dot(a, b map[string]float64) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	var sum float64
	for _, t := range sortedKeys(a) {
		sum += a[t] * b[t]
	}
	return sum
}

// centroidSummary takes the sentences nearest to the mean of all.
func centroidSummary(c cluster, words int) []string {
	all := bags(c.articles)
	middle := map[string]float64{}
	for _, b := range all {
		for t, w := range b.weights {
			middle[t] += w
		}
	}
	unit(middle)
	scores := make([]float64, len(all))
	for i, b := range all {
		scores[i] = dot(b.weights, middle)
	}
	return best(all, scores, words)
}

// lexRankSummary takes the most central sentences of a cosine graph with
// threshold 0.1 and damping 0.85 (Erkan and Radev 2004).
func lexRankSummary(c cluster, words int) []string {
	all := bags(c.articles)
	n := len(all)
	near, degree := make([][]int, n), make([]float64, n)
	for i := range all {
		for j := range i {
			if dot(all[i].weights, all[j].weights) >= 0.1 {
				near[i], near[j] = append(near[i], j), append(near[j], i)
				degree[i]++
				degree[j]++
			}
		}
	}
	rank := slices.Repeat([]float64{1 / float64(max(n, 1))}, n)
	for range 50 {
		next := slices.Repeat([]float64{0.15 / float64(max(n, 1))}, n)
		for i, js := range near {
			for _, j := range js {
				next[j] += 0.85 * rank[i] / degree[i]
			}
		}
		rank = next
	}
	return best(all, rank, words)
}

// best takes sentences by falling score, leaving out those that repeat more
// than half of one taken (cosine), as both papers' systems do.
func best(all []bag, scores []float64, words int) []string {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	var out []string
	var taken []bag
	for _, i := range order {
		b := all[i]
		if words <= 0 {
			break
		}
		if slices.ContainsFunc(taken, func(t bag) bool { return dot(t.weights, b.weights) > 0.5 }) {
			continue
		}
		taken = append(taken, b)
		out = append(out, b.sentence)
		words -= b.words
	}
	return out
}
