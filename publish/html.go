package publish

import (
	_ "embed" // for the template and the style sheet
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

//go:embed body.html
var bodySource string

//go:embed style.css
var style string

// bodyTemplate writes what pages and feed entries share.
var bodyTemplate = template.Must(template.New("").Parse(bodySource))

// Style returns the style sheet of every page.
func Style() string { return style }

// Body returns what a page shows of a revision below its title and label: what
// is new, sections, sources, timeline. Citations jump to "#source-n".
func Body(rev news.Revision) (template.HTML, error) {
	return body(newView(cleaned(rev), true), "body")
}

// body renders one of the templates that walk a view.
func body(v view, name string) (template.HTML, error) {
	var b strings.Builder
	if err := bodyTemplate.ExecuteTemplate(&b, name, v); err != nil {
		return "", fmt.Errorf("render %s: %w", name, err)
	}
	return template.HTML(b.String()), nil //nolint:gosec // made by html/template
}

// Instant is a moment as a page shows it, in UTC.
type Instant struct{ Machine, Human string }

// NewInstant writes t for machines (RFC 3339) and people. It returns nil for
// the zero time.
func NewInstant(t time.Time) *Instant {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &Instant{Machine: t.Format(time.RFC3339), Human: t.Format("Jan 2, 2006, 15:04 UTC")}
}

// Page writes a revision as an HTML page that stands alone, its style inside.
func Page(rev news.Revision, w io.Writer) error {
	rev = cleaned(rev)
	html, err := body(newView(rev, true), "body")
	if err != nil {
		return err
	}
	return bodyTemplate.ExecuteTemplate(w, "page", struct {
		Title, Label string
		Created      *Instant
		Style        template.CSS
		Body         template.HTML
	}{rev.Story.Title, rev.Revision.Label, NewInstant(rev.Revision.Created), template.CSS(style), html})
}

// Title is a story's title as every document shows it.
func Title(title string) string {
	if title = clean(title, maxTitle); title == "" {
		return "Untitled story"
	}
	return title
}

// Label is a revision's line "Updated (N articles)" as it was stored.
func Label(head news.RevisionHead) string {
	if label := clean(head.Label, maxTitle); label != "" {
		return label
	}
	return news.Label(head.Articles)
}

// Summary is a revision in one sentence, "" if it says nothing: what is new,
// or else how its first section begins.
func Summary(rev news.Revision) string {
	for _, s := range append([]news.Section{{Sentences: rev.WhatsNew}}, rev.Sections...) {
		for _, sentence := range s.Sentences {
			if text := clean(sentence.Text, maxText); text != "" {
				return text
			}
		}
	}
	return ""
}
