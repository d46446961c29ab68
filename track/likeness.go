package track

import (
	"cmp"
	"math"
	"slices"
	"time"
	"unique"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

// offer is an article as it is shown to the followed stories.
type offer struct {
	article news.Article
	one     *cluster
	home    *cluster        // its story of the stream, with the articles that came before
	terms   map[uint32]bool // of its whole text: whether the title holds them; nil: only title and lead are known
	stems   []string        // of its whole text, in order; nil: no story has conditions
	options func() []option // the stories of the stream it is compared with; nil: not known
}

// founds reports whether the article is alone in its story of the stream.
func (o offer) founds() bool {
	return len(o.home.items) == 1 && o.home.items[0].id == o.one.items[0].id
}

// holds reports whether the article has a term, in its whole text as far as
// that is known.
func (o offer) holds(term uint32) bool {
	_, in := o.terms[term]
	return in || o.one.words.has(term)
}

// whole returns the terms of an article's whole text, and whether its title
// holds them.
func (r *Reader) whole(a news.Article) map[uint32]bool {
	lang := unique.Make(language(a)).Value() // one string for each: what is remembered of a word holds it
	terms := map[uint32]bool{}
	note := func(s string, titled bool) {
		for word := range text.WordSeq(s) {
			_, found := r.lookup(word, lang)
			for _, t := range found {
				terms[t.hash] = titled
			}
		}
	}
	note(cut(a.Text, queryBytes), false)
	note(a.Title, true)
	return terms
}

// resemblance scores an article against a followed story, and returns the
// words of the query it holds.
func (t *Tracker) resemblance(p *profile, o offer) (option, []string) {
	w := t.weights.Follow
	like := option{with: &p.cluster, evidence: compareClusters(o.one, &p.cluster)}
	if p.n == 0 {
		like.score = -1
		return like, nil
	}
	if len(p.items) == 0 {
		like.gap = 0
	}
	loyalty, far := p.loyalty(w, o)
	said, held, suffices := p.said(w, o)
	like.score = w.Bias + w.Centroid*like.centroid + w.Names*like.names + w.Cover*p.cover(o) +
		w.Gap*min(2, like.gap/7) + loyalty + p.course(w, far) + said
	if sum := like.mean * float64(p.n); !suffices && like.score+(w.Max+w.Rare)*min(1, sum)+w.Root+w.Lead*surest < t.floor {
		return like, held // no cosine is larger than their sum
	}
	like.nearness = t.nearest(o.one.items[0], &p.cluster)
	if like.closest != nil {
		like.common = t.commonBeside(p, o.one, like.closest)
	}
	like.score += (w.Max+w.Rare*(1-like.common))*like.max +
		(w.Common+w.GapCommon*math.Log1p(like.gap)+w.FarCommon*math.Log1p(far))*like.common
	like.score += p.placed(w, o)
	if suffices {
		like.score = max(like.score, w.Learn)
	}
	return like, held
}

// commonBeside tells how common the terms are that an article shares with one
// of a followed story among the live stories, but for what is followed: an
// affair of many stories does not make its own words common.
func (t *Tracker) commonBeside(p *profile, one *cluster, closest *item) float64 {
	var common []commonness
	for _, e := range one.words.heaviest(indexTerms) {
		if !closest.words().has(e.term) {
			continue
		}
		t.epoch++
		list, stories, walked := t.index.lists[e.term], 0.0, 0
		for i := len(list) - 1; i >= 0 && walked < walk; i-- {
			it := &t.index.places[list[i].item]
			if p.has(it.id) || !t.near(one, it.cluster) {
				continue
			}
			walked++
			if it.cluster.mark != t.epoch {
				it.cluster.mark = t.epoch
				stories++
			}
		}
		common = append(common, commonness{e.term, stories / (stories + usual)})
	}
	slices.SortFunc(common, func(a, b commonness) int { return cmp.Compare(a.term, b.term) })
	t.lay(one.items[0])
	return t.words.expected(closest.words(), common)
}

// said scores the words of the query that an article holds, and returns them,
// and whether they suffice.
func (p *profile) said(w FollowWeights, o offer) (score float64, held []string, suffices bool) {
	if len(p.core) == 0 {
		return 0, nil, false
	}
	share, held := p.held(o)
	rarest := p.rarest(o)
	score = w.Lacks + w.Core*share + w.Rarest*(1-rarest)
	if len(p.items) == 0 {
		score += w.Empty
	}
	return score, held, share >= w.CoreShare && rarest == 1
}

// loyalty scores how near an article is to what the story was asked for with,
// and returns the days between: without it, a story drifts from one affair to
// the next.
func (p *profile) loyalty(w FollowWeights, o offer) (score, far float64) {
	origin := &p.origin
	if origin.n == 0 { // outgrown
		origin = &p.cluster
	}
	e := compareClusters(o.one, origin)
	if len(origin.items) > 0 {
		far = e.gap
	}
	return w.Origin*e.centroid + w.OriginNames*e.names, far
}

// course scores time by how long the story has gone on: what is long after the
// one day of an event is less likely of it than what is long after the first
// day of an affair.
func (p *profile) course(w FollowWeights, far float64) float64 {
	span := time.Duration(p.last-p.first).Hours() / 24
	return w.Span*math.Log1p(span) + w.FarSpan*math.Log1p(far/(1+span))
}

// rarest tells where an article holds the rarest word of the query, any of
// them if several are equally rare: 1 in its title, half in its text, 0 not.
func (p *profile) rarest(o offer) float64 {
	top, held := 0.0, 0.0
	for _, t := range p.core {
		top = max(top, t.idf)
	}
	for _, t := range p.core {
		switch {
		case t.idf < top:
		case o.terms[t.hash]:
			return 1
		case o.holds(t.hash):
			held = .5
		}
	}
	return held
}

// held returns the share of the query's words, by idf, that an article's title
// and lead hold, and these words.
func (p *profile) held(o offer) (share float64, held []string) {
	var all float64
	for _, t := range p.core {
		all += t.idf
		if o.one.words.has(t.hash) {
			share += t.idf
			held = append(held, t.folded)
		}
	}
	return share / max(all, 1), held
}

// cover returns the share of the heaviest terms of a followed story that an
// article holds, 0 to 1.
func (p *profile) cover(o offer) float64 {
	if p.heavy == nil {
		p.heavy = p.words.heaviest(coverTerms)
	}
	var in, all float64
	for _, e := range p.heavy {
		all += float64(e.weight)
		if o.holds(e.term) {
			in += float64(e.weight)
		}
	}
	return in / max(all, 1)
}

// surest is the lead beyond which the stream can be no surer.
const surest = 5

// placed scores where the stream places an article: with what the followed
// story began with or in another story, and how surely. What was taken in later
// does not speak for its home story, else one article of a look-alike would
// bring them all.
func (p *profile) placed(w FollowWeights, o offer) (score float64) {
	if len(p.roots) == 0 {
		return 0
	}
	switch share := p.rooted(o.home); {
	case share > 0:
		score = w.Root * share
	case o.home != nil && !o.founds():
		score = w.Apart
	}
	if o.options == nil {
		return score
	}
	own, other := 1.-surest, 0. // a new story has 0
	for _, option := range o.options() {
		if p.rooted(option.with) > 0 {
			own = max(own, option.score)
		} else {
			other = max(other, option.score)
		}
	}
	return score + w.Lead*max(-surest, min(surest, own-other))
}

// rooted returns the share of what a followed story began with that a story of
// the stream holds, 0 to 1.
func (p *profile) rooted(s *cluster) float64 {
	if s == nil || len(p.roots) == 0 {
		return 0
	}
	n := 0
	for _, it := range s.items {
		if slices.Contains(p.roots, it.id) {
			n++
		}
	}
	return float64(n) / float64(len(p.roots))
}

// share tells how much of the article's home story is surely in: 1 for all of
// the other articles, -1 for none, 0 if there are no others. What was taken in
// without being sure of it counts neither way.
func (p *profile) share(home *cluster, except int64) float64 {
	if home == nil {
		return 0
	}
	in, all := 0, 0
	for _, it := range home.items {
		sure, taken := p.members[it.id]
		if it.id == except || taken && !sure {
			continue
		}
		all++
		if sure {
			in++
		}
	}
	if all == 0 {
		return 0
	}
	return 2*float64(in)/float64(all) - 1
}
