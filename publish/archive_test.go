package publish

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

// told returns revisions of the harbour story, the newest first, numbered down
// to 1.
func told(t *testing.T, n int) []news.StoredRevision {
	t.Helper()
	rev := readRevision(t, "testdata/harbour.json")
	created := rev.Revision.Created
	var all []news.StoredRevision
	for ; n > 0; n-- {
		rev.Revision.Number, rev.Revision.Created = n, created.Add(time.Duration(n)*time.Hour)
		all = append(all, news.StoredRevision{Revision: rev, Seq: int64(n + 100)})
	}
	return all
}

// ids returns the ids of a document's entries, and where it links to by
// relation.
func ids(t *testing.T, atom []byte) (entries []string, links map[string]string) {
	t.Helper()
	const ns = "http://www.w3.org/2005/Atom"
	var root node
	if err := xml.Unmarshal(atom, &root); err != nil {
		t.Fatal(err)
	}
	for _, e := range root.all(ns, "entry") {
		entries = append(entries, e.all(ns, "id")[0].Text)
	}
	links = map[string]string{}
	for _, l := range root.all(ns, "link") {
		links[l.attr("rel")] = l.attr("href")
	}
	return entries, links
}

// TestArchivesGoOn reads a feed and its archives backwards as RFC 5005 says and
// finds every revision, whatever their number, and whole archives only.
func TestArchivesGoOn(t *testing.T) {
	site, story := testSite(), news.Story{ID: "k3v9", Title: "Tunnel"}
	for _, n := range []int{0, 1, 9, 10, 11, 49, 50, 51, 60, 61, 99} {
		all := told(t, n)
		feed := StoryFeed(story, all[:min(n, 50)])
		feed.Kept = true
		seen := map[string]bool{}
		for steps := 0; ; steps++ {
			doc, err := site.Atom(feed)
			if err != nil || steps > 12 {
				t.Fatal(n, steps, err)
			}
			for _, fault := range checkAtom(doc) {
				t.Errorf("%d revisions, archive %d: %s", n, feed.Archive, fault)
			}
			entries, links := ids(t, doc)
			for _, id := range entries {
				seen[id] = true
			}
			if feed.Archive > 0 && (len(entries) != ArchiveSize || links["current"] != site.URL("/s/k3v9/feed.atom") || links["self"] != site.URL(fmt.Sprintf("/s/k3v9/archive/%d/feed.atom", feed.Archive))) {
				t.Errorf("%d revisions, archive %d: %d entries, links %v", n, feed.Archive, len(entries), links)
			}
			if links["prev-archive"] == "" {
				break
			}
			if _, err := fmt.Sscanf(links["prev-archive"], site.URL("/s/k3v9/archive/%d/feed.atom"), &feed.Archive); err != nil {
				t.Fatal(err)
			}
			newest := n - feed.Archive*ArchiveSize
			feed.Revisions = all[newest : newest+ArchiveSize]
		}
		if len(seen) != n {
			t.Errorf("%d of %d revisions were found", len(seen), n)
		}
	}
}

func TestArchiveInEachFormat(t *testing.T) {
	site := testSite()
	feed := StoryFeed(news.Story{ID: "k3v9", Title: "Tunnel"}, told(t, 10))
	feed.Kept, feed.Archive = true, 2
	rss, err := site.RSS(feed)
	if err != nil || !bytes.Contains(rss, []byte("<fh:archive></fh:archive>")) || !bytes.Contains(rss, []byte(`href="https://news.example.org/s/k3v9/archive/1/feed.rss" rel="prev-archive"`)) {
		t.Errorf("%v\n%s", err, rss[:900])
	}
	items, err := site.JSONFeed(feed)
	if err != nil || !bytes.Contains(items, []byte(`"next_url": "https://news.example.org/s/k3v9/archive/1/feed.json"`)) {
		t.Errorf("%v\n%s", err, items[:900])
	}
	for _, fault := range slices.Concat(checkRSS(rss), checkJSONFeed(items)) {
		t.Error(fault)
	}
}

func TestLivingFeed(t *testing.T) {
	site := testSite()
	var docs [2][]byte
	for i, number := range []int{1, 0} { // the story before its last revision, and now
		feed := SiteFeed(site, told(t, 2)[number:number+1])
		feed.Living, feed.Query = true, "?mode=living"
		var err error
		if docs[i], err = site.Atom(feed); err != nil {
			t.Fatal(err)
		}
		for _, fault := range checkAtom(docs[i]) {
			t.Error(fault)
		}
	}
	before, links := ids(t, docs[0])
	now, _ := ids(t, docs[1])
	if len(now) != 1 || now[0] != before[0] || now[0] != "tag:storywire,2026:desk-1/s/k3v9/living" || bytes.Equal(docs[0], docs[1]) {
		t.Errorf("entries %v, then %v", before, now)
	}
	if links["self"] != site.URL("/feed.atom?mode=living") {
		t.Errorf("self is %s", links["self"])
	}
	if !strings.Contains(string(docs[1]), "<published>2026-03-0") || bytes.Count(docs[1], []byte("<published>")) != 1 {
		t.Errorf("%s", docs[1])
	}
}

// TestLongEntries gives a feed entries that are too long for it: each keeps
// what is most, and leads to the rest.
func TestLongEntries(t *testing.T) {
	for parts, want := range map[int]string{20: "<h2>Timeline", 60: "Sources and timeline</a>", 2000: "The whole story, with sources"} {
		all := told(t, 10)
		for i := range all {
			r := &all[i].Revision
			for n := range parts {
				text := strings.Repeat("water & <stone> ", 12)
				r.Timeline = append(r.Timeline, news.Event{Date: "2026-03-01", Precision: news.Day, Label: "Mar 1, 2026", Kind: news.Occurred, Text: text, Cites: []int{1}})
				if parts > 100 {
					r.Sections = append(r.Sections, news.Section{Heading: fmt.Sprint("Part ", n), Sentences: []news.Statement{{Text: text}}})
				}
			}
		}
		feed := SiteFeed(testSite(), all)
		feed.Kept, feed.Archive = true, 1
		doc, err := testSite().Atom(feed)
		if err != nil {
			t.Fatal(err)
		}
		entries, _ := ids(t, doc)
		if len(entries) != ArchiveSize || len(doc) > maxFeed || !strings.Contains(strings.ReplaceAll(string(doc), "&lt;", "<"), strings.ReplaceAll(want, ">", "&gt;")) {
			t.Errorf("%d parts: %d entries in %d bytes, lacks %q", parts, len(entries), len(doc), want)
		}
		for _, fault := range checkAtom(doc) {
			t.Error(fault)
		}
	}
}
