package daemon

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/storage"
)

// fill stores 100,000 articles of 120 words in stories of one to four.
func fill(b *testing.B, s *storage.Store) {
	b.Helper()
	ctx := b.Context()
	random := rand.New(rand.NewPCG(1, 2))
	if _, err := s.AddFeed(ctx, news.Subscription{URL: "http://bench.example/"}); err != nil {
		b.Fatal(err)
	}
	feed, err := s.FindFeed(ctx, "http://bench.example/")
	if err != nil {
		b.Fatal(err)
	}
	now := time.Now()
	for part := range 100 {
		fetch := news.Fetch{Feed: feed, At: now, Next: now.Add(24 * time.Hour), State: news.FeedActive}
		for i := range 1000 {
			var words []string
			for range 120 {
				words = append(words, fmt.Sprintf("word%d", int(random.ExpFloat64()*2000)))
			}
			fetch.Entries = append(fetch.Entries, news.Entry{GUID: fmt.Sprint(part, "/", i), Title: strings.Join(words[:9], " "),
				Outlet: fmt.Sprint("Outlet ", i%40), Published: now.Add(time.Duration(part*1000+i-100_000) * time.Minute), Text: strings.Join(words, " ")})
		}
		if _, err := s.RecordFetch(ctx, fetch); err != nil {
			b.Fatal(err)
		}
		articles, err := s.Untracked(ctx, nil, 1000)
		if err != nil {
			b.Fatal(err)
		}
		var placements []news.Placement
		for i, a := range articles {
			id := fmt.Sprintf("s%d-%d", part, i/4*4+i%4*(i/4%2)) // every other four are apart
			placements = append(placements, news.Placement{Article: a, New: true, Home: news.Membership{Story: id, Article: a.ID, Reason: "bench", At: now}})
		}
		if err := s.Place(ctx, placements); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStart is the time from the start of the daemon to the first index
// page, and the memory it then holds, with 100,000 articles stored.
func BenchmarkStart(b *testing.B) {
	c := DefaultConfig()
	c.Listen, c.Database, c.Feeds = "127.0.0.1:0", filepath.Join(b.TempDir(), "bench.db"), ""
	c.Story.Settle = Duration(24 * time.Hour) // revisions are another matter
	store, err := Open(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	fill(b, store)
	if err := store.Close(); err != nil {
		b.Fatal(err)
	}
	var held float64
	for b.Loop() {
		ctx, cancel := context.WithCancel(b.Context())
		ready, done := make(chan string), make(chan error)
		go func() {
			done <- Run(ctx, c, Options{Version: "bench", Log: slog.New(slog.DiscardHandler), Ready: func(url string) { ready <- url }})
		}()
		response, err := http.Get(<-ready)
		if err != nil || response.StatusCode != http.StatusOK {
			b.Fatal(response, err)
		}
		response.Body.Close()
		b.StopTimer()
		var memory runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&memory)
		held = float64(memory.HeapAlloc) / 1e6
		cancel()
		if err := <-done; err != nil {
			b.Fatal(err)
		}
		http.DefaultClient.CloseIdleConnections()
		b.StartTimer()
	}
	b.ReportMetric(held, "MB-held")
}
