package track

import (
	"cmp"
	"math"
	"slices"
)

// unit is the fixed-point 1 of a weight. Weights are whole numbers so that
// sums and products come out the same in whatever order they are made.
const unit = 1 << 15

// entry is one dimension of a vector: a hashed term and its weight.
type entry struct {
	term   uint32
	weight uint32
}

// vector is sparse and sorted by term. A feature has length 1 (that is, unit);
// the sum of a story's features is a vector as well.
type vector []entry

// dot returns the inner product of two vectors, in unit².
func dot(a, b vector) uint64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b) > 16*len(a) {
		return dotSearch(a, b)
	}
	var sum uint64
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch x, y := a[i], b[j]; {
		case x.term < y.term:
			i++
		case x.term > y.term:
			j++
		default:
			sum += uint64(x.weight) * uint64(y.weight)
			i++
			j++
		}
	}
	return sum
}

// spread is a vector laid out so that the inner products with many others cost
// a look at each of their terms.
type spread struct {
	slots []entry // by term, the next free one if it is taken; weight 0: free
}

// lay makes v the vector that is laid out. Few slots are used.
func (s *spread) lay(v vector) {
	size := 1024
	for size < 4*len(v) {
		size *= 2
	}
	s.slots = slices.Grow(s.slots[:0], size)[:size]
	clear(s.slots)
	for _, e := range v {
		s.slots[s.at(e.term)] = e
	}
}

// at is the slot of a term, or the free one it would have.
func (s *spread) at(term uint32) uint32 {
	last := uint32(len(s.slots) - 1)
	i := term & last
	for s.slots[i].weight != 0 && s.slots[i].term != term {
		i = (i + 1) & last
	}
	return i
}

// dot returns the inner product with a vector, as the function does.
func (s *spread) dot(v vector) uint64 {
	var sum uint64
	for _, e := range v {
		sum += uint64(e.weight) * uint64(s.slots[s.at(e.term)].weight)
	}
	return sum
}

// expected returns how common the terms are that the vector shares with another, each
// by its part of the inner product; 0 if they share none. Common is sorted by term.
func (s *spread) expected(v vector, common []commonness) float64 {
	var sum, expected float64
	k := 0
	for _, e := range v {
		weight := s.slots[s.at(e.term)].weight
		if weight == 0 {
			continue
		}
		product := float64(weight) * float64(e.weight)
		sum += product
		for k < len(common) && common[k].term < e.term {
			k++
		}
		if k < len(common) && common[k].term == e.term {
			expected += product * common[k].share
		}
	}
	if sum == 0 {
		return 0
	}
	return expected / sum
}

// dotSearch looks up each term of a short vector in a long one.
func dotSearch(a, b vector) uint64 {
	var sum uint64
	for _, x := range a {
		i, found := slices.BinarySearchFunc(b, x.term, func(e entry, t uint32) int { return cmp.Compare(e.term, t) })
		if found {
			sum += uint64(x.weight) * uint64(b[i].weight)
		}
		b = b[i:]
	}
	return sum
}

// length returns the Euclidean length of a vector, in unit.
func (v vector) length() float64 {
	var square uint64
	for _, e := range v {
		square += uint64(e.weight) * uint64(e.weight)
	}
	return math.Sqrt(float64(square))
}

// has reports whether a term is in the vector.
func (v vector) has(term uint32) bool {
	_, found := slices.BinarySearchFunc(v, term, func(e entry, t uint32) int { return cmp.Compare(e.term, t) })
	return found
}

// plus returns the sum of two vectors. Vectors are never changed in place, so
// that the sum of one is that one: most stories have one article.
func (v vector) plus(o vector) vector {
	if len(v) == 0 {
		return o
	}
	sum := make(vector, 0, len(v)+len(o))
	i, j := 0, 0
	for i < len(v) && j < len(o) {
		switch x, y := v[i], o[j]; {
		case x.term < y.term:
			sum = append(sum, x)
			i++
		case x.term > y.term:
			sum = append(sum, y)
			j++
		default:
			sum = append(sum, entry{x.term, x.weight + y.weight})
			i++
			j++
		}
	}
	sum = append(sum, v[i:]...)
	return append(sum, o[j:]...)
}

// minus returns v without o, which has been added to it before.
func (v vector) minus(o vector) vector {
	rest := make(vector, 0, len(v))
	j := 0
	for _, x := range v {
		for j < len(o) && o[j].term < x.term {
			j++
		}
		if j < len(o) && o[j].term == x.term {
			x.weight -= o[j].weight
		}
		if x.weight > 0 {
			rest = append(rest, x)
		}
	}
	return rest
}

// heaviest returns the n entries of most weight, heaviest first.
func (v vector) heaviest(n int) []entry {
	order := make([]uint64, len(v)) // the heaviest, then the lower term, is the least number
	for i, e := range v {
		order[i] = uint64(^e.weight)<<32 | uint64(e.term)
	}
	slices.Sort(order)
	top := make([]entry, min(n, len(v)))
	for i := range top {
		top[i] = entry{uint32(order[i]), ^uint32(order[i] >> 32)}
	}
	return top
}
