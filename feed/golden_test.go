package feed

import (
	"bufio"
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// goldenEntry is what a golden file says of an entry; what is empty there is
// not compared.
type goldenEntry struct {
	guid, title, url   string
	published, updated string
}

// TestDataGolden compares entries with the output of other parsers that lies
// beside their inputs. Differences are ours on purpose: each stands with its
// reason in testdata/golden.txt, and one that has gone must be taken out.
func TestDataGolden(t *testing.T) {
	reasons := goldenReasons(t)
	met := map[string]bool{}
	for _, set := range []struct {
		name, glob, suffix string
		read               func(*testing.T, []byte) []goldenEntry
	}{
		{"gofeed", "testdata/parser/atom/*.xml", ".json", goldenAtom},
		{"gofeed", "testdata/parser/rss/*.xml", ".json", goldenRSS},
		{"gofeed", "testdata/extensions/*/*.xml", ".json", goldenRSS},
		{"gofeed", "testdata/translator/*/*.xml", ".json", goldenCommon},
		{"feed-rs", "feed-rs/fixture/*/*.xml", ".serde.json", goldenFeedRS},
		{"feed-rs", "feed-rs/fixture/jsonfeed/*[0-9].json", ".serde.json", goldenFeedRS},
	} {
		files, _ := filepath.Glob(filepath.Join(dataDir(t, set.name), set.glob))
		if len(files) == 0 {
			t.Errorf("no files for %s", set.glob)
		}
		same, all := 0, 0
		for _, file := range files {
			golden, err := os.ReadFile(strings.TrimSuffix(file, filepath.Ext(file)) + set.suffix)
			if err != nil {
				continue // an input without a golden file
			}
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name := set.name + "/" + filepath.Base(file)
			doc, err := parse(body, "", testNow(), reader{keepHTML: true})
			got := NewCheck(doc).Entries
			var differences []string
			if err != nil {
				differences = []string{"parse: " + err.Error()}
			} else {
				differences = compareGolden(set.read(t, golden), got)
			}
			all++
			if len(differences) == 0 {
				same++
			}
			for _, d := range differences {
				field, _, _ := strings.Cut(d, ":")
				listed := false
				for key := range reasons {
					if ok, _ := path.Match(key, name+" "+field); ok {
						listed, met[key] = true, true
					}
				}
				if !listed {
					t.Errorf("%s %s", name, d)
				}
			}
		}
		t.Logf("%s/%s: %d of %d files agree in all", set.name, set.glob, same, all)
	}
	for key := range reasons {
		if !met[key] {
			t.Errorf("testdata/golden.txt: %s: there is no such difference any more", key)
		}
	}
}

// goldenReasons reads lines of "file field: reason".
func goldenReasons(t *testing.T) map[string]string {
	f, err := os.Open("testdata/golden.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	reasons := map[string]string{}
	for s := bufio.NewScanner(f); s.Scan(); {
		if key, reason, ok := strings.Cut(s.Text(), ": "); ok && !strings.HasPrefix(key, "#") {
			reasons[key] = reason
		}
	}
	return reasons
}

func compareGolden(want []goldenEntry, got []CheckEntry) []string {
	var out []string
	if len(want) != len(got) {
		out = append(out, "entries: "+jsonOf(len(got))+", golden "+jsonOf(len(want)))
		return out
	}
	seen := map[string]bool{}
	differ := func(field, golden, ours string) {
		if golden != "" && golden != ours && !seen[field] {
			seen[field] = true
			out = append(out, field+": "+jsonOf(ours)+", golden "+jsonOf(golden))
		}
	}
	for i, w := range want {
		g := got[i]
		differ("guid", w.guid, g.GUID)
		differ("title", plainLine(w.title, maxTitle), g.Title)
		differ("url", w.url, g.URL)
		differ("published", goldenDate(w.published), date(g.Published))
		differ("updated", goldenDate(w.updated), date(g.Updated))
	}
	return out
}

func goldenDate(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Year() <= 1970 {
		return ""
	}
	return date(&t)
}

func date(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func jsonOf(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

func fromJSON(t *testing.T, b []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatal(err)
	}
}

func goldenAtom(t *testing.T, b []byte) []goldenEntry {
	var f struct {
		Entries []struct {
			ID, Title                      string
			PublishedParsed, UpdatedParsed string
			Links                          []struct{ Href, Rel string }
		}
	}
	fromJSON(t, b, &f)
	var out []goldenEntry
	for _, e := range f.Entries {
		g := goldenEntry{guid: e.ID, title: e.Title, published: e.PublishedParsed, updated: e.UpdatedParsed}
		for _, l := range e.Links {
			if l.Rel == "alternate" && g.url == "" {
				g.url = l.Href
			}
		}
		out = append(out, g)
	}
	return out
}

func goldenRSS(t *testing.T, b []byte) []goldenEntry {
	var f struct {
		Items []struct {
			Title, Link, PubDateParsed string
			GUID                       struct{ Value string }
		}
	}
	fromJSON(t, b, &f)
	var out []goldenEntry
	for _, e := range f.Items {
		out = append(out, goldenEntry{guid: e.GUID.Value, title: e.Title, url: e.Link, published: e.PubDateParsed})
	}
	return out
}

func goldenCommon(t *testing.T, b []byte) []goldenEntry {
	var f struct {
		Items []struct{ GUID, Title, Link, PublishedParsed, UpdatedParsed string }
	}
	fromJSON(t, b, &f)
	var out []goldenEntry
	for _, e := range f.Items {
		out = append(out, goldenEntry{e.GUID, e.Title, e.Link, e.PublishedParsed, e.UpdatedParsed})
	}
	return out
}

func goldenFeedRS(t *testing.T, b []byte) []goldenEntry {
	var f struct {
		Entries []struct {
			ID                 string
			Title              struct{ Content string }
			Published, Updated string
			Links              []struct{ Href, Rel string }
		}
	}
	fromJSON(t, b, &f)
	var out []goldenEntry
	for _, e := range f.Entries {
		g := goldenEntry{guid: e.ID, title: e.Title.Content, published: e.Published, updated: e.Updated}
		for _, l := range e.Links {
			if (l.Rel == "alternate" || l.Rel == "") && g.url == "" {
				g.url = l.Href
			}
		}
		out = append(out, g)
	}
	return out
}
