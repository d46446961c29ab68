package daemon

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/storage"
	"github.com/storywire/storywire/webhook"
)

// load is endpoints of four kinds, each owed as many revisions.
type load struct {
	healthy, dead, slow, flapping int
	revisions                     int
}

// counting counts write transactions.
type counting struct {
	*storage.Store
	writes atomic.Int64
}

func (c *counting) Exchange(ctx context.Context, t news.Turn) ([]news.Delivery, error) {
	c.writes.Add(1)
	return c.Store.Exchange(ctx, t)
}

// figures are what came of a load.
type figures struct {
	took     time.Duration // until the healthy endpoints had everything
	attempts int64         // at all endpoints
	writes   int64
	peak     uint64 // bytes of heap, above what there was before
}

// run sends until the healthy endpoints have everything.
func (l load) run(tb testing.TB) figures {
	tb.Helper()
	store, err := storage.Open(tb.Context(), storage.Options{Path: filepath.Join(tb.TempDir(), "load.db")})
	if err != nil {
		tb.Fatal(err)
	}
	var attempts, taken atomic.Int64
	ctx, done := context.WithCancel(tb.Context())
	server := l.receivers(ctx, &attempts, func() {
		if taken.Add(1) == int64(l.healthy*l.revisions) {
			done()
		}
	})
	defer server.Close()
	l.fill(tb, store, server.URL)

	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	peak := watchHeap(ctx)
	counted := &counting{Store: store}
	sender := webhook.Sender{Store: counted, Client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 200, MaxIdleConns: 200}}}
	start := time.Now()
	for ctx.Err() == nil {
		next, err := sender.Run(ctx)
		if err != nil && !errors.Is(err, context.Canceled) {
			tb.Fatal(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(max(time.Until(next), 20*time.Millisecond)):
		}
	}
	f := figures{took: time.Since(start), attempts: attempts.Load(), writes: counted.writes.Load()}
	f.peak = max(<-peak, before.HeapAlloc) - before.HeapAlloc
	sender.Client.CloseIdleConnections()
	if err := store.Close(); err != nil {
		tb.Fatal(err)
	}
	return f
}

// watchHeap returns the most heap there was until the context is done.
func watchHeap(ctx context.Context) <-chan uint64 {
	peak := make(chan uint64, 1)
	go func() {
		var most uint64
		var m runtime.MemStats
		for ctx.Err() == nil {
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
		}
		peak <- most
	}()
	return peak
}

// receivers answers for endpoints by their path.
func (l load) receivers(ctx context.Context, attempts *atomic.Int64, healthy func()) *httptest.Server {
	var mu sync.Mutex
	tries := map[string]int{}
	seen := map[string]bool{}
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		attempts.Add(1)
		wait := time.Duration(0)
		switch kind := r.URL.Path[1:5]; kind {
		case "dead":
			wait = time.Hour
		case "slow":
			wait = 2 * time.Second
		case "flap":
			mu.Lock()
			tries[r.URL.Path]++
			if tries[r.URL.Path]%2 == 1 {
				w.WriteHeader(http.StatusInternalServerError)
			}
			mu.Unlock()
		default:
			mu.Lock()
			id := r.Header.Get("Webhook-Id")
			known := seen[id]
			seen[id] = true
			mu.Unlock()
			if !known {
				healthy()
			}
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		case <-r.Context().Done():
		}
	}))
}

// fill adds the endpoints and owes them the revisions of a story of usual size.
func (l load) fill(tb testing.TB, store *storage.Store, url string) {
	tb.Helper()
	story, err := store.Follow(tb.Context(), news.Query{Words: "load"})
	if err != nil {
		tb.Fatal(err)
	}
	addresses := []string{}
	for kind, n := range map[string]int{"well": l.healthy, "slow": l.slow, "flap": l.flapping, "dead": l.dead - l.dead/2} {
		for i := range n {
			addresses = append(addresses, fmt.Sprintf("%s/%s/%d", url, kind, i))
		}
	}
	for range l.dead / 2 { // nobody listens there
		addresses = append(addresses, "http://127.0.0.1:1/")
	}
	for _, address := range addresses {
		_, err := store.AddEndpoint(tb.Context(), news.Endpoint{Format: news.Standard, URL: address, Secret: webhook.NewSecret(),
			Wants: news.Wants{Events: []string{news.StoryUpdated}}})
		if err != nil {
			tb.Fatal(err)
		}
	}
	for n := range l.revisions {
		r := news.Revision{Schema: 1, Story: news.StoryHead{ID: story.ID, Title: "Load"},
			Revision: news.RevisionHead{Number: n + 1, Created: time.Now(), Label: news.Label(n + 1)}}
		for i := range 60 {
			r.Sections = append(r.Sections, news.Section{Heading: "Part", Sentences: []news.Statement{{
				Text: "The council heard the engineers on the state of the bridge and put off its vote.", Cites: []int{i + 1}}}})
		}
		if err := store.SaveRevision(tb.Context(), news.Draft{Version: story.Version, Revision: r}); err != nil {
			tb.Fatal(err)
		}
	}
}

// BenchmarkWebhooks sends 10,000 deliveries to 100 endpoints, half of which are
// dead, slow or flapping, and as many to each of the healthy ones alone. What
// counts is how much later the healthy ones have everything.
func BenchmarkWebhooks(b *testing.B) {
	mixed := load{healthy: 50, dead: 20, slow: 20, flapping: 10, revisions: 100}
	alone := load{healthy: 50, revisions: 100}
	var ratios []float64
	for b.Loop() {
		a, m := alone.run(b), mixed.run(b)
		ratios = append(ratios, m.took.Seconds()/a.took.Seconds())
		b.ReportMetric(a.took.Seconds(), "s-alone")
		b.ReportMetric(m.took.Seconds(), "s-mixed")
		b.ReportMetric(float64(m.writes)/float64(m.attempts), "writes/attempt")
		b.ReportMetric(float64(m.peak)/(1<<20), "MB-peak")
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "times-alone") // the median
	b.Log("all ratios:", ratios)
}

// Endpoints that are dead, slow or flapping keep nothing from the others.
func TestWebhooksUnderLoad(t *testing.T) {
	f := load{healthy: 5, dead: 4, slow: 2, flapping: 2, revisions: 10}.run(t)
	if f.writes > 2*f.attempts {
		t.Errorf("%d writes for %d attempts", f.writes, f.attempts)
	}
}
