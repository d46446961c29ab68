package summary

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	minWords = 6
	maxWords = 45
)

var (
	// dateline is "MIAMI, Dec 3 (Reuters) - ", "KYIV, Ukraine — ", "(AP) — ".
	dateline = regexp.MustCompile(`^(?:(?:\p{Lu}[\p{Lu}.'’/-]+(?: \p{Lu}[\p{Lu}.'’/-]+){0,3}(?:, [\p{L}. ]{2,24})?(?:,? \p{L}{3,9}\.? \d{1,2})?|\p{Lu}[\p{L}. ]{2,24}(?:, \p{Lu}[\p{L}. ]{2,20})?) ?)?\([^)]{2,40}\)[ :]*[-–—]+ *|^\p{Lu}[\p{Lu}.'’/-]+(?: \p{Lu}[\p{Lu}.'’/-]+){0,3}(?:, [\p{L}. ]{2,24})?(?:,? \p{L}{3,9}\.? \d{1,2})? *[-–—]+ +`)

	// label is a signpost of the outlet's house style in front of the sentence.
	label = regexp.MustCompile(`(?i)^(?:why it matters|what to watch|what's next|what’s next|the big picture|driving the news|between the lines|by the numbers|the bottom line|bottom line|state of play|zoom (?:in|out)|the latest|the backdrop|catch up quick|yes, but|context|background|update|breaking): *`)

	// connective only ties the sentence to the one before it.
	connective = regexp.MustCompile(`^(?:(?:But|And|Yet),? |(?:However|Meanwhile|Still|Also|Moreover|Furthermore|Besides|Instead|Nevertheless|Nonetheless|Separately|Additionally|Similarly|Likewise|Indeed|Thus|Therefore|Hence|Consequently|In addition|As a result|At the same time|In contrast|By contrast|For example|For instance|In turn|Even so|On the other hand|To be sure|In fact|Of course|Ultimately|Finally), )`)

	// leaning sentences cannot be understood without the one before them.
	leaning = regexp.MustCompile(`^["“'‘]?(?:He|She|It|They|His|Her|Hers|Its|Their|Theirs|Him|Them|That|Those|These|Such|Both|Neither|Either|Others|Another|Here|So|Or|Now|Then|Plus|Who|Which|Because|Nor|Among them|Two others|There(?: too)?,|Not (?:only|all|everyone)|(?:This|That) (?:is|was|has|had|will|would|could|means|meant|came|comes|includes|followed|move|decision|announcement|statement|comes)|(?:The|This|That|These|Those) (?:move|moves|decision|announcement|statement|statements|comment|comments|remark|remarks|news|revelation|incident|latter|former|same|other|others|two|pair|trio|latest|change|changes|claim|claims|charges|findings|man|woman|men|women|couple|suspect|victim|group|agency|company|measure|bill|document|letter|post|tweet|video|figure|figures|result|results|plan|proposal)\b)`)

	// unnamedSpeaker attributes words to a pronoun.
	unnamedSpeaker = regexp.MustCompile(`(?:["”'’],? |, )(?:he|she|they|it) (?:said|says|added|told|wrote|tweeted|continued|explained|noted|warned|asked)\b|["”],? (?:said|added|says) (?:he|she|they)\b`)

	firstPerson = regexp.MustCompile(`\b(?:I|I'm|I’m|I've|I’ve|I'd|I’d|I'll|I’ll|[Ww]e|[Ww]e're|[Ww]e’re|[Ww]e've|[Ww]e’ve|[Mm]y|[Oo]ur|[Oo]urs|us|me)\b`)

	boilerplate = regexp.MustCompile(`(?i)https?:|www\.|\S@\S|#\w|read (?:more|also|the full)|continue reading|click here|sign up|subscri(?:be|ption)|newsletter|all rights reserved|copyright|©|follow (?:us|him|her|me) on|advertisement|story continues|cookies|javascript|getty images|\(?photo(?:graph)?(?: by|:)|file photo|file -|\(ap photo|/(?:afp|ap|reuters)\b|\bimage(?: source)?:|(?:contributed|contributing) (?:to|reporting)|(?:additional )?reporting by|editing by|^(?:by|from) \p{Lu}\p{L}+ \p{Lu}\p{L}+$|^by |associated press\)|\bpictured\b|\((?:left|right|center|above|below)\)|this (?:article|story) (?:was|has been|originally)|(?:watch|listen|see also|related|more):|please enable|download the|breaking news alerts?|\bwatch the video\b|being updated|check back`)

	listItem = regexp.MustCompile(`^(?:[-*•·▪–—►>]|\(?\d{1,2}[.)] |[a-z]\) )`)
	cutShort = regexp.MustCompile(`(?:\.\.\.|…|\[…\]|\[\.\.\.\])["”'’)\]]*$`)
)

// polish takes off what is no part of a sentence's statement: the dateline, a
// signpost, a connective to the sentence before.
func polish(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	s = dateline.ReplaceAllString(s, "")
	s = label.ReplaceAllString(s, "")
	if m := connective.FindString(s); m != "" {
		s = capitalised(s[len(m):])
	}
	return s
}

func capitalised(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// publishable reports whether a polished sentence is a statement that can be
// published: not a caption, byline, question, list item, fragment or appeal.
func publishable(s string, words int) bool {
	if words < minWords || words > maxWords {
		return false
	}
	first, _ := utf8.DecodeRuneInString(s)
	if unicode.IsLower(first) || listItem.MatchString(s) || cutShort.MatchString(s) || boilerplate.MatchString(s) {
		return false
	}
	if strings.Count(s, " | ") > 0 || strings.Count(s, ";") > 2 || strings.Contains(s, "•") {
		return false
	}
	return balanced(s) && !shouting(s) && !asks(s) && !unattributed(s) && !firstPerson.MatchString(outsideQuotes(s))
}

// ended reports whether s has the mark that ends a sentence.
func ended(s string) bool {
	s = strings.TrimRight(s, `"”'’)]`)
	return strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "。")
}

func asks(s string) bool { return strings.Contains(outsideQuotes(s), "?") || strings.HasSuffix(s, "?") }

// balanced reports whether quotes and brackets are closed in the order they
// were opened.
func balanced(s string) bool {
	return strings.Count(s, "“") == strings.Count(s, "”") && strings.Count(s, `"`)%2 == 0 &&
		strings.Count(s, "(") == strings.Count(s, ")") && strings.Count(s, "[") == strings.Count(s, "]")
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

// unattributed reports whether s is nothing but a quotation: nobody says who
// speaks.
func unattributed(s string) bool {
	return strings.IndexFunc(outsideQuotes(s), unicode.IsLetter) < 0
}

// outsideQuotes is s without its quotations.
func outsideQuotes(s string) string {
	s = strings.NewReplacer("“", `"`, "”", `"`).Replace(s)
	return doubleQuoted.ReplaceAllString(s, " ")
}

// leans reports whether s needs the sentence before it to be understood.
func leans(s string) bool { return leaning.MatchString(s) || unnamedSpeaker.MatchString(s) }
