package demo

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Item is one article of the newsroom, as first published.
type Item struct {
	ID        string // unique, the last part of its address
	Story     string // the true story, "" for an article that stands alone
	Outlet    string // the publisher's name
	Feeds     []string
	Title     string
	Author    string
	Language  string
	Published time.Time // UTC
	Path      string    // address on the newsroom's server
	Tags      []string
	HTML      string
	Text      string // the HTML's text, a paragraph a line, without captions
	CopyOf    string // the item it was copied from, nearly word for word
	Edit      *Edit  // a later change in place; nil if there is none

	outlet string
	guid   guidKind
}

// Edit replaces title and body of an item that stays the same entry.
type Edit struct {
	At    time.Time
	Title string
	HTML  string
	Text  string
}

// guidKind says how an outlet marks an entry.
type guidKind string

const (
	stableGUID   guidKind = ""
	noGUID       guidKind = "none"
	changingGUID guidKind = "changing"
)

func (it Item) in(feed string) bool { return slices.Contains(it.Feeds, feed) }

// edited returns the item as it stands after its edit.
func (it Item) edited() Item {
	it.Title, it.HTML, it.Text = it.Edit.Title, it.Edit.HTML, it.Edit.Text
	return it
}

// id is the mark the item bears in a feed of its outlet. An article in two
// feeds bears a different one in each, and a changing one counts the seconds.
func (it Item) id(feed string, elapsed time.Duration) string {
	mark := fmt.Sprintf("tag:%s.example,2026:%s/%s", it.outlet, feed, it.ID)
	if it.guid == changingGUID {
		return fmt.Sprintf("%s;%d", mark, int(elapsed.Seconds()))
	}
	return mark
}

// Articles returns all items, oldest first, as first published.
func (n *Newsroom) Articles() []Item { return slices.Clone(n.items) }

// WriteJSONL writes all items as lines of an articles file, oldest first. Its
// addresses are on a host that does not exist.
func (n *Newsroom) WriteJSONL(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, it := range n.items {
		line := struct {
			ID     string    `json:"id"`
			Time   time.Time `json:"time"`
			Outlet string    `json:"outlet"`
			Title  string    `json:"title"`
			URL    string    `json:"url"`
			Text   string    `json:"text"`
			Lang   string    `json:"lang"`
			Story  string    `json:"story"`
		}{it.ID, it.Published, it.Outlet, it.Title, "http://newsroom.example" + it.Path, it.Text, it.Language, it.Story}
		if err := enc.Encode(line); err != nil {
			return fmt.Errorf("write article %s: %w", it.ID, err)
		}
	}
	return nil
}

var tag = regexp.MustCompile(`<[^>]*>`)

// markup turns paragraphs as written in the files into HTML and plain text.
// A paragraph is an HTML fragment; one that opens with a block element is
// taken as it is, and a figure has no text.
func markup(paragraphs []string) (page, plain string) {
	var blocks, lines []string
	for _, p := range paragraphs {
		block := p
		if !opensBlock(p) {
			block = "<p>" + p + "</p>"
		}
		blocks = append(blocks, block)
		if strings.HasPrefix(p, "<figure") {
			continue
		}
		text := tag.ReplaceAllString(strings.ReplaceAll(p, "</li>", "\n"), "")
		for line := range strings.Lines(html.UnescapeString(text)) {
			if words := strings.Fields(line); len(words) > 0 {
				lines = append(lines, strings.Join(words, " "))
			}
		}
	}
	return strings.Join(blocks, "\n"), strings.Join(lines, "\n")
}

func opensBlock(p string) bool {
	for _, t := range []string{"<figure", "<blockquote", "<h2", "<ul", "<p"} {
		if strings.HasPrefix(p, t) {
			return true
		}
	}
	return false
}
