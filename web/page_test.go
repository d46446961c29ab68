package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/storywire/storywire/news"
)

// void are the elements that have no end.
var void = map[string]bool{"meta": true, "link": true, "input": true}

// checkPage reports what is wrong with a page: elements left open, ids given
// twice, jumps to nowhere, headings out of order, anything the content policy
// forbids, form fields without a label. It returns the links it found too.
func checkPage(page string) (faults, links []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	var open, jumps []string
	ids, labels, count := map[string]bool{}, map[string]bool{}, map[string]int{}
	var fields []string
	heading := 0
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		t := z.Token()
		switch kind {
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != t.Data {
				fault("</%s> within %v", t.Data, open)
				return faults, links
			}
			open = open[:len(open)-1]
		case html.StartTagToken:
			if !slices.Contains(open, "svg") {
				count[t.Data]++
			}
			if !void[t.Data] {
				open = append(open, t.Data)
			}
			if len(t.Data) == 2 && t.Data[0] == 'h' && t.Data[1] >= '1' && t.Data[1] <= '6' {
				level := int(t.Data[1] - '0')
				if level > heading+1 {
					fault("h%d follows h%d", level, heading)
				}
				heading = level
			}
			attrs := map[string]string{}
			for _, a := range t.Attr {
				attrs[a.Key] = a.Val
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
					fault("<%s> has %s", t.Data, a.Key)
				}
			}
			if id := attrs["id"]; id != "" {
				if ids[id] {
					fault("id %q twice", id)
				}
				ids[id] = true
			}
			switch {
			case t.Data == "script" && (strings.HasPrefix(attrs["src"], "/static/") || attrs["type"] == "application/ld+json"):
			case t.Data == "script", t.Data == "style", t.Data == "iframe", t.Data == "img":
				fault("<%s> on the page", t.Data)
			case t.Data == "label":
				labels[attrs["for"]] = true
			case t.Data == "input" && attrs["type"] == "hidden":
			case attrs["aria-label"] != "":
			case t.Data == "input", t.Data == "textarea", t.Data == "select":
				fields = append(fields, attrs["id"])
			}
			if href, ok := attrs["href"]; ok {
				links = append(links, href)
				if target, found := strings.CutPrefix(href, "#"); found {
					jumps = append(jumps, target)
				}
			}
		}
	}
	for _, j := range jumps {
		if !ids[j] {
			fault("jump to #%s, which is nowhere", j)
		}
	}
	for _, f := range fields {
		if !labels[f] {
			fault("field %q has no label", f)
		}
	}
	for element, want := range map[string]int{"h1": 1, "main": 1, "title": 1, "header": max(1, count["header"])} {
		if count[element] != want {
			fault("%d <%s>", count[element], element)
		}
	}
	if len(open) > 0 {
		fault("left open: %v", open)
	}
	return faults, links
}

// crawl visits every page that can be reached from the index and checks it.
func crawl(t *testing.T, h http.Handler) map[string]bool {
	t.Helper()
	seen, queue := map[string]bool{"/": true}, []string{"/", "/?q=comet", "/?q=nothing-like-it", "/nowhere"}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		w := ask(h, "GET", at)
		if w.Code != 200 && at != "/nowhere" {
			t.Errorf("%s: %d", at, w.Code)
		}
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			continue
		}
		faults, links := checkPage(w.Body.String())
		for _, f := range faults {
			t.Errorf("%s: %s", at, f)
		}
		base, _ := url.Parse("https://news.example.org" + at)
		for _, link := range links {
			u, err := base.Parse(link)
			if err != nil || u.Scheme != "https" && u.Scheme != "http" {
				t.Errorf("%s: link %q", at, link)
				continue
			}
			if next := u.RequestURI(); u.Host == base.Host && !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	return seen
}

func TestEveryPage(t *testing.T) {
	seen := crawl(t, testHandler(t, Config{}))
	for _, want := range []string{"/s/k3v9", "/s/k3v9/r/1", "/s/k3v9/feed.rss", "/c/science/feed.json", "/s/3nd3", "/feeds", "/stories.opml", "/static/icon.svg"} {
		if !seen[want] {
			t.Errorf("no way leads to %s", want)
		}
	}
}

// TestHostilePages puts hostile text wherever others may write and visits
// every page.
func TestHostilePages(t *testing.T) {
	const hostile = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\x00</title></style>"
	store := testStore(t)
	for i := range store.stories {
		store.stories[i].Title = hostile
	}
	for i := range store.revisions {
		r := &store.revisions[i].Revision
		r.Story.Title, r.Revision.Label, r.Revision.Reason, r.Revision.Method = hostile, hostile, hostile, hostile
		r.WhatsNew = []news.Statement{{Text: hostile, Cites: []int{1}}}
	}
	for i := range store.articles["k3v9"] {
		a, m := &store.articles["k3v9"][i], &store.members["k3v9"][i]
		a.Title, a.Outlet, a.URL, m.Reason = hostile, hostile, "javascript:alert(1)", hostile
	}
	for i := range store.feeds {
		store.feeds[i].Title, store.feeds[i].LastError, store.feeds[i].URL = hostile, hostile, "javascript:alert(1)"
	}
	crawl(t, testHandler(t, Config{Store: store}))
}

func TestCheckPageFindsFaults(t *testing.T) {
	page := ask(testHandler(t, Config{}), "GET", "/s/k3v9").Body.String()
	for _, c := range [][2]string{
		{"</article>", ""}, {"<main", "<script></script><main"}, {`id="source-1"`, `id="source-2"`},
		{"<h2", "<h4></h4><h2"}, {"<h1", `<h1 style="x"`}, {"<h1", `<input id="x"><h1`},
	} {
		if faults, _ := checkPage(strings.Replace(page, c[0], c[1], 1)); len(faults) == 0 {
			t.Errorf("%q for %q passes", c[1], c[0])
		}
	}
}

func TestStoryPage(t *testing.T) {
	body := ask(testHandler(t, Config{}), "GET", "/s/k3v9").Body.String()
	at := 0
	for _, want := range []string{ // in this order
		`type="application/atom+xml"`, "<h1", "Updated (4 articles)", "Mar 6, 2026, 11:32 UTC", "Subscribe", "/s/k3v9/feed.rss",
		"What is new", "Cities set a deadline", `href="#source-1"`, "Sources", `id="source-1"`, "same report as", "Timeline",
		`class="planned"`, "History", "/s/k3v9/r/1", "Why these articles are here", "shares Nordhavn", "placed by a person",
	} {
		i := strings.Index(body[at:], want)
		if i < 0 {
			t.Fatalf("%q is missing or out of order:\n%s", want, body)
		}
		at += i
	}
}

// TestRevisionPageStays renders a revision's page before and after the next
// revision: it is kept by caches and must not change.
func TestRevisionPageStays(t *testing.T) {
	store := testStore(t)
	h := testHandler(t, Config{Store: store})
	before := ask(h, "GET", "/s/k3v9/r/3").Body.String()
	next := store.revisions[0]
	next.Revision.Revision.Number = 4
	store.revisions = append([]news.StoredRevision{next}, store.revisions...)
	if after := ask(h, "GET", "/s/k3v9/r/3").Body.String(); after != before {
		t.Error("the page of a revision changed with the next revision")
	}
}
