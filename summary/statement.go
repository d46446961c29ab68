package summary

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

const (
	// equal is the cosine from which two sentences with the same numbers say
	// the same; related the one from which they do if they also share numbers
	// and names, or from which only their numbers tell them apart.
	equal   = 0.6
	related = 0.45
	// repeated is the share of a sentence, by rarity, that makes it redundant
	// when another says it too.
	repeated = 0.55
	// beside is the share of what a sentence says beside its names that must be
	// said by one that shares most of them, for it to say nothing more.
	beside = 0.4
)

// statement is what one or more sources say in near-equal sentences.
type statement struct {
	lead  *sentence   // the wording that is published
	same  []*sentence // the others
	rival *statement  // the same with other numbers
	cited []*doc      // made when first asked for
}

// statements joins near-equal sentences. Ranked sentences come best first, so
// the best wording leads.
func statements(ranked []*sentence) []*statement {
	var out []*statement
	var known neighbours
	var rivals []rivalry
	for _, s := range ranked {
		near := known.near(s)
		i := slices.IndexFunc(near, func(n likeness) bool { return out[n.lead].joins(s, n.cosine) })
		if i >= 0 {
			st := out[near[i].lead]
			st.same = append(st.same, s)
			continue
		}
		st := &statement{lead: s}
		nearest := rivalry{b: st}
		for _, n := range near {
			if n.cosine >= related && n.cosine > nearest.cosine && contradict(out[n.lead].lead, s) {
				nearest.a, nearest.cosine = out[n.lead], n.cosine
			}
		}
		if nearest.a != nil {
			rivals = append(rivals, nearest)
		}
		out = append(out, st)
		known.add(s)
	}
	slices.SortStableFunc(rivals, func(a, b rivalry) int { return cmp.Compare(b.cosine, a.cosine) })
	for _, r := range rivals {
		if r.a.rival == nil && r.b.rival == nil {
			r.a.rival, r.b.rival = r.b, r.a
		}
	}
	for _, st := range out {
		st.settle()
		if st.rival == nil {
			st.renew()
		}
	}
	return out
}

// rivalry is between two statements that contradict each other, the more surely
// the more alike they are: the one of ten dead does the one of twelve dead, not
// that of 84 people aboard.
type rivalry struct {
	a, b   *statement
	cosine float64
}

// renew lets a newer wording lead that says what the leading one does, and more.
func (st *statement) renew() {
	const fit = 0.8 // the least score, of the leading one's
	old := st.lead
	for i, s := range st.same {
		if s.doc.article.Published.After(st.lead.doc.article.Published) && s.words > old.words && s.score >= fit*old.score && s.clear && !s.leans && !s.nameless && !s.scene &&
			old.deeds(s) >= beside {
			st.lead, st.same[i] = s, st.lead
		}
	}
}

// settle lets the wording of a report lead before that of an explainer, and one of
// what came about before one that announces it.
func (st *statement) settle() {
	for i, s := range st.same {
		old := st.lead
		if s.clear && !s.leans && !s.scene && (old.doc.explains && !s.doc.explains || s.doc.article.Published.After(old.doc.article.Published) && old.announces() && !s.announces() && s.doc.explains == old.doc.explains) {
			st.lead, st.same[i] = s, old
		}
	}
}

// joins reports whether a sentence, this like the leading one, says the same.
func (st *statement) joins(s *sentence, near float64) bool {
	if sameEvent(st.lead, s) {
		return true
	}
	return near >= related && sameNumbers(st.lead, s) &&
		(near >= equal || len(s.numbers) > 0 && sharedNames(st.lead, s) >= .5 && s.deeds(st.lead) >= beside)
}

// neighbours finds the leading sentences that one may be joined with, by the words
// they share.
type neighbours struct {
	count   int
	holding map[term][]component // by word, the sentences that hold it, and its weight there
	cosines []float64            // of each with the one asked about
	found   []likeness           // to it
}

// likeness is the cosine to a leading sentence.
type likeness struct {
	lead   int
	cosine float64
}

func (n *neighbours) add(s *sentence) {
	if n.holding == nil {
		n.holding = map[term][]component{}
	}
	for _, c := range s.vector {
		n.holding[c.t] = append(n.holding[c.t], component{term(n.count), c.w})
	}
	n.count++
	n.cosines = append(n.cosines, 0)
}

// near are the sentences added, in their order, that are enough like s to tell
// of the same event. They are overwritten by the next.
func (n *neighbours) near(s *sentence) []likeness {
	clear(n.cosines)
	for _, c := range s.vector {
		for _, h := range n.holding[c.t] {
			n.cosines[h.t] += h.w * c.w
		}
	}
	n.found = n.found[:0]
	for i, cosine := range n.cosines {
		if cosine >= min(eventAlike, related) {
			n.found = append(n.found, likeness{i, cosine})
		}
	}
	return n.found
}

// contradict reports whether sentences of two articles, as alike as related ones
// are, differ in nothing much but their numbers, which are of one order.
func contradict(a, b *sentence) bool {
	return a.doc != b.doc && a.clear && b.clear && a.doc.article.Published.Sub(b.doc.article.Published).Abs() <= currentWindow && len(a.numbers) > 0 && len(a.numbers) == len(b.numbers) &&
		!sameNumbers(a, b) && oneOrder(others(a, b), others(b, a))
}

// others are the numbers of a that b does not have, rising.
func others(a, b *sentence) []float64 {
	var out []float64
	for _, n := range a.numbers {
		if v, err := strconv.ParseFloat(n, 64); err == nil && !slices.Contains(b.numbers, n) {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

// oneOrder reports whether of two rows of numbers each is at most ten times its like.
func oneOrder(a, b []float64) bool {
	const order = 10
	for i := range min(len(a), len(b)) {
		if max(a[i], b[i]) > order*min(a[i], b[i]) {
			return false
		}
	}
	return true
}

// docs are the articles that carry the statement with all names, numbers and
// quotations of its wording.
func (st *statement) docs() []*doc {
	if st.cited != nil {
		return st.cited
	}
	out := []*doc{st.lead.doc}
	for _, s := range st.same {
		if slices.Contains(out, s.doc) {
			continue
		}
		event := sameEvent(st.lead, s)
		if st.lead.deeds(s) < repeated && !event {
			continue // alike in names only
		}
		p := s.doc.passage()
		if c := claimsOf(st.lead.text, p); (c.missing(p) == "" || event) && c.share(p) >= support && c.borneBy(p, p.origin(st.lead.text)) {
			out = append(out, s.doc)
		}
	}
	st.cited = out
	return out
}

// backing is what a statement is worth more for the articles that carry it.
func (st *statement) backing() float64 {
	return 1 + .2*float64(min(len(st.docs())-1, 2))
}

// deeds is the share of what a sentence says beside its names that another says
// too.
func (s *sentence) deeds(other *sentence) float64 {
	return s.doc.lex.covered(s.rest, other.terms)
}

// tells reports whether the statements told already say what st does, up to
// numbers that contradict.
func (c *corpus) tells(told []*statement, st *statement) bool {
	for _, t := range told {
		if t.rival == st {
			continue
		}
		near := cosine(st.lead.vector, t.lead.vector)
		alike := near >= equal || near >= related && sharedNames(st.lead, t.lead) >= .5 && st.lead.deeds(t.lead) >= beside
		if (alike || c.repeats(st.lead.terms, t.lead.terms)) && !otherDays(st.lead, t.lead) ||
			near >= related/2 && shareFigure(st.lead, t.lead) || sameEvent(st.lead, t.lead) || retold(st.lead, t.lead) || c.retells(st.lead, t.lead) {
			return true
		}
	}
	return false
}

// repeats reports whether one of two sentences all but contains the other.
func (c *corpus) repeats(a, b []term) bool {
	return c.lex.covered(a, b) >= repeated || c.lex.covered(b, a) >= repeated
}

// shareFigure reports whether two sentences share a number so exact that it
// hardly stands for two things.
func shareFigure(a, b *sentence) bool {
	return slices.ContainsFunc(a.numbers, func(n string) bool {
		return len(strings.TrimRight(n, "0")) >= 5 && slices.Contains(b.numbers, n)
	})
}
