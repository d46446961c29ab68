package summary

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

const (
	// near is how many content words on either side say what a name or number
	// is told of, besides the share of them that a passage must have too.
	near      = 2
	nearShare = 1.0 / 3
	// alike is the share of a sentence's content words from which a sentence of
	// its source may be what it retells.
	alike = 0.4
)

// reading is a sentence in words.
type reading struct {
	said  string
	lang  string
	raw   []string // the words
	words []string // folded
	terms []term   // of the words, stopped for those without weight
	found []mark   // nil until asked for
}

// mark is a name or number in a sentence: what a reader would look up.
type mark struct {
	from, to int // words
	number   bool
	key      string // the last word of a name, the value of a number
}

func newReading(s, lang string, lex *lexicon) *reading {
	r := &reading{said: s, lang: lang, raw: text.Words(s)}
	r.words, r.terms = folded(r.raw), make([]term, len(r.raw))
	for i, w := range r.raw {
		r.terms[i] = lex.term(w, lang)
	}
	return r
}

func folded(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = text.Fold(w)
	}
	return out
}

// marks are the names and the numbers of the sentence.
func (r *reading) marks() []mark {
	if r.found != nil {
		return r.found
	}
	r.found = []mark{}
	at := 0
	for _, n := range text.Names(r.said, r.lang) {
		i := indexOf(r.words[at:], n.Words)
		if i < 0 {
			continue
		}
		r.found = append(r.found, mark{at + i, at + i + len(n.Words), false, n.Words[len(n.Words)-1]})
		at += i + len(n.Words)
	}
	for i, w := range r.raw {
		if dated(w) {
			r.found = append(r.found, mark{i, i + 1, false, r.words[i]})
		}
		if len(numbersIn(w)) > 0 {
			r.found = append(r.found, mark{i, i + 1, true, numbersIn(strings.Join(r.raw[i:min(i+2, len(r.raw))], " "))[0]})
		}
	}
	return r.found
}

// within reports whether the sentence is another with words left out, none of
// which denies or doubts anything.
func (r *reading) within(whole *reading) bool {
	at := 0
	for _, w := range whole.words {
		switch {
		case at < len(r.words) && w == r.words[at]:
			at++
		case denies(w) || hedges(w):
			return false
		}
	}
	return at == len(r.words)
}

// opened adds the word that opens the sentence to its names if the sources know
// a name like it: its capital alone says nothing.
func (r *reading) opened(all []evidence) {
	if len(r.words) == 0 || r.terms[0] == stopped || len(r.marks()) > 0 && r.found[0].from == 0 {
		return
	}
	m := mark{0, 1, false, r.words[0]}
	if slices.ContainsFunc(all, func(e evidence) bool {
		return slices.ContainsFunc(e.unit.marks(), func(o mark) bool { return !o.number && o.to == o.from+1 && o.key == m.key })
	}) {
		r.found = slices.Insert(r.found, 0, m)
	}
}

// indexOf is where part stands in all, -1 if it does not.
func indexOf(all, part []string) int {
	for i := range all {
		if len(part) > 0 && i+len(part) <= len(all) && slices.Equal(all[i:i+len(part)], part) {
			return i
		}
	}
	return -1
}

// unit is a sentence of a source. One that says "he" or "the envoy" has the
// sentences before it for what they mean.
type unit struct {
	*reading
	timed *text.Sentence
	stems map[term]bool
	words map[string]bool
	with  *unit           // the one before, if it is needed to understand this one
	days  map[moment]bool // that it speaks of; nil until asked for
}

// definite opens with a noun that was named before, unless what follows names it.
var definite = regexp.MustCompile(`^(?:The|This|That|These|Those) \p{Ll}+,? (?:[^o ]|o[^f ]|of\p{Ll})`)

// units are the sentences of the passage, its title first.
func (p *passage) units() []*unit {
	if p.parts != nil {
		return p.parts
	}
	p.parts = []*unit{}
	for _, s := range p.sentences() {
		u := &unit{timed: s, reading: newReading(s.Text, p.lang, p.lex), stems: map[term]bool{}, words: map[string]bool{}}
		for i, w := range u.reading.words {
			u.words[w] = true
			if t := u.terms[i]; t != stopped {
				u.stems[t] = true
			}
		}
		if n := len(p.parts); n > 0 && (definite.MatchString(s.Text) || leans(s.Text, u.raw)) {
			u.with = p.parts[n-1]
		}
		p.parts = append(p.parts, u)
	}
	return p.parts
}

// count is how many of the content words the unit has itself.
func (u *unit) count(stems []term) int {
	n := 0
	for _, t := range stems {
		if u.stems[t] {
			n++
		}
	}
	return n
}

// carries is the largest share of the content words that one unit has.
func (p *passage) carries(stems []term) float64 {
	top := 0
	for _, u := range p.units() {
		n := 0
		for _, t := range stems {
			if u.has(t) {
				n++
			}
		}
		top = max(top, n)
	}
	return float64(top) / float64(max(1, len(stems)))
}

// has reports whether the unit holds a content word, or one it leans on does.
func (u *unit) has(t term) bool {
	for range 3 {
		if u == nil {
			return false
		}
		if u.stems[t] {
			return true
		}
		u = u.with
	}
	return false
}

// holds reports whether the unit holds a name or number, or one it leans on does.
func (u *unit) holds(m mark, p *passage) bool {
	for range 3 {
		if u == nil {
			return false
		}
		if m.number && (u.find(m, p) >= 0 || u.means(m.key, p)) || !m.number && (u.words[m.key] || u.stems[p.lex.term(m.key, p.lang)]) {
			return true
		}
		u = u.with
	}
	return false
}

// means reports whether the unit speaks of a year in other words.
func (u *unit) means(year string, p *passage) bool {
	t, err := time.Parse("2006", year)
	return err == nil && u.dates(p)[moment{t, news.Year}]
}

// dates are those that the unit speaks of.
func (u *unit) dates(p *passage) map[moment]bool {
	if u.days == nil {
		u.days = map[moment]bool{}
		if !p.written.IsZero() {
			collect(u.timed, u.days)
		}
	}
	return u.days
}

// find is the place of a name or number among the unit's own, -1 if it has none.
func (u *unit) find(m mark, p *passage) int {
	return slices.IndexFunc(u.marks(), func(o mark) bool {
		if o.number != m.number {
			return false
		}
		return o.key == m.key || !m.number && (slices.Contains(u.reading.words[o.from:o.to], m.key) || p.lex.term(o.key, p.lang) == p.lex.term(m.key, p.lang))
	})
}

// evidence is what a sentence is held against: the units of all that it cites.
type evidence struct {
	unit *unit
	of   *passage
}

func evidenceOf(ps []*passage) []evidence {
	var out []evidence
	for _, p := range ps {
		for _, u := range p.units() {
			out = append(out, evidence{u, p})
		}
	}
	return out
}

// near reports whether the unit has enough of the words beside a mark.
func (u *unit) near(around []term) bool {
	n := 0
	for _, t := range around {
		if u.has(t) {
			n++
		}
	}
	return float64(n) >= nearShare*float64(len(around))
}

// around are the content words next to a mark, those of other names among them.
func (r *reading) around(i int) []term {
	m := r.found[i]
	var out []term
	for side, step := range map[int]int{m.from - 1: -1, m.to: 1} {
		for n, at := 0, side; n < near && at >= 0 && at < len(r.terms); at += step {
			if r.terms[at] != stopped {
				out = append(out, r.terms[at])
				n++
			}
		}
	}
	return out
}
