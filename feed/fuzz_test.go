package feed

import (
	"bufio"
	"bytes"
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// seeds adds our fixtures and, where they are, the feeds to measure on.
func seeds(f *testing.F, dirs ...string) {
	data := filepath.Join(cmp.Or(os.Getenv("STORYWIRE_DATA"), "../../shared/data"), "feeds")
	for i, dir := range dirs {
		if i > 0 {
			dir = filepath.Join(data, dir)
		}
		_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, ".expected.json") || strings.Contains(path, "serde") {
				return nil // the data may be absent
			}
			if body, err := os.ReadFile(path); err == nil && len(body) < 32<<10 {
				f.Add(body)
			}
			return nil
		})
	}
}

func FuzzParse(f *testing.F) {
	seeds(f, "testdata/parse", "feedparser", "gofeed", "feed-rs", "rsparser", "feedvalidator")
	f.Fuzz(func(t *testing.T, body []byte) {
		doc, err := parse(body, "", testNow(), reader{base: testBase, keepHTML: true})
		if err != nil {
			if strings.Contains(err.Error(), "gave up") {
				t.Error(err)
			}
			return
		}
		if problems := strings.Join(doc.Problems, "; "); strings.Contains(problems, "could not be read") {
			t.Error(problems)
		}
		for _, e := range doc.Entries {
			if e.GUID == "" || e.Published.IsZero() || e.Published.After(testNow()) {
				t.Errorf("entry breaks its promise: %+v", e)
			}
		}
		for _, e := range NewCheck(doc).Entries {
			if what := unsafeHTML(t, e.HTML); what != "" {
				t.Errorf("%s survives in %s", what, e.HTML)
			}
		}
	})
}

func FuzzOPML(f *testing.F) {
	seeds(f, "testdata/opml", "opml", "feedvalidator/opml")
	f.Fuzz(func(t *testing.T, body []byte) {
		subs, err := ReadOPML(bytes.NewReader(body))
		if err != nil {
			return
		}
		for _, s := range subs {
			if !isWeb(s.URL) {
				t.Errorf("subscription to %q", s.URL)
			}
		}
	})
}

func FuzzDate(f *testing.F) {
	dates, err := os.Open("testdata/dates.txt")
	if err != nil {
		f.Fatal(err)
	}
	defer dates.Close()
	for s := bufio.NewScanner(dates); s.Scan(); {
		written, _, _ := strings.Cut(s.Text(), " = ")
		f.Add(written)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := parseDate(s)
		if d.IsZero() {
			return
		}
		if d.Location() != time.UTC {
			t.Errorf("%q: %v is not in UTC", s, d)
		}
		if y := d.Year(); y > 0 && y <= 9999 && !parseDate(d.Format(time.RFC3339Nano)).Equal(d) {
			t.Errorf("%q: %v is read as %v", s, d, parseDate(d.Format(time.RFC3339Nano)))
		}
	})
}

func FuzzSanitise(f *testing.F) {
	vectors, err := os.Open("testdata/xss.txt")
	if err != nil {
		f.Fatal(err)
	}
	defer vectors.Close()
	for s := bufio.NewScanner(vectors); s.Scan(); {
		f.Add(s.Text())
	}
	f.Fuzz(func(t *testing.T, s string) {
		if what := unsafeHTML(t, sanitise(s, "https://x.example/a")); what != "" {
			t.Errorf("%s survives in %s", what, sanitise(s, "https://x.example/a"))
		}
	})
}
