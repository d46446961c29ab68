package feed

import (
	"bytes"
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// dataDir is where the measuring data lies; the test is skipped without it.
func dataDir(t *testing.T, set string) string {
	t.Helper()
	dir := filepath.Join(cmp.Or(os.Getenv("STORYWIRE_DATA"), "../../shared/data"), "feeds", set)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("skipped: the feeds to measure on are not here (%v); set STORYWIRE_DATA", err)
	}
	return dir
}

func dataFiles(t *testing.T, set string, extensions ...string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dataDir(t, set), func(path string, _ fs.DirEntry, err error) error {
		if slices.Contains(extensions, filepath.Ext(path)) && !strings.HasSuffix(path, "_expected.json") && !strings.HasSuffix(path, ".serde.json") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestDataParses: every document of the sets parses or fails with a reason, in
// good time; the sets of feeds that are meant to be read nearly all parse.
func TestDataParses(t *testing.T) {
	for set, atLeast := range map[string]float64{"gofeed": .98, "feed-rs": .95, "rsparser": .95, "feedparser": .98, "feedvalidator": .95} {
		t.Run(set, func(t *testing.T) {
			var all, parsed, mended int
			reasons := map[string]int{}
			for _, file := range dataFiles(t, set, ".xml", ".rss", ".atom", ".rdf", ".json") {
				if set == "gofeed" && strings.HasSuffix(file, ".json") && !strings.Contains(file, "json"+string(filepath.Separator)) {
					continue
				}
				body, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				doc, err := Parse(body, "", "https://feeds.example/"+filepath.Base(file), testNow())
				if took := time.Since(start); took > 5*time.Second {
					t.Errorf("%s took %v", file, took)
				}
				all++
				if err != nil {
					reasons[err.Error()]++
					continue
				}
				parsed++
				if len(doc.Problems) > 0 {
					mended++
				}
			}
			t.Logf("%d of %d documents parse, %d of them with problems; refused: %v", parsed, all, mended, reasons)
			if float64(parsed) < atLeast*float64(all) {
				t.Errorf("only %d of %d documents parse", parsed, all)
			}
		})
	}
}

func TestDataOPML(t *testing.T) {
	files := dataFiles(t, "opml", ".opml")
	feeds := 0
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		subs, err := ReadOPML(bytes.NewReader(body))
		if err != nil || len(subs) == 0 {
			t.Errorf("%s: %d subscriptions, %v", file, len(subs), err)
		}
		if n := bytes.Count(body, []byte("xmlUrl=")); len(subs) > n || len(subs) < n*9/10 {
			t.Errorf("%s: %d subscriptions of %d outlines", file, len(subs), n)
		}
		feeds += len(subs)
	}
	t.Logf("%d subscriptions in %d files", feeds, len(files))
}
