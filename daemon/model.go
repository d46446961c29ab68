package daemon

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/storage"
	"github.com/storywire/storywire/summary/llm"
)

// keyVariable names the environment variable that may hold the model's key.
const keyVariable = "STORYWIRE_WRITER_KEY"

// newModel makes the language model that writes, nil if none is to. It may be
// on a private address, since the owner named it.
func newModel(c WriterConfig, store *storage.Store) (*llm.Client, error) {
	if c.API == "" {
		return nil, nil
	}
	key, err := c.key()
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(c.address())
	if err != nil {
		return nil, fmt.Errorf("writer.url: %w", err)
	}
	client, err := NewClient(ClientOptions{Allow: []string{u.Hostname()}, OwnURLs: true, Timeout: c.Timeout.D()})
	if err != nil {
		return nil, fmt.Errorf("writer.url: %w", err)
	}
	return &llm.Client{
		API: c.API, URL: c.address(), Model: c.Model, Key: key, HTTP: client, Timeout: c.Timeout.D(), Store: store, Now: time.Now,
		Budget: news.TokenBudget{Minute: c.TokensMinute, Day: c.TokensDay, Story: c.TokensStory},
	}, nil
}

// key reads the key, "" if there is none.
func (c WriterConfig) key() (string, error) {
	if c.KeyFile == "" {
		return os.Getenv(keyVariable), nil
	}
	b, err := os.ReadFile(c.KeyFile)
	if err != nil {
		return "", fmt.Errorf("writer.key_file: %w", err)
	}
	key := strings.TrimSpace(string(b))
	if key == "" {
		return "", fmt.Errorf("writer.key_file: %s is empty", c.KeyFile)
	}
	return key, nil
}
