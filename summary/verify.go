package summary

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"github.com/storywire/storywire/news"
)

const (
	// supported is the share of a sentence's content words that the cited
	// texts must hold together, support the share each must hold by itself,
	// and carried the share that one of its sentences must.
	supported = 0.6
	support   = 0.4
	carried   = 0.3
)

// Verify keeps of a revision what its articles bear out, whoever wrote it, and
// counts what it drops. A sentence or event stands if it cites, each citation
// exists and leads to a sentence that says a part of it, all its names, numbers
// and quotations occur in the cited articles, near what they are told of there,
// and so do most of its content words; and if it does not deny what they say. A
// heading or description that fails gives way to a title, which is the outlet's
// own.
//
// Words alone are compared: a sentence that turns the sense of its source with
// words of the source can stand.
func Verify(rev news.Revision, articles []news.Article) (kept news.Revision, dropped int) {
	byID := map[int64]news.Article{}
	for _, a := range articles {
		byID[a.ID] = a
	}
	byNumber := map[int]news.Article{}
	for _, s := range rev.Sources {
		if a, held := byID[s.Article]; held {
			byNumber[s.N] = a
		}
	}
	v := verifierOf(byNumber, rev.Sources)
	kept = v.verify(rev)
	return kept, len(v.faults)
}

// verifierOf checks against articles by the numbers of the sources.
func verifierOf(articles map[int]news.Article, sources []news.Source) *verifier {
	cache := map[int]*passage{}
	lex := newLexicon()
	return newVerifier(sources, func(n int) *passage {
		if a, held := articles[n]; held && cache[n] == nil {
			cache[n] = newPassage(a, lex)
		}
		return cache[n]
	})
}

func newVerifier(sources []news.Source, passage func(n int) *passage) *verifier {
	v := &verifier{sources: map[int]news.Source{}, passage: passage}
	for _, s := range sources {
		v.sources[s.N] = s
	}
	return v
}

type verifier struct {
	sources map[int]news.Source
	passage func(n int) *passage // of the article of a source, nil for none
	faults  []string             // of each sentence, heading or description that fell
}

func (v *verifier) verify(rev news.Revision) news.Revision {
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
	rev.Timeline = v.keepEvents(rev.Timeline)
	rev.Sources = slices.Clone(rev.Sources)
	for i, s := range rev.Sources {
		rev.Sources[i].Description = v.description(s)
	}
	return rev
}

func (v *verifier) keep(all []news.Statement) []news.Statement {
	return standing(all, func(s news.Statement) bool { return v.stands(s.Text, s.Cites) })
}

func (v *verifier) keepEvents(all []news.Event) []news.Event {
	return standing(all, func(e news.Event) bool { return v.stands(e.Text, e.Cites) })
}

// standing are those that stand; never nil.
func standing[T any](all []T, stands func(T) bool) []T {
	out := []T{}
	for _, t := range all {
		if stands(t) {
			out = append(out, t)
		}
	}
	return out
}

// stands reports whether the cited articles bear out a sentence, and notes why
// not.
func (v *verifier) stands(s string, cites []int) bool { return v.noted(v.fault(s, cites)) }

func (v *verifier) noted(fault string) bool {
	if fault != "" {
		v.faults = append(v.faults, fault)
	}
	return fault == ""
}

// source is the passage behind a number, nil if there is no such source.
func (v *verifier) source(n int) *passage {
	if _, listed := v.sources[n]; !listed {
		return nil
	}
	return v.passage(n)
}

// cited returns the passages behind citations, or why there are none.
func (v *verifier) cited(cites []int) (ps []*passage, fault string) {
	if len(cites) == 0 {
		return nil, "no citation"
	}
	for _, n := range cites {
		p := v.source(n)
		if p == nil {
			return nil, fmt.Sprintf("no source %d", n)
		}
		ps = append(ps, p)
	}
	return ps, ""
}

// fault names why the cited articles do not bear a sentence out, "" if they do.
func (v *verifier) fault(s string, cites []int) string {
	ps, fault := v.cited(cites)
	if fault != "" {
		return fault
	}
	if len(ps) == 1 && ps[0].verbatim(s) && !addresses(s) {
		return ""
	}
	if slices.Equal(ps[0].stood[s], ps) {
		return ""
	}
	origins := originsOf(s, ps)
	c, fault := borne(s, ps, origins)
	if fault != "" {
		return fault
	}
	for i, p := range ps {
		if !c.borneBy(p, origins[i]) {
			return fmt.Sprintf("source %d says something else", cites[i])
		}
	}
	ps[0].stood[s] = ps
	return ""
}

// borneBy reports whether one of the passages cited carries the claims, or the origin
// of their sentence in it, nil if it has none.
func (c claims) borneBy(p, origin *passage) bool {
	return origin != nil && origin.carries(c.stems) >= carried || p.carries(c.stems) >= carried
}

// originsOf are the origins of a sentence in each of the passages.
func originsOf(s string, ps []*passage) []*passage {
	out := make([]*passage, len(ps))
	for i, p := range ps {
		out[i] = p.origin(s)
	}
	return out
}

// borne are the claims of a sentence, and why the passages do not bear them out,
// "" if they do. One that is a sentence of theirs, perhaps with words left out or
// the dates of its day words put in, needs no look at the others; one that has a
// word of its own does, since that may be a name from elsewhere.
func borne(s string, ps, origins []*passage) (c claims, fault string) {
	origins = slices.DeleteFunc(slices.Clone(origins), func(o *passage) bool { return o == nil })
	if len(origins) > 0 {
		c = claimsOf(s, origins...)
		r := newReading(leftover.ReplaceAllString(c.said, "$1"), ps[0].lang, ps[0].lex)
		if c.fault(origins) == "" && slices.ContainsFunc(evidenceOf(origins), func(e evidence) bool { return r.within(e.unit.reading) }) {
			return c, ""
		}
	}
	c = claimsOf(s, ps...)
	return c, c.fault(ps)
}

// leftover is what introduced a date that was left out.
var leftover = regexp.MustCompile(` (?:in|on)(?: the (?:morning|afternoon|evening|night|week|weekend) of)?( ?(?:[ .,;:]|$))`)

// heading returns the section's heading, or the title of its first source if
// the cited articles do not bear the heading out.
func (v *verifier) heading(s news.Section) string {
	if v.noted(v.headingFault(s)) {
		return s.Heading
	}
	first := v.sources[s.Sentences[0].Cites[0]]
	return shorten(cmp.Or(cleanTitle(first.Title, first.Outlet), s.Sentences[0].Text), headingLength)
}

// headingFault names why the articles of a section do not bear its heading out.
func (v *verifier) headingFault(s news.Section) string {
	ps, fault := v.cited(citesOf(s))
	if fault != "" {
		return fault
	}
	if slices.ContainsFunc(ps, func(p *passage) bool { return p.verbatim(s.Heading) }) && !addresses(s.Heading) {
		return ""
	}
	_, fault = borne(s.Heading, ps, originsOf(s.Heading, ps))
	return fault
}

// citesOf are the citations of a section.
func citesOf(s news.Section) []int {
	var all []int
	for _, st := range s.Sentences {
		all = append(all, st.Cites...)
	}
	return all
}

// description returns a source's description, or its title if the article does
// not bear the description out.
func (v *verifier) description(s news.Source) string {
	if s.Description == "" || v.stands(s.Description, []int{s.N}) {
		return s.Description
	}
	if title := cleanTitle(s.Title, s.Outlet); title != "" {
		return finished(title)
	}
	return ""
}
