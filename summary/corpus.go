package summary

import (
	"regexp"
	"slices"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/summary/dates"
	"github.com/storywire/storywire/summary/parallel"
	"github.com/storywire/storywire/summary/timeline"
	"github.com/storywire/storywire/text"
)

// At most longest sentences of an article are read, and of a story about most in
// all, but shortest of each article: news tells what counts first, and a
// book-length page must not drown the others.
const (
	longest  = 80
	shortest = 8
	most     = 6000
)

// sentence is a sentence of an article, ready to be compared and published.
type sentence struct {
	doc      *doc
	at       int    // place in the article, from 0
	text     string // as published, with dates for words like "on Thursday"
	said     string // as the article has it
	clear    bool   // no word is left that counts from the day it was written
	terms    []term // distinct
	vector   vector
	concepts []concept
	words    int
	spoken   []string // the words, until their terms are known
	names    []string // folded words of names
	named    []term   // of names
	rest     []term   // of terms, without those of names
	front    []term   // of the deeds and names it opens with, distinct
	numbers  []string
	leans    bool // needs the sentence before it
	future   bool
	until    time.Time      // the last day it names, if it looks ahead; zero if none
	scene    bool           // paints instead of telling
	quotes   bool           // carries a quotation or what someone said
	title    bool           // is the headline of an article without sentences
	nameless bool           // speaks of one whom only its outlet's readers know by office
	stock    bool           // stands in many articles of its outlet, so that it is none's news
	timed    *text.Sentence // said
	daysOf   []time.Time    // it names, each once; nil until asked for
	wordsOf  []string       // quotations in it; nil until asked for

	// Set by rank: what the sentence is worth for its place and likeness to
	// the story, what all of its worth is multiplied by, and the outcome.
	base, factor, score float64
	substance           float64 // also set by rank
}

// doc is an article as the writer reads it.
type doc struct {
	article   news.Article
	published time.Time // as its feed says; the article's own is when it was written
	n         int       // its source number
	lang      string
	title     string    // without outlet suffix and teaser marks, dated
	spoken    []string  // its words, until their terms are known
	terms     []term    // of the title, distinct
	concepts  []concept // of the title
	vector    vector    // of the title
	sum       vector    // of the sentences' vectors
	middle    vector    // its direction
	clear     bool      // the title names no day that only its own day explains
	fresh     bool      // not read by the previous revision
	opines    bool      // judges the news
	explains  bool      // judges, reviews or explains the news instead of reporting it
	sentences []*sentence
	split     []*text.Sentence // every sentence
	raw       []*text.Sentence // the first of them, as far as the article is read
	lex       *lexicon
	head      *headline         // made when first asked for
	events    *timeline.Reading // filled by the timeline, which runs beside the rest
	held      *passage          // made when first asked for
	heard     []heard           // of title and raw, made when first asked for
	passing   bool              // reads otherwise on other days
}

// corpus is all articles of a story, copies included, in the order given.
type corpus struct {
	lex     *lexicon
	docs    []*doc
	firsts  []*doc     // see originals; made when first asked for
	year    int        // of the newest article
	today   time.Time  // the day of the newest article, midnight UTC
	worth   []worth    // of concepts, set by rank
	topical []bool     // by term, set by rank: many articles speak of it
	top     float64    // the most a sentence gains, set by rank
	knows   *knowledge // made when first asked for
	notes   *notes
}

func newCorpus(articles []news.Article, numbers map[int64]int, read map[int64]bool, r *notes) *corpus {
	c := &corpus{lex: r.lex, notes: r}
	for _, a := range articles {
		c.year = max(c.year, a.Published.Year())
		if day := a.Published.UTC().Truncate(24 * time.Hour); day.After(c.today) {
			c.today = day
		}
	}
	limit := limitFor(len(articles))
	r.suit(articles, c.year, c.today, limit)
	var unread []news.Article
	for _, a := range articles {
		if r.docs[a.ID] == nil {
			unread = append(unread, a)
		}
	}
	for _, d := range c.readAll(unread, limit) {
		r.docs[d.article.ID] = d
	}
	for _, a := range articles {
		d := r.docs[a.ID]
		d.n = numbers[a.ID]
		d.fresh = !read[a.ID]
		c.docs = append(c.docs, d)
	}
	for _, d := range c.docs {
		if day := d.article.Published.UTC().Truncate(24 * time.Hour); day.After(c.today) {
			c.today = day
		}
	}
	c.findStock()
	return c
}

// findStock marks the sentences that an outlet repeats word by word: they belong to its
// pages, or are its standing background.
func (c *corpus) findStock() {
	const many = 3 // articles
	type line struct{ outlet, said string }
	seen := map[line]int{}
	for _, d := range c.originals() {
		for _, s := range d.sentences {
			seen[line{d.article.Outlet, s.said}]++
		}
	}
	for _, d := range c.docs {
		for _, s := range d.sentences {
			s.stock = seen[line{d.article.Outlet, s.said}] >= many
		}
	}
}

// told are the sentences of an article that are its own.
func (d *doc) told() []*sentence {
	own := func(s *sentence) bool { return !s.stock }
	if !slices.ContainsFunc(d.sentences, func(s *sentence) bool { return s.stock }) || !slices.ContainsFunc(d.sentences, own) {
		return d.sentences
	}
	return slices.DeleteFunc(slices.Clone(d.sentences), func(s *sentence) bool { return s.stock })
}

// limitFor is how many sentences are read of each of so many articles. It falls by
// halves, so that a story that grows is not read anew each time.
func limitFor(articles int) int {
	limit := longest
	for limit > shortest && limit*articles > most {
		limit /= 2
	}
	return max(limit, shortest)
}

// readAll reads articles on all processors, and numbers their words in order, so
// that the outcome is the same on any.
func (c *corpus) readAll(articles []news.Article, limit int) []*doc {
	docs := make([]*doc, len(articles))
	parallel.Do(len(articles), func(next func() int) {
		for i := next(); i < len(articles); i = next() {
			docs[i] = c.read(articles[i], limit)
		}
	})
	for _, d := range docs {
		c.lex.learn(d)
	}
	return docs
}

// read takes an article apart. It knows no terms yet: see learn.
func (c *corpus) read(a news.Article, limit int) *doc {
	d := &doc{article: a, published: a.Published, lex: c.lex, lang: language(a), events: new(timeline.Reading)}
	d.split = text.Split(a.Text, a.Published, d.lang)
	if at := writtenOn(a.Published, d.split, d.lang); !at.Equal(a.Published) {
		d.article.Published = at
		d.split = text.Split(a.Text, at, d.lang)
	}
	d.opines = d.opinion()
	d.explains = d.opines || explaining.MatchString(a.Title)
	title := cleanTitle(a.Title, a.Outlet)
	d.spoken = text.Words(title)
	d.title = undated(title, d.lang)
	d.clear = !weekday.MatchString(d.title) || d.lang != "en"
	if d.clear {
		d.title, d.clear = c.dated(d.timed(d.title))
	}
	d.raw = d.split[:min(len(d.split), limit)]
	for i, raw := range d.raw {
		if s := c.readSentence(raw, i, d); s != nil {
			d.sentences = append(d.sentences, s)
		}
	}
	if n := len(d.spoken); len(d.sentences) == 0 && n >= 4 && n <= maxWords && balanced(title) && !asks(title) {
		s := newSentence(d, 0, d.timed(title), d.spoken)
		s.text, s.clear = d.title, d.clear
		s.title = true
		d.sentences = append(d.sentences, s)
	}
	return d
}

// readSentence takes apart the i-th sentence of an article; nil if it cannot be
// published.
func (c *corpus) readSentence(raw *text.Sentence, i int, d *doc) *sentence {
	full := c.current(raw.With(polish(raw.Text, d.article.Outlet, i)), d)
	s, words := full, text.Words(full.Text)
	long := len(words) > maxWords
	if long {
		s, words = trimmed(s)
	}
	if !publishable(s.Text, words) || !ended(s.Text) && len(d.raw) > 2 {
		return nil
	}
	out := newSentence(d, i, s, words)
	out.text, out.clear = c.dated(full)
	if long && out.text == full.Text {
		out.text = s.Text
	} else if long {
		short, _ := trimmed(d.timed(out.text))
		out.text = short.Text
	}
	if !out.clear {
		c.clarify(out, full)
	}
	return out
}

// learn numbers the terms of an article that was read.
func (l *lexicon) learn(d *doc) {
	terms := l.stem(d.spoken, d.lang)
	d.terms, d.concepts = distinct(terms), l.concepts(terms)
	d.vector = l.vector(d.terms)
	d.spoken = nil
	for _, s := range d.sentences {
		terms := l.stem(s.spoken, d.lang)
		s.terms = distinct(terms)
		s.front = l.deeds(terms[:min(frontTerms, len(terms))])
		s.vector = l.vector(terms)
		s.concepts = l.concepts(terms)
		for _, w := range s.names {
			s.named = append(s.named, l.term(w, d.lang))
		}
		s.rest = slices.DeleteFunc(slices.Clone(s.terms), func(t term) bool { return slices.Contains(s.named, t) })
		s.spoken = nil
	}
	d.sum = sum(vectorsOf(d.sentences))
	d.middle = slices.Clone(d.sum).unit()
}

// undated leaves out the weekday that an English headline ends with.
func undated(title, lang string) string {
	const least = 5 // words
	if at := lastDay.FindStringIndex(title); lang == "en" && at != nil && len(text.Words(title[:at[0]])) >= least && balanced(title[:at[0]]) {
		return title[:at[0]]
	}
	return title
}

var lastDay = regexp.MustCompile(`,? (?:from|on|until|by|this|next) (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day$`)

// weekday is one that a headline, which has no tense, leaves open.
var weekday = regexp.MustCompile(`\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b`)

// dated puts dates for the words of s that count from the article's day.
func (c *corpus) dated(s *text.Sentence) (dated string, clear bool) {
	return dates.Put(s, dates.Reader{Year: c.year})
}

// timed are words of the article's day.
func (d *doc) timed(words string) *text.Sentence {
	return &text.Sentence{Text: words, Published: d.article.Published, Lang: d.lang}
}

// clarify leaves out the clauses at the end of a sentence that cannot be dated, if
// the rest says enough.
func (c *corpus) clarify(out *sentence, whole *text.Sentence) {
	const least = 60 // bytes
	full := whole.Text
	for _, at := range slices.Backward(borders[0].FindAllStringIndex(full, -1)) {
		head := full[:at[0]]
		if len(head) < least || !balanced(head) || dangles(head) || opener.MatchString(head) || !endsClause(head, full[at[0]:]) {
			continue
		}
		if s, clear := c.dated(whole.With(finished(head))); clear {
			out.text, out.clear = s, true
			return
		}
	}
}

// trimmed brings an overlong sentence to its first clauses.
func trimmed(s *text.Sentence) (*text.Sentence, []string) {
	if short, ok := cut(s.Text, 5*maxWords); ok && len(short) >= 2*maxWords {
		s = s.With(finished(short))
	}
	return s, text.Words(s.Text)
}

// newSentence is a sentence without its terms.
func newSentence(d *doc, at int, timed *text.Sentence, words []string) *sentence {
	s := timed.Text
	out := &sentence{doc: d, at: at, timed: timed, said: s, spoken: words, words: len(words), leans: leans(s, words) || at > 0 && d.lang == "en" && unnamed(s, d.article.Title), quotes: reports(words)}
	out.names, out.numbers = nameWords(s, d.lang), numbersIn(s)
	out.scene, out.nameless = scenic(s) || muses(s), counterpart.MatchString(s)
	out.future = text.Future(s, d.lang)
	if out.future && !d.article.Published.IsZero() {
		for _, t := range timed.Times() {
			if t.Date.After(out.until) {
				out.until = t.Date
			}
		}
	}
	return out
}

// passage is what a citation of the article leads to.
func (d *doc) passage() *passage {
	if d.held == nil {
		d.held = newPassage(d.article, d.lex)
		d.held.split = append(text.Split(d.article.Title, d.article.Published, d.lang), d.split...)
	}
	return d.held
}

// lang is the language of the first article, which the story's title is taken
// to be in.
func (c *corpus) lang() string {
	if len(c.docs) == 0 {
		return "en"
	}
	return c.docs[0].lang
}

func language(a news.Article) string {
	if a.Language != "" {
		return a.Language
	}
	return text.Language(a.Title+"\n"+a.Text, "en")
}

// originals are the articles that repeat no other. They must not be changed.
func (c *corpus) originals() []*doc {
	if c.firsts == nil {
		c.firsts = slices.DeleteFunc(slices.Clone(c.docs), func(d *doc) bool { return d.article.CopyOf != 0 })
	}
	if len(c.firsts) == 0 {
		return c.docs
	}
	return c.firsts
}

// sentences are those of the originals, in the order of the articles.
func (c *corpus) sentences() []*sentence {
	var out []*sentence
	for _, d := range c.originals() {
		out = append(out, d.told()...)
	}
	return out
}

func (c *corpus) newest() time.Time {
	var t time.Time
	for _, d := range c.docs {
		if d.article.Published.After(t) {
			t = d.article.Published
		}
	}
	return t
}

// reported is when the newest report was published: what only explains or judges
// does not make a story go on.
func (c *corpus) reported() time.Time {
	var t time.Time
	for _, d := range c.docs {
		if !d.explains && d.article.Published.After(t) {
			t = d.article.Published
		}
	}
	if t.IsZero() {
		return c.newest()
	}
	return t
}

// cites are the source numbers of docs, rising and without repeats.
func cites(docs ...*doc) []int {
	var out []int
	for _, d := range docs {
		out = append(out, d.n)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
