package webhook

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/storywire/storywire/news"
)

// message is a delivery as people read it in a chat or mail: plain text, one
// item for each story or feed.
type message struct {
	subject string // one line
	items   []item
}

// item is one story or feed in a message. Its texts are one line each.
type item struct {
	title string
	url   string // where to read on; "" if nowhere
	label string // "Updated (12 articles)"
	lines []string
}

// text is what is said beside the title.
func (i item) text() string { return strings.Join(append([]string{i.label}, i.points()...), "\n") }

// points are the lines, marked as a list.
func (i item) points() []string {
	var all []string
	for _, line := range i.lines {
		all = append(all, "• "+line)
	}
	return all
}

// first returns n items at most; the last says how many there are if there are
// more.
func (m message) first(n int) []item {
	if len(m.items) <= n {
		return m.items
	}
	return append(slices.Clone(m.items[:n-1]), item{title: fmt.Sprintf("and %d more", len(m.items)-n+1), label: m.subject})
}

// newMessage words a delivery.
func newMessage(d news.Delivery, fill func(news.Revision) news.Revision) message {
	var m message
	switch {
	case d.Body != nil:
		m.items = []item{revisionItem(fill(*d.Body), d.Event)}
	case d.Event == news.Digest:
		for _, r := range d.Digest {
			m.items = append(m.items, revisionItem(fill(r), d.Event))
		}
	case d.Happening != nil:
		m.items = []item{happeningItem(filled(*d.Happening, fill), d.Event)}
	default:
		m.items = []item{{title: "storywire", label: "Test message", lines: []string{"What storywire has to tell will arrive here."}}}
	}
	m.subject = fmt.Sprintf("%d stories updated", len(m.items))
	if len(m.items) == 1 {
		m.subject = m.items[0].title + ": " + m.items[0].label
	}
	return m
}

func revisionItem(r news.Revision, event string) item {
	i := item{title: line(r.Story.Title), url: revisionURL(r), label: r.Revision.Label}
	if event == news.StoryDiscovered {
		i.label = "New story" + strings.TrimPrefix(r.Revision.Label, "Updated")
	}
	said := r.WhatsNew
	if len(said) == 0 && len(r.Sections) > 0 {
		said = r.Sections[0].Sentences
	}
	for _, s := range said {
		if text := line(s.Text); text != "" {
			i.lines = append(i.lines, text)
		}
	}
	return i
}

func happeningItem(h news.Happening, event string) item {
	if f := h.Feed; f != nil {
		i := item{title: line(f.Title), url: f.URL, label: "This feed fails"}
		if i.title == "" {
			i.title = f.URL
		}
		if event == news.FeedRecovered {
			i.label = "This feed works again"
		} else {
			i.lines = []string{line(f.Error)}
		}
		return i
	}
	i := item{title: line(h.Story.Title), url: h.Story.URL}
	switch event {
	case news.StoryFollowed:
		i.label = "Followed from now on"
	case news.StoryMerged:
		i.label, i.url = "Merged into: "+line(h.Into.Title), h.Into.URL
	case news.StoryQuiet:
		i.label = "Quiet since " + h.Story.Updated.UTC().Format("2 January 2006")
	}
	return i
}

// line is a text of a stranger in one line, without what could steer whoever
// shows it.
func line(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	}), " ")
}

// shorten cuts a text between two characters so that its size is not over the
// limit; an ellipsis tells.
func shorten(text string, limit int, size func(string) int) string {
	if size(text) <= limit {
		return text
	}
	runes := []rune(text)
	low, high := 0, len(runes) // low fits
	for high-low > 1 {
		if middle := (low + high) / 2; size(string(runes[:middle])+"…") <= limit {
			low = middle
		} else {
			high = middle
		}
	}
	return strings.TrimRight(string(runes[:low]), " \n•") + "…"
}

// characters is a size as the chat services count it: in UTF-16 units, which
// are never fewer than characters.
func characters(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

func octets(s string) int { return len(s) }

// stamped is a time as documents carry it.
func stamped(t time.Time) string { return t.UTC().Format(time.RFC3339) }
