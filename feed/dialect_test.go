package feed

import (
	"os"
	"strings"
	"testing"
)

// TestDialects reads cases of testdata/dialects.txt: a line "= name", the
// document, and lines "> field: value" for the first entry ("feed.field" for
// the feed). Documents of one line stand within a feed of their kind: those
// that begin with "rss " in the item of one, those with "atom " or "atom03 " in
// an entry.
func TestDialects(t *testing.T) {
	b, err := os.ReadFile("testdata/dialects.txt")
	if err != nil {
		t.Fatal(err)
	}
	for c := range strings.SplitSeq("\n"+string(b), "\n= ") {
		name, rest, _ := strings.Cut(c, "\n")
		if strings.HasPrefix(name, "#") || strings.TrimSpace(c) == "" {
			continue
		}
		document, wants := rest, []string(nil)
		if i := strings.Index(rest, "\n> "); i >= 0 {
			document, wants = rest[:i], strings.Split(strings.TrimSpace(rest[i:]), "\n")
		}
		t.Run(name, func(t *testing.T) {
			doc, err := parse([]byte(inFeed(document)), "", testNow(), reader{base: "http://feed.example/dir/feed.xml", keepHTML: true})
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range wants {
				field, value, _ := strings.Cut(strings.TrimPrefix(want, "> "), ": ")
				if got := checkField(NewCheck(doc), strings.TrimSuffix(field, ":")); got != strings.ReplaceAll(value, `\n`, "\n") {
					t.Errorf("%s: got %q, want %q", field, got, value)
				}
			}
			if len(wants) == 0 {
				t.Error("nothing is expected")
			}
		})
	}
}

func inFeed(document string) string {
	const namespaces = ` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:content="http://purl.org/rss/1.0/modules/content/"` +
		` xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/" xmlns:xhtml="http://www.w3.org/1999/xhtml"`
	if item, ok := strings.CutPrefix(document, "rss "); ok {
		return `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"` + namespaces + `><channel><item>` + item + `</item></channel></rss>`
	}
	if entry, ok := strings.CutPrefix(document, "atom "); ok {
		return `<feed xmlns="http://www.w3.org/2005/Atom"` + namespaces + `><entry>` + entry + `</entry></feed>`
	}
	if entry, ok := strings.CutPrefix(document, "atom03 "); ok {
		return `<feed version="0.3" xmlns="http://purl.org/atom/ns#"` + namespaces + `><entry>` + entry + `</entry></feed>`
	}
	return document
}

func checkField(c Check, field string) string {
	if of, ok := strings.CutPrefix(field, "feed."); ok {
		switch of {
		case "title":
			return c.Title
		case "url":
			return c.URL
		case "format":
			return c.Format
		case "language":
			return c.Language
		case "problems":
			return strings.Join(c.Problems, "; ")
		case "entries":
			var titles []string
			for _, e := range c.Entries {
				titles = append(titles, e.Title)
			}
			return strings.Join(titles, ", ")
		}
		return "no such field"
	}
	if len(c.Entries) == 0 {
		return "no entry"
	}
	e := c.Entries[0]
	switch field {
	case "title":
		return e.Title
	case "guid":
		return e.GUID
	case "url":
		return e.URL
	case "published":
		return date(e.Published)
	case "updated":
		return date(e.Updated)
	case "author":
		return e.Author
	case "categories":
		return strings.Join(e.Categories, ", ")
	case "html":
		return e.HTML
	}
	return "no such field"
}
