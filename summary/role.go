package summary

import "time"

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
func roleOf(all []*statement, newest time.Time) role {
	var next, views int
	for _, s := range all {
		if s.lead.future && !s.lead.overtaken(newest) {
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
