package web

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/publish"
)

func testSite() publish.Site {
	return publish.Site{BaseURL: "https://news.example.org", Instance: "desk-1", Since: "2026", Title: "Harbour desk"}
}

func testStore(t testing.TB) *memory {
	t.Helper()
	store, err := newsroom()
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func testHandler(t testing.TB, c Config) http.Handler {
	t.Helper()
	if c.Store == nil {
		c.Store = testStore(t)
	}
	if c.Site.BaseURL == "" {
		c.Site = testSite()
	}
	h, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// ask makes a request with headers given as "Name: value".
func ask(h http.Handler, method, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	r.Host = "news.example.org"
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const (
	pageType    = "text/html; charset=utf-8"
	problemType = "application/problem+json"
)

func TestAddresses(t *testing.T) {
	h := testHandler(t, Config{Version: "1.2.3"})
	for _, c := range []struct {
		target string
		status int
		media  string
		holds  string // in the body, or the Location of a redirect
	}{
		{"/", 200, pageType, "Updated (5 articles)"},
		{"/?q=comet", 200, pageType, "A comet brightens"},
		{"/?q=%3Cscript%3E", 200, pageType, "mention “&lt;script&gt;”"},
		{"/c/region/", 200, pageType, "Stories in region"},
		{"/c/region", 301, "", "/c/region/"},
		{"/c/nowhere/", 404, pageType, "All stories"},
		{"/c/nowhere", 404, pageType, "All stories"},
		{"/feeds", 200, pageType, "failing, 4 times in a row"},
		{"/s/k3v9", 200, pageType, "Updated (4 articles)"},
		{"/s/k3v9/", 301, "", "/s/k3v9"},
		{"/s/f0ll", 200, pageType, "Nothing yet"},
		{"/s/nope", 404, pageType, "There is nothing at this address."},
		{"/s/l00p", 404, pageType, ""},
		{"/s/d3l3", 410, pageType, "This story was deleted."},
		{"/s/d3l3/r/1", 410, pageType, ""},
		{"/s/d3l3/diff", 410, pageType, ""},
		{"/s/d3l3/feed.atom", 410, pageType, ""},
		{"/s/d3l3/feed.rss?mode=living", 410, pageType, ""},
		{"/s/d3l3/archive/1/feed.json", 410, pageType, ""},
		{"/s/m3rd/feed.json", 410, pageType, ""},
		{"/api/v1/stories/d3l3/articles", 410, problemType, `"status":410`},
		{"/s/m3rg", 301, "", "/s/k3v9"},
		{"/s/m3r2/feed.atom?x=1", 301, "", "/s/k3v9/feed.atom?x=1"},
		{"/s/m3rg/r/1", 200, pageType, "Tunnel flood"},
		{"/s/k3v9/r/2", 200, pageType, "Revision 2 of this story"},
		{"/s/k3v9/r/4", 404, pageType, ""},
		{"/s/k3v9/diff", 200, pageType, "From <a href=\"/s/k3v9/r/2\">revision 2"},
		{"/s/k3v9/diff?from=3&to=1", 200, pageType, "Updated (2 articles)"},
		{"/s/k3v9/diff?from=1&to=4", 404, pageType, ""},
		{"/s/k3v9/diff?from=x", 404, pageType, ""},
		{"/s/f0ll/diff", 404, pageType, ""},
		{"/?outlet=Courier&since=week", 200, pageType, "Filters"},
		{"/follow", 404, pageType, ""}, // without a desk nothing can be changed
		{"/settings", 404, pageType, ""},
		{"/feeds.opml", 404, pageType, ""},
		{"/static/app.js", 200, "text/javascript; charset=utf-8", "EventSource"},
		{"/s/k3v9/r/x", 404, pageType, ""},
		{"/s/k3v9/r/0", 404, pageType, ""},
		{"/feed.atom", 200, "application/atom+xml; charset=utf-8", "tag:storywire,2026:desk-1/s/k3v9/r/3"},
		{"/feed.rss", 200, "application/rss+xml; charset=utf-8", "<rss"},
		{"/feed.json", 200, "application/feed+json; charset=utf-8", "jsonfeed.org"},
		{"/c/region/feed.atom", 200, "application/atom+xml; charset=utf-8", "https://news.example.org/c/region/feed.atom"},
		{"/c/nowhere/feed.atom", 404, pageType, ""},
		{"/s/k3v9/feed.atom", 200, "application/atom+xml; charset=utf-8", "/s/k3v9/r/1"},
		{"/s/k3v9/feed.rss", 200, "application/rss+xml; charset=utf-8", "Updated (2 articles)"},
		{"/s/k3v9/feed.json", 200, "application/feed+json; charset=utf-8", "Updated (3 articles)"},
		{"/s/f0ll/feed.atom", 200, "application/atom+xml; charset=utf-8", "<updated>2026-01-01"},
		{"/s/k3v9/feed.txt", 404, pageType, ""},
		{"/stories.opml", 200, "text/x-opml; charset=utf-8", "https://news.example.org/s/f0ll/feed.atom"},
		{"/stories.opml?all=1", 200, "text/x-opml; charset=utf-8", "https://news.example.org/s/qu13/feed.atom"},
		{"/api/v1/stories", 200, "application/json", `"next":null`},
		{"/api/v1/stories?limit=2&followed=true", 200, "application/json", `"id":"f0ll"`},
		{"/api/v1/stories?limit=2", 200, "application/json", `"next":"https://news.example.org/api/v1/stories?cursor=`},
		{"/api/v1/stories?limit=none", 400, problemType, "from 1 to 200"},
		{"/api/v1/stories?status=odd", 400, problemType, "developing"},
		{"/api/v1/stories?since=monday", 400, problemType, "2026-03-06T11:30:00Z"},
		{"/api/v1/stories?cursor=x!", 400, problemType, "cursor"},
		{"/api/v1/stories?cursor=eA", 400, problemType, "cursor"},
		{"/api/v1/stories/k3v9/revisions?cursor=eA", 400, problemType, "cursor"},
		{"/api/v1/openapi.json", 200, "application/json", "https://news.example.org/api/v1"},
		{"/api/v1/stories?followed=perhaps", 400, problemType, "true or false"},
		{"/api/v1/stories/k3v9", 200, "application/json", `"url":"https://news.example.org/s/k3v9"`},
		{"/api/v1/stories/f0ll", 200, "application/json", `"latest":null`},
		{"/api/v1/stories/nope", 404, problemType, `"status":404`},
		{"/api/v1/stories/m3rg/articles", 301, "", "/api/v1/stories/k3v9/articles"},
		{"/api/v1/stories/k3v9/revisions", 200, "application/json", `"number":1`},
		{"/api/v1/stories/m3rg/revisions/1", 200, "application/json", `"title":"Tunnel flood"`},
		{"/api/v1/stories/k3v9/revisions/2", 200, "application/json", `"schema":1`},
		{"/api/v1/stories/k3v9/articles", 200, "application/json", `"by_person":true`},
		{"/api/v1/feeds", 200, "application/json", `"url":"https://courier.example/rss"`},
		{"/api/v1/other", 404, problemType, "nothing"},
		{"/healthz", 200, "text/plain; charset=utf-8", "ok"},
		{"/robots.txt", 200, "text/plain; charset=utf-8", "Disallow: /api/"},
		{"/static/style.css", 200, "text/css; charset=utf-8", "prefers-color-scheme"},
		{"/static/icon.svg", 200, "image/svg+xml", "<svg"},
		{"/metrics", 404, pageType, ""},
		{"/wp-login.php", 404, pageType, ""},
	} {
		w := ask(h, "GET", c.target)
		body := w.Body.String()
		switch {
		case w.Code != c.status:
			t.Errorf("%s: status %d, want %d", c.target, w.Code, c.status)
		case c.status == 301:
			if got := w.Header().Get("Location"); got != c.holds {
				t.Errorf("%s: moved to %q, want %q", c.target, got, c.holds)
			}
		case w.Header().Get("Content-Type") != c.media:
			t.Errorf("%s: type %q, want %q", c.target, w.Header().Get("Content-Type"), c.media)
		case !strings.Contains(body, c.holds):
			t.Errorf("%s: lacks %q:\n%s", c.target, c.holds, body)
		}
		for name, want := range map[string]string{
			"Content-Security-Policy": contentPolicy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s: %q", c.target, name, got)
			}
		}
		if strings.Contains(body, "secret@") {
			t.Errorf("%s: holds a password", c.target)
		}
		if w.Header().Get("Cache-Control") == "" {
			t.Errorf("%s: says nothing of caching", c.target)
		}
	}
}

// documents are addresses of each kind that answer with a document.
var documents = []string{
	"/", "/c/region/", "/feeds", "/s/k3v9", "/s/f0ll", "/s/k3v9/r/2", "/feed.atom", "/c/region/feed.rss",
	"/s/k3v9/feed.json", "/s/f0ll/feed.atom", "/stories.opml", "/api/v1/stories", "/api/v1/stories/k3v9",
	"/api/v1/stories/k3v9/revisions", "/api/v1/stories/k3v9/revisions/1", "/api/v1/stories/k3v9/articles",
	"/api/v1/feeds", "/s/k3v9/diff", "/static/style.css", "/static/app.js", "/static/icon.svg", "/robots.txt",
}

func TestConditional(t *testing.T) {
	h := testHandler(t, Config{})
	for _, target := range documents {
		first := ask(h, "GET", target)
		tag, modified := first.Header().Get("ETag"), first.Header().Get("Last-Modified")
		if len(tag) < 10 || tag[0] != '"' {
			t.Fatalf("%s: tag %q", target, tag)
		}
		for _, held := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			w := ask(h, "GET", target, "If-None-Match: "+held)
			if w.Code != 304 || w.Body.Len() > 0 || w.Header().Get("ETag") != tag || w.Header().Get("Cache-Control") == "" {
				t.Errorf("%s with If-None-Match %s: %d, %v", target, held, w.Code, w.Header())
			}
		}
		stale := []string{"If-None-Match: \"other\"", "If-Modified-Since: " + modified}
		if w := ask(h, "GET", target, stale...); w.Code != 200 {
			t.Errorf("%s with another tag and the date: %d, want 200", target, w.Code)
		}
		if modified == "" {
			continue
		}
		if w := ask(h, "GET", target, "If-Modified-Since: "+modified); w.Code != 304 {
			t.Errorf("%s with its date: %d, want 304", target, w.Code)
		}
		at, err := http.ParseTime(modified)
		if err != nil {
			t.Fatalf("%s: Last-Modified %q", target, modified)
		}
		before := at.Add(-time.Second).Format(http.TimeFormat)
		if w := ask(h, "GET", target, "If-Modified-Since: "+before); w.Code != 200 {
			t.Errorf("%s with an earlier date: %d, want 200", target, w.Code)
		}
	}
}

func TestHead(t *testing.T) {
	h := testHandler(t, Config{})
	for _, target := range append(documents, "/s/nope", "/s/m3rg", "/healthz") {
		get, head := ask(h, "GET", target), ask(h, "HEAD", target)
		if head.Code != get.Code || head.Header().Get("Content-Length") != get.Header().Get("Content-Length") || head.Header().Get("ETag") != get.Header().Get("ETag") {
			t.Errorf("%s: GET %d %v, HEAD %d %v", target, get.Code, get.Header(), head.Code, head.Header())
		}
		if target != "/healthz" && head.Body.Len() > 0 { // the server itself cuts what is written to HEAD
			t.Errorf("%s: HEAD has a body", target)
		}
	}
}

func TestGzip(t *testing.T) {
	h := testHandler(t, Config{})
	for _, target := range documents {
		plain, packed := ask(h, "GET", target), ask(h, "GET", target, "Accept-Encoding: br, gzip;q=0.8")
		if !slices.Contains(plain.Header().Values("Vary"), "Accept-Encoding") || !slices.Contains(packed.Header().Values("Vary"), "Accept-Encoding") {
			t.Errorf("%s: Vary missing", target)
		}
		if plain.Body.Len() < smallest {
			continue
		}
		z, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatalf("%s: %v", target, err)
		}
		body, err := io.ReadAll(z)
		if err != nil || string(body) != plain.Body.String() || packed.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: packed differs from plain: %v", target, err)
		}
		tag := packed.Header().Get("ETag")
		if tag == plain.Header().Get("ETag") {
			t.Errorf("%s: one tag for two encodings", target)
		}
		if w := ask(h, "GET", target, "Accept-Encoding: gzip", "If-None-Match: "+tag); w.Code != 304 {
			t.Errorf("%s: %d for its packed tag, want 304", target, w.Code)
		}
	}
}

func TestAcceptsGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "GZIP": true, "br, gzip": true, "gzip;q=0": false, "gzip; q=0.0": false,
		"gzip;q=0.5": true, "*": true, "*;q=0": false, "identity": false, "gzip;q=0, *": false, "x-gzipped": false,
	} {
		if got := acceptsGzip(header); got != want {
			t.Errorf("acceptsGzip(%q) = %v", header, got)
		}
	}
}

func TestOnlyReading(t *testing.T) {
	h := testHandler(t, Config{})
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "TRACE"} {
		for target, media := range map[string]string{"/": pageType, "/api/v1/stories": problemType} {
			w := ask(h, method, target)
			if w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" || w.Header().Get("Content-Type") != media {
				t.Errorf("%s %s: %d %v", method, target, w.Code, w.Header())
			}
		}
	}
}

func TestMethodsAreNamed(t *testing.T) {
	h := testHandler(t, Config{Desk: &clerk{store: testStore(t)}})
	for target, allow := range map[string]string{
		"/": "GET, HEAD", "/follow": "GET, HEAD, POST", "/api/v1/stories": "GET, HEAD, POST", "/api/v1/stories/k3v9": "GET, HEAD, PATCH, DELETE",
	} {
		if w := ask(h, "PUT", target); w.Code != 405 || w.Header().Get("Allow") != allow {
			t.Errorf("PUT %s: %d, allows %q", target, w.Code, w.Header().Get("Allow"))
		}
	}
}

func TestScriptsMayReadFeedsAndAPI(t *testing.T) {
	h := testHandler(t, Config{})
	for target, want := range map[string]string{
		"/feed.atom": "*", "/s/k3v9/feed.json": "*", "/api/v1/stories": "*", "/api/v1/nope": "*",
		"/s/m3rg/feed.atom": "*", "/stories.opml": "*", "/": "", "/s/k3v9": "", "/feeds": "",
	} {
		if got := ask(h, "GET", target, "Origin: https://reader.example").Header().Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s: allows %q, want %q", target, got, want)
		}
	}
}

func TestScriptsMayAskWhatChanged(t *testing.T) {
	h := testHandler(t, Config{})
	w := ask(h, "OPTIONS", "/feed.atom", "Origin: https://reader.example", "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: if-none-match")
	allowed := w.Header()
	if w.Code != 204 || allowed.Get("Access-Control-Allow-Methods") != "GET, HEAD" || !strings.Contains(allowed.Get("Access-Control-Allow-Headers"), "If-None-Match") {
		t.Errorf("%d %v", w.Code, allowed)
	}
}

func TestStyleIsKeptUnderItsName(t *testing.T) {
	h := testHandler(t, Config{})
	_, after, _ := strings.Cut(ask(h, "GET", "/").Body.String(), `<link rel="stylesheet" href="`)
	named, _, _ := strings.Cut(after, `"`)
	if got := ask(h, "GET", named).Header().Get("Cache-Control"); got != cacheEver {
		t.Errorf("%s: %q", named, got)
	}
	if got := ask(h, "GET", "/static/style.css?v=old").Header().Get("Cache-Control"); got == cacheEver {
		t.Errorf("an old name is kept for ever")
	}
}

func TestBelowAPath(t *testing.T) {
	site := testSite()
	site.BaseURL = "https://news.example.org/wire"
	h := testHandler(t, Config{Site: site})
	for _, target := range []string{"/wire/s/k3v9", "/s/k3v9"} { // whether the proxy cuts the path or not
		body := ask(h, "GET", target).Body.String()
		if !strings.Contains(body, `href="/wire/s/k3v9/feed.atom"`) || strings.Contains(body, `href="/s/`) {
			t.Errorf("%s: links leave the path:\n%s", target, body)
		}
	}
	if got := ask(h, "GET", "/wire/s/m3rg/feed.rss").Header().Get("Location"); got != "/wire/s/k3v9/feed.rss" {
		t.Errorf("moved to %q", got)
	}
	if body := ask(h, "GET", "/wire/nope").Body.String(); !strings.Contains(body, `href="/wire/"`) {
		t.Errorf("error page leads elsewhere:\n%s", body)
	}
}

func TestFailures(t *testing.T) {
	store := testStore(t)
	store.err = errors.New("disk on fire")
	h := testHandler(t, Config{Store: store, Health: func() error { return errors.New("poll loop is overdue") }})
	for _, target := range append(documents[:18:18], "/s/k3v9/feed.atom", "/c/region") {
		w := ask(h, "GET", target)
		if w.Code != 500 || strings.Contains(w.Body.String(), "fire") || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v\n%s", target, w.Code, w.Header(), w.Body)
		}
	}
	if w := ask(h, "GET", "/healthz"); w.Code != 503 || !strings.Contains(w.Body.String(), "overdue") {
		t.Errorf("health: %d %s", w.Code, w.Body)
	}
}

func TestMetricsAndSettings(t *testing.T) {
	h := testHandler(t, Config{Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "up 1") })})
	if w := ask(h, "GET", "/metrics"); w.Body.String() != "up 1" {
		t.Errorf("metrics: %s", w.Body)
	}
	if _, err := New(Config{Store: testStore(t)}); err == nil {
		t.Error("a site without an address was accepted")
	}
	if _, err := New(Config{Site: testSite()}); err == nil {
		t.Error("a handler without a store was made")
	}
}
