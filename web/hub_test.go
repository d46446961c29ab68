package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

// full is a hub's store without room.
type full struct{ HubStore }

func (full) RecordIntent(context.Context, news.Intent, news.Room) error { return news.ErrFull }

func post(h http.Handler, target, form string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestTopics(t *testing.T) {
	site := testSite()
	site.BaseURL = "https://example.org/wire"
	h, err := newHandler(Config{Site: site, Store: testStore(t)})
	if err != nil {
		t.Fatal(err)
	}
	for topic, want := range map[string]string{ // title of the feed, "" where there is none
		"/feed.atom": "Harbour desk", "/feed.json": "Harbour desk", "/c/region/feed.rss": "Harbour desk: region",
		"/s/k3v9/feed.rss": "Eastbrook", "/c/none/feed.rss": "", "/s/none/feed.atom": "", "/s/k3v9": "", "/feed.xml": "",
		"/s/k3v9/x/feed.atom": "", "//feed.atom": "", "feed.atom": "", "/feed.atom?x": "", "/s//feed.atom": "", "/%zz/feed.atom": "",
	} {
		err := h.hasTopic(t.Context(), topic)
		if (want == "") != errors.Is(err, news.ErrNotFound) {
			t.Errorf("%s: %v", topic, err)
		}
		doc, err := h.topic(t.Context(), topic)
		if (want == "") != errors.Is(err, news.ErrNotFound) || !strings.Contains(string(doc.Body), want) {
			t.Errorf("%s: %v %.200s", topic, err, doc.Body)
		}
	}
	// Nobody new is taken for a story that went on as another; who is there
	// hears how it goes on.
	var wrong misuse
	if err := h.hasTopic(t.Context(), "/s/m3rg/feed.atom"); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "https://example.org/wire/s/k3v9/feed.atom") {
		t.Errorf("merged: %v", err)
	}
	if doc, err := h.topic(t.Context(), "/s/m3rg/feed.atom"); err != nil || !strings.Contains(string(doc.Body), "/s/k3v9") {
		t.Errorf("merged: %v", err)
	}
}

func TestHubWithoutRoom(t *testing.T) {
	site := testSite()
	site.Hub = site.URL(HubPath)
	c := Config{Site: site, Store: testStore(t)}
	hub, err := NewHub(c, Hub{Store: full{}, Client: &http.Client{}})
	if err != nil {
		t.Fatal(err)
	}
	c.Hub = hub
	h := testHandler(t, c)
	form := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {site.URL("/feed.atom")}, "hub.callback": {"https://reader.example/x"}}
	if w := post(h, HubPath, form.Encode()); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	form.Set("hub.callback", "https://reader.example/"+strings.Repeat("x", maxRequest))
	if w := post(h, HubPath, form.Encode()); w.Code != http.StatusBadRequest {
		t.Errorf("a long form: %d", w.Code)
	}
	if w := ask(h, "GET", HubPath); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "POST" {
		t.Errorf("read: %d", w.Code)
	}
}

func TestJudge(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for _, c := range []struct {
		name           string
		status, before int
		err            error
		wait           time.Duration // 0: nothing more is owed
		gone           bool
		reason         string
	}{
		{name: "ok", status: 200},
		{name: "accepted", status: 202, before: 3},
		{name: "failure", status: 500, wait: time.Minute, reason: "answered 500 Internal Server Error"},
		{name: "redirect", status: 308, before: 1, wait: 5 * time.Minute, reason: "answered 308 Permanent Redirect"},
		{name: "no answer", err: errors.New("refused"), before: 4, wait: 6 * time.Hour, reason: "refused"},
		{name: "last", status: 404, before: 5, reason: "answered 404 Not Found"},
		{name: "gone", status: 410, gone: true, reason: "answered 410 Gone"},
	} {
		got := judge(news.Told{Subscriber: news.Subscriber{Attempts: c.before}}, c.status, c.err, now)
		want := time.Time{}
		if c.wait > 0 {
			want = now.Add(c.wait)
		}
		if !got.Retry.Equal(want) || got.Gone != c.gone || got.Error != c.reason {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

// pushes takes what is meant for one token.
type pushes struct {
	err    error
	leases []time.Duration
	denied string
	taken  int
}

func (p *pushes) answer(token, topic string) error {
	if token != "t0ken" || topic != "https://feed.example/" {
		return news.ErrNotFound
	}
	return p.err
}

func (p *pushes) Confirm(_ context.Context, token, topic string, lease time.Duration) error {
	p.leases = append(p.leases, lease)
	return p.answer(token, topic)
}

func (p *pushes) Denied(_ context.Context, token, topic, reason string) error {
	p.denied = reason
	return p.answer(token, topic)
}

func (p *pushes) Take(_ context.Context, token string, _ *http.Request) error {
	p.taken++
	return p.answer(token, "https://feed.example/")
}

func TestPushes(t *testing.T) {
	for _, c := range []struct {
		name, method, target string
		err                  error
		status               int
		body                 string
	}{
		{"confirm", "GET", "t0ken?hub.mode=subscribe&hub.topic=https://feed.example/&hub.challenge=abc&hub.lease_seconds=60", nil, 200, "abc"},
		{"another topic", "GET", "t0ken?hub.mode=subscribe&hub.topic=https://other.example/&hub.challenge=abc&hub.lease_seconds=60", nil, 404, ""},
		{"another token", "GET", "other?hub.mode=subscribe&hub.topic=https://feed.example/&hub.challenge=abc&hub.lease_seconds=60", nil, 404, ""},
		{"no lease", "GET", "t0ken?hub.mode=subscribe&hub.topic=https://feed.example/&hub.challenge=abc", nil, 404, ""},
		{"no challenge", "GET", "t0ken?hub.mode=subscribe&hub.topic=https://feed.example/&hub.lease_seconds=60", nil, 404, ""},
		{"long challenge", "GET", "t0ken?hub.mode=subscribe&hub.topic=https://feed.example/&hub.lease_seconds=60&hub.challenge=" + strings.Repeat("x", 1025), nil, 404, ""},
		{"unsubscribe", "GET", "t0ken?hub.mode=unsubscribe&hub.topic=https://feed.example/&hub.challenge=abc", nil, 404, ""},
		{"denied", "GET", "t0ken?hub.mode=denied&hub.topic=https://feed.example/&hub.reason=no", nil, 200, ""},
		{"push", "POST", "t0ken", nil, 202, ""},
		{"push of another", "POST", "other", nil, 404, ""},
		{"push no longer wanted", "POST", "t0ken", news.ErrUnwanted, 410, ""},
		{"push at a bad time", "POST", "t0ken", news.ErrFull, 503, ""},
		{"push that cannot be stored", "POST", "t0ken", errors.New("disk full"), 500, ""},
	} {
		h := testHandler(t, Config{Pushes: &pushes{err: c.err}})
		w := ask(h, c.method, PushPath+c.target)
		if w.Code != c.status || w.Body.String() != c.body {
			t.Errorf("%s: %d %q", c.name, w.Code, w.Body)
		}
		if w.Header().Get("Content-Type") != "application/octet-stream" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: may run in a browser: %v", c.name, w.Header())
		}
	}
}
