package summary

import (
	"cmp"
	"math"
	"slices"

	"github.com/storywire/storywire/text"
)

// term is a content word by its number in a lexicon.
type term = int32

// lexicon numbers the stems of a story and weighs each by how rare its word is
// in English at large.
type lexicon struct {
	ids    map[string]term
	weight []float64
	deed   []term                     // of each term, the first of its kin or itself
	stems  map[string]map[string]term // by language and written word, to stem each only once
	pairs  [][2]term                  // the words of each concept
	paired map[[2]term]concept
}

func newLexicon() *lexicon {
	return &lexicon{ids: map[string]term{}, stems: map[string]map[string]term{}, paired: map[[2]term]concept{}}
}

const stopped term = -1

// terms returns the content words of s, in order and with repeats.
func (l *lexicon) terms(s, lang string) []term {
	return l.stem(text.Words(s), lang)
}

// stem is terms for words already split.
func (l *lexicon) stem(words []string, lang string) []term {
	out := make([]term, 0, len(words))
	for _, w := range words {
		if t := l.term(w, lang); t != stopped {
			out = append(out, t)
		}
	}
	return out
}

func (l *lexicon) term(word, lang string) term {
	known := l.stems[lang]
	if known == nil {
		known = map[string]term{}
		l.stems[lang] = known
	}
	if t, ok := known[word]; ok {
		return t
	}
	t := stopped
	if folded := text.Fold(word); folded != "" && !text.Stop(folded, lang) {
		t = l.number(text.Stem(folded, lang))
	}
	known[word] = t
	return t
}

func (l *lexicon) number(stem string) term {
	t, ok := l.ids[stem]
	if !ok {
		t = term(len(l.weight))
		l.ids[stem] = t
		l.weight = append(l.weight, text.Rarity(stem))
		l.deed = append(l.deed, t)
		if first := kin[stem]; first != "" {
			l.deed[t] = l.number(first)
		}
	}
	return t
}

// component is one coordinate of a vector.
type component struct {
	t term
	w float64
}

// vector is sparse, sorted by term and of length one.
type vector []component

// vector weighs terms by their count and rarity.
func (l *lexicon) vector(terms []term) vector {
	sorted := slices.Sorted(slices.Values(terms))
	var v vector
	for _, t := range sorted {
		if n := len(v); n > 0 && v[n-1].t == t {
			v[n-1].w += l.weight[t]
			continue
		}
		v = append(v, component{t, l.weight[t]})
	}
	return v.unit()
}

// unit stretches v itself to length one, and returns it.
func (v vector) unit() vector {
	var sum float64
	for _, c := range v {
		sum += c.w * c.w
	}
	if sum == 0 {
		return v
	}
	norm := 1 / math.Sqrt(sum)
	for i := range v {
		v[i].w *= norm
	}
	return v
}

// cosine is the cosine similarity of two vectors of length one, in [0, 1].
func cosine(a, b vector) float64 {
	var sum float64
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].t < b[j].t:
			i++
		case a[i].t > b[j].t:
			j++
		default:
			sum += a[i].w * b[j].w
			i++
			j++
		}
	}
	return sum
}

// centroid is the mean direction of vectors.
func centroid(vectors []vector) vector { return sum(vectors).unit() }

// sum adds vectors up.
func sum(vectors []vector) vector {
	total := map[term]float64{}
	for _, v := range vectors {
		for _, c := range v {
			total[c.t] += c.w
		}
	}
	out := make(vector, 0, len(total))
	for t, w := range total {
		out = append(out, component{t, w})
	}
	slices.SortFunc(out, func(a, b component) int { return cmp.Compare(a.t, b.t) })
	return out
}

// total is a sum of many vectors, by term.
type total struct {
	weights []float64
	square  float64 // of its length
}

func (t *total) add(v vector) {
	for _, c := range v {
		for int(c.t) >= len(t.weights) {
			t.weights = append(t.weights, 0)
		}
		w := t.weights[c.t]
		t.weights[c.t] += c.w
		t.square += c.w * (2*w + c.w)
	}
}

func (t *total) dot(v vector) float64 {
	var sum float64
	for _, c := range v {
		if int(c.t) < len(t.weights) {
			sum += c.w * t.weights[c.t]
		}
	}
	return sum
}

// without is the cosine of v, of length one, and what is left of t without a part
// of it; 0 if nothing is.
func (t *total) without(v, part vector) float64 {
	square := t.square - 2*t.dot(part) + cosine(part, part)
	if square < 1e-9 {
		return 0
	}
	return max(0, t.dot(v)-cosine(v, part)) / math.Sqrt(square)
}

// distinct returns the different terms of terms, sorted.
func distinct(terms []term) []term {
	return slices.Compact(slices.Sorted(slices.Values(terms)))
}

// covered is the share of the terms, by rarity, that also occur among the
// others, in [0, 1]; 1 for no terms. Both are distinct and sorted.
func (l *lexicon) covered(terms, others []term) float64 {
	var all, in float64
	for _, t := range terms {
		all += l.weight[t]
		for len(others) > 0 && others[0] < t {
			others = others[1:]
		}
		if len(others) > 0 && others[0] == t {
			in += l.weight[t]
		}
	}
	if all == 0 {
		return 1
	}
	return in / all
}

// times returns v stretched by f.
func (v vector) times(f float64) vector {
	out := make(vector, len(v))
	for i, c := range v {
		out[i] = component{c.t, c.w * f}
	}
	return out
}
