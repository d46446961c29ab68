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
	r := &reading{said: s, lang: lang}
	for _, w := range text.Words(s) {
		r.words = append(r.words, text.Fold(w))
		r.terms = append(r.terms, lex.term(w, lang))
	}
	return r
}

func folded(s string) []string {
	words := text.Words(s)
	for i, w := range words {
		words[i] = text.Fold(w)
	}
	return words
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
	raw := text.Words(r.said)
	for i, w := range raw {
		if calendar.MatchString(w) {
			r.found = append(r.found, mark{i, i + 1, false, r.words[i]})
		}
		if len(numbersIn(w)) > 0 {
			r.found = append(r.found, mark{i, i + 1, true, numbersIn(strings.Join(raw[i:min(i+2, len(raw))], " "))[0]})
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
		u := &unit{reading: newReading(s, p.lang, p.lex), stems: map[term]bool{}, words: map[string]bool{}}
		for i, w := range u.reading.words {
			u.words[w] = true
			if t := u.terms[i]; t != stopped {
				u.stems[t] = true
			}
		}
		if n := len(p.parts); n > 0 && (definite.MatchString(s) || leans(s, text.Words(s))) {
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
			p.collect(u.said, u.days)
		}
	}
	return u.days
}

// misdated names the first date that the sources speak of, but nowhere near what
// the sentence tells of it; "" if there is none.
func misdated(dates []dateSaid, all []evidence) string {
	for _, d := range dates {
		if len(d.around) > 0 && !slices.ContainsFunc(all, func(e evidence) bool {
			for u, steps := e.unit, 0; u != nil && steps < 3; u, steps = u.with, steps+1 {
				if means(u.dates(e.of), d.Time, d.said) {
					return e.unit.near(d.around)
				}
			}
			return false
		}) {
			return d.said + " is the date of something else"
		}
	}
	return ""
}

// undated names a day or month in the sentence that no source names.
func (r *reading) undated(ps []*passage) string {
	for _, day := range calendar.FindAllString(r.said, -1) {
		if !anyHas(ps, func(p *passage) bool { return p.words[text.Fold(day)] }) {
			return "date " + day
		}
	}
	return ""
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

// misplaced names the first name or number that the sources hold, but nowhere
// near what the sentence tells of it; "" if there is none.
func (r *reading) misplaced(all []evidence) string {
	for i, m := range r.marks() {
		around := r.around(i)
		if len(around) == 0 {
			continue
		}
		if !slices.ContainsFunc(all, func(e evidence) bool {
			return e.unit.holds(m, e.of) && e.unit.near(around)
		}) {
			return m.key + " is told of something else"
		}
	}
	return ""
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

// misquoted names a quotation that the sources do not put into the mouth of whom
// the sentence does; "" if there is none.
func (r *reading) misquoted(quotes []string, all []evidence) string {
	for _, q := range quotes {
		speaker, named := r.speaker(q)
		if !named {
			continue
		}
		said, his := false, false
		for i, e := range all {
			if !strings.Contains(plain(e.unit.said), q) {
				continue
			}
			said, his = true, his || e.unit.holds(speaker, e.of)
			if i+1 < len(all) && all[i+1].of == e.of && !slices.ContainsFunc(e.unit.marks(), func(m mark) bool { return !m.number }) {
				his = his || all[i+1].unit.holds(speaker, e.of) // who spoke is told afterwards
			}
		}
		if said && !his {
			return "quotation of another than " + speaker.key
		}
	}
	return ""
}

// speaker is the name nearest to a quotation, one beside a verb of saying before
// others.
func (r *reading) speaker(quote string) (speaker mark, named bool) {
	words := folded(quote)
	at, least := indexOf(r.words, words), 0
	for _, m := range r.marks() {
		if at < 0 || m.number || m.from < at+len(words) && m.to > at {
			continue
		}
		far := max(m.from-at-len(words), at-m.to)
		if !slices.ContainsFunc(r.words[max(0, m.from-2):min(m.to+2, len(r.words))], func(w string) bool { return says[w] }) {
			far += len(r.words)
		}
		if !named || far < least {
			speaker, named, least = m, true, far
		}
	}
	return speaker, named
}

// exchanged names two names, or two numbers, that have each other's place in
// every sentence of the sources that holds both; "" if there are none.
func (r *reading) exchanged(all []evidence) string {
	for i, a := range r.marks() {
		for _, b := range r.found[i+1:] {
			if a.number != b.number || a.key == b.key {
				continue
			}
			both, crossed := 0, 0
			for _, e := range all {
				x, y := e.unit.find(a, e.of), e.unit.find(b, e.of)
				if x < 0 || y < 0 || x == y {
					continue
				}
				both++
				first, second := e.unit.slot(e.unit.found[x]), e.unit.slot(e.unit.found[y])
				if sa, sb := r.slot(a), r.slot(b); sa.meets(second) && sb.meets(first) && !sa.meets(first) && !sb.meets(second) {
					crossed++
				}
			}
			if both > 0 && crossed == both {
				return a.key + " and " + b.key + " are exchanged"
			}
		}
	}
	return ""
}

// taken names a number that counts what another number counts in every sentence
// of the sources that holds both; or a name whose place another has in one that
// the sentence may retell, and nowhere itself. It is "" if there is none.
func (r *reading) taken(all []evidence, stems []term) string {
	for _, m := range r.marks() {
		mine := r.slot(m)
		if m.number {
			mine.before = stopped
		}
		held, other := false, false
		for _, e := range all {
			like := float64(e.unit.count(stems)) / float64(max(1, len(stems)))
			has := e.unit.find(m, e.of) >= 0
			if !has && (m.number || like < alike) {
				continue
			}
			own, another := false, false
			for _, o := range e.unit.marks() {
				if o.number == m.number && e.unit.slot(o).meets(mine) {
					own, another = own || o.key == m.key, another || o.key != m.key
				}
			}
			retells := has && like >= supported // in another order, perhaps
			other = other || another && !own && (m.number || !retells)
			held = held || own || m.number && !another || !m.number && retells
		}
		if other && !held {
			return m.key + " has the place of another"
		}
	}
	return ""
}

// slot is the content words before and after a mark that are no marks.
type slot struct{ before, after term }

func (s slot) meets(o slot) bool {
	return s.before != stopped && s.before == o.before || s.after != stopped && s.after == o.after
}

func (r *reading) slot(m mark) slot {
	next := func(at, step int) term {
		for ; at >= 0 && at < len(r.terms); at += step {
			if r.terms[at] != stopped && !slices.ContainsFunc(r.marks(), func(o mark) bool { return o.from <= at && at < o.to }) {
				return r.terms[at]
			}
		}
		return stopped
	}
	return slot{next(m.from-1, -1), next(m.to, 1)}
}

// behind are the units that a sentence of these content words may retell.
func behind(all []evidence, stems []term) []*unit {
	var out []*unit
	for _, e := range all {
		if n := e.unit.count(stems); n > 0 && float64(n) >= alike*float64(len(stems)) {
			out = append(out, e.unit)
		}
	}
	return out
}

// turned names a word that the sentence denies though every sentence of the
// sources that it may retell does not, or the other way round; or one that it
// says as sure though they all only allege it. It is "" if there is none.
func (r *reading) turned(all []evidence, stems []term) string {
	denied, alleged := r.after(denies), r.after(hedges)
	same, other, sure, open := map[term]bool{}, map[term]bool{}, map[term]bool{}, map[term]bool{}
	for _, u := range behind(all, stems) {
		no, maybe := u.after(denies), u.after(hedges)
		for _, t := range stems {
			if !u.stems[t] {
				continue
			}
			same[t], other[t] = same[t] || denied[t] == no[t], other[t] || denied[t] != no[t]
			sure[t], open[t] = sure[t] || !maybe[t] || alleged[t], open[t] || maybe[t]
		}
	}
	for i, t := range r.terms {
		if other[t] && !same[t] {
			return r.words[i] + " is turned into its opposite"
		}
		if open[t] && !sure[t] {
			return r.words[i] + " is not sure"
		}
	}
	return ""
}

// done reports that a sentence tells as past what every sentence of the sources
// that it may retell announces.
func (r *reading) done(all []evidence, stems []term) string {
	units := behind(all, stems)
	if len(units) == 0 || text.Future(r.said, r.lang) || !happened.MatchString(r.said) ||
		slices.ContainsFunc(units, func(u *unit) bool { return !text.Future(u.said, u.lang) }) {
		return ""
	}
	return "is yet to come"
}

var (
	negations = set("not no never without neither nor cannot denied denies deny denying")
	doubts    = set(`alleged allegedly alleges allege accused accuses accusing suspected suspects reportedly purportedly unconfirmed may might could`)
)

func denies(word string) bool { return negations[word] || strings.HasSuffix(word, "n't") }
func hedges(word string) bool { return doubts[word] }

// after are the content words that come right after certain words.
func (r *reading) after(is func(string) bool) map[term]bool {
	out := map[term]bool{}
	for i, w := range r.words {
		if !is(w) {
			continue
		}
		for _, t := range r.terms[i+1 : min(i+5, len(r.terms))] {
			if t != stopped {
				out[t] = true
				break
			}
		}
	}
	return out
}

// mixed names a name made of parts of others: its words stand in the sources,
// never side by side. A word that they also have in small letters is a title.
func (r *reading) mixed(all []evidence) string {
	for _, m := range r.marks() {
		for i := m.from; i+1 < m.to; i++ {
			pair := r.words[i : i+2]
			if !slices.ContainsFunc(all, func(e evidence) bool {
				return indexOf(e.unit.reading.words, pair) >= 0 || e.unit.small(pair[0]) || e.unit.small(pair[1])
			}) {
				return "name " + strings.Join(pair, " ")
			}
		}
	}
	return ""
}

// small reports whether the unit has a word outside of its names.
func (u *unit) small(word string) bool {
	for i, w := range u.reading.words {
		if w == word && !slices.ContainsFunc(u.marks(), func(m mark) bool { return !m.number && m.from <= i && i < m.to }) {
			return true
		}
	}
	return false
}
