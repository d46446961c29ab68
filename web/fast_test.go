package web

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// serving is a handler behind a real socket.
type serving struct {
	address string
	made    atomic.Int64 // requests that reached the handler
}

// serveTwice serves the same site as the daemon does and by net/http alone.
// What was rendered is trusted for long.
func serveTwice(t testing.TB) (quick, plain *serving) {
	t.Helper()
	h, err := newHandler(Config{Store: testStore(t), Site: testSite()})
	if err != nil {
		t.Fatal(err)
	}
	h.trust = time.Hour
	site := &Handler{h.guard(), h.fast}
	run := func(listen func(*http.Server, net.Listener) net.Listener) *serving {
		s := &serving{}
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.made.Add(1)
			// Clients here hang up as soon as they said all.
			site.ServeHTTP(w, r.WithContext(context.WithoutCancel(r.Context())))
		}))
		server.Config.IdleTimeout, server.Config.WriteTimeout = time.Minute, time.Minute
		server.Listener = listen(server.Config, server.Listener)
		server.Start()
		t.Cleanup(server.Close)
		s.address = server.Listener.Addr().String()
		return s
	}
	return run(site.Listen), run(func(_ *http.Server, l net.Listener) net.Listener { return l })
}

// say sends what a client says, piece by piece, and returns all it hears.
func (s *serving) say(t testing.TB, pieces ...string) string {
	t.Helper()
	c, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	answers := bufio.NewReader(c)
	var heard strings.Builder
	for i, piece := range pieces {
		if _, err := io.WriteString(c, piece); err != nil {
			break
		}
		if i+1 < len(pieces) && strings.HasPrefix(piece, "GET ") && strings.HasSuffix(piece, "\r\n\r\n") && !one(answers, &heard) {
			break
		}
	}
	_ = c.(*net.TCPConn).CloseWrite()
	for one(answers, &heard) {
	}
	return heard.String()
}

// one hears one answer and writes down what matters of it.
func one(answers *bufio.Reader, heard *strings.Builder) bool {
	r, err := http.ReadResponse(answers, nil)
	if err != nil {
		return false
	}
	body, _ := io.ReadAll(r.Body)
	if r.Header.Get("Date") != "" {
		r.Header.Set("Date", "now")
	}
	// A page made within this second says when only from the next one on.
	if made, err := http.ParseTime(r.Header.Get("Last-Modified")); err == nil && time.Since(made) < time.Hour {
		r.Header.Del("Last-Modified")
	}
	var header bytes.Buffer
	_ = r.Header.Write(&header)
	fmt.Fprintf(heard, "%s %v %s%x\n", r.Status, r.Close, header.Bytes(), body)
	return true
}

// feedRequest asks for a feed, with headers.
func feedRequest(headers ...string) string {
	return "GET /s/k3v9/feed.atom HTTP/1.1\r\n" + strings.Join(append([]string{"Host: news.example.org"}, headers...), "\r\n") + "\r\n\r\n"
}

// conversations are what clients say, and how many requests need no handler
// once the first was answered; -1: it does not matter.
var conversations = []struct {
	fast   int
	pieces []string
}{
	{1, []string{feedRequest()}},
	{3, []string{feedRequest(), feedRequest("User-Agent: reader", "Accept: */*", "Cookie: a=b"), feedRequest("X-ODD: \xe9\t")}},
	{1, []string{feedRequest("connection: Keep-Alive")}},
	{1, []string{feedRequest("If-None-Match: \"other\"")}},
	{0, []string{feedRequest("Accept-Encoding: br, GZIP;q=0.5")}},
	{1, []string{feedRequest("Accept-Encoding: gzip"), feedRequest("Accept-Encoding: gzip")}},
	{0, []string{feedRequest("If-None-Match: *")}},
	{1, []string{feedRequest("If-None-Match: *"), feedRequest("If-None-Match: *")}},
	{2, []string{feedRequest("If-Modified-Since: Thu, 01 Jan 2099 00:00:00 GMT"), feedRequest(), feedRequest("If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT")}},
	{1, []string{"GET / HTTP/1.1\r\nHost: news.example.org\r\n\r\n", feedRequest()}},
	{0, []string{"GET /s/nope/feed.atom HTTP/1.1\r\nHost: news.example.org\r\n\r\n"}},
	{0, []string{"GET /s/k3v9/feed.atom HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n"}},
	{0, []string{"GET /s/k3v9/feed.atom HTTP/1.1\r\n\r\n"}},
	{0, []string{"GET /s/k3v9/feed.atom HTTP/1.0\r\nHost: news.example.org\r\n\r\n"}},
	{0, []string{"GET http://news.example.org/s/k3v9/feed.atom HTTP/1.1\r\nHost: news.example.org\r\n\r\n"}},
	{0, []string{feedRequest("Host: other.example")}},
	{0, []string{"GET /s/k3v9/feed.atom HTTP/1.1\r\nHost:\r\nHost: news.example.org\r\n\r\n"}},
	{0, []string{feedRequest("Connection: close"), feedRequest()}},
	{0, []string{feedRequest("Connection: upgrade", "Upgrade: h2c")}},
	{0, []string{feedRequest("Expect: 100-continue")}},
	{0, []string{feedRequest("Bad Name: x"), feedRequest()}},
	{0, []string{feedRequest("X: a\x00b")}},
	{0, []string{feedRequest(" folded: x")}},
	{0, []string{feedRequest("X: a\nY: b")}},
	{0, []string{feedRequest("no colon")}},
	{0, []string{feedRequest("X: " + strings.Repeat("x", 5000)), feedRequest()}},
	{0, []string{strings.Replace(feedRequest(), "GET", "HEAD", 1)}},
	{0, []string{feedRequest("Content-Length: 5") + "hello", feedRequest()}},
	{0, []string{feedRequest("Transfer-Encoding: chunked") + "0\r\n\r\n", feedRequest()}},
	{0, []string{"POST /login HTTP/1.1\r\nHost: news.example.org\r\nContent-Length: 3\r\n\r\n", "a=b", feedRequest()}},
	// A request within what looks like another, cut where the next one could begin.
	{0, []string{"GET / HTTP/1.1\r\nHost: news.example.org\r\nX: ", feedRequest(), feedRequest()}},
	{0, []string{feedRequest("Content-Length: 200") + "x", feedRequest()}},
	// Several at once, and one in pieces.
	{-1, []string{feedRequest() + feedRequest(), feedRequest()}},
	{-1, []string{"GET /s/k3v9/fe", "ed.atom HTTP/1.1\r\nHost: news.example.org\r\n\r\n"}},
	{-1, []string{"G", feedRequest()[1:], feedRequest()}},
	{0, []string{"\r\n" + feedRequest()}},
	{0, []string{"\n"}},
}

// TestFastAnswersAlike holds that a client cannot tell which way its answers
// came, and that those that should come the short way do.
func TestFastAnswersAlike(t *testing.T) {
	for _, c := range conversations {
		fast := -2
		for try := 0; try < 20 && fast != c.fast; try++ { // a request that comes too soon after another goes the long way
			quick, plain := serveTwice(t)
			alike(t, quick, plain, append([]string{feedRequest()}, c.pieces...)...)
			if fast = int(plain.made.Load() - quick.made.Load()); c.fast < 0 {
				fast = c.fast
			}
		}
		if fast != c.fast {
			t.Errorf("%.200q: %d answered without the handler, want %d", c.pieces, fast, c.fast)
		}
	}
}

// alike fails if the two answer differently.
func alike(t *testing.T, quick, plain *serving, pieces ...string) {
	t.Helper()
	if got, want := quick.say(t, pieces...), plain.say(t, pieces...); got != want {
		t.Fatalf("%.200q:\n%.900s\nby net/http alone:\n%.900s", pieces, got, want)
	}
}

func FuzzFast(f *testing.F) {
	for _, c := range conversations {
		f.Add(strings.Join(c.pieces, ""), len(c.pieces[0]))
	}
	quick, plain := serveTwice(f)
	f.Fuzz(func(t *testing.T, said string, cut int) {
		pieces := []string{feedRequest(), said}
		if 0 < cut && cut < len(said) {
			pieces = []string{feedRequest(), said[:cut], said[cut:]}
		}
		alike(t, quick, plain, pieces...)
	})
}
