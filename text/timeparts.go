package text

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/storywire/storywire/news"
)

// yearAt reads the year that a part is of: "2025", "this year", "the year".
func (t *tagger) yearAt(i int) (year, n int, explicit bool) {
	for t.at(i+n).gap == " " && (t.of[t.at(i+n).low] || t.at(i+n).low == "in" || t.article[t.at(i+n).low]) {
		n++
	}
	w := t.at(i + n)
	if w.number >= 1500 && w.number <= 2100 && len(w.low) == 4 && t.close(i+n) && !t.counts(i+n+1) {
		return w.number, n + 1, true
	}
	if t.units[w.low] == inYears && n > 0 {
		return t.anchor.Year(), n + 1, false
	}
	if shift, ok := t.shifts[w.low]; ok && t.units[t.at(i+n+1).low] == inYears {
		return t.anchor.Year() + shift, n + 2, false
	}
	return 0, 0, false
}

// partOf reads "early 2025", "mid-November", "late last year", "the end of the
// year" and "early Tuesday".
func (t *tagger) partOf(i int) reading {
	month, ok := t.parts[t.at(i).low]
	if !ok {
		return reading{}
	}
	if year, n, explicit := t.yearAt(i + 1); n > 0 {
		return partOfYear(year, month, 1+n, "", explicit)
	}
	j := i + 1
	for t.at(j).gap == " " && (t.of[t.at(j).low] || t.article[t.at(j).low] || t.at(j).low == "in") {
		j++
	}
	r := reading{}
	if r = t.monthYear(j); r.n == 0 && t.month(j) > 0 && t.close(j) {
		r = t.nearMonth(j, t.month(j))
	}
	if r.n == 0 && j == i+1 {
		r = t.weekday(j)
	}
	if r.n == 0 || !t.close(j) {
		return reading{}
	}
	r.n += j - i
	return r
}

// partOfYear is the reading of the part of a year that begins with a month.
func partOfYear(year, month, n int, label string, explicit bool) reading {
	date := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
	return reading{n: n, date: date, precision: news.Part, label: label, explicit: explicit}
}

// season reads "spring 2025", "the summer of 2024" and "last winter".
func (t *tagger) season(i int) reading {
	shift, shifted := t.shifts[t.at(i).low]
	j := i
	if shifted {
		j++
	}
	name, ok := t.seasons[t.at(j).low]
	if !ok || j > i && !t.close(j) {
		return reading{}
	}
	month := seasonStart[name]
	if !shifted {
		year, n, explicit := t.yearAt(j + 1)
		if n == 0 || !explicit {
			return t.bareSeason(j, name)
		}
		return partOfYear(year, month, 1+n, fmt.Sprint(name, " ", year), true)
	}
	if t.counts(j+1) || t.at(j).possessive && shift == 0 {
		return reading{}
	}
	year := t.seasonYear(month, shift)
	return partOfYear(year, month, 2, fmt.Sprint(name, " ", year), false)
}

// seasonYear returns the year in which the last, this or next season that
// starts with the month begins. The one that runs is "this".
func (t *tagger) seasonYear(month, shift int) int {
	year := t.anchor.Year()
	start := func() time.Time { return time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC) }
	ended := func() bool { return !start().AddDate(0, 3, 0).After(t.anchor) }
	switch {
	case shift < 0:
		for year++; !ended(); year-- {
		}
	case shift > 0:
		for year--; !start().After(t.anchor); year++ {
		}
	case month == 12 && t.anchor.Month() < time.April:
		year-- // the winter that began last year
	}
	return year
}

var seasonStart = map[string]int{"Spring": 3, "Summer": 6, "Fall": 9, "Autumn": 9, "Winter": 12}

// fraction reads "the first quarter of 2025", "Q1 2025" and "the second half of
// last year". Without a year it may be that of a match.
func (t *tagger) fraction(i int) reading {
	w := t.at(i)
	if len(w.low) == 2 && w.low[0] == 'q' && w.low[1] >= '1' && w.low[1] <= '4' {
		if year, n, explicit := t.yearAt(i + 1); n > 0 && explicit {
			return t.quarter(year, int(w.low[1]-'0'), 1+n, true)
		}
		return reading{}
	}
	which, what := t.ordinals[w.low], t.at(i+1).low
	if w.low == "final" {
		which = 4
	}
	if which == 0 || !t.close(i+1) || !quarters[what] && what != "half" {
		return reading{}
	}
	if t.lang == "en" && !t.of[t.at(i+2).low] {
		return t.bareQuarter(i, which)
	}
	year, n, explicit := t.yearAt(i + 2)
	switch {
	case n == 0:
		return reading{}
	case quarters[what] && which <= 4:
		return t.quarter(year, which, 2+n, explicit)
	case which > 2:
		return reading{}
	}
	label := [...]string{"First half of ", "Second half of "}[which-1] + strconv.Itoa(year)
	return partOfYear(year, which*6-5, 2+n, label, explicit)
}

var quarters = WordSet("quarter quartal trimestre")

func (t *tagger) quarter(year, which, n int, explicit bool) reading {
	return partOfYear(year, which*3-2, n, fmt.Sprintf("Q%d %d", which, year), explicit)
}

// bareQuarter reads "in the third quarter" where business is spoken of, not a
// match: the latest one that has begun, or the next one to come.
func (t *tagger) bareQuarter(i, which int) reading {
	if t.at(i+1).low != "quarter" || t.at(i-1).low != "the" || !t.monthAfter[t.at(i-2).low] && t.at(i-2).low != "for" ||
		slices.ContainsFunc(t.words, func(w dateWord) bool { return t.ofMatches[w.low] }) {
		return reading{}
	}
	date, _ := t.near(t.tense(i, 2), func(year int) (time.Time, bool) {
		return time.Date(year, time.Month(which*3-2), 1, 0, 0, 0, 0, time.UTC), true
	})
	return t.quarter(date.Year(), which, 2, false)
}

// bareSeason reads "in the spring".
func (t *tagger) bareSeason(i int, name string) reading {
	if t.at(i-1).low != "the" || t.at(i-2).low != "in" && t.at(i-2).low != "by" || t.at(i+1).gap == " " && (t.at(i+1).low == "of" || !Stop(t.at(i+1).low, "en")) {
		return reading{}
	}
	shift := -1
	if tense := t.tense(i, 1); tense == ahead || tense == scheduled {
		shift = 1
	}
	year := t.seasonYear(seasonStart[name], shift)
	return partOfYear(year, seasonStart[name], 1, fmt.Sprint(name, " ", year), false)
}
