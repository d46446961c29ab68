package web

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/http/httpguts"
)

var crlf = []byte("\r\n")

// Handler answers for all addresses of the site.
type Handler struct {
	http.Handler
	fast *fast
}

// Listen lets a server of this handler answer for feeds that do not change
// without parsing requests anew: a connection that asked once and goes on
// asking gets what was sent just now, for as long as that may be used without
// looking it up, and in one write. Readers poll feeds so, proxies most of all.
// The server has its idle and write timeouts set, and is not changed afterwards.
func (h *Handler) Listen(server *http.Server, l net.Listener) net.Listener {
	server.ConnState = func(c net.Conn, state http.ConnState) {
		if c, ours := c.(*fastConn); ours && state == http.StateIdle {
			c.start, c.idle, c.renewed = true, len(c.early) == 0, time.Time{}
		}
	}
	return &fastListener{l, h.fast, server}
}

// maxFast is the most bytes of answers that are kept ready.
const maxFast = 8 << 20

// fast holds answers as they were sent last, by who is asked for what in which
// encoding. Only answers that depend on nothing else are put here.
type fast struct {
	mu    sync.RWMutex
	ready map[string]*ready
	bytes int // put here since it was empty
}

// ready is an answer: what goes before the body, or says instead that it has
// not changed. Either is nil as long as it was not sent.
type ready struct {
	until      time.Time
	asked      atomic.Bool // somebody came after that, to whom it is made anew
	tag        string
	modified   time.Time
	full, same *head
	body       []byte
}

// grace is how long after its time an answer is still given to others while it
// is made anew for one of them.
const grace = 250 * time.Millisecond

// keep notes an answer that was just sent.
func (f *fast) keep(key string, until time.Time, sent response) {
	f.mu.Lock()
	defer f.mu.Unlock()
	e := &ready{until: until, tag: sent.tag, modified: sent.modified}
	if before := f.ready[key]; before != nil && before.tag == sent.tag {
		e.full, e.same, e.body = before.full.anew(), before.same.anew(), before.body
	}
	if sent.status == http.StatusNotModified {
		e.same = newHead(sent)
	} else {
		e.full, e.body = newHead(sent), sent.body
	}
	if f.bytes += len(key) + len(e.body) + 4<<10; f.bytes > maxFast || f.ready == nil {
		f.ready, f.bytes = map[string]*ready{}, 0 // those still asked for are soon here again
	}
	f.ready[key] = e
}

// answer returns what to send for a request, nothing if it has to be made.
func (f *fast) answer(a *question, now time.Time) (*head, []byte) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	e := f.ready[string(a.key)]
	switch {
	case e == nil:
		return nil, nil
	case now.After(e.until) && (now.Sub(e.until) > grace || e.asked.CompareAndSwap(false, true)):
		return nil, nil
	case unchanged(a.match, a.since, e.tag, e.modified):
		return e.same, nil
	}
	return e.full, e.body
}

// head is what goes before a body, as it is sent.
type head struct {
	bytes []byte
	dated int // up to here they tell the time
}

// anew is the same head with the time it is now.
func (h *head) anew() *head {
	if h == nil {
		return nil
	}
	status, _, _ := bytes.Cut(h.bytes, crlf)
	b := fmt.Appendf(nil, "%s\r\nDate: %s\r\n", status, time.Now().UTC().Format(http.TimeFormat))
	return &head{append(b, h.bytes[h.dated:]...), len(b)}
}

func newHead(r response) *head {
	b := bytes.NewBufferString(fmt.Sprintf("HTTP/1.1 %d %s\r\n", r.status, http.StatusText(r.status)))
	dated := b.Len()
	_ = r.header.Write(b) // memory does not fail
	b.Write(crlf)
	return (&head{b.Bytes(), dated}).anew()
}

// response is an answer as it was sent.
type response struct {
	status   int
	tag      string
	modified time.Time
	header   http.Header
	body     []byte
}

type fastListener struct {
	net.Listener
	fast   *fast
	server *http.Server
}

func (l *fastListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		c = &fastConn{TCPConn: tcp, of: l, start: true}
	}
	return c, err
}

// fastConn is a connection that net/http serves, but for the requests it is
// answered here while net/http waits for the next one. All it knows is where a
// request begins: as long as each was one that is whole, has no body and came
// by itself.
type fastConn struct {
	*net.TCPConn
	of    *fastListener
	start bool   // the next byte, or the early one, begins a request
	idle  bool   // net/http waits, with the deadline for that, and has nothing of a request yet
	plain bool   // where requests begin is no longer known
	early []byte // what came of the next request while the last one was answered: net/http looks for a byte then

	asked   question
	renewed time.Time // when the deadlines were set here
}

// Read is called by net/http for the next bytes of a request.
func (c *fastConn) Read(p []byte) (int, error) {
	for {
		n, err := c.TCPConn.Read(p)
		if n == 0 || c.plain {
			return n, err
		}
		if !c.start {
			c.early = append(c.early, p[:n]...)
			c.plain = len(c.early) > 1
			return n, err
		}
		came := p[:n]
		if len(c.early) > 0 {
			came, c.early = append(c.early, came...), c.early[:0]
		}
		if !c.asked.read(came) {
			c.plain = true
			return n, err
		}
		if err != nil || !c.idle {
			c.start = false
			return n, err
		}
		now := time.Now()
		head, body := c.of.fast.answer(&c.asked, now)
		if head == nil {
			c.start, c.idle = false, false
			return n, nil
		}
		if err := c.send(head.bytes, body, now); err != nil {
			return 0, err
		}
	}
}

// send answers, with deadlines as net/http would set them, to the second.
func (c *fastConn) send(head, body []byte, now time.Time) error {
	if now.Sub(c.renewed) > time.Second {
		c.renewed = now
		if err := c.SetReadDeadline(now.Add(c.of.server.IdleTimeout)); err != nil {
			return err
		}
		if err := c.SetWriteDeadline(now.Add(c.of.server.WriteTimeout)); err != nil {
			return err
		}
	}
	if body == nil {
		_, err := c.Write(head)
		return err
	}
	_, err := (&net.Buffers{head, body}).WriteTo(c.TCPConn)
	return err
}

// question is what an answer of those kept here depends on.
type question struct {
	key   []byte   // see fastKey
	match []string // If-None-Match
	since string   // If-Modified-Since
}

// fastKey names an answer in the space given.
func fastKey[T string | []byte](to []byte, host, target T, packed bool) []byte {
	to = append(append(append(to[:0], host...), ' '), target...)
	if packed {
		to = append(to, " gzip"...)
	}
	return to
}

// read reads a request and reports whether it is one GET request, whole and
// nothing more, that HTTP/1.1 leaves no doubt about (RFC 9112). Whatever is
// not known for sure is left to net/http.
func (a *question) read(b []byte) bool {
	line, rest, _ := bytes.Cut(b, crlf)
	target, ok := bytes.CutSuffix(line, []byte(" HTTP/1.1"))
	if !ok || !bytes.HasPrefix(target, []byte("GET /")) {
		return false
	}
	target = target[len("GET "):]
	if bytes.ContainsFunc(target, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return false
	}
	var host, encoding []byte
	var hosts, encodings, dates int
	a.match, a.since = a.match[:0], ""
	for line, rest, ok = bytes.Cut(rest, crlf); ok && len(line) > 0; line, rest, ok = bytes.Cut(rest, crlf) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.Trim(value, " \t")
		if len(name) == len(line) || !token(name) || !text(value) {
			return false
		}
		known := true
		switch string(lower(name)) {
		case "host":
			host, hosts = value, hosts+1
		case "accept-encoding":
			encoding, encodings = value, encodings+1
		case "if-none-match":
			a.match = append(a.match, string(value))
		case "if-modified-since":
			a.since, dates = string(value), dates+1
		case "connection":
			known = string(lower(value)) == "keep-alive"
		case "content-length", "transfer-encoding", "trailer", "te", "expect", "upgrade", "http2-settings":
			known = false
		}
		if !known {
			return false
		}
	}
	a.key = fastKey(a.key, host, target, acceptsGzip(string(encoding)))
	return ok && len(rest) == 0 && hosts == 1 && len(host) > 0 && encodings <= 1 && dates <= 1
}

// lower writes ASCII in lower case, where it stands.
func lower(b []byte) []byte {
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] += 'a' - 'A'
		}
	}
	return b
}

// token reports whether b may be the name of a header field.
func token(b []byte) bool {
	return len(b) > 0 && !bytes.ContainsFunc(b, func(r rune) bool { return !httpguts.IsTokenRune(r) })
}

// text reports whether b may be the value of a header field.
func text(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
