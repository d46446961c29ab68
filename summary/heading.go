package summary

import (
	"regexp"
	"slices"
	"strings"

	"github.com/storywire/storywire/text"
)

const (
	headingLength = 76 // bytes
	headingWords  = 12
	// titled is the least likeness to its section of a title whose article
	// opens with what leads the section: it names that very news.
	titled = 0.25
	// likeTitle is what a heading is worth that all but says what the title does.
	likeTitle = 0.6
	// sameHeading is the share of a heading, by rarity, that makes it a repeat.
	sameHeading = 0.75
)

var (
	// vagueSubject is one that an earlier sentence named.
	vagueSubject = regexp.MustCompile(`^(?i:(?:\w+ )?things)\b|^The \p{Ll}+(?:,| (?:is|are|was|were|has|have|had|will|would|can|could|said|\p{Ll}+s)\b)`)
	// noSubject opens a clause that does not say who.
	noSubject = regexp.MustCompile(`^(?:Many|Some|Others|Both|Still|There|What|When|As|Among|Also|Not|How)\b`)
)

// headings names each part by a faithful clause of its own: from a title of an
// article it cites, or from its leading sentence, and lets it begin with what it is
// named for. No heading repeats another or the story's title, as long as there is a
// choice.
func (c *corpus) headings(parts []*part, title string) []string {
	if len(parts) == 1 && parts[0].onlyTitles() {
		return []string{shorten(parts[0].seed.lead.text, headingLength)}
	}
	used := []string{title}
	for i, p := range parts {
		h, from := c.heading(p, used)
		used = append(used, h)
		if from = p.titled(h, from); i > 0 && !p.fixed && from != nil && (from.lead.doc != p.seed.lead.doc || from.lead.at < p.seed.lead.at) { // an article keeps its order
			p.begin(from)
		}
	}
	return used[1:]
}

// titled is where to begin a part under a heading that is the title of an article: with
// what comes first in it. Under any other it is with the statement it is from.
func (p *part) titled(h string, from *statement) *statement {
	if from == nil || !strings.HasPrefix(from.lead.doc.title, h) {
		return from
	}
	for _, s := range p.all {
		if s.lead.doc == from.lead.doc && s.lead.at < from.lead.at {
			from = s
		}
	}
	return from
}

// heading is the heading of a part, and the statement that it tells of.
func (c *corpus) heading(p *part, used []string) (string, *statement) {
	var vs []vector
	for i, s := range p.all {
		f := 1.0
		if i == 0 {
			f = 1.5
		}
		vs = append(vs, s.lead.vector.times(f))
	}
	middle := centroid(vs)
	main := p.all[0]
	if p.fixed && p.role == course { // in the order of time
		main = p.all[len(p.all)-1]
	}
	var from, of *statement
	best, top := "", 0.0
	try := func(h string, d *doc, bonus, near float64) {
		words := len(text.Words(h))
		if bonus == 0 || words < 3 || words > headingWords+3 {
			return
		}
		if !c.heads(h, d, used) {
			// Rather like the title than of something smaller.
			if of != main || h == used[0] || !c.heads(h, d, used[1:]) {
				return
			}
			bonus *= likeTitle
		}
		if words > headingWords {
			bonus *= .8
		}
		terms := distinct(c.lex.terms(h, d.lang))
		score := bonus * form(h, d.lang) * (near + (1-near)*cosine(c.lex.vector(terms), middle))
		if !p.fixed && c.outdated(&headline{title: h, terms: terms, figures: numbersIn(h)}) {
			score /= 2
		}
		if score > top && p.holds(h) {
			best, top, from = h, score, of
		}
	}
	for i, s := range p.all {
		of = s
		d := s.lead.doc
		if p.older(s) {
			continue
		}
		rank := 1 / (1 + 2*float64(i))
		if p.fixed && p.role == course {
			rank = 1 / (1 + 2*float64(len(p.all)-1-i))
		}
		try(clause(s.lead.timeless()), d, .9*rank*c.weight(s.lead), 0)
		if d.opines || p.fixed && p.role != course {
			continue // the title says what its article was written for
		}
		near := 0.0 // what is sure of the title's likeness to the section
		if s.lead.at == 0 && rank == 1 {
			near = titled
		}
		for _, d := range c.alike(d, p) {
			bonus := 1.3 * rank
			if !d.clear {
				bonus, near = .7*rank, 0
			} else if s.lead.at > 0 {
				bonus = .7 * rank
			}
			if len(d.title) <= headingLength+10 {
				try(d.title, d, 1.2*bonus, near)
			} else if short, ok := cut(d.title, headingLength); ok {
				try(short, d, .8*bonus, near)
			}
		}
	}
	if best == "" {
		return c.longHeading(p, used), nil
	}
	return best, from
}

// alike are an article and its copies, which may have better titles, as far as the
// part bears those out.
func (c *corpus) alike(d *doc, p *part) []*doc {
	out := []*doc{d}
	for _, o := range c.docs {
		if o.article.CopyOf != 0 && o.article.CopyOf == d.article.ID {
			if ps := p.passages(); claimsOf(o.title, ps...).fault(ps) == "" {
				out = append(out, o)
			}
		}
	}
	return out
}

// heads reports whether h, of an article, may stand above a section: a clause that
// says something new, not a question, a view or a teaser.
func (c *corpus) heads(h string, d *doc, used []string) bool {
	return !dangles(h) && !c.used(h, d.lang, used) && !noSubject.MatchString(h) && !opinion.MatchString(h) && !teasing.MatchString(h) && !strings.Contains(h, "?") && balanced(h)
}

// timeless is a sentence without the day on which it came about, which a heading
// can do without.
func (s *sentence) timeless() string {
	if s.doc.lang != "en" || days.MatchString(s.text) || dayTells.MatchString(s.text) {
		return s.text
	}
	return text.Capitalised(onDay.ReplaceAllString(s.text, ""))
}

const dayOfMonth = `[Oo]n (?:the (?:night|morning|afternoon|evening) of )?(?:` + months + `) \d{1,2}`

var (
	onDay = regexp.MustCompile(`^(?:(?:Early|Late) )?` + dayOfMonth + `(?:, \d{4})?,? |(?: early| late)? ` + dayOfMonth + `(?:, \d{4}\b)?(?: local time)?`)
	// dayTells which of its kind something is: "data released on May 3 showed".
	dayTells = regexp.MustCompile(`\p{Ll}+ed(?: early| late)? ` + dayOfMonth + `(?:, \D| \p{Ll}+ed )`)
	days     = regexp.MustCompile(dayOfMonth + `(?:-|–| to | and )`)
)

// older reports whether a statement is of days before what leads the section.
func (p *part) older(s *statement) bool {
	return !p.fixed && p.seed.lead.doc.article.Published.Sub(s.lead.doc.article.Published) > currentWindow
}

// weight is how well the clause that a sentence leads with may head a section:
// what is an aside, is over, or only its own article explains does not.
func (c *corpus) weight(s *sentence) float64 {
	switch {
	case s.scene:
		return 0
	case s.substance < deedless:
		return .2
	case s.nameless || s.leans || s.overtaken(c.newest()):
		return .4
	}
	return 1
}

// form is how much like a heading h reads: it says who, and what they do.
func form(h, lang string) float64 {
	if lang != "en" {
		return 1
	}
	words := text.Words(h)
	f := 1.0
	if vagueSubject.MatchString(h) {
		f *= .5
	}
	if len(text.Names(h, lang)) == 0 {
		f *= .8
	}
	if !verbal(words) && !verbal(small(words)) && !isTo.MatchString(h) {
		f *= .6
	}
	if shouting(h) {
		f /= 4
	}
	if opensQuoted(h) {
		f /= 2
	}
	return f
}

// isTo is a headline on what somebody is to do.
var isTo = regexp.MustCompile(`^(?:\S+ ){1,4}[Tt]o \p{L}+ `)

// small are words in small letters, as a title has them that capitalises each.
func small(words []string) []string {
	out := slices.Clone(words)
	for i := range out {
		out[i] = strings.ToLower(out[i])
	}
	return out
}

// teasing headlines want to be opened.
var teasing = regexp.MustCompile(`(?i)^(?:this|these|meet|see|inside|watch)\b|\b(?:finally|actually|you|your|slams|blasts|destroys|stuns|shocking|goes viral|won['’]t believe|that's|that’s)\b|…$|\.\.\.$`)

// longHeading is a heading that does not end in mid-sentence, though it be long:
// the shortest of the whole titles and first clauses.
func (c *corpus) longHeading(p *part, used []string) string {
	const limit = 2 * headingLength
	best, least := "", 0.0
	try := func(h string, d *doc, weight float64) {
		n := len(text.Words(h))
		length := float64(n) / (weight * form(h, d.lang))
		if n > 2 && len(h) <= limit && (best == "" || length < least) && c.heads(h, d, used) && p.holds(h) {
			best, least = h, length
		}
	}
	for _, s := range p.all {
		if p.older(s) {
			continue
		}
		d := s.lead.doc
		if d.clear && !d.opines {
			try(d.title, d, 1)
		}
		main := withoutAsides(withoutSpeaker(unstopped(s.lead.timeless(), ".!")))
		for _, said := range []string{main, s.lead.timeless()} {
			if !hasVerb(text.Words(said)) {
				continue
			}
			for most := headingLength; most <= limit; most += headingLength / 3 {
				if short, ok := cut(said, most); ok && !dangles(short) && !unsaid.MatchString(short) && !opener.MatchString(short) && !strings.ContainsAny(short, "–—") {
					try(short, d, c.weight(s.lead))
					break
				}
			}
		}
	}
	t := p.seed.lead.doc.title
	whole := t != "" && len(t) <= limit && p.seed.lead.doc.clear && !slices.Contains(used[1:], t) && !strings.Contains(t, "?") && p.holds(t)
	switch {
	case whole && (best == "" || len(best) > headingLength*3/2):
		return t // rather say what the story's title says than break off, or tell all
	case best != "":
		return best
	}
	for _, s := range p.all {
		if h := shorten(s.lead.text, headingLength); !slices.Contains(used[1:], h) {
			return h
		}
	}
	return shorten(p.seed.lead.text, headingLength/2)
}

// used reports whether a heading all but says what an earlier one says.
func (c *corpus) used(h, lang string, used []string) bool {
	deeds := func(h string) []term { return c.lex.deeds(c.lex.terms(h, lang)) }
	told := deeds(h)
	return slices.ContainsFunc(used, func(u string) bool { return c.lex.covered(told, deeds(u)) >= sameHeading })
}

// holds reports whether the articles of the part carry the heading's facts.
func (p *part) holds(h string) bool {
	ps := p.passages()
	return claimsOf(h, ps...).missing(ps...) == ""
}

func (p *part) passages() []*passage {
	var ps []*passage
	for _, s := range p.all {
		ps = append(ps, s.lead.doc.passage())
	}
	return ps
}

// onlyTitles reports whether the part has nothing but headlines to go by.
func (p *part) onlyTitles() bool {
	return !slices.ContainsFunc(p.all, func(s *statement) bool { return !s.lead.title })
}
