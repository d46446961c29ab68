package text

import (
	"time"

	"github.com/storywire/storywire/news"
)

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
