package daemon

import (
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
