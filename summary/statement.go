package summary

import (
	"slices"
)

const (
	// equal is the cosine from which two sentences with the same numbers say
	// the same, alike the one from which only their numbers tell them apart.
	equal = 0.65
	alike = 0.5
	// repeated is the share of a sentence, by rarity, that makes it redundant
	// when another says it too.
	repeated = 0.7
)

// statement is what one or more sources say in near-equal sentences.
type statement struct {
	lead  *sentence   // the wording that is published
	same  []*sentence // the others
	rival *statement  // the same with other numbers
}

// statements joins near-equal sentences. Ranked sentences come best first, so
// the best wording leads.
func statements(ranked []*sentence) []*statement {
	var out []*statement
	for _, s := range ranked {
		if !slices.ContainsFunc(out, func(st *statement) bool { return st.join(s) }) {
			out = append(out, &statement{lead: s})
		}
	}
	for i, a := range out {
		for _, b := range out[i+1:] {
			if a.rival == nil && b.rival == nil && contradict(a.lead, b.lead) {
				a.rival, b.rival = b, a
			}
		}
	}
	return out
}

func (st *statement) join(s *sentence) bool {
	if cosine(st.lead.vector, s.vector) < equal || !sameNumbers(st.lead, s) {
		return false
	}
	st.same = append(st.same, s)
	return true
}

func sameNumbers(a, b *sentence) bool {
	x, y := slices.Sorted(slices.Values(a.numbers)), slices.Sorted(slices.Values(b.numbers))
	return slices.Equal(slices.Compact(x), slices.Compact(y))
}

// contradict reports whether sentences of two articles differ in nothing much
// but their numbers.
func contradict(a, b *sentence) bool {
	return a.doc != b.doc && len(a.numbers) > 0 && len(a.numbers) == len(b.numbers) &&
		!sameNumbers(a, b) && cosine(a.vector, b.vector) >= alike
}

// docs are the articles that carry the statement with all names, numbers and
// quotations of its wording.
func (st *statement) docs() []*doc {
	out := []*doc{st.lead.doc}
	c := claimsOf(st.lead.text, st.lead.doc.lang)
	for _, s := range st.same {
		if slices.Contains(out, s.doc) {
			continue
		}
		if p := s.doc.passage(); c.missing(p) == "" && c.share(p) >= support {
			out = append(out, s.doc)
		}
	}
	return out
}

// tells reports whether the statements told already say what st does, up to
// numbers that contradict.
func (c *corpus) tells(told []*statement, st *statement) bool {
	for _, t := range told {
		if t.rival == st {
			continue
		}
		if c.lex.covered(st.lead.terms, t.lead.terms) >= repeated || c.lex.covered(t.lead.terms, st.lead.terms) >= repeated {
			return true
		}
	}
	return false
}
