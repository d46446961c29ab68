package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/storywire/storywire/news"
)

// request is what send makes of method, address and headers; "Host" and "From"
// (the peer) among them.
func request(method, target, body string, headers map[string]string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = "news.example.org"
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range headers {
		switch name {
		case "Host":
			r.Host = value
		case "From":
			r.RemoteAddr = value
		default:
			r.Header.Set(name, value)
		}
	}
	return r
}

func answered(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const here = "127.0.0.1:50000"

func TestLocal(t *testing.T) {
	a := Access{Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}}
	own := "http://127.0.0.1:8484"
	for _, c := range []struct {
		name, base string
		headers    map[string]string
		want       bool
	}{
		{"a browser here", own, map[string]string{"From": here, "Host": "127.0.0.1:8484"}, true},
		{"by name", own, map[string]string{"From": here, "Host": "localhost:8484"}, true},
		{"over IPv6", own, map[string]string{"From": "[::1]:4000", "Host": "[::1]:8484"}, true},
		{"mapped into IPv6", own, map[string]string{"From": "[::ffff:127.0.0.1]:4000", "Host": "localhost:8484"}, true},
		{"a form of ours", own, map[string]string{"From": here, "Host": "localhost:8484", "Origin": "http://localhost:8484"}, true},
		{"from the network", own, map[string]string{"From": "192.0.2.7:4000", "Host": "127.0.0.1:8484"}, false},
		{"a name made to lead here", own, map[string]string{"From": here, "Host": "evil.example"}, false},
		{"the site has an address of its own", "https://news.example.org", map[string]string{"From": here, "Host": "127.0.0.1:8484"}, false},
		{"a proxy that says so", own, map[string]string{"From": here, "Host": "localhost", "X-Forwarded-For": "192.0.2.7"}, false},
		{"a proxy, by the standard", own, map[string]string{"From": here, "Host": "localhost", "Forwarded": "for=192.0.2.7"}, false},
		{"a proxy that only signs", own, map[string]string{"From": here, "Host": "localhost", "Via": "1.1 gate"}, false},
		{"a proxy we were told of", own, map[string]string{"From": "127.0.0.2:4000", "Host": "localhost"}, false},
		{"a page of another origin", own, map[string]string{"From": here, "Host": "localhost", "Origin": "https://news.example.org"}, false},
		{"no address", own, map[string]string{"From": "@", "Host": "localhost"}, false},
	} {
		if got := loopbackOrigin(c.base) && a.local(request("GET", "/", "", c.headers)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	old := request("GET", "/", "", map[string]string{"From": here, "Host": "localhost"})
	old.ProtoMajor, old.ProtoMinor = 1, 0
	if a.local(old) {
		t.Error("HTTP/1.0, which proxies speak, is taken for a browser here")
	}
}

func TestClient(t *testing.T) {
	a := Access{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	for _, c := range [][3]string{ // peer, X-Forwarded-For, client
		{"192.0.2.7:1", "198.51.100.1", "192.0.2.7"},
		{"10.0.0.1:1", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:1", "203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"},
		{"10.0.0.1:1", "", "10.0.0.1"},
		{"10.0.0.1:1", "rubbish", "10.0.0.1"},
		{"[2001:db8::1]:1", "198.51.100.1", "2001:db8::1"},
	} {
		r := request("GET", "/", "", map[string]string{"From": c[0], "X-Forwarded-For": c[1]})
		if got := a.client(r).String(); got != c[2] {
			t.Errorf("%s behind %q: %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

func TestNames(t *testing.T) {
	h := testHandler(t, Config{Access: Access{Hosts: []string{"wire.lan"}}})
	for host, want := range map[string]int{
		"news.example.org": 200, "NEWS.example.org:443": 200, "news.example.org.": 200, "localhost:8484": 200, "127.0.0.1": 200,
		"[::1]:8484": 200, "192.0.2.1:8484": 200, "wire.lan": 200, "evil.example": 421, "": 421,
	} {
		if got := answered(h, request("GET", "/", "", map[string]string{"Host": host})).Code; got != want {
			t.Errorf("asked as %q: %d, want %d", host, got, want)
		}
	}
	if got := answered(h, request("GET", "/healthz", "", map[string]string{"Host": "pod-7"})).Code; got != 200 {
		t.Errorf("health under another name: %d", got)
	}
}

// TestWriting asks for a log-out, which any asker who may write can ask for.
func TestWriting(t *testing.T) {
	store := testStore(t)
	store.let("READ", news.ScopeRead)
	store.let("WRITE", news.ScopeWrite)
	store.let("SESSION", news.ScopeSession)
	site := testSite()
	site.BaseURL = "http://127.0.0.1:8484"
	h, err := newHandler(Config{Store: store, Site: site, Access: Access{Loopback: true}})
	if err != nil {
		t.Fatal(err)
	}
	local, session := "form="+h.formMark(asker{Local: true}), "form="+h.formMark(asker{Session: "SESSION"})
	local127 := map[string]string{"From": here, "Host": "127.0.0.1:8484"}
	with := func(base map[string]string, more ...string) map[string]string {
		all := map[string]string{"Host": "127.0.0.1:8484"}
		for k, v := range base {
			all[k] = v
		}
		for i := 0; i < len(more); i += 2 {
			all[more[i]] = more[i+1]
		}
		return all
	}
	guarded := h.guard()
	for _, c := range []struct {
		name, body string
		headers    map[string]string
		want       int
	}{
		{"here, with our form", local, local127, 303},
		{"here, without", "", local127, 403},
		{"here, with another's form", session, local127, 403},
		{"here, from a page of another site", local, with(local127, "Sec-Fetch-Site", "cross-site"), 403},
		{"here, from another port", local, with(local127, "Sec-Fetch-Site", "same-site"), 403},
		{"here, from another origin", local, with(local127, "Origin", "https://evil.example"), 403},
		{"here, through a proxy", local, with(local127, "X-Forwarded-For", "192.0.2.7"), 401},
		{"from the network", local, with(nil), 401},
		{"logged in", session, with(nil, "Cookie", "storywire=SESSION"), 303},
		{"logged in, without our form", "", with(nil, "Cookie", "storywire=SESSION"), 403},
		{"logged in, from a page of another site", session, with(nil, "Cookie", "storywire=SESSION", "Sec-Fetch-Site", "cross-site"), 403},
		{"a key as a cookie", session, with(nil, "Cookie", "storywire=WRITE"), 401},
		{"a key that may write", "", with(nil, "Authorization", "Bearer WRITE"), 303},
		{"a key that may read", "", with(nil, "Authorization", "Bearer READ"), 401},
		{"a session as a key", "", with(nil, "Authorization", "Bearer SESSION"), 401},
		{"a key a browser remembers", "", with(nil, "Authorization", "Basic eDpXUklURQ=="), 401},
		{"no key", "", with(nil, "Authorization", "Bearer "), 401},
	} {
		store.let("SESSION", news.ScopeSession) // a log-out ended it
		if got := answered(guarded, request("POST", "/logout", c.body, c.headers)); got.Code != c.want {
			t.Errorf("%s: %d, want %d: %s", c.name, got.Code, c.want, got.Body)
		}
	}
}

func TestPrivate(t *testing.T) {
	store := testStore(t)
	store.let("READ", news.ScopeRead)
	h := testHandler(t, Config{Store: store, Access: Access{Private: true}})
	for _, c := range []struct {
		target, authorization string
		want                  int
	}{
		{"/", "", 303}, {"/s/k3v9", "", 303}, {"/s/k3v9/feed.atom", "", 401}, {"/api/v1/stories", "", 401}, {"/stories.opml", "", 401},
		{"/metrics", "", 401}, {"/login", "", 200}, {"/static/style.css", "", 200}, {"/healthz", "", 200}, {"/robots.txt", "", 200},
		{"/s/k3v9/feed.atom", "Basic eDpSRUFE", 200}, {"/s/k3v9/feed.atom", "Bearer READ", 200}, {"/s/k3v9/feed.atom", "Bearer WRONG", 401},
		{"/key/READ/s/k3v9/feed.atom", "", 200}, {"/key/READ/", "", 200}, {"/key/WRONG/feed.atom", "", 404}, {"/key/READ/nope", "", 404},
	} {
		w := answered(h, request("GET", c.target, "", map[string]string{"Authorization": c.authorization}))
		if w.Code != c.want {
			t.Errorf("%s with %q: %d, want %d", c.target, c.authorization, w.Code, c.want)
		}
		if w.Code == 200 && !open(c.target) && strings.Contains(w.Header().Get("Cache-Control"), "public") {
			t.Errorf("%s may be kept by shared caches", c.target)
		}
	}
	if to := answered(h, request("GET", "/s/k3v9?x=1", "", nil)).Header().Get("Location"); to != "/login?next=%2Fs%2Fk3v9%3Fx%3D1" {
		t.Errorf("sent to %s", to)
	}
	feed := answered(h, request("GET", "/key/READ/s/k3v9/feed.atom", "", nil)).Body.String()
	if strings.Count(feed, "https://news.example.org/key/READ/s/k3v9") < 4 || strings.Contains(feed, "example.org/s/") || !strings.Contains(feed, "desk-1/s/k3v9/r/3") {
		t.Errorf("the feed's links leave the key, or its ids hold it:\n%s", feed)
	}
	if w := answered(h, request("POST", "/key/READ/logout", "", nil)); w.Code != 405 {
		t.Errorf("writing below a key: %d", w.Code)
	}
}

func TestLogin(t *testing.T) {
	hash, err := HashPassword("tide table gull rope")
	if err != nil {
		t.Fatal(err)
	}
	store := testStore(t)
	h := testHandler(t, Config{Store: store})
	try := func(password, next string, from string) *httptest.ResponseRecorder {
		values := url.Values{"password": {password}, "next": {next}}
		return answered(h, request("POST", "/login", values.Encode(), map[string]string{"From": from}))
	}
	if w := try("", "/", here); w.Code != 403 || len(w.Result().Cookies()) > 0 {
		t.Errorf("without a password set, an empty one: %d", w.Code)
	}
	store.password = hash
	for next, want := range map[string]string{
		"/s/k3v9": "/s/k3v9", "//evil.example": "/", "https://evil.example": "/", "/\\evil.example": "/", "": "/", "/\t/evil.example": "/",
	} {
		w := try("tide table gull rope", next, "192.0.2.1:1")
		if w.Code != 303 || w.Header().Get("Location") != want {
			t.Fatalf("log-in: %d to %q, want %q", w.Code, w.Header().Get("Location"), want)
		}
		cookie := w.Result().Cookies()[0]
		if !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode || cookie.Name != "__Host-storywire" || cookie.Path != "/" {
			t.Errorf("cookie: %v", cookie)
		}
		page := answered(h, request("GET", "/", "", map[string]string{"Cookie": cookie.String()}))
		if !strings.Contains(page.Body.String(), "Log out") || page.Header().Get("Cache-Control") != cacheMine {
			t.Errorf("not logged in: %v", page.Header())
		}
	}
	for n := range maxTries {
		if w := try("a guess that fails", "/", "192.0.2.2:1"); w.Code != 403 {
			t.Errorf("guess %d: %d", n, w.Code)
		}
	}
	if w := try("tide table gull rope", "/", "192.0.2.2:1"); w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Errorf("after %d guesses: %d", maxTries, w.Code)
	}
	if w := try("tide table gull rope", "/", "192.0.2.3:1"); w.Code != 303 {
		t.Errorf("another address: %d", w.Code)
	}
	if w := answered(h, request("POST", "/login", "password=x", map[string]string{"Sec-Fetch-Site": "cross-site"})); w.Code != 403 || !strings.Contains(w.Body.String(), "another site") {
		t.Errorf("log-in from another site: %d", w.Code)
	}
}

func TestPasswordHash(t *testing.T) {
	if _, err := HashPassword("short"); err == nil {
		t.Error("a short password is taken")
	}
	hash, err := HashPassword("long enough it is")
	if err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]bool{"long enough it is": true, "long enough it iz": false, "": false} {
		if got, err := matches(hash, password); got != want || err != nil {
			t.Errorf("%q: %v %v", password, got, err)
		}
	}
	for _, bad := range []string{"", "$argon2id$", "$argon2i$v=19$m=19,t=2,p=1$c2FsdA$c2FsdA", "$argon2id$v=19$m=99999999,t=2,p=1$c2FsdHNhbHQ$c2FsdHNhbHRzYWx0c2FsdHNhbHQ", strings.Replace(hash, "t=2", "t=0", 1)} {
		if CheckHash(bad) == nil {
			t.Errorf("%q passes for a hash", bad)
		}
	}
}
