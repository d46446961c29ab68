package summary

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/storywire/storywire/text"
)

const (
	minWords = 6
	maxWords = 45
)

var (
	// speaker attributes words to a pronoun.
	speaker = regexp.MustCompile(`(?:["”'’],? |, )(?:he|she|they|it) \pL+\b|["”],? \pL+ (?:he|she|they)\b`)

	// invitation asks the reader to do something with the page.
	invitation = regexp.MustCompile(`^(?:Add|Click|Tap|Scroll|Swipe|Visit|Download|Browse|Explore|Register|Bookmark|Share|Follow|Join|Check) (?:\p{Ll}|.{2,60}\b(?:to (?:stay|see|read|watch|get|learn|find|receive|view)|for (?:more|the latest))\b)`)

	// pronounOnly ends on a pronoun that a short sentence cannot explain.
	pronounOnly = regexp.MustCompile(`^[^,]{0,70} (?:it|him|them|her|his|hers|theirs|that|this|so)\.?$`)

	// subject is a pronoun behind an introduction that names nobody.
	subject = regexp.MustCompile(`^(?:Speaking|Asked|Writing|Talking|According|In|On|At|By) [^"“]*?, (?:he|she) `)

	// ordinal is one of a list told before.
	ordinal = regexp.MustCompile(`^(?:The|A) (?:first|second|third|fourth|fifth|last|next) (?:is|was|are|were|has|had|would|will)\b`)

	// subordinate has no main clause, or has lost it behind a dash.
	subordinate = regexp.MustCompile(`^(?:After|Before|While|When) (?:\p{Ll}+ing|having) [^,]*(?:\([^)]*\)[^,]*)?$|^(?:Though|Although|Whereas|While|Because|Unless|Rather than) (?:[^,]*$|[^,]*—)`)

	pictured = regexp.MustCompile(`(?i)^(?:an?|two|several|the) [\p{L} -]{2,40} (?:waves?|poses?|gestures?|walks? past|stands? (?:next|near|in front|outside|guard)|looks? on|holds? (?:a|an|up|the)|reacts? (?:after|as|during)|arrives? (?:at|for)|speaks? (?:at|during)|reports? from) `)
	byline   = regexp.MustCompile(`^(?:By|From) \p{Lu}`)
	// dayed is a caption with its day: "May 28: ".
	dayed    = regexp.MustCompile(`^(?:\p{Lu}\p{Ll}{2,8}\.? \d{1,2}(?:, \d{4})?|\d{1,2} \p{Lu}\p{Ll}{2,8}(?: \d{4})?): `)
	listItem = regexp.MustCompile(`^(?:\\?[-*•·▪–—►>]|\(?\d{1,2}[.)] |[a-z]\) )`)
	cutShort = regexp.MustCompile(`(?:\.\.\.|…|\[…\])["”'’)\]]*$`)
)

// connectives only tie a sentence to the one before it.
var connectives = []string{"But ", "And ", "Yet ", "But, ", "And, ", "Yet, ", "However, ", "Meanwhile, ", "Still, ", "Also, ", "Moreover, ",
	"Furthermore, ", "Besides, ", "Instead, ", "Nevertheless, ", "Nonetheless, ", "Separately, ", "Additionally, ", "Similarly, ",
	"Likewise, ", "Indeed, ", "Thus, ", "Therefore, ", "Consequently, ", "In addition, ", "As a result, ", "At the same time, ",
	"In contrast, ", "By contrast, ", "For example, ", "For instance, ", "In turn, ", "Even so, ", "On the other hand, ",
	"To be sure, ", "In fact, ", "Of course, ", "Ultimately, ", "Finally, "}

var (
	// pronouns and the like open sentences that lean on the one before.
	pronouns = text.WordSet(`He's He’s She's She’s They're They’re That's That’s He She It They His Her Hers Its Their Theirs Him Them You Your Please That Those These Such Both Neither Either
		Others Another Here So Or Now Then Plus Who Which Because Nor Amid`)
	pointers = text.WordSet("The This That These Those All Not Among Some Many Most Several One")
	// vague nouns behind a pointer name nothing.
	vague = text.WordSet(`move moves decision announcement statement statements comment comments remark remarks news revelation incident latter
		former same other others two pair trio latest change changes claim claims charges findings man woman men women couple suspect
		victim group agency company measure bill document letter post tweet video figure figures result results plan proposal
		is was has had will would could means meant came comes includes followed of only all everyone them issue have were are said`)
	first = text.WordSet("I I'm I've I'd I'll We we We're we're We've we've We'll we'll We'd we'd My my Our our Ours ours us me Please you your")
	says  = text.WordSet(`said says told tells called calls praised condemned criticized criticised warned warns urged urges described insisted
		argued demanded accused denied welcomed rejected vowed stressed dismissed tweeted responded reacted slammed hailed denounced
		voiced added wrote continued explained noted asked according`)
	person = text.WordSet("he she they it")
	// points are the words that pronounOnly ends on, and pictures those that pictured opens with.
	points   = text.WordSet("it him them her his hers theirs that this so")
	pictures = text.WordSet("a an two several the")
	object   = text.WordSet("it them him her then")
	verbs    = text.WordSet(`is are was were has have had will would can could may might must should did does do said met held won lost made took gave
		went came left began led sent found told got put set cut hit ran rose fell grew saw kept paid shot broke struck fought drew drove
		says calls urges plans wants seeks faces warns becomes remains helps shows functions stresses allows makes takes rises falls
		leaves meets backs agrees rejects includes expects hopes aims moves opens closes`)
)

// polish takes off what is no part of the statement of a sentence, the at-th of its
// article: stamps, a signpost, a connective to the sentence before.
func polish(s, outlet string, at int) string {
	s = text.OneLine(s)
	if at < text.Stamped {
		s = text.WithoutStamp(s, outlet)
	} else {
		s = text.WithoutDateline(s)
	}
	s = text.WithoutSignpost(s)
	for _, c := range connectives {
		if strings.HasPrefix(s, c) {
			return text.Capitalised(s[len(c):])
		}
	}
	return s
}

// publishable reports whether a polished sentence is a statement that can be
// published: not a caption, byline, question, list item, fragment or appeal, nor
// what speaks to a machine.
func publishable(s string, words []string) bool {
	if len(words) < minWords || len(words) > maxWords {
		return false
	}
	opening, _ := utf8.DecodeRuneInString(s)
	if unicode.IsLower(opening) || strings.Count(s, ";") > 2 || !balanced(s) || shouting(s) || asks(s) || unattributed(s) {
		return false
	}
	if boilerplate(s) || addresses(s) || listItem.MatchString(s) || isCut(s) || pictures[strings.ToLower(words[0])] && pictured.MatchString(s) || subordinate.MatchString(s) {
		return false
	}
	if said := outsideQuotes(s); said != s {
		words = text.Words(said)
	}
	return !slices.ContainsFunc(words, func(w string) bool { return first[w] || strings.Contains(w, "’") && first[straight.Replace(w)] })
}

// boilerplate reports whether s is not news but about the page it stands on.
func boilerplate(s string) bool {
	return text.HasAny(s, "@#•|") || byline.MatchString(s) || dayed.MatchString(s) || invitation.MatchString(s) || text.OfPage(s)
}

// ended reports whether s has the mark that ends a sentence.
func ended(s string) bool {
	s = strings.TrimRight(s, `"”'’)]`)
	return strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "…") || strings.HasSuffix(s, "。")
}

// isCut reports whether s breaks off.
func isCut(s string) bool {
	return (strings.Contains(s, "...") || strings.Contains(s, "…")) && cutShort.MatchString(s)
}

func asks(s string) bool {
	return strings.Contains(s, "?") && strings.Contains(outsideQuotes(s), "?") || strings.HasSuffix(s, "?")
}

// shouting reports whether capitals outweigh small letters.
func shouting(s string) bool {
	var upper, lower int
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	return upper > lower
}

func hasLetter(s string) bool { return strings.IndexFunc(s, unicode.IsLetter) >= 0 }

// colour paints a scene instead of telling news.
var colour = regexp.MustCompile(`\b(?:(?:look|sound|seem|feel|felt)(?:ed|s)? (?:more )?like|(?:kind|sort) of|as if)\b|^(?:On that day|That day)\b`)

// scenic reports whether s paints a scene.
func scenic(s string) bool {
	return (strings.Contains(s, " like") || strings.Contains(s, "d of") || strings.Contains(s, "t of") || strings.Contains(s, "as if") ||
		strings.Contains(s, "hat day")) && colour.MatchString(s)
}

// hasVerb reports whether one of the words is a common verb or a past form; it
// misses some, and serves where a clause is doubtful anyway.
func hasVerb(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return verbs[w] || len(w) > 4 && strings.HasSuffix(w, "ed") && unicode.IsLower(rune(w[0]))
	})
}

// reports tells whether the words give somebody's words or view.
func reports(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return says[w] })
}
