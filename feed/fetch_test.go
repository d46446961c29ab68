package feed

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/storywire/storywire/news"
)

const sample = `<rss version="2.0"><channel><title>Sample</title><link>https://s.example/</link><ttl>90</ttl>
<item><title>One</title><link>https://s.example/1</link><guid>1</guid></item></channel></rss>`

// web answers requests by address. It stands in for the network.
type web map[string]func(*http.Request) *http.Response

func (w web) RoundTrip(req *http.Request) (*http.Response, error) {
	respond, ok := w[req.URL.String()]
	if !ok {
		return nil, errors.New("unreachable: " + req.URL.String())
	}
	resp := respond(req)
	resp.Request = req
	return resp, nil
}

// reply makes a response; headers come in pairs.
func reply(status int, body string, headers ...string) *http.Response {
	h := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1}
}

func always(status int, body string, headers ...string) func(*http.Request) *http.Response {
	return func(*http.Request) *http.Response { return reply(status, body, headers...) }
}

func poller(w http.RoundTripper) *Poller {
	return &Poller{Client: &http.Client{Transport: w}, Linked: &http.Client{Transport: w}, UserAgent: "storywire-test/1 (+mailto:me@s.example)",
		Interval: 15 * time.Minute, MinInterval: 5 * time.Minute, MaxInterval: 24 * time.Hour,
		Timeout: 30 * time.Second, MaxBody: 64 << 10, Parallel: 4}
}

func TestFetch(t *testing.T) {
	const from = "http://s.example/feed"
	gz := compress(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, sample)
	br := compress(func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) }, sample)
	bomb := compress(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, sample+strings.Repeat(" ", 8<<20)) // 8 KiB on the wire
	hollow := strings.Repeat(compress(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, ""), 4000) + gz   // expands to little
	tests := []struct {
		name     string
		web      web
		feed     news.Feed // URL is from
		entries  int
		err      string // in it
		newURL   string
		moving   string
		etag     string
		modified string
		state    news.FeedState
		wait     time.Duration // at least this, at most a tenth more
	}{
		{name: "plain", web: web{from: always(200, sample, "ETag", `W/"a"`, "Last-Modified", "Sat, 01 Jan 2000 00:00:00 GMT")},
			entries: 1, etag: `W/"a"`, modified: "Sat, 01 Jan 2000 00:00:00 GMT", wait: 90 * time.Minute},
		{name: "gzip", web: web{from: always(200, gz, "Content-Encoding", "gzip")}, entries: 1, wait: 90 * time.Minute},
		{name: "gzip unsaid", web: web{from: always(200, gz)}, entries: 1, wait: 90 * time.Minute},
		{name: "gzip said but plain", web: web{from: always(200, sample, "Content-Encoding", "gzip")}, entries: 1, wait: 90 * time.Minute},
		{name: "brotli", web: web{from: always(200, br, "Content-Encoding", "br")}, entries: 1, wait: 90 * time.Minute},
		{name: "other coding", web: web{from: always(200, "x", "Content-Encoding", "compress")}, err: "coding we did not ask for", wait: 30 * time.Minute},
		{name: "gzip broken off", web: web{from: always(200, gz[:len(gz)/2], "Content-Encoding", "gzip")}, err: "broke off", wait: 30 * time.Minute},
		{name: "bomb", web: web{from: always(200, bomb, "Content-Encoding", "gzip")}, err: "larger than the 64 KiB", wait: 30 * time.Minute},
		{name: "oversize on the wire", web: web{from: always(200, hollow, "Content-Encoding", "gzip")}, err: "larger than the 64 KiB", wait: 30 * time.Minute},
		{name: "oversize", web: web{from: always(200, sample+strings.Repeat(" ", 64<<10))}, err: "larger than the 64 KiB", wait: 30 * time.Minute},
		{name: "max-age", web: web{from: always(200, strings.Replace(sample, "<ttl>90</ttl>", "", 1), "Cache-Control", "public, max-age=7200", "Age", "1800")},
			entries: 1, wait: 90 * time.Minute},
		{name: "not modified", feed: news.Feed{Manners: news.Manners{ETag: `"x"`, LastModified: "m", From: from}}, web: web{from: func(r *http.Request) *http.Response {
			if r.Header.Get("If-None-Match") != `"x"` || r.Header.Get("If-Modified-Since") != "m" {
				return reply(500, "")
			}
			return reply(304, "", "ETag", `"y"`)
		}}, etag: `"y"`, modified: "m", wait: 15 * time.Minute},
		{name: "304 unasked", web: web{from: always(304, "")}, err: "never shown us", wait: 30 * time.Minute},
		{name: "429 in seconds", web: web{from: always(429, "", "Retry-After", "7200")}, err: "less often", wait: 2 * time.Hour},
		{name: "503 with a date", web: web{from: always(503, "", "Retry-After", "Sat, 01 Jan 2000 05:00:00 GMT")}, err: "trouble", wait: 5 * time.Hour},
		{name: "429 for a year", web: web{from: always(429, "", "Retry-After", "31536000")}, err: "429", wait: 7 * 24 * time.Hour},
		{name: "failing again", feed: news.Feed{Manners: news.Manners{Failures: 2}}, web: web{from: always(500, "")}, err: "500", wait: 2 * time.Hour},
		{name: "failing for weeks", feed: news.Feed{Manners: news.Manners{Failures: 90}}, web: web{from: always(404, "")}, err: "new one", wait: 24 * time.Hour},
		{name: "gone", web: web{from: always(410, "")}, err: "gone for good", state: news.FeedGone, wait: 30 * time.Minute},
		{name: "unreachable", web: web{}, err: "no answer", wait: 30 * time.Minute},
		{name: "page", feed: news.Feed{Manners: news.Manners{ETag: `"old"`}}, web: web{from: always(200, `<!doctype html><title>Hi</title>`, "ETag", `"page"`)},
			err: "web page", etag: `"old"`, wait: 30 * time.Minute},
		{name: "truncated", web: web{from: always(200, sample[:len(sample)-20]+"<item><title>T", "ETag", `"t"`)}, entries: 1, wait: 90 * time.Minute},
		{name: "moved for good", web: web{from: always(301, "", "Location", "https://s.example/a"), "https://s.example/a": always(308, "", "Location", "/b"),
			"https://s.example/b": always(200, sample)}, entries: 1, moving: "https://s.example/b", wait: 90 * time.Minute},
		{name: "moved, but then for a while", web: web{from: always(301, "", "Location", "/a"), "http://s.example/a": always(302, "", "Location", "/b"),
			"http://s.example/b": always(200, sample)}, entries: 1, wait: 90 * time.Minute},
		{name: "moved to a page", web: web{from: always(301, "", "Location", "/a"), "http://s.example/a": always(200, "<html></html>")},
			err: "web page", wait: 30 * time.Minute},
		{name: "redirected in a circle", web: web{from: always(301, "", "Location", from)}, err: "in a circle", wait: 30 * time.Minute},
		{name: "redirected to a file", web: web{from: always(302, "", "Location", "file:///etc/passwd")}, err: "not to a web address", wait: 30 * time.Minute},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := poller(c.web)
				c.feed.URL = from
				got := p.fetch(t.Context(), c.feed, alone)
				if c.state == "" {
					c.state = news.FeedActive
				}
				if c.err == "" && got.Err != "" || !strings.Contains(got.Err, c.err) {
					t.Errorf("got error %q, want %q", got.Err, c.err)
				}
				if len(got.Entries) != c.entries || got.Moved != c.newURL || got.Moving != c.moving || got.ETag != c.etag || got.LastModified != c.modified || got.State != c.state {
					t.Errorf("got %+v", got)
				}
				if wait := got.Next.Sub(got.At); wait < c.wait || wait > c.wait+c.wait/10 {
					t.Errorf("next after %v, want %v", wait, c.wait)
				}
			})
		})
	}
}

func compress(with func(io.Writer) io.WriteCloser, s string) string {
	var b bytes.Buffer
	w := with(&b)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return b.String()
}

func TestFetchHeaders(t *testing.T) {
	var got http.Header
	p := poller(web{"http://s.example/feed": func(r *http.Request) *http.Response {
		got = r.Header
		return reply(200, sample)
	}})
	p.fetch(t.Context(), news.Feed{URL: "http://s.example/feed"}, alone)
	if got.Get("User-Agent") != p.UserAgent || got.Get("Accept-Encoding") != "gzip, br, zstd" || !strings.Contains(got.Get("Accept"), "atom+xml") {
		t.Errorf("got %v", got)
	}
	for _, name := range []string{"If-None-Match", "If-Modified-Since", "Cookie"} {
		if _, ok := got[name]; ok {
			t.Errorf("%s was sent for nothing", name)
		}
	}
}

// drip is a body that never ends and never brings much.
type drip struct{ ctx context.Context }

func (d drip) Read(p []byte) (int, error) {
	select {
	case <-time.After(time.Second):
		p[0] = ' '
		return 1, nil
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	}
}

func (drip) Close() error { return nil }

func TestFetchSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := poller(web{"http://s.example/feed": func(r *http.Request) *http.Response {
			resp := reply(200, "")
			resp.Body = drip{r.Context()}
			return resp
		}})
		start := time.Now()
		got := p.fetch(t.Context(), news.Feed{URL: "http://s.example/feed"}, alone)
		if took := time.Since(start); took != p.Timeout {
			t.Errorf("gave up after %v", took)
		}
		if !strings.Contains(got.Err, "too long") {
			t.Errorf("got %q", got.Err)
		}
	})
}

func TestOutletOfFeed(t *testing.T) {
	body := strings.Replace(sample, "</channel>", `<item><title>Two</title><guid>2</guid><source url="http://w.example/f">Wire</source></item></channel>`, 1)
	p := poller(web{"http://s.example/feed": always(200, body)})
	got := p.fetch(t.Context(), news.Feed{URL: "http://s.example/feed", Title: "The Daily Sample - News"}, alone)
	if got.Entries[0].Outlet != "The Daily Sample" || got.Entries[1].Outlet != "Wire" {
		t.Errorf("got %q and %q", got.Entries[0].Outlet, got.Entries[1].Outlet)
	}
}

func TestCheckURLSaysHowItWouldBePolled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := poller(web{"http://s.example/feed": always(301, "", "Location", "/new"), "http://s.example/new": always(200, sample, "ETag", "e")})
		c, err := p.CheckURL(t.Context(), "http://s.example/feed", false)
		if err != nil || len(c.Entries) != 1 || len(c.Polling) != 2 ||
			c.Polling[0] != "redirects for good to http://s.example/new" || !strings.Contains(c.Polling[1], "asks for this interval (ttl") {
			t.Errorf("got %+v, %v", c, err)
		}
	})
}

// alone is a place outside of a round.
var alone = place{came: func(int) func() { return func() {} }}
