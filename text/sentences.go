package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"
)

// Sentences splits s into sentences, trimmed and none of them empty. The
// borders are those of UAX 29 less the ones after abbreviations, initials,
// German ordinals and quoted questions. A line break always ends a sentence.
func Sentences(s, lang string) []string {
	lang = base(lang)
	var out []string
	for line := range strings.FieldsFuncSeq(s, lineBreak) {
		out = appendSentences(out, line, lang)
	}
	return out
}

func lineBreak(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

// appendSentences splits one line. Each segment is looked at once, so that the
// work stays linear however many of them join.
func appendSentences(out []string, line, lang string) []string {
	start := 0
	it := sentences.FromString(line)
	for it.Next() {
		from, end := it.Start(), it.End()
		for n := gluedStop(line[from:end]); n > 0; n = gluedStop(line[from:end]) {
			from += n
			out = appendTrimmed(out, line[start:from])
			start = from
		}
		if !joins(line[from:end], line[end:min(end+lookAhead, len(line))], from == start, lang) {
			out = appendTrimmed(out, line[start:end])
			start = end
		}
	}
	return appendTrimmed(out, line[start:])
}

// lookAhead is how many bytes after a full stop are looked at to see whether
// the sentence goes on.
const lookAhead = 80

func appendTrimmed(out []string, s string) []string {
	if s = strings.TrimSpace(s); s != "" {
		out = append(out, s)
	}
	return out
}

// gluedStop returns where a sentence starts in s that follows its predecessor
// without a space, as careless markup leaves them ("He left.The talks"); -1 if
// there is none. Host names and code ("example.com", "Node.js") have a small
// letter there.
func gluedStop(s string) int {
	for i := 2; i+2 < len(s); i++ {
		if (s[i] == '.' || s[i] == '!' || s[i] == '?') && lower(s[i-1]) && lower(s[i-2]) &&
			s[i+1] >= 'A' && s[i+1] <= 'Z' && (lower(s[i+2]) || s[i+2] == ' ') {
			return i + 1
		}
	}
	return -1
}

func lower(c byte) bool { return c >= 'a' && c <= 'z' }

// joins reports whether the segment, whose end UAX 29 takes for that of a
// sentence, goes on with the rest of the line. Alone says that nothing of the
// sentence stands before it.
func joins(segment, rest string, alone bool, lang string) bool {
	before := strings.TrimSpace(segment)
	rest = strings.TrimSpace(rest)
	if rest == "" || !isWord(before) {
		return true
	}
	next := firstWord(rest)
	if next == "" || closing(rest) {
		return true
	}
	if r, _ := utf8.DecodeRuneInString(rest); unicode.IsLower(r) {
		return true // "Why now?" he asked
	}
	if !strings.HasSuffix(before, ".") {
		return false
	}
	last := before
	if i := strings.LastIndexFunc(before, unicode.IsSpace); i >= 0 {
		last = strings.TrimLeftFunc(before[i:], unicode.IsSpace)
	}
	last = strings.TrimLeft(last, "(\"'“„«‘[")
	return abbreviates(last, next, alone && len(last) == len(before), lang)
}

// closing reports whether s is only the end of a quotation or bracket.
func closing(s string) bool {
	return strings.Trim(s, ")]\"'”’»") == ""
}

// firstWord is the first word of s as written, "" if it has none.
func firstWord(s string) string {
	for t := range tokens(s) {
		return t.text
	}
	return ""
}

// abbreviates reports whether last, which ends in a full stop, is an
// abbreviation that the sentence goes on after with the word next. Alone says
// that nothing stands before last.
func abbreviates(last, next string, alone bool, lang string) bool {
	word := strings.ToLower(strings.TrimRight(last, "."))
	if strings.HasSuffix(last, "..") {
		return false
	}
	if digits(word) { // "3. Mai", "1. First item"
		return alone || lang == "de" && len(word) <= 2 && !startsSentence(next, lang)
	}
	if leadAbbreviations[word] {
		return true
	}
	if utf8.RuneCountInString(word) == 1 || initialism(word) || tailAbbreviations[word] {
		return goesOn(word, next, lang)
	}
	if calendarAbbreviations[word] {
		return digits(next)
	}
	return numberAbbreviations[word] && next[0] >= '0' && next[0] <= '9'
}

// goesOn decides after an abbreviation that may well end a sentence: a
// function word with a capital starts a new one.
func goesOn(word, next, lang string) bool {
	if word == "a.m" || word == "p.m" {
		return strings.ToUpper(next) == next || calendarWords[Fold(next)]
	}
	return !startsSentence(next, lang)
}

// startsSentence reports whether a word with a capital has it for its place.
func startsSentence(word, lang string) bool {
	return Stop(Fold(word), lang) && (len(word) > 1 || word == "A" || word == "I")
}

var (
	// leadAbbreviations never end a sentence.
	leadAbbreviations = WordSet(`mr mrs ms mx dr prof gen sen rep gov lt lieut col maj capt cpt cmdr cdr
		sgt cpl pvt adm rear-adm brig insp supt rev fr msgr hon pres amb atty st ste mt ft vs v viz cf
		e.g i.e approx messrs mme mmes mlle hr fr dipl ing bzw z.b d.h u.a sog bspw ggf evtl dt
		sr sra srta d dña excmo sig dott avv on dhr mevr drs reps sens govs gens profs`)
	// tailAbbreviations may end one.
	tailAbbreviations = WordSet(`inc corp co ltd llc plc bros jr sr etc al esq dept univ assn ave blvd
		rd tel est mass calif fla ill ind minn pa tex wash va ga conn colo ariz mich wis tenn okla
		ore usw ca str`)
	// calendarAbbreviations go on with a number.
	calendarAbbreviations = WordSet(`jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed
		thu thur thurs fri sat sun janv févr avr juil déc okt dez ene abr ago dic`)
	// numberAbbreviations too, but are words or endings otherwise.
	numberAbbreviations = WordSet(`no nos nr art fig sec para abs vol pp p ch bd núm cap approx c`)
)
