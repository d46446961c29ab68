// Package llm has a language model write from numbered sentences: one plain HTTP
// client for the three usual APIs, with budgets, a cache and a circuit breaker.
// What the model answers is a proposal; whoever asked checks it.
package llm

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/storywire/storywire/news"
)

// Material is all the model is shown of a story.
type Material struct {
	Title   string   `json:"title"`
	Sources []Source `json:"sources"`
	Events  []Event  `json:"events"`
}

// Source is an article with the sentences that may be cited.
type Source struct {
	N         int        `json:"source"`
	Outlet    string     `json:"outlet"`
	Published string     `json:"published"` // 2006-01-02, "" if not known
	Title     string     `json:"title"`
	New       bool       `json:"new"` // readers have not been told of it yet
	Sentences []Sentence `json:"sentences"`
}

// Sentence is a sentence of an article. Its number is its own in the material.
type Sentence struct {
	N    int    `json:"n"`
	Text string `json:"text"`
}

// Event is a line of the timeline, whose date stands.
type Event struct {
	N    int    `json:"event"`
	Date string `json:"date"`
	Text string `json:"text"`
}

// Draft is what the model wrote. Nothing of it is checked.
type Draft struct {
	WhatsNew []Line        `json:"whats_new"`
	Sections []Section     `json:"sections"`
	Sources  []Description `json:"sources"`
	Timeline []EventLine   `json:"timeline"`
}

// Line is a sentence with the numbers of the sentences it rests on.
type Line struct {
	Text  string `json:"text"`
	Cites []int  `json:"cites"`
}

// Section is a headed part.
type Section struct {
	Heading   string `json:"heading"`
	Sentences []Line `json:"sentences"`
}

// Description says what a source adds.
type Description struct {
	Source      int    `json:"source"`
	Description string `json:"description"`
}

// EventLine is an event in other words.
type EventLine struct {
	Event int    `json:"event"`
	Text  string `json:"text"`
}

// Failure is why there is no draft.
type Failure struct {
	Why string // in a few words, for readers; holds nothing that the service said
	Err error  // for the log; may be nil
}

// Error says why, and what lies behind it.
func (f *Failure) Error() string {
	if f.Err == nil {
		return f.Why
	}
	return f.Why + ": " + f.Err.Error()
}

// Unwrap returns what lies behind.
func (f *Failure) Unwrap() error { return f.Err }

// Store keeps what was asked and answered. Each method is one transaction.
type Store interface {
	// ModelAnswer returns the answer that the same request got before, "" if
	// there is none.
	ModelAnswer(ctx context.Context, sum []byte) (string, error)
	// BeginModelCall records a call before it is made, with the most it may
	// cost, or names the budget that this would exceed and records nothing.
	BeginModelCall(ctx context.Context, call news.ModelCall) (id int64, exceeded string, err error)
	// EndModelCall records what a call cost and, unless it is "", the answer.
	EndModelCall(ctx context.Context, id int64, tokens int, answer string) error
}

// Client asks a model. It is safe for concurrent use.
type Client struct {
	API     string // OpenAI, Anthropic or Ollama
	URL     string // of the API, without the path of the call
	Model   string
	Key     string // "" for none
	HTTP    *http.Client
	Timeout time.Duration // of one call
	Budget  news.TokenBudget
	Store   Store
	Now     func() time.Time

	mu      sync.Mutex
	breaker breaker
	free    bool // the model takes no temperature
}

// Name is the model's.
func (c *Client) Name() string { return c.Model }

// Write has the model write from the material of a story. The same material is
// sent once: its answer is kept. An error is a *Failure, or the context's or the
// store's.
func (c *Client) Write(ctx context.Context, story string, m Material) (Draft, error) {
	material, err := json.Marshal(m)
	if err != nil {
		return Draft{}, err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%s\x00%s\x00%s", c.API, c.URL, c.Model, instructions, schema, material)
	call := news.ModelCall{Sum: h.Sum(nil), Story: story}
	answer, err := c.Store.ModelAnswer(ctx, call.Sum)
	if err == nil && answer == "" {
		answer, err = c.ask(ctx, call, string(material))
	}
	if err != nil {
		return Draft{}, err
	}
	var d Draft
	if err := json.Unmarshal([]byte(bare(answer)), &d); err != nil {
		return Draft{}, &Failure{"the model's answer was not understood", err}
	}
	return d, nil
}

// ask makes the call, if breaker and budgets let it.
func (c *Client) ask(ctx context.Context, call news.ModelCall, material string) (string, error) {
	call.At = c.Now()
	if !c.begin(call.At) {
		return "", &Failure{"the model is given a rest after failures", nil}
	}
	call.Tokens, call.Budget = tokensOf(len(instructions)+len(schema)+len(material))+maxOutput, c.Budget
	id, exceeded, err := c.Store.BeginModelCall(ctx, call)
	if err == nil && exceeded != "" {
		err = &Failure{"the model has no tokens left " + exceeded, nil}
	}
	if err != nil {
		return "", err
	}
	r, err := c.post(ctx, material)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	c.end(r, err)
	var refused *statusError
	switch {
	case errors.As(err, &refused):
		call.Tokens = 0
	case r.tokens > 0:
		call.Tokens = r.tokens
	}
	return r.text, errors.Join(err, c.Store.EndModelCall(ctx, id, call.Tokens, r.text))
}

// tokensOf is how many tokens so many bytes may be: a token of English is about
// four, of other languages fewer.
func tokensOf(size int) int { return size / 3 }

// begin reports whether the breaker lets a call through.
func (c *Client) begin(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.breaker.begin(now, c.Timeout)
}

// end tells the breaker how a call went. An answer that is no JSON is a failure
// too: a model that gives only such costs for nothing.
func (c *Client) end(r reply, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && json.Valid([]byte(bare(r.text))) {
		c.breaker = breaker{}
		return
	}
	c.breaker.fail(c.Now(), r.rest)
}
