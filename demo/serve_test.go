package demo

import (
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// doc reads either format.
type doc struct {
	XMLName xml.Name
	Items   []struct {
		Title string `xml:"title"`
		GUID  string `xml:"guid"`
		Link  string `xml:"link"`
		Date  string `xml:"pubDate"`
	} `xml:"channel>item"`
	Entries []struct {
		Title string `xml:"title"`
		ID    string `xml:"id"`
		Link  struct {
			Href string `xml:"href,attr"`
		} `xml:"link"`
		Published string `xml:"published"`
		Updated   string `xml:"updated"`
		Content   string `xml:"content"`
	} `xml:"entry"`
}

// seen is an entry as a reader sees it.
type seen struct {
	guid, title, link string
	published         time.Time
}

func get(t *testing.T, h http.Handler, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest("GET", "http://newsroom.test"+path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, resp *http.Response) string {
	t.Helper()
	var b strings.Builder
	if err := resp.Write(&b); err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(b.String(), "\r\n\r\n")
	return text
}

// read parses a feed as a reader would, newest first.
func read(t *testing.T, text string) []seen {
	t.Helper()
	var d doc
	if err := xml.Unmarshal([]byte(text), &d); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	var out []seen
	add := func(guid, title, link, date, layout string) {
		at, err := time.Parse(layout, date)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, seen{guid, title, link, at})
	}
	for _, i := range d.Items {
		add(i.GUID, i.Title, i.Link, i.Date, time.RFC1123Z)
	}
	for _, e := range d.Entries {
		add(e.ID, e.Title, e.Link.Href, e.Published, time.RFC3339)
	}
	return out
}

func TestFeedsFillUp(t *testing.T) {
	var now time.Duration
	n := newRoom(t, Options{Span: time.Minute, Elapsed: func() time.Duration { return now }})
	h := n.Handler()
	out := map[string]bool{}
	for _, f := range feeds {
		count, modified, etags := 0, time.Time{}, map[string]string{}
		for now = 0; now <= time.Minute; now += 3 * time.Second {
			resp := get(t, h, f.path())
			text := body(t, resp)
			entries := read(t, text)
			if len(entries) < count || (now == 0 && len(entries) == 0) {
				t.Fatalf("%s at %v: %d entries after %d", f.path(), now, len(entries), count)
			}
			count = len(entries)
			if !slices.IsSortedFunc(entries, func(a, b seen) int { return b.published.Compare(a.published) }) {
				t.Errorf("%s at %v is not newest first", f.path(), now)
			}
			if now == 0 && !entries[0].published.Before(opening) {
				t.Errorf("%s has news before the start", f.path())
			}
			at, err := http.ParseTime(resp.Header.Get("Last-Modified"))
			if err != nil || at.Before(modified) {
				t.Errorf("%s: last modified %v after %v: %v", f.path(), at, modified, err)
			}
			modified = at
			etag := resp.Header.Get("ETag")
			if before, ok := etags[etag]; ok && before != text {
				t.Errorf("%s: one ETag for two documents", f.path())
			}
			etags[etag] = text
			for _, e := range entries {
				out[strings.TrimPrefix(e.link, "http://newsroom.test")] = true
			}
		}
		texts := map[string]bool{}
		for _, text := range etags {
			texts[text] = true
		}
		if len(texts) != len(etags) {
			t.Errorf("%s: %d ETags for %d documents", f.path(), len(etags), len(texts))
		}
	}
	for _, it := range n.Articles() {
		if !out[it.Path] {
			t.Errorf("%s never came out", it.ID)
		}
	}
}

func TestUnchangedFeedIsNotSentAgain(t *testing.T) {
	h := newRoom(t, Options{Elapsed: at(time.Hour)}).Handler()
	for _, f := range feeds {
		first := get(t, h, f.path())
		again := get(t, h, f.path(), "If-None-Match", first.Header.Get("ETag"))
		if again.StatusCode != http.StatusNotModified || body(t, again) != "" {
			t.Errorf("%s: %s for its own ETag", f.path(), again.Status)
		}
		if other := get(t, h, f.path(), "If-None-Match", `"other"`); other.StatusCode != http.StatusOK {
			t.Errorf("%s: %s for another ETag", f.path(), other.Status)
		}
		since := get(t, h, f.path(), "If-Modified-Since", first.Header.Get("Last-Modified"))
		if since.StatusCode != http.StatusNotModified {
			t.Errorf("%s: %s for its own date", f.path(), since.Status)
		}
	}
}

// find returns what a feed shows of an article.
func find(t *testing.T, n *Newsroom, path, id string) (seen, bool) {
	t.Helper()
	for _, e := range read(t, body(t, get(t, n.Handler(), path))) {
		if strings.HasSuffix(e.link, "/a/"+id) {
			return e, true
		}
	}
	return seen{}, false
}

func TestEditKeepsTheEntry(t *testing.T) {
	for id, path := range map[string]string{"grain-ship-stopped": "/halyard/world.xml", "hester-three-dead": "/vpr/news.xml"} {
		var now time.Duration
		n := newRoom(t, Options{Elapsed: func() time.Duration { return now }})
		var titles, guids []string
		for ; now <= 90*time.Second; now += 700 * time.Millisecond {
			e, ok := find(t, n, path, id)
			if !ok {
				continue
			}
			if !slices.Contains(titles, e.title) {
				titles = append(titles, e.title)
			}
			if !slices.Contains(guids, e.guid) {
				guids = append(guids, e.guid)
			}
		}
		if len(titles) != 2 || len(guids) != 1 {
			t.Errorf("%s had titles %q and GUIDs %q, want two and one", id, titles, guids)
		}
		page := body(t, get(t, n.Handler(), strings.Replace(path, regexp.MustCompile(`\w+\.xml`).FindString(path), "a/"+id, 1)))
		if !strings.Contains(page, titles[1]) {
			t.Errorf("%s: its page was not edited", id)
		}
	}
}

func TestOddGUIDs(t *testing.T) {
	one, two := newRoom(t, Options{Elapsed: at(91 * time.Second)}), newRoom(t, Options{Elapsed: at(99 * time.Second)})
	if e, ok := find(t, one, "/gazette/news.xml", "gull-point-shelling-stannard"); !ok || e.guid != "" {
		t.Errorf("GUID %q, want none", e.guid)
	}
	a, _ := find(t, one, "/herald/local.xml", "hester-landfall")
	b, _ := find(t, two, "/herald/local.xml", "hester-landfall")
	if a.guid == b.guid {
		t.Errorf("GUID %q twice, want a change", a.guid)
	}
	front, _ := find(t, one, "/courier/front.xml", "draft-plan-published")
	world, _ := find(t, one, "/courier/world.xml", "draft-plan-published")
	if front.link != world.link || front.guid == world.guid {
		t.Errorf("front page %+v and section %+v, want one link and two GUIDs", front, world)
	}
}

func TestPages(t *testing.T) {
	n := newRoom(t, Options{Elapsed: at(0)})
	h := n.Handler()
	last := n.Articles()[len(n.Articles())-1]
	if resp := get(t, h, last.Path); resp.StatusCode != http.StatusNotFound {
		t.Errorf("%s before it is out: %s", last.Path, resp.Status)
	}
	n.ReleaseAll()
	paths := []string{"/"}
	for _, f := range feeds {
		paths = append(paths, "/"+f.outlet+"/")
	}
	for _, it := range n.Articles() {
		paths = append(paths, it.Path)
	}
	local := regexp.MustCompile(`(?:href|src)="(/[^"]*)"`)
	for i := 0; i < len(paths); i++ {
		resp := get(t, h, paths[i])
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", paths[i], resp.Status)
		}
		for _, m := range local.FindAllStringSubmatch(body(t, resp), -1) {
			if !slices.Contains(paths, m[1]) {
				paths = append(paths, m[1])
			}
		}
	}
	for _, path := range []string{"/nobody/", "/halyard/a/nothing", "/halyard/nothing.xml", "/img/TRUTH.md"} {
		if resp := get(t, h, path); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
}

func TestManyReadersAtOnce(t *testing.T) {
	n := newRoom(t, Options{Span: time.Second})
	h := n.Handler()
	var readers sync.WaitGroup
	for _, f := range feeds {
		readers.Go(func() {
			for range 5 {
				if resp := get(t, h, f.path()); resp.StatusCode != http.StatusOK {
					t.Errorf("%s: %s", f.path(), resp.Status)
				}
			}
		})
	}
	n.ReleaseAll()
	readers.Wait()
}

func TestSameMomentSameFeeds(t *testing.T) {
	for d := time.Duration(0); d < 100*time.Second; d += 7 * time.Second {
		a, b := newRoom(t, Options{Elapsed: at(d)}).Handler(), newRoom(t, Options{Elapsed: at(d)}).Handler()
		for _, f := range feeds {
			if body(t, get(t, a, f.path())) != body(t, get(t, b, f.path())) {
				t.Errorf("%s differs between two runs at %v", f.path(), d)
			}
		}
	}
}
