package summary

import (
	"slices"
	"strings"

	"github.com/storywire/storywire/text"
)

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
	if !dated(r.said) {
		return ""
	}
	for _, day := range calendar.FindAllString(r.said, -1) {
		if !anyHas(ps, func(p *passage) bool { return p.words[text.Fold(day)] }) {
			return "date " + day
		}
	}
	return ""
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
	words := folded(text.Words(quote))
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
	negations = text.WordSet("not no never without neither nor cannot denied denies deny denying")
	doubts    = text.WordSet(`alleged allegedly alleges allege accused accuses accusing suspected suspects reportedly purportedly unconfirmed may might could`)
)

func denies(word string) bool { return negations[word] || strings.HasSuffix(word, "n't") }
func hedges(word string) bool { return doubts[word] }

// after are the content words that come right after certain words.
func (r *reading) after(is func(string) bool) map[term]bool {
	out := map[term]bool{}
	for i, w := range r.words {
		if !is(w) || r.raw[i] == "May" { // the month
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
