package timeline

import (
	"regexp"
	"strings"

	"github.com/storywire/storywire/text"
)

// tense is what the first finite verb of a sentence tells.
type tense int

const (
	noVerb      tense = iota
	past              // "met", "was killed": news of a day
	reporting         // "says": news of the day it is written
	lasting           // "is", "has", "had been": background
	perfect           // "has said": news, of no day of its own
	yetToCome         // "will", "is to"
	imagined          // "would", "could": neither
	descriptive       // "was large": past, but no event
)

var (
	pastVerbs = text.WordSet(`was were did said told met held began came went left took gave made saw found won lost led kept put set
		cut hit sent spent built bought brought thought taught caught sold fell rose grew knew flew drew threw blew broke
		chose drove froze spoke stole swore tore woke wore wrote rode shook sank sang shot struck stuck swept swung
		became ran got forgot fled fed fought felt dealt lent meant paid laid lay read shut slid stood understood
		withdrew overthrew undertook withheld upheld beat bid burst cast hurt let quit rid split spread thrust upset
		underwent oversaw sought heard hung kept slept wept rebuilt resent retook arose bore bound bent bit clung dug
		drank ate hid leapt lit shone shrank spun sprang stung strode strove swam wound rang tied died lied sued freed`)
	sayingVerbs = text.WordSet(`says tells warns urges calls announces confirms denies accuses vows pledges insists claims reports
		rejects approves signs meets visits arrives launches wins loses kills dies orders votes`)
	lastingVerbs   = text.WordSet(`is are has have had does do remains seems appears means shows includes contains faces needs hopes expects believes thinks knows lacks depends highlights suggests stems involves am isn't aren't hasn't haven't hadn't`)
	imaginedVerbs  = text.WordSet(`would could should might may must can can't couldn't wouldn't shouldn't cannot ought`)
	willVerbs      = text.WordSet(`will shall won't`)
	monthBefore    = text.WordSet(`in on of early mid late by last this next since until from of through between`)
	habitual       = text.WordSet(`usually often regularly always every typically traditionally annually frequently routinely normally generally`)
	determiners    = text.WordSet(`the a an his her its their our my your this that these those no any some of in with for and by more most newly so-called`)
	participleLike = text.WordSet(`united so-called unprecedented hundred indeed need speed seed breed feed exceed proceed succeed red bed wed led shed sped
		alleged supposed sacred naked wicked rugged kindred concerned talented detailed limited armed unarmed occupied based advanced continued
		proposed planned scheduled expected increased related interested aged disputed hundreds`)
)

// unquoted is s with its quoted parts blanked.
func unquoted(s string) string {
	if !quotes(s) {
		return s
	}
	quoted := quotedBytes(s)
	b := []byte(s)
	for i := range b {
		if quoted[i] {
			b[i] = ' '
		}
	}
	return string(b)
}

// quotes reports whether s has a double quotation mark.
func quotes(s string) bool { return text.HasAny(s, "\"“”„") }

// outsideQuotes returns the lower-case words of s that are not quoted.
func outsideQuotes(s string) []string {
	words := text.Words(unquoted(s))
	for i, w := range words {
		words[i] = strings.ToLower(strings.ReplaceAll(w, "’", "'"))
	}
	return words
}

// tenseAt is the tense of the verb that a time at byte i of an English sentence
// goes with: the last finite verb before it, or the first after it.
func tenseAt(sentence string, i int) tense {
	words := outsideQuotes(sentence[:i])
	for from := len(words) - 1; from >= 0; from-- {
		if helped(words, from) {
			continue
		}
		// A verb must not be cut from the word that tells what it is.
		if t := tenseOf(words[max(0, from-1):]); t != noVerb {
			return t
		}
	}
	return mainTense(sentence)
}

// helped reports whether word i is a participle that an auxiliary before it
// makes a tense of: "will stay closed".
func helped(words []string, i int) bool {
	if !participle(words[i]) {
		return false
	}
	for _, w := range words[max(0, i-3):i] {
		if willVerbs[w] || imaginedVerbs[w] || auxiliaries[w] {
			return true
		}
	}
	return false
}

var auxiliaries = text.WordSet(`be been being is are was were has have had to get stay remain keep`)

// mainTense is the tense of the first finite verb of an English sentence.
func mainTense(sentence string) tense {
	words := outsideQuotes(sentence)
	return tenseOf(words)
}

// tenseOf finds the first finite verb among the words of an English sentence.
// It knows no grammar: it looks at forms and at what stands before them.
func tenseOf(words []string) tense {
	for i, w := range words {
		before, after := at(words, i-1), at(words, i+1)
		switch {
		case i == 0 && !pastVerbs[w], w == "may" && isMonth(before, after):
		case willVerbs[w]:
			return yetToCome
		case imaginedVerbs[w]:
			return imagined
		case w == "is" || w == "are":
			if after == "to" || after == "due" || after == "set" || after == "expected" || after == "scheduled" {
				return yetToCome
			}
			return lasting
		case (w == "has" || w == "have") && (participle(after) || after == "been" || participle(at(words, i+2))) && before != "to":
			return perfect
		case lastingVerbs[w] && before != "to":
			return lasting
		case w == "was" || w == "were":
			if participle(after) || participle(at(words, i+2)) {
				return past
			}
			return descriptive
		case pastVerbs[w] && !determiners[before] && before != "to" && !helped(words, i):
			return past
		case sayingVerbs[w] && !determiners[before]:
			return reporting
		case strings.HasSuffix(w, "ed") && participle(w) && !participleLike[w] && !determiners[before] && !helped(words, i):
			return past
		}
	}
	return noVerb
}

// isMonth reports whether "may" between these words is the month.
func isMonth(before, after string) bool {
	return monthBefore[before] || before != "" && before[0] <= '9' || after == "" || after[0] <= '9'
}

func at(words []string, i int) string {
	if i < 0 || i >= len(words) {
		return ""
	}
	return words[i]
}

var participles = text.WordSet(`killed told held made taken given seen found won lost led kept put set cut hit sent built bought brought
	caught sold fallen known flown drawn thrown broken chosen driven frozen spoken stolen torn written shaken sunk shot struck
	swept become run fed fought felt paid laid shut withdrawn overthrown beaten split spread upset sought heard hurt done
	born sworn met begun left`)

func participle(w string) bool {
	return participles[w] || len(w) > 4 && strings.HasSuffix(w, "ed")
}

// pastIn finds, in some other languages, words that only a past tense has.
var pastIn = map[string]*regexp.Regexp{
	"de": regexp.MustCompile(`\b(?:hat|haben|hatten?|wurden?|waren?|sagten?|teilten?|erklärten?|nannten?|kündigten?|forderten?|einigten?|begann(?:en)?|starb(?:en)?|kam(?:en)?|ging(?:en)?|traf(?:en)?|gab(?:en)?|fand(?:en)?)\b`),
	"fr": regexp.MustCompile(`\b(?:a|ont|avai(?:t|ent)|étai(?:t|ent)|fut|furent|est (?:mort|venu|arrivé|parti)e?)\b`),
	"es": regexp.MustCompile(`\b(?:ha|han|había|habían|fue|fueron|era|eran|\p{L}{2,}(?:ó|aron|ieron))(?:[ ,.]|$)`),
}

// hasPast reports whether a sentence has a past tense; of a language without
// rules nothing is known, and the date is trusted.
func hasPast(sentence, lang string) bool {
	re := pastIn[strings.SplitN(lang, "-", 2)[0]]
	return re == nil || re.MatchString(strings.ToLower(sentence))
}
