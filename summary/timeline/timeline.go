// Package timeline makes the dated timeline of a story from its articles: it
// finds the sentences that tell what happened when, decides the date of the
// event (not of the report), keeps apart what happened and what was announced,
// joins what several sources tell, and picks the lines worth showing. It is a
// pure function of the articles.
package timeline

import (
	"cmp"
	"slices"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

// Input is the articles of one story and what is wanted of their timeline.
type Input struct {
	Articles []Article
	Options  Options
}

// Article is one article of the story.
type Article struct {
	N         int    // source number, as cited
	Outlet    string // whose name is cut from the start of its sentences
	Title     string
	Text      string           // plain, a paragraph a line
	Sentences []*text.Sentence // of Text, in order; nil to have it split
	Lang      string           // ISO 639-1
	Published time.Time
	Copy      bool     // repeats another article: neither read nor cited
	Kept      *Reading // of this very article; nil to read it anew
}

// Reading keeps what was read of an article for the next timeline of its story: it is
// the same with and without. The zero value is ready.
type Reading struct{ read *reading }

// Size is about how many kilobytes it takes.
func (r *Reading) Size() int {
	if r.read == nil {
		return 0
	}
	return len(r.read.passages) / 2
}

// Options bound a timeline. Zero fields leave its length to be judged by the
// story's size.
type Options struct {
	Events   int       // at most so many dates; given, only dates of day precision are shown
	PerDay   int       // at most so many events a date
	From, To time.Time // the first and the last day; zero: no bound
	DayOnly  bool      // leave out months, parts of a year and years
}

// counted reports whether the caller fixed the number of dates.
func (o Options) counted() bool { return o.Events > 0 }

func (o Options) dayOnly() bool {
	return o.DayOnly || o.Events > 0 || o.PerDay > 0 || !o.From.IsZero() || !o.To.IsZero()
}

// holds reports whether a date may be shown.
func (o Options) holds(d date) bool {
	return (d.precision == news.Day || !o.dayOnly()) &&
		(o.From.IsZero() || !d.first.Before(dayOf(o.From))) &&
		(o.To.IsZero() || !d.first.After(dayOf(o.To)))
}

// date is a day, or a longer time by its first day.
type date struct {
	first     time.Time // midnight UTC
	precision news.Precision
}

// dayOf is the calendar day of t where it was written, as midnight UTC.
func dayOf(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Build returns the timeline of a story, oldest first; where dates begin on
// the same day the coarser comes first. The text of each event is a sentence
// of the articles it cites, shortened at most, and ends in a full stop.
func Build(in Input) []news.Event {
	s := readStory(in)
	if len(s.sentences) == 0 {
		return []news.Event{}
	}
	s.measure()
	pools := s.pools(in.Options)
	picked := s.pick(pools, in.Options)
	return s.events(picked)
}

// coarseness orders precisions, the coarsest first.
var coarseness = map[news.Precision]int{news.Year: 0, news.Part: 1, news.Month: 2, news.Day: 3}

// events writes the picked candidates down.
func (s *story) events(picked []*candidate) []news.Event {
	slices.SortStableFunc(picked, func(a, b *candidate) int {
		return cmp.Or(
			a.date.first.Compare(b.date.first),
			cmp.Compare(coarseness[a.date.precision], coarseness[b.date.precision]),
			s.articles[a.article].Published.Compare(s.articles[b.article].Published),
			cmp.Compare(a.article, b.article),
			cmp.Compare(a.index, b.index),
		)
	})
	out := make([]news.Event, 0, len(picked))
	for _, c := range picked {
		label := c.label
		if label == "" {
			label = text.Label(c.date.first, c.date.precision)
		}
		out = append(out, news.Event{
			Date:      c.date.first.Format(time.DateOnly),
			Precision: c.date.precision,
			Label:     label,
			Kind:      c.kind,
			Text:      c.line,
			Cites:     s.cites(c),
		})
	}
	return out
}
