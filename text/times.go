package text

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/storywire/storywire/news"
)

// Time is a time expression in a sentence, resolved to a date.
type Time struct {
	Start, End int       // byte span in the sentence, without "on" and "the"
	Date       time.Time // first day of what is meant, midnight UTC; of a week its Monday
	Precision  news.Precision
	Label      string // "Dec 4, 2025", "Nov 2025", "Early 2025", "2025"
	Explicit   bool   // names day or month, or year, or counts from a day the sentence names
	Future     bool   // the sentence speaks of it as yet to come
}

// Times returns the time expressions of a sentence in order, resolved against
// the time the sentence was published, on the calendar of its own location.
// Durations and names that look like dates are left out.
//
// A weekday is the latest one up to the day of publication, or the first from
// it on where the clause looks ahead or tells of a plan. A date without a year
// is the one from 305 days before publication to 60 days after it, and the
// windows shift with the tense. "Two days later" counts from the day named
// before it. A week is known to the month only. English is read in full;
// German, French and Spanish in dates, weekdays and the usual relative words;
// for other languages, only dates written in numbers.
func Times(sentence string, published time.Time, lang string) []Time {
	t := newTagger(sentence, published, lang)
	var out []Time
	for i := 0; i < len(t.words); {
		if w := t.words[i]; w.number < 0 && !t.starts[w.low] {
			i++
			continue
		}
		r := t.read(i)
		if r.n == 0 {
			i++
			continue
		}
		if r.precision != "" && !t.restated(i+r.n, r) { // else skipped on purpose
			out = append(out, t.time(i, r))
		}
		if r.precision == news.Day {
			t.before = r.date
		}
		i += r.n
	}
	return out
}

// restated reports whether the date of what was just read follows at word i: "Saturday
// night, Oct. 24".
func (t *tagger) restated(i int, r reading) bool {
	if r.explicit || r.precision != news.Day || i >= len(t.words) || t.words[i].gap != ", " {
		return false
	}
	next := t.read(i)
	return next.n > 0 && next.explicit && next.precision == news.Day && next.date.Weekday() == r.date.Weekday()
}

// tagger holds a sentence while its time expressions are read.
type tagger struct {
	*lexicon
	sentence  string
	words     []dateWord
	published time.Time
	anchor    time.Time // the day of publication, midnight UTC
	before    time.Time // the day named last; zero if none
}

// dateWord is a run of letters and digits.
type dateWord struct {
	low        string // folded
	gap        string // what stands between it and the word before
	start, end int
	number     int  // of up to four digits, "4th" included; -1 if none
	capital    bool // begins with one
	possessive bool // "Tuesday's"; its end is before the apostrophe
}

// reading is what a rule makes of the words from one on: the number of words
// it takes, 0 if it does not apply.
type reading struct {
	n         int
	date      time.Time
	precision news.Precision
	label     string // "" for the usual one
	explicit  bool
}

func newTagger(sentence string, published time.Time, lang string) *tagger {
	y, m, d := published.Date()
	t := &tagger{
		lexicon: lexiconOf(lang), sentence: sentence, published: published,
		anchor: time.Date(y, m, d, 0, 0, 0, 0, time.UTC),
		words:  make([]dateWord, 0, len(sentence)/4+1),
	}
	end := 0
	for i := 0; i < len(sentence); {
		n := wordLength(sentence[i:])
		if sentence[end:i] != "." || !digits(sentence[i:i+n]) {
			n += decimals(sentence[i+n:], sentence[i:i+n])
		}
		if n == 0 {
			_, size := utf8.DecodeRuneInString(sentence[i:])
			i += size
			continue
		}
		w := newDateWord(sentence[i : i+n])
		w.gap, w.start, w.end = sentence[end:i], i, i+n
		i += n
		if rest := sentence[i:]; possessiveS(rest) {
			w.possessive = true
			i += strings.IndexByte(rest, 's') + 1
		}
		end = i
		t.words = append(t.words, w)
	}
	return t
}

// possessiveS reports whether s goes on with the 's of the word before.
func possessiveS(s string) bool {
	rest, ok := strings.CutPrefix(s, "'s")
	if !ok {
		rest, ok = strings.CutPrefix(s, "’s")
	}
	return ok && wordLength(rest) == 0
}

// wordLength returns the length in bytes of the word at the start of s. Scripts
// without spaces are parted from figures.
func wordLength(s string) int {
	n := 0
	var before rune
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && (n == 0 || !unicode.IsMark(r)) {
			break
		}
		if n > 0 && (r >= cjk && digits(s[:n]) || before >= cjk && r < cjk) {
			break
		}
		before = r
		n += size
	}
	return n
}

// cjk is the first of the East Asian scripts.
const cjk = '\u2e80'

// decimals returns the length of the thousands ("1,500") or decimals ("3.5")
// that rest, which follows word, adds to it: such a number is no part of a
// date. The full stops of "4.12.2025" are none of it.
func decimals(rest, word string) int {
	if len(rest) < 2 || !digits(word) {
		return 0
	}
	n := 1
	for n < len(rest) && digits(rest[n:n+1]) {
		n++
	}
	after := rest[n:]
	dotted := len(after) > 1 && after[0] == '.' && digits(after[1:2])
	if rest[0] == ',' && n == 4 || rest[0] == '.' && n > 1 && !dotted {
		return n
	}
	return 0
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func newDateWord(s string) dateWord {
	r, _ := utf8.DecodeRuneInString(s)
	w := dateWord{low: Fold(s), number: -1, capital: unicode.IsUpper(r)}
	if w.low == "" || w.low[0] < '0' || w.low[0] > '9' {
		return w
	}
	figures := len(w.low)
	for _, ending := range []string{"st", "nd", "rd", "th", "er"} {
		if rest := strings.TrimSuffix(w.low, ending); rest != w.low && digits(rest) {
			figures = len(rest)
		}
	}
	if figures > 0 && figures <= 4 && digits(w.low[:figures]) {
		w.number = 0
		for _, c := range w.low[:figures] {
			w.number = w.number*10 + int(c-'0')
		}
	}
	return w
}

// timeRules are in order of trial: the longer form before the shorter.
var timeRules = []func(*tagger, int) reading{(*tagger).numeric, (*tagger).feast, (*tagger).monthDay, (*tagger).dayMonth, (*tagger).monthYear,
	(*tagger).endOf, (*tagger).partOf, (*tagger).season, (*tagger).fraction, (*tagger).dayWord, (*tagger).countedOn, (*tagger).partOfDay, (*tagger).unit,
	(*tagger).weekFrom, (*tagger).ago, (*tagger).fromNow, (*tagger).weekday, (*tagger).ordinalDay, (*tagger).bareMonth, (*tagger).yearSpan, (*tagger).bareYear}

// read tries every rule at word i.
func (t *tagger) read(i int) reading {
	for _, rule := range timeRules {
		if r := rule(t, i); r.n > 0 {
			return r
		}
	}
	return reading{}
}

func (t *tagger) time(i int, r reading) Time {
	if r.label == "" {
		r.label = Label(r.date, r.precision)
	}
	return Time{
		Start: t.words[i].start, End: t.words[i+r.n-1].end,
		Date: r.date, Precision: r.precision, Label: r.label, Explicit: r.explicit,
		Future: r.date.After(t.anchor) || !t.past(r) && t.looksAhead(i, r.n),
	}
}

// past reports whether what r means was over on the day of publication.
func (t *tagger) past(r reading) bool {
	last := r.date
	switch r.precision {
	case news.Month:
		last = last.AddDate(0, 1, -1)
	case news.Part:
		last = last.AddDate(0, 6, 0)
	case news.Year:
		last = last.AddDate(1, 0, -1)
	}
	return last.Before(t.anchor)
}

func (t *tagger) looksAhead(i, n int) bool {
	switch t.tense(i, n) {
	case ahead, foreseen, awaited, scheduled:
		return true
	}
	return false
}

// at returns word i, an empty one beyond the ends.
func (t *tagger) at(i int) dateWord {
	if i < 0 || i >= len(t.words) {
		return dateWord{number: -1}
	}
	return t.words[i]
}

// close reports whether word i follows the one before it directly.
func (t *tagger) close(i int) bool {
	switch t.at(i).gap {
	case " ", "\u00a0", "\u202f", "-", ". ":
		return i > 0 && i < len(t.words) && !t.words[i-1].possessive
	}
	return false
}
