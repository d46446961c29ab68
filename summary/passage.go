package summary

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

// passage is the text a citation leads to, ready to be asked what it holds.
type passage struct {
	lex     *lexicon
	lang    string
	whole   string
	written time.Time
	words   map[string]bool // folded; nil until read
	stems   map[term]bool
	numbers map[string]bool
	plain   string
	days    map[moment]bool       // that the passage speaks of; nil until asked for
	split   []*text.Sentence      // its sentences, the title among them; nil until asked for
	parts   []*unit               // nil until asked for
	stood   map[string][]*passage // by sentence: with which others, after itself, it was found to bear it out
}

func (p *passage) sentences() []*text.Sentence {
	if p.split == nil {
		p.split = text.Split(p.whole, p.written, p.lang)
	}
	return p.split
}

// moment is a date a text speaks of.
type moment struct {
	first     time.Time
	precision news.Precision
}

func newPassage(a news.Article, lex *lexicon) *passage {
	return &passage{lex: lex, lang: language(a), whole: a.Title + "\n" + a.Text, written: a.Published, stood: map[string][]*passage{}}
}

// verbatim reports whether s opens a sentence of the passage, as it is up to the
// mark at its end, and in whole words. From the middle of a sentence it may say
// something else.
func (p *passage) verbatim(s string) bool {
	s = strings.TrimRight(s, ".…")
	for at := 0; s != ""; {
		i := strings.Index(p.whole[at:], s)
		if i < 0 {
			return false
		}
		before := strings.TrimRight(p.whole[:at+i], " ")
		after, size := utf8.DecodeRuneInString(p.whole[at+i+len(s):])
		if last, _ := utf8.DecodeLastRuneInString(before); (before == "" || strings.ContainsRune("\n.!?”\"", last)) && !wordRune(after) {
			return true
		}
		at += i + len(s) + size
	}
	return false
}

// origin is the sentence of the passage that shares the end, the middle or the
// beginning of s, as a passage of its own; nil if there is none.
func (p *passage) origin(s string) *passage {
	const shared = 20 // bytes
	s = strings.TrimRight(s, ".…")
	for _, from := range []int{len(s) - shared, (len(s) - shared) / 2, 0} {
		for _, sentence := range p.sentences() {
			if from >= 0 && strings.Contains(sentence.Text, s[from:min(from+shared, len(s))]) {
				return &passage{lex: p.lex, lang: p.lang, whole: sentence.Text, written: p.written, split: []*text.Sentence{sentence}}
			}
		}
	}
	return nil
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// read takes the passage apart, once.
func (p *passage) read() *passage {
	if p.words != nil {
		return p
	}
	p.words, p.stems, p.numbers = map[string]bool{}, map[term]bool{}, map[string]bool{}
	words := text.Words(p.whole)
	for _, w := range words {
		folded := text.Fold(w)
		p.words[folded] = true
		for part := range strings.SplitSeq(folded, "-") { // "Geneva-based" names Geneva
			p.words[part] = true
		}
	}
	for _, t := range p.lex.stem(words, p.lang) {
		p.stems[t] = true
	}
	for _, n := range numbersIn(p.whole) {
		p.numbers[n] = true
	}
	p.plain = plain(p.whole)
	return p
}

// dateSaid is a date in a sentence, and the content words beside it.
type dateSaid struct {
	text.Time
	said   string
	around []term
}

// withoutDates leaves out of s the dates that the passage speaks of, and returns
// them: for "on Thursday" in the article a writer may put the date of that very
// Thursday, and no other.
func (p *passage) withoutDates(s string) (rest string, held []dateSaid) {
	if p.written.IsZero() || !strings.ContainsFunc(s, unicode.IsDigit) && !dated(s) {
		return s, nil
	}
	for _, t := range slices.Backward(text.Times(s, p.written, p.lang)) {
		said := s[t.Start:t.End]
		if bareYear.MatchString(said) && p.read().numbers[said[len(said)-4:]] {
			continue // it may be a number of something
		}
		if t.Explicit && means(p.speaksOf(), t, said) {
			before, after := p.lex.terms(s[:t.Start], p.lang), p.lex.terms(s[t.End:], p.lang)
			around := append(slices.Clone(before[max(0, len(before)-near):]), after[:min(near, len(after))]...)
			s, held = s[:t.Start]+s[t.End:], append(held, dateSaid{t, said, around})
		}
	}
	return s, held
}

// means reports whether a time is among days. One said without its year, which
// the sentence's tense decided, may be of the year before or after.
func means(days map[moment]bool, t text.Time, said string) bool {
	if days[moment{t.Date, t.Precision}] || yearIn.MatchString(said) {
		return days[moment{t.Date, t.Precision}]
	}
	return days[moment{t.Date.AddDate(1, 0, 0), t.Precision}] || days[moment{t.Date.AddDate(-1, 0, 0), t.Precision}]
}

var bareYear = regexp.MustCompile(`^(?:in )?\d{4}$`)

var yearIn = regexp.MustCompile(`\d{4}`)

const months = `January|February|March|April|May|June|July|August|September|October|November|December`

// calendar finds the words of English that place an event in time.
var calendar = regexp.MustCompile(`\b(?:` + months + `|` +
	`(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[Yy]esterday|[Tt]oday|[Tt]omorrow|[Tt]onight)\b`)

var calendarWords = text.WordSet(`january february march april may june july august september october november december
	monday tuesday wednesday thursday friday saturday sunday yesterday today tomorrow tonight`)

// dated reports whether s holds one of the words of calendar.
func dated(s string) bool {
	return text.HasWord(s, calendarWords) && calendar.MatchString(s)
}

// speaksOf returns the dates that the passage's words mean. A week is known by
// its first day.
func (p *passage) speaksOf() map[moment]bool {
	if p.days != nil {
		return p.days
	}
	p.days = map[moment]bool{}
	for _, s := range p.sentences() {
		collect(s, p.days)
	}
	return p.days
}

// collect adds the dates that a sentence means.
func collect(s *text.Sentence, days map[moment]bool) {
	for _, t := range s.Times() {
		days[moment{t.Date, t.Precision}] = true
		if strings.Contains(s.Text[t.Start:t.End], "week") {
			days[moment{t.Date, news.Day}] = true
		}
	}
}

// has reports whether the passage holds a folded word, in any inflection.
func (p *passage) has(word string) bool {
	return p.words[word] || p.stems[p.lex.term(word, p.lang)]
}

// claims are what must be found in the cited text for a sentence to stand.
type claims struct {
	said    string // without dates that are held
	dates   []dateSaid
	names   []string // folded words
	numbers []string
	quotes  []string // plain
	stems   []term   // of content words, distinct
}

// claimsOf takes the claims of a sentence that cites the passages. Dates that one
// of them resolves to count as held and are left out.
func claimsOf(s string, ps ...*passage) claims {
	lang, lex := ps[0].lang, ps[0].lex
	var dates []dateSaid
	for _, p := range ps {
		rest, held := p.withoutDates(s)
		s, dates = rest, append(dates, held...)
	}
	return claims{said: s, dates: dates, names: nameWords(s, lang), numbers: numbersIn(s), quotes: quotesIn(s), stems: distinct(lex.terms(s, lang))}
}

// nameWords returns the folded words of the names in s, the capitalised word
// that opens it among them: a name too many costs nothing where it is known.
func nameWords(s, lang string) []string {
	var out []string
	for _, n := range text.Names(s, lang) {
		out = append(out, n.Words...)
	}
	return out
}

// fault names why the passages do not bear the claims out between them, "" if
// they do.
func (c claims) fault(ps []*passage) string {
	if addresses(c.said) {
		return "speaks to a machine"
	}
	if missing := c.missing(ps...); missing != "" {
		return missing
	}
	if c.share(ps...) < supported {
		return "too few of its words"
	}
	all := evidenceOf(ps)
	if fault := misdated(c.dates, all); fault != "" {
		return fault
	}
	r := newReading(c.said, ps[0].lang, ps[0].lex)
	if slices.ContainsFunc(all, func(e evidence) bool { return r.within(e.unit.reading) }) {
		return ""
	}
	r.opened(all)
	return cmp.Or(r.undated(ps), r.turned(all, c.stems), r.done(all, c.stems), r.mixed(all), r.misplaced(all), r.misquoted(c.quotes, all), r.taken(all, c.stems), r.exchanged(all))
}

// missing names the first claim that none of the passages holds, "" if all
// names, numbers and quotations are there.
func (c claims) missing(ps ...*passage) string {
	for _, n := range c.names {
		if !anyHas(ps, func(p *passage) bool { return p.has(n) }) {
			return "name " + n
		}
	}
	for _, n := range c.numbers {
		if !anyHas(ps, func(p *passage) bool { return p.numbers[n] }) {
			return "number " + n
		}
	}
	for _, q := range c.quotes {
		if !anyHas(ps, func(p *passage) bool { return strings.Contains(p.plain, q) }) {
			return "quotation " + q
		}
	}
	return ""
}

func anyHas(ps []*passage, has func(*passage) bool) bool {
	return slices.ContainsFunc(ps, func(p *passage) bool { return has(p.read()) })
}

// share is how many of the content stems the passages hold together, in [0, 1].
func (c claims) share(ps ...*passage) float64 {
	if len(c.stems) == 0 {
		return 0
	}
	n := 0
	for _, s := range c.stems {
		if anyHas(ps, func(p *passage) bool { return p.stems[s] }) {
			n++
		}
	}
	return float64(n) / float64(len(c.stems))
}
