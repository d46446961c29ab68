package text

import (
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// countedOn reads what counts from the day named before it in the sentence: "the
// same day", "the next day", "two days later". Without such a day it is
// nothing.
func (t *tagger) countedOn(i int) reading {
	if t.lang != "en" || t.before.IsZero() {
		return reading{}
	}
	day := func(days, n int) reading {
		return reading{n: n, date: t.before.AddDate(0, 0, days), precision: news.Day, explicit: true}
	}
	if shift, ok := t.sequence[t.at(i).low]; ok && t.at(i-1).low == "the" && t.at(i+1).low == "day" && t.at(i+2).low != "of" {
		return day(shift, 2)
	}
	if count, u, ok := t.amount(i); ok && (u == inDays || u == inWeeks) && t.standsAlone(i+3) {
		if u == inWeeks {
			count *= 7
		}
		switch t.at(i + 2).low {
		case "later", "afterwards":
			return day(count, 3)
		case "earlier":
			return day(-count, 3)
		}
	}
	return reading{}
}

// standsAlone reports whether word i does not go on counting: "later than",
// "later this week".
func (t *tagger) standsAlone(i int) bool {
	w := t.at(i)
	return w.gap != " " || w.low != "than" && w.low != "this" && w.low != "that"
}

// weekFrom reads "a week from Monday", "two weeks ago Tuesday" and "a week on
// Friday".
func (t *tagger) weekFrom(i int) reading {
	count, u, ok := t.amount(i)
	if !ok || u != inWeeks || t.lang != "en" {
		return reading{}
	}
	link, j := t.at(i+2).low, i+3
	if t.at(j).low == "on" {
		j++
	}
	day := t.weekdayNumber(j)
	if day == 0 || !t.close(j) {
		return reading{}
	}
	since := (int(t.anchor.Weekday()) - day + 7) % 7
	switch {
	case link == "ago":
		return t.dayAt(-since-7*count, j+1-i)
	case link == "from", link == "on" && t.tense(i, j+1-i) == ahead:
		return t.dayAt((7-since)%7+7*count, j+1-i)
	}
	return reading{}
}

// ofWeek reads the week that a weekday is said to be of: "Thursday last week".
// It returns the week's shift and how many words name it.
func (t *tagger) ofWeek(i int) (shift, n int) {
	if w := t.at(i).low; w == "of" {
		shift, n = t.ofWeek(i + 1)
		return shift, n + min(n, 1)
	}
	shift, ok := t.shifts[t.at(i).low]
	if ok && t.close(i) && t.close(i+1) && t.units[t.at(i+1).low] == inWeeks {
		return shift, 2
	}
	return 0, 0
}

// ordinalDay reads "on the 29th".
func (t *tagger) ordinalDay(i int) reading {
	w, after := t.at(i), t.at(i+1)
	day := t.dayNumber(i)
	if t.lang != "en" || day == 0 || len(w.low) < 3 || t.at(i-1).low != "the" || !t.dayBefore[t.at(i-2).low] ||
		after.gap == " " && !Stop(after.low, "en") || t.of[after.low] {
		return reading{}
	}
	tense := t.tense(i, 1)
	for shift := range 3 { // the month that runs, then those around it
		if tense != ahead {
			shift = -shift
		}
		first := time.Date(t.anchor.Year(), t.anchor.Month()+time.Month(shift), 1, 0, 0, 0, 0, time.UTC)
		date := first.AddDate(0, 0, day-1)
		if date.Month() == first.Month() && (tense == ahead) == date.After(t.anchor) {
			return reading{n: 1, date: date, precision: news.Day}
		}
	}
	return reading{}
}

// yearSpan reads "2025-26", a season or a war, as its first year.
func (t *tagger) yearSpan(i int) reading {
	w, next := t.at(i), t.at(i+1)
	if w.number < 1900 || w.number > 2100 || len(w.low) != 4 || len(next.low) != 2 || next.number != (w.number+1)%100 ||
		next.gap != "-" && next.gap != "–" || strings.HasPrefix(t.at(i+2).gap, "-") {
		return reading{}
	}
	return yearOf(w.number, 2)
}

// endOf reads "the end of the month" and "the start of next week".
func (t *tagger) endOf(i int) reading {
	if t.parts[t.at(i).low] == 0 || !t.of[t.at(i+1).low] {
		return reading{}
	}
	j := i + 2
	shift, shifted := t.shifts[t.at(j).low]
	if !shifted && t.at(j).low != "the" {
		return reading{}
	}
	u := t.units[t.at(j+1).low]
	if u != inMonths && u != inWeeks || !t.close(j+1) {
		return reading{}
	}
	r := t.shifted(u, shift)
	r.n = j + 2 - i
	return r
}
