package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

func TestCheckRequest(t *testing.T) {
	tests := []struct {
		url     string
		allow   string
		ownURLs bool
		refused bool
	}{
		{url: "https://news.example/feed"},
		{url: "https://93.184.215.14/feed"},
		{url: "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/feed"},
		{url: "http://127.0.0.1:8080/", refused: true},
		{url: "http://127.0.0.1:8080/", ownURLs: true},
		{url: "http://localhost/", refused: true},
		{url: "http://LocalHost/", ownURLs: true},
		{url: "http://10.1.2.3/", refused: true},
		{url: "http://192.168.1.9/", ownURLs: true},
		{url: "http://100.64.0.1/", refused: true},
		{url: "http://0.0.0.0/", refused: true},
		{url: "http://224.0.0.1/", refused: true},
		{url: "http://[::1]/", refused: true},
		{url: "http://[::1]/", ownURLs: true},
		{url: "http://[::ffff:127.0.0.1]/", refused: true},
		{url: "http://[fd12:3456::1]/", refused: true},
		{url: "http://[64:ff9b::7f00:1]/", refused: true},
		{url: "http://[2002:7f00:1::]/", refused: true},      // 6to4 of 127.0.0.1
		{url: "http://[2001:0:0:0::1]/", refused: true},      // Teredo
		{url: "http://[::127.0.0.1]/", refused: true},        // IPv4-compatible
		{url: "http://[64:ff9b::a9fe:a9fe]/", refused: true}, // NAT64 of the metadata address
		{url: "http://[64:ff9b:1::7f00:1]/", refused: true},  // NAT64 of one's own
		{url: "http://[::]/", refused: true},
		{url: "http://192.0.2.1/", refused: true},
		{url: "http://198.18.0.1/", refused: true},
		{url: "http://240.0.0.1/", refused: true},
		{url: "http://255.255.255.255/", refused: true},
		{url: "http://169.254.169.254/latest/", ownURLs: true, refused: true},
		{url: "http://[fe80::1%25eth0]/", ownURLs: true, refused: true},
		{url: "http://[fd00:ec2::254]/", ownURLs: true, refused: true},
		{url: "http://[::ffff:169.254.169.254]/", ownURLs: true, refused: true},
		{url: "http://127.0.0.1/", allow: "127.0.0.1"},
		{url: "http://127.0.0.1/", allow: "127.0.0.2", refused: true},
		{url: "http://10.1.2.3/", allow: "10.0.0.0/8"},
		{url: "http://[fd12:3456::1]/", allow: "fd00::/8"},
		{url: "http://localhost/", allow: "localhost"},
		{url: "http://127.0.0.1/", allow: "localhost", refused: true},
		{url: "http://169.254.169.254/", allow: "169.254.169.254"},
	}
	for _, tt := range tests {
		g := testGuard(t, tt.allow, tt.ownURLs)
		req, err := http.NewRequest("GET", tt.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.checkRequest(req); (err != nil) != tt.refused || err != nil && !errors.Is(err, ErrRefusedAddress) {
			t.Errorf("%s, allow %q, own %v: %v", tt.url, tt.allow, tt.ownURLs, err)
		}
	}
}

func TestCheckPeer(t *testing.T) {
	tests := []struct {
		host, peer string
		allow      string
		refused    bool
	}{
		{host: "news.example", peer: "93.184.215.14"},
		{host: "news.example", peer: "127.0.0.1", refused: true},
		{host: "news.example", peer: "169.254.169.254", refused: true},
		{host: "news.example", peer: "fd12::1", refused: true},
		{host: "news.example", peer: "::ffff:10.0.0.1", refused: true},
		{host: "news.example", peer: "64:ff9b::a00:1", refused: true},
		{host: "news.example", peer: "2002:a00:1::", refused: true},
		{host: "news.example", peer: "0.0.0.0", refused: true},
		{host: "news.example", peer: "::", refused: true},
		{host: "2130706433", peer: "127.0.0.1", refused: true}, // 127.0.0.1 as one number
		{host: "0x7f.1", peer: "127.0.0.1", refused: true},
		{host: "127.0.0.1", peer: "127.0.0.1"}, // judged with the request
		{host: "localhost", peer: "::1"},
		{host: "localhost", peer: "10.0.0.1", refused: true},
		{host: "nas.home", peer: "192.168.1.9", allow: "nas.home"},
		{host: "nas.home", peer: "192.168.1.9", allow: "NAS.home"},
		{host: "nas.home", peer: "192.168.1.9", allow: "192.168.0.0/16"},
		{host: "evil.nas.home", peer: "192.168.1.9", allow: "nas.home", refused: true},
		{host: "nas.home", peer: "169.254.169.254", allow: "nas.home", refused: true},
	}
	for _, tt := range tests {
		g := testGuard(t, tt.allow, false)
		if err := g.checkPeer(tt.host, netip.MustParseAddr(tt.peer)); (err != nil) != tt.refused {
			t.Errorf("%s at %s, allow %q: %v", tt.host, tt.peer, tt.allow, err)
		}
	}
}

func testGuard(t *testing.T, allow string, ownURLs bool) *guard {
	t.Helper()
	o := ClientOptions{OwnURLs: ownURLs}
	if allow != "" {
		o.Allow = []string{allow}
	}
	g, err := newGuard(o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestAllowUnreadable(t *testing.T) {
	for _, allow := range []string{"", "http://nas.home", "nas.home:80", "10.0.0.0/99", "nas home"} {
		if _, err := NewClient(ClientOptions{Allow: []string{allow}}); err == nil {
			t.Errorf("allow %q was taken", allow)
		}
	}
}

func TestRefusalSaysHowToAllow(t *testing.T) {
	for host, hint := range map[string]string{"nas.home": `nas.home (10.0.0.1); if it is yours, add "nas.home" to allow`, "10.0.0.1": `add "10.0.0.1"`} {
		if err := refuse(host, netip.MustParseAddr("10.0.0.1")); !strings.Contains(err.Error(), hint) {
			t.Errorf("%v lacks %s", err, hint)
		}
	}
	if err := refuse("meta.example", netip.MustParseAddr("169.254.169.254")); !strings.Contains(err.Error(), `add "169.254.169.254"`) {
		t.Error(err)
	}
}

// A redirect may stay with the owner's private host, but not lead to another,
// not even over a connection that is open already.
func TestRedirects(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "other") }))
	defer other.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("/a", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/b", http.StatusFound) })
	mux.HandleFunc("/b", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/c", http.StatusFound) })
	mux.HandleFunc("/c", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "c") })
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/out", http.StatusFound) })
	mux.HandleFunc("/out", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, http.StatusFound) })
	server := httptest.NewServer(mux)
	defer server.Close()

	c := testClient(t, ClientOptions{OwnURLs: true, Redirects: 2})
	if got, err := get(c, other.URL); err != nil || got != "other" {
		t.Fatalf("other: %q, %v", got, err)
	}
	if got, err := get(c, server.URL+"/a"); err != nil || got != "c" {
		t.Errorf("/a: %q, %v", got, err)
	}
	if _, err := get(c, server.URL+"/away"); !errors.Is(err, ErrRefusedAddress) {
		t.Errorf("/away: %v", err)
	}
	from, err := testClient(t, ClientOptions{OwnURLs: true}).Get(server.URL + "/out")
	if err != nil {
		t.Fatal(err)
	}
	from.Body.Close()
	byHand, err := http.NewRequest("GET", from.Header.Get("Location"), nil)
	if err != nil {
		t.Fatal(err)
	}
	byHand.Response = from
	if _, err := c.Do(byHand); !errors.Is(err, ErrRefusedAddress) {
		t.Errorf("/out, followed by hand: %v", err)
	}
	if got, err := get(testClient(t, ClientOptions{Allow: []string{"127.0.0.1"}, Redirects: 2}), server.URL+"/away"); got != "other" {
		t.Errorf("/away, allowed: %q, %v", got, err)
	}
	if _, err := get(testClient(t, ClientOptions{OwnURLs: true, Redirects: 1}), server.URL+"/a"); err == nil {
		t.Error("/a: two redirects were followed where one is allowed")
	}
	if got, err := get(testClient(t, ClientOptions{OwnURLs: true}), server.URL+"/a"); err != nil || !strings.Contains(got, "Found") {
		t.Errorf("/a without redirects: %q, %v", got, err)
	}
}

// A name that leads to a private address is refused when the connection is
// made.
func TestRebinding(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "in") }))
	defer server.Close()
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, allow := range []string{"", "rebind.example"} {
		c := testClient(t, ClientOptions{OwnURLs: true})
		g := testGuard(t, allow, true)
		g.resolver = loopbackResolver(t)
		c.Transport = guarded{g, &http.Transport{DialContext: g.dial, DisableKeepAlives: true}}
		got, err := get(c, fmt.Sprintf("http://rebind.example:%s/", u.Port()))
		if allow == "" && !errors.Is(err, ErrRefusedAddress) || allow != "" && got != "in" {
			t.Errorf("allow %q: %q, %v", allow, got, err)
		}
	}
}

// loopbackResolver answers every question for an IPv4 address with 127.0.0.1.
func loopbackResolver(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 512)
		for {
			n, peer, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil {
				continue
			}
			m.Response, m.Additionals = true, nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class}, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}}}
			}
			if b, err := m.Pack(); err == nil {
				conn.WriteTo(b, peer)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func testClient(t *testing.T, o ClientOptions) *http.Client {
	t.Helper()
	c, err := NewClient(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

func get(c *http.Client, url string) (string, error) {
	resp, err := c.Get(url)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// TestConnectionsAreShared: the feeds of a host come over one connection,
// whatever it answers, and over HTTP/2 where it is spoken.
func TestConnectionsAreShared(t *testing.T) {
	var connections atomic.Int32
	protocols := make(chan string, 10)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protocols <- r.Proto
		switch r.URL.Path {
		case "/gone":
			http.Error(w, strings.Repeat("no more ", 500), http.StatusNotFound)
		case "/moved":
			http.Redirect(w, r, "/304", http.StatusFound)
		case "/304":
			w.WriteHeader(http.StatusNotModified)
		default:
			io.WriteString(w, "<rss/>")
		}
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	c := DefaultConfig()
	poller, err := NewPoller(c, nil, Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer poller.Client.CloseIdleConnections()
	poller.Client.Transport.(guarded).next.(*http.Transport).TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	for _, path := range []string{"/gone", "/moved", "/feed", "/gone"} {
		_, _ = poller.CheckURL(t.Context(), server.URL+path, false) // what comes of it is not the question
	}
	if n := connections.Load(); n != 1 || len(protocols) != 5 {
		t.Errorf("%d requests over %d connections", len(protocols), n)
	}
	for len(protocols) > 0 {
		if p := <-protocols; p != "HTTP/2.0" {
			t.Errorf("spoke %s", p)
		}
	}
}

// What does not speak HTTP is held to the same addresses.
func TestDialer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for _, tt := range []struct {
		o       ClientOptions
		address string
		refused bool
	}{
		{ClientOptions{OwnURLs: true}, listener.Addr().String(), false},
		{ClientOptions{}, listener.Addr().String(), true},
		{ClientOptions{Allow: []string{"127.0.0.1"}}, listener.Addr().String(), false},
		{ClientOptions{OwnURLs: true}, "169.254.169.254:25", true},
		{ClientOptions{OwnURLs: true}, "[::ffff:169.254.169.254]:25", true},
	} {
		dial, err := NewDialer(tt.o)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := dial(t.Context(), "tcp", tt.address)
		if err == nil {
			conn.Close()
		}
		if errors.Is(err, ErrRefusedAddress) != tt.refused || !tt.refused && err != nil {
			t.Errorf("%s with %+v: %v", tt.address, tt.o, err)
		}
	}
}
