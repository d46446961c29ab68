package summary

import "regexp"

var (
	ahead = regexp.MustCompile(`\b(?:will|won't|won’t|shall|(?:is|are|was|were) (?:due|set|scheduled|expected|slated|planned|likely) (?:to|for)|plans? to|intends? to|aims? to|to be held|next (?:week|month|year)|tomorrow|upcoming|(?:is|are) (?:to|going to) \p{Ll}+)\b`)
	told  = regexp.MustCompile(`\b(?:said|says|told|called|calls|praised|condemned|criticized|criticised|warned|urged|described|insisted|argued|demanded|accused|denied|welcomed|rejected|vowed|stressed|dismissed|tweeted|responded|reacted|slammed|hailed|denounced|voiced|according to)\b`)
)

// future reports whether s speaks of what is still to come.
func future(s string) bool { return ahead.MatchString(outsideQuotes(s)) }

// reports reports whether s gives somebody's words or view.
func reports(s string) bool { return told.MatchString(s) }

// role is the part a section plays in the telling of a story. Sections stand
// in the order of their roles.
type role int

const (
	latest role = iota
	course
	reactions
	prospect
	background
)

// roleOf tells the role of a section from most of its sentences.
func roleOf(all []*statement) role {
	var next, views int
	for _, s := range all {
		if s.lead.future {
			next++
		}
		if s.lead.quotes {
			views++
		}
	}
	switch {
	case 2*next > len(all):
		return prospect
	case 3*views >= 2*len(all):
		return reactions
	}
	return course
}
