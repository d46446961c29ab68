package summary

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

const (
	maxSections   = 4
	perSection    = 3 // sentences, one more where two contradict
	wholeStory    = maxSections * perSection
	oneAspect     = 0.14               // the kinship from which parts belong together
	unlike        = 0.05               // the kinship below which one is rather left out
	longAffair    = 7 * 24 * time.Hour // from when on the way to the latest is told
	turning       = 24 * time.Hour     // between two turning points at least
	currentWindow = 36 * time.Hour     // how far back the latest development reaches
)

// part is a section in the making.
type part struct {
	seed *statement
	all  []*statement
	role role
	// fixed parts have all their statements, in order.
	fixed bool
	// close ends the part: a single plan, or what was before.
	close []*statement
}

// parts chooses the statements of the sections, groups them by aspect, and
// orders them as a story is told: the latest development, what led here,
// reactions, what comes next, background.
func (c *corpus) parts(all []*statement) []*part {
	all = self(all)
	if len(all) == 0 {
		return nil
	}
	first := c.leading(all)
	var parts []*part
	if c.spans() {
		parts = c.telling(all, first)
	} else {
		parts = c.group(c.pick(all, first, nil, room(all)), c.mostSections())
	}
	c.order(parts)
	return parts
}

// announces reports whether a sentence's main clause looks ahead: "accepted a truce
// that will begin on Monday" tells what happened.
func (s *sentence) announces() bool {
	if !s.future {
		return false
	}
	main := yetToCome.Split(s.said, 2)[0]
	return len(main) == len(s.said) || text.Future(main, s.doc.lang) || !happened.MatchString(main)
}

// yetToCome begins a clause about what is.
var yetToCome = regexp.MustCompile(`,? (?:that|which|who|where|when) (?:will|would|is|are) `)

// group puts statements into at most most parts by affinity, the nearest together
// first (average linkage). What leads, the first, stays with the newest.
func (c *corpus) group(chosen []*statement, most int) []*part {
	var parts []*part
	for _, s := range chosen {
		parts = append(parts, &part{seed: s, all: []*statement{s}})
	}
	most = max(1, min(most, (len(chosen)+1)/2))
	near := c.kinship(chosen)
	for {
		a, b := c.nearest(parts, near, most)
		if len(parts) > most && (b == 0 || near.of(parts[a], parts[b]) < unlike) {
			if weakest := weakest(parts); weakest > 0 {
				parts = slices.Delete(parts, weakest, weakest+1)
				continue
			}
		}
		if b == 0 {
			break
		}
		parts[a].all = append(parts[a].all, parts[b].all...)
		parts = slices.Delete(parts, b, b+1)
	}
	return parts
}

// weakest is the place of the statement of lowest score that is a part by itself,
// 0 if none is but what leads.
func weakest(parts []*part) int {
	out := 0
	for i, p := range parts {
		if i > 0 && len(p.all) == 1 && p.seed.rival == nil && (out == 0 || p.seed.lead.score < parts[out].seed.lead.score) {
			out = i
		}
	}
	return out
}

// nearest are the places of the two parts that belong together most, b after a,
// or 0 and 0 if none should be joined: all are if they are more than most, those
// of one aspect always, but nothing older with what leads.
func (c *corpus) nearest(parts []*part, near kinship, most int) (a, b int) {
	top := 0.0
	if len(parts) <= most {
		top = oneAspect
	}
	for i, p := range parts {
		for j, q := range parts[:i] {
			if len(p.all)+len(q.all) > perSection+1 || j == 0 && c.past(p) && !c.past(q) {
				continue
			}
			if n := near.of(p, q); n > top {
				a, b, top = j, i, n
			}
		}
	}
	return a, b
}

// past reports whether one of the part's statements is older than the latest
// development, or tells of days long before it.
func (c *corpus) past(p *part) bool {
	newest := c.newest()
	return slices.ContainsFunc(p.all, func(s *statement) bool {
		days := s.lead.days()
		return newest.Sub(s.lead.doc.article.Published) > currentWindow || len(days) > 0 && newest.Sub(slices.MaxFunc(days, time.Time.Compare)) > 4*longAffair
	})
}

// kinship holds what each statement speaks of beside the story as a whole.
type kinship map[*statement]vector

// kinship weighs each word the less the more sentences of the story hold it: the
// names that are in all of them tell no aspect from another.
func (c *corpus) kinship(chosen []*statement) kinship {
	sentences, holding := 0.0, map[term]float64{}
	for _, s := range c.sentences() {
		sentences++
		for _, t := range s.terms {
			holding[t]++
		}
	}
	out := kinship{}
	for _, s := range chosen {
		var v vector
		for _, w := range s.lead.vector {
			v = append(v, component{w.t, w.w * math.Log((1+sentences)/holding[w.t])})
		}
		out[s] = v.unit()
	}
	return out
}

// of is how much two parts speak of one aspect.
func (k kinship) of(p, q *part) float64 {
	var sum float64
	for _, a := range p.all {
		for _, b := range q.all {
			apart := a.lead.doc.article.Published.Sub(b.lead.doc.article.Published).Abs()
			n := k.affinity(a, b) * recency(apart)
			if a.rival == b {
				n = 2
			}
			sum += n
		}
	}
	return .01 + sum/float64(len(p.all)*len(q.all))
}

// affinity tells how much two statements speak of one aspect, about 0 to 1.
func (k kinship) affinity(st, other *statement) float64 {
	a, b := st.lead, other.lead
	v := .8 * cosine(k[st], k[other])
	if a.doc == b.doc && abs(a.at-b.at) <= 2 {
		v += .15
	}
	if a.future == b.future && a.quotes == b.quotes {
		v += .05
	}
	return v
}

func abs(i int) int { return max(i, -i) }

func sharedNames(a, b *sentence) float64 {
	if len(a.names) == 0 || len(b.names) == 0 {
		return 0
	}
	n := 0
	for _, w := range a.names {
		if slices.Contains(b.names, w) {
			n++
		}
	}
	return float64(n) / float64(max(len(a.names), len(b.names)))
}

// order puts the sections into the order of their roles, of one role the newest
// first, and the statements of each into the order of time behind what leads it.
func (c *corpus) order(parts []*part) {
	for i, p := range parts {
		if p.fixed {
			continue
		}
		if i > 0 {
			p.role = c.mainRole(p.all)
			p.seed = p.opening()
		}
		p.begin(p.seed)
	}
	slices.SortStableFunc(parts[1:], func(a, b *part) int {
		return cmp.Or(cmp.Compare(a.role, b.role), b.seed.lead.doc.article.Published.Compare(a.seed.lead.doc.article.Published))
	})
}

// opening is the best opening among a part's newest statements, those rather that are
// like the rest of it: what came before must not stand above what overtook it.
func (p *part) opening() *statement {
	var newest time.Time
	var vs []vector
	for _, s := range p.all {
		vs = append(vs, s.lead.vector)
		if t := s.lead.doc.article.Published; t.After(newest) {
			newest = t
		}
	}
	middle := centroid(vs)
	var best *statement
	top := -1.0
	for _, s := range p.all {
		score := s.lead.opens() * cosine(s.lead.vector, middle)
		if newest.Sub(s.lead.doc.article.Published) <= currentWindow && score > top {
			best, top = s, score
		}
	}
	return best
}

// begin puts a statement first, and the others into the order of time behind it.
func (p *part) begin(first *statement) {
	p.seed = first
	rest := slices.DeleteFunc(p.all, func(s *statement) bool { return s == first })
	arrange(rest)
	p.all = append([]*statement{first}, rest...)
	pairRivals(p.all)
}

// arrange puts statements into the order of their articles and places.
func arrange(all []*statement) {
	slices.SortStableFunc(all, func(a, b *statement) int {
		return cmp.Or(a.lead.doc.article.Published.Compare(b.lead.doc.article.Published), cmp.Compare(a.lead.at, b.lead.at))
	})
}

// pairRivals puts contradicting statements side by side, the newer first.
func pairRivals(all []*statement) {
	for i, a := range all {
		j := slices.Index(all, a.rival)
		if a.rival == nil || j < i {
			continue
		}
		b := all[j]
		copy(all[i+2:j+1], all[i+1:j])
		all[i+1] = b
		if b.lead.doc.article.Published.After(a.lead.doc.article.Published) {
			all[i], all[i+1] = b, a
		}
	}
}

func (st *statement) news() news.Statement {
	return news.Statement{Text: finished(st.lead.text), Cites: cites(st.docs()...)}
}

// finished ends a sentence that its feed left without a full stop.
func finished(s string) string {
	if ended(s) {
		return s
	}
	return s + "."
}
