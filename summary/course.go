package summary

import (
	"math"
	"regexp"
	"slices"
	"time"
)

const (
	// maxTurns is how many turning points are told of the way here, maxAhead how
	// many plans, maxBack how much of what was before.
	maxTurns = 4
	maxAhead = 3
	maxBack  = 2
	done     = 0.4 // the share of an announcement that what fulfils it tells
	ofWords  = 0.7 // what a turning point is worth if it is one of words
	// partWords is how many are told of the newest days, and of those before.
	partWords = 150
)

// spans reports whether the story is of more than its newest days.
func (c *corpus) spans() bool {
	began := c.docs[0].article.Published
	return !began.IsZero() && c.newest().Sub(began) > currentWindow
}

// telling is the parts of a story of several days: what leads and what is new
// with it, the way here, what is to come, and what was before.
func (c *corpus) telling(all []*statement, first *statement) []*part {
	o := outline{c: c, all: all, told: []*statement{first}, roles: map[*statement]role{}}
	for _, s := range all {
		o.roles[s] = c.roleOf(s)
		o.words += s.lead.words
	}
	if c.long() {
		o.turns = o.turning(first)
		o.told = append(o.told, o.turns...)
	}
	ahead := o.ahead()
	back := o.tell(maxBack, func(s *statement) float64 {
		if o.roles[s] != background {
			return 0
		}
		return s.lead.base + c.gain(s.lead, nil)/c.top
	})
	frame := fixed(course, o.turns)
	if len(ahead) > 1 {
		frame = append(frame, fixed(prospect, ahead)...)
	}
	if len(back) > 1 {
		frame = append(frame, fixed(background, back)...)
	}
	most := c.mostSections()
	parts := o.group(o.now(first), most-len(frame)-o.steps(), latest, reactions)
	if !c.long() {
		frame = append(frame, o.group(o.before(first), most-len(parts)-len(frame), course)...)
	}
	parts = append(parts, frame...)
	if len(ahead) == 1 {
		parts[0].close = append(parts[0].close, ahead...)
	}
	if len(back) == 1 {
		last := parts[len(parts)-1]
		last.close = append(last.close, back...)
	}
	return parts
}

// mostSections is how many a story has at most: few articles have few sides.
func (c *corpus) mostSections() int {
	if c.long() {
		return maxSections + 1
	}
	return min(maxSections, 1+(len(c.originals())+1)/2)
}

// ahead is what is to come, by its days. What leads may have told one of several plans.
func (o *outline) ahead() []*statement {
	worth := func(s *statement) float64 {
		if o.roles[s] != prospect || !s.lead.until.After(o.c.today) || o.fulfilled(s) {
			return 0
		}
		return s.lead.score
	}
	out := o.tell(maxAhead, worth)
	if len(out) == 1 {
		out = append(out, o.c.best(o.all, append(out, o.turns...), 1, worth)...)
		o.told = append(o.told, out[1:]...)
	}
	slices.SortStableFunc(out, func(a, b *statement) int { return a.lead.until.Compare(b.lead.until) })
	return out
}

// fulfilled reports whether a later article, or another of that day, tells as done
// what a statement announces.
func (o *outline) fulfilled(s *statement) bool {
	lex, deeds := o.c.lex, o.c.lex.deeds(s.lead.rest)
	return slices.ContainsFunc(o.c.sentences(), func(t *sentence) bool {
		return !t.future && s.lead.doc.article.Published.Sub(t.doc.article.Published) < turning && sharedNames(s.lead, t) > 0 &&
			happened.MatchString(t.said) && lex.covered(deeds, lex.deeds(t.rest)) >= done
	})
}

// plans reports whether a sentence tells of a plan, and not of a mind: "will", but not
// in what somebody says, nor "won't".
func (s *sentence) plans() bool {
	return s.announces() && (!s.until.IsZero() || planned.MatchString(s.said) && !s.voices())
}

// stale reports whether a plan for no later day than today is of an article half a day
// older than the newest, which knows better.
func (c *corpus) stale(s *sentence) bool {
	return s.plans() && !s.until.After(c.today) && c.newest().Sub(s.doc.article.Published) > turning/2
}

var planned = regexp.MustCompile(`\bwill\b|\b(?:expected|due|set|scheduled|slated|poised|plans?|planning) to\b`)

// fixed is the part of statements in order, none if there are none.
func fixed(r role, all []*statement) []*part {
	if len(all) == 0 {
		return nil
	}
	return []*part{{seed: all[0], all: all, role: r, fixed: true}}
}

// outline is a story of several days in the making.
type outline struct {
	c     *corpus
	all   []*statement
	roles map[*statement]role
	told  []*statement
	turns []*statement // of a long affair
	words int          // of all statements
}

// tell picks statements by worth, and notes that they are told.
func (o *outline) tell(most int, worth func(*statement) float64) []*statement {
	out := o.c.best(o.all, o.told, most, worth)
	o.told = append(o.told, out...)
	return out
}

// steps is how many sections the way here may have, beside its turning points.
func (o *outline) steps() int {
	if o.c.long() {
		return 0
	}
	return 2
}

// group makes sections of statements of some roles, at most that many. One of a
// single sentence gets another of its article, or joins the first if it is no opening.
func (o *outline) group(chosen []*statement, most int, roles ...role) []*part {
	parts := o.c.group(chosen, most)
	for _, p := range parts {
		if len(p.all) > 1 {
			continue
		}
		p.all = append(p.all, o.tell(1, func(s *statement) float64 {
			if s.lead.doc != p.seed.lead.doc || !slices.Contains(roles, o.roles[s]) || !s.lead.until.IsZero() && o.c.stale(s.lead) {
				return 0
			}
			return s.lead.score
		})...)
	}
	return slices.DeleteFunc(parts, func(p *part) bool {
		if len(p.all) > 1 || p == parts[0] || p.seed.lead == p.seed.lead.doc.sentences[0] {
			return false
		}
		if lead := parts[0]; p.seed.lead.score >= lead.seed.lead.score/2 {
			lead.all = append(lead.all, p.seed)
		}
		return true
	})
}

// now is what leads, the first, and what is told of the newest articles beside it.
func (o *outline) now(first *statement) []*statement {
	return o.pick(first, o.words/3, func(s *statement) bool {
		return s == first || (o.roles[s] == latest || o.roles[s] == reactions) && !o.c.outrun(s.lead) && !o.c.stale(s.lead)
	})
}

// turning is the turning points of the days before.
func (o *outline) turning(first *statement) []*statement {
	return o.c.turns(slices.DeleteFunc(slices.Clone(o.all), func(s *statement) bool { return o.roles[s] != course }), first)
}

// before is what is told of the days before, the best opening first.
func (o *outline) before(first *statement) []*statement {
	best := o.turning(first)
	if len(best) == 0 {
		return nil
	}
	return o.pick(best[0], o.words/2, func(s *statement) bool { return o.roles[s] == course && !s.lead.plans() })
}

// pick chooses from the statements that are fit, up to so many words.
func (o *outline) pick(first *statement, words int, fit func(*statement) bool) []*statement {
	pool := slices.DeleteFunc(slices.Clone(o.all), func(s *statement) bool {
		return !fit(s) || s != first && (s.lead.doc.opines || s.lead.scene || !s.lead.clear || opensQuoted(s.lead.text))
	})
	told := slices.DeleteFunc(slices.Clone(o.told), func(s *statement) bool { return s == first })
	out := o.c.pick(pool, first, told, min(words, partWords))
	o.told = append(o.told, out...)
	return out
}

// best picks statements by worth, that nothing told says already.
func (c *corpus) best(all, told []*statement, most int, worth func(*statement) float64) []*statement {
	var out []*statement
	for len(out) < most {
		var best *statement
		top := 0.0
		for _, s := range all {
			if s.lead.leans || !s.lead.clear || s.lead.scene || s.lead.doc.explains || opensQuoted(s.lead.text) {
				continue
			}
			if w := worth(s); w > top && !c.tells(told, s) && !c.tells(out, s) {
				best, top = s, w
			}
		}
		if best == nil {
			break
		}
		out = append(out, best)
	}
	return out
}

// turns are the turning points before the newest days, as the articles of their
// days open with them, in order.
func (c *corpus) turns(all []*statement, first *statement) []*statement {
	recalled := c.recalled()
	var out []*statement
	for len(out) < maxTurns {
		next := c.best(all, []*statement{first}, 1, func(s *statement) float64 {
			l := s.lead
			if !l.leads() || l.announces() || c.lookback(l) {
				return 0
			}
			score := (l.base + c.gain(l, nil)/c.top) * (1 + math.Log2(1+recalled[l.day()])/2)
			if c.outrun(l) || len(l.days()) == 0 {
				score *= unclear
			}
			if l.quotes { // deeds rather than words
				score *= ofWords
			}
			for _, t := range out {
				apart := l.doc.article.Published.Sub(t.lead.doc.article.Published).Abs()
				if apart < turning {
					return 0
				}
				score *= 1 - math.Exp2(-float64(apart)/float64(halfLife/2))
			}
			return score
		})
		if len(next) == 0 {
			break
		}
		out = append(out, next[0])
	}
	arrange(out)
	return out
}

// recalled counts the articles that name a day before their own: what they come back
// to was a turning point.
func (c *corpus) recalled() map[time.Time]float64 {
	out := map[time.Time]float64{}
	for _, d := range c.originals() {
		own := d.article.Published.Truncate(24 * time.Hour)
		seen := map[time.Time]bool{}
		for _, s := range d.sentences {
			for _, day := range s.days() {
				if day.Before(own) && !seen[day] {
					seen[day] = true
					out[day]++
				}
			}
		}
	}
	return out
}

// day is the last day up to its own that a sentence names, or its own.
func (s *sentence) day() time.Time {
	own := s.doc.article.Published.Truncate(24 * time.Hour)
	var out time.Time
	for _, d := range s.days() {
		if !d.After(own) && d.After(out) {
			out = d
		}
	}
	if out.IsZero() {
		return own
	}
	return out
}

// leads reports whether a sentence is what its article opens with.
func (s *sentence) leads() bool {
	open := s.doc.sentences
	return s.at <= 1 && (open[0] == s || open[0].scene || len(open[0].days()) == 0)
}

// outrun reports whether a sentence looks to a day after its own that has come.
func (c *corpus) outrun(s *sentence) bool {
	own := s.doc.article.Published.Truncate(24 * time.Hour)
	return slices.ContainsFunc(s.days(), func(d time.Time) bool { return d.After(own) && !d.After(c.today) })
}
