package summary

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/storywire/storywire/text"
)

// Parts of opinion and explaining: what such a piece is called, what it promises, and
// how it speaks of the news.
const (
	genres  = `opinion|editorial|commentary|column|letters?|review|analysis|perspective|podcast|listen|explainer|explained|q&a`
	advises = `here['’]s (?:what|why|how)|takeaways|in pictures|quiz`
	judges  = `\b(?:is|are|was|were) (?:wrong|right) to\b|^(?:no|yes|sorry),|^(?:stop|don['’]t|let['’]s|dear|imagine) |^(?:why|how|what|who|when|where|should|is|are|can|could|will|did|do|does) `
)

var (
	teaser  = regexp.MustCompile(`(?i)^(?:(?:live(?: updates?| blog)?|watch(?: live)?|video|photos?|in pictures|gallery|breaking(?: news)?|exclusive|just in|update(?:d| \d+)?|opinion|analysis|explainer|explained|podcast|listen|editorial|commentary|factbox|fact check|perspective|column|letters?|review|special report|developing|report|q&a|the latest)(?: *[:|\]]| [-–—]) *|\[[^\]]{2,20}\] *)`)
	trailer = regexp.MustCompile(`(?i)(?: [-–—|:] *|: +| *[\[(])(?:live(?: updates?| blog)?|as it happened|video|watch|photos?|in pictures|opinion|analysis|report|podcast|update \d+|graphic|fact check)[\])]?$`)
	opinion = regexp.MustCompile(`(?i)^(?:` + genres + `|fact check|live)\b|\b(?:live updates|what (?:to|you need to) know|what we know|` + advises + `|as it happened)\b|` + judges)
	suffix  = regexp.MustCompile(`^(.+?)(?: [-–—|»·:]+ | \| ?)([^|]{2,40})$`)
)

// musing tells what to think of the news, not the news.
var musing = regexp.MustCompile(`\b(?:is|are|was|were|serves?|comes?|stands?) (?:as )?(?:yet another|another|an?) (?:[\p{L}-]+ )?(?:reminder|lesson|case in point|wake-up call)\b|\b(?:is|are|was|were) (?:right|wrong) to\b|\braises? (?:\p{L}+ )?questions\b|\bremains to be seen\b|\b(?:has|have) long (?:claimed|argued)\b|\b(?:is|was) (?:no|not a) (?:secret|surprise)\b|\bthat['’]s (?:a )?(?:good|bad|great|wrong)\b`)

// muses reports whether s tells what to think of the news.
func muses(s string) bool { return text.HasWord(s, musings) && musing.MatchString(s) }

var musings = text.WordSet("right wrong reminder lesson case wake-up questions remains long secret surprise thing good bad great wrong")

// pages are what outlets call those of their opinions.
var pages = regexp.MustCompile(`(?i)(?:\b|_)(?:opinions?|editorials?|commentary|commentisfree|op-eds?)(?:\b|_)`)

// explaining titles stand above what reviews, explains or judges the news.
var explaining = regexp.MustCompile(`(?i)^(?:` + genres + `|fact ?check|factbox)\b|\b(?:what (?:to|you (?:need to|should)) know|` + advises + `)\b|\bnow is (?:not )?the time\b|` + judges + `|\?$`)

// opinion reports whether an article is one by where it stands or by its mark.
func (d *doc) opinion() bool {
	mark, _, _ := strings.Cut(d.article.Title, ":")
	return pages.MatchString(d.article.Outlet) || pages.MatchString(d.article.URL) || len(mark) < len(d.article.Title) && pages.MatchString(mark) && len(mark) < 12
}

// cleanTitle takes outlet names and teaser marks off a headline.
func cleanTitle(title, outlet string) string {
	t := text.OneLine(title)
	for range 3 {
		before := t
		t = teaser.ReplaceAllString(t, "")
		t = trailer.ReplaceAllString(t, "")
		t = cutOutlet(t, outlet)
		if t == before {
			break
		}
	}
	if t == "" {
		t = text.OneLine(title)
	}
	return unstopped(text.Capitalised(t), " .|-–—")
}

// cutOutlet takes " - Reuters", " | The Guardian" and the like off the end of a
// title: a part behind a dash or bar that is the outlet's name or, behind a bar,
// a section of it.
func cutOutlet(t, outlet string) string {
	m := suffix.FindStringSubmatch(t)
	if m == nil {
		return t
	}
	tail := m[2]
	if sameOutlet(tail, outlet) || strings.Contains(t[len(m[1]):], "|") && len(text.Words(tail)) <= 4 {
		return m[1]
	}
	return t
}

func sameOutlet(a, b string) bool {
	a, b = letters(a), letters(b)
	return len(a) > 1 && len(b) > 1 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}

// letters is s folded, without spaces, punctuation, "the" and web endings.
func letters(s string) string {
	var b strings.Builder
	for _, w := range text.Words(s) {
		w = text.Fold(w)
		for _, end := range []string{".com", ".co.uk", ".org", ".net"} {
			w = strings.TrimSuffix(w, end)
		}
		if w != "the" && w != "com" && w != "news" && w != "online" {
			b.WriteString(w)
		}
	}
	return b.String()
}

// stay is how near to the best headline's the standing title's likeness to the
// story must be for it to stay.
const stay = 0.75

// early is what a headline of the first two thirds of a long affair is worth.
const early = 0.8

// title chooses the headline that stands for the whole story: the one nearest
// to all titles and sentences; of a long affair rather one of its last third,
// nearest to what it was about all along. A standing title stays until the story
// has clearly moved away from it.
func (c *corpus) title(standing string) string {
	if c.long() {
		return c.longTitle(standing)
	}
	middle, newest := c.topic(), c.newest()
	best, top := c.bestTitle(func(_ int, d *doc) float64 {
		return c.fit(d.headline(), middle) * (.6 + .4*recency(newest.Sub(d.article.Published)))
	})
	if standing != "" && c.fit(newHeadline(standing, c.lang(), c.lex), middle) >= stay*top {
		return standing
	}
	return best
}

// longTitle is the title of a long affair. A title from its first third gives
// way to any that is worth more.
func (c *corpus) longTitle(standing string) string {
	docs, middle := c.docs, c.core()
	best, top := c.bestTitle(func(i int, d *doc) float64 {
		score := c.fit(d.headline(), middle)
		if i < 2*len(docs)/3 {
			score *= early
		}
		if !d.clear {
			score *= early
		}
		return score
	})
	least := stay * top
	if !slices.ContainsFunc(docs[len(docs)/3:], func(d *doc) bool { return d.title == standing }) {
		least = top / early
	}
	if standing != "" && c.fit(newHeadline(standing, c.lang(), c.lex), middle) >= least {
		return standing
	}
	return best
}

// bestTitle is the headline with the highest score, and that. Copies have headlines of
// their own: which of them came first does not matter.
func (c *corpus) bestTitle(score func(i int, d *doc) float64) (best string, top float64) {
	top = -1
	for i, d := range c.docs {
		if d.title == "" {
			continue
		}
		s := score(i, d)
		if !d.clear {
			s *= .9
		}
		if d.headline().opines {
			s *= .6
		}
		if s > top {
			best, top = d.title, s
		}
	}
	return best, top
}

// manyArticles is from how many articles on a story of more than longAffair
// shows what it is about all along.
const manyArticles = 12

func (c *corpus) long() bool {
	docs := c.originals()
	return len(docs) >= manyArticles && c.newest().Sub(docs[0].article.Published) > longAffair
}

// core is the direction of what the story is about all along: each term of the
// titles and leading sentences by its rarity, the share of the articles that
// hold it, and the share of the days.
func (c *corpus) core() vector {
	docs := c.originals()
	articles, days, last := map[term]float64{}, map[term]float64{}, map[term]time.Time{}
	var all float64 // days
	var today time.Time
	for _, d := range docs {
		day := d.article.Published.UTC().Truncate(24 * time.Hour)
		if !day.Equal(today) {
			all++
			today = day
		}
		for _, t := range d.opens() {
			articles[t]++
			if !day.Equal(last[t]) {
				days[t]++
				last[t] = day
			}
		}
	}
	var v vector
	for t, n := range articles {
		v = append(v, component{t, c.lex.weight[t] * n / float64(len(docs)) * days[t] / all})
	}
	slices.SortFunc(v, func(a, b component) int { return cmp.Compare(a.t, b.t) })
	return v.unit()
}

// opens are the terms of an article's title and leading sentences, distinct.
func (d *doc) opens() []term {
	terms := slices.Clone(d.terms)
	for _, s := range d.sentences[:min(2, len(d.sentences))] {
		terms = append(terms, s.terms...)
	}
	return distinct(terms)
}

// topic is the direction of the story as a whole, its titles weighing as much
// as its leading sentences, the newer more.
func (c *corpus) topic() vector {
	var vs []vector
	newest := c.newest()
	for _, d := range c.originals() {
		r := recency(newest.Sub(d.article.Published))
		vs = append(vs, d.vector.times(r))
		for _, s := range d.sentences[:min(2, len(d.sentences))] {
			vs = append(vs, s.vector.times(r/2))
		}
	}
	return centroid(vs)
}

// headline is a title ready to be compared.
type headline struct {
	title   string
	terms   []term // distinct
	vector  vector
	figures []string
	faults  []float64 // what its form makes of its worth
	opines  bool      // the whole title does
}

// headline is the article's title.
func (d *doc) headline() *headline {
	if d.head == nil {
		d.head = newHeadline(d.title, d.lang, d.lex)
		d.head.opines = opinion.MatchString(d.article.Title)
	}
	return d.head
}

func newHeadline(title, lang string, lex *lexicon) *headline {
	spoken := text.Words(title)
	h := &headline{title: title, terms: distinct(lex.stem(spoken, lang)), figures: numbersIn(title)}
	h.vector = lex.vector(h.terms)
	switch words := len(spoken); {
	case words < 4:
		h.faults = append(h.faults, .5)
	case len(title) > 110 || words > 18:
		h.faults = append(h.faults, .7)
	}
	if strings.HasSuffix(title, "?") || opinion.MatchString(title) {
		h.faults = append(h.faults, .5)
	}
	if strings.HasPrefix(title, "'") || strings.HasPrefix(title, "‘") || strings.HasPrefix(title, "“") || strings.HasPrefix(title, `"`) {
		h.faults = append(h.faults, .8)
	}
	if shouting(title) {
		h.faults = append(h.faults, .7)
	}
	return h
}

// fit scores a headline by likeness to the story and by form.
func (c *corpus) fit(h *headline, middle vector) float64 {
	score := cosine(h.vector, middle)
	for _, f := range h.faults {
		score *= f
	}
	if c.outdated(h) {
		score *= .6
	}
	return score
}

// outdated reports whether a headline gives a figure that a newer article
// corrects. The newest opening sentence with a figure that is much like the
// headline decides: tolls rise, and a headline must not lag behind.
func (c *corpus) outdated(h *headline) bool {
	const like, opening = 0.4, 5
	if len(h.figures) == 0 {
		return false
	}
	for _, d := range slices.Backward(c.originals()) {
		corrected := false
		for _, s := range d.sentences[:min(opening, len(d.sentences))] {
			if len(s.numbers) == 0 || c.lex.covered(h.terms, s.terms) < like {
				continue
			}
			if slices.ContainsFunc(h.figures, func(n string) bool { return slices.Contains(s.numbers, n) }) {
				return false
			}
			corrected = true
		}
		if corrected {
			return true
		}
		if d.title == h.title {
			return false
		}
	}
	return false
}
