package dates

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/storywire/storywire/text"
)

// edit puts words in the place of bytes.
type edit struct {
	start, end int
	with       string
}

// place fits the phrase for the i-th time into the sentence; ok is false where
// that would not be English.
func place(s string, times []text.Time, i int, p phrase) (e edit, ok bool) {
	t := times[i]
	e = edit{start: t.Start, end: t.End}
	previous, from := wordBefore(s, t.Start)
	low := strings.ToLower(previous)
	if accounted.MatchString(s[:t.Start]) {
		low = ""
	}
	owned := strings.HasSuffix(s[:t.Start], "'s ") || strings.HasSuffix(s[:t.Start], "’s ")
	next := wordAfter(s, t.End)
	if i+1 < len(times) && strings.TrimSpace(s[t.End:times[i+1].Start]) == "" || joined(s, t) || unsure[low] && !(clausal[low] && being[next]) || p.loose && low == "of" || p.past && towards[low] {
		return e, false
	}
	if n := possessive(s[t.End:]); n > 0 {
		e.end += n
		e.with = p.attribute
		if !determiners[low] {
			e.with = "the " + p.attribute
		}
		return e.opening(s), p.attribute != ""
	}
	switch {
	case p.preposition == "in days":
		e.start, e.with = from, "on "+p.noun
		return e.opening(s), low == "in"
	case determiners[low] || owned:
		e.with = p.attribute
		return e.opening(s), p.attribute != "" && (next != "" || p.preposition == "") && !being[next]
	case governing[low] && (low != "on" || p.preposition != "in") || series(s, times, i, low):
		e.with = p.noun
	case p.preposition == "":
		return e, false
	case being[next] && (previous == "" && t.Start == 0 || clausal[low]):
		e.with = p.noun
	case p.weekday && next != "" && !follows(s, t, next) && low != "public" && !(strings.HasSuffix(low, "ed") && finding[next]):
		return e, false // "Thursday talks"
	default:
		e.with = p.preposition + " " + p.noun
	}
	return e.opening(s), true
}

// opening gives the words their capital at the start of the sentence.
func (e edit) opening(s string) edit {
	if strings.Trim(s[:e.start], " “\"'‘(") == "" {
		e.with = text.Capitalised(e.with)
	}
	return e
}

// wordBefore returns the word that a space alone parts from byte i, and where
// it begins.
func wordBefore(s string, i int) (string, int) {
	head, spaced := strings.CutSuffix(s[:i], " ")
	if !spaced {
		return "", i
	}
	from := strings.LastIndexFunc(head, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) + 1
	return head[from:], from
}

// wordAfter returns the word, in small letters, that a space alone parts from
// byte i.
func wordAfter(s string, i int) string {
	rest, spaced := strings.CutPrefix(s[i:], " ")
	if !spaced {
		return ""
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) })
	if end < 0 {
		end = len(rest)
	}
	return strings.ToLower(rest[:end])
}

func possessive(rest string) int {
	for _, mark := range []string{"'s ", "’s "} {
		if strings.HasPrefix(rest, mark) {
			return len(mark) - 1
		}
	}
	return 0
}

// joined reports whether the time is part of a compound or of a count: "the
// Thursday-to-Sunday fair", "a week from Thursday".
func joined(s string, t text.Time) bool {
	before, after := s[:t.Start], s[t.End:]
	return strings.HasPrefix(after, "-") || strings.HasPrefix(after, "–") || strings.HasPrefix(after, "/") || strings.HasSuffix(before, "-") ||
		strings.HasSuffix(before, "–") || counted.MatchString(before[max(0, len(before)-15):]) || possessive(after) == 0 && (strings.HasPrefix(after, "'") || strings.HasPrefix(after, "’"))
}

// accounted ends on a verb with a "for" of its own: "was unaccounted for Thursday".
var accounted = regexp.MustCompile(`accounted for $`)

// counted ends within the last 15 bytes before a time.
var counted = regexp.MustCompile(`(?i)\b(?:weeks?|days?) (?:from|on|before|after) $`)

// series reports whether the time goes on with those just before it: "on
// Monday, Tuesday and Wednesday".
func series(s string, times []text.Time, i int, previous string) bool {
	if i == 0 {
		return false
	}
	switch gap := strings.TrimSpace(s[times[i-1].End:times[i].Start]); gap {
	case ",":
		rest := s[times[i].End:]
		return strings.HasPrefix(rest, " and ") || strings.HasPrefix(rest, " or ")
	case "and", "or", ", and", ", or":
		return gap != "" && previous != ""
	}
	return false
}

// follows reports whether the word after a weekday that stands by itself goes on
// with the sentence, and is no noun that the weekday describes.
func follows(s string, t text.Time, next string) bool {
	if following[next] || strings.HasSuffix(next, "ed") || strings.HasSuffix(next, "ing") {
		return true
	}
	r, _ := utf8.DecodeRuneInString(s[t.End+1:])
	return t.Start == 0 && unicode.IsUpper(r)
}

// counts reports whether a sentence may hold words that count from the day it
// was written: the rest need not be looked at closely.
func counts(s string) bool {
	together := false
	return text.AnyWord(s, func(w []byte) bool {
		switch string(w) {
		case "days", "night", "week", "now":
			together = true
		}
		return bytes.HasSuffix(w, []byte("day")) || counting[string(w)]
	}) || together && phrased.MatchString(s)
}

var (
	// counting words are such by themselves, phrased ones together.
	counting = text.WordSet("tonight tomorrow ago last this next past coming earlier later weekend same")
	phrased  = regexp.MustCompile(`(?i)\b(?:in \S+ days|that (?:night|week)|from now)\b`)
	// someDay is the day of something not told before.
	someDay = regexp.MustCompile(`\b[Aa] (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b`)
	// hanging words count from another time that the sentence should name.
	hanging = regexp.MustCompile(`(?i)\b(?:the (?:same|next|following|previous) (?:day|week|month|morning|afternoon|evening|night|year)|(?:that|the) (?:day|night|evening|morning|week) (?:before|after|earlier|later)|(?:\w+) (?:hours?|days?|weeks?|months?|years?) (?:earlier|later|before|after(?:wards)?)|that (?:day|night|week))\b(?:[.,;:!?)]|$| and | but | or )`)
)

// leaning reports whether a sentence counts from a day it does not name.
func leaning(s string, times []text.Time) bool {
	some, hangs := mayLean(s)
	if some && someDay.MatchString(s) {
		return true
	}
	if !hangs {
		return false
	}
	loc := hanging.FindStringIndex(s)
	if loc == nil {
		return false
	}
	for _, t := range times {
		if t.Start < loc[0] {
			return false
		}
	}
	return true
}

// mayLean reports whether someDay and hanging may find something, by pairs of words.
func mayLean(s string) (some, hangs bool) {
	article, pointer, unit := false, false, false // was the word before
	text.AnyWord(s, func(w []byte) bool {
		some = some || article && weekdays[string(w)]
		hangs = hangs || pointer && units[string(w)] || unit && orders[string(w)]
		article, pointer, unit = string(w) == "a", pointers[string(w)], units[string(w)]
		return some && hangs
	})
	return some, hangs
}

var (
	pointers = text.WordSet("same next following previous that")
	units    = text.WordSet("hour hours day days week weeks month months morning afternoon evening night year years")
	orders   = text.WordSet("earlier later before after afterward afterwards")

	determiners = text.WordSet("the his her their its our my your")
	governing   = text.WordSet(`on since by from until till before after for to through of between during following despite about around
		in over as against past pending except besides ahead beyond towards toward within versus`)
	// unsure words make the day another one, or none.
	unsure = text.WordSet("that every each any some same following previous first second third one another no next last most many all both either")
	// towards words go before what was yet to come when it was spoken of.
	towards = text.WordSet("for from before until till by to of")
	clausal = text.WordSet("that what if because whether but and when while until although though as")
	being   = text.WordSet("is was were are will would has had may might could brought marked saw")
	// finding verbs go on with what came out on a day: "a report released Thursday shows".
	finding = text.WordSet("shows says finds suggests includes accuses alleges reveals indicates describes")
	// following words go on with a sentence after a time.
	following = text.WordSet(`that to in at with for after before as when by against over about from during and or but while amid near because
		if into it he she they the a an his her their its outside between under despite without around is was were are will would
		has had have may might could on of said told met held took made came went left began saw won lost gave kept put set cut
		not also only who which where so than until since toward towards onto upon amid despite`)
)
