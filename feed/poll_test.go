package feed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/storywire/storywire/news"
)

// memory is a Store that keeps feeds in a slice.
type memory struct {
	mu      sync.Mutex
	feeds   []news.Feed
	fetches []news.Fetch
	broken  error // of RecordFetch
}

func (m *memory) DueFeeds(_ context.Context, now time.Time, limit int) ([]news.Feed, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var due []news.Feed
	for _, f := range m.feeds {
		if f.State == news.FeedActive && !f.NextFetch.After(now) {
			due = append(due, f)
		}
	}
	slices.SortStableFunc(due, func(a, b news.Feed) int { return a.NextFetch.Compare(b.NextFetch) })
	return due[:min(limit, len(due))], nil
}

func (m *memory) RecordFetch(_ context.Context, f news.Fetch) (news.FetchCount, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken != nil {
		return news.FetchCount{}, m.broken
	}
	m.fetches = append(m.fetches, f)
	for i := range m.feeds {
		if m.feeds[i].ID == f.Feed.ID {
			m.feeds[i].NextFetch, m.feeds[i].LastFetch, m.feeds[i].State, m.feeds[i].Manners = f.Next, f.At, f.State, f.Manners
		}
	}
	return news.FetchCount{New: len(f.Entries)}, nil
}

func (m *memory) NextFetch(context.Context) (time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var next time.Time
	for _, f := range m.feeds {
		if f.State == news.FeedActive && (next.IsZero() || f.NextFetch.Before(next)) {
			next = f.NextFetch
		}
	}
	return next, nil
}

// crowd answers every request after a second and counts how many run at once.
type crowd struct {
	mu      sync.Mutex
	running map[string]int
	begun   []time.Time
	now     int
	most    int
	clash   []string // hosts asked twice at a time
}

func (c *crowd) RoundTrip(req *http.Request) (*http.Response, error) {
	host := strings.ToLower(req.URL.Host)
	c.mu.Lock()
	c.running[host]++
	c.begun = append(c.begun, time.Now())
	c.now++
	c.most = max(c.most, c.now)
	if c.running[host] > 1 {
		c.clash = append(c.clash, host)
	}
	c.mu.Unlock()
	time.Sleep(time.Second)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running[host]--
	c.now--
	switch {
	case strings.HasPrefix(host, "bad"):
		return nil, errors.New("down")
	case strings.HasSuffix(req.URL.Path, "-moved"):
		resp := reply(302, "", "Location", "http://crowded.example/elsewhere")
		resp.Request = req
		return resp, nil
	}
	resp := reply(200, sample)
	resp.Request = req
	return resp, nil
}

func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, c := &memory{}, &crowd{running: map[string]int{}}
		add := func(address string) {
			m.feeds = append(m.feeds, news.Feed{ID: int64(len(m.feeds) + 1), URL: address, State: news.FeedActive})
		}
		for i := range 300 { // more than a batch
			add(fmt.Sprintf("http://h%d.example/feed", i))
		}
		for i := range 10 {
			add(fmt.Sprintf("http://CROWDED.example/%d", i))
			add(fmt.Sprintf("http://m%d.example/%d-moved", i, i))
			add(fmt.Sprintf("http://bad%d.example/", i))
		}
		add("gopher://odd.example/")
		m.feeds = append(m.feeds, news.Feed{ID: 900, URL: "http://later.example/", State: news.FeedActive, NextFetch: time.Now().Add(time.Hour)},
			news.Feed{ID: 901, URL: "http://gone.example/", State: news.FeedGone})
		p := poller(c)
		p.Store, p.Parallel = m, 32

		next, err := p.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(c.clash) > 0 || c.most != 32 {
			t.Errorf("asked at the same time: %q; %d requests at once", c.clash, c.most)
		}
		if len(m.fetches) != 331 {
			t.Errorf("recorded %d fetches", len(m.fetches))
		}
		failed := 0
		for _, f := range m.fetches {
			if f.Err != "" {
				failed++
			}
		}
		if failed != 11 {
			t.Errorf("%d fetches failed", failed)
		}
		if want, _ := m.NextFetch(t.Context()); !next.Equal(want) || !next.After(time.Now()) {
			t.Errorf("next is %v, want %v", next, want)
		}
		if _, err := p.Run(t.Context()); err != nil || len(m.fetches) != 331 {
			t.Errorf("a second run polled %d feeds early, %v", len(m.fetches)-331, err)
		}
	})
}

// TestRunStopsWithStorage: what cannot be recorded is not fetched again and
// again.
func TestRunStopsWithStorage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := errors.New("disk full")
		m, c := &memory{broken: full}, &crowd{running: map[string]int{}}
		for i := range 2 * batch {
			m.feeds = append(m.feeds, news.Feed{ID: int64(i), URL: fmt.Sprintf("http://h%d.example/", i), State: news.FeedActive})
		}
		p := poller(c)
		p.Store, p.Parallel = m, 8
		start := time.Now()
		if _, err := p.Run(t.Context()); !errors.Is(err, full) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("went on for %v", took)
		}
	})
}

// TestRunInterrupted: an outcome that is our own doing is not held against
// the feed.
func TestRunInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{feeds: []news.Feed{{ID: 1, URL: "http://s.example/feed", State: news.FeedActive}}}
		p := poller(web{"http://s.example/feed": func(r *http.Request) *http.Response {
			resp := reply(200, "")
			resp.Body = drip{r.Context()}
			return resp
		}})
		p.Store = m
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if _, err := p.Run(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if len(m.fetches) != 0 {
			t.Errorf("recorded %+v", m.fetches)
		}
	})
}

func TestRunWithoutFeeds(t *testing.T) {
	p := poller(web{})
	p.Store = &memory{}
	if next, err := p.Run(t.Context()); err != nil || !next.IsZero() {
		t.Errorf("got %v, %v", next, err)
	}
}

// TestErrorsNeverStopAFeed: through a year of failures of every kind each feed
// is asked again at least every eight days, always says why it fails and when
// it is asked next, and is well after the first success. Only a 410 ends
// polling, and that is its state.
func TestErrorsNeverStopAFeed(t *testing.T) {
	page := "<!doctype html><html><title>Just a moment...</title></html>"
	for name, answer := range map[string]func(*http.Request) *http.Response{
		"401": always(401, ""), "403": always(403, page), "404": always(404, ""), "500": always(500, ""), "page": always(200, page),
		"429 for a year": always(429, "", "Retry-After", "99999999"), "503": always(503, "", "Retry-After", "86400"),
		"empty": always(200, ""), "304": always(304, ""), "circle": always(301, "", "Location", "/feed"), "broken": always(200, "<rss><channel><item>"),
		"slow": func(r *http.Request) *http.Response {
			resp := reply(200, "")
			resp.Body = drip{r.Context()}
			return resp
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const from = "http://s.example/feed"
				w := web{from: answer}
				p := poller(w)
				m := &memory{feeds: []news.Feed{{ID: 1, URL: from, State: news.FeedActive}}}
				p.Store = m
				for year := time.Now().Add(365 * day); time.Now().Before(year); {
					next, err := p.Run(t.Context())
					if err != nil || next.IsZero() {
						t.Fatalf("next %v, %v", next, err)
					}
					last := m.fetches[len(m.fetches)-1]
					if wait := time.Until(next); wait <= 0 || wait > 8*day || last.Err == "" || last.Why == "" || last.State != news.FeedActive {
						t.Fatalf("after %d fetches: next in %v: %+v", len(m.fetches), wait, last)
					}
					time.Sleep(time.Until(next))
				}
				if n := len(m.fetches); n < 365/8 || n > 500 {
					t.Errorf("asked %d times in a year", n)
				}
				w[from] = always(200, sample)
				if _, err := p.Run(t.Context()); err != nil {
					t.Fatal(err)
				}
				if last := m.fetches[len(m.fetches)-1]; last.Err != "" || last.Failures != 0 {
					t.Errorf("after a success: %+v", last)
				}
			})
		})
	}
}

// TestLateFetchSparesHours: a feed that falls due before the hours it asks to
// be spared, while nobody polls, is not fetched in them, and nothing is noted
// but when it will be.
func TestLateFetchSparesHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now() // midnight
		f := news.Feed{ID: 1, URL: "http://s.example/feed", State: news.FeedActive, NextFetch: start.Add(-time.Hour), LastFetch: start.Add(-2 * time.Hour),
			LastError: "down", Manners: news.Manners{ETag: "e", Failures: 1, SkipHours: 1<<6 - 1}}
		m := &memory{feeds: []news.Feed{f}}
		p := poller(web{})
		p.Store = m
		next, err := p.Run(t.Context())
		if err != nil || next.Before(start.Add(6*time.Hour)) || next.After(start.Add(6*time.Hour+10*time.Minute)) {
			t.Errorf("next %v, %v", next, err)
		}
		if got := m.fetches[0]; len(m.fetches) != 1 || got.Err != "down" || got.Failures != 1 || !got.At.Equal(f.LastFetch) || !strings.Contains(got.Why, "skipHours") {
			t.Errorf("recorded %+v", got)
		}
	})
}
