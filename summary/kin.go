package summary

import (
	"slices"
	"strings"
	"time"

	"github.com/storywire/storywire/text"
)

const (
	// frontTerms is how many content words in front say who does what to whom.
	frontTerms = 8
	// sameFront is the share of those that two sentences have in common, and
	// sameDay the share of what they say beside names, if they name a day and a
	// person in common, from which they tell the same; sameHours the same where
	// only their articles are of one time.
	sameFront = 0.55
	sameDay   = 0.3
	sameHours = 0.4
	half      = 0.5 // the same where they share a figure
	recent    = 60 * 24 * time.Hour
)

// kin are verbs of the news that tell the same deed, a line a deed, and nouns made
// of them.
var kin = kinOf(`
	ask urge press request demand call appeal pressure implore
	reject veto block refuse decline rebuff bar nix
	remove oust boot dump purge fire sack dismiss topple unseat eject expel
	pull yank withdraw withdrawal retract
	consider weigh mull ponder
	revise update change alter amend reverse revision reversal
	approve pass adopt endorse approval adoption
	begin start launch open
	end halt stop cease
	announce unveil announcement
	accuse blame charge
	surrender
	buy acquire purchase acquisition
	kill die death dead slay
	wound injure hurt injury
	hit strike slam batter
	attack assault raid
	agree accept agreement
	extend prolong extension
	cut reduce slash lower reduction
	raise increase hike lift
	rise climb jump surge soar
	fall drop decline slump plunge
	win victory triumph
	defeat beat
	resign quit
	arrest detain hold seize
	free release
	meet talk meeting
	find discover
	show reveal
	warn caution warning
	vote ballot
	boost strengthen shore improve
	create form establish creation
	investigate probe inquiry investigation
	sue lawsuit
	guidance guideline
	picks nominee appointee`)

// kinOf is the first word of the line by the stem of each.
func kinOf(lines string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(lines) {
		words := strings.Fields(line)
		for _, w := range words {
			if stem := text.Stem(w, "en"); out[stem] == "" {
				out[stem] = text.Stem(words[0], "en")
			}
		}
	}
	return out
}

// deeds are terms with the first of its kin for each, distinct.
func (l *lexicon) deeds(terms []term) []term {
	out := make([]term, len(terms))
	for i, t := range terms {
		out[i] = l.deed[t]
	}
	return distinct(out)
}

// retells reports whether two sentences tell the same of the same, at one time, in
// other words: most of who does what to whom, or much of what is told of the same
// people that day, or the same figures.
func (c *corpus) retells(a, b *sentence) bool {
	apart := a.doc.article.Published.Sub(b.doc.article.Published).Abs()
	if apart > currentWindow || otherTimes(a, b) {
		return false
	}
	if n := min(len(a.numbers), len(b.numbers)); n > 1 && slices.ContainsFunc(a.numbers, exact) && (numbersWithin(a, b) || numbersWithin(b, a)) {
		return true
	}
	if slices.ContainsFunc(a.numbers, func(n string) bool { return telling(n) && slices.Contains(b.numbers, n) }) {
		if share, count := c.lex.common(c.lex.deeds(a.rest), c.lex.deeds(b.rest)); count > 2 && share >= half {
			return true
		}
	}
	if sharedNames(a, b) == 0 {
		return false
	}
	if quoteAlike(a, b) {
		return true
	}
	if share, count := c.lex.common(a.front, b.front); count > 3 && share >= sameFront {
		if both := common(a.front, b.front); len(common(both, distinct(a.named))) < len(both) {
			return true // not the same people only
		}
	}
	if len(common(distinct(a.named), distinct(b.named))) < 2 {
		return false
	}
	share, count := c.lex.common(c.lex.deeds(a.rest), c.lex.deeds(b.rest))
	if sharedDays(a, b) > 0 {
		return share >= sameDay && count > 2
	}
	if apart > turning/2 || a.doc.article.Published.IsZero() || share < sameHours {
		return false
	}
	_, own := c.lex.common(c.deeds(a), c.deeds(b))
	return own > 1
}

// telling reports whether a number is of three digits at least, or of two with a point.
func telling(n string) bool {
	return len(strings.TrimRight(n, "0")) > 2 && !(len(n) == 4 && (n[:2] == "19" || n[:2] == "20"))
}

// quoteAlike reports whether one of two sentences quotes what the other does too: who
// quotes the same words tells of the same speech.
func quoteAlike(a, b *sentence) bool {
	const fewest = 3 // words
	for _, q := range a.quoted() {
		for _, r := range b.quoted() {
			if short, long := shorter(q, r); strings.Count(short, " ") >= fewest-1 && strings.Contains(" "+long+" ", " "+short+" ") {
				return true
			}
		}
	}
	return false
}

func shorter(a, b string) (short, long string) {
	if len(b) < len(a) {
		return b, a
	}
	return a, b
}

// quoted are the quotations in a sentence.
func (s *sentence) quoted() []string {
	if s.wordsOf == nil {
		s.wordsOf = append([]string{}, quotesIn(s.said)...)
	}
	return s.wordsOf
}

// exact reports whether a number, no year, hardly stands for two things.
func exact(n string) bool {
	return len(n) > 2 && strings.Trim(n, "0123456789") == "" && !(len(n) == 4 && (n[:2] == "19" || n[:2] == "20"))
}

// deeds are what a sentence tells beside names and what most articles speak of.
func (c *corpus) deeds(s *sentence) []term {
	return slices.DeleteFunc(c.lex.deeds(s.rest), func(t term) bool { return int(t) < len(c.topical) && c.topical[t] })
}

// findTopics marks the deeds that stand in many of the articles: they tell no two of
// their sentences apart.
func (c *corpus) findTopics() {
	const many, fewest = 0.5, 3
	docs := c.originals()
	c.topical = make([]bool, len(c.lex.weight))
	count, last := make([]float64, len(c.topical)), make([]*doc, len(c.topical))
	for _, d := range docs {
		for _, s := range d.sentences {
			for _, t := range s.rest {
				if t = c.lex.deed[t]; last[t] != d {
					last[t] = d
					count[t]++
				}
			}
		}
	}
	for t, n := range count {
		c.topical[t] = n > max(many*float64(len(docs)), fewest)
	}
	for w := range calendarWords {
		if t, ok := c.lex.ids[text.Stem(w, "en")]; ok && int(t) < len(c.topical) {
			c.topical[t] = true
		}
	}
}

// otherTimes reports whether both sentences name days not long ago, and none that the
// other does: the day that an affair is named for stands in some and says nothing.
func otherTimes(a, b *sentence) bool {
	near := func(s *sentence) bool {
		return slices.ContainsFunc(s.days(), func(d time.Time) bool { return d.Sub(s.doc.article.Published).Abs() < recent })
	}
	return near(a) && near(b) && sharedDays(a, b) == 0
}

// common is the share of the fewer of two rows of terms, distinct, that the other
// has too, and how many those are.
func (l *lexicon) common(a, b []term) (share float64, count int) {
	if len(b) < len(a) {
		a, b = b, a
	}
	count = len(common(a, b))
	return l.covered(a, b), count
}

func common(a, b []term) []term {
	return slices.DeleteFunc(slices.Clone(a), func(t term) bool {
		_, ok := slices.BinarySearch(b, t)
		return !ok
	})
}
