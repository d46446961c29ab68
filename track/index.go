package track

import (
	"cmp"
	"slices"
	"time"
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
	item   uint32 // its place
	weight uint32
}

// index finds articles by their heaviest terms. A list is sorted by
// publication, so that what a search finds depends only on what is held.
type index struct {
	lists  map[uint32][]posting
	places []place
	free   []uint32 // places that nothing is at
}

// place is what a search looks at of an article: little, since it looks at
// thousands.
type place struct {
	cluster *cluster
	score   uint64
	mark    uint32 // the search that score belongs to
	*item
}

func newIndex() index { return index{lists: map[uint32][]posting{}} }

func (x *index) find(list []posting, it *item) (int, bool) {
	return slices.BinarySearchFunc(list, it, func(p posting, it *item) int { return byTime(x.places[p.item].item, it) })
}

func (x *index) add(it *item) {
	if n := len(x.free); n > 0 {
		it.place, x.free = x.free[n-1], x.free[:n-1]
	} else {
		it.place, x.places = uint32(len(x.places)), append(x.places, place{})
	}
	x.places[it.place] = place{item: it, cluster: it.cluster}
	for _, e := range it.words().heaviest(indexTerms) {
		list := x.lists[e.term]
		i := len(list)
		if i > 0 && byTime(x.places[list[i-1].item].item, it) > 0 { // seldom: the newest comes last
			i, _ = x.find(list, it)
		}
		if len(list) == cap(list) { // with less room than append makes: most lists grow seldom
			list = append(make([]posting, 0, len(list)+len(list)/4+1), list...)
		}
		x.lists[e.term] = slices.Insert(list, i, posting{it.place, e.weight})
	}
}

// moved notes that an article is another story's now.
func (x *index) moved(it *item) { x.places[it.place].cluster = it.cluster }

func (x *index) remove(it *item) {
	for _, e := range it.words().heaviest(indexTerms) {
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
	x.places[it.place], x.free = place{}, append(x.free, it.place)
}

// usual is the number of stories with a term that makes the term half common.
const usual = 30

// commonness tells how many of the live stories have a term: 0 none, 1 all of
// very many.
type commonness struct {
	term  uint32
	share float64
}

// ahead is how many postings, or entries of a vector, memory brings at a time. It
// is slow, but quick for one who asks for many things at once: a look at each
// before they are worked on one after the other makes a search a fifth cheaper.
const ahead = 8

// search returns the live stories that c, one article, most likely belongs to, likeliest
// first, with their centroid cosine filled in. The best pair over the heaviest
// terms makes the short list, the centroid the final one.
func (t *Tracker) search(c *cluster) ([]ranked, []commonness) {
	t.epoch++
	t.lay(c.items[0])
	t.found = t.found[:0]
	heavy := c.words.heaviest(indexTerms)
	var lists [indexTerms][]posting
	for i, e := range heavy {
		lists[i] = t.index.lists[e.term]
		for j := len(lists[i]) - 1; j >= max(0, len(lists[i])-walk); j -= ahead {
			t.seen += lists[i][j].item
		}
	}
	common := make([]commonness, 0, indexTerms)
	for i, e := range heavy {
		stories := float64(t.walk(c, e, lists[i]))
		common = append(common, commonness{e.term, stories / (stories + usual)})
	}
	slices.SortFunc(common, func(a, b commonness) int { return cmp.Compare(a.term, b.term) })
	found := t.ranked[:0]
	for _, s := range t.found {
		found = append(found, ranked{float64(s.score), s})
	}
	t.ranked = found
	found = best(found, shortlist)
	t.pace = pace(found)
	for _, f := range found {
		for j := 0; j < len(f.words); j += ahead {
			t.seen += f.words[j].term
		}
	}
	for i, f := range found {
		s := f.cluster
		s.dot = t.words.dot(s.words)
		found[i].preference = cosine(s.dot, c.lw, s.lw) + .5*float64(s.score)/unit/c.lw
	}
	return best(found, candidates), common
}

// walk goes through the newest articles in the list of a term, adds to their scores
// and those of their stories, and returns how many stories they are of.
func (t *Tracker) walk(c *cluster, e entry, list []posting) (stories int) {
	walked := 0
	for i := len(list) - 1; i >= 0 && walked < walk; i-- {
		it, weight := &t.index.places[list[i].item], list[i].weight
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

// ranked is a story that a search has found.
type ranked struct {
	preference float64 // the higher, the likelier it is chosen
	*cluster
}

func (r ranked) before(o ranked) bool {
	return r.preference > o.preference || r.preference == o.preference && r.id < o.id
}

// best moves the few that are preferred most to the front and returns them, in that
// order, then that of their ids. found may hold many more.
func best(found []ranked, few int) []ranked {
	for i, r := range found {
		at := min(i, few)
		for ; at > 0 && r.before(found[at-1]); at-- {
			found[at] = found[at-1]
		}
		found[at] = r
	}
	return found[:min(few, len(found))]
}

const (
	usualSpread = .5 // days between two articles of a story, as far as nothing else is known
	doubt       = 4  // stories that speak for it
	slowest     = 5  // days
)

// pace tells how spread in time the stories around an article are, in units of
// what is usual: where affairs go on for a week, days apart mean little.
func pace(around []ranked) float64 {
	const usual, most = usualSpread * 24 * time.Hour, slowest * 24 * time.Hour
	sum, stories := int64(usual*doubt), int64(doubt)
	for _, s := range around {
		if len(s.items) > 1 {
			sum += min(int64(most), s.spread)
			stories++
		}
	}
	return float64(sum) / float64(stories) / float64(usual)
}
