package text

import "strings"

// planReach is how many words a plan told in the present may stand from its day.
const planReach = 8

// clauseBorders part the clauses of a sentence.
const clauseBorders = ",;:()—–"

// plan reports whether word k is a verb in the present that beside a day tells
// of what is fixed: "The envoy leaves on Wednesday", "Talks resume Monday". What
// may be a noun, or the present in which headlines tell the past, is none.
func (t *tagger) plan(k int) bool {
	w, before, after := t.at(k), t.at(k-1), t.at(k+1)
	if k == 0 || w.capital || w.possessive || w.gap != " " && !(w.gap == ", " && t.plansSurely[w.low]) || t.article[before.low] || before.number >= 0 {
		return false
	}
	switch {
	case t.plansSurely[w.low]:
		return !t.leading[before.low] && before.low != "s"
	case t.plansLeaving[w.low] && (after.capital || t.leftFor[after.low]): // not "leaves ten dead"
		return true
	case t.plansOf[w.low] != "":
		return after.low == t.plansOf[w.low]
	case t.plansOfActors[w.low]:
		return before.capital && !before.possessive || t.actors[before.low] || t.subjects[before.low]
	case t.plansOfMany[w.low]:
		many := (!before.capital || k == 1) && len(before.low) > 3 && strings.HasSuffix(before.low, "s") && !before.possessive || before.low == "they"
		return many && t.at(k-2).low != "did" && t.at(k-3).low != "did"
	}
	return false
}

// occasion returns how the clause stands to an occasion named by its day, words
// i to i+n, by the preposition before it: "after Thursday's talks" tells of
// talks that were, "clearing the way for Thursday's talks" of talks to come.
func (t *tagger) occasion(i, n int) tense {
	if !t.at(i + n - 1).possessive {
		return untold
	}
	found := t.scanLeft(i - 2)
	comes := found == ahead || found == scheduled || found == possible
	opens := i == 1 || strings.ContainsAny(t.at(i-1).gap, clauseBorders)
	switch before := t.at(i - 1).low; {
	case t.behindOccasion[before] && (opens || !comes):
		return behind
	case comes:
		return untold // the verb decides
	case before == "before", before == "for" && t.prepares(i-2):
		return awaited
	}
	return untold
}

// prepares reports whether one of the words up to k, of the same clause, gets
// things ready.
func (t *tagger) prepares(k int) bool {
	for first := k - planReach; k >= 0 && k > first; k-- {
		if t.preparing[t.words[k].low] {
			return true
		}
		if strings.ContainsAny(t.words[k].gap, clauseBorders) {
			return false
		}
	}
	return false
}
