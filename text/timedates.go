package text

import (
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// numeric reads "2025-12-04", "04.12.2025" and, where day and month cannot be
// mistaken for each other, "25/12/2025".
func (t *tagger) numeric(i int) reading {
	a, b, c := t.at(i), t.at(i+1), t.at(i+2)
	if a.number < 0 || b.number < 0 || c.number < 0 || b.gap != c.gap {
		return reading{}
	}
	year, month, day := a.number, b.number, c.number
	switch {
	case (b.gap == "-" || b.gap == "/" || b.gap == ".") && len(a.low) == 4:
	case b.gap == "." && len(c.low) == 4 || b.gap == "/" && len(c.low) == 4 && (a.number > 12 || t.dayFirst):
		year, month, day = c.number, b.number, a.number
	case b.gap == "/" && len(c.low) == 4 && (b.number > 12 || a.number == b.number):
		year, month, day = c.number, a.number, b.number
	case b.gap == "/" && len(c.low) == 4:
		return reading{n: 3} // ambiguous: taken for nothing, its year too
	default:
		return reading{}
	}
	return fullDate(year, month, day, 3)
}

// fullDate is the reading of a date with its year; none if there is no such day.
func fullDate(year, month, day, n int) reading {
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if year < 1000 || year > 2999 || month < 1 || int(date.Month()) != month || date.Day() != day {
		return reading{}
	}
	return reading{n: n, date: date, precision: news.Day, explicit: true}
}

// month returns the number of the month that word i names, 0 if none.
func (t *tagger) month(i int) int {
	w := t.at(i)
	if w.possessive && w.low == "may" || t.capital && !w.capital {
		return 0
	}
	return t.months[w.low]
}

// dayNumber returns the day of a month that word i gives, 0 if none.
func (t *tagger) dayNumber(i int) int {
	if w := t.at(i); w.number >= 1 && w.number <= 31 && !t.priced(i) && !w.possessive {
		return w.number
	}
	return 0
}

// priced reports whether the number at i is one of money or percent.
func (t *tagger) priced(i int) bool {
	w := t.at(i)
	return strings.ContainsAny(lastRune(w.gap), "$€£¥#") || strings.HasPrefix(t.sentence[w.end:], "%")
}

func lastRune(s string) string {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] < 0x80 || s[i] >= 0xc0 {
			return s[i:]
		}
	}
	return ""
}

// yearNumber returns the year that word i gives after a month or day ("2025",
// "last year"), and how many words it takes with its "of".
func (t *tagger) yearNumber(i int) (year, n int) {
	w := t.at(i)
	if t.of[w.low] && w.gap == " " && !t.of[t.at(i+1).low] {
		if year, n = t.yearNumber(i + 1); n > 0 {
			n++
		}
		return year, n
	}
	if shift, ok := t.shifts[w.low]; ok && w.gap == " " && t.units[t.at(i+1).low] == inYears && t.close(i+1) {
		return t.anchor.Year() + shift, 2
	}
	if w.number >= 1000 && w.number < 3000 && len(w.low) == 4 && !t.priced(i) && !clocks[t.at(i+1).low] &&
		(w.gap == " " || w.gap == ", " || w.gap == "," || w.gap == "-" || w.gap == ". ") {
		return w.number, 1
	}
	return 0, 0
}

// clocks follow an hour without its mark: "18 January, 2200 GMT".
var clocks = WordSet("gmt utc bst est edt pst pdt cet cest hours hrs local")

// rangeEnd returns how many words from i on end a span of days that began with
// day: "-5", "to 5", "and 5".
func (t *tagger) rangeEnd(i, day int) int {
	w := t.at(i)
	if strings.Trim(w.gap, " ") == "-" || strings.Trim(w.gap, " ") == "–" {
		if d := t.dayNumber(i); d > day {
			return 1
		}
	}
	if (w.gap == " " || w.gap == ". ") && t.to[w.low] && t.close(i+1) && t.dayNumber(i+1) > day {
		return 2
	}
	return 0
}

// monthDay reads "December 4, 2025", "Dec. 4" and "December 4-6".
func (t *tagger) monthDay(i int) reading {
	month, day := t.month(i), t.dayNumber(i+1)
	if month == 0 || day == 0 || !t.close(i+1) {
		return reading{}
	}
	n := 2
	if more := t.rangeEnd(i+n, day); more > 0 && (more == 1 || !t.counts(i+n+more)) {
		n += more
	}
	if year, more := t.yearNumber(i + n); more > 0 {
		return fullDate(year, month, day, n+more)
	}
	if t.counts(i+n) || t.at(i-1).low == "in" || t.named(i+n, month, day) {
		return reading{}
	}
	return t.nearDay(i, month, day, n)
}

// counts reports whether word i is what a number before it counts: "May 20
// people" is no date.
func (t *tagger) counts(i int) bool {
	return t.at(i).gap == " " && t.counted[t.at(i).low]
}

// named reports whether word i makes the date before it the name of something
// long past: "the Sept. 11 attacks", "the Jan. 6 committee".
func (t *tagger) named(i, month, day int) bool {
	if t.at(i).gap == " " && t.at(i).capital && t.at(i+1).gap == " " {
		i++ // "the Jan. 6 Capitol riot"
	}
	return (month == 9 && day == 11 || month == 1 && day == 6) && t.at(i).gap == " " && t.namesakes[t.at(i).low]
}

// dayMonth reads "4 December 2025", "the 4th of May", "3. Mai", "from 3 to 5
// May" and "30 November to 2 December 2025".
func (t *tagger) dayMonth(i int) reading {
	day := t.dayNumber(i)
	if day == 0 {
		return reading{}
	}
	n := 1
	if more := t.rangeEnd(i+n, day); more > 0 {
		n += more
	}
	if t.of[t.at(i+n).low] && t.close(i+n) {
		n++
	}
	month := t.month(i + n)
	if month == 0 || !t.close(i+n) {
		return reading{}
	}
	n++
	if year, more := t.yearNumber(i + n); more > 0 {
		return fullDate(year, month, day, n+more)
	}
	if t.to[t.at(i+n).low] {
		if r := t.dayMonth(i + n + 1); r.n > 0 {
			return t.until(month, day, n+1+r.n, r)
		}
	}
	if t.named(i+n, month, day) {
		return reading{}
	}
	return t.nearDay(i, month, day, n)
}

// until reads the first day of a span from the reading of its last.
func (t *tagger) until(month, day, n int, last reading) reading {
	year := last.date.Year()
	if month > int(last.date.Month()) {
		year--
	}
	return fullDate(year, month, day, n)
}

// nearDay reads a date without a year.
func (t *tagger) nearDay(i, month, day, n int) reading {
	tense := t.tense(i, n)
	if t.adjective(i, n) {
		tense = untold
	}
	date, ok := t.near(tense, func(year int) (time.Time, bool) {
		r := fullDate(year, month, day, n)
		return r.date, r.n > 0
	})
	if !ok {
		return reading{}
	}
	return reading{n: n, date: date, precision: news.Day, explicit: true}
}

// adjective reports whether the n words from i on tell which one is meant, so
// that the tense around them is none of theirs: "the April 20 blast", or
// "April 20: A rig explodes".
func (t *tagger) adjective(i, n int) bool {
	before, after := t.at(i-1), t.at(i+n)
	if i == 0 && strings.ContainsAny(after.gap, ":-–—") {
		return true
	}
	return (before.possessive && !after.capital || t.article[before.low]) && after.gap == " " && !Stop(after.low, t.lang)
}

// window is a span of days around publication, both ends included.
type window struct{ from, to int }

// windows are where a date without a year is looked for first, by tense. A
// date ten months ahead is rather one two months ago, whatever the tense.
var windows = map[tense]window{behind: {-363, 2}, ahead: {-5, 240}, awaited: {-5, 240}, scheduled: {-30, 304}}

// anyWindow holds every date once.
var anyWindow = window{-305, 60}

// near returns the date of the year that fits the tense; false if there is no
// such date near publication (29 February in most years: then the nearest).
func (t *tagger) near(tense tense, inYear func(year int) (time.Time, bool)) (time.Time, bool) {
	var best time.Time
	fit := 3 // of best: in the tense's window 0, in any 1, outside 2
	for y := t.anchor.Year() - 4; y <= t.anchor.Year()+4; y++ {
		date, ok := inYear(y)
		if !ok {
			continue
		}
		days := int(date.Sub(t.anchor).Hours() / 24)
		f := 2
		if w, ok := windows[tense]; ok && days >= w.from && days <= w.to {
			f = 0
		} else if days >= anyWindow.from && days <= anyWindow.to {
			f = 1
		}
		if f < fit || f == fit && date.Sub(t.anchor).Abs() < best.Sub(t.anchor).Abs() {
			best, fit = date, f
		}
	}
	return best, fit < 3
}

// monthYear reads "November 2025".
func (t *tagger) monthYear(i int) reading {
	month := t.month(i)
	year, n := t.yearNumber(i + 1)
	if month == 0 || n == 0 || t.at(i).possessive {
		return reading{}
	}
	return monthOf(year, month, 1+n)
}

func monthOf(year, month, n int) reading {
	date := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
	return reading{n: n, date: date, precision: news.Month, explicit: true}
}

// bareMonth reads "in November", "last July", "November's summit" and "the
// November summit". May and March need a word before them, being names and verbs
// as well; so do abbreviations ("the DEC appeal").
func (t *tagger) bareMonth(i int) reading {
	if shift, ok := t.shifts[t.at(i).low]; ok && t.month(i+1) > 0 && t.close(i+1) {
		if t.dayNumber(i+2) > 0 && t.close(i+2) {
			return reading{} // "this October 31": the day is read next
		}
		return t.shiftedMonth(t.month(i+1), shift)
	}
	month, w, before, after := t.month(i), t.at(i), t.at(i-1), t.at(i+1)
	short := len(w.low) <= 4 && w.low != "may" && w.low != "june" && w.low != "july"
	switch {
	case month == 0 || short && t.lang == "en" && !strings.HasPrefix(t.sentence[w.end:], "."):
		return reading{}
	case t.monthAfter[before.low] && t.close(i) && !before.possessive:
	case w.low != "may" && w.low != "march" && t.lang == "en" && t.close(i) && t.goesOn(i):
	case w.low == "may" || w.low == "march" || t.lang != "en" || short:
		return reading{}
	case w.possessive && (i == 0 || !before.capital):
	case before.low == "the" && after.gap == " " && !after.capital && len(after.low) > 2:
	default:
		return reading{}
	}
	return t.nearMonth(i, month)
}

// goesOn reports whether the word before the month at i goes on from a time:
// "in October and November", "the first week of January", "the year to June".
func (t *tagger) goesOn(i int) bool {
	before, other := t.at(i-1).low, t.at(i-2)
	switch before {
	case "and", "or":
		return t.months[other.low] > 0 && other.capital
	case "of":
		return t.units[other.low] != 0 || t.parts[other.low] != 0 || other.low == "half"
	case "to":
		return t.units[other.low] != 0 || t.months[other.low] > 0
	}
	return false
}

// shiftedMonth reads "last July": the latest before the month that runs; "next
// July" is the first after it.
func (t *tagger) shiftedMonth(month, shift int) reading {
	year, current := t.anchor.Year(), int(t.anchor.Month())
	if shift < 0 && month >= current {
		year--
	}
	if shift > 0 && month <= current {
		year++
	}
	return monthOf(year, month, 2)
}

// nearMonth reads a month without a year.
func (t *tagger) nearMonth(i, month int) reading {
	tense := t.tense(i, 1)
	date, _ := t.near(tense, func(year int) (time.Time, bool) {
		first := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
		if tense == ahead && first.Before(t.anchor) { // the month that runs may be meant
			first = first.AddDate(0, 1, -1)
		}
		return first, true
	})
	return monthOf(date.Year(), int(date.Month()), 1)
}

// bareYear reads "in 2019". A year elsewhere may be a number of anything.
func (t *tagger) bareYear(i int) reading {
	w, before, after := t.at(i), t.at(i-1), t.at(i+1)
	if w.number < 1500 || w.number > 2100 || len(w.low) != 4 || t.priced(i) || w.gap != " " && i > 0 || !t.yearAfter[before.low] && !t.yearOfNoun(i) && !t.yearFirst(i) {
		return reading{}
	}
	plural := after.gap == " " && !after.capital && strings.HasSuffix(after.low, "s") && !Stop(after.low, t.lang)
	if t.counts(i+1) || plural && (w.number < 1950 || w.number > 2050 || before.low == "of") || strings.HasPrefix(after.gap, "-") {
		return reading{}
	}
	return yearOf(w.number, 1)
}

// yearOfNoun reports whether the number at i tells which one is meant: "the
// 2010 World Cup", "its 2008 attack". Round numbers of many count them.
func (t *tagger) yearOfNoun(i int) bool {
	w, before, after := t.at(i), t.at(i-1), t.at(i+1)
	return t.lang == "en" && (t.article[before.low] && len(before.low) > 2 || before.possessive) && after.gap == " " &&
		w.number > 1900 && w.number < t.anchor.Year()+12 && len(after.low) > 2 && !Stop(after.low, "en") &&
		!(w.number%100 == 0 && strings.HasSuffix(after.low, "s")) && after.low != "model"
}

// yearFirst reports whether the number at i begins a German sentence as its
// year: "2019 schloss das Werk".
func (t *tagger) yearFirst(i int) bool {
	return t.lang == "de" && i == 0 && len(t.words) > 1 && !t.at(1).capital && t.at(1).gap == " " && t.at(1).number < 0
}

func yearOf(year, n int) reading {
	date := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC)
	return reading{n: n, date: date, precision: news.Year, explicit: true}
}
