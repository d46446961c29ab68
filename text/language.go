package text

import (
	"strings"
	"unicode/utf8"

	"github.com/abadojack/whatlanggo"
)

const (
	// Below this many characters a guess is worse than the feed's own word.
	languageMin = 200
	// More than this many bytes make no guess better.
	languageMax = 4000
)

// Language returns the ISO 639-1 code of the language of s, by its letter
// trigrams (Cavnar and Trenkle 1994). Texts under 200 characters and doubtful
// ones take the hint, a language tag such as "en-US"; "en" if there is none.
func Language(s, hint string) string {
	hint = base(strings.TrimSpace(hint))
	if len(s) > languageMax {
		s = strings.ToValidUTF8(s[:languageMax], "")
	}
	if utf8.RuneCountInString(s) < languageMin {
		return hint
	}
	info := whatlanggo.Detect(s)
	if code := info.Lang.Iso6391(); info.IsReliable() && code != "" {
		return code
	}
	return hint
}
