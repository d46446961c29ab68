package publish

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/storywire/storywire/news"
)

// The most characters a line keeps. They are far above what news carries and
// only bound what a hostile feed can make us print.
const (
	maxTitle = 300
	maxText  = 2000
)

// clean returns one line of at most limit characters that is safe in XML, on a
// terminal and beside text of the other direction: no control characters, no
// direction overrides, no line breaks, spaces single.
func clean(s string, limit int) string {
	var b strings.Builder
	space, n := false, 0
	for _, r := range s {
		if unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f' {
			space = b.Len() > 0
			continue
		}
		if invisible(r) {
			continue
		}
		if n++; n > limit {
			b.WriteString("…")
			break
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String()) // a fixed space at an end holds nothing together
}

// invisible reports whether a character has no business in a line of news:
// controls, invalid bytes, characters XML forbids, embeddings and overrides of
// the writing direction.
func invisible(r rune) bool {
	switch {
	case unicode.IsControl(r), r == utf8.RuneError, r == '\ufeff', r == '\ufffe', r == '\uffff':
		return true
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return true
	}
	return false
}

// cleaned returns a copy of the revision whose texts are clean, with its
// sources by number and its timeline oldest first.
func cleaned(rev news.Revision) news.Revision {
	rev.Story.Title = Title(rev.Story.Title)
	rev.Revision.Label = Label(rev.Revision)
	rev.WhatsNew = cleanStatements(rev.WhatsNew)
	rev.Sections = slices.Clone(rev.Sections)
	for i, s := range rev.Sections {
		rev.Sections[i] = news.Section{Heading: clean(s.Heading, maxTitle), Sentences: cleanStatements(s.Sentences)}
	}
	rev.Sources = slices.Clone(rev.Sources)
	for i := range rev.Sources {
		s := &rev.Sources[i]
		s.Outlet, s.Title = clean(s.Outlet, maxTitle), clean(s.Title, maxTitle)
		s.Description, s.URL = clean(s.Description, maxText), WebLink(s.URL)
	}
	slices.SortStableFunc(rev.Sources, func(a, b news.Source) int { return a.N - b.N })
	rev.Timeline = slices.Clone(rev.Timeline)
	for i := range rev.Timeline {
		e := &rev.Timeline[i]
		e.Label, e.Text = clean(e.Label, maxTitle), clean(e.Text, maxText)
	}
	slices.SortStableFunc(rev.Timeline, func(a, b news.Event) int { return strings.Compare(a.Date, b.Date) })
	return rev
}

func cleanStatements(in []news.Statement) []news.Statement {
	out := make([]news.Statement, 0, len(in))
	for _, s := range in {
		if s.Text = clean(s.Text, maxText); s.Text != "" {
			out = append(out, s)
		}
	}
	return out
}
