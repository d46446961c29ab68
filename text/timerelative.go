package text

import (
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// unit is a length of time on the calendar.
type unit int

const (
	inHours unit = iota + 1
	inDays
	inWeeks
	inWeekends
	inMonths
	inYears
)

// dayAt is the reading of a day that many days after publication.
func (t *tagger) dayAt(offset, n int) reading {
	return reading{n: n, date: t.anchor.AddDate(0, 0, offset), precision: news.Day}
}

// dayWord reads "today", "yesterday evening" and "tomorrow".
func (t *tagger) dayWord(i int) reading {
	w, before := t.at(i), t.at(i-1)
	two := w.low + " " + t.at(i+1).low
	if offset, ok := t.daysBeyond[two]; ok {
		return t.dayAt(offset, 2)
	}
	if offset, ok := t.daysBeyond[two+" "+t.at(i+2).low]; ok {
		return t.dayAt(offset, 3)
	}
	offset, ok := t.days[w.low]
	if !ok || w.capital && i > 0 && before.capital && w.gap == " " { // "USA Today"
		return reading{}
	}
	if w.capital && i > 0 && t.programme(i) {
		return reading{}
	}
	if w.low == "aujourd" && t.at(i+1).low != "hui" || w.low == "morgen" && w.capital && (i > 0 || t.at(1).capital) || w.low == "manana" && (before.low == "la" || before.low == "por") {
		return reading{} // the last two mean the morning
	}
	n := 1
	if w.low == "aujourd" { // and "hui"
		n++
	}
	return t.dayAt(offset, n+t.dayPartsAt(i+n))
}

// programme reports whether "Today" at i is the name of one.
func (t *tagger) programme(i int) bool {
	switch t.at(i + 1).low {
	case "show", "programme", "program":
		return true
	}
	rest := t.sentence[t.words[i].end:]
	return strings.HasPrefix(rest, `"`) || strings.HasPrefix(rest, "”") || strings.HasPrefix(rest, "’")
}

// dayPartsAt returns 1 if word i is a part of the day that belongs to the day
// before it.
func (t *tagger) dayPartsAt(i int) int {
	if t.close(i) && t.dayParts[t.at(i).low] && !t.at(i).possessive {
		return 1
	}
	return 0
}

// partOfDay reads "this morning" and "last night".
func (t *tagger) partOfDay(i int) reading {
	shift, ok := t.shifts[t.at(i).low]
	if !ok || !t.close(i+1) || !t.dayParts[t.at(i+1).low] {
		return reading{}
	}
	switch {
	case shift == 0:
		return t.dayAt(0, 2)
	case shift < 0 && (t.at(i+1).low == "night" || t.at(i+1).low == "evening"):
		return t.dayAt(-1, 2)
	}
	return reading{}
}

// unit reads "last week", "this month", "next year", "la semaine dernière" and
// "over the weekend". "The last week" is a duration.
func (t *tagger) unit(i int) reading {
	if u := t.units[t.at(i).low]; u == inWeekends && t.at(i-1).low == "the" && (t.at(i-2).low == "over" || t.at(i-2).low == "at") {
		return t.shifted(u, t.weekendShift(i))
	}
	if t.plurals[t.at(i).low] || t.plurals[t.at(i+1).low] {
		return reading{} // "the coming weeks"
	}
	if shift, ok := t.shifts[t.at(i).low]; ok && t.close(i+1) && !(t.lang == "en" && t.at(i-1).low == "the") {
		u := t.units[t.at(i+1).low]
		if u == inWeekends && shift == 0 && t.tense(i, 2) == behind {
			shift = t.weekendShift(i)
		}
		if r := t.shifted(u, shift); r.n > 0 {
			r.n = 2
			return r
		}
	}
	if shift, ok := t.shiftsAfter[t.at(i+1).low]; ok && t.close(i+1) {
		if r := t.shifted(t.units[t.at(i).low], shift); r.n > 0 {
			r.n = 2
			return r
		}
	}
	return reading{}
}

// weekendShift is where "the weekend" lies: the last one, or the one to come.
func (t *tagger) weekendShift(i int) int {
	saturday := t.anchor.Weekday() == time.Saturday || t.anchor.Weekday() == time.Sunday
	if t.tense(i, 1) == ahead || saturday {
		return 0
	}
	return -1
}

// shifted is the reading of the week, month or year that lies so many of them
// after that of publication.
func (t *tagger) shifted(u unit, shift int) reading {
	monday := t.anchor.AddDate(0, 0, -(int(t.anchor.Weekday())+6)%7+7*shift)
	r := reading{n: 1, precision: news.Month}
	switch u {
	case inWeeks:
		r.date = monday
	case inWeekends:
		r.date = monday.AddDate(0, 0, 5)
	case inMonths:
		r.date = t.anchor.AddDate(0, shift, 0)
		first := time.Date(t.anchor.Year(), t.anchor.Month(), 1, 0, 0, 0, 0, time.UTC)
		r.date = first.AddDate(0, shift, 0)
	case inYears:
		r.date = time.Date(t.anchor.Year()+shift, time.January, 1, 0, 0, 0, 0, time.UTC)
		r.precision = news.Year
	default:
		return reading{}
	}
	return r
}

// amount reads "three days": a number or number word and a unit.
func (t *tagger) amount(i int) (count int, u unit, ok bool) {
	w := t.at(i)
	count, ok = t.numbers[w.low]
	if !ok && w.number > 0 && w.number < 400 && !t.priced(i) {
		count, ok = w.number, true
	}
	if u = t.units[t.at(i+1).low]; strings.HasPrefix(t.at(i+1).low, "fortnight") {
		count *= 2
	}
	return count, u, ok && u != 0 && u != inWeekends && t.close(i+1) && t.at(i).gap != "-" // "twenty-five years"
}

// ago reads "three days ago", "vor drei Tagen", "il y a trois jours" and "hace
// tres días".
func (t *tagger) ago(i int) reading {
	if count, u, ok := t.amount(i); ok && t.lang == "en" && t.at(i+2).low == "ago" && t.at(i+2).gap == " " {
		return t.back(-count, u, 3)
	}
	lead := len(t.agoLead)
	if lead == 0 {
		return reading{}
	}
	for k, w := range t.agoLead {
		if t.at(i+k).low != w {
			return reading{}
		}
	}
	if count, u, ok := t.amount(i + lead); ok {
		return t.back(-count, u, lead+2)
	}
	return reading{}
}

// fromNow reads "two days from now" and, in a clause that looks ahead, "in three
// weeks"; otherwise that is a duration.
func (t *tagger) fromNow(i int) reading {
	if count, u, ok := t.amount(i); ok && t.at(i+2).low == "from" && t.at(i+3).low == "now" {
		return t.back(count, u, 4)
	}
	if t.at(i-1).low != "in" || t.lang != "en" {
		return reading{}
	}
	count, u, ok := t.amount(i)
	if !ok || u == inHours || t.at(i+2).low == "or" || t.tense(i, 2) != ahead {
		return reading{}
	}
	return t.back(count, u, 2)
}

// back is the reading of so many units from publication on. Nobody who says
// "two weeks ago" promises the day.
func (t *tagger) back(count int, u unit, n int) reading {
	r := reading{n: n, precision: news.Month}
	switch u {
	case inHours:
		y, m, d := t.published.Add(time.Duration(count) * time.Hour).Date()
		r.date, r.precision = time.Date(y, m, d, 0, 0, 0, 0, time.UTC), news.Day
	case inDays:
		r.date, r.precision = t.anchor.AddDate(0, 0, count), news.Day
	case inWeeks:
		r.date = t.anchor.AddDate(0, 0, 7*count)
	case inMonths:
		r.date = t.shifted(inMonths, count).date
	case inYears:
		r.date, r.precision = t.shifted(inYears, count).date, news.Year
	}
	return r
}

// weekday reads "Tuesday", "next Tuesday", "mardi dernier", "Tuesday night" and
// "Tuesday, December 4".
func (t *tagger) weekday(i int) reading {
	shift, shifted := t.shifts[t.at(i).low]
	j := i
	if shifted && t.close(i+1) {
		j++
	}
	day := t.weekdayNumber(j)
	if day == 0 || t.notDay(j) {
		return reading{}
	}
	if r := t.dateAfter(j); r.n > 0 {
		r.n += j + 1 - i
		if !t.hasYear(i, r.n) {
			r.date = matching(r.date, day)
		}
		return r
	}
	if t.shortDays[t.at(j).low] || t.lang == "fr" && t.at(i-1).low == "le" { // "le mardi" is any
		return reading{}
	}
	n := j + 1 - i + t.dayPartsAt(j+1)
	if after, ok := t.shiftsAfter[t.at(j+1).low]; ok && t.close(j+1) {
		shift, shifted, n = after, true, n+1
	}
	if week, more := t.ofWeek(i + n); more > 0 {
		return t.dayAt(day-(int(t.anchor.Weekday())+6)%7-1+7*week, n+more)
	}
	return t.resolveDay(day, shift, shifted, t.tense(i, n), n)
}

// weekdayNumber returns 1 for Monday to 7 for Sunday, 0 if word i is none.
func (t *tagger) weekdayNumber(i int) int {
	w := t.at(i)
	if t.capital && !w.capital {
		return 0
	}
	return t.weekdays[w.low]
}

// notDay reports whether the weekday at i is part of a name ("Black Friday",
// "the Sunday Times") or no certain one ("every Friday").
func (t *tagger) notDay(i int) bool {
	before, after := t.at(i-1), t.at(i+1)
	vague := t.notAfter[before.low] && !(t.article[before.low] && t.sessions[after.low]) // but "told a Thursday briefing"
	return i > 0 && t.close(i) && (vague || before.capital && t.titles[before.low] || before.capital && namedDays[before.low]) ||
		after.gap == " " && after.capital && mastheads[after.low]
}

// dateAfter reads the date that a weekday stands before.
func (t *tagger) dateAfter(i int) reading {
	j := i + 1
	for t.article[t.at(j).low] || t.at(j).low == "den" {
		j++
	}
	switch t.at(j).gap {
	case " ", ", ", ". ", "., ":
	default:
		return reading{}
	}
	for _, rule := range []func(*tagger, int) reading{(*tagger).monthDay, (*tagger).dayMonth, (*tagger).numeric} {
		if r := rule(t, j); r.n > 0 {
			r.n += j - i - 1
			return r
		}
	}
	return reading{}
}

// hasYear reports whether a year is among the n words from i on.
func (t *tagger) hasYear(i, n int) bool {
	for _, w := range t.words[i : i+n] {
		if w.number >= 1000 {
			return true
		}
	}
	return false
}

// matching returns the date, moved by a year at most to where it falls on the
// weekday that stands before it; date itself if it does so in none.
func matching(date time.Time, day int) time.Time {
	for _, shift := range []int{0, 1, -1} {
		if d := date.AddDate(shift, 0, 0); (int(d.Weekday())+6)%7+1 == day && d.Day() == date.Day() {
			return d
		}
	}
	return date
}

// resolveDay finds the weekday that is meant.
func (t *tagger) resolveDay(day, shift int, shifted bool, tense tense, n int) reading {
	since := (int(t.anchor.Weekday()) - day + 7) % 7 // days since the last one
	until := (7 - since) % 7
	switch {
	case shifted && shift < 0 && since == 0:
		return t.dayAt(-7, n)
	case shifted && shift > 0 && until <= 2 && t.lang == "en": // the nearer one would be tomorrow, or "this"
		return t.dayAt(until+7, n)
	case shifted && shift > 0 && until == 0:
		return t.dayAt(7, n)
	case shifted && shift > 0, tense == ahead, tense == scheduled, tense == foreseen && until <= 3, tense == awaited && until <= 4, shifted && shift == 0 && tense != behind && tense != reported:
		return t.dayAt(until, n)
	}
	return t.dayAt(-since, n)
}
