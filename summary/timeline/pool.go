package timeline

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// candidate is a sentence that may stand for a date.
type candidate struct {
	*sentence
	date  date
	label string // as the time expression gives it; "" for the day of publication
	kind  news.Kind
	tag   *tag   // the time expression that dates it; nil: the day of publication
	said  string // the line as the article has it
	line  string // and as shown, with dates for its day words
	score float64
	sure  float64 // how safely the date is the event's, 0 to 1
	fits  bool    // can stand alone
	ready bool    // line, fits are made
}

// pool is what the story says of one date.
type pool struct {
	date       date
	candidates []*candidate
	weight     float64 // how much is spoken of the date
	rank       float64 // weight and best sentence, as standard scores
}

// mention is the best an article does for a date.
type mention struct {
	rel   float64
	early bool
	days  int // publication minus date
}

// pools gathers the candidates of each date that may be shown, the date most
// spoken of first.
func (s *story) pools(o Options) []*pool {
	byDate := map[date]*pool{}
	add := func(c *candidate) {
		if !o.holds(c.date) {
			return
		}
		p := byDate[c.date]
		if p == nil {
			p = &pool{date: c.date}
			byDate[c.date] = p
		}
		p.candidates = append(p.candidates, c)
	}
	for i := range s.articles {
		if o.counted() {
			s.gatherAll(i, add)
		} else {
			s.gatherSure(i, add)
		}
	}
	pools := make([]*pool, 0, len(byDate))
	for _, p := range byDate {
		pools = append(pools, p)
	}
	slices.SortFunc(pools, func(a, b *pool) int {
		return cmp.Or(a.date.first.Compare(b.date.first), cmp.Compare(a.date.precision, b.date.precision))
	})
	s.weigh(pools)
	return s.best(pools, o)
}

// gatherAll adds every sentence that may speak of a date: those that name it,
// the first ones of that day's articles, and fewer of the day's after.
func (s *story) gatherAll(i int, add func(*candidate)) {
	day := s.days[i]
	for _, line := range s.byArticle[i] {
		if len(line.stems) < 4 {
			continue
		}
		seen := map[date]bool{}
		for t := range line.tags {
			tag := &line.tags[t]
			if d := tag.date(); !seen[d] {
				seen[d] = true
				sure := 1.0
				if tag.aside {
					sure = .5
				}
				add(&candidate{sentence: line, date: d, label: tag.Label, tag: tag, kind: s.kind(line, tag), sure: sure})
			}
		}
		if len(line.tags) > 0 {
			continue
		}
		if line.index < 12 {
			add(&candidate{sentence: line, date: date{day, news.Day}, kind: s.kind(line, nil), sure: .5})
		}
		if line.index < 6 {
			add(&candidate{sentence: line, date: date{day.AddDate(0, 0, -1), news.Day}, kind: news.Occurred, sure: .3})
		}
	}
}

// gatherSure adds the sentences whose date is the event's by what they say:
// by the time they name, or, in the first sentences of an article that names
// no earlier day, as news of the day it was published.
func (s *story) gatherSure(i int, add func(*candidate)) {
	a, day := s.articles[i], s.days[i]
	elsewhere := false // the article's news is of another day
	for _, line := range s.byArticle[i] {
		dated, near := false, false
		for t := range line.tags {
			tag := &line.tags[t]
			near = near || tag.Precision == news.Day && day.Sub(tag.Date).Abs() <= 3*24*time.Hour
			if tag.aside || dated && tag.Precision != news.Day || tag.Precision == news.Month && tag.Date.Day() != 1 {
				continue // "last week" is no month
			}
			sure := 1.0
			if dated {
				sure = .7 // the first time named is the sentence's own
			}
			if c := s.dated(line, tag, sure); c != nil {
				add(c)
			}
			elsewhere = elsewhere || !dated && tag.Precision == news.Day && tag.Date.Before(day)
			dated = true
		}
		// A sentence that refers to these days is of none for sure.
		if !dated && !near && !elsewhere && line.index < 5 && len(line.stems) > 4 && s.newsOfTheDay(line, a.Lang) {
			add(&candidate{sentence: line, date: date{day, news.Day}, kind: news.Occurred, sure: .8 - .08*float64(line.index)})
		}
	}
}

// dated makes the candidate of a sentence for a time it names; nil if it
// tells no event of that time.
func (s *story) dated(line *sentence, t *tag, sure float64) *candidate {
	c := &candidate{sentence: line, date: t.date(), label: t.Label, tag: t, sure: sure, kind: s.kind(line, t)}
	if lang := s.articles[line.article].Lang; !english(lang) {
		if c.kind == news.Occurred && !t.Explicit && !hasPast(line.text, lang) {
			return nil // a present that may mean the weekday to come
		}
		return c
	}
	if c.kind == news.Occurred {
		c.sure *= tellsEvent(line, t)
	} else {
		c.sure *= tellsPlan(line, t)
	}
	if c.sure == 0 {
		return nil
	}
	return c
}

// tellsEvent is how surely an English sentence tells an event of a time it
// names, from 0 to 1.
func tellsEvent(line *sentence, t *tag) float64 {
	before, main := line.text[:t.Start], mainTense(line.text)
	switch when := tenseAt(line.text, t.Start); {
	case when == noVerb && follows.MatchString(before):
		return .5 // may be all that is told of it
	case when != past && when != reporting && when != descriptive, planned.MatchString(before):
		return 0
	case when == reporting && !t.Explicit && line.index > 0 && !said.MatchString(before):
		return 0 // "parliament votes on Tuesday" may be the next one
	case len(line.stems) < 5 && t.Precision == news.Day:
		return 0 // says too little
	case main == lasting && t.Precision != news.Day:
		return 0 // tells a state, and by the way when it came
	case main == lasting, when == descriptive:
		return .6
	}
	return 1
}

// tellsPlan is how surely an English sentence announces something for a time
// to come, from 0 to 1.
func tellsPlan(line *sentence, t *tag) float64 {
	if unsettled.MatchString(line.text) || putOffWords.MatchString(line.text) {
		return 0
	}
	sure := 1.0
	if when := tenseAt(line.text, t.Start); when == imagined || when == noVerb {
		sure = .6
	}
	if t.Precision != news.Day {
		if !t.Explicit {
			return 0 // "in three years" is no plan
		}
		sure *= .6
	}
	return sure
}

// planned stands before the time of something that was only meant to be.
var planned = regexp.MustCompile(`\b(?:announced|planned|scheduled|set|due|expected|booked|called|meant) (?:for|on|to) (?:\w+ )?$`)

// said stands where a present tense reports what is over.
var said = regexp.MustCompile(`\b(?:says|tells|reports|announces|confirms|claims|insists)\b`)

// follows stands before something that went before.
var follows = regexp.MustCompile(`\b(?:follows?|comes? after) `)

// unsettled sentences leave open whether something will be.
var unsettled = regexp.MustCompile(`\b(?:whether|if|could|might|may not|perhaps|possibly|unlikely|declined|refused)\b`)

// kind tells what happened from what was announced, seen from the day of
// publication. A date without a time expression is that day.
func (s *story) kind(line *sentence, t *tag) news.Kind {
	day := s.days[line.article]
	if t == nil {
		if s.future(line) {
			return news.Scheduled
		}
		return news.Occurred
	}
	if t.Date.After(day) {
		return news.Scheduled
	}
	last := lastDay(t.date())
	if last.Before(day) || !s.future(line) {
		return news.Occurred
	}
	if english(s.articles[line.article].Lang) && tenseAt(line.text, t.Start) != yetToCome {
		return news.Occurred
	}
	return news.Scheduled
}

// lastDay is the last day of a date.
func lastDay(d date) time.Time {
	switch d.precision {
	case news.Month:
		return d.first.AddDate(0, 1, -1)
	case news.Part:
		return d.first.AddDate(0, 4, -1)
	case news.Year:
		return d.first.AddDate(1, 0, -1)
	}
	return d.first
}

// newsOfTheDay reports whether an undated sentence tells something of the day
// it was published: in the simple past, not of what has long been or is usual.
func (s *story) newsOfTheDay(line *sentence, lang string) bool {
	if s.future(line) || !english(lang) {
		return false
	}
	words, _ := outsideQuotes(line.text)
	for _, w := range words {
		if habitual[w] || w == "ago" || w == "since" || w == "long" || w == "once" {
			return false
		}
	}
	switch tenseOf(words) {
	case past:
		return !strings.Contains(line.text, " had ") && !strings.Contains(line.text, ", says ")
	case reporting:
		return line.index == 0
	}
	return false
}

// weigh finds how much is spoken of each date. Times that articles of other
// days come back to count more than what is only reported that day; a busy
// time is measured against the weeks around it.
func (s *story) weigh(pools []*pool) {
	spoken := map[date]float64{}
	for i := range s.articles {
		for d, m := range s.mentions(i) {
			weight := math.Min(1, m.rel) + .3
			if m.early {
				weight += .3
			}
			switch {
			case m.days == 0:
				weight *= .7
			case m.days > 7:
				weight *= 1.5
			}
			spoken[d] += weight
		}
	}
	for _, day := range s.days {
		spoken[date{day, news.Day}] += .1
	}
	for _, p := range pools {
		around := 0.0
		if p.date.precision == news.Day {
			for i := -15; i <= 15; i++ {
				around += math.Log1p(spoken[date{p.date.first.AddDate(0, 0, i), news.Day}])
			}
		}
		p.weight = math.Log1p(spoken[p.date]) - .1*around/31
	}
}

func (s *story) mentions(i int) map[date]mention {
	out := map[date]mention{}
	for _, line := range s.byArticle[i] {
		for _, t := range line.tags {
			m := out[t.date()]
			m.rel = max(m.rel, line.rel)
			m.early = m.early || line.index < 4
			m.days = int(s.days[i].Sub(t.Date).Hours() / 24)
			out[t.date()] = m
		}
	}
	return out
}
