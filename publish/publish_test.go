package publish

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"github.com/storywire/storywire/news"
)

func TestFullStop(t *testing.T) {
	var none citations
	for in, want := range map[string]string{
		"Talks resume.":                    "Talks resume [1][2].",
		"Talks resume":                     "Talks resume [1][2]",
		"They meet in the U.S.":            "They meet in the U.S. [1][2]",
		"Nobody knows...":                  "Nobody knows... [1][2]",
		"Will they meet?":                  "Will they meet? [1][2]",
		`He said "no."`:                    `He said "no." [1][2]`,
		"The estimate is 2.1 billion.":     "The estimate is 2.1 billion [1][2].",
		"It begins on March 2.":            "It begins on March 2 [1][2].",
		".":                                ". [1][2]",
		"Prices rise to 12.":               "Prices rise to 12 [1][2].",
		"The minister of Lower Saxony Dr.": "The minister of Lower Saxony Dr [1][2].",
	} {
		if got := none.statement(in, []int{1, 2}).plain(); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := none.statement("Uncited.", nil).plain(); got != "Uncited." {
		t.Errorf("uncited: got %q", got)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"  a\r\n\tb  ":                 "a b",
		"a\x00b\x1b[31mc\u009b":        "ab[31mc",
		"\u202eabc\u202c\u2066d\u2069": "abcd",
		"bad \xff byte":                "bad byte",
		"12\u00a0000":                  "12\u00a0000",
		"نمی\u200cخواهم":               "نمی\u200cخواهم",
		"abcdefghijkl":                 "abcdefghij…",
	} {
		if got := clean(in, 10); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSiteValidate(t *testing.T) {
	for _, spoil := range []func(*Site){
		func(s *Site) { s.BaseURL = "" },
		func(s *Site) { s.BaseURL = "news.example.org" },
		func(s *Site) { s.BaseURL = "https://news.example.org/" },
		func(s *Site) { s.BaseURL = "https://news.example.org/a?b=c" },
		func(s *Site) { s.BaseURL = "javascript:alert(1)" },
		func(s *Site) { s.Instance = "" },
		func(s *Site) { s.Instance = "a b" },
		func(s *Site) { s.Since = "last year" },
		func(s *Site) { s.Title = " " },
	} {
		site := testSite()
		if err := site.Validate(); err != nil {
			t.Fatal(err)
		}
		if spoil(&site); site.Validate() == nil {
			t.Errorf("accepted: %+v", site)
		}
	}
}

func TestIDsSurviveAMove(t *testing.T) {
	old := testSite()
	moved := old
	moved.BaseURL, moved.Title = "http://127.0.0.1:8484/wire", "Another name"
	if a, b := old.EntryID("k3v9", 3), moved.EntryID("k3v9", 3); a != b || a != "tag:storywire,2026:desk-1/s/k3v9/r/3" {
		t.Errorf("entry ids %q and %q", a, b)
	}
	if a, b := old.FeedID("/c/a b"), moved.FeedID("/c/a b"); a != b {
		t.Errorf("feed ids %q and %q", a, b)
	}
	if id := old.EntryID("ä/?#", 1); !tagURI.MatchString(id) {
		t.Errorf("id %q", id)
	}
}

// TestFeedStaysSmall gives a feed far more than fits: the newest entries stay,
// whole, and one more would not have fitted.
func TestFeedStaysSmall(t *testing.T) {
	rev := readRevision(t, "testdata/harbour.json")
	for i := range 30 {
		rev.Sections = append(rev.Sections, news.Section{
			Heading:   fmt.Sprint("Part ", i),
			Sentences: []news.Statement{{Text: strings.Repeat("water & stone ", 30), Cites: []int{1}}},
		})
	}
	var revisions []news.StoredRevision
	for n := 50; n > 0; n-- {
		rev.Revision.Number = n
		revisions = append(revisions, news.StoredRevision{Revision: rev})
	}
	feed := SiteFeed(testSite(), revisions)
	for name, render := range map[string]func(Feed) ([]byte, error){
		"atom": testSite().Atom, "rss": testSite().RSS, "json": testSite().JSONFeed,
	} {
		doc, err := render(feed)
		if err != nil {
			t.Fatal(err)
		}
		kept := bytes.Count(doc, []byte("Part 29"))
		if len(doc) > maxFeed || kept < 5 || kept > 49 {
			t.Errorf("%s: %d bytes, %d entries", name, len(doc), kept)
		}
		if !bytes.Contains(doc, []byte("/r/50")) || bytes.Contains(doc, []byte("/r/1<")) {
			t.Errorf("%s: does not keep the newest", name)
		}
		more := feed
		more.Revisions = revisions[:kept+1]
		if again, _ := render(more); !bytes.Equal(again, doc) {
			t.Errorf("%s: %d entries kept where %d fit", name, kept, kept+1)
		}
	}
}

func TestFillHasNoNulls(t *testing.T) {
	rev := testSite().Fill(news.Revision{Story: news.StoryHead{ID: "a"}})
	doc, err := json.Marshal(rev)
	if err != nil || bytes.Contains(doc, []byte("null")) {
		t.Errorf("%s, %v", doc, err)
	}
	if rev.Story.URL != "https://news.example.org/s/a" {
		t.Errorf("address %q", rev.Story.URL)
	}
}

func TestRenderingChangesNothing(t *testing.T) {
	rev := readRevision(t, "testdata/hostile.json")
	before, _ := json.Marshal(rev)
	documents(t, rev)
	if after, _ := json.Marshal(rev); !bytes.Equal(before, after) {
		t.Errorf("the revision was changed:\n%s\n%s", before, after)
	}
}

func TestPolledFeedHidesPassword(t *testing.T) {
	if got := PolledFeed(news.Feed{URL: "https://me:secret@a.example/feed?x=1"}).URL; got != "https://a.example/feed?x=1" {
		t.Errorf("address %q", got)
	}
}

// TestAnyTextIsHarmless renders revisions of arbitrary text and holds every
// document against the rules of its format.
func TestAnyTextIsHarmless(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rev := anyRevision(r)
		for suffix, doc := range documents(t, rev) {
			if check := checks[suffix]; check != nil {
				if faults := check(doc); len(faults) > 0 {
					r.Fatalf("%s: %v\n%s", suffix, faults, doc)
				}
			}
			if suffix == "txt" && bytes.ContainsFunc(doc, func(c rune) bool { return c != '\n' && unicode.IsControl(c) }) {
				r.Fatalf("control character in %q", doc)
			}
		}
	})
}

func anyRevision(r *rapid.T) news.Revision {
	line := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"<script>alert(1)</script>", "]]>", "javascript:alert(1)", "\u202e", "</a>", `" onclick="x`, "&#x3c;b&#x3e;", "{{.}}", "<!--", "\x00", "\xff\xfe", "\u00a0",
		"https://a.example/\"><b>", "http://[::1", "https://a.example/%zz",
	}))
	cites := rapid.SliceOfN(rapid.IntRange(-1, 4), 0, 3)
	statements := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) news.Statement {
		return news.Statement{Text: line.Draw(r, "text"), Cites: cites.Draw(r, "cites")}
	}), 0, 3)
	rev := news.Revision{
		Story:    news.StoryHead{ID: "a1", Title: line.Draw(r, "title")},
		Revision: news.RevisionHead{Number: 2, Created: time.Unix(rapid.Int64Range(1e9, 4e9).Draw(r, "created"), 5), Label: line.Draw(r, "label")},
		WhatsNew: statements.Draw(r, "new"),
		Sections: []news.Section{{Heading: line.Draw(r, "heading"), Sentences: statements.Draw(r, "sentences")}},
		Timeline: []news.Event{{Date: line.Draw(r, "date"), Precision: news.Day, Label: line.Draw(r, "day"), Text: line.Draw(r, "event"), Cites: cites.Draw(r, "cites")}},
	}
	for n := range rapid.IntRange(0, 3).Draw(r, "sources") {
		copied := rapid.SampledFrom([]*int{nil, &[]int{1}[0]}).Draw(r, "copy")
		rev.Sources = append(rev.Sources, news.Source{
			N: n, Outlet: line.Draw(r, "outlet"), Title: line.Draw(r, "source"), URL: line.Draw(r, "url"),
			Description: line.Draw(r, "description"), CopyOf: copied,
		})
	}
	slices.Reverse(rev.Sources)
	return rev
}

func TestBeside(t *testing.T) {
	for _, c := range []struct{ title, description, want string }{
		{"Ferry aground", "Ferry aground.", ""},
		{"Ferry aground | Live", "ferry aground.", ""},
		{"Ferry aground", "The ferry Alma ran aground.", "The ferry Alma ran aground."},
		{"Fähre sitzt fest", "Fähr", ""},
		{"Ferry", "Ferry aground.", "Ferry aground."},
		{"Ferry", "", ""},
	} {
		if got := beside(c.title, c.description); got != c.want {
			t.Errorf("beside %q: %q, want %q", c.title, got, c.want)
		}
	}
}
