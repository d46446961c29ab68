package timeline

import (
	"regexp"
	"slices"
	"strings"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

// tag is a time expression in a sentence.
type tag struct {
	text.Time
	aside bool // names the time of something the sentence only refers to
}

func (t tag) date() date { return date{t.Date, t.Precision} }

func readTags(s *text.Sentence) []tag {
	sentence, times := s.Text, s.Times()
	out := make([]tag, 0, len(times))
	for _, t := range times {
		out = append(out, tag{Time: t, aside: refersTo(sentence, t, s.Lang) || quotes(sentence) && quotedBytes(sentence)[t.Start]})
	}
	if len(out) == 1 && out[0].aside && out[0].Date.Equal(dayOf(s.Published)) && actors.MatchString(sentence[:out[0].Start]) {
		out[0].aside = false
	}
	return out
}

// elsewhere reports whether a month or year between these words is that of what the
// sentence only refers to: "his 2007 order", "the largest since the flood in March",
// "slower than in April", "asked for a court after the old one fell in May".
func elsewhere(before []string, rest string, t text.Time) bool {
	if len(before) < 2 {
		return false
	}
	last := before[len(before)-1]
	if attributive.MatchString(rest) && (owning[last] || text.Possessive(last)) {
		return !(t.Precision == news.Month && (before[len(before)-2] == "in" || before[len(before)-2] == "at"))
	}
	if last != "in" && last != "of" && last != "at" && last != "the" { // "at the end of May"
		return false
	}
	if at(before, len(before)-2) == "than" {
		return true
	}
	for i := len(before) - 2; i > 0 && !strings.HasSuffix(before[i], ","); i-- {
		if before[i] == "since" {
			return true
		}
		if before[i] == "after" {
			return slices.ContainsFunc(before[i:], func(w string) bool { return pastVerbs[w] || participle(w) })
		}
	}
	return false
}

var (
	owning = text.WordSet(`the a an his her its their our whose`)
	// attributive is a time that only tells which one is meant: "2007 order".
	attributive = regexp.MustCompile(`^(?:\p{Lu}\S* )?(?:\p{Lu}\p{Ll}+|\d{4}) \p{L}`)
)

// actors begins a sentence on those who act in it: what they did today to be
// named so is part of the news ("Firemen who got aboard on Friday found").
var actors = regexp.MustCompile(`^(?:The )?(?:\p{L}+ ){1,3}who [^,;:]+$`)

// refersTo reports whether the time stands in a phrase that only refers to
// another event or bounds a stretch of time: "after Tuesday's talks", "since
// March", "called Monday's session useful".
func refersTo(sentence string, t text.Time, lang string) bool {
	if !text.English(lang) {
		return false
	}
	before := strings.Fields(strings.ToLower(sentence[:t.Start]))
	if t.Precision != news.Day && elsewhere(before, sentence[t.Start:], t) {
		return true
	}
	if inRelative(before) || inBound(before) || inApposition(sentence, t) || len(before) > 0 && bounding[before[0]] && !strings.Contains(sentence[:t.Start], ",") {
		return true
	}
	if text.HasWord(sentence[:t.Start], measures) && (against.MatchString(sentence[:t.Start]) || matter.MatchString(sentence[:t.Start])) || governs(before) || reduced.MatchString(sentence[:t.Start]) || counted.MatchString(sentence[t.Start:t.End]) || tellsApart(sentence, t) {
		return true
	}
	if rest := sentence[t.End:]; strings.HasPrefix(rest, "'s") || strings.HasPrefix(rest, "’s") ||
		strings.HasSuffix(sentence[t.Start:t.End], "s") && text.Possessive(sentence[t.Start:t.End]) {
		return len(before) > 0 && !holding[before[len(before)-1]]
	}
	return false
}

// against ends on what something is measured by, or on the end of a span: "a rise from
// the 180 counted in", "between 1992 and".
var against = regexp.MustCompile(`\b(?:increase|rise|gain|jump|drop|fall|decline|decrease|up|down|change) (?:from|over|on) (?:[^,;]|\d,\d){0,60}\b(?:in|on) $|\bfrom [$£€]?\d[\d.,]*(?:%| percent| per cent| million| billion)? in $|\bbetween [^,;]{1,30} and $|\bfrom \d{4} to $`)

// matter ends on the time of what somebody is sued or blamed for: "sued the mayor over
// his speeches on".
var matter = regexp.MustCompile(`\b(?:sued|sues|suing|charged|accused|blamed|criticised|criticized|condemned|apologised|apologized|praised|attacked|investigated) [^,;]*\b(?:over|about|for) (?:his|her|their|its) [^,;]*\b(?:on|in) $`)

// measures are words without which against and matter find nothing.
var measures = text.WordSet(`increase rise gain jump drop fall decline decrease up down change between from sued sues suing charged accused blamed
	criticised criticized condemned apologised apologized praised attacked investigated`)

// reduced ends inside a clause without its "which was": ", agreed in Tidewell on".
var reduced = regexp.MustCompile(`, (?:\p{Ll}{3,}ed|held|taken|set|made|struck|begun|won|signed|built)(?: (?:in|at|by|off|near|to) \p{L}+(?: \p{Lu}\p{L}+)*)? (?:on )?$`)

var (
	// counted times lean on the one before them: "two days later".
	counted = regexp.MustCompile(`(?i)\b(?:later|earlier|afterwards)$|^(?:same|next|following|previous) day$`)
	// describes ends inside words that only tell which one is meant, if the
	// sentence's own verb goesOn after the time: "the sailors killed on ... are".
	describes = regexp.MustCompile(`\p{L} (?:\p{Ll}{3,}ed|held|taken|set|made|struck|won|signed|built|shot|born|found|lost|hurt) (?:(?:in|at|by|off|near|to) \p{L}+(?: \p{Lu}\p{L}+)* )?(?:on |in )?$`)
	// within ends inside a clause: "those who died when the ferry sank on".
	within = regexp.MustCompile(`\bwhen [^,;]*$`)
	goesOn = regexp.MustCompile(`^,? (?:is|are|was|were|has|have|had|will|would|can|could|may|might|said|told|remains?)\b`)
)

// tellsApart reports whether a time only belongs to words that tell which one is
// meant.
func tellsApart(sentence string, t text.Time) bool {
	return goesOn.MatchString(sentence[t.End:]) && (describes.MatchString(sentence[:t.Start]) || within.MatchString(sentence[:t.Start]))
}

// inRelative reports whether the words end inside a relative clause: after
// "who" there has been one verb at most.
func inRelative(before []string) bool {
	verbs := 0
	for i := len(before) - 1; i >= 0 && !strings.HasSuffix(before[i], ","); i-- {
		next := at(before, i+1)
		if before[i] == "when" && !strings.HasSuffix(at(before, i-1), ",") {
			return false // both at once: "died when fire broke out on Thursday"
		}
		if relatives[before[i]] || before[i] == "that" && (pastVerbs[next] || participle(next) || tellsWhich(before, i)) {
			return verbs < 2
		}
		if (pastVerbs[before[i]] || participle(before[i]) || willVerbs[before[i]]) && !helped(before, i) {
			verbs++
		}
	}
	return false
}

// inBound reports whether the words end inside a clause that only bounds the
// main one: "there has been no incident since the truce began on".
func inBound(before []string) bool {
	verb := false
	for i := len(before) - 1; i > 0 && !strings.HasSuffix(before[i], ","); i-- {
		switch {
		case before[i] == "since" || before[i] == "until" || before[i] == "before":
			return verb
		case pastVerbs[before[i]] || participle(before[i]) || lastingVerbs[before[i]]:
			verb = true
		}
	}
	return false
}

// inApposition reports whether a time belongs to what is said of the subject
// between commas: "Lind, the mayor elected on Friday, said".
func inApposition(sentence string, t text.Time) bool {
	subject, inside, _ := strings.Cut(sentence[:t.Start], ", ")
	_, rest, ok := strings.Cut(sentence[t.End:], ", ")
	if !ok || strings.Contains(inside, ",") || !articles[firstOf(strings.Fields(inside))] || mainTense(subject) != noVerb {
		return false
	}
	verb := strings.Fields(rest)
	return tenseOf([]string{"", firstOf(verb)}) != noVerb
}

var articles = text.WordSet(`a an the one his her its their`)

// tellsWhich reports whether the "that" at i follows the noun it tells of: "the
// service that Corvania left", not "told reporters that Corvania left".
func tellsWhich(before []string, i int) bool {
	noun, article := at(before, i-1), at(before, i-2)
	return noun == "one" || noun == "ones" || (article == "the" || article == "a" || article == "an") && !contents[noun]
}

// contents are nouns whose "that" tells what they say.
var contents = text.WordSet(`fact claim claims report reports news statement view idea belief impression allegation allegations
	suggestion condition grounds rumours rumors evidence warning day time`)

// governs reports whether the last of the words before a time make it the
// bound or reference of something else.
func governs(before []string) bool {
	for i := len(before) - 1; i >= 0; i-- {
		if !timeWords[before[i]] {
			return referring[before[i]]
		}
	}
	return false
}

var (
	referring = text.WordSet(`after following since before until till by from despite amid between through besides than
		follows followed preceded past expires deadline of to or`)
	// bounding words begin a sentence with what went before its own event.
	bounding  = text.WordSet(`after since following before until`)
	timeWords = text.WordSet(`the late early last next this that mid on`)
	relatives = text.WordSet(`who whom whose which when where`)
	// holding words stand before "Tuesday's talks" where the sentence tells
	// what happened there.
	holding = text.WordSet(`at in during on`)
)

// quotedBytes marks the bytes of s within double quotation marks.
func quotedBytes(s string) []bool {
	out := make([]bool, len(s)+1)
	in := false
	for i, r := range s {
		switch r {
		case '"':
			in = !in
		case '„':
			in = true
		case '“':
			in = !in // closes what „ opened
		case '”':
			in = false
		}
		out[i] = in
		for j := i + 1; j < min(len(s), i+4) && s[j]&0xC0 == 0x80; j++ {
			out[j] = in
		}
	}
	return out
}
