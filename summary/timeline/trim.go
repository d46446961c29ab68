package timeline

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/storywire/storywire/text"
)

var (
	leadIn      = regexp.MustCompile(`^(?:(?:But|And) (?:\p{L}|\d)|(?:But|And|Yet|Still|So|Or|Meanwhile|However|Separately|Additionally|Moreover|Furthermore|Nevertheless|Nonetheless|Instead|Also|In addition|On the other hand|At the same time|For (?:his|her|its|their) part|As expected|In the meantime|Before that|After that|Despite that|Earlier|Later)(?:,\s+| (?:(?:in|on) \p{Lu}|the |a |\p{Lu})))`)
	parenthesis = regexp.MustCompile(` \([^()]{1,80}\)`)
	unspaced    = regexp.MustCompile(`\)(\p{L})`)
	attribution = regexp.MustCompile(`^, (?:(?:according to )(?:the )?(?:\p{L}+ ){0,3}(?:officials|police|authorities|ministry|reports|media|agency|statement)|(?:the )?(?:\p{L}+ ){0,3}(?:officials|police|authorities|ministry|reports|media|agency|office|government|sources|company|spokesman|spokeswoman|spokesperson|White House|Kremlin|Pentagon) (?:said|says|reported|announced|confirmed)(?: in a statement)?)\.$`)
	adverbial   = regexp.MustCompile(`(?i)^(?:today|tonight|yesterday|tomorrow|(?:last|this|next) \p{L}+|.+ ago)$`)
	dayPart     = regexp.MustCompile(`(?i)\b(?:morning|noon|afternoon|evening|night|midnight)\b`)
	border      = regexp.MustCompile(`(?:, (?:which|who|whose|while|as|after|with|where|although|though|but|adding|saying|because|amid|since|when|leaving|making|bringing|including|according|even|despite|following|calling|citing|raising|and (?:said|will|would|that|has|have|is|was|called|told|warned|added|urged))|;| –| —| --) `)
)

// trim shortens an English sentence whose date is shown beside it. It only
// takes away, so that every word left is the source's.
func trim(sentence string, main *tag, lang string) string {
	s := sentence
	if text.English(lang) {
		s = withoutDate(s, main)
		s = withoutLeadIn(s)
		if strings.Contains(s, ")") {
			s = parenthesis.ReplaceAllString(unspaced.ReplaceAllString(s, ") $1"), "")
		}
		if at := strings.LastIndex(s, ", "); at >= 0 && utf8.RuneCountInString(s[:at]) >= 59 && !text.HasAny(s, `"“`) && attribution.MatchString(s[at:]) {
			s = s[:at] + "."
		}
	}
	if utf8.RuneCountInString(s) > wantedLine {
		s = shorten(s, lang)
	}
	return finish(s)
}

func withoutLeadIn(s string) string {
	loc := leadIn.FindStringIndex(s)
	if loc == nil {
		return s
	}
	lead := s[:loc[1]]
	if i := strings.IndexByte(lead, ','); i >= 0 {
		return text.Capitalised(s[loc[1]:])
	}
	word, _, _ := strings.Cut(s, " ")
	if word == "Earlier" || word == "Later" {
		return s
	}
	return text.Capitalised(strings.TrimPrefix(s, word+" "))
}

// withoutDate takes away "on Tuesday" and its like where the date shown says
// the same and nothing else hangs on the words.
func withoutDate(s string, main *tag) string {
	if main == nil || main.aside || main.Start > main.End || main.End > len(s) || dayPart.MatchString(s[main.Start:main.End]) {
		return s // the hour is news
	}
	after := s[main.End:]
	if rest := stampEnd.FindStringSubmatch(after); main.Start == 0 && rest != nil {
		return text.Capitalised(rest[1]) // "April 28 - The Coast Guard"
	}
	start := leadStart(s, main.Start)
	on := strings.Contains(strings.ToLower(s[start:main.Start]), "on ")
	if s[:start] == "Also " {
		start = 0
	}
	rest, comma := strings.CutPrefix(after, ", ")
	switch {
	case !on && !(start == 0 && comma && !main.Explicit) && !adverbial.MatchString(s[main.Start:main.End]): // which stands without "on"
		return s
	case start == 0 && (comma || opening[strings.ToLower(firstField(rest))]):
		return text.Capitalised(strings.TrimLeft(rest, " "))
	case start == 0:
		return s
	}
	before := strings.TrimRight(s[:start], " ")
	if comma && before == "Speaking" {
		return text.Capitalised(rest)
	}
	if short, ok := closed(before, after); ok {
		return short
	}
	return s
}

// leadStart is where the words begin that lead to a time at byte i: "late on ".
func leadStart(s string, i int) int {
	for _, word := range []string{"on ", "On ", "late ", "Late ", "early ", "Early ", "later ", "Later ", "earlier ", "Earlier "} {
		if strings.HasSuffix(s[:i], word) && (i == len(word) || s[i-len(word)-1] == ' ') {
			i -= len(word)
		}
	}
	return i
}

// closed puts together what stands before and after a date, unless one of them hangs
// on it.
func closed(before, after string) (s string, ok bool) {
	lastWord := strings.ToLower(before[strings.LastIndexByte(before, ' ')+1:])
	if strings.HasPrefix(after, ",") && saying[lastWord] {
		return "", false // "officials said on Friday, the dam" says that the dam does
	}
	if modifier(before) || compares(before) || leaning[lastWord] || strings.HasPrefix(after, ", when ") || text.Possessive(lastWord) {
		return "", false
	}
	next := strings.ToLower(strings.Trim(firstField(after), ".,;:"))
	switch {
	case after == "" || strings.IndexByte(".,;", after[0]) >= 0:
		if words := strings.Fields(strings.ToLower(before)); onlyParticiple[lastWord] && !helped(words, len(words)-1) {
			return "", false // "the picture taken on May 4"
		}
		if strings.HasPrefix(after, ",") && participle(lastWord) && opens.MatchString(before) {
			return "", false // "In a survey released on Friday, Lind led"
		}
		if clause := strings.Fields(before[strings.LastIndexByte(before, ',')+1:]); len(clause) < 3 && participle(firstOf(clause)) {
			return "", false // ", founded in May, "
		}
		if head, comma := strings.CutSuffix(before, ","); comma {
			return strings.TrimSuffix(head, ",") + strings.TrimPrefix(after, ","), true // ", on Tuesday, " leaves no pause
		}
		return before + after, true
	case participle(lastWord) && (pastVerbs[next] || willVerbs[next] || participle(next)):
		return "", false // "data unveiled on Monday revealed"
	}
	return before + after, strings.HasPrefix(after, " ") && (following[next] || pastVerbs[next] || willVerbs[next] || participle(next))
}

// stampEnd parts a date that stands for itself from the sentence.
var stampEnd = regexp.MustCompile(`^ ?(?:-|--|–|—|:) (\p{Lu}.*)$`)

var opens = regexp.MustCompile(`^(?:In|At|According to|Under|With|By|From|During) [^,]*$`)

var saying = text.WordSet("said says announced reported added warned noted confirmed")

// compares reports whether comparing ends the words.
func compares(before string) bool {
	return slices.ContainsFunc(comparisons, func(w string) bool { return strings.Contains(before, w) }) && comparing.MatchString(before)
}

// comparisons are in every comparing.
var comparisons = []string{"compared", "than", "versus", "against", "from ", " last "}

// comparing stands before a time that tells what something is compared with, or
// when it was so last.
var comparing = regexp.MustCompile(`\b(?:compared (?:with|to)|than|versus|against|from (?:just |only |about )?[$€£]?\d)[^,;]{0,40}$|\b(?:was|were|had|has) last \p{Ll}|\blast (?:\p{Ll}{3,}ed|saw|met|went|spoke|won|held|fell|rose) `)

// modifier reports whether the last word is a participle that only tells which
// one is meant, so that the time after it belongs to that: "according to data
// released". The clause has had its verb.
func modifier(before string) bool {
	words := outsideQuotes(before)
	last := len(words) - 1
	if !participle(at(words, last)) || auxiliaries[at(words, last-1)] || auxiliaries[at(words, last-2)] && words[last-2] != "to" {
		return false
	}
	for i := last - 1; i > 0; i-- {
		if joins[words[i]] {
			return false
		}
		if tenseOf(words[i-1:i+1]) != noVerb {
			return true
		}
	}
	return false
}

// joins are words that begin a clause with a verb of its own.
var joins = text.WordSet(`and but or who which that when where while after before as because since until if said says`)

func firstOf(words []string) string { return strings.ToLower(at(words, 0)) }

func firstField(s string) string {
	s = strings.TrimLeft(s, " ")
	if i := strings.IndexByte(s, ' '); i >= 0 {
		return s[:i]
	}
	return s
}

var (
	// onlyParticiple words are no past tense of their own.
	onlyParticiple = text.WordSet(`taken seen given known drawn written driven chosen shown broken spoken born done`)
	// leaning words need the date after them.
	leaning = text.WordSet(`of for from until till by to since between and or this next last after before a the than is was were be
		same period as planned scheduled set due expected except only just last except, both either not but`)
	// opening words begin a sentence after its date.
	opening = text.WordSet(`the a an his her their its two three four five six seven eight nine ten dozens hundreds thousands
		more several many some police officials`)
	// following words go on with the sentence after a date that may be missing.
	following = text.WordSet(`that to in at with for after before as when by against over about from during and but while amid near
		following because if into it he she they the a an his her their its outside between under despite without
		near around aboard there`)
)

// shorten cuts a long sentence at the last border of clauses that leaves a
// whole one.
func shorten(s, lang string) string {
	at := border
	if !text.English(lang) {
		at = semicolon
	}
	for _, head := range heads(s, at) {
		if utf8.RuneCountInString(head) <= wantedLine {
			return head + "."
		}
	}
	return s
}

var semicolon = regexp.MustCompile(`;`)

// heads returns the whole clauses that s can be cut to at a border, the longest
// first, without a full stop.
func heads(s string, border *regexp.Regexp) []string {
	var out []string
	for _, loc := range slices.Backward(border.FindAllStringIndex(s, -1)) {
		head := s[:loc[0]]
		words := outsideQuotes(head)
		if !wholeHead(head, s[loc[0]:]) {
			continue
		}
		if utf8.RuneCountInString(head) >= 60 && balanced(head) && !endsLeaning(head) &&
			(border == semicolon || tenseOf(words) != noVerb && !insideRelative(head) && !onlyLead(head)) {
			out = append(out, head)
		}
	}
	return out
}

// wholeHead reports whether a head is left whole by the cut before rest: what somebody
// said has a verb, what is given its gift, and a noun that may be any the clause that
// tells which.
func wholeHead(head, rest string) bool {
	if at := strings.LastIndex(head, " that "); at >= 0 {
		words := outsideQuotes(head[at+1:])
		if tenseOf(words) == noVerb {
			return false // "noted that the law of 1965"
		}
	}
	if given.MatchString(head) && withRest.MatchString(rest) {
		return false // "presented the envoy[, with a plan]"
	}
	if at := dashed.FindStringIndex(rest); at != nil && at[0] == 0 {
		return false // "said the mayor[ – who is ill – should go]"
	}
	return !text.Bare(head)
}

var (
	given    = regexp.MustCompile(`\b(?:present|provid|charg|confront|supply|suppli|replac|compar|credit|task|arm|flood|entrust|reward|equip|serv|fac|meet|met|agree)(?:ed|d|s|es|ing)? [^;]*$`)
	withRest = regexp.MustCompile(`^, with\b`)
)

// onlyLead reports whether head is no more than the phrase before the main
// clause: "Amid a scare over oil found on the beaches".
func onlyLead(head string) bool {
	if !leadWord.MatchString(head) {
		return false
	}
	_, rest, _ := strings.Cut(head, ", ")
	words := outsideQuotes(rest)
	return tenseOf(append([]string{""}, words...)) == noVerb
}

var leadWord = regexp.MustCompile(`^(?:Amid|Amidst|With|Without|Despite|Besides|Because|As|After|Before|When|While|Although|Though|If|Since|Until|Once|Instead|Under|During|Following|According)\b`)

func endsLeaning(head string) bool {
	last := strings.ToLower(head[strings.LastIndexByte(head, ' ')+1:])
	return leaning[last] || willVerbs[last] || imaginedVerbs[last]
}

var relative = regexp.MustCompile(`, (?:who|which|whose|where|when|after|as|while|although|though|if|because|despite)\b[^,]*$`)

// insideRelative reports whether the only verb of head is in a clause that
// hangs on a name: "Witkoff, who led the talks".
func insideRelative(head string) bool {
	loc := relative.FindStringIndex(head)
	if loc == nil {
		return false
	}
	words := outsideQuotes(head[:loc[0]])
	return tenseOf(words) == noVerb
}

// finish gives a line its capital and full stop.
func finish(s string) string {
	s = strings.TrimSpace(s)
	s = strings.ReplaceAll(strings.ReplaceAll(s, " ,", ","), ";,", ";")
	for _, quote := range []string{`"`, "”", "’"} {
		if strings.HasSuffix(s, "."+quote) || strings.HasSuffix(s, "!"+quote) || strings.HasSuffix(s, ","+quote) {
			s = s[:len(s)-len(quote)-1] + quote
		}
	}
	s = strings.TrimRight(s, ".!,;: ")
	return text.Capitalised(s) + "."
}
