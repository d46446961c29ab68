package daemon

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/storywire/storywire/news"
)

// TestMisbehaviour walks the fixtures in testdata/misbehaviour: how a server
// answers, request by request, and what we are to do about it, poll by poll.
//
// A section named by a number is an answer, as it goes over the wire: a head, an
// empty line, a body. The last one is given to all further requests too. Lines
// before it that begin with "!" change it:
//
//	!gzip !br !zstd !deflate   compress the body; the head has to say so
//	!pad N                     append N spaces to the body
//	!flood N                   add N header lines
//	!drip D                    send a byte, wait for D, and so on
//	!cut N                     close after so many bytes of the body
//	!hang                      say nothing more after this
//	!reset                     end the connection the hard way
//
// {{feed}} stands for a feed of one entry, {{host}} for the server's address. The section "before" is
// what was kept of the feed, as JSON; "want" a list of one expectation a poll.
func TestMisbehaviour(t *testing.T) {
	files, err := filepath.Glob("testdata/misbehaviour/*.txtar")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d fixtures, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			misbehave(t, file)
		})
	}
}

// wanted is what one poll is to come to.
type wanted struct {
	Reason   string         // in it; "" for a success
	Why      string         // in it
	State    news.FeedState // active if left out
	Wait     Duration       // till the next poll, to a tenth more
	Requests []string       // path, and the validators sent
	Articles int            // entries taken
	Address  string         // path the feed is fetched from next; /feed if left out
	Offered  string         // path
}

// oneFeed is a store of one feed that is always due once.
type oneFeed struct {
	feed news.Feed
	due  bool
	last news.Fetch
}

func (s *oneFeed) DueFeeds(context.Context, time.Time, int) ([]news.Feed, error) {
	if !s.due {
		return nil, nil
	}
	s.due = false
	return []news.Feed{s.feed}, nil
}

func (s *oneFeed) RecordFetch(_ context.Context, f news.Fetch) (news.FetchCount, error) {
	s.last = f
	s.feed.Manners, s.feed.State, s.feed.LastFetch = f.Manners, f.State, f.At
	if f.SiteURL != "" {
		s.feed.SiteURL = f.SiteURL
	}
	return news.FetchCount{}, nil
}

func (s *oneFeed) NextFetch(context.Context) (time.Time, error) { return time.Time{}, nil }

func misbehave(t *testing.T, file string) {
	server := newMisbehaving(t)
	var polls []wanted
	store := &oneFeed{feed: news.Feed{ID: 1, URL: server.url("/feed"), State: news.FeedActive}}
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range archive.Files {
		switch data := server.fill(section.Data); section.Name {
		case "before":
			decode(t, data, &store.feed.Manners)
		case "want":
			decode(t, data, &polls)
		default:
			server.answers = append(server.answers, data)
		}
	}
	c := DefaultConfig()
	c.Poll.MaxBody = 64 << 10
	if bytes.Contains(txtar.Format(archive), []byte("took too long")) {
		c.Poll.Timeout = Duration(250 * time.Millisecond)
	}
	poller, err := NewPoller(c, store, Options{Version: "test", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	poller.Linked = poller.Client // the site, too, is on loopback
	defer poller.Client.CloseIdleConnections()
	for i, want := range polls {
		store.due = true
		if _, err := poller.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		want.compare(t, fmt.Sprintf("poll %d", i+1), server, store.last)
	}
}

func decode(t *testing.T, data []byte, into any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatal(err)
	}
}

func (w wanted) compare(t *testing.T, poll string, server *misbehaving, got news.Fetch) {
	t.Helper()
	if w.State == "" {
		w.State = news.FeedActive
	}
	if w.Address == "" {
		w.Address = "/feed"
	}
	if w.Reason == "" && got.Err != "" || !strings.Contains(got.Err, w.Reason) {
		t.Errorf("%s: failed with %q, want %q", poll, got.Err, w.Reason)
	}
	if !strings.Contains(got.Why, w.Why) {
		t.Errorf("%s: why is %q, want %q", poll, got.Why, w.Why)
	}
	if wait := got.Next.Sub(got.At); wait < w.Wait.D() || wait > w.Wait.D()*11/10+time.Second {
		t.Errorf("%s: next after %v, because it %s, want %v", poll, wait, got.Why, w.Wait.D())
	}
	if requests := server.take(); !reflect.DeepEqual(requests, w.Requests) {
		t.Errorf("%s: requests %q, want %q", poll, requests, w.Requests)
	}
	if got.State != w.State || len(got.Entries) != w.Articles {
		t.Errorf("%s: state %s, %d entries", poll, got.State, len(got.Entries))
	}
	after := news.Feed{URL: got.Feed.URL, Manners: got.Manners}
	if path := strings.TrimPrefix(after.Address(), server.url("")); path != w.Address {
		t.Errorf("%s: is fetched from %s next, want %s", poll, path, w.Address)
	}
	if path := strings.TrimPrefix(got.Offered, server.url("")); path != w.Offered {
		t.Errorf("%s: offers %q, want %q", poll, path, w.Offered)
	}
}

// misbehaving is a server on a raw connection, so that it can do what no server
// should.
type misbehaving struct {
	listener net.Listener
	answers  [][]byte
	seen     chan string
	done     chan struct{}
	given    int
}

func newMisbehaving(t *testing.T) *misbehaving {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &misbehaving{listener: l, seen: make(chan string, 100), done: make(chan struct{})}
	stopped := make(chan struct{})
	go func() { s.serve(); close(stopped) }()
	t.Cleanup(func() { close(s.done); _ = l.Close(); <-stopped })
	return s
}

func (s *misbehaving) url(path string) string { return "http://" + s.listener.Addr().String() + path }

const misbehavingFeed = `<rss version="2.0"><channel><title>Farm</title><link>http://{{host}}/</link>
<item><title>The weir is mended</title><link>http://{{host}}/1</link><guid>1</guid></item></channel></rss>`

func (s *misbehaving) fill(data []byte) []byte {
	text := strings.ReplaceAll(string(data), "{{feed}}", misbehavingFeed)
	return []byte(strings.ReplaceAll(text, "{{host}}", s.listener.Addr().String()))
}

// take returns the requests seen since it was last called.
func (s *misbehaving) take() (requests []string) {
	for len(s.seen) > 0 {
		requests = append(requests, <-s.seen)
	}
	return requests
}

// serve answers one request on each connection.
func (s *misbehaving) serve() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		if request, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			s.seen <- seenAs(request)
			s.answer(conn)
		}
		_ = conn.Close()
	}
}

// seenAs is a request in one line: what is of interest in it.
func seenAs(r *http.Request) string {
	line := r.URL.RequestURI()
	for _, name := range []string{"If-None-Match", "If-Modified-Since", "Cookie", "Referer"} {
		for _, value := range r.Header.Values(name) {
			line += " " + name + "=" + value
		}
	}
	if r.Method != http.MethodGet || !strings.HasPrefix(r.UserAgent(), "storywire/test (+http") {
		line = r.Method + " " + line + " by " + r.UserAgent()
	}
	return line
}

func (s *misbehaving) answer(conn net.Conn) {
	data := s.answers[min(s.given, len(s.answers)-1)]
	s.given++
	var orders [][]string
	for bytes.HasPrefix(data, []byte("!")) {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		orders, data = append(orders, append(strings.Fields(string(line[1:])), "")), rest
	}
	head, body, _ := bytes.Cut(data, []byte("\n\n"))
	w := &wire{conn: conn, done: s.done}
	for _, order := range orders {
		head, body = w.obey(order[0], order[1], head, body)
	}
	if head = bytes.TrimSpace(head); len(head) > 0 {
		w.send(append(bytes.ReplaceAll(head, []byte("\n"), []byte("\r\n")), "\r\n\r\n"...))
	}
	w.send(body)
	if w.hang {
		_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second)) // until the other side has had enough
		_, _ = io.Copy(io.Discard, conn)
	}
}

// wire is a connection and how it is to be used.
type wire struct {
	conn net.Conn
	done chan struct{}
	drip time.Duration
	hang bool
}

func (w *wire) obey(order, value string, head, body []byte) ([]byte, []byte) {
	n := 0
	_, _ = fmt.Sscan(value, &n)
	switch order {
	case "pad":
		body = append(body, bytes.Repeat([]byte(" "), n)...)
	case "flood":
		head = append(head, strings.Repeat("\nX-Flood: "+strings.Repeat("x", 90), n)...)
	case "cut":
		body = body[:min(n, len(body))]
	case "drip":
		w.drip, _ = time.ParseDuration(value)
	case "hang":
		w.hang = true
	case "reset":
		_ = w.conn.(*net.TCPConn).SetLinger(0)
	default:
		body = compressed(order, body)
	}
	return head, body
}

func (w *wire) send(b []byte) {
	step := len(b)
	if w.drip > 0 {
		step = 1
	}
	for len(b) > 0 {
		if _, err := w.conn.Write(b[:step]); err != nil {
			return
		}
		b = b[step:]
		if w.drip > 0 {
			select {
			case <-time.After(w.drip):
			case <-w.done:
				return
			}
		}
	}
}

func compressed(coding string, b []byte) []byte {
	var out bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&out)
	case "br":
		w = brotli.NewWriter(&out)
	case "zstd":
		w, _ = zstd.NewWriter(&out)
	case "deflate":
		w, _ = flate.NewWriter(&out, flate.DefaultCompression)
	default:
		panic("no such order: " + coding)
	}
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}
