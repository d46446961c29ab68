package feed

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

var update = flag.Bool("update", false, "write the expected files anew")

const testBase = "http://feeds.example.com/dir/feed.xml"

func testNow() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// TestParse reads testdata/parse/X.xml or X.json and compares with
// X.expected.json: what feed check shows, and the entries as they are stored.
func TestParse(t *testing.T) {
	files, err := filepath.Glob("testdata/parse/*")
	if err != nil || len(files) == 0 {
		t.Fatal("no fixtures", err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".expected.json") {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := parse(body, "", testNow(), reader{base: testBase, keepHTML: true})
			if err != nil {
				t.Fatal(err)
			}
			compare(t, strings.TrimSuffix(file, filepath.Ext(file))+filepath.Ext(file)+".expected.json", struct {
				Check   Check
				Outlet  string
				Ask     string
				Entries []news.Entry
			}{NewCheck(doc), doc.Outlet, doc.Ask.String(), doc.Entries})
		})
	}
}

func compare(t *testing.T, file string, got any) {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(got); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("differs from %s; got\n%s", file, b.String())
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"empty", " \n\t", "empty"},
		{"text", "hello", "neither XML nor JSON"},
		{"other JSON", `{"a":1}`, "not a JSON Feed"},
		{"JSON list", `[1,2]`, "not a JSON Feed"},
		{"other XML", `<?xml version="1.0"?><menu><dish/></menu>`, "root element is <menu>"},
		{"OPML", `<opml version="2.0"><body/></opml>`, "feed import"},
		{"sitemap", `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>`, "sitemap"},
		{"page", `<!DOCTYPE html><html><head><title>x</title></head><body></body></html>`, "offers none"},
		{"page with a feed", `<!doctype html><html><head><link rel=alternate type="application/rss+xml" href="/f.xml"></head></html>`,
			"it offers the feed http://feeds.example.com/f.xml"},
		{"log-in", `<html><body><form><input type="password"></form></body></html>`, "log-in page"},
		{"challenge", `<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>`, "challenge page"},
		{"deep", "<rss><channel><item>" + strings.Repeat("<a>", 100000), "no entry of it is whole"},
		{"half a root", `<rss version="2.0"><channel`, "no entry of it is whole"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse([]byte(c.body), "text/html", testBase, testNow())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestNotFeedOffersFeeds(t *testing.T) {
	body := `<html><head><base href="https://b.example/x/"><link rel="alternate" type="application/atom+xml" href="a.atom"></head></html>`
	_, err := Parse([]byte(body), "", testBase, testNow())
	var no *NotFeed
	if !errors.As(err, &no) || len(no.Feeds) != 1 || no.Feeds[0] != "https://b.example/x/a.atom" {
		t.Errorf("got %v", err)
	}
}

func TestParseLimits(t *testing.T) {
	long := `<item><guid>` + strings.Repeat("g", 1<<20) + `</guid><link>http://x.example/` + strings.Repeat("l", 1<<20) + `</link><title>` + strings.Repeat("long ", 500) + `</title><description>` + strings.Repeat("word ", 200000) + `</description></item>`
	doc, err := Parse([]byte("<rss><channel>"+long+strings.Repeat("<item><title>x</title></item>", maxEntries)+"</channel></rss>"), "", "", testNow())
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Entries) != maxEntries {
		t.Errorf("got %d entries", len(doc.Entries))
	}
	if n := len([]rune(doc.Entries[0].Title)); n != maxTitle {
		t.Errorf("got a title of %d runes", n)
	}
	if n := len(doc.Entries[0].Text); n > maxHTML || n < maxHTML/2 {
		t.Errorf("got a text of %d bytes", n)
	}
	if e := doc.Entries[0]; len(e.GUID) > maxAddress || e.GUID == "" || e.URL != "" {
		t.Errorf("got a GUID of %d bytes and an address of %d", len(e.GUID), len(e.URL))
	}
	problems := strings.Join(doc.Problems, "; ")
	for _, want := range []string{"took the newest 5000 of 5001", tooLong} {
		if !strings.Contains(problems, want) {
			t.Errorf("no %q in %q", want, problems)
		}
	}
}

// TestGUIDStable: an entry without an id keeps its stand-in when it is read
// again later, and when the entry moves in the document.
func TestGUIDStable(t *testing.T) {
	a := `<item><title>A</title><description>text a</description></item>`
	b := `<item><title>B</title><link>http://x.example/b?utm_source=one</link></item>`
	b2 := `<item><title>B, again</title><link>https://www.x.example/b/</link></item>`
	guids := func(items string, now time.Time) map[string]bool {
		doc, err := Parse([]byte("<rss><channel>"+items+"</channel></rss>"), "", testBase, now)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]bool{}
		for _, e := range doc.Entries {
			out[e.GUID] = true
		}
		return out
	}
	one, two := guids(a+b, testNow()), guids(b2+a, testNow().Add(time.Hour))
	for g := range one {
		if !two[g] {
			t.Errorf("%s is gone; now %v", g, two)
		}
	}
}
