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
	Anchors  bool // sources carry ids and citations jump to them
	New      []statement
	Sections []section
	Sources  []source
	Timeline []event
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
}

type source struct {
	N                                int
	Outlet, Title, Href, Description string
	Copy                             *cite // the source this one repeats
}

type event struct {
	Datetime, Label string
	Planned         bool
	statement
}

// newView lays out a cleaned revision. Citations jump to the source in the
// same document where anchors is set, to the source itself otherwise.
func newView(rev news.Revision, anchors bool) view {
	hrefs := make(map[int]string, len(rev.Sources))
	for _, s := range rev.Sources {
		if hrefs[s.N] = s.URL; anchors {
			hrefs[s.N] = "#source-" + strconv.Itoa(s.N)
		}
	}
	v := view{Anchors: anchors, New: statements(rev.WhatsNew, hrefs)}
	for _, s := range rev.Sections {
		if len(s.Sentences) > 0 {
			v.Sections = append(v.Sections, section{s.Heading, statements(s.Sentences, hrefs)})
		}
	}
	for _, s := range rev.Sources {
		line := source{N: s.N, Outlet: s.Outlet, Title: s.Title, Href: s.URL, Description: s.Description}
		if line.Title == "" {
			line.Title = "untitled"
		}
		if s.CopyOf != nil {
			line.Copy = &cite{*s.CopyOf, hrefs[*s.CopyOf]}
		}
		v.Sources = append(v.Sources, line)
	}
	for _, e := range rev.Timeline {
		v.Timeline = append(v.Timeline, event{
			Datetime:  datetime(e),
			Label:     e.Label,
			Planned:   e.Kind == news.Scheduled,
			statement: newStatement(e.Text, e.Cites, hrefs),
		})
	}
	return v
}

func statements(in []news.Statement, hrefs map[int]string) []statement {
	out := make([]statement, 0, len(in))
	for _, s := range in {
		out = append(out, newStatement(s.Text, s.Cites, hrefs))
	}
	return out
}

func newStatement(text string, cites []int, hrefs map[int]string) statement {
	s := statement{Text: text}
	for _, n := range cites {
		s.Cites = append(s.Cites, cite{n, hrefs[n]})
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
