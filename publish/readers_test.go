package publish

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// read is a feed as a self-hosted reader takes it in.
type read struct {
	title, home, self string
	entries           []readEntry
}

type readEntry struct{ id, link, title, date string }

// of returns the text of the first child of a name.
func (n node) of(space, local string) string {
	for _, c := range n.all(space, local) {
		return strings.TrimSpace(c.Text)
	}
	return ""
}

// link returns the address of the first Atom link of a kind.
func (n node) link(rel string) string {
	for _, l := range n.all("http://www.w3.org/2005/Atom", "link") {
		if l.attr("rel") == rel {
			return l.attr("href")
		}
	}
	return ""
}

// attaches tells whether an element, or one in it, attaches a file. What an
// article says of enclosures attaches none.
func (n node) attaches() bool {
	if n.XMLName.Local == "enclosure" || n.XMLName.Local == "link" && n.attr("rel") == "enclosure" {
		return true
	}
	return slices.ContainsFunc(n.Children, node.attaches)
}

func readAtom(feed node) read {
	const ns = "http://www.w3.org/2005/Atom"
	r := read{title: feed.of(ns, "title"), home: feed.link("alternate"), self: feed.link("self")}
	for _, e := range feed.all(ns, "entry") {
		r.entries = append(r.entries, readEntry{e.of(ns, "id"), e.link("alternate"), e.of(ns, "title"), e.of(ns, "published")})
	}
	return r
}

func readRSS(channel node) read {
	r := read{title: channel.of("", "title"), home: channel.of("", "link"), self: channel.link("self")}
	for _, i := range channel.all("", "item") {
		r.entries = append(r.entries, readEntry{i.of("", "guid"), i.of("", "link"), i.of("", "title"), i.of("", "pubDate")})
	}
	return r
}

func readJSON(doc []byte) (read, error) {
	var feed struct {
		Title string `json:"title"`
		Home  string `json:"home_page_url"`
		Self  string `json:"feed_url"`
		Items []struct {
			ID, URL, Title string
			Published      string `json:"date_published"`
		} `json:"items"`
	}
	err := json.Unmarshal(doc, &feed)
	r := read{title: feed.Title, home: feed.Home, self: feed.Self}
	for _, i := range feed.Items {
		r.entries = append(r.entries, readEntry{i.ID, i.URL, i.Title, i.Published})
	}
	return r, err
}

// taken reads a document of any kind of feed: what it is shows in the first
// byte or the first element.
func (s *strict) taken(doc []byte) read {
	if bytes.HasPrefix(bytes.TrimSpace(doc), []byte("{")) {
		r, err := readJSON(doc)
		s.check(err == nil, "JSON: %v", err)
		return r
	}
	var root node
	d := xml.NewDecoder(bytes.NewReader(doc))
	d.Strict = false
	err := d.Decode(&root)
	s.check(err == nil, "XML: %v", err)
	s.check(!root.attaches(), "files are attached")
	if root.XMLName.Local == "feed" {
		return readAtom(root)
	}
	s.check(root.XMLName.Local == "rss" && len(root.all("", "channel")) == 1, "<%s> is no feed", root.XMLName.Local)
	for _, channel := range root.all("", "channel") {
		return readRSS(channel)
	}
	return read{}
}

// checkReader holds a feed against what self-hosted readers need of it, after
// Miniflux: an entry is known by its id, else by its address, which has to be
// absolute; its date is in a form the reader knows, else it is as old as the
// poll; a title is there, else it is made up; nothing attached.
func checkReader(doc []byte) []string {
	var s strict
	r, seen := s.taken(doc), map[string]bool{}
	s.check(r.title != "", "no title")
	s.absolute(r.home)
	s.absolute(r.self)
	for _, e := range r.entries {
		s.check(e.id != "" && !seen[e.id], "entry %q cannot be told from others", e.id)
		seen[e.id] = true
		s.absolute(e.link)
		s.check(e.title != "", "entry %q has no title", e.id)
		_, err1 := time.Parse(time.RFC3339, e.date)
		_, err2 := time.Parse(time.RFC1123, e.date)
		s.check(err1 == nil || err2 == nil, "entry %q is dated %q", e.id, e.date)
	}
	return s.faults
}

// TestStrictOnFiles holds the documents in a folder, each named for its kind,
// against the rules of its format and of readers.
func TestStrictOnFiles(t *testing.T) {
	dir := os.Getenv("STORYWIRE_DOCUMENTS")
	if dir == "" {
		t.Skip("skipped: STORYWIRE_DOCUMENTS names no folder of documents to check")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no documents in %s (%v)", dir, err)
	}
	for _, file := range files {
		doc, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		kind := strings.Replace(strings.TrimPrefix(filepath.Ext(file), "."), "json", "feed.json", 1)
		for _, fault := range faultsOf(kind, doc) {
			t.Errorf("%s: %s", filepath.Base(file), fault)
		}
	}
}
