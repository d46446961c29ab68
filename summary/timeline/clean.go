package timeline

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/storywire/storywire/text"
)

// What stands before the first words of a report: agency stamps, places in
// capitals, times of publication.
var (
	agencyStamp = regexp.MustCompile(`^.{0,200}?\((?:Reuters|AP|AFP|dpa|DPA|UPI|EFE|ANSA|Xinhua|Bloomberg|Kyodo|PA|CNN|Interfax|TASS|Tass|RIA|IANS|ANI)\)\s*(?:[-–—]+\s*|$)?`)
	picture     = regexp.MustCompile(`^\((?:[^()]{0,30} )?(?:Photo|Photograph|Picture|Image|File)\b[^()]{0,30}\)\s*`)
	byline      = regexp.MustCompile(`^\(By [^()]{3,80}\)\s*`)
	agencyWord  = regexp.MustCompile(`^(?:Reuters|AFP|AP|UPI) (\p{Lu})`)
	placeStamp  = regexp.MustCompile(`^\p{Lu}[\p{Lu}'’.\-]{2,}(?:[ ,/]+\p{Lu}[\p{L}'’.\-]*)*(?:,? \p{Lu}\p{Ll}+\.? \d{1,2})?(?: \([^)]{2,30}\))?\s*(?:--|[–—]| -)\s*`)
	timeStamp   = regexp.MustCompile(`^.{0,300}?\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?:\d{1,2} \p{Lu}\p{Ll}+,? \d{4}|\p{Lu}\p{Ll}+\.? \d{1,2},? \d{4})[;,]?\s+\d{1,2}[.:]\d{2}(?: ?[apAP]\.?[mM]\.?)?(?: (?:GMT|BST|E[SD]T|P[SD]T|UTC|CET|UK))*(?: \d{1,2}[.:]\d{2} UK)?\s*\|?\s*`)
	updateStamp = regexp.MustCompile(`^(?:Page )?(?:\d{1,2} \p{Lu}\p{Ll}+ \d{4} )?(?:[Ll]ast updated|Updated|Published|Posted)(?: at| on)?:? (?:\d{1,2}[.:]\d{2}(?: GMT| BST| UK)*(?:,? (?:\p{Lu}\p{Ll}+day,? )?\d{1,2} \p{Lu}\p{Ll}+ \d{4})?|.{0,60}?\d{4})(?: \d{1,2}[.:]\d{2}(?: ?[ap]m)?(?: [A-Z]{2,4})?)?(?: UK)?\s*`)
	caption     = regexp.MustCompile(`^.{10,160}?[\p{Ll}\d"”’] ((?:The|A|An|In|At|On|There|More|Two|Three|Some) \p{Ll})`)
)

// Sentences that are about the page, not the story, start or speak like this.
var (
	pageStarts = []string{
		"reporting by", "additional reporting", "writing by", "editing by", "graphics by", "compiled by", "photo",
		"image source", "image caption", "picture:", "in this image", "in this photo",
		"this image", "this photo", "read more", "read also", "read next", "click ", "sign up",
		"subscribe", "follow us", "follow @", "watch:", "see also", "related:", "this article", "this story was",
		"this page", "advertisement", "share this", "our standards", "live updates", "(reporting", "(editing",
		"(additional", "(writing", "(photo", "last updated",
	}
	pageWords = []string{
		"©", "copyright", "all rights reserved", "getty images", "newsletter", "terms of use", "terms of service",
		"privacy policy", "javascript", "cookies", "e-mail us", "email us", "comment was removed", "house rules",
	}
)

// address is one for e-mail.
var address = regexp.MustCompile(`[\w.]@\w+\.\w`)

func boilerplate(s string) bool {
	if text.Caption(s) {
		return true
	}
	s = strings.ToLower(s)
	if strings.ContainsRune(s, '@') && address.MatchString(s) {
		return true
	}
	return slices.ContainsFunc(pageStarts, func(p string) bool { return strings.HasPrefix(s, p) }) ||
		slices.ContainsFunc(pageWords, func(p string) bool { return strings.Contains(s, p) })
}

// clean cuts from a sentence what is no part of it. Only the first sentences
// of an article carry stamps.
func clean(sentence, outlet string, index int) string {
	s := strings.Join(strings.Fields(sentence), " ")
	if index < 3 {
		if place, rest, ok := strings.Cut(s, "("+outlet+")"); ok && outlet != "" && len(place) < 60 {
			s = strings.TrimLeft(rest, " -–—:")
		}
		dated := strings.ContainsAny(s, "0123456789")
		for _, stamp := range []*regexp.Regexp{updateStamp, timeStamp, picture, byline, agencyStamp, placeStamp} {
			if !dated && (stamp == updateStamp || stamp == timeStamp) || stamp == agencyStamp && !strings.Contains(s, "(") {
				continue
			}
			if loc := stamp.FindStringIndex(s); loc != nil {
				s = s[loc[1]:]
			}
		}
		if loc := agencyWord.FindStringSubmatchIndex(s); loc != nil {
			s = s[loc[2]:]
		}
		if loc := caption.FindStringSubmatchIndex(s); loc != nil && len(s)-loc[2] > 60 {
			s = s[loc[2]:]
		}
	}
	return text.WithoutSignpost(strings.TrimLeft(s, " -–—•*|:·"))
}

// wellFormed reports whether s can be a sentence of a report: it starts like
// one, ends like one, and is made of words.
func wellFormed(s string) bool {
	words := strings.Fields(s)
	if len(words) > 0 && len(words[0]) < 3 && strings.HasSuffix(words[0], ",") {
		return false // the rest of an abbreviation
	}
	if len(words) < 4 || len(words) > 80 || boilerplate(s) {
		return false
	}
	if strings.HasSuffix(s, ".)") && !strings.HasPrefix(s, "(") {
		return false // broken off at "(R-Ariz.)"
	}
	end := strings.TrimRight(s, `"'”’»)`)
	if !strings.HasSuffix(end, ".") && !strings.HasSuffix(end, "!") && !strings.HasSuffix(end, "?") ||
		strings.HasSuffix(end, "..") {
		return false
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, `"'“‘«„(`))
	if unicode.IsLower(first) {
		return false
	}
	letters := 0
	for _, r := range s {
		if unicode.IsLetter(r) || r == ' ' {
			letters++
		}
	}
	return letters*4 >= utf8.RuneCountInString(s)*3
}
