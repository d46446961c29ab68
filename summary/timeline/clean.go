package timeline

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/storywire/storywire/text"
)

// clean cuts from a sentence what is no part of it.
func clean(sentence, outlet string, index int) string {
	s := text.OneLine(sentence)
	if index < text.Stamped {
		s = text.WithoutStamp(s, outlet)
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
	if len(words) < 4 || len(words) > 80 || text.OfPage(s) {
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
