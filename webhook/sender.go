// Package webhook sends what happened to endpoints: as signed POST requests
// after Standard Webhooks 1.0 (https://www.standardwebhooks.com), as messages
// of chat services, as mail, or to a local program. A delivery is a row: an
// attempt is recorded before its request leaves and completed with the outcome
// after, so a crash repeats at most what was in flight, under the same id.
package webhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/storywire/storywire/news"
)

// Store is what sending needs of storage.
type Store interface {
	// OweSilence owes the events of stories that fell quiet.
	OweSilence(ctx context.Context, now time.Time) error
	// DueEndpoints returns the endpoints that are on, rested, and owed
	// something due at now: quick ones first, the longest due first.
	DueEndpoints(ctx context.Context, now time.Time) ([]news.DueEndpoint, error)
	// Exchange records outcomes and begins, for each endpoint named, an attempt
	// at the delivery longest due, if there is one; all in one transaction.
	Exchange(ctx context.Context, t news.Turn) (begun []news.Delivery, err error)
	// BeginPing owes a ping and begins the attempt at it, also where the
	// endpoint is off. It returns news.ErrNotFound for an unknown endpoint.
	BeginPing(ctx context.Context, endpoint int64, now, retry time.Time) (news.Delivery, error)
	// NextDelivery returns when the earliest pending delivery to an enabled
	// endpoint is due, the zero time if there is none.
	NextDelivery(ctx context.Context) (time.Time, error)
}

// Sender sends what is due. Store and Client must be set.
type Sender struct {
	Store     Store
	Client    *http.Client                      // its redirect policy is replaced: a 3xx is a failure
	Dial      Dial                              // connects to mail servers; nil: net.Dialer
	Fill      func(news.Revision) news.Revision // puts in the addresses that are not stored; nil: none
	Retries   []time.Duration                   // waits after failed attempts; nil: DefaultRetries
	Timeout   time.Duration                     // of a whole attempt; 0: 15 s
	Parallel  int                               // endpoints served at once; 0: 64
	UserAgent string
	Log       *slog.Logger // nil: none
}

// Dial connects to an address.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

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
	if err := s.Store.OweSilence(ctx, began.UTC()); err != nil {
		return next, fmt.Errorf("look for stories that fell quiet: %w", err)
	}
	flying := map[int64]bool{} // endpoint: slow
	landed := make(chan news.Attempt, s.Parallel)
	var done []news.Attempt
	tick := time.NewTicker(rescan)
	defer tick.Stop()
	for {
		var begin []news.DueEndpoint
		if err == nil && time.Since(began) < stint {
			begin, err = s.due(ctx, flying)
		}
		begun, failed := s.exchange(ctx, done, begin)
		if failed == nil {
			done = nil // else they are handed in again with the next
		}
		err = errors.Join(err, failed)
		for _, d := range begun {
			flying[d.Endpoint.ID] = slow(begin, d.Endpoint.ID)
			go func() { landed <- s.attempt(ctx, d) }()
		}
		if len(flying) == 0 {
			break
		}
		done = append(done, landings(landed, tick.C)...)
		for _, a := range done {
			delete(flying, a.Endpoint)
		}
	}
	if err != nil {
		return time.Time{}, err
	}
	return s.Store.NextDelivery(ctx)
}

// landings waits for an attempt to end or a tick, and returns all that ended.
func landings(landed <-chan news.Attempt, tick <-chan time.Time) []news.Attempt {
	var done []news.Attempt
	select {
	case a := <-landed:
		done = append(done, a)
	case <-tick:
	}
	for {
		select {
		case a := <-landed:
			done = append(done, a)
		default:
			return done
		}
	}
}

// due returns the endpoints whose next attempt is to begin.
func (s Sender) due(ctx context.Context, flying map[int64]bool) ([]news.DueEndpoint, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	due, err := s.Store.DueEndpoints(ctx, time.Now().UTC())
	if err != nil {
		return nil, fmt.Errorf("look for due deliveries: %w", err)
	}
	return pick(due, flying, s.Parallel), nil
}

// pick chooses endpoints to serve beside those that are: as many as there is
// room for, slow ones in half of the room at most, so that however many hang,
// the others go on.
func pick(due []news.DueEndpoint, flying map[int64]bool, room int) []news.DueEndpoint {
	free, slow := room-len(flying), (room+1)/2
	for _, s := range flying {
		if s {
			slow--
		}
	}
	var picked []news.DueEndpoint
	for _, e := range due {
		if _, busy := flying[e.ID]; busy || len(picked) >= free || e.Slow && slow <= 0 {
			continue
		}
		if e.Slow {
			slow--
		}
		picked = append(picked, e)
	}
	return picked
}

func slow(endpoints []news.DueEndpoint, id int64) bool {
	for _, e := range endpoints {
		if e.ID == id {
			return e.Slow
		}
	}
	return false
}

// exchange hands outcomes to storage and takes the attempts that begin. What
// is known is kept even if the daemon is stopping.
func (s Sender) exchange(ctx context.Context, done []news.Attempt, begin []news.DueEndpoint) ([]news.Delivery, error) {
	if len(done)+len(begin) == 0 {
		return nil, nil
	}
	now := time.Now().UTC()
	turn := news.Turn{Done: done, Now: now, Retry: s.retry(now)}
	for _, e := range begin {
		turn.Begin = append(turn.Begin, e.ID)
	}
	return s.Store.Exchange(context.WithoutCancel(ctx), turn)
}

// retry is when an attempt begun now is due again if nothing is ever heard of
// it: a crash is no fault of the endpoint.
func (s Sender) retry(now time.Time) time.Time { return now.Add(s.Timeout + 5*time.Second) }

// attempt makes one attempt at a delivery.
func (s Sender) attempt(ctx context.Context, d news.Delivery) news.Attempt {
	at := time.Now().UTC()
	a := decide(s.Retries, d, s.deliver(ctx, d, at), moment{at, time.Now().UTC(), rand.Float64()})
	s.report(d, a)
	return a
}

// Ping sends a test delivery to an endpoint, once and beside what it is owed,
// and returns what came of it. It returns news.ErrNotFound for an unknown
// endpoint.
func (s Sender) Ping(ctx context.Context, endpoint int64) (news.Attempt, error) {
	s = s.withDefaults()
	now := time.Now().UTC()
	d, err := s.Store.BeginPing(ctx, endpoint, now, s.retry(now))
	if err != nil {
		return news.Attempt{}, err
	}
	a := s.attempt(ctx, d)
	_, err = s.exchange(ctx, []news.Attempt{a}, nil)
	return a, err
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
	if s.Dial == nil {
		s.Dial = new(net.Dialer).DialContext
	}
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
		s.Parallel = 64
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	client := *s.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s.Client = &client
	return s
}
