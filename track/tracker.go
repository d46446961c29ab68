package track

import (
	"math"
	"slices"
	"sync"
	"time"

	"github.com/storywire/storywire/news"
)

// DefaultWindow is how far apart the publication of an article and of the
// nearest of a story may lie for the one to join the other.
const DefaultWindow = 30 * 24 * time.Hour

// memory is how many articles back, in the order they were stored, a story may
// have had its last one and still be remembered. It bounds what a tracker
// holds, whatever dates the feeds give: one wrong date must not make the
// stories of today old.
const memory = 30_000

// Tracker holds the live stories and decides where articles belong. It is not
// safe for concurrent use.
type Tracker struct {
	weights  Weights
	reader   *Reader
	window   int64
	stories  map[string]*cluster
	profiles []*profile // by story id
	index    index
	latest   int64 // highest id of an article seen
	swept    int64 // latest at the last removal of stories that are over
	kept     int64 // articles taken in since then
	epoch    uint32
	pace     float64 // of the stories around the article placed last
	memory   int64   // as the constant
	floor    float64 // a followed story takes in what scores this or more

	laid         *item      // the article that is compared with others
	words, names spread     // of it
	found        []*cluster // by the last search, before the likeliest are chosen
	ranked       []ranked   // the same, those first
	scored       []option   // the options of the article placed last
	seen         uint32     // by looking ahead, for nobody

	// Observe, if not nil, is told of each two stories that are compared.
	Observe func(Compared)
}

// Compared is what the tracker saw when it compared two stories: their
// articles, and the evidence. The first is alone if it is a new article.
type Compared struct {
	A, B     []int64
	Evidence Signals
}

func (t *Tracker) observe(a, b *cluster, e evidence) {
	if t.Observe != nil {
		t.Observe(Compared{a.ids(), b.ids(), e.signals()})
	}
}

// NewTracker returns a tracker without stories. A window of 0 is DefaultWindow.
func NewTracker(window time.Duration, w Weights) *Tracker {
	if window <= 0 {
		window = DefaultWindow
	}
	return &Tracker{weights: w, reader: NewReader(w), window: int64(window), stories: map[string]*cluster{}, index: newIndex(), memory: memory, pace: 1}
}

// Load takes in a stored story. The tracker then decides as the one that made
// the stored memberships would have gone on; the order of loading is free.
func (t *Tracker) Load(s news.TrackedStory) { t.load(s, t.reader.items(s)) }

// load is Load for a story of which the articles have been read, if it is one
// of the stream.
func (t *Tracker) load(s news.TrackedStory, items []*item) {
	if s.Story.Query != nil {
		t.loadProfile(s)
		return
	}
	c := &cluster{id: s.Story.ID, followed: s.Story.Followed, pinned: s.Story.Pinned, expelled: set(s.Expelled)}
	for _, it := range items {
		t.keep(c, it)
	}
	if len(c.items) > 0 {
		t.stories[c.id] = c
	}
	c.latest = max(c.latest, s.Latest)
	t.latest = max(t.latest, c.latest)
	t.sweep()
}

// items reads the articles of a story of the stream.
func (r *Reader) items(s news.TrackedStory) []*item {
	if s.Story.Query != nil {
		return nil
	}
	items := make([]*item, len(s.Articles))
	for i, a := range s.Articles {
		items[i] = newItem(a, r.Read(a).features)
	}
	return items
}

// Place decides where a new article belongs and remembers the decision.
func (t *Tracker) Place(a news.Article) news.Placement {
	return t.PlaceRead(a, t.reader.Read(a))
}

// PlaceRead is Place for an article that has been read already.
func (t *Tracker) PlaceRead(a news.Article, read Reading) news.Placement {
	t.latest = max(t.latest, a.ID)
	t.sweep()
	one := alone(StoryID(a), newItem(a, read.features))
	options := t.options(one)
	p := news.Placement{Article: a, Home: news.Membership{Article: a.ID, At: a.Seen}}
	best := choose(options)
	if original := copied(one, options); original != nil {
		best = t.copyOption(one, original)
		one.items[0].weighs, p.CopyOf = false, original.id
	} else if best != nil && best.score < 0 {
		best = nil
	}
	r := reasons{read: read, options: options, now: one}
	if best == nil {
		p.New, p.Home.Story, p.Home.Score, p.Home.Reason = true, one.id, r.nearest(), r.founding()
		t.stories[one.id] = one
		t.index.add(one.items[0])
	} else {
		p.Home.Story, p.Home.Score, p.Home.Reason = best.with.id, best.score, r.joining(best, p.CopyOf)
		t.keep(best.with, one.items[0])
		if p.CopyOf == 0 {
			p.Merges = t.lookAgain(best.with, options, r)
		}
	}
	a.CopyOf = p.CopyOf
	p.Followed = t.follow(offer{article: a, one: one, home: one.items[0].cluster, options: func() []option { return options }}, r)
	return p
}

// lay prepares for comparing an article with others.
func (t *Tracker) lay(it *item) {
	if t.laid != it {
		t.laid = it
		t.words.lay(it.words())
		t.names.lay(it.names())
	}
}

// option is a story that an article may join.
type option struct {
	with  *cluster
	score float64
	evidence
}

// options scores the stories a new article may belong to, likeliest first.
func (t *Tracker) options(one *cluster) []option {
	found, common := t.search(one)
	out := t.scored[:0]
	for _, f := range found {
		s := f.cluster
		if s.expelled[one.items[0].id] {
			continue
		}
		o := option{with: s, evidence: compared(one, s, s.dot, t.names.dot(s.names))}
		o.nearness = t.nearest(one.items[0], s)
		if o.closest != nil {
			o.common = t.words.expected(o.closest.words(), common)
		}
		o.score = t.weights.Join.sum(o.signals())
		t.observe(one, s, o.evidence)
		out = append(out, o)
	}
	t.scored = out
	return out
}

// choose returns the best option, nil if there is none.
func choose(options []option) *option {
	var best *option
	for i := range options {
		if o := &options[i]; best == nil || o.score > best.score || o.score == best.score && o.with.before(best.with) {
			best = o
		}
	}
	return best
}

// copied returns the article that a new one repeats, nil if there is none.
func copied(one *cluster, options []option) *item {
	it := one.items[0]
	for _, o := range options {
		y := o.closest
		if y == nil || o.max < copyCosine {
			continue
		}
		if it.same != 0 && it.same == y.same || it.text().within(y.text()) >= copyShare {
			return y
		}
	}
	return nil
}

// copyOption makes a copy join its original's story, whatever the score says.
func (t *Tracker) copyOption(one *cluster, original *item) *option {
	o := option{with: original.cluster, evidence: compareClusters(one, original.cluster)}
	o.nearness = t.nearest(one.items[0], original.cluster)
	o.closest = original
	o.score = max(0, t.weights.Join.sum(o.signals()))
	return &o
}

// review shows a stored article to the followed stories only. Its home story
// is held as far as it has been shown.
func (t *Tracker) review(a news.Article, home string, read Reading) []news.Membership {
	t.latest = max(t.latest, a.ID)
	t.sweep()
	one := alone("", newItem(a, read.features))
	c := t.stories[home]
	options := sync.OnceValue(func() []option { return t.options(one) })
	in := t.follow(offer{article: a, one: one, home: c, options: options}, reasons{read: read, now: one})
	if c == nil && home != "" {
		c = &cluster{id: home}
		t.stories[home] = c
	}
	if c != nil {
		t.keep(c, newItem(a, read.features))
	}
	return in
}

// keep adds an article to a story and to the index, and drops from the index
// what the story has no room for.
func (t *Tracker) keep(c *cluster, it *item) {
	gone := c.add(it)
	if it.weighs {
		t.index.add(it)
	}
	if gone != nil && gone.weighs {
		t.index.remove(gone)
	}
}

// lookAgain merges a story that has grown with the stories the new article
// proves to be the same, best first.
func (t *Tracker) lookAgain(c *cluster, options []option, r reasons) []news.Merge {
	var merges []news.Merge
	for {
		best := t.partner(c, options, r.now.items[0])
		if best == nil {
			return merges
		}
		into, from := c, best.with
		if from.before(into) {
			into, from = from, into
		}
		merges = append(merges, news.Merge{From: from.id, Into: into.id, Reason: r.merging(best, from, into)})
		t.merge(from, into)
		c = into
		options = slices.DeleteFunc(slices.Clone(options), func(o option) bool { return o.with == from || o.with == into })
	}
}

// partner returns the story among the options that is the same as c, nil if
// none is. What the new article (by) is like gives reason to look again; only where
// it does, all pairs are looked at.
func (t *Tracker) partner(c *cluster, options []option, by *item) *option {
	var best *option
	for _, link := range options {
		s := link.with
		if s == c || s.pinned || c.pinned {
			continue
		}
		o := option{with: s, evidence: compareClusters(c, s)}
		o.common = link.common
		o.max, o.max3, o.closest = link.max, link.max3, link.closest
		o.median, o.unlinked = o.max, o.max
		t.fade(&o, o.max)
		if o.score < hopeless && t.Observe == nil {
			continue
		}
		p := pairs(c, s, by)
		o.max, o.max3, o.median, o.unlinked = p.mean, p.top3, p.median, p.unlinked
		t.fade(&o, p.top)
		t.observe(c, s, o.evidence)
		if o.score >= 0 && (best == nil || o.score > best.score) && !c.apart(s) {
			best = &o
		}
	}
	return best
}

// hopeless is the score for merging, by the new article's likeness alone, that
// no look at the other articles makes good.
const hopeless = -1.5

// fade scores two stories of which the nearest pair is known. How near that
// pair is in time is taken from the stories, not looked up.
func (t *Tracker) fade(o *option, nearest float64) {
	o.pace = t.pace
	faded := math.Exp(-max(0, o.gap/t.pace-1) / fading)
	o.recentMax, o.recentMean = nearest*faded, o.mean*faded
	o.score = t.weights.Merge.sum(o.signals())
}

func (t *Tracker) merge(from, into *cluster) {
	for _, it := range from.items {
		gone := into.add(it)
		if it.weighs {
			t.index.moved(it)
		}
		if gone != nil && gone.weighs {
			t.index.remove(gone)
		}
	}
	for id := range from.expelled {
		if into.expelled == nil {
			into.expelled = map[int64]bool{}
		}
		into.expelled[id] = true
	}
	into.followed = into.followed || from.followed
	into.latest = max(into.latest, from.latest)
	delete(t.stories, from.id)
}

// live reports whether a story is still remembered.
func (t *Tracker) live(c *cluster) bool {
	return c.latest > t.latest-t.memory
}

// near reports whether a live story may take in what c holds: their times are
// no further apart than the window.
func (t *Tracker) near(c, s *cluster) bool {
	return s.lang == c.lang && t.live(s) && s.first-t.window <= c.last && c.first-t.window <= s.last
}

// sweep frees the stories that are over. They are out of the game as soon as
// they are no longer live; the memory is freed now and then. Articles may come
// by their dates, not their numbers: then the latest is there early, and what
// has been taken in counts.
func (t *Tracker) sweep() {
	if t.kept++; t.latest-t.swept < t.memory/30 && t.kept < t.memory/30 {
		return
	}
	t.swept, t.kept = t.latest, 0
	for id, c := range t.stories {
		if t.live(c) {
			continue
		}
		for _, it := range c.items {
			if it.weighs {
				t.index.remove(it)
			}
		}
		delete(t.stories, id)
	}
}

func set(ids []int64) map[int64]bool {
	if len(ids) == 0 {
		return nil
	}
	out := make(map[int64]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out
}
