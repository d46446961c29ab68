package track

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

const (
	coverTerms = 12 // heaviest terms of a followed story, looked for in an article's whole text
	seedScore  = 10 // of a membership that needs no proof
)

// profile is what a followed story accepts by. Conditions (All, Any) decide
// alone where they are given: an article that meets them is in, words and
// seeds then only name the story and begin it. Not excludes in every case.
// Without conditions, an article is in if its title or lead holds nearly all
// of the query's words and the title the rarest, or if it is like what was
// taken in before and what the story was asked for with. That its home story
// holds what the story began with counts for it, that it holds none of that
// against it, both more the surer the stream is. An affair of
// rare words may rest for weeks; days tell against an article as far as the words
// it shares are common. The story learns only from what it is sure of, so that
// it does not drift.
type profile struct {
	id       string
	query    news.Query
	seeds    map[int64]bool
	expelled map[int64]bool
	core     []queried      // the words of the query
	members  map[int64]bool // by article, as items: whether the story is sure of it
	asked    features       // of the words of the query
	origin   cluster        // what it was asked for with: the words, and the seeds in memory
	roots    []int64        // the articles it began with
	heavy    []entry        // heaviest terms of words; nil: to be found
	cluster                 // every member; those it learned from weigh, and the query's words do
}

// queried is a term of a query, and the word it was made from.
type queried struct {
	term
	folded string
}

// CheckQuery reports whether a query asks for something. The error says in
// plain words what to give instead.
func CheckQuery(q news.Query) error {
	for _, term := range slices.Concat(q.All, q.Any, q.Not) {
		if len(phrase(term, "en")) == 0 {
			return fmt.Errorf("%q holds no word; give each condition a word or phrase", term)
		}
	}
	switch {
	case len(q.All)+len(q.Any)+len(q.Seeds) > 0:
		return nil
	case len(NewReader(DefaultWeights()).core(q.Words)) > 0:
		return nil
	case len(phrase(q.Words, "en")) > 0:
		return fmt.Errorf("%q holds only words that any article may have; give names or rarer words", q.Words)
	case len(q.Not) > 0:
		return errors.New("what may not occur is not enough to follow a story by; give words, a condition or an article as well")
	}
	return errors.New("nothing to follow a story by; give words, a condition or an article")
}

// core returns the words of a query with their full idf.
func (r *Reader) core(words string) []queried {
	var out []queried
	for _, word := range text.Words(words) {
		_, terms := r.lookup(word, text.Language(words, "en"))
		for _, t := range terms {
			t.idf = math.Pow(t.idf, 1/r.idfPower)
			if !slices.ContainsFunc(out, func(o queried) bool { return o.hash == t.hash }) {
				out = append(out, queried{t, text.Fold(t.of(word))})
			}
		}
	}
	return out
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
	p := &profile{id: s.Story.ID, query: *s.Story.Query, expelled: set(s.Expelled), members: map[int64]bool{}}
	p.seeds = set(p.query.Seeds)
	if p.core = t.reader.core(p.query.Words); len(p.core) > 0 {
		p.asked = t.reader.Read(news.Article{Title: p.query.Words, Language: text.Language(p.query.Words, "en")}).features
		p.learn(p.asked)
	}
	p.begin()
	for i, a := range s.Articles {
		sure := true
		if i < len(s.Memberships) {
			m := s.Memberships[i]
			sure = m.ByPerson || p.seeds[a.ID] || m.Score >= t.weights.Follow.Learn
		}
		p.take(newItem(a, t.reader.Read(a).features), sure)
	}
	return p
}

// take makes an article a member, and learns from it if the story is sure.
func (p *profile) take(it *item, sure bool) {
	if it.weighs = it.weighs && sure; !it.weighs {
		it.features = features{lang: it.lang}
	}
	p.members[it.id], p.heavy = sure, nil
	gone := p.add(it)
	if gone != nil {
		delete(p.members, gone.id)
	}
	if p.seeds[it.id] || gone != nil && p.seeds[gone.id] {
		p.begin()
	}
	p.roots = p.began()
}

// began returns the articles a story began with: those it was asked for with,
// else the first it was sure of, as far as they are in memory.
func (p *profile) began() []int64 {
	if len(p.origin.items) > 0 {
		return p.origin.ids()
	}
	var first []int64
	for _, it := range p.items {
		if p.members[it.id] && (first == nil || it.id < first[0]) {
			first = []int64{it.id}
		}
	}
	return first
}

// begin gathers what the story was asked for with.
func (p *profile) begin() {
	p.origin = cluster{}
	if p.asked.all != nil {
		p.origin.learn(p.asked)
	}
	for _, it := range p.items {
		if p.seeds[it.id] {
			copied := *it
			p.origin.add(&copied)
		}
	}
}

// discount makes a member that has turned out to be a copy weigh nothing.
func (p *profile) discount(id int64) {
	for _, it := range p.items {
		if it.id == id && it.weighs {
			p.forget(it.features)
			it.weighs, it.features, p.heavy = false, features{lang: it.lang}, nil
		}
	}
	if p.seeds[id] {
		p.begin()
	}
}

// follow offers an article to the followed stories, and returns where it is
// taken in, and what is taken in for its sake.
func (t *Tracker) follow(o offer, r reasons) []news.Membership {
	if len(t.profiles) == 0 {
		return nil
	}
	a := o.article
	o.terms = t.reader.whole(a)
	if slices.ContainsFunc(t.profiles, (*profile).demands) {
		o.stems = stemsOf(a)
	}
	var in []news.Membership
	for _, p := range t.profiles {
		if a.CopyOf != 0 {
			p.discount(a.ID)
		}
		if p.expelled[a.ID] || p.has(a.ID) {
			continue
		}
		if m, ok := t.consider(p, o, r); ok {
			in = append(in, m)
			in = append(in, t.adopt(p, a, o.home)...)
		}
	}
	return in
}

// consider decides whether a followed story takes an article in, and learns
// from it where it is sure.
func (t *Tracker) consider(p *profile, o offer, r reasons) (news.Membership, bool) {
	it := o.one.items[0]
	m := news.Membership{Story: p.id, Article: it.id, At: o.article.Seen, Score: seedScore}
	met, ok := p.conditions(o.stems, it.lang.Value())
	switch {
	case p.seeds[it.id]:
		m.Reason = "one of the articles it was asked for with"
	case !ok:
		return m, false
	case len(met) > 0:
		m.Reason = "holds " + quoted(met)
	case o.article.CopyOf != 0 && p.has(o.article.CopyOf):
		m.Reason = fmt.Sprintf("repeats the text of article %d", o.article.CopyOf)
	default:
		like, held := t.resemblance(p, o)
		if like.score < t.floor {
			return m, false
		}
		m.Score, m.Reason = like.score, r.following(like, held, p.rooted(o.home) > 0)
	}
	copied := *it
	p.take(&copied, m.Score >= t.weights.Follow.Learn)
	return m, true
}

// adopt takes in the articles of a home story that a followed story passed
// over before it knew that it follows this one, if it is sure of them. Most of
// the home story has to be in before, as each article taken in for its sake
// would speak for the next, until all of it is; only where the new one was asked
// for the others are looked at all the same, each by itself. Conditions cannot
// be looked for in what is kept in memory.
func (t *Tracker) adopt(p *profile, by news.Article, home *cluster) []news.Membership {
	speaks := home
	if p.share(home, by.ID) <= 0 {
		speaks = nil
	}
	if home == nil || p.demands() || speaks == nil && !p.seeds[by.ID] {
		return nil
	}
	var in []news.Membership
	for _, it := range home.items {
		if p.has(it.id) || p.expelled[it.id] {
			continue
		}
		copied := *it
		one := alone("", &copied)
		like, _ := t.resemblance(p, offer{one: one, home: speaks})
		if like.score < t.weights.Follow.Learn {
			continue
		}
		in = append(in, news.Membership{Story: p.id, Article: it.id, At: by.Seen, Score: like.score,
			Reason: fmt.Sprintf("its story of the stream is followed since article %d; score %.1f", by.ID, like.score)})
		p.take(&copied, true)
	}
	return in
}

func (p *profile) has(article int64) bool {
	_, in := p.members[article]
	return in
}

// demands reports whether the query has conditions.
func (p *profile) demands() bool {
	return len(p.query.All)+len(p.query.Any)+len(p.query.Not) > 0
}

// conditions reports whether an article meets what the query demands, and
// which terms it met it with; none if there are only things it must not hold.
func (p *profile) conditions(stems []string, lang string) ([]string, bool) {
	holds := func(term string) bool { return contains(stems, phrase(term, lang)) }
	for _, term := range p.query.All {
		if !holds(term) {
			return nil, false
		}
	}
	if slices.ContainsFunc(p.query.Not, holds) {
		return nil, false
	}
	met := slices.Clone(p.query.All)
	if len(p.query.Any) > 0 {
		i := slices.IndexFunc(p.query.Any, holds)
		if i < 0 {
			return nil, false
		}
		met = append(met, p.query.Any[i])
	}
	return met, true
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
