// Package dates puts dates in the place of words that count from the day they
// were written: "on Thursday" reads "on March 19" wherever the sentence is shown.
// What cannot be said so in good English is left, and told.
package dates

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

// Reader is what a reader knows who meets the sentence.
type Reader struct {
	Year int // taken for granted; dates of other years name theirs
	// Knows reports whether the reader is told of a time already; nil for no.
	Knows func(text.Time) bool
}

// Put returns an English sentence with dates for its day words, resolved
// against the time it was published. Clear is false if a word is left that
// misleads whoever does not know that time. Quotations are never changed.
// Sentences of other languages, and those without a time of publication, come
// back as they are and count as clear.
func Put(s *text.Sentence, to Reader) (dated string, clear bool) {
	sentence := s.Text
	if s.Published.IsZero() || !text.English(s.Lang) || !counts(sentence) {
		return sentence, true
	}
	times := s.Times()
	clear = !leaning(sentence, times)
	out := sentence
	for i, t := range slices.Backward(times) {
		if to.Knows != nil && to.Knows(t) {
			continue
		}
		p, relative := phraseOf(sentence[t.Start:t.End], t, to.Year)
		p.past = weekdays[firstWeekday(sentence[t.Start:t.End])] && t.Date.Before(s.Published.Truncate(24*time.Hour))
		if relative && p.past && !lookingBack(sentence, t) {
			clear = false
			continue
		}
		switch {
		case !relative:
			continue
		case p.noun == "" || quoting(sentence[:t.Start]):
			clear = false
			continue
		}
		e, ok := place(sentence, times, i, p)
		if !ok {
			clear = false
			continue
		}
		out = out[:e.start] + e.with + out[e.end:]
	}
	return out, clear
}

// phrase is how a date is said.
type phrase struct {
	preposition string // where it stands by itself: "on", "in"
	noun        string // "March 19", "the morning of March 19"; "" if there is none
	attribute   string // before another noun: "March 19"; "" if it cannot stand there
	weekday     bool   // was said by the name of a weekday alone
	past        bool   // names a weekday that was taken for the last one, not the next
	loose       bool   // may also mean the times we live in: "today"
}

// phraseOf says the date of a time expression; relative is false if the
// expression names its date itself.
func phraseOf(said string, t text.Time, year int) (p phrase, relative bool) {
	words := strings.Fields(strings.ToLower(said))
	shifted := len(words) > 1 && shifts[words[0]]
	if shifted {
		words = words[1:]
	}
	last := words[len(words)-1]
	switch {
	case months[last] && shifted:
		return during(monthName(t.Date, year)), true
	case t.Explicit:
		return phrase{}, false
	case t.Precision == news.Day:
		return phraseOfDay(words, last, t.Date, year), true
	case last == "week" && shifted:
		return phrase{preposition: "in", noun: "the week of " + day(t.Date, year)}, true
	case last == "weekend" && len(words) == 1 && shifted:
		return phrase{preposition: "on", noun: "the weekend of " + day(t.Date, year)}, true
	case last == "weekend":
		return phrase{noun: "weekend of " + day(t.Date, year), attribute: "weekend of " + day(t.Date, year)}, true
	case last == "month" && shifted:
		return during(monthName(t.Date, year)), true
	case last == "year" && shifted && t.Precision == news.Year:
		return during(strconv.Itoa(t.Date.Year())), true
	case t.Precision == news.Part:
		return phrase{preposition: "in", noun: strings.ToLower(t.Label)}, true
	}
	return phrase{}, true
}

func phraseOfDay(words []string, last string, date time.Time, year int) phrase {
	d := day(date, year)
	p := phrase{preposition: "on", noun: d, attribute: d, weekday: len(words) == 1 && weekdays[last], loose: last == "today"}
	switch {
	case p.weekday, len(words) == 1 && dayWords[last]:
		return p
	case len(words) == 3 && parts[last] != "" && (words[0] == "late" || words[0] == "early"):
		return phrase{preposition: words[0] + " on", noun: "the " + parts[last] + " of " + d}
	case len(words) <= 2 && parts[last] != "":
		return phrase{preposition: "on", noun: "the " + parts[last] + " of " + d}
	case len(words) == 2 && weekdays[last] && (words[0] == "late" || words[0] == "early"):
		return phrase{preposition: words[0] + " on", noun: d}
	case len(words) == 2 && weekdays[words[0]] && last == "week", last == "ago" && strings.HasPrefix(words[1], "day"), last == "now":
		return phrase{preposition: "on", noun: d}
	case len(words) == 2 && strings.HasPrefix(last, "day"):
		return phrase{preposition: "in days", noun: d} // "in three days"
	}
	return phrase{}
}

// firstWeekday is the first word of a time, "last" and its like aside.
func firstWeekday(said string) string {
	for w := range strings.FieldsSeq(strings.ToLower(said)) {
		if !shifts[w] {
			return w
		}
	}
	return ""
}

// lookingBack reports whether the sentence bears out that a weekday is the last
// one: "leaves on Tuesday" means the next.
func lookingBack(s string, t text.Time) bool {
	previous, _ := wordBefore(s, t.Start)
	previous = strings.ToLower(previous)
	left := s[strings.LastIndexAny(s[:t.Start], ",;:(")+1 : t.Start]
	if len(strings.Fields(left)) < 3 { // between commas, or at the start
		left = s[strings.LastIndexAny(s[:t.Start], ";:(")+1 : t.Start]
	}
	if (strings.Contains(left, "wi") || strings.Contains(left, "wo") || strings.Contains(left, "shall")) && willForm.MatchString(left) {
		return false
	}
	right := s[t.End:]
	if i := strings.IndexAny(right, ",;:"); i >= 0 && len(strings.Fields(left)) > 1 {
		right = right[:i] // the same clause
	}
	return pastForm.MatchString(left) || pastForm.MatchString(right) || previous == "since" || previous == "after" || previous == "following" || shifts[strings.ToLower(strings.Fields(s[t.Start:t.End])[0])]
}

var willForm = regexp.MustCompile(`\b(?:will|won.t|shall)\b`)

var pastForm = regexp.MustCompile(`\b(?:\p{Ll}{2,}ed|was|were|had|been|said|told|met|held|won|lost|made|took|gave|went|came|left|began|led|sent|got|ran|rose|fell|grew|saw|kept|paid|shot|broke|struck|fought|drew|drove|stood|spoke|wrote|found|sank|blew|became|thought|brought|bought|sold|caught|built|spent|knew)\b`)

func during(noun string) phrase { return phrase{preposition: "in", noun: noun, attribute: noun} }

func day(d time.Time, year int) string {
	if d.Year() != year {
		return d.Format("January 2, 2006")
	}
	return d.Format("January 2")
}

func monthName(d time.Time, year int) string {
	if d.Year() != year {
		return d.Format("January 2006")
	}
	return d.Format("January")
}

// quoting reports whether a quotation that these words open goes on.
func quoting(before string) bool {
	return strings.Count(before, "“") > strings.Count(before, "”") || strings.Count(before, `"`)%2 == 1
}

var (
	shifts   = text.WordSet("last this next past coming")
	weekdays = text.WordSet("monday tuesday wednesday thursday friday saturday sunday")
	dayWords = text.WordSet("today yesterday tomorrow")
	months   = text.WordSet("january february march april may june july august september october november december")
	parts    = map[string]string{"morning": "morning", "afternoon": "afternoon", "evening": "evening", "night": "night", "tonight": "evening"}
)
