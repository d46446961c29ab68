package publish

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

var update = flag.Bool("update", false, "write the golden files anew")

func testSite() Site {
	return Site{
		BaseURL: "https://news.example.org", Instance: "desk-1", Since: "2026",
		Title: "Harbour desk", Hub: "https://hub.example.org/", Language: "en",
	}
}

func readRevision(t testing.TB, file string) news.Revision {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rev news.Revision
	if err := json.Unmarshal(data, &rev); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return rev
}

// earlier returns the revision as the one before it.
func earlier(rev news.Revision) news.Revision {
	rev.Revision.Number--
	rev.Revision.Created = rev.Revision.Created.Add(-26 * time.Hour)
	rev.Revision.Articles--
	rev.Revision.Label = news.Label(rev.Revision.Articles)
	rev.WhatsNew = nil
	return rev
}

// TestGolden renders every revision under testdata as every kind of document.
// What a revision was published as must never change: a new golden file is
// fine, a changed one is a change for every reader of old entries.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no revisions under testdata: %v", err)
	}
	for _, file := range files {
		rev := readRevision(t, file)
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		for suffix, doc := range documents(t, rev) {
			t.Run(name+"."+suffix, func(t *testing.T) { compare(t, "testdata/golden/"+name+"."+suffix, doc) })
		}
	}
}

// documents renders a revision as every kind of document we know.
func documents(t testing.TB, rev news.Revision) map[string][]byte {
	t.Helper()
	site := testSite()
	story := news.Story{ID: rev.Story.ID, Title: rev.Story.Title, Updated: rev.Story.Updated, Categories: []string{"region", "transport"}}
	feed := StoryFeed(story, []news.StoredRevision{
		{Revision: rev, Categories: story.Categories},
		{Revision: earlier(rev), Categories: story.Categories},
	})
	out := map[string][]byte{}
	keep := func(suffix string, doc []byte, err error) {
		if err != nil {
			t.Fatalf("%s: %v", suffix, err)
		}
		out[suffix] = doc
	}
	atom, err := site.Atom(feed)
	keep("atom", atom, err)
	rss, err := site.RSS(feed)
	keep("rss", rss, err)
	items, err := site.JSONFeed(feed)
	keep("feed.json", items, err)
	list, err := site.OPML([]news.Story{story})
	keep("opml", list, err)
	var text, page bytes.Buffer
	keep("txt", nil, Text(rev, &text))
	out["txt"] = text.Bytes()
	keep("html", nil, Page(rev, &page))
	out["html"] = bytes.Replace(page.Bytes(), []byte(style), []byte("STYLE"), 1)
	filled, err := encodeJSON(site.Fill(rev))
	keep("revision.json", filled, err)
	return out
}

func compare(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run go test ./publish -update once)", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from what was published before; got:\n%s", file, got)
	}
}
