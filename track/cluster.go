package track

import (
	"cmp"
	"slices"
	"time"
	"unique"

	"github.com/storywire/storywire/news"
)

// storyCap is how many articles of a story are kept in memory, the newest.
const storyCap = 200

// item is an article in memory.
type item struct {
	features
	id      int64
	at      int64 // publication, Unix nanoseconds
	cluster *cluster
	place   uint32 // in the index
	weighs  bool   // its features are part of the story's
}

func byTime(a, b *item) int {
	return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.id, b.id))
}

// cluster is a story in memory, or the profile of a followed one. What is
// computed from it depends on which articles it holds, not on the order they
// came in.
type cluster struct {
	// What a search looks at of each story it meets stands together.
	mark        uint32 // the search that score, under and dot belong to
	under       uint32 // the term it was last counted under
	score       uint64
	latest      int64 // highest id of its articles
	first, last int64 // publication of the oldest and newest article
	spread      int64 // mean time between two of its articles, 0 if it has one
	lang        unique.Handle[string]

	id       string
	dot      uint64
	followed bool
	pinned   bool // a person merged or split it: it is not merged with others
	expelled map[int64]bool
	items    []*item // by publication, then id

	// Of the articles that weigh:
	n            int
	bodies       int
	words, names vector  // sums
	lw, ln       float64 // their lengths
}

// alone returns a story of one article.
func alone(id string, it *item) *cluster {
	c := &cluster{id: id}
	c.add(it)
	return c
}

// add takes an article in and returns the article that has to leave memory for
// it, nil if none has to.
func (c *cluster) add(it *item) *item {
	i, _ := slices.BinarySearchFunc(c.items, it, byTime)
	c.items = slices.Insert(c.items, i, it)
	it.cluster, c.lang, c.latest = c, it.lang, max(c.latest, it.id)
	if it.weighs {
		c.learn(it.features)
	}
	var gone *item
	if len(c.items) > storyCap {
		gone = c.items[0]
		c.items = slices.Delete(c.items, 0, 1)
		if gone.weighs {
			c.forget(gone.features)
		}
	}
	c.first, c.last = c.items[0].at, c.items[len(c.items)-1].at
	c.spread = c.spreadOut()
	return gone
}

// spreadOut returns the mean time between two articles.
func (c *cluster) spreadOut() int64 {
	n := int64(len(c.items))
	if n < 2 {
		return 0
	}
	var sum int64 // of the seconds between all pairs: each article is the later one of i, the earlier one of the rest
	for i, it := range c.items {
		sum += (it.at - c.items[0].at) / int64(time.Second) * (2*int64(i) - n + 1)
	}
	return sum / (n * (n - 1) / 2) * int64(time.Second)
}

// ids returns the articles of a story.
func (c *cluster) ids() []int64 {
	ids := make([]int64, len(c.items))
	for i, it := range c.items {
		ids[i] = it.id
	}
	return ids
}

// learn adds an article's features to the sums.
func (c *cluster) learn(f features) {
	c.n++
	if f.body {
		c.bodies++
	}
	c.words, c.names = c.words.plus(f.words()), c.names.plus(f.names())
	c.measure()
}

func (c *cluster) forget(f features) {
	c.n--
	if f.body {
		c.bodies--
	}
	c.words, c.names = c.words.minus(f.words()), c.names.minus(f.names())
	c.measure()
}

func (c *cluster) measure() {
	c.lw, c.ln = c.words.length(), c.names.length()
}

// before reports whether c keeps its name when it is merged with o: a followed
// story does, then the one that was founded first. Stories that have outgrown
// memory count as the older ones.
func (c *cluster) before(o *cluster) bool {
	if c.followed != o.followed {
		return c.followed
	}
	if a, b := len(c.items) >= storyCap, len(o.items) >= storyCap; a != b {
		return a
	}
	return cmp.Or(byTime(c.items[0], o.items[0]), cmp.Compare(c.id, o.id)) < 0
}

// apart reports whether a person has said that articles of the two stories do
// not belong together.
func (c *cluster) apart(o *cluster) bool {
	in := func(it *item, no map[int64]bool) bool { return no[it.id] }
	return slices.ContainsFunc(c.items, func(it *item) bool { return in(it, o.expelled) }) ||
		slices.ContainsFunc(o.items, func(it *item) bool { return in(it, c.expelled) })
}

func newItem(a news.Article, f features) *item {
	return &item{features: f, id: a.ID, at: a.Published.UnixNano(), weighs: a.CopyOf == 0}
}
