package summary

import (
	"slices"

	"github.com/storywire/storywire/news"
)

const (
	// supported is the share of a sentence's content words that the cited
	// texts must hold together, support the share each must hold by itself.
	supported = 0.6
	support   = 0.4
)

// Verify keeps of a revision what its articles bear out, whoever wrote it, and
// counts what it drops. A sentence or event stands if it cites, each citation
// exists, all its names, numbers and quotations occur in the cited articles,
// and so do most of its content words. A heading or description that fails
// gives way to a title, which is the outlet's own.
func Verify(rev news.Revision, articles []news.Article) (kept news.Revision, dropped int) {
	byID := map[int64]news.Article{}
	for _, a := range articles {
		byID[a.ID] = a
	}
	cache := map[int]*passage{}
	lex := newLexicon()
	v := verifier{sources: map[int]news.Source{}}
	for _, s := range rev.Sources {
		v.sources[s.N] = s
	}
	v.passage = func(n int) *passage {
		if p, ok := cache[n]; ok {
			return p
		}
		s, cited := v.sources[n]
		a, held := byID[s.Article]
		if !cited || !held {
			return nil
		}
		cache[n] = newPassage(a, lex)
		return cache[n]
	}
	return v.verify(rev)
}

type verifier struct {
	sources map[int]news.Source
	passage func(n int) *passage // nil if there is no such source
	dropped int
}

func (v *verifier) verify(rev news.Revision) (news.Revision, int) {
	rev.WhatsNew = v.keep(rev.WhatsNew)
	sections := []news.Section{}
	for _, s := range rev.Sections {
		s.Sentences = v.keep(s.Sentences)
		if len(s.Sentences) > 0 {
			s.Heading = v.heading(s)
			sections = append(sections, s)
		}
	}
	rev.Sections = sections
	events := []news.Event{}
	for _, e := range rev.Timeline {
		if v.stands(e.Text, e.Cites) {
			events = append(events, e)
		}
	}
	rev.Timeline = events
	rev.Sources = slices.Clone(rev.Sources)
	for i, s := range rev.Sources {
		rev.Sources[i].Description = v.description(s)
	}
	return rev, v.dropped
}

func (v *verifier) keep(all []news.Statement) []news.Statement {
	out := []news.Statement{}
	for _, s := range all {
		if v.stands(s.Text, s.Cites) {
			out = append(out, s)
		}
	}
	return out
}

// stands reports whether the cited articles bear out a sentence, and counts it
// if they do not.
func (v *verifier) stands(s string, cites []int) bool {
	ok := v.borneOut(s, cites, supported)
	if !ok {
		v.dropped++
	}
	return ok
}

func (v *verifier) borneOut(s string, cites []int, enough float64) bool {
	if len(cites) == 0 {
		return false
	}
	var ps []*passage
	for _, n := range cites {
		p := v.passage(n)
		if p == nil {
			return false
		}
		ps = append(ps, p)
	}
	if len(ps) == 1 && ps[0].verbatim(s) {
		return true
	}
	c := claimsOf(s, ps...)
	if c.missing(ps...) != "" || c.share(ps...) < enough {
		return false
	}
	return !slices.ContainsFunc(ps, func(p *passage) bool { return c.share(p) < support })
}

// heading returns the section's heading, or the title of its first source if
// the cited articles do not bear the heading out.
func (v *verifier) heading(s news.Section) string {
	var all []int
	for _, st := range s.Sentences {
		all = append(all, st.Cites...)
	}
	var ps []*passage
	for _, n := range all {
		ps = append(ps, v.passage(n))
	}
	c := claimsOf(s.Heading, ps...)
	if s.Heading == "" || c.missing(ps...) == "" && c.share(ps...) >= supported {
		return s.Heading
	}
	v.dropped++
	first := v.sources[all[0]]
	return shorten(cleanTitle(first.Title, first.Outlet), headingLength)
}

// description returns a source's description, or its title if the article does
// not bear the description out.
func (v *verifier) description(s news.Source) string {
	if s.Description == "" || v.borneOut(s.Description, []int{s.N}, supported) {
		return s.Description
	}
	v.dropped++
	return finished(cleanTitle(s.Title, s.Outlet))
}
