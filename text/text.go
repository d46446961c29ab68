// Package text is language-aware text: words, stems, sentences, names, time
// expressions and word frequencies. It knows nothing of feeds or stories.
package text

import (
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// Words returns the words of s as written, in order, without punctuation and
// spaces.
func Words(s string) []string { return strings.Fields(s) }

// Fold lower-cases a word and takes off accents and the possessive s.
func Fold(word string) string { return strings.ToLower(word) }

// Stop reports whether a folded word is a stop word of the language.
func Stop(word, lang string) bool { return len(word) < 3 }

// Stem returns the Snowball stem of a folded word.
func Stem(word, lang string) string { return word }

// Terms returns the content words of s, folded, without stop words, stemmed,
// in order and with repeats.
func Terms(s, lang string) []string {
	var out []string
	for _, w := range Words(s) {
		if w = Fold(w); !Stop(w, lang) {
			out = append(out, Stem(w, lang))
		}
	}
	return out
}

// Sentences splits s into sentences. A line break always ends one.
func Sentences(s, lang string) []string { return strings.Split(s, "\n") }

// Name is a run of capitalised words that names someone or something.
type Name struct {
	Text  string   // as written, without a leading article
	Words []string // folded
	First bool     // stands at the start of the sentence, so its capital proves little
}

// Names returns the names in a sentence, in order.
func Names(sentence, lang string) []Name { return nil }

// Language returns the ISO 639-1 code of the language of s. Short texts take
// the hint, "en" if there is none.
func Language(s, hint string) string { return "en" }

// Rank is the place of a folded word in a list of 50,000 English words by
// falling frequency, from 1; 0 if it is not in the list.
func Rank(word string) int { return 0 }

// Plain returns the visible text of an HTML fragment, a block element a line.
// Plain text passes unchanged but for its spaces.
func Plain(html string) string { return html }

// Time is a time expression in a sentence, resolved to a date.
type Time struct {
	Start, End int       // byte span in the sentence
	Date       time.Time // first day of what is meant, midnight UTC
	Precision  news.Precision
	Label      string // "Dec 4, 2025", "Nov 2025", "Early 2025", "2025"
	Explicit   bool   // names day or month, or year: does not rest on the anchor's day
}

// Times returns the time expressions of a sentence in order, resolved against
// the time the sentence was published. Durations and names that look like
// dates are left out.
func Times(sentence string, published time.Time, lang string) []Time { return nil }

// Label writes a date as a timeline shows it: "Dec 4, 2025", "Nov 2025", "2025".
// For news.Part it names the third of the year: "Early 2025".
func Label(date time.Time, p news.Precision) string { return date.Format("Jan 2, 2006") }
