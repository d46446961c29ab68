package feed

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// parseDate reads a date as feeds write it: RFC 3339 and the forms of ISO 8601
// (week and ordinal dates, without century, without separators), RFC 822 and
// its successors with whatever they leave out, the C library's, and those of
// tools that write months in their own language. A date without a zone is in
// UTC, one without a day is the first, a day or hour too high runs over. It
// returns UTC, zero if it does not understand the date, or if it may be read
// in two ways (1/2/2006).
func parseDate(s string) time.Time {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 100 {
		return time.Time{}
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC()
	}
	if i := strings.LastIndexByte(s, ' '); i > 0 { // what nearly all of RSS writes, quickly
		if hours, ok := zones[strings.ToLower(s[i+1:])]; ok {
			if t, err := time.Parse("Mon, 02 Jan 2006 15:04:05", s[:i]); err == nil {
				return t.Add(-time.Duration(hours * float64(time.Hour)))
			}
		}
	}
	if t, err := time.Parse(time.RFC1123Z, s); err == nil {
		return t.UTC()
	}
	s = strings.Replace(strings.ToLower(s), "etc/", "", 1)
	if strings.ContainsAny(s, "오년") { // Korean, in Korea's time
		s = koreanDate.ReplaceAllString(s, "$1-$2-$3 ")
		s = strings.Replace(strings.Replace(s, "오전", "am", 1), "오후", "pm", 1) + " kst"
	}
	if before, after, ok := strings.Cut(s, ","); ok && !strings.ContainsAny(before, "0123456789 ") { // a weekday
		if t := parseDate(after); !t.IsZero() {
			return t
		}
	}
	if m := isoDate.FindStringSubmatch(s); m != nil {
		return clock(s[len(m[0]):], isoDay(m))
	}
	return wordDate(s)
}

var (
	koreanDate = regexp.MustCompile(`^(\d{4})년\s*(\d\d)월\s*(\d\d)일\s*`)

	// isoDate matches a date that begins with its year. Groups: year, month and
	// day; year, week and weekday; year and day of the year; two digits of a
	// year and the rest; the year alone.
	isoDate = regexp.MustCompile(`^(?:(\d{4})[-/](\d\d?)(?:[-/](\d\d?))?|(\d{4})-?w(\d\d)(?:-?([1-7]))?|(\d{4})-?(\d{3})|(\d{4})(\d\d)(\d\d)|(\d\d)-(\d\d)-(\d\d)|(\d\d)(\d\d)(\d\d)|(\d\d)-?(\d{3})|(\d{4}))(?:t|\s+|$)`)

	timeOfDay = regexp.MustCompile(`(\d{1,2})(?:[:.h](\d{1,2})(?:[:.](\d{1,2}))?(?:[.,](\d{1,9}))?|(\d\d)(\d\d)?(?:[.,]\d+)?)?(?:\s*([ap])\.?m\b\.?)?`)
	offset    = regexp.MustCompile(`^(?:(?:gmt|utc|ut)\s*)?-?([+-])\s*(\d{1,2}):?(\d\d)?`)
)

// isoDay reads the groups of isoDate.
func isoDay(m []string) time.Time {
	n := make([]int, len(m))
	for i := range m {
		n[i], _ = strconv.Atoi(m[i])
	}
	switch {
	case m[1] != "":
		return dayOf(n[1], n[2], max(n[3], 1))
	case m[4] != "": // ISO 8601: week 1 holds 4 January
		first := dayOf(n[4], 1, 4)
		monday := first.AddDate(0, 0, -(int(first.Weekday())+6)%7)
		return monday.AddDate(0, 0, 7*(n[5]-1)+max(n[6], 1)-1)
	case m[7] != "":
		return dayOf(n[7], 1, n[8])
	case m[9] != "":
		return dayOf(n[9], n[10], n[11])
	case m[12] != "":
		return dayOf(century(n[12]), n[13], n[14])
	case m[15] != "":
		return dayOf(century(n[15]), n[16], n[17])
	case m[18] != "":
		return dayOf(century(n[18]), 1, n[19])
	}
	return dayOf(n[20], 1, 1)
}

// dayOf is a day, zero if there is none; one too high for its month runs over.
func dayOf(year, month, day int) time.Time {
	if month < 1 || month > 12 || day < 1 || day > 366 {
		return time.Time{}
	}
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// century completes a year of two digits.
func century(year int) int {
	if year < 90 {
		return 2000 + year
	}
	return 1900 + year
}

// clock adds the time of day and zone in s to a day. "am" and "pm" may stand
// before the hour, too.
func clock(s string, date time.Time) time.Time {
	s = strings.TrimSpace(s)
	if date.IsZero() || s == "" {
		return date
	}
	before := byte(0)
	if strings.HasPrefix(s, "am ") || strings.HasPrefix(s, "pm ") {
		before, s = s[0], s[3:]
	}
	at := timeOfDay.FindStringSubmatchIndex(s)
	if at == nil || at[0] != 0 {
		return zoned(date, s)
	}
	m := timeOfDay.FindStringSubmatch(s)
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(first(m[2], m[5]))
	second, _ := strconv.Atoi(first(m[3], m[6]))
	nano, _ := strconv.Atoi((m[4] + "000000000")[:9])
	switch half := first(m[7], string(before)); {
	case half == "p" && hour < 12:
		hour += 12
	case half == "a" && hour == 12:
		hour = 0
	}
	if hour > 24 || minute > 59 || second > 60 {
		return time.Time{}
	}
	day := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second + time.Duration(nano)
	return zoned(date.Add(day), s[at[1]:])
}

// zoned takes a time as one of the zone s begins with; UTC if it is none.
func zoned(t time.Time, s string) time.Time {
	s = strings.TrimLeft(s, " ,(:")
	if m := offset.FindStringSubmatch(s); m != nil {
		hours, _ := strconv.Atoi(m[2])
		minutes, _ := strconv.Atoi(m[3])
		east := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
		if m[1] == "-" {
			east = -east
		}
		if hours > 14 {
			return t
		}
		return t.Add(-east)
	}
	name := strings.TrimRight(strings.SplitN(s, " ", 2)[0], ").,;")
	if _, after, ok := strings.Cut(s, " "); ok {
		if _, known := zones[name]; !known || name == "gmt" || name == "utc" || name == "ut" {
			if m := offset.FindString(strings.TrimSpace(after)); m != "" {
				return zoned(t, strings.TrimSpace(after))
			}
		}
	}
	return t.Add(-time.Duration(zones[name] * float64(time.Hour)))
}

// zones are hours east of Greenwich. Names in use on several continents mean
// North America's, as RFC 822 has it.
var zones = map[string]float64{
	"ut": 0, "gmt": 0, "utc": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "ist": 5.5, "cet": 1, "mez": 1, "met": 1, "cest": 2, "mesz": 2, "mest": 2,
	"eet": 2, "eest": 3, "msk": 3, "msd": 4, "hkt": 8, "sgt": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "acst": 9.5, "awst": 8, "nzst": 12, "nzdt": 13,
	"sast": 2, "brt": -3, "art": -3, "nst": -3.5, "ndt": -2.5, "ast": -4, "adt": -3, "at": -4, "est": -5, "edt": -4, "et": -5, "cst": -6, "cdt": -5, "ct": -6,
	"mst": -7, "mdt": -6, "mt": -7, "pst": -8, "pdt": -7, "pt": -8, "akst": -9, "akdt": -8, "hst": -10,
	"a": -1, "n": 1, "m": -12, "y": 12,
}

var (
	wordTime = regexp.MustCompile(`(?:^|[\s,t])(\d{1,2}[:.]\d{1,2}(?:[:.]\d{1,2})?(?:[.,]\d+)?\s*(?:[ap]\.?m\b\.?)?|\d{1,2}\s*[ap]\.?m\b\.?)`)
	number   = regexp.MustCompile(`^\d+`)
)

// wordDate reads a date with the name of its month. The day stands before or
// after the month, the year anywhere.
func wordDate(s string) time.Time {
	rest, written := "", s
	if at := wordTime.FindStringSubmatchIndex(s); at != nil {
		written, rest = s[:at[2]], s[at[2]:]
	}
	var month time.Month
	var numbers []string
	take := func(in string) {
		for _, w := range strings.FieldsFunc(in, func(r rune) bool { return strings.ContainsRune(" \t,-/()'’", r) }) {
			if m := monthNamed(w); m != 0 && month == 0 {
				month = m
			} else if n := number.FindString(w); n != "" && len(numbers) < 3 && (len(n) <= 2 || len(n) == 4) {
				numbers = append(numbers, n)
			}
		}
	}
	take(written)
	if len(numbers) < 2 && rest != "" { // the year may stand behind the time
		if year := lateYear.FindStringSubmatchIndex(rest); year != nil {
			numbers = append(numbers, rest[year[2]:year[3]])
			rest = rest[:year[2]] + rest[year[3]:]
		}
	}
	if month == 0 || len(numbers) < 1 || len(numbers) > 2 {
		return time.Time{}
	}
	if len(numbers) == 1 { // a month of a year
		if len(numbers[0]) != 4 {
			return time.Time{}
		}
		numbers = []string{"1", numbers[0]}
	}
	day, year := numbers[0], numbers[1]
	if len(day) == 4 {
		day, year = year, day
	}
	d, _ := strconv.Atoi(day)
	y, _ := strconv.Atoi(year)
	if len(year) <= 2 {
		y = century(y)
	}
	if d > 31 {
		return time.Time{}
	}
	return clock(rest, dayOf(y, int(month), d))
}

var lateYear = regexp.MustCompile(`\s((?:19|20)\d\d)\b`)

// monthNamed is the month of which w is the name or its beginning, in one of
// the languages of dates in feeds; 0 for another word.
func monthNamed(w string) time.Month {
	w = strings.TrimSuffix(w, ".")
	if utf8.RuneCountInString(w) >= 3 {
		for i, names := range monthNames {
			for _, name := range names {
				if strings.HasPrefix(name, w) {
					return time.Month(i + 1)
				}
			}
		}
	}
	return 0
}

// monthNames: English first, then those of Germanic and Romance languages,
// Hungarian and Greek where they begin otherwise.
var monthNames = [12][]string{
	{"january", "januar", "jänner", "janvier", "enero", "gennaio", "janeiro", "januari", "januári", "január", "ιαν"},
	{"february", "februar", "février", "fevrier", "febrero", "febbraio", "fevereiro", "februari", "februári", "φεβ"},
	{"march", "märz", "maerz", "mrz", "mars", "marzo", "março", "maart", "március", "μάώ", "μαώ", "μαρ", "μάρ"},
	{"april", "avril", "abril", "aprile", "április", "απρ"},
	{"may", "mai", "mayo", "maggio", "maio", "mei", "maj", "máujus", "május", "μάι", "μαϊ", "μαι"},
	{"june", "juni", "juin", "junio", "giugno", "junho", "június", "ιούν", "ιον", "ιουν"},
	{"july", "juli", "juillet", "julio", "luglio", "julho", "július", "ιούλ", "ιολ", "ιουλ"},
	{"august", "août", "aout", "agosto", "augustus", "augusti", "augusztus", "αύγ", "αυγ"},
	{"september", "septembre", "septiembre", "settembre", "setembro", "szeptember", "σεπ"},
	{"october", "oktober", "octobre", "octubre", "ottobre", "outubro", "október", "οκτ"},
	{"november", "novembre", "noviembre", "novembro", "νοέ", "νοε"},
	{"december", "dezember", "décembre", "decembre", "diciembre", "dicembre", "dezembro", "δεκ"},
}
