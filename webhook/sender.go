// Package webhook sends revisions to endpoints as signed POST requests after
// Standard Webhooks 1.0 (https://www.standardwebhooks.com). A delivery is a
// row: an attempt is recorded before its request leaves and completed with the
// outcome after, so a crash repeats at most what was in flight, under the same
// id.
package webhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/storywire/storywire/news"
)

// Store is what sending needs of storage.
type Store interface {
	// DueDeliveries returns the pending deliveries due at now whose endpoint
	// is enabled, oldest first, at most one per endpoint, each with the body of
	// its revision.
	DueDeliveries(ctx context.Context, now time.Time, limit int) ([]news.Delivery, error)
	// BeginAttempt records that an attempt starts and makes the delivery due
	// again at retry, which holds if no outcome is ever recorded. It returns
	// the attempt's number, from 1, and news.ErrNotFound where the delivery is
	// no longer due: another process has it in hand, or it is settled.
	BeginAttempt(ctx context.Context, delivery string, at, retry time.Time) (number int, err error)
	// FinishAttempt completes an attempt, and with it the delivery's state and
	// due time and the endpoint's Disabled. It returns news.ErrNotFound where
	// the delivery is no longer wanted.
	FinishAttempt(ctx context.Context, a news.Attempt) error
	// NextDelivery returns when the earliest pending delivery to an enabled
	// endpoint is due, the zero time if there is none.
	NextDelivery(ctx context.Context) (time.Time, error)
}

// Sender sends what is due. Store and Client must be set.
type Sender struct {
	Store     Store
	Client    *http.Client                      // its redirect policy is replaced: a 3xx is a failure
	Fill      func(news.Revision) news.Revision // puts in the addresses that are not stored; nil: none
	Retries   []time.Duration                   // waits after failed attempts; nil: DefaultRetries
	Timeout   time.Duration                     // of a whole attempt; 0: 15 s
	Parallel  int                               // endpoints served at once; 0: 32
	UserAgent string
	Log       *slog.Logger // nil: none
}

// rescan is how often new deliveries are looked for while others are in
// flight, so that a slow endpoint does not hold up the rest.
const rescan = time.Second

// stint is how long Run goes on starting attempts, so that a slow endpoint
// with much to come does not make it look hung.
const stint = time.Minute

// Run sends until nothing is due, or for about a minute, and returns when the
// next delivery is due, the zero time if none is pending. Endpoints are served
// concurrently, each one delivery at a time; every request has ended when Run
// returns. A failing endpoint is no error of Run, failing storage is.
func (s Sender) Run(ctx context.Context) (next time.Time, err error) {
	s = s.withDefaults()
	began := time.Now()
	busy := map[int64]bool{}
	done := make(chan result, s.Parallel)
	tick := time.NewTicker(rescan)
	defer tick.Stop()
	for {
		if err == nil && time.Since(began) < stint {
			err = s.start(ctx, busy, done)
		}
		if len(busy) == 0 {
			break
		}
		select {
		case r := <-done:
			delete(busy, r.endpoint)
			err = errors.Join(err, r.err)
		case <-tick.C:
		}
	}
	if err != nil {
		return time.Time{}, err
	}
	return s.Store.NextDelivery(ctx)
}

// result tells that an endpoint is free again.
type result struct {
	endpoint int64
	err      error
}

// start begins an attempt for each due delivery whose endpoint is not busy,
// as far as there is room.
func (s Sender) start(ctx context.Context, busy map[int64]bool, done chan<- result) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	// No more than Parallel of the answers can belong to busy endpoints.
	due, err := s.Store.DueDeliveries(ctx, time.Now().UTC(), 2*s.Parallel)
	if err != nil {
		return fmt.Errorf("look for due deliveries: %w", err)
	}
	for _, d := range due {
		if len(busy) == s.Parallel {
			break
		}
		if busy[d.Endpoint.ID] {
			continue
		}
		busy[d.Endpoint.ID] = true
		go func() { done <- result{d.Endpoint.ID, s.attempt(ctx, d)} }()
	}
	return nil
}

// attempt makes one attempt at a delivery. Its error is storage's.
func (s Sender) attempt(ctx context.Context, d news.Delivery) error {
	at := time.Now().UTC()
	retry := at.Add(s.Timeout + wait(s.Retries, d.Attempts+1, rand.Float64()))
	number, err := s.Store.BeginAttempt(ctx, d.ID, at, retry)
	if errors.Is(err, news.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("record attempt at delivery %s: %w", d.ID, err)
	}
	ans := s.post(ctx, d, at)
	a := decide(s.Retries, number, ans, time.Now().UTC(), rand.Float64())
	a.Delivery, a.Started = d.ID, at
	s.report(d, a)
	// The outcome is known: it is kept even if the daemon is stopping.
	err = s.Store.FinishAttempt(context.WithoutCancel(ctx), a)
	if err != nil && !errors.Is(err, news.ErrNotFound) {
		return fmt.Errorf("record outcome of delivery %s: %w", d.ID, err)
	}
	return nil
}

// report logs an attempt. The endpoint's address stays out of the log, since
// it often holds a token.
func (s Sender) report(d news.Delivery, a news.Attempt) {
	log := s.Log.With("delivery", d.ID, "endpoint", d.Endpoint.ID, "attempt", a.Number,
		"status", a.Status, "took", a.Finished.Sub(a.Started).Round(time.Millisecond))
	switch {
	case a.Disable != "":
		log.Error("webhook endpoint disabled", "why", a.Disable)
	case a.State == news.Expired:
		log.Error("webhook delivery expired", "error", a.Error)
	case a.State == news.Pending:
		log.Warn("webhook delivery failed", "error", a.Error, "retry", a.Due)
	default:
		log.Info("webhook delivered")
	}
}

func (s Sender) withDefaults() Sender {
	if s.Fill == nil {
		s.Fill = func(r news.Revision) news.Revision { return r }
	}
	if s.Retries == nil {
		s.Retries = DefaultRetries()
	}
	if s.Timeout == 0 {
		s.Timeout = 15 * time.Second
	}
	if s.Parallel == 0 {
		s.Parallel = 32
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	client := *s.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s.Client = &client
	return s
}
