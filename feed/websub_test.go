package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

// leases is a store with one subscription.
type leases struct {
	news.HubSubscription
	retry, until, renew time.Time
	failed, denied      string
	pushed              []news.Entry
}

func (l *leases) DueHubs(context.Context, time.Time, int) ([]news.HubSubscription, error) {
	return []news.HubSubscription{l.HubSubscription}, nil
}

func (l *leases) BeginHub(_ context.Context, _ news.HubSubscription, retry time.Time) error {
	l.retry = retry
	return nil
}

func (l *leases) FailHub(_ context.Context, _ news.HubSubscription, why string) error {
	l.failed = why
	return nil
}

func (l *leases) NextHub(context.Context) (time.Time, error) { return l.retry, nil }

func (l *leases) FindHub(_ context.Context, token string) (news.HubSubscription, error) {
	if token != l.Token {
		return news.HubSubscription{}, news.ErrNotFound
	}
	return l.HubSubscription, nil
}

func (l *leases) ConfirmHub(_ context.Context, _ string, until, renew time.Time) error {
	l.until, l.renew = until, renew
	return nil
}

func (l *leases) DenyHub(_ context.Context, _, reason string, _ time.Time) error {
	l.denied = reason
	return nil
}

func (l *leases) RecordPush(_ context.Context, _ string, f news.Fetch) (news.FetchCount, error) {
	l.pushed = f.Entries
	return news.FetchCount{New: len(f.Entries)}, nil
}

func hubs(l *leases, answer roundTrip) *Hubs {
	l.Feed = news.Feed{URL: "https://feed.example/rss", Title: "Outlet | RSS", State: news.FeedActive}
	l.Hub, l.Topic, l.Token, l.Secret = "https://hub.example/", "https://feed.example/self", "t0ken", "s3cret"
	p := &Poller{Linked: &http.Client{Transport: answer}, UserAgent: "storywire/test", Timeout: time.Minute, MaxBody: 1 << 20}
	return NewHubs(Hubs{Store: l, Poller: p, Callback: "https://wire.example/websub/"})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestHubIsAsked(t *testing.T) {
	var asked []*http.Request
	var form url.Values
	answers := map[string]int{"hub.example": http.StatusTemporaryRedirect, "other.example": http.StatusAccepted}
	var l leases
	h := hubs(&l, func(r *http.Request) (*http.Response, error) {
		asked = append(asked, r)
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		if form, err = url.ParseQuery(string(body)); err != nil {
			return nil, err
		}
		return &http.Response{StatusCode: answers[r.URL.Host], Request: r, Body: io.NopCloser(strings.NewReader("<b>too many</b>")),
			Header: http.Header{"Location": {"https://other.example/hub"}}}, nil
	})
	l.Attempts = 1
	began := time.Now()
	if _, err := h.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {"https://feed.example/self"}, "hub.callback": {"https://wire.example/websub/t0ken"},
		"hub.lease_seconds": {"864000"}, "hub.secret": {"s3cret"}}
	if fmt.Sprint(form) != fmt.Sprint(want) || len(asked) != 2 || asked[1].URL.Host != "other.example" || l.failed != "" {
		t.Errorf("asked %d times for %v, failed %q", len(asked), form, l.failed)
	}
	if asked[0].Header.Get("Content-Type") != "application/x-www-form-urlencoded" || asked[0].Header.Get("User-Agent") != "storywire/test" {
		t.Errorf("%v", asked[0].Header)
	}
	if wait := l.retry.Sub(began).Round(time.Minute); wait != time.Hour {
		t.Errorf("asks again after %v", wait)
	}
	answers["hub.example"] = http.StatusServiceUnavailable
	if _, err := h.Run(t.Context()); err != nil || l.failed != "the hub answers 503 Service Unavailable: too many" {
		t.Errorf("%v, failed %q", err, l.failed)
	}
	answers["hub.example"] = http.StatusFound // would make it a GET
	if _, err := h.Run(t.Context()); err != nil || !strings.HasPrefix(l.failed, "the hub answers 302") {
		t.Errorf("%v, failed %q", err, l.failed)
	}
}

func TestHubConfirmsAndDenies(t *testing.T) {
	var l leases
	h := hubs(&l, nil)
	for lease, renew := range map[time.Duration]time.Duration{time.Hour: 54 * time.Minute, 10 * day: 7 * day, 5 * day: 108 * time.Hour} {
		if err := h.Confirm(t.Context(), "t0ken", l.Topic, lease); err != nil || l.until.Sub(l.renew) != lease-renew {
			t.Errorf("%v: %v, renewed %v before the end", lease, err, l.until.Sub(l.renew))
		}
	}
	if err := h.Denied(t.Context(), "t0ken", l.Topic, ""); err != nil || l.denied != "the hub refuses us: it gives no reason" {
		t.Errorf("%v, denied %q", err, l.denied)
	}
	for _, wrong := range [][2]string{{"t0ken", "https://feed.example/rss"}, {"", l.Topic}, {"other", l.Topic}} {
		if err := h.Confirm(t.Context(), wrong[0], wrong[1], time.Hour); !errors.Is(err, news.ErrNotFound) {
			t.Errorf("confirm %v: %v", wrong, err)
		}
		if err := h.Denied(t.Context(), wrong[0], wrong[1], "no"); !errors.Is(err, news.ErrNotFound) {
			t.Errorf("denied %v: %v", wrong, err)
		}
	}
	l.Feed.State = news.FeedRemoved
	if err := h.Confirm(t.Context(), "t0ken", l.Topic, time.Hour); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("a removed feed: %v", err)
	}
}

const pushedFeed = `<rss version="2.0"><channel><title>Whatever</title><item><guid>1</guid><title>A</title><link>/a</link></item></channel></rss>`

// pushedSums are the signatures of pushedFeed with the key s3cret, as OpenSSL
// makes them.
var pushedSums = map[string]string{
	"sha1":   "29d0faecaa343b32c6ae7463c6ece101903eddfa",
	"sha256": "151fe4e661fb57eaf1f3c49472bb153405d4931a15ee697cf03c7cac2b6f8c26",
	"sha384": "c7d1119736a9bcaf9ada7834e10baa9dcb8d1d8fd939f3d525cb172c8e61c4d158993461fd480eae1a12403d3a3206fd",
	"sha512": "c6587e359d9f1c4d35aab0e2ff4b16164b31935641cb112401513a67461463150bf1ccdec40e81205c425d560b6e088ddf0db5acc0d7315efe464f4761c6b8fc",
}

func TestPushEntersAsPolled(t *testing.T) {
	for _, c := range []struct {
		name, signature, body string
		want                  int // entries stored
	}{
		{"sha1", "sha1=" + pushedSums["sha1"], pushedFeed, 1},
		{"sha256", "sha256=" + pushedSums["sha256"], pushedFeed, 1},
		{"sha384", "sha384=" + pushedSums["sha384"], pushedFeed, 1},
		{"sha512", "sha512=" + strings.ToUpper(pushedSums["sha512"]), pushedFeed, 1},
		{"unsigned", "", pushedFeed, 0},
		{"another sum", "sha256=" + strings.Repeat("0", 64), pushedFeed, 0},
		{"shortened", "sha1=" + pushedSums["sha1"][:8], pushedFeed, 0},
		{"another method", "md5=" + pushedSums["sha256"], pushedFeed, 0},
		{"no hex", "sha256=zz", pushedFeed, 0},
		{"changed on the way", "sha256=" + pushedSums["sha256"], pushedFeed + " ", 0},
		{"too long", "sha256=" + pushedSums["sha256"], pushedFeed + strings.Repeat(" ", 1<<20), 0},
	} {
		var l leases
		woken := 0
		h := hubs(&l, nil)
		h.Wake = func() { woken++ }
		r := httptest.NewRequest(http.MethodPost, "/websub/t0ken", strings.NewReader(c.body))
		r.Header.Set("Content-Type", "application/rss+xml")
		r.Header.Set("X-Hub-Signature", c.signature)
		if err := h.Take(t.Context(), "t0ken", r); err != nil || len(l.pushed) != c.want || woken != c.want {
			t.Errorf("%s: %v, %d entries", c.name, err, len(l.pushed))
		}
		if c.want > 0 && (l.pushed[0].Outlet != "Outlet" || l.pushed[0].URL != "https://feed.example/a") {
			t.Errorf("%s: not read as a polled one: %+v", c.name, l.pushed[0])
		}
	}
	var l leases
	h := hubs(&l, nil)
	r := httptest.NewRequest(http.MethodPost, "/websub/other", strings.NewReader(pushedFeed))
	if err := h.Take(t.Context(), "other", r); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("another token: %v", err)
	}
	l.Feed.State = news.FeedRemoved
	if err := h.Take(t.Context(), "t0ken", r); !errors.Is(err, news.ErrUnwanted) {
		t.Errorf("a removed feed: %v", err)
	}
}

func TestHubIsFound(t *testing.T) {
	atom := `<feed xmlns="http://www.w3.org/2005/Atom"><link rel="hub" href="https://hub.example/a"/><link rel="self" href="/self"/></feed>`
	for _, c := range []struct {
		name       string
		links      []string
		body       string
		hub, topic string
	}{
		{"none", nil, `<rss><channel><link>https://hub.example/</link></channel></rss>`, "", ""},
		{"atom", nil, atom, "https://hub.example/a", "https://feed.example/self"},
		{"rss", nil, `<rss xmlns:a="http://www.w3.org/2005/Atom"><channel><a:link rel="self" href="https://feed.example/s"/><a:link href="//hub.example/" rel="HUB"></a:link><item/></channel></rss>`,
			"https://hub.example/", "https://feed.example/s"},
		{"within an entry", nil, `<feed><entry><link rel="hub" href="https://evil.example/"/></entry></feed>`, "", ""},
		{"json", nil, `{"feed_url":"https://feed.example/json","hubs":[{"type":"rssCloud","url":"https://c.example/"},{"type":"WebSub","url":"https://hub.example/j"}]}`,
			"https://hub.example/j", "https://feed.example/json"},
		{"headers first", []string{`<https://hub.example/h>; rel="hub"`, `<https://feed.example/h>; rel=self`}, atom, "https://hub.example/h", "https://feed.example/h"},
		{"one header", []string{`<https://hub.example/?a,b;c>; title="x, <y>"; rel="hub preload", </h>; rel="self"`}, "", "https://hub.example/?a,b;c", "https://feed.example/h"},
		{"other links", []string{`<https://x.example/>; rel="next"`, "nonsense", "><", "<"}, atom, "https://hub.example/a", "https://feed.example/self"},
		{"no self", []string{`<https://hub.example/>; rel="hub"`}, "", "https://hub.example/", "https://feed.example/rss"},
		{"no web address", []string{`<mailto:hub@example.org>; rel="hub"`}, "", "", ""},
	} {
		a := answer{address: "https://feed.example/rss", header: http.Header{"Link": c.links}, body: []byte(c.body)}
		if hub, topic := a.hub(); hub != c.hub || topic != c.topic {
			t.Errorf("%s: hub %q, topic %q", c.name, hub, topic)
		}
	}
}

func TestPollingIsTheBackup(t *testing.T) {
	p := &Poller{MinInterval: 5 * time.Minute, MaxInterval: day}
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for _, c := range []struct {
		name              string
		next, until, want time.Duration
		err               string
	}{
		{name: "no hub", next: 15 * time.Minute, until: -time.Hour, want: 15 * time.Minute},
		{name: "pushed", next: 15 * time.Minute, until: 5 * day, want: 6 * time.Hour},
		{name: "seldom anyway", next: 8 * time.Hour, until: 5 * day, want: 8 * time.Hour},
		{name: "the lease ends", next: 15 * time.Minute, until: time.Hour, want: time.Hour},
		{name: "failed", next: 30 * time.Minute, until: 5 * day, want: 30 * time.Minute, err: "no answer"},
	} {
		f := news.Fetch{At: now, Next: now.Add(c.next), Err: c.err, Feed: news.Feed{PushedUntil: now.Add(c.until)}}
		p.backup(&f)
		if got := f.Next.Sub(now); got != c.want {
			t.Errorf("%s: next after %v, want %v", c.name, got, c.want)
		}
	}
	if slices.Max(hubWaits) > longestPlan {
		t.Error("a wait is longer than can be planned")
	}
}
