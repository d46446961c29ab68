package daemon

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/storywire/storywire/demo"
	"github.com/storywire/storywire/feed"
	"github.com/storywire/storywire/news"
)

// house is a configuration that polls a whole newsroom from an OPML file.
func house(t *testing.T) Config {
	t.Helper()
	newsroom, err := demo.New(demo.Options{Span: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	outlets := httptest.NewServer(newsroom.Handler())
	t.Cleanup(outlets.Close)
	var feeds []news.Feed
	for _, sub := range newsroom.Feeds(outlets.URL) {
		feeds = append(feeds, news.Feed{URL: sub.URL, Title: sub.Title, Categories: sub.Categories})
	}
	dir := t.TempDir()
	file, err := os.Create(filepath.Join(dir, "feeds.opml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := feed.WriteOPML(file, "test", feeds); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	c := DefaultConfig()
	c.Listen, c.Database, c.Feeds = "127.0.0.1:0", filepath.Join(dir, "state", "storywire.db"), file.Name()
	c.Poll.MinInterval, c.Poll.Interval, c.Poll.MaxInterval = 0, Duration(50*time.Millisecond), Duration(50*time.Millisecond)
	c.Story.Settle, c.Story.MinInterval = 0, 0
	return c
}

// start runs a daemon and returns its address and a function that stops it and
// returns its error.
func start(t *testing.T, c Config, reload <-chan os.Signal) (string, func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- Run(ctx, c, Options{Version: "test", Log: slog.New(slog.DiscardHandler), Reload: reload,
			Ready: func(url string) { ready <- url }})
	}()
	select {
	case url := <-ready:
		return url, func() error { cancel(); return <-done }
	case err := <-done:
		cancel()
		t.Fatal(err)
		return "", nil
	}
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", url, response.Status)
	}
	return string(body)
}

// eventually asks again until a page holds what is wanted.
func eventually(t *testing.T, url, want string) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		body := fetch(t, url)
		if strings.Contains(body, want) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s never held %q:\n%.2000s", url, want, body)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestRunFromFeedToFeed(t *testing.T) {
	c := house(t)
	leaks := goleak.IgnoreCurrent()
	reload := make(chan os.Signal, 1)
	url, stop := start(t, c, reload)
	eventually(t, url+"feed.atom", "Updated (")
	eventually(t, url, "Updated (")
	fetch(t, url+"healthz")
	if m := fetch(t, url+"metrics"); !strings.Contains(m, `storywire_step_runs_total{step="poll"}`) {
		t.Errorf("metrics: %s", m)
	}
	if err := os.WriteFile(c.Feeds, []byte(`<opml version="2.0"><body/></opml>`), 0o600); err != nil {
		t.Fatal(err)
	}
	reload <- syscall.SIGHUP
	eventually(t, url+"metrics", "storywire_feeds 0")
	if err := stop(); err != nil {
		t.Error(err)
	}
	http.DefaultClient.CloseIdleConnections()
	goleak.VerifyNone(t, leaks)
}

func TestRunSaysWhyItCannotStart(t *testing.T) {
	c := house(t)
	url, stop := start(t, c, nil)
	taken, locked := c, c
	taken.Database += "2"
	locked.Listen = "127.0.0.1:0"
	taken.Listen = strings.Trim(strings.TrimPrefix(url, "http://"), "/")
	broken := locked
	broken.Database, broken.Feeds = c.Database+"3", t.TempDir()
	for want, bad := range map[string]Config{"is another storywire running": taken, "another storywire polls": locked, broken.Feeds: broken} {
		err := Run(t.Context(), bad, Options{Log: slog.New(slog.DiscardHandler)})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestRoundPollsNothingEarly(t *testing.T) {
	c := house(t)
	c.Poll.MinInterval, c.Poll.Interval, c.Poll.MaxInterval = Duration(time.Hour), Duration(time.Hour), Duration(time.Hour)
	store, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	o := Options{Version: "test", Log: slog.New(slog.DiscardHandler)}
	if err := SyncFeeds(t.Context(), c, store, o.Log); err != nil {
		t.Fatal(err)
	}
	var fetched []string
	for range 2 {
		if err := Round(t.Context(), c, store, o); err != nil {
			t.Fatal(err)
		}
		feeds, err := store.Feeds(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var last []time.Time
		for _, f := range feeds {
			if f.LastError != "" {
				t.Errorf("%s: %s", f.URL, f.LastError)
			}
			last = append(last, f.LastFetch)
		}
		fetched = append(fetched, fmt.Sprint(last))
	}
	if fetched[0] != fetched[1] {
		t.Error("a second round polled feeds that were not due")
	}
}
