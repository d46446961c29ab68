package summary

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

const (
	// eventAlike is the cosine from which two sentences that name the same two
	// days may tell of one event; dayAlike the same for a single day.
	eventAlike = 0.2
	dayAlike   = 0.35
	// deedless is the share of a sentence's worth below which what it says
	// beside its names is an aside.
	deedless = 0.25
	// several articles tell between them what counts.
	several = 8
)

// sameEvent reports whether two sentences tell of one event in other words:
// they name the same days, two or more, and neither has a number that the other
// contradicts.
func sameEvent(a, b *sentence) bool {
	return a.future == b.future && sharedDays(a, b) >= 2 && (numbersWithin(a, b) || numbersWithin(b, a)) &&
		cosine(a.vector, b.vector) >= eventAlike && max(a.deeds(b), b.deeds(a)) >= eventAlike
}

// retold reports whether of two sentences of one day one says little that the
// other does not.
func retold(a, b *sentence) bool {
	return cosine(a.vector, b.vector) >= dayAlike && sharedDays(a, b) > 0 && sharedNames(a, b) >= .5 &&
		max(a.deeds(b), b.deeds(a)) >= repeated && (numbersWithin(a, b) || numbersWithin(b, a))
}

// otherDays reports whether both sentences name days, and none that the other does.
func otherDays(a, b *sentence) bool {
	return len(a.days()) > 0 && len(b.days()) > 0 && sharedDays(a, b) == 0
}

func sharedDays(a, b *sentence) int {
	n := 0
	for _, d := range a.days() {
		if slices.Contains(b.days(), d) {
			n++
		}
	}
	return n
}

func numbersWithin(a, b *sentence) bool {
	return !slices.ContainsFunc(a.numbers, func(n string) bool { return !slices.Contains(b.numbers, n) })
}

// days are the days a sentence names, each once.
func (s *sentence) days() []time.Time {
	if s.daysOf == nil {
		s.daysOf = []time.Time{}
		for _, t := range s.times() {
			if t.Precision == news.Day && !slices.Contains(s.daysOf, t.Date) {
				s.daysOf = append(s.daysOf, t.Date)
			}
		}
	}
	return s.daysOf
}

// times are the time expressions of a sentence.
func (s *sentence) times() []text.Time {
	if s.doc.article.Published.IsZero() {
		return nil
	}
	return s.timed.Times()
}

// hollow reports whether a sentence is an aside: it tells little of those it
// names, and no figure or day. What an article opens with is none.
func (s *sentence) hollow() bool {
	return s.at > 0 && s.substance < deedless && len(s.numbers) == 0 && (s.words < 9 || len(s.days()) == 0)
}

// substance is the share of a sentence's worth, in [0, 1], that lies in what it
// tells beside names: little where no other article tells what they do. Among
// few articles that says nothing.
func (c *corpus) substance(s *sentence) float64 {
	if len(s.names) == 0 || len(c.docs) < several {
		return 1
	}
	var all, deeds float64
	for _, p := range s.concepts {
		all += c.worth[p].shared
		if pair := c.lex.pairs[p]; !slices.Contains(s.named, pair[0]) && !slices.Contains(s.named, pair[1]) {
			deeds += c.worth[p].shared
		}
	}
	if all == 0 {
		return 1
	}
	return deeds / all
}

// announcement is a clause at a sentence's side about what is to come.
var announcement = regexp.MustCompile(`, (?:who|which|where|when they|when it) (?:will|are to|is to|(?:are|is) (?:due|expected|scheduled|set) to) [^,;:"“”()]*[,.]`)

// current leaves out of an English sentence the side clauses that announce what
// is over on the day of the newest article.
func (c *corpus) current(s *text.Sentence, d *doc) *text.Sentence {
	if d.lang != "en" || d.article.Published.IsZero() || !strings.Contains(s.Text, ", wh") {
		return s
	}
	for _, at := range slices.Backward(announcement.FindAllStringIndex(s.Text, -1)) {
		d.passing = true
		if !c.over(s, at[0], at[1]) {
			continue
		}
		rest := s.Text[at[1]:]
		if s.Text[at[1]-1] == '.' {
			rest = "." + rest
		}
		s = s.With(s.Text[:at[0]] + rest)
	}
	return s
}

// over reports whether all days named between two bytes of s lie before that of
// the newest article, and there are any.
func (c *corpus) over(s *text.Sentence, from, to int) bool {
	found := false
	for _, t := range s.Times() {
		if t.Start < from || t.End > to {
			continue
		}
		if t.Precision != news.Day || !t.Date.Before(c.today) {
			return false
		}
		found = true
	}
	return found
}

// counterpart follows a subject without a name, and so without a country.
var counterpart = regexp.MustCompile(`^The (?:\p{Ll}[\p{Ll}-]* ){1,3}and (?:his|her) (?:\p{L}+ ){0,3}counterpart\b`)
