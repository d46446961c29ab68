package summary

import (
	"cmp"
	"slices"

	"github.com/storywire/storywire/news"
)

// Finding is what is said in one place of a revision, and what bears it out.
type Finding struct {
	Part     string    `json:"part"` // "what is new", "heading", "section", "source" or "timeline"
	Text     string    `json:"text"`
	Cites    []int     `json:"cites"` // of a heading those of its section
	Fault    string    `json:"fault"` // why the sources do not bear it out; "" if they do
	Passages []Support `json:"passages"`
}

// Support is a passage of a source that a text rests on.
type Support struct {
	Source int     `json:"source"`
	Text   string  `json:"text"`
	Share  float64 `json:"share"` // of the content words of the text that the passage holds, in [0, 1]
}

// Audit holds a revision against its articles, given by source number and as
// they read when it was written. It goes by the same check as publishing.
func Audit(rev news.Revision, articles map[int]news.Article) []Finding {
	v := verifierOf(articles, rev.Sources)
	out := []Finding{}
	add := func(part, said string, cites []int, fault string) {
		if said == "" {
			return
		}
		f := Finding{Part: part, Text: said, Cites: cites, Fault: fault, Passages: []Support{}}
		for _, n := range cites {
			if p := v.source(n); p != nil {
				f.Passages = append(f.Passages, p.support(said, n)...)
			}
		}
		out = append(out, f)
	}
	for _, s := range rev.WhatsNew {
		add("what is new", s.Text, s.Cites, v.fault(s.Text, s.Cites))
	}
	for _, s := range rev.Sections {
		cites := slices.Compact(slices.Sorted(slices.Values(citesOf(s))))
		add("heading", s.Heading, cites, v.headingFault(s))
		for _, st := range s.Sentences {
			add("section", st.Text, st.Cites, v.fault(st.Text, st.Cites))
		}
	}
	for _, s := range rev.Sources {
		add("source", s.Description, []int{s.N}, v.fault(s.Description, []int{s.N}))
	}
	for _, e := range rev.Timeline {
		add("timeline", e.Text, e.Cites, v.fault(e.Text, e.Cites))
	}
	return out
}

// support picks the units of the passage that a text rests on: at most two, the
// second for what the first does not say. There may be none where the text rests
// on other sources too.
func (p *passage) support(said string, source int) []Support {
	const most = 2
	c := claimsOf(said, p)
	left := slices.Clone(c.stems)
	var out []Support
	for range most {
		best, top := (*unit)(nil), 0
		for _, u := range p.units() {
			if n := u.count(left); n > top {
				best, top = u, n
			}
		}
		share := 0.0
		if best != nil {
			share = float64(best.count(c.stems)) / float64(len(c.stems))
		}
		if best == nil || len(out) == 0 && share < carried || len(out) > 0 && top < len(left) && top < 2 {
			break
		}
		out = append(out, Support{source, best.said, share})
		left = slices.DeleteFunc(left, func(t term) bool { return best.stems[t] })
	}
	slices.SortStableFunc(out, func(a, b Support) int { return cmp.Compare(b.Share, a.Share) })
	return out
}
