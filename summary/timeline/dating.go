package timeline

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

// dating is a date that a sentence may tell of.
type dating struct {
	passage *passage
	date    date
	label   string // as the time expression gives it; "" for the day of publication
	kind    news.Kind
	tag     *tag    // the time expression that dates it; nil: the day of publication
	sure    float64 // how safely the date is the event's, 0 to 1

	// Made when first asked for.
	said  string // the line as the article has it
	line  string // and as shown, with dates for its day words
	fits  bool   // can stand alone
	dead  *int   // how many it says died
	ready bool
}

// datings returns the sentences that may stand for a date.
func (r *reading) datings(o Options) []*dating {
	if o.counted() {
		return r.anyhow()
	}
	return r.surely()
}

// anyhow returns every sentence that may speak of a date: those that name it,
// the first ones of that day's articles, and fewer of the day's after.
func (r *reading) anyhow() []*dating {
	if r.all != nil {
		return r.all
	}
	r.all = []*dating{}
	add := func(d *dating) { r.all = append(r.all, d) }
	for _, p := range r.passages {
		if len(p.terms) < 4 {
			continue
		}
		seen := map[date]bool{}
		for t := range p.tags {
			tag := &p.tags[t]
			if d := tag.date(); !seen[d] {
				seen[d] = true
				sure := 1.0
				if tag.aside {
					sure = .5
				}
				add(&dating{passage: p, date: d, label: tag.Label, tag: tag, kind: p.kind(tag), sure: sure})
			}
		}
		if len(p.tags) > 0 {
			continue
		}
		if p.index < 12 {
			add(&dating{passage: p, date: date{r.day, news.Day}, kind: p.kind(nil), sure: .5})
		}
		if p.index < 6 {
			add(&dating{passage: p, date: date{r.day.AddDate(0, 0, -1), news.Day}, kind: news.Occurred, sure: .3})
		}
	}
	return r.all
}

// surely returns the sentences whose date is the event's by what they say: by
// the time they name, or, in the first sentences of an article that names no
// earlier day, as news of the day it was published.
func (r *reading) surely() []*dating {
	if r.sure != nil {
		return r.sure
	}
	r.sure = []*dating{}
	add := func(d *dating) { r.sure = append(r.sure, d) }
	elsewhere := false // the article's news is of another day
	reports := r.reportsNews()
	for _, p := range r.passages {
		dated, near := false, false
		for t := range p.tags {
			tag := &p.tags[t]
			week := tag.Precision == news.Month && tag.Date.Day() != 1 // "this week": no month, nor the day of the article
			near = near || week || tag.Precision == news.Day && r.day.Sub(tag.Date).Abs() <= 3*24*time.Hour
			if tag.aside || week || dated && tag.Precision != news.Day {
				continue
			}
			sure := 1.0
			if dated {
				sure = .7 // the first time named is the sentence's own
			}
			if c := p.dated(tag, sure); c != nil {
				add(c)
			}
			elsewhere = elsewhere || !dated && tag.Precision == news.Day && tag.Date.Before(r.day)
			dated = true
		}
		// A sentence that refers to these days is of none for sure, nor is one
		// that goes on with what had been.
		continued := p.index > 0 && strings.Contains(r.passages[p.index-1].Text, " had been ")
		if !dated && !near && !elsewhere && !continued && reports && p.index < 5 && len(p.terms) > 4 && p.newsOfTheDay() {
			add(&dating{passage: p, date: date{r.day, news.Day}, kind: news.Occurred, sure: .8 - .08*float64(p.index)})
		}
	}
	return r.sure
}

// reportsNews reports whether an article opens with what happened: of one that opens
// with a scene, a state or a view no sentence without a date is news of its day.
func (r *reading) reportsNews() bool {
	if len(r.passages) == 0 || !text.English(r.lang) {
		return len(r.passages) > 0
	}
	first := r.passages[0]
	if first.newsOfTheDay() || first.future() {
		return true
	}
	words := outsideQuotes(mainClause(first.Text))
	when := tenseOf(words)
	return when == perfect || when == past && slices.ContainsFunc(first.tags, func(t tag) bool { return t.Precision == news.Day })
}

// dated makes the dating of a sentence by a time it names; nil if it
// tells no event of that time.
func (p *passage) dated(t *tag, sure float64) *dating {
	c := &dating{passage: p, date: t.date(), label: t.Label, tag: t, sure: sure, kind: p.kind(t)}
	if lang := p.of.lang; !text.English(lang) {
		if c.kind == news.Occurred && !t.Explicit && !hasPast(p.Text, lang) {
			return nil // a present that may mean the weekday to come
		}
		return c
	}
	if c.kind == news.Occurred {
		c.sure *= tellsEvent(p, t)
	} else {
		c.sure *= tellsPlan(p, t)
	}
	if c.sure == 0 {
		return nil
	}
	return c
}

// tellsEvent is how surely an English sentence tells an event of a time it
// names, from 0 to 1.
func tellsEvent(p *passage, t *tag) float64 {
	before := p.Text[:t.Start]
	when := tenseAt(p.Text, t.Start)
	switch {
	case when == noVerb && follows.MatchString(before):
		return .5 // may be all that is told of it
	case when != past && when != reporting && when != descriptive, planned(before):
		return 0
	case when == reporting && !t.Explicit && p.index > 0 && !said.MatchString(before):
		return 0 // "parliament votes on Tuesday" may be the next one
	case len(p.terms) < 5 && t.Precision == news.Day:
		return 0 // says too little
	}
	if view.MatchString(p.Text) {
		return 0
	}
	words := outsideQuotes(mainClause(p.Text))
	switch main := tenseOf(words); {
	case main == lasting && t.Precision != news.Day:
		return 0 // tells a state, and by the way when it came
	case main == imagined:
		return 0 // weighs what may be, and by the way what was
	case main == lasting, when == descriptive, main == perfect && strings.Contains(before, " since "):
		return .6
	}
	return 1
}

// tellsPlan is how surely an English sentence announces something for a time
// to come, from 0 to 1.
func tellsPlan(p *passage, t *tag) float64 {
	if unsettled.MatchString(p.Text) || p.putsOff() || onceMeant.MatchString(p.Text) {
		return 0
	}
	sure := 1.0
	if when := tenseAt(p.Text, t.Start); when == imagined || when == noVerb {
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

// planned reports whether the words before a time make it that of something
// that was only meant to be: "scheduled for next".
func planned(before string) bool {
	words := strings.Fields(before[max(0, len(before)-60):])
	i := len(words) - 1
	if !towards[at(words, i)] {
		i--
	}
	return towards[at(words, i)] && meant[at(words, i-1)]
}

var (
	towards = text.WordSet(`for on to`)
	meant   = text.WordSet(`announced planned scheduled set due expected booked called meant`)
)

// said stands where a present tense reports what is over.
var said = regexp.MustCompile(`\b(?:says|tells|reports|announces|confirms|claims|insists)\b`)

// follows stands before something that went before.
var follows = regexp.MustCompile(`\b(?:follows?|comes? after) `)

// unsettled sentences leave open whether something will be.
var unsettled = regexp.MustCompile(`\b(?:whether|if|could|might|may not|perhaps|possibly|unlikely|declined|refused)\b`)

// onceMeant sentences tell of a plan that holds no more.
var onceMeant = regexp.MustCompile(`\b(?:had been|was originally|were originally|was first|had originally been) (?:set|due|planned|scheduled|expected|called|announced)\b`)

// kind tells what happened from what was announced, seen from the day of
// publication. A date without a time expression is that day.
func (p *passage) kind(t *tag) news.Kind {
	day := p.of.day
	if t == nil {
		if p.future() {
			return news.Scheduled
		}
		return news.Occurred
	}
	if t.Date.After(day) {
		return news.Scheduled
	}
	last := t.date().last()
	if last.Before(day) || !p.future() {
		return news.Occurred
	}
	if text.English(p.of.lang) && tenseAt(p.Text, t.Start) != yetToCome {
		return news.Occurred
	}
	return news.Scheduled
}

// last is the last day of a date.
func (d date) last() time.Time { return d.precision.Last(d.first) }

var (
	// view opens a sentence that weighs instead of telling.
	view = regexp.MustCompile(`^(?:Apparently|Perhaps|Maybe|Arguably|Clearly|Obviously|Surely|Undoubtedly|No doubt|At most|At best|At worst|Sadly|Unfortunately|Ironically|Remarkably|Interestingly|Needless to say|Of course|To be sure|In truth|In theory|No wonder|Indeed|In a way|It is no|Imagine|Consider|Remember|Recall)\b`)
	// whenClause opens a sentence that goes back to something.
	whenClause = regexp.MustCompile(`^(?:When|Since|Before|Once|Ever since|In the days?|In the weeks?|In the months?|Back in|Over the (?:years|past|last)|For (?:years|decades|months))\b`)
)

// mainClause is an English sentence without what stands between dashes, and without
// the clause before its main one: "As Lind showed, the dam holds" says that it holds.
func mainClause(s string) string {
	if strings.Contains(s, " — ") || strings.Contains(s, " – ") || strings.Contains(s, " -- ") {
		s = dashed.ReplaceAllString(s, " ")
	}
	if leadClause.MatchString(s) {
		if _, rest, ok := strings.Cut(s, ", "); ok {
			return "It " + rest // so that its first word is not the first of a sentence
		}
	}
	return s
}

var (
	dashed     = regexp.MustCompile(` (?:—|–|--) [^—–]{3,120}? (?:—|–|--) `)
	leadClause = regexp.MustCompile(`^(?:As|While|After|Although|Though|Even though|Because|If|Until|Unless|Whereas|Amid) [^,]*, `)
)

// newsOfTheDay reports whether an undated sentence tells something of the day
// it was published: in the simple past, not of what has long been or is usual.
func (p *passage) newsOfTheDay() bool {
	if p.future() || !text.English(p.of.lang) {
		return false
	}
	if slices.ContainsFunc(p.tags, func(t tag) bool { return tellsApart(p.Text, t.Time) }) {
		return false // the past it has is not its own
	}
	if view.MatchString(p.Text) || whenClause.MatchString(p.Text) {
		return false
	}
	words := outsideQuotes(mainClause(p.Text))
	for _, w := range words {
		if habitual[w] || w == "ago" || w == "since" || w == "long" || w == "once" {
			return false
		}
	}
	switch tenseOf(words) {
	case past:
		return !strings.Contains(p.Text, " had ") && !strings.Contains(p.Text, ", says ")
	case reporting:
		return p.index == 0
	}
	return false
}
