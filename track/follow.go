package track

import (
	"cmp"
	"slices"
	"strings"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

// coreShare is the share of the words of a query, by idf, that an article has
// to hold if it is not much like the articles taken in before.
const (
	coreShare = .6
	hintShare = .2 // if it is
)

// profile is what a followed story accepts by: its words, its seeds, and the
// articles it was sure of.
type profile struct {
	id       string
	query    news.Query
	seeds    map[int64]bool
	expelled map[int64]bool
	words    *item   // the words of the query as an article without a time; nil if there are none
	anchor   cluster // the seeds, which it must not drift away from
	cluster          // every member; those it learned from weigh
}

// loadProfile takes in a followed story that a person asked for.
func (t *Tracker) loadProfile(s news.TrackedStory) {
	p := t.newProfile(s)
	i, found := slices.BinarySearchFunc(t.profiles, p, func(a, b *profile) int { return cmp.Compare(a.id, b.id) })
	if found {
		t.profiles[i] = p
		return
	}
	t.profiles = slices.Insert(t.profiles, i, p)
}

func (t *Tracker) newProfile(s news.TrackedStory) *profile {
	p := &profile{id: s.Story.ID, query: *s.Story.Query, expelled: set(s.Expelled)}
	p.seeds = set(p.query.Seeds)
	if strings.TrimSpace(p.query.Words) != "" {
		f := t.reader.Read(news.Article{Title: p.query.Words, Language: text.Language(p.query.Words, "en")}).features
		p.words = &item{features: f, weighs: true}
		p.learn(f)
	}
	for i, a := range s.Articles {
		sure := true
		if i < len(s.Memberships) {
			m := s.Memberships[i]
			sure = m.ByPerson || p.seeds[a.ID] || m.Score >= t.learnFrom(p)
		}
		p.take(a, t.reader.Read(a).features, sure)
	}
	return p
}

// take makes an article a member, and learns from it if the story is sure.
func (p *profile) take(a news.Article, f features, sure bool) {
	it := newItem(a, f)
	if it.weighs = it.weighs && sure; !it.weighs {
		it.features = features{lang: f.lang}
	}
	gone := p.add(it)
	if p.seeds[it.id] || gone != nil && p.seeds[gone.id] {
		p.drop()
	}
}

// drop casts the anchor anew, at the seeds that are held.
func (p *profile) drop() {
	p.anchor = cluster{}
	for _, it := range p.items {
		if p.seeds[it.id] {
			seed := *it
			p.anchor.add(&seed)
		}
	}
}

// discount makes a member that has turned out to be a copy weigh nothing.
func (p *profile) discount(id int64) {
	for _, it := range p.items {
		if it.id == id && it.weighs {
			p.forget(it.features)
			it.weighs, it.features = false, features{lang: it.lang}
			p.drop()
		}
	}
}

func (p *profile) has(id int64) bool {
	return slices.ContainsFunc(p.items, func(it *item) bool { return it.id == id })
}

func (t *Tracker) learnFrom(p *profile) float64 {
	if len(p.seeds) == 0 {
		return t.weights.LearnWords
	}
	return t.weights.Learn
}

// follow offers an article to the followed stories, and returns where it is
// taken in.
func (t *Tracker) follow(a news.Article, one, home *cluster, r reasons) []news.Membership {
	if len(t.profiles) == 0 {
		return nil
	}
	var in []news.Membership
	stems := stemsOf(a)
	for _, p := range t.profiles {
		if a.CopyOf != 0 {
			p.discount(a.ID)
		}
		if m, ok := t.consider(p, a, one, home, stems, r); ok {
			in = append(in, m)
		}
	}
	return in
}

// consider decides whether a followed story takes an article in, and learns
// from it where it is sure.
func (t *Tracker) consider(p *profile, a news.Article, one, home *cluster, stems []string, r reasons) (news.Membership, bool) {
	m := news.Membership{Story: p.id, Article: a.ID, At: a.Seen}
	if p.expelled[a.ID] || p.has(a.ID) {
		return m, false
	}
	f := one.items[0].features
	if p.seeds[a.ID] {
		m.Score, m.Reason = seedScore, "one of the articles it was asked for with"
		p.take(a, f, true)
		return m, true
	}
	met, ok := p.conditions(stems, f.lang)
	if !ok {
		return m, false
	}
	o := t.resemblance(p, one, home)
	m.Score = o.score
	ok, why := t.accepts(p, o, one, stems)
	if !ok {
		return m, false
	}
	m.Reason = r.following(o, p, strings.Join(slices.DeleteFunc([]string{met, why}, func(s string) bool { return s == "" }), "; "))
	p.take(a, f, m.Score >= t.learnFrom(p))
	return m, true
}

// seedScore is the score of a membership that needs no proof.
const seedScore = 10

// accepts decides by words and likeness; conditions have been met.
func (t *Tracker) accepts(p *profile, o option, one *cluster, stems []string) (bool, string) {
	conditions := len(p.query.All)+len(p.query.Any) > 0
	if len(p.seeds) > 0 {
		return o.score >= t.weights.Follow && t.anchored(p, one), ""
	}
	if p.words == nil {
		return conditions, ""
	}
	if o.score < t.weights.FollowOf {
		return false, ""
	}
	share, held := p.core(stems, one.lang)
	known := o.score >= t.weights.LearnWords && o.closest != nil && share >= hintShare
	why := ""
	if len(held) > 0 {
		why = "holds " + quoted(held)
	}
	return conditions || known || share >= coreShare, why
}

// anchored reports whether an article is like the seeds, whenever it came. A
// story that has outgrown memory and its seeds goes by what it has learned.
func (t *Tracker) anchored(p *profile, one *cluster) bool {
	if p.anchor.n == 0 {
		return p.n > 0
	}
	e := compareClusters(one, &p.anchor)
	e.max, _ = closest(one, &p.anchor)
	e.gap = 0
	return t.weights.score(e) >= t.weights.Anchor
}

// resemblance scores an article against a followed story.
func (t *Tracker) resemblance(p *profile, one, home *cluster) option {
	o := option{with: &p.cluster, evidence: compareClusters(one, &p.cluster)}
	o.max, o.closest = closest(one, &p.cluster)
	if p.words != nil {
		o.max = max(o.max, float64(dot(one.words, p.words.features.words))/(unit*unit))
	}
	if len(p.items) == 0 {
		o.gap = 0
	}
	o.score = t.weights.score(o.evidence) + t.weights.Home*p.share(home, one.items[0].id)
	return o
}

// share tells how much of the article's home story has been taken in: 1 for
// all of the other articles, -1 for none, 0 if there are no others.
func (p *profile) share(home *cluster, except int64) float64 {
	if home == nil {
		return 0
	}
	in, all := 0, 0
	for _, it := range home.items {
		if it.id == except {
			continue
		}
		all++
		if p.has(it.id) {
			in++
		}
	}
	if all == 0 {
		return 0
	}
	return 2*float64(in)/float64(all) - 1
}

// conditions reports whether an article meets what the query demands, and
// which terms it met it with.
func (p *profile) conditions(stems []string, lang string) (string, bool) {
	holds := func(term string) bool { return contains(stems, phrase(term, lang)) }
	for _, term := range p.query.All {
		if !holds(term) {
			return "", false
		}
	}
	if slices.ContainsFunc(p.query.Not, holds) {
		return "", false
	}
	met := slices.Clone(p.query.All)
	if len(p.query.Any) > 0 {
		i := slices.IndexFunc(p.query.Any, holds)
		if i < 0 {
			return "", false
		}
		met = append(met, p.query.Any[i])
	}
	if len(met) == 0 {
		return "", true
	}
	return "holds " + quoted(met), true
}

// core returns the share of the query's words, by idf, that an article holds,
// and those words.
func (p *profile) core(stems []string, lang string) (float64, []string) {
	var all, in float64
	var held []string
	for _, word := range text.Words(p.query.Words) {
		folded := text.Fold(word)
		if text.Stop(folded, lang) {
			continue
		}
		stem := text.Stem(folded, lang)
		weight := idf(folded, stem)
		all += weight
		if slices.Contains(stems, stem) {
			in += weight
			held = append(held, folded)
		}
	}
	if all == 0 {
		return 0, nil
	}
	return in / all, held
}

// stemsOf returns the stems of an article's words in order, stop words
// included, so that phrases can be looked for in it.
func stemsOf(a news.Article) []string {
	lang := language(a)
	return slices.Concat(phrase(a.Title, lang), []string{""}, phrase(cut(a.Text, queryBytes), lang))
}

func phrase(s, lang string) []string {
	words := text.Words(s)
	stems := make([]string, 0, len(words))
	for _, word := range words {
		if folded := text.Fold(word); folded != "" {
			stems = append(stems, text.Stem(folded, lang))
		}
	}
	return stems
}

// contains reports whether the words of a phrase stand side by side among
// stems. An empty phrase never does.
func contains(stems, phrase []string) bool {
	if len(phrase) == 0 {
		return false
	}
	for i := range len(stems) - len(phrase) + 1 {
		if slices.Equal(stems[i:i+len(phrase)], phrase) {
			return true
		}
	}
	return false
}

// seedsMissing reports whether a followed story waits for a seed.
func (t *Tracker) seedsMissing() bool {
	return slices.ContainsFunc(t.profiles, func(p *profile) bool {
		return slices.ContainsFunc(p.query.Seeds, func(id int64) bool { return !p.has(id) })
	})
}

// offer shows a stored article to the followed stories only.
func (t *Tracker) offer(a news.Article, seedsOnly bool) []news.Membership {
	wanted := func(p *profile) bool { return p.seeds[a.ID] }
	if seedsOnly && !slices.ContainsFunc(t.profiles, wanted) {
		return nil
	}
	read := t.reader.Read(a)
	one := alone("", newItem(a, read.features))
	return t.follow(a, one, nil, reasons{surface: read.surface, now: one})
}
