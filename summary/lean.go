package summary

import (
	"regexp"
	"strings"

	"github.com/storywire/storywire/text"
)

// leans reports whether s needs the sentence before it to be understood.
func leans(s string, words []string) bool {
	if len(words) < 2 {
		return true
	}
	if len(words) < 10 && !hasVerb(words) || pronouns[words[0]] || object[words[1]] || pointers[words[0]] && vague[words[1]] ||
		strings.HasPrefix(s, words[0]+",") && strings.HasSuffix(words[0], "ly") && demonstratives[words[1]] { // "Apparently, this reversal"
		return true
	}
	if points[words[len(words)-1]] && pronounOnly.MatchString(s) || strings.Contains(s, "he ") && subject.MatchString(s) || ordinal.MatchString(s) {
		return true
	}
	if pointsBack(s, words) {
		return true
	}
	for i, w := range words[1:] {
		if person[w] && says[strings.ToLower(words[i])] || says[w] && person[words[i]] {
			return speaker.MatchString(s)
		}
	}
	return false
}

// unnamed reports whether a sentence is about something that only the one before it
// names: "The crowd cheered", under a title without a crowd. What there is but one
// of needs no name.
func unnamed(s, title string) bool {
	if !strings.HasPrefix(s, "The ") {
		return false
	}
	m := theSubject.FindStringSubmatch(s)
	return m != nil && !institutions[m[1]] && !strings.Contains(strings.ToLower(title), strings.TrimSuffix(m[1], "s"))
}

var (
	theSubject = regexp.MustCompile(`^The (?:\p{Ll}+ )?(\p{Ll}+) (?:is|are|was|were|has|have|had|will|would|can|could|may|might|comes?|came|takes?|took|goes|went|begins?|began|follows|makes?|made|\p{Ll}{2,}ed)\b`)

	institutions = text.WordSet(`government president cabinet parliament police army navy military ministry minister court pope king queen senate house
		congress opposition council commission bank pentagon authorities city state country world public press media market markets
		economy dollar euro weather war pandemic virus internet sun moon party administration department agency company family`)
)

// pointsBack reports whether a word within s stands for something that only the
// sentence before it names: "Officials said they expected one", "Before that,
// officers are to meet", "Owners do not pay it on Sundays".
func pointsBack(s string, words []string) bool {
	last, verb := words[len(words)-1], words[len(words)-2]
	if proforms[last] && transitive[stem(verb)] && !indefinite.MatchString(s) || demonstratives[last] && (says[verb] || reporting[verb]) {
		return true
	}
	for i, w := range words[:max(0, len(words)-2)] {
		if !says[w] && !reporting[w] {
			continue
		}
		rest := words[i+1:]
		if len(rest) > 2 && rest[0] == "that" && demonstratives[rest[1]] {
			rest = rest[1:]
		}
		if rest[0] != "it" && demonstratives[rest[0]] && copulas[rest[1]] {
			return true
		}
	}
	if introductions[words[0]] && (thatDone.MatchString(s) || sinceThen.MatchString(s)) || counters[words[0]] && onceThen.MatchString(s) || afterThat.MatchString(s) {
		return true
	}
	if !strings.Contains(s, " it ") && !strings.Contains(s, " them ") {
		return false
	}
	m := objectOf.FindStringSubmatch(s)
	return m != nil && takesObject(m[2]) && len(determined.FindAllString(m[1], 2)) < 2 && !joined.MatchString(m[1])
}

// stem is a verb without the ending of its past or third person.
func stem(verb string) string {
	return strings.TrimSuffix(strings.TrimSuffix(verb, "ed"), "s")
}

// takesObject reports whether a word may be a verb with an object, other than one
// whose "it" means nothing: "made it clear".
func takesObject(w string) bool {
	return !formal[w] && (strings.HasSuffix(w, "ed") || verbs[w] && !copulas[w] || transitive[stem(w)])
}

var (
	introductions = text.WordSet("Before After Since Until Despite Besides Beyond Because For With By At In On Like Unlike Last Earlier Later Early Late")

	// thatDone opens a sentence with what the last one told.
	thatDone = regexp.MustCompile(`^(?:(?:Before|After|Since|Until|Despite|Besides|Beyond|Because of|For|With|By|At|In|Like|Unlike) (?:that|this|these|those|it|them),|(?:Before|After|Since|Until|Despite) (?:that|those) )`)

	// sinceThen is a pronoun behind a time and nothing else.
	sinceThen = regexp.MustCompile(`^(?:In|On|By|At|Last|Earlier|Later|Since|Until|Early|Late)\b(?:[ -](?:the|this|last|a|of|early|late|mid|same|day|morning|evening|afternoon|night|noon|midnight|week|weekend|month|year|end|start|beginning|spring|summer|autumn|winter|` +
		months + `|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|\d{1,4}))+,? (?:it|they|he|she|this|that) `)

	counters = text.WordSet("Moments Minutes Hours Days Weeks Months Years Afterward Afterwards Once It's It’s")

	// onceThen opens a sentence with a time that counts from the one before, or with
	// whom that names.
	onceThen = regexp.MustCompile(`^(?:(?:Moments|Minutes|Hours|Days|Weeks|Months|Years) (?:later|earlier|before|after), |Afterwards?,? |Once (?:he|she|they|it) |Once \p{Ll}+, (?:he|she|they|it) |It['’]s (?:now |also |still )?\p{Ll}+ing )`)

	// afterThat counts from what the last one told: "A week after that, ".
	afterThat = regexp.MustCompile(`^\p{L}+ (?:hours?|days?|weeks?|months?|years?) (?:after|before) (?:that|this|those),? `)

	// objectOf is what stands before an object that is but a pronoun, and its verb.
	objectOf   = regexp.MustCompile(`^([^,;:"“”—–()]{2,60}?) (\p{Ll}+) (?:it|them) (?:for|on|in|at|by|as|with|because|after|before|and|but|until|since|to|from|into|under|over|during|when|while|so|out|up|down|back|again|a|an|the|off|away|\d+)\b`)
	determined = regexp.MustCompile(`\b(?:[Tt]he|[Aa]n?|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[Oo]ur|[Tt]his|[Tt]hat|[Tt]wo|[Tt]hree)\b`)
	joined     = regexp.MustCompile(`\b(?:said|says?|told|and|or|that|who|which|whose|what|when|where|if|as|after|before|while|because|to|\p{Ll}+ing)\b`)
	indefinite = regexp.MustCompile(`\b(?:an?|no|any) \p{Ll}`)

	demonstratives = text.WordSet("that this these those it so")
	proforms       = text.WordSet("one ones none either neither")
	copulas        = text.WordSet("is are was were has have had will would can could may might must should did does do means meant")
	reporting      = text.WordSet("say believe believes believed think thinks thought hope hopes hoped fear fears feared deny denies denied reject rejects rejected confirm confirms confirmed dispute disputes disputed doubt doubts doubted knew know knows")
	formal         = text.WordSet("made make makes found find finds kept keep keeps put puts took take takes called call calls need needed")
	transitive     = text.WordSet(`expect want need have had ha see saw seek sought offer accept reach find found build built buy bought make made give gave get got take took
		pay sell sold bring brought hold held use read leave know knew beat reject support oppose join`)
)
