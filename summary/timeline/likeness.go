package timeline

import (
	"math"

	"github.com/storywire/storywire/text"
)

// Two sentences that tell of one date tell of one event if they share part of what the
// lesser one says and all of what both say, in other words though they be. One writer
// says a thing once: what stands in one article must be more alike. The values are
// those that part pairs of lines read by hand.
const (
	samePart, sameAll = .30, .17
	ownPart, ownAll   = .45, .24
	// fewShared is the cosine below which they are not looked at closely.
	fewShared = .08
)

// sameEvent reports whether two sentences that tell of one date tell of one event.
// Their words weigh by how rare they are in English and, the more articles there
// are, in the story: among three all three have its words.
func (s *story) sameEvent(a, b *sentence) bool {
	if s.cosine(a, b) < fewShared {
		return false
	}
	part, all := s.sharing(a, b)
	if a.article == b.article {
		return part >= ownPart && all >= ownAll
	}
	return part >= samePart && all >= sameAll
}

// sharing is how much two sentences share, by weight, of what the lesser one says and
// of what both say.
func (s *story) sharing(a, b *sentence) (part, all float64) {
	var both, inA, inB float64
	s.bringNear(a)
	for _, id := range a.stems {
		inA += s.weightOf(id)
	}
	for _, id := range b.stems {
		w := s.weightOf(id)
		inB += w
		if s.near.has[id] {
			both += w
		}
	}
	return both / max(min(inA, inB), 1e-9), both / max(inA+inB-both, 1e-9)
}

// weightOf is what a stem tells of which event is meant.
func (s *story) weightOf(id int32) float64 {
	if s.weights == nil {
		s.weights = make([]float64, len(s.ids))
	}
	if s.weights[id] == 0 {
		n := float64(len(s.articles))
		s.weights[id] = text.Rarity(s.terms[id]) * math.Log((n+5)/(n*s.share[id]+.5))
	}
	return s.weights[id]
}
