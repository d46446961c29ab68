package track

import (
	"cmp"
	"slices"
)

const (
	indexTerms = 20  // heaviest terms of an article, by which it is found
	walk       = 200 // newest articles looked at for a term
	shortlist  = 50  // stories whose centroid is compared
	candidates = 10  // stories that are scored
)

// posting is an article under one of its terms.
type posting struct {
	item   *item
	weight uint32
}

// index finds articles by their heaviest terms. A list is sorted by
// publication, so that what a search finds depends only on what is held.
type index map[uint32][]posting

func compare(p posting, it *item) int { return byTime(p.item, it) }

func (x index) add(it *item) {
	for _, e := range it.words.heaviest(indexTerms) {
		list := x[e.term]
		i, _ := slices.BinarySearchFunc(list, it, compare)
		x[e.term] = slices.Insert(list, i, posting{it, e.weight})
	}
}

func (x index) remove(it *item) {
	for _, e := range it.words.heaviest(indexTerms) {
		list := x[e.term]
		i, found := slices.BinarySearchFunc(list, it, compare)
		if !found {
			continue
		}
		if list = slices.Delete(list, i, i+1); len(list) == 0 {
			delete(x, e.term)
			continue
		}
		x[e.term] = list
	}
}

// usual is the number of stories with a term that makes the term half common.
const usual = 30

// search returns the live stories that c most likely belongs to, likeliest
// first, with their centroid cosine filled in. The best pair over the heaviest
// terms makes the short list, the centroid the final one.
func (t *Tracker) search(c *cluster) ([]*cluster, map[uint32]float64) {
	t.epoch++
	var found []*cluster
	common := make(map[uint32]float64, indexTerms)
	for _, e := range c.words.heaviest(indexTerms) {
		list := t.index[e.term]
		walked, stories := 0, 0
		for i := len(list) - 1; i >= 0 && walked < walk; i-- {
			it, weight := list[i].item, list[i].weight
			s := it.cluster
			if !t.near(c, s) {
				continue
			}
			walked++
			if it.mark != t.epoch {
				it.mark, it.score = t.epoch, 0
			}
			it.score += uint64(e.weight) * uint64(weight)
			if s.mark != t.epoch {
				s.mark, s.score, s.under = t.epoch, 0, ^e.term
				found = append(found, s)
			}
			if s.under != e.term {
				s.under = e.term
				stories++
			}
			s.score = max(s.score, it.score)
		}
		common[e.term] = float64(stories) / (float64(stories) + usual)
	}
	found = best(found, shortlist, func(a, b *cluster) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id))
	})
	for _, s := range found {
		s.centroid = cosine(c.words, s.words, c.lw, s.lw)
		s.preference = s.centroid + .5*float64(s.score)/unit/c.lw
	}
	return best(found, candidates, func(a, b *cluster) int {
		return cmp.Or(cmp.Compare(b.preference, a.preference), cmp.Compare(a.id, b.id))
	}), common
}

// best returns the first few in an order, of which found holds many more.
func best(found []*cluster, few int, order func(a, b *cluster) int) []*cluster {
	kept := make([]*cluster, 0, few+1)
	for _, c := range found {
		if len(kept) == few && order(c, kept[few-1]) > 0 {
			continue
		}
		i, _ := slices.BinarySearchFunc(kept, c, order)
		kept = slices.Insert(kept, i, c)
		kept = kept[:min(few, len(kept))]
	}
	return kept
}
