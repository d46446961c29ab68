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

// posting is an article under one of its terms. It holds no pointer: of all
// that a tracker keeps there are most of these, and the garbage collector need
// not look at them.
type posting struct {
	item   uint32 // its place among the items of the index
	weight uint32
}

// index finds articles by their heaviest terms. A list is sorted by
// publication, so that what a search finds depends only on what is held.
type index struct {
	lists map[uint32][]posting
	items []*item  // nil where one has left
	free  []uint32 // places in items
}

func newIndex() index { return index{lists: map[uint32][]posting{}} }

func (x *index) find(list []posting, it *item) (int, bool) {
	return slices.BinarySearchFunc(list, it, func(p posting, it *item) int { return byTime(x.items[p.item], it) })
}

func (x *index) add(it *item) {
	if n := len(x.free); n > 0 {
		it.place, x.free = x.free[n-1], x.free[:n-1]
		x.items[it.place] = it
	} else {
		it.place, x.items = uint32(len(x.items)), append(x.items, it)
	}
	for _, e := range it.words.heaviest(indexTerms) {
		list := x.lists[e.term]
		i, _ := x.find(list, it)
		x.lists[e.term] = slices.Insert(list, i, posting{it.place, e.weight})
	}
}

func (x *index) remove(it *item) {
	for _, e := range it.words.heaviest(indexTerms) {
		list := x.lists[e.term]
		i, found := x.find(list, it)
		if !found {
			continue
		}
		if list = slices.Delete(list, i, i+1); len(list) == 0 {
			delete(x.lists, e.term)
			continue
		}
		x.lists[e.term] = list
	}
	x.items[it.place], x.free = nil, append(x.free, it.place)
}

// usual is the number of stories with a term that makes the term half common.
const usual = 30

// commonness tells how many of the live stories have a term: 0 none, 1 all of
// very many.
type commonness struct {
	term  uint32
	share float64
}

// search returns the live stories that c, one article, most likely belongs to, likeliest
// first, with their centroid cosine filled in. The best pair over the heaviest
// terms makes the short list, the centroid the final one.
func (t *Tracker) search(c *cluster) ([]*cluster, []commonness) {
	t.epoch++
	t.lay(c.items[0])
	t.found = t.found[:0]
	common := make([]commonness, 0, indexTerms)
	for _, e := range c.words.heaviest(indexTerms) {
		stories := float64(t.walk(c, e))
		common = append(common, commonness{e.term, stories / (stories + usual)})
	}
	slices.SortFunc(common, func(a, b commonness) int { return cmp.Compare(a.term, b.term) })
	found := best(t.found, shortlist, func(a, b *cluster) int {
		if a.score != b.score {
			return cmp.Compare(b.score, a.score)
		}
		return cmp.Compare(a.id, b.id)
	})
	for _, s := range found {
		s.dot = t.words.dot(s.words)
		s.preference = cosine(s.dot, c.lw, s.lw) + .5*float64(s.score)/unit/c.lw
	}
	return best(found, candidates, func(a, b *cluster) int {
		if a.preference != b.preference {
			return cmp.Compare(b.preference, a.preference)
		}
		return cmp.Compare(a.id, b.id)
	}), common
}

// walk goes through the newest articles that have a term, adds to their scores
// and those of their stories, and returns how many stories they are of.
func (t *Tracker) walk(c *cluster, e entry) (stories int) {
	list := t.index.lists[e.term]
	walked := 0
	for i := len(list) - 1; i >= 0 && walked < walk; i-- {
		it, weight := t.index.items[list[i].item], list[i].weight
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
			t.found = append(t.found, s)
		}
		if s.under != e.term {
			s.under = e.term
			stories++
		}
		s.score = max(s.score, it.score)
	}
	return stories
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
