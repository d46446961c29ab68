package daemon

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/summary/llm"
)

// The key comes from a file, or else from the environment, and is shown nowhere.
func TestModelKey(t *testing.T) {
	c := DefaultConfig()
	c.Database = filepath.Join(t.TempDir(), "db")
	c.Writer.API, c.Writer.Model = llm.Ollama, "m"
	t.Setenv(keyVariable, "from environment")
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte("from file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"": "from environment", file: "from file"} {
		c.Writer.KeyFile = path
		store, err := Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		steps, err := newSteps(c, store, Options{Log: slog.New(slog.DiscardHandler)})
		if err != nil || steps.model.Key != want || steps.revise.Model == nil || strings.Contains(c.String(), want) {
			t.Errorf("%q, %v", want, err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}
	c.Writer.KeyFile = filepath.Join(t.TempDir(), "none")
	if _, err := newModel(c.Writer, nil); err == nil {
		t.Error("a key that is not there was passed over")
	}
}

// A model on a private address may be asked by the name its owner gave it, and
// may take longer to answer than a feed.
func TestModelNearby(t *testing.T) {
	c := DefaultConfig().Writer
	c.API, c.Model, c.URL = llm.OpenAI, "m", "http://model.lan:8080/v1"
	m, err := newModel(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	g := m.HTTP.Transport.(guarded)
	if err := g.guard.checkPeer("model.lan", netip.MustParseAddr("192.168.1.7")); err != nil {
		t.Error(err)
	}
	if err := g.guard.checkPeer("other.lan", netip.MustParseAddr("192.168.1.7")); err == nil {
		t.Error("any private name is let through")
	}
}

// While the model keeps it waiting the daemon serves, polls and lets others
// write, and it stops at once; what was due is written after the next start.
func TestModelKeepsNobodyWaiting(t *testing.T) {
	asked := make(chan struct{}, 1)
	var answering atomic.Bool
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answering.Load() {
			_, _ = io.WriteString(w, `{"message":{"content":"{}"}}`)
			return
		}
		_, _ = io.Copy(io.Discard, r.Body) // else the server does not see the client go
		select {
		case asked <- struct{}{}:
		default:
		}
		<-r.Context().Done()
	}))
	defer model.Close()
	c := house(t)
	c.Writer.API, c.Writer.Model, c.Writer.URL = llm.Ollama, "m", model.URL
	url, stop := start(t, c, nil)
	<-asked
	fetch(t, url+"healthz")
	store, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Follow(t.Context(), news.Query{Words: "Sarn Strait talks"}); err != nil {
		t.Error(err)
	}
	runs := regexp.MustCompile(`steps?_runs_total\{step="poll"\} \d+`)
	now := runs.FindString(fetch(t, url+"metrics"))
	for now == runs.FindString(fetch(t, url+"metrics")) {
		time.Sleep(20 * time.Millisecond)
	}
	begun := time.Now()
	if err := stop(); err != nil || time.Since(begun) > c.Writer.Timeout.D()/2 {
		t.Errorf("stopped after %v, %v", time.Since(begun), err)
	}
	answering.Store(true)
	url, stop = start(t, c, nil)
	for {
		all, err := store.Revisions(t.Context(), news.RevisionFilter{})
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(all, func(r news.StoredRevision) bool {
			return r.Revision.Revision.Method == "extractive: the model wrote too little"
		}) {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	eventually(t, url+"metrics", "storywire_model_answers_day")
	if err := errors.Join(stop(), store.Close()); err != nil {
		t.Error(err)
	}
}
