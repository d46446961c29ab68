// Package text is language-aware text: words, stems, sentences, names, time
// expressions and word frequencies. It knows nothing of feeds or stories. A
// language is an ISO 639-1 code; one that is not known is handled with rules
// that hold for most scripts, never with an error.
package text

import "strings"

// base returns the primary part of a language tag in lower case: "en" for
// "en-US" and for "".
func base(lang string) string {
	if i := strings.IndexAny(lang, "-_"); i >= 0 {
		lang = lang[:i]
	}
	if lang == "" {
		return "en"
	}
	return strings.ToLower(lang)
}

// English reports whether a language tag is of English, as the empty one is.
func English(lang string) bool { return base(lang) == "en" }
