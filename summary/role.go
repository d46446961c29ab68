package summary

import (
	"regexp"
	"strings"
	"time"

	"github.com/storywire/storywire/text"
)

// role is the part a statement, and a section of such, plays in the telling of a
// story. Sections stand in the order of their roles.
type role int

const (
	latest role = iota
	course
	reactions
	prospect
	background
)

// beforehand is how long before a story's first article what lies back is its
// background.
const beforehand = 48 * time.Hour

// roleOf tells the role of a statement by its time and its grammar: what it
// announces, what was before the story began, what somebody makes of it, and else
// whether it is of the newest articles.
func (c *corpus) roleOf(st *statement) role {
	s := st.lead
	age := c.reported().Sub(s.doc.article.Published)
	switch {
	case s.announces() && !s.until.IsZero() && !s.until.Before(c.today):
		return prospect
	case s.at > 0 && c.lookback(s): // what an article opens with is its news
		return background
	case s.voices() && age <= currentWindow:
		return reactions
	case age <= currentWindow:
		return latest
	}
	return course
}

// mainRole is the role of most of the statements, the first of several.
func (c *corpus) mainRole(all []*statement) role {
	var count [background + 1]int
	for _, st := range all {
		count[c.roleOf(st)]++
	}
	out := latest
	for r, n := range count {
		if n > count[out] {
			out = role(r)
		}
	}
	return out
}

// lookback reports whether all times that a sentence names lie before the story
// began, and there are any.
func (c *corpus) lookback(s *sentence) bool {
	began := c.docs[0].article.Published
	if s.title || began.IsZero() || s.doc.article.Published.IsZero() {
		return false
	}
	last := -1
	for _, t := range s.times() {
		if strings.HasSuffix(s.said[:t.Start], "the ") {
			continue // "the Jan. 6 inquiry"
		}
		if last = t.Start; began.Sub(t.Precision.Last(t.Date)) < beforehand {
			return false
		}
	}
	if last < 0 {
		return false
	}
	at := relative.FindStringIndex(s.said)
	return at == nil || last <= at[0]
}

// relative begins a clause that tells of another time than the main one.
var relative = regexp.MustCompile(` (?:that|which|who|whom|whose|where|when|as) `)

// voices reports whether a sentence gives what somebody makes of the news: it
// quotes them, or has a verb that judges.
func (s *sentence) voices() bool {
	return s.quotes && (strings.ContainsAny(s.said, "\"“") || text.HasWord(s.said, judging))
}

var judging = text.WordSet(`calls called praises praised condemns condemned criticizes criticized criticises criticised warns warned insists insisted argues argued
	denies denied welcomes welcomed vowed stresses stressed dismisses dismissed slams slammed hails hailed denounces denounced defends defended blames blamed`)
