package timeline

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

// settle drops announcements that time has overtaken: what was then reported
// as done, and what was put off. It also drops undated news of what others
// date to the days before.
func (s *story) settle(pools []*pool) {
	byDate := map[date]*pool{}
	for _, p := range pools {
		byDate[p.date] = p
	}
	for _, p := range pools {
		done := map[date][]*candidate{}
		p.candidates = slices.DeleteFunc(p.candidates, func(c *candidate) bool {
			if c.kind == news.Scheduled {
				return s.overtaken(c) || s.cameTrue(c, pools, done) || s.cameEarly(c, pools) || s.putOff(c)
			}
			return c.tag == nil && s.happenedBefore(c, byDate) || s.outnumbered(c, p)
		})
	}
	for _, p := range pools {
		if p.date.precision != news.Day {
			p.candidates = slices.DeleteFunc(p.candidates, func(c *candidate) bool { return s.moveToDay(c, pools) })
		}
	}
}

// moveToDay makes what c tells of a month, or a longer time, news of the one day
// of it for which another sentence tells nearly the same. It reports whether
// there is one.
func (s *story) moveToDay(c *candidate, pools []*pool) bool {
	if c.kind != news.Occurred {
		return false
	}
	var to *pool
	var dayOf *sentence
	for _, p := range pools {
		if p.date.precision != news.Day || p.date.first.Before(c.date.first) || p.date.first.After(c.date.last()) {
			continue
		}
		i := slices.IndexFunc(p.candidates, func(o *candidate) bool {
			return o.tag != nil && o.kind == news.Occurred && s.cosine(c.sentence, o.sentence) > redundant
		})
		if i < 0 {
			continue
		}
		if to != nil {
			return false
		}
		to, dayOf = p, p.candidates[i].sentence
	}
	if to == nil || !c.fitted() { // or it will not be shown
		return false
	}
	at := *c.dating
	at.date, at.label, at.ready = to.date, "", false
	to.candidates = append(to.candidates, &candidate{sentence: c.sentence, dating: &at, score: c.score, dayOf: dayOf})
	return true
}

// cameTrue reports whether what c announces was told as done, for the date shown
// or another that it names.
func (s *story) cameTrue(c *candidate, pools []*pool, done map[date][]*candidate) bool {
	for _, t := range c.tags {
		if _, known := done[t.date()]; !known {
			done[t.date()] = s.reported(pools, t.date())
		}
		if !t.Date.Before(c.date.first) && s.settled(c, done[t.date()]) {
			return true
		}
	}
	return false
}

// cameEarly reports whether what c announces was told as done before its date: the day
// was taken for the wrong one, or things went faster.
func (s *story) cameEarly(c *candidate, pools []*pool) bool {
	const alike = .3
	for _, p := range pools {
		if p.date.precision != news.Day || p.date.first.Before(c.of.day.AddDate(0, 0, -1)) || !p.date.first.Before(c.date.first) {
			continue
		}
		if slices.ContainsFunc(p.candidates, func(o *candidate) bool {
			return o.kind == news.Occurred && o.article != c.article && !o.of.day.Before(c.of.day) && !o.future() && !o.mentions(c.date) && s.cosine(c.sentence, o.sentence) > alike
		}) {
			return true
		}
	}
	return false
}

// overtaken reports whether the day of a plan is so long over that it would have
// been reported, had it mattered.
func (s *story) overtaken(c *candidate) bool {
	const patience = 7 * 24 * time.Hour
	return s.readings[len(s.readings)-1].day.Sub(c.date.last()) > patience
}

// happenedBefore reports whether a dated sentence tells the same of one of the
// three days before.
func (s *story) happenedBefore(c *candidate, pools map[date]*pool) bool {
	for back := 1; back <= 3; back++ {
		p := pools[date{c.date.first.AddDate(0, 0, -back), news.Day}]
		if p != nil && slices.ContainsFunc(p.candidates, func(o *candidate) bool {
			return o.kind == news.Occurred && (o.tag != nil && s.cosine(c.sentence, o.sentence) > .3 || s.sameEvent(c.sentence, o.sentence))
		}) {
			return true
		}
	}
	return false
}

// reported returns what is told to have occurred at a date.
func (s *story) reported(pools []*pool, d date) []*candidate {
	var out []*candidate
	for _, p := range pools {
		if p.date.precision != news.Day && p.date != d || p.date.first.Before(d.first) || p.date.first.After(d.last()) {
			continue
		}
		for _, c := range p.candidates {
			if c.kind == news.Occurred {
				out = append(out, c)
			}
		}
	}
	return out
}

// settled reports whether the reports tell that an announcement came true: one
// is much like it, or together they speak of half of those it names.
func (s *story) settled(c *candidate, done []*candidate) bool {
	told := map[string]bool{}
	for _, o := range done {
		if o.of.day.Before(c.of.day) {
			continue
		}
		if s.cosine(c.sentence, o.sentence) > .25 {
			return true
		}
		lines := []*sentence{o.sentence}
		if o.index < 3 && o.date.precision == news.Day {
			lines = s.byArticle[o.article] // the article is about it
		}
		for _, line := range lines {
			for name := range line.names() {
				told[name] = true
			}
		}
	}
	named, found := c.names(), 0
	for name := range named {
		if told[name] {
			found++
		}
	}
	return found > 0 && 2*found >= len(named)
}

var putOffWords = regexp.MustCompile(`\b(?:postponed?|moved|rescheduled|cancell?ed|delayed|put off|called off|pushed back|scrapped)\b`)

// putOff reports whether a later article tells that what was announced for the
// date will not be then.
func (s *story) putOff(c *candidate) bool {
	return slices.ContainsFunc(s.speaking[c.date], func(o *sentence) bool {
		return s.articles[o.article].Published.After(s.articles[c.article].Published) &&
			len(o.tags) > 0 && s.cosine(c.sentence, o) > .1 && o.putsOff()
	})
}

// cites returns the numbers of the articles that tell the line, ascending.
func (s *story) cites(c *candidate) []int {
	cited := map[int]bool{s.articles[c.article].N: true}
	if c.dayOf != nil {
		cited[s.articles[c.dayOf.article].N] = true
	}
	const enough = 6 // sources, from which on those that tell it in other words are left out
	line := s.lineOf(c)
	for _, o := range s.speaking[c.date] {
		if n := s.articles[o.article].N; !cited[n] && s.tells(o, line, len(cited) < enough) {
			cited[n] = true
		}
	}
	return slices.Sorted(maps.Keys(cited))
}

// lineOf is a candidate with what its line says.
type lineOf struct {
	*candidate
	words  *sentence
	weight float64 // of its stems
	facts  []string
}

func (s *story) lineOf(c *candidate) lineOf {
	lang := s.articles[c.article].Lang
	out := lineOf{candidate: c, words: &sentence{}, facts: facts(c.said, lang)}
	for _, term := range text.Terms(c.said, lang) {
		if id, known := s.ids[term]; known {
			out.words.stems = append(out.words.stems, id)
		}
	}
	slices.Sort(out.words.stems)
	out.words.stems = slices.Compact(out.words.stems)
	for _, id := range out.words.stems {
		out.weight += s.idf[id]
	}
	return out
}

// tells reports whether a sentence of another article tells the line: it holds
// most of the line's words, or half of them and tells of the same event, if reworded;
// it speaks of it as past or to come as the line does, and every name, number and
// quotation of the line is in that article.
func (s *story) tells(o *sentence, c lineOf, reworded bool) bool {
	const most, least = .55, .5 // of the line
	held, words := s.holds(o, c)
	if held < most && (words < least || !reworded) || !seesAs(o, c.candidate) || held < most && !s.sameEvent(o, c.sentence) {
		return false
	}
	body := s.body(o.article)
	for _, fact := range c.facts {
		if !strings.Contains(body, fact) {
			return false
		}
	}
	return true
}

// holds is how much of a line another sentence holds, by weight of its stems and by
// their number.
func (s *story) holds(o *sentence, c lineOf) (weight, words float64) {
	s.bringNear(c.words)
	for _, id := range o.stems {
		if s.near.has[id] {
			weight += s.idf[id]
			words++
		}
	}
	return weight / max(c.weight, 1e-9), words / float64(max(1, len(c.words.stems)))
}

// seesAs reports whether the other sentence takes the date for what the line
// does: something past, or something to come.
func seesAs(o *sentence, c *candidate) bool {
	for i := range o.tags {
		if o.tags[i].date() == c.date {
			return o.kind(&o.tags[i]) == c.kind
		}
	}
	return c.kind == news.Occurred && !o.future()
}
