package daemon

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

// bridge is an outlet's feed that a test adds articles to.
type bridge struct {
	mu    sync.Mutex
	count int
}

// facts are what its articles tell, one after the other.
var facts = []string{
	"The Harbour Bridge was closed after an inspector found a crack in the northern pylon.",
	"Engineers of the Harbour Bridge measured the crack at 14 centimetres on Tuesday.",
	"Ferries will replace the Harbour Bridge for commuters, mayor Irene Castell said.",
	"The Harbour Bridge repair is estimated at 32 million dollars by the roads ministry.",
	"Lorry drivers blocked the Harbour Bridge toll plaza to protest against the detour.",
	"A court ordered the release of the Harbour Bridge maintenance records from 2019.",
	"The steel supplier Norland denied that its beams weakened the Harbour Bridge.",
	"Divers began to survey the foundations of the Harbour Bridge before the storm season.",
	"Parliament opened an inquiry into the Harbour Bridge led by judge Samuel Ortega.",
	"A temporary pontoon beside the Harbour Bridge will open in March, the navy announced.",
	"Schools on the Harbour Bridge's eastern side moved 2,400 pupils to online lessons.",
	"The contractor Velden won the Harbour Bridge contract after two rivals withdrew.",
	"Insurers refused to cover the Harbour Bridge losses of 180 shops on the waterfront.",
}

func (b *bridge) publish() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.count++
}

func (b *bridge) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var items strings.Builder
	for i := range b.count {
		fmt.Fprintf(&items, "<item><guid>%d</guid><title>%s</title><link>http://outlet.example/%d</link><description>%s</description></item>",
			i, facts[i], i, facts[i])
	}
	w.Header().Set("Content-Type", "application/rss+xml")
	fmt.Fprintf(w, `<rss version="2.0"><channel><title>Outlet</title>%s</channel></rss>`, items.String())
}

// call is a request that reached a subscriber.
type call struct {
	*http.Request
	body []byte
}

// callback is one address of a subscriber.
type callback struct {
	url     string
	calls   chan call
	confirm func(w http.ResponseWriter, challenge string) // nil: agrees
	deliver func(w http.ResponseWriter)                   // nil: 204
}

func (c *callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	challenge := r.URL.Query().Get("hub.challenge")
	switch {
	case r.Method == http.MethodPost && c.deliver != nil:
		c.deliver(w)
	case r.Method == http.MethodPost:
		w.WriteHeader(http.StatusNoContent)
	case c.confirm != nil:
		c.confirm(w, challenge)
	default:
		_, _ = io.WriteString(w, challenge)
	}
	c.calls <- call{r, body}
}

// next is the next call of a method.
func (c *callback) next(t *testing.T, method string) call {
	t.Helper()
	timeout := time.After(20 * time.Second)
	for {
		select {
		case got := <-c.calls:
			if got.Method == method {
				return got
			}
		case <-timeout:
			t.Fatalf("no %s reached %s", method, c.url)
		}
	}
}

func (c *callback) none(t *testing.T, method string) {
	t.Helper()
	for {
		select {
		case got := <-c.calls:
			if got.Method == method {
				t.Errorf("a %s reached %s", method, c.url)
			}
		default:
			return
		}
	}
}

// hubHouse is a daemon with one followed story, and the subscribers' side.
type hubHouse struct {
	base, hub, topic string
	outlet           *bridge
	db               *sql.DB
	mux              *http.ServeMux
	server           *httptest.Server
}

// freePort is an address on loopback that nobody listens on. Its port is below
// those that systems give away themselves, or another socket may get it before
// the test does.
func freePort(t *testing.T) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(10_000)))
		if err != nil {
			continue
		}
		defer l.Close()
		return l.Addr().String()
	}
	t.Fatal("no free port from 20000 to 29999")
	return ""
}

// public is a quick configuration that others can reach.
func public(t *testing.T) Config {
	c := DefaultConfig()
	c.Listen = freePort(t)
	c.BaseURL, c.Feeds, c.Database = "http://"+c.Listen, "", filepath.Join(t.TempDir(), "storywire.db")
	c.Poll.Interval, c.Poll.MinInterval = Duration(50*time.Millisecond), Duration(10*time.Millisecond)
	c.Story.Settle, c.Story.MinInterval = 0, 0
	c.Hub.Allow, c.Poll.Allow = []string{"127.0.0.1"}, []string{"127.0.0.1"}
	return c
}

// newHubHouse starts one with a configuration that the test has a last word on.
func newHubHouse(t *testing.T, change func(*Config)) *hubHouse {
	t.Helper()
	c := public(t)
	h := &hubHouse{base: c.BaseURL, hub: c.BaseURL + "/hub", outlet: &bridge{count: 1}, mux: http.NewServeMux()}
	h.server = httptest.NewServer(h.mux)
	t.Cleanup(h.server.Close)
	change(&c)
	h.mux.Handle("/outlet", h.outlet)
	store, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	_, err = store.AddFeed(t.Context(), news.Subscription{URL: h.server.URL + "/outlet", Title: "Outlet"})
	if err != nil {
		t.Fatal(err)
	}
	story, err := store.Follow(t.Context(), news.Query{Words: "Harbour Bridge", Any: []string{"Harbour Bridge"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	h.topic = h.base + "/s/" + story.ID + "/feed.atom"
	if h.db, err = sql.Open("sqlite", c.Database+"?_pragma=busy_timeout(15000)"); err != nil {
		t.Fatal(err)
	}
	_, stop := start(t, c, nil)
	t.Cleanup(func() {
		if err := errorsOf(stop(), h.db.Close()); err != nil {
			t.Error(err)
		}
	})
	eventually(t, h.topic, "Updated (1 article)")
	return h
}

func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// callback opens an address at the subscriber. Its name may hold a query.
func (h *hubHouse) callback(name string) *callback {
	c := &callback{url: h.server.URL + "/" + name, calls: make(chan call, 100)}
	path, _, _ := strings.Cut(name, "?")
	h.mux.Handle("/"+path, c)
	return c
}

// ask sends a request to the hub and returns its answer.
func (h *hubHouse) ask(t *testing.T, mode string, c *callback, more ...string) (int, string) {
	t.Helper()
	form := url.Values{"hub.mode": {mode}, "hub.topic": {h.topic}, "hub.callback": {c.url}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	resp, err := http.PostForm(h.hub, form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// subscribed subscribes and waits until the hub has it.
func (h *hubHouse) subscribed(t *testing.T, c *callback, more ...string) *callback {
	t.Helper()
	if status, said := h.ask(t, "subscribe", c, more...); status != http.StatusAccepted {
		t.Fatalf("%d %s", status, said)
	}
	c.next(t, http.MethodGet)
	h.settled(t)
	return c
}

// settled waits until the hub has settled all requests it took.
func (h *hubHouse) settled(t *testing.T) {
	t.Helper()
	h.until(t, `SELECT count(*) = 0 FROM intent`)
}

// until waits until a query of the database gives true.
func (h *hubHouse) until(t *testing.T, query string, args ...any) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		var done bool
		err := h.db.QueryRowContext(context.Background(), query, args...).Scan(&done)
		if err == nil && done {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("never: %s %v (%v)", query, args, err)
		}
	}
}

func (h *hubHouse) subscribers(t *testing.T, c *callback) int {
	t.Helper()
	var n int
	if err := h.db.QueryRowContext(t.Context(), `SELECT count(*) FROM subscriber WHERE callback = ?`, c.url).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func signedWith(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// musts are what the WebSub recommendation (W3C, 23 January 2018) requires of a
// hub and of a publisher, in our words, and how a subscriber sees it.
var musts = []struct {
	section, must string
	check         func(t *testing.T, h *hubHouse)
}{
	{"4", "a feed names its hub and, once, itself, in headers or in links", func(t *testing.T, h *hubHouse) {
		for _, format := range []string{"atom", "rss", "json"} {
			topic := strings.TrimSuffix(h.topic, "atom") + format
			resp, err := http.Get(topic)
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if want := fmt.Sprintf(`<%s>; rel="hub", <%s>; rel="self"`, h.hub, topic); resp.Header.Get("Link") != want {
				t.Errorf("Link: %s, want %s", resp.Header.Get("Link"), want)
			}
			if !bytes.Contains(body, []byte(h.hub)) {
				t.Errorf("%s does not hold the hub", format)
			}
		}
	}},
	{"5.1", "a form with callback, mode and topic is accepted with 202", func(t *testing.T, h *hubHouse) {
		if status, said := h.ask(t, "subscribe", h.callback("plain")); status != http.StatusAccepted {
			t.Errorf("%d %s", status, said)
		}
	}},
	{"5.1", "a secret is taken, one of 200 bytes or more is not", func(t *testing.T, h *hubHouse) {
		c := h.callback("secretive")
		if status, _ := h.ask(t, "subscribe", c, "hub.secret", strings.Repeat("s", 200)); status != http.StatusBadRequest {
			t.Errorf("200 bytes: %d", status)
		}
		h.subscribed(t, c, "hub.secret", strings.Repeat("s", 199))
	}},
	{"5.1", "parameters it does not know are passed over", func(t *testing.T, h *hubHouse) {
		h.subscribed(t, h.callback("unknown"), "hub.verify", "sync", "foo", "bar")
	}},
	{"5.1", "an active subscription may be asked for again, and then holds as asked last", func(t *testing.T, h *hubHouse) {
		c := h.subscribed(t, h.callback("again"), "hub.secret", "first")
		h.subscribed(t, c, "hub.secret", "second", "hub.lease_seconds", "3600")
		h.outlet.publish()
		got := c.next(t, http.MethodPost)
		if n := h.subscribers(t, c); n != 1 || got.Header.Get("X-Hub-Signature") != signedWith("second", got.body) {
			t.Errorf("%d subscriptions, signature %s", n, got.Header.Get("X-Hub-Signature"))
		}
	}},
	{"5.1", "what is not confirmed leaves the subscription as it was", func(t *testing.T, h *hubHouse) {
		c := h.subscribed(t, h.callback("unchanged"), "hub.secret", "first")
		c.confirm = func(w http.ResponseWriter, _ string) { w.WriteHeader(http.StatusNotFound) }
		for _, mode := range []string{"subscribe", "unsubscribe"} {
			if status, said := h.ask(t, mode, c, "hub.secret", "second"); status != http.StatusAccepted {
				t.Errorf("%d %s", status, said)
			}
			c.next(t, http.MethodGet)
			h.settled(t)
		}
		h.outlet.publish()
		if got := c.next(t, http.MethodPost); got.Header.Get("X-Hub-Signature") != signedWith("first", got.body) {
			t.Errorf("signature %s", got.Header.Get("X-Hub-Signature"))
		}
	}},
	{"5.1.1", "escaped characters of topic and callback are decoded", func(t *testing.T, h *hubHouse) {
		c := h.callback("decoded")
		var form strings.Builder
		for name, value := range map[string]string{"hub.mode": "subscribe", "hub.topic": h.topic, "hub.callback": c.url} {
			fmt.Fprintf(&form, "%s=", name)
			for _, b := range []byte(value) {
				fmt.Fprintf(&form, "%%%02x", b)
			}
			form.WriteString("&")
		}
		resp, err := http.Post(h.hub, "application/x-www-form-urlencoded", strings.NewReader(form.String()))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := c.next(t, http.MethodGet); got.URL.Query().Get("hub.topic") != h.topic {
			t.Errorf("topic %s", got.URL.Query().Get("hub.topic"))
		}
	}},
	{"5.1.1, 8.3", "a callback's query stays in front, is not overwritten, and is posted to as it was given", func(t *testing.T, h *hubHouse) {
		c := h.callback("query?foo=bar&hub.mode=mine&x=a%2Fb")
		if status, said := h.ask(t, "subscribe", c); status != http.StatusAccepted {
			t.Fatalf("%d %s", status, said)
		}
		got := c.next(t, http.MethodGet)
		if !strings.HasPrefix(got.URL.RawQuery, "foo=bar&hub.mode=mine&x=a%2Fb&hub.") || fmt.Sprint(got.URL.Query()["hub.mode"]) != "[mine subscribe]" {
			t.Errorf("query %s", got.URL.RawQuery)
		}
		h.settled(t)
		h.outlet.publish()
		if got := c.next(t, http.MethodPost); got.RequestURI != "/query?foo=bar&hub.mode=mine&x=a%2Fb" {
			t.Errorf("posted to %s", got.RequestURI)
		}
	}},
	{"5.1.2", "what is wrong with a request is answered with 4xx or 5xx, in plain text", func(t *testing.T, h *hubHouse) {
		c := h.callback("wrong")
		for _, wrong := range [][]string{
			{"hub.mode", "publish"}, {"hub.mode", ""}, {"hub.callback", ""}, {"hub.callback", "ftp://127.0.0.1/"},
			{"hub.callback", "http://me@127.0.0.1/"}, {"hub.topic", ""}, {"hub.topic", "https://news.example/feed.atom"},
			{"hub.topic", h.base + "/"}, {"hub.topic", h.base + "/s/none/feed.atom"}, {"hub.topic", h.topic + "?x=1"},
			{"hub.lease_seconds", "-1"}, {"hub.lease_seconds", "long"},
		} {
			status, said := h.ask(t, "subscribe", c, wrong...)
			if status/100 != 4 || !strings.Contains(said, "hub.") {
				t.Errorf("%v: %d %s", wrong, status, said)
			}
		}
		c.none(t, http.MethodGet)
	}},
	{"5.1.2", "the answer does not depend on the subscriber's", func(t *testing.T, h *hubHouse) {
		gone := &callback{url: "http://" + freePort(t) + "/"}
		if status, said := h.ask(t, "subscribe", gone); status != http.StatusAccepted {
			t.Errorf("%d %s", status, said)
		}
		h.until(t, `SELECT attempts > 0 FROM intent WHERE callback = ?`, gone.url)
		if _, err := h.db.ExecContext(t.Context(), `DELETE FROM intent`); err != nil {
			t.Fatal(err)
		}
	}},
	{"5.2", "a subscriber that is denied is told so, be it active or not", func(t *testing.T, h *hubHouse) {
		asking, active := h.callback("asking"), h.callback("active")
		for c, insert := range map[*callback]string{
			asking: `INSERT INTO intent (topic, callback, host, mode, secret, lease, created, due) VALUES ('/s/vanished/feed.atom', ?, '', 'subscribe', '', 1, 1, 1)`,
			active: `INSERT INTO subscriber (topic, callback, host, secret, until, due) VALUES ('/s/vanished/feed.atom', ?, '', '', 1 << 42, 1)`,
		} {
			if _, err := h.db.ExecContext(t.Context(), insert, c.url); err != nil {
				t.Fatal(err)
			}
			q := c.next(t, http.MethodGet).URL.Query()
			if q.Get("hub.mode") != "denied" || q.Get("hub.topic") != h.base+"/s/vanished/feed.atom" || q.Has("hub.challenge") {
				t.Errorf("told %v", q)
			}
			h.settled(t)
			h.until(t, `SELECT count(*) = 0 FROM subscriber WHERE callback = ?`, c.url)
		}
	}},
	{"5.3", "it asks with mode, topic, a challenge of allowed characters and the lease", func(t *testing.T, h *hubHouse) {
		c := h.callback("asked")
		allowed := regexp.MustCompile(`^[+\-./0-9=A-Z_a-z]{16,}$`)
		challenges := map[string]bool{}
		for _, mode := range []string{"subscribe", "unsubscribe"} {
			if status, said := h.ask(t, mode, c, "hub.lease_seconds", "3600"); status != http.StatusAccepted {
				t.Fatalf("%d %s", status, said)
			}
			q := c.next(t, http.MethodGet).URL.Query()
			h.settled(t)
			if q.Get("hub.mode") != mode || q.Get("hub.topic") != h.topic || !allowed.MatchString(q.Get("hub.challenge")) ||
				mode == "subscribe" && q.Get("hub.lease_seconds") != "3600" {
				t.Errorf("asked with %v", q)
			}
			challenges[q.Get("hub.challenge")] = true
		}
		if len(challenges) != 2 {
			t.Error("a challenge was used twice")
		}
	}},
	{"5.3.1", "3xx, 4xx, 5xx and an answer other than the challenge are refusals", func(t *testing.T, h *hubHouse) {
		for i, refuse := range []func(w http.ResponseWriter, challenge string){
			func(w http.ResponseWriter, challenge string) {
				w.Header().Set("Location", h.server.URL+"/plain")
				w.WriteHeader(http.StatusFound)
				_, _ = io.WriteString(w, challenge)
			},
			func(w http.ResponseWriter, challenge string) {
				w.WriteHeader(http.StatusNotFound)
				_, _ = io.WriteString(w, challenge)
			},
			func(w http.ResponseWriter, challenge string) {
				w.WriteHeader(http.StatusInternalServerError)
				_, _ = io.WriteString(w, challenge)
			},
			func(w http.ResponseWriter, challenge string) { _, _ = io.WriteString(w, challenge+"!") },
			func(http.ResponseWriter, string) {},
		} {
			c := h.callback("refusal" + strconv.Itoa(i))
			c.confirm = refuse
			h.subscribed(t, c)
			if h.subscribers(t, c) != 0 {
				t.Errorf("refusal %d was taken for consent", i)
			}
		}
	}},
	{"5.3.1", "every lease has an end, and a subscriber hears nothing after it", func(t *testing.T, h *hubHouse) {
		c := h.callback("lease")
		for asked, want := range map[string]string{"": "864000", "1": "300", "99999999999": "2592000"} {
			if status, said := h.ask(t, "subscribe", c, "hub.lease_seconds", asked); status != http.StatusAccepted {
				t.Fatalf("%d %s", status, said)
			}
			if got := c.next(t, http.MethodGet).URL.Query().Get("hub.lease_seconds"); got != want {
				t.Errorf("asked for %q, got %s, want %s", asked, got, want)
			}
			h.settled(t)
		}
		other := h.subscribed(t, h.callback("leased"))
		if _, err := h.db.ExecContext(t.Context(), `UPDATE subscriber SET until = 1 WHERE callback = ?`, c.url); err != nil {
			t.Fatal(err)
		}
		h.outlet.publish()
		other.next(t, http.MethodPost)
		h.until(t, `SELECT count(*) = 0 FROM subscriber WHERE callback = ?`, c.url)
		c.none(t, http.MethodPost)
	}},
	{"3.1", "a confirmed unsubscription ends it", func(t *testing.T, h *hubHouse) {
		c, other := h.subscribed(t, h.callback("leaving")), h.subscribed(t, h.callback("staying"))
		if status, said := h.ask(t, "unsubscribe", c, "hub.lease_seconds", "nonsense"); status != http.StatusAccepted {
			t.Errorf("%d %s", status, said)
		}
		c.next(t, http.MethodGet)
		h.settled(t)
		h.outlet.publish()
		other.next(t, http.MethodPost)
		c.none(t, http.MethodPost)
	}},
	{"7, 7.1", "the whole feed is posted with its type, links to hub and self, and signed with the secret", func(t *testing.T, h *hubHouse) {
		signed, unsigned := h.subscribed(t, h.callback("signed"), "hub.secret", "key"), h.subscribed(t, h.callback("unsigned"))
		h.outlet.publish()
		for _, c := range []*callback{signed, unsigned} {
			got := c.next(t, http.MethodPost)
			resp, err := http.Get(h.topic)
			if err != nil {
				t.Fatal(err)
			}
			want, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if !bytes.Equal(got.body, want) {
				t.Error("what was posted is not the feed")
			}
			if got.Header.Get("Content-Type") != resp.Header.Get("Content-Type") {
				t.Errorf("type %s, that of the feed is %s", got.Header.Get("Content-Type"), resp.Header.Get("Content-Type"))
			}
			if want := fmt.Sprintf(`<%s>; rel="hub", <%s>; rel="self"`, h.hub, h.topic); got.Header.Get("Link") != want {
				t.Errorf("Link: %s", got.Header.Get("Link"))
			}
			signature := got.Header.Get("X-Hub-Signature")
			if c == signed && signature != signedWith("key", got.body) || c == unsigned && signature != "" {
				t.Errorf("signature %q", signature)
			}
		}
	}},
	{"7", "other answers than 2xx are failures, redirects too, and are tried again; the body of an answer counts for nothing", func(t *testing.T, h *hubHouse) {
		target := h.callback("target")
		failing := map[int]*callback{}
		for _, status := range []int{http.StatusFound, http.StatusPermanentRedirect, http.StatusBadRequest, http.StatusInternalServerError} {
			c := h.callback("failing" + strconv.Itoa(status))
			c.deliver = func(w http.ResponseWriter) {
				w.Header().Set("Location", target.url)
				w.WriteHeader(status)
			}
			failing[status] = h.subscribed(t, c)
		}
		fine := h.callback("fine")
		fine.deliver = func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusAccepted)
			_, _ = io.WriteString(w, "error: 500")
		}
		h.subscribed(t, fine)
		h.outlet.publish()
		fine.next(t, http.MethodPost)
		h.until(t, `SELECT due IS NULL AND last_error = '' FROM subscriber WHERE callback = ?`, fine.url)
		for status, c := range failing {
			c.next(t, http.MethodPost)
			h.until(t, `SELECT due IS NOT NULL AND last_error LIKE ? FROM subscriber WHERE callback = ?`, fmt.Sprintf("answered %d%%", status), c.url)
		}
		target.none(t, http.MethodPost)
	}},
	{"7", "a subscriber that failed keeps its lease and hears of the next update", func(t *testing.T, h *hubHouse) {
		c := h.callback("recovering")
		down := true
		c.deliver = func(w http.ResponseWriter) {
			if down {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		}
		h.subscribed(t, c)
		h.outlet.publish()
		c.next(t, http.MethodPost)
		h.until(t, `SELECT last_error <> '' FROM subscriber WHERE callback = ?`, c.url)
		if _, err := h.db.ExecContext(t.Context(), `UPDATE subscriber SET due = NULL WHERE callback = ?`, c.url); err != nil {
			t.Fatal(err) // as after the last attempt
		}
		down = false
		h.outlet.publish()
		c.next(t, http.MethodPost)
	}},
	{"7", "410 ends the subscription (it may)", func(t *testing.T, h *hubHouse) {
		c := h.callback("gone")
		c.deliver = func(w http.ResponseWriter) { w.WriteHeader(http.StatusGone) }
		h.subscribed(t, c)
		h.outlet.publish()
		c.next(t, http.MethodPost)
		h.until(t, `SELECT count(*) = 0 FROM subscriber WHERE callback = ?`, c.url)
	}},
}

func TestHubKeepsTheRecommendation(t *testing.T) {
	h := newHubHouse(t, func(*Config) {})
	for _, m := range musts {
		t.Run(m.section+" "+m.must, func(t *testing.T) { m.check(t, h) })
	}
}

// Strangers name callbacks: none at a private address is called unless the
// owner allows it.
func TestHubCallsNoPrivateAddress(t *testing.T) {
	h := newHubHouse(t, func(c *Config) { c.Hub.Allow = nil })
	c := h.callback("private")
	if status, said := h.ask(t, "subscribe", c); status != http.StatusAccepted {
		t.Errorf("%d %s", status, said)
	}
	h.until(t, `SELECT attempts = 1 FROM intent`)
	if _, err := h.db.ExecContext(t.Context(), `UPDATE intent SET attempts = 2, due = 1`); err != nil {
		t.Fatal(err)
	}
	h.settled(t)
	if h.subscribers(t, c) != 0 {
		t.Error("it was taken for confirmed")
	}
	c.none(t, http.MethodGet)
}

// Two daemons: what one publishes reaches the other through the hub, as
// articles, also after a restart and a renewal, and the other polls slowly from
// then on.
func TestSubscriberTakesPushesOfOurHub(t *testing.T) {
	publisher := newHubHouse(t, func(*Config) {})
	c := public(t)
	// Were it not for the hub, the second poll would come an hour later.
	c.Poll.Interval, c.Poll.MinInterval = Duration(time.Hour), Duration(time.Hour)
	store, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.AddFeed(t.Context(), news.Subscription{URL: publisher.topic}); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", c.Database+"?_pragma=busy_timeout(15000)")
	if err != nil {
		t.Fatal(err)
	}
	here := &hubHouse{db: db}
	_, stop := start(t, c, nil)
	here.until(t, `SELECT count(*) = 1 FROM hub_subscription WHERE state = 'active'`)
	publisher.outlet.publish()
	here.until(t, `SELECT count(*) = 2 FROM article WHERE NOT quiet OR id = 1`)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	_, stop = start(t, c, nil)
	var until int64
	if err := db.QueryRowContext(t.Context(), `UPDATE hub_subscription SET due = 1 RETURNING until`).Scan(&until); err != nil {
		t.Fatal(err)
	}
	here.until(t, `SELECT until > ? AND attempts = 0 FROM hub_subscription`, until)
	publisher.outlet.publish()
	here.until(t, `SELECT count(*) = 3 FROM article`)
	here.until(t, `SELECT pushed > missed AND (SELECT last_fetch FROM feed) < pushed FROM hub_subscription`)
	if err := errorsOf(stop(), db.Close()); err != nil {
		t.Error(err)
	}
}

// A hub of others that the owner lists is named beside ours, and told which
// feeds have changed, again after it failed.
func TestHubsOfOthersAreTold(t *testing.T) {
	others := &callback{calls: make(chan call, 100)}
	server := httptest.NewServer(others)
	defer server.Close()
	others.url = server.URL + "/"
	h := newHubHouse(t, func(c *Config) { c.Hub.Ping = []string{others.url} })
	down := true
	others.deliver = func(w http.ResponseWriter) {
		if down {
			w.WriteHeader(http.StatusBadGateway)
		}
	}
	resp, err := http.Get(h.topic)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if want := fmt.Sprintf(`<%s>; rel="hub", <%s>; rel="hub", <%s>; rel="self"`, h.hub, others.url, h.topic); resp.Header.Get("Link") != want {
		t.Errorf("Link: %s, want %s", resp.Header.Get("Link"), want)
	}
	h.until(t, `SELECT count(*) = 1 FROM ping WHERE due IS NULL`)
	h.outlet.publish()
	first := others.next(t, http.MethodPost)
	h.until(t, `SELECT due IS NOT NULL AND last_error = 'answered 502 Bad Gateway' FROM ping`)
	down = false
	if _, err := h.db.ExecContext(t.Context(), `UPDATE ping SET due = 1`); err != nil {
		t.Fatal(err)
	}
	for _, got := range []call{first, others.next(t, http.MethodPost)} {
		form, err := url.ParseQuery(string(got.body))
		if err != nil {
			t.Fatal(err)
		}
		if urls := strings.Join(form["hub.url"], " "); form.Get("hub.mode") != "publish" || !strings.Contains(urls, h.topic) || !strings.Contains(urls, h.base+"/feed.atom") {
			t.Errorf("told %v", form)
		}
	}
	h.until(t, `SELECT due IS NULL AND last_error = '' FROM ping`)
}
