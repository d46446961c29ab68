package text

import (
	"time"

	"github.com/storywire/storywire/news"
)

// feasts are days that go by a name in English news, by the words of it. An
// offset counts from Easter Sunday of the western churches; a weekday is the
// nth of its month, the last one if nth is 5.
var feasts = []struct {
	words   []string
	month   time.Month
	day     int // of the month; 0 for the movable ones
	weekday time.Weekday
	nth     int
	shift   int // days from that weekday, or from Easter
}{
	{words: []string{"new", "year", "eve"}, month: 12, day: 31},
	{words: []string{"new", "year", "day"}, month: 1, day: 1},
	{words: []string{"valentine", "day"}, month: 2, day: 14},
	{words: []string{"may", "day"}, month: 5, day: 1},
	{words: []string{"independence", "day"}, month: 7, day: 4},
	{words: []string{"bastille", "day"}, month: 7, day: 14},
	{words: []string{"boxing", "day"}, month: 12, day: 26},
	{words: []string{"christmas", "eve"}, month: 12, day: 24},
	{words: []string{"christmas", "day"}, month: 12, day: 25},
	{words: []string{"christmas"}, month: 12, day: 25},
	{words: []string{"halloween"}, month: 10, day: 31},
	{words: []string{"memorial", "day"}, month: 5, weekday: time.Monday, nth: 5},
	{words: []string{"labor", "day"}, month: 9, weekday: time.Monday, nth: 1},
	{words: []string{"thanksgiving", "day"}, month: 11, weekday: time.Thursday, nth: 4},
	{words: []string{"thanksgiving"}, month: 11, weekday: time.Thursday, nth: 4},
	{words: []string{"black", "friday"}, month: 11, weekday: time.Thursday, nth: 4, shift: 1},
	{words: []string{"cyber", "monday"}, month: 11, weekday: time.Thursday, nth: 4, shift: 4},
	{words: []string{"ash", "wednesday"}, shift: -46},
	{words: []string{"palm", "sunday"}, shift: -7},
	{words: []string{"maundy", "thursday"}, shift: -3},
	{words: []string{"good", "friday"}, shift: -2},
	{words: []string{"easter", "sunday"}},
	{words: []string{"easter", "monday"}, shift: 1},
}

// feast reads "Christmas Day" and "Good Friday", and a feast of one word where
// a preposition makes it a day: "by Christmas".
func (t *tagger) feast(i int) reading {
	if t.lang != "en" || !t.at(i).capital {
		return reading{}
	}
	for k := range feasts {
		n := len(feasts[k].words)
		if !t.spells(i, feasts[k].words) || !t.isFeast(i, n) {
			continue
		}
		date := func(year int) (time.Time, bool) { return feastDay(k, year), true }
		if year, more := t.yearNumber(i + n); more > 0 {
			first, _ := date(year)
			return reading{n: n + more, date: first, precision: news.Day, explicit: true}
		}
		near, _ := t.near(t.tense(i, n), date)
		return reading{n: n, date: near, precision: news.Day, explicit: true}
	}
	return reading{}
}

// isFeast tells a feast of n words from what is named after it: "Black Friday
// sales", "the Christmas market".
func (t *tagger) isFeast(i, n int) bool {
	if t.feastAfter[t.at(i-1).low] && n > 1 {
		return true
	}
	after := t.at(i + n)
	alone := after.gap != " " || Stop(after.low, "en")
	return alone && !t.at(i+n-1).possessive && (n > 1 || t.feastAfter[t.at(i-1).low])
}

func (t *tagger) spells(i int, words []string) bool {
	for k, w := range words {
		if t.at(i+k).low != w || !t.at(i+k).capital || k > 0 && t.at(i+k).gap != " " {
			return false
		}
	}
	return true
}

func feastDay(k, year int) time.Time {
	f := feasts[k]
	switch {
	case f.day > 0:
		return time.Date(year, f.month, f.day, 0, 0, 0, 0, time.UTC)
	case f.month == 0:
		return easter(year).AddDate(0, 0, f.shift)
	}
	first := time.Date(year, f.month, 1, 0, 0, 0, 0, time.UTC)
	day := first.AddDate(0, 0, int(f.weekday-first.Weekday()+7)%7+7*(f.nth-1))
	if day.Month() != f.month {
		day = day.AddDate(0, 0, -7)
	}
	return day.AddDate(0, 0, f.shift)
}

// easter is Easter Sunday of the Gregorian calendar, by the anonymous method
// printed in Nature in 1876.
func easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}
