package publish

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/storywire/storywire/news"
)

// view is a revision as the body template walks it.
type view struct {
	Anchors  bool   // sources carry ids and citations jump to them
	Page     string // address of the revision's page, in feeds
	New      []statement
	Sections []section
	Sources  []source
	Timeline []event
	Ahead    []event // on a page, what is planned for after the revision
}

type section struct {
	Heading   string
	Sentences []statement
}

// statement is a sentence split where its citations belong: before its full
// stop.
type statement struct {
	Text  string
	Cites []cite
	Tail  string
}

type cite struct {
	N    int
	Href string // "" where there is nothing safe to link to
	Jump bool   // leads to the source's line in the same document
}

type source struct {
	N                                int
	Outlet, Title, Href, Description string
	Copy                             *cite // the source this one repeats
}

type event struct {
	Datetime, Label string
	Planned         bool
	Ring            bool // drawn as planned, on a page
	statement
}

// newView lays out a cleaned revision. Citations jump to the source in the
// same document where anchors is set, to the source itself otherwise.
func newView(rev news.Revision, anchors bool) view {
	known := make(citations, len(rev.Sources))
	for _, s := range rev.Sources {
		c := cite{s.N, s.URL, anchors}
		if anchors {
			c.Href = "#source-" + strconv.Itoa(s.N)
		}
		known[s.N] = c
	}
	v := view{Anchors: anchors, New: known.statements(rev.WhatsNew)}
	for _, s := range rev.Sections {
		if len(s.Sentences) > 0 {
			v.Sections = append(v.Sections, section{s.Heading, known.statements(s.Sentences)})
		}
	}
	for _, s := range rev.Sources {
		line := source{N: s.N, Outlet: s.Outlet, Title: s.Title, Href: s.URL, Description: beside(s.Title, s.Description)}
		if line.Title == "" {
			line.Title = "untitled"
		}
		if s.CopyOf != nil {
			c := known.cite(*s.CopyOf)
			line.Copy = &c
		}
		v.Sources = append(v.Sources, line)
	}
	for _, e := range rev.Timeline {
		line := event{
			Datetime:  datetime(e),
			Label:     e.Label,
			Planned:   e.Kind == news.Scheduled,
			Ring:      anchors && e.Kind == news.Scheduled,
			statement: known.statement(e.Text, e.Cites),
		}
		if anchors && line.Planned && e.Date > rev.Revision.Created.UTC().Format(time.DateOnly) {
			v.Ahead = append(v.Ahead, line)
		} else {
			v.Timeline = append(v.Timeline, line)
		}
	}
	return v
}

// beside is a description that stands next to its title: nothing where it only
// says the title again, as that of an article with no more than a headline.
func beside(title, description string) string {
	said := strings.TrimRight(description, ". ")
	if len(said) <= len(title) && strings.EqualFold(title[:len(said)], said) {
		return ""
	}
	return description
}

// citations are the sources a revision has, by number.
type citations map[int]cite

func (known citations) cite(n int) cite {
	c := known[n]
	c.N = n // also of a source that is missing
	return c
}

func (known citations) statements(in []news.Statement) []statement {
	out := make([]statement, 0, len(in))
	for _, s := range in {
		out = append(out, known.statement(s.Text, s.Cites))
	}
	return out
}

func (known citations) statement(text string, cites []int) statement {
	s := statement{Text: text}
	for _, n := range cites {
		s.Cites = append(s.Cites, known.cite(n))
	}
	if len(cites) > 0 && endsInFullStop(text) {
		s.Text, s.Tail = text[:len(text)-1], "."
	}
	return s
}

// endsInFullStop reports whether the last dot closes the sentence and nothing
// else: it is no ellipsis and no part of an abbreviation such as "U.S.".
func endsInFullStop(s string) bool {
	s, ok := strings.CutSuffix(s, ".")
	if !ok || s == "" {
		return false
	}
	last := []rune(s[strings.LastIndexAny(s, " .")+1:])
	return len(last) > 1 || len(last) == 1 && !unicode.IsLetter(last[0])
}

// datetime is an event's date as the time element takes it, no more exact than
// it is known, "" if it is none.
func datetime(e news.Event) string {
	date, err := time.Parse(time.DateOnly, e.Date)
	switch {
	case err != nil:
		return ""
	case e.Precision == news.Day:
		return e.Date
	case e.Precision == news.Month:
		return date.Format("2006-01")
	}
	return date.Format("2006")
}
