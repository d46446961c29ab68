package feed

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/storywire/storywire/news"
	"pgregory.net/rapid"
)

// TestReadOPML reads testdata/opml/X.opml and compares with X.opml.expected.json.
func TestReadOPML(t *testing.T) {
	files, err := filepath.Glob("testdata/opml/*.opml")
	if err != nil || len(files) == 0 {
		t.Fatal("no fixtures", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			subs, err := ReadOPML(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			compare(t, file+".expected.json", subs)
		})
	}
}

func TestReadOPMLRefuses(t *testing.T) {
	for body, want := range map[string]string{
		"":                             "no <opml>",
		"hello":                        "no <opml>",
		"\n\n<rss><channel/></rss>":    "line 3: this is <rss>",
		"<!DOCTYPE html><html></html>": "this is <html>",
		"<opml>" + strings.Repeat(`<outline text="x">`, 1000): "nested too deep",
	} {
		if _, err := ReadOPML(strings.NewReader(body)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: got %v, want %q", body, err, want)
		}
	}
}

func TestOPMLRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var feeds []news.Feed
		for i := range rapid.IntRange(0, 8).Draw(t, "feeds") {
			feeds = append(feeds, news.Feed{
				URL:        "https://f.example/" + rapid.StringMatching(`[a-z?&=<"]{0,6}`).Draw(t, "path") + string(rune('a'+i)),
				Title:      rapid.StringMatching(`[A-Za-z&<"'é]{1,8}`).Draw(t, "title"),
				SiteURL:    "https://f.example/",
				Categories: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"world", "tech-science", "économie"}), 0, 3, rapid.ID[string]).Draw(t, "categories"),
				FullText:   rapid.Bool().Draw(t, "full text"),
			})
		}
		var b bytes.Buffer
		if err := WriteOPML(&b, "All <feeds>", feeds); err != nil {
			t.Fatal(err)
		}
		subs, err := ReadOPML(&b)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]news.Subscription{}
		for _, s := range subs {
			got[s.URL] = s
		}
		for _, f := range feeds {
			want := news.Subscription{URL: f.URL, Title: f.Title, SiteURL: f.SiteURL, Categories: f.Categories}
			if f.FullText {
				want.FullText = &f.FullText
			}
			if have := got[f.URL]; len(want.Categories) == 0 && len(have.Categories) == 0 {
				want.Categories, have.Categories = nil, nil
			} else if !reflect.DeepEqual(have, want) {
				t.Fatalf("got %+v, want %+v", have, want)
			}
		}
		if len(subs) != len(feeds) {
			t.Fatalf("got %d of %d feeds", len(subs), len(feeds))
		}
	})
}

func TestSlug(t *testing.T) {
	for name, want := range map[string]string{"World": "world", "Tech & Science ": "tech-science", "Économie": "économie", "  ": "", "C++": "c", "हिन्दी": "हिन्दी"} {
		if got := Slug(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
