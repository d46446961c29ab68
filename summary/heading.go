package summary

import (
	"regexp"
	"slices"
	"strings"

	"github.com/storywire/storywire/text"
)

const headingLength = 70 // bytes

var (
	aside       = regexp.MustCompile(`(?:, (?:who|which|whose|the|a|an|where|including|now|then) [^,]{3,90},| \([^)]*\)| [–—] [^–—]{3,90} [–—])`)
	attribution = regexp.MustCompile(`(?:, (?:(?:\p{Lu}\S* ){1,4}|[\p{Ll} ]{0,40})(?:said|says|told|announced|reported|wrote)\b.*|, according to .*|, (?:saying|adding) .*)$`)
	verb        = regexp.MustCompile(`\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|did|does|do|\pL{2,}(?:ed|es|[^s'’]s)|said|met|held|won|lost|made|took|gave|went|came|left|began|led|sent|found|told|got|put|set|cut|hit|ran|rose|fell|grew|saw|kept|paid|shot|broke|struck|fought|drew|drove)\b`)
	// borders part a sentence into clauses, the better ones first.
	borders = []*regexp.Regexp{
		regexp.MustCompile(`(?:[,;:]| [–—-]) `),
		regexp.MustCompile(` (?:after|as|while|amid|because|but|although|though|when|where|who|which|following|before|despite|since|saying|until|unless|if|so that|in order to|and that|that would|ahead of) `),
		regexp.MustCompile(` (?:over|for|with|in|on|at|by|from|during|against|between|about|under|since|through|to|and) `),
	}
)

// headings names each part by a faithful clause of its own: from a title of an
// article it cites, or from its leading sentence. No heading repeats another or
// the story's title, as long as there is a choice.
func (c *corpus) headings(parts []*part, title string) []string {
	if len(parts) == 1 && parts[0].onlyTitles() {
		return []string{shorten(title, headingLength)}
	}
	used := [][]term{distinct(c.lex.terms(title, c.lang()))}
	var out []string
	for _, p := range parts {
		h := c.heading(p, used)
		used = append(used, distinct(c.lex.terms(h, p.seed.lead.doc.lang)))
		out = append(out, h)
	}
	return out
}

func (c *corpus) heading(p *part, used [][]term) string {
	var vs []vector
	for i, s := range p.all {
		f := 1.0
		if i == 0 {
			f = 1.5
		}
		vs = append(vs, s.lead.vector.times(f))
	}
	middle := centroid(vs)
	best, top := "", 0.0
	try := func(h string, d *doc, bonus float64) {
		words := len(text.Words(h))
		if words < 3 || c.used(h, d.lang, used) || opinion.MatchString(h) || strings.HasSuffix(h, "?") {
			return
		}
		score := bonus * cosine(c.lex.vector(distinct(c.lex.terms(h, d.lang))), middle)
		if score > top && p.holds(h, d.lang) {
			best, top = h, score
		}
	}
	for i, s := range p.all {
		d := s.lead.doc
		try(shorten(d.title, headingLength), d, 1.1-.1*float64(i))
		try(clause(s.lead.text), d, .9-.1*float64(i))
	}
	if best == "" {
		return p.plainHeading()
	}
	return best
}

// used reports whether a heading says what an earlier one says.
func (c *corpus) used(h, lang string, used [][]term) bool {
	terms := distinct(c.lex.terms(h, lang))
	for _, u := range used {
		if c.lex.covered(terms, u) >= repeated {
			return true
		}
	}
	return false
}

// holds reports whether the articles of the part carry the heading's facts.
func (p *part) holds(h, lang string) bool {
	var ps []*passage
	for _, s := range p.all {
		ps = append(ps, s.lead.doc.passage())
	}
	return claimsOf(h, lang).missing(ps...) == ""
}

// plainHeading is the last resort: the opening words of the leading sentence.
func (p *part) plainHeading() string {
	if h := clause(p.seed.lead.text); h != "" {
		return h
	}
	return shorten(p.seed.lead.doc.title, headingLength)
}

// clause cuts a sentence down to its main clause, "" where that fails.
func clause(s string) string {
	s = attribution.ReplaceAllString(strings.TrimRight(s, ".!"), "")
	s = aside.ReplaceAllString(s, "")
	s = shorten(s, headingLength)
	if len(s) > headingLength || !verb.MatchString(s) || !balanced(s) || strings.ContainsAny(s, "\"“”") || leans(s) {
		return ""
	}
	return s
}

// shorten cuts s to at most limit bytes at a clause border, keeping four words
// or more. Where there is no border it cuts at a word.
func shorten(s string, limit int) string {
	s = strings.TrimRight(s, " .")
	if len(s) <= limit {
		return s
	}
	for _, border := range borders {
		cut := ""
		for _, m := range border.FindAllStringIndex(s, -1) {
			if m[0] <= limit && len(text.Words(s[:m[0]])) >= 4 && balanced(s[:m[0]]) {
				cut = s[:m[0]]
			}
		}
		if cut != "" {
			return cut
		}
	}
	at := strings.LastIndex(s[:limit], " ")
	if at < 0 {
		return s
	}
	return strings.TrimRight(s[:at], " ,;:-–—")
}

// onlyTitles reports whether the part has nothing but headlines to go by.
func (p *part) onlyTitles() bool {
	return !slices.ContainsFunc(p.all, func(s *statement) bool { return !s.lead.title })
}
