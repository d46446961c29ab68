package publish

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/storywire/storywire/news"
)

// Text writes a revision as plain text in the order of the page, a paragraph a
// line.
func Text(rev news.Revision, w io.Writer) error {
	rev = cleaned(rev)
	v := newView(rev, true)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", rev.Story.Title, rev.Revision.Label)
	if len(v.New) > 0 {
		b.WriteString("\nWhat is new\n")
		for _, s := range v.New {
			b.WriteString(bullet(len(v.New)) + s.plain() + "\n")
		}
	}
	for _, s := range v.Sections {
		b.WriteByte('\n')
		if s.Heading != "" {
			b.WriteString(s.Heading + "\n")
		}
		for i, t := range s.Sentences {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(t.plain())
		}
		b.WriteByte('\n')
	}
	writeSources(&b, v.Sources)
	writeTimeline(&b, slices.Concat(v.Timeline, v.Ahead))
	_, err := io.WriteString(w, b.String())
	return err
}

func writeSources(b *strings.Builder, sources []source) {
	if len(sources) > 0 {
		b.WriteString("\nSources\n")
	}
	for _, s := range sources {
		fmt.Fprintf(b, "%d. ", s.N)
		if s.Outlet != "" {
			b.WriteString(s.Outlet + ": ")
		}
		b.WriteString(s.Title)
		switch {
		case s.Copy != nil:
			fmt.Fprintf(b, ": same report as [%d]", s.Copy.N)
		case s.Description != "":
			b.WriteString(": " + s.Description)
		}
		b.WriteByte('\n')
	}
}

func writeTimeline(b *strings.Builder, events []event) {
	if len(events) > 0 {
		b.WriteString("\nTimeline\n")
	}
	for _, e := range events {
		b.WriteString(e.Label + " – ")
		if e.Planned {
			b.WriteString("planned: ")
		}
		b.WriteString(e.plain() + "\n")
	}
}

// bullet marks the lines of a list of more than one.
func bullet(lines int) string {
	if lines > 1 {
		return "- "
	}
	return ""
}

// plain is the sentence with its citations in brackets.
func (s statement) plain() string {
	if len(s.Cites) == 0 {
		return s.Text
	}
	var b strings.Builder
	b.WriteString(s.Text + " ")
	for _, c := range s.Cites {
		fmt.Fprintf(&b, "[%d]", c.N)
	}
	return b.String() + s.Tail
}
