// Package feed makes articles of feeds: it polls what is due as a polite
// guest, fetches with conditional requests within limits of time and size,
// parses RSS, RDF, Atom and JSON Feed however broken, and reads and writes the
// OPML lists that say what to poll.
package feed

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/storywire/storywire/news"
)

// Store is what polling needs of storage.
type Store interface {
	// DueFeeds lists at most limit active feeds whose next fetch is not after
	// now, the longest due first.
	DueFeeds(ctx context.Context, now time.Time, limit int) ([]news.Feed, error)
	// RecordFetch stores the outcome of one fetch in one transaction.
	RecordFetch(ctx context.Context, f news.Fetch) (news.FetchCount, error)
	// NextFetch is the earliest next fetch of the active feeds, zero if there
	// are none.
	NextFetch(ctx context.Context) (time.Time, error)
}

const (
	// batch is how many due feeds are taken at a time.
	batch = 256
	// stint is how long a Run goes on starting fetches: a host that never
	// answers must not hold up the feeds that fall due meanwhile.
	stint = time.Minute
)

// Poller polls the feeds that are due. All fields but Log have to be set.
type Poller struct {
	Store     Store
	Client    *http.Client // guards which addresses may be reached
	UserAgent string       // name, version and a contact address

	Interval    time.Duration // between polls of a feed that asks for nothing
	MinInterval time.Duration // never poll more often
	MaxInterval time.Duration // nor, after failures, more seldom

	Timeout  time.Duration // of a whole request
	MaxBody  int64         // bytes, compressed and expanded
	Parallel int           // requests at a time; to one host there is only one
	Log      *slog.Logger  // nil: silent
}

// Run polls the feeds that are due now, for about a minute, and returns when to
// go on, zero if there are no feeds. A feed that fails is recorded and stops no other; the
// error is that of storage or of ctx. Every goroutine has ended on return.
func (p *Poller) Run(ctx context.Context) (next time.Time, err error) {
	now := time.Now()
	hosts := newHosts(p.Parallel)
	for {
		due, err := p.Store.DueFeeds(ctx, now, batch)
		if err != nil {
			return time.Time{}, fmt.Errorf("list due feeds: %w", err)
		}
		if err := p.poll(ctx, hosts, due, now.Add(stint)); err != nil {
			return time.Time{}, err
		}
		if len(due) < batch || time.Since(now) > stint {
			break
		}
	}
	if next, err = p.Store.NextFetch(ctx); err != nil {
		return time.Time{}, fmt.Errorf("find the next fetch: %w", err)
	}
	return next, nil
}

// poll fetches feeds side by side, those of one host one after the other. It
// returns the first error of storage, since what cannot be recorded would be
// fetched again at once.
func (p *Poller) poll(ctx context.Context, hosts *hosts, due []news.Feed, until time.Time) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for _, feeds := range byHost(due) {
		wg.Go(func() {
			for _, f := range feeds {
				if ctx.Err() != nil || time.Now().After(until) {
					return
				}
				if err := p.one(ctx, hosts, f); err != nil {
					cancel(err)
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// one fetches a feed and records the outcome, unless we were interrupted: then
// the outcome says nothing about the feed, which stays due.
func (p *Poller) one(ctx context.Context, hosts *hosts, f news.Feed) error {
	out := p.fetch(ctx, hosts, f)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	count, err := p.Store.RecordFetch(ctx, out)
	if err != nil {
		return fmt.Errorf("record the fetch of %s: %w", redacted(f.URL), err)
	}
	if p.Log == nil {
		return nil
	}
	if out.Err != "" {
		p.Log.Warn("feed failed", "url", redacted(f.URL), "reason", out.Err, "failures", f.Failures+1, "next", out.Next)
		return nil
	}
	p.Log.Debug("feed polled", "url", redacted(f.URL), "new", count.New, "edited", count.Edited, "unchanged", out.NotModified, "next", out.Next)
	return nil
}

// redacted is an address without the password it may hold.
func redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address that cannot be read"
	}
	return u.Redacted()
}

// byHost groups feeds by their host, in order.
func byHost(due []news.Feed) [][]news.Feed {
	var groups [][]news.Feed
	at := map[string]int{}
	for _, f := range due {
		host := f.Address()
		if u, err := url.Parse(host); err == nil {
			host = strings.ToLower(u.Host)
		}
		i, ok := at[host]
		if !ok {
			i = len(groups)
			at[host] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], f)
	}
	return groups
}

// hosts lets one request at a time to each host, and so many over all.
type hosts struct {
	all  chan struct{}
	mu   sync.Mutex
	each map[string]chan struct{}
}

func newHosts(parallel int) *hosts {
	return &hosts{all: make(chan struct{}, max(parallel, 1)), each: map[string]chan struct{}{}}
}

// enter waits for the turn of a request to host; leave ends it.
func (h *hosts) enter(ctx context.Context, host string) (leave func(), err error) {
	h.mu.Lock()
	host = strings.ToLower(host)
	turn, ok := h.each[host]
	if !ok {
		turn = make(chan struct{}, 1)
		h.each[host] = turn
	}
	h.mu.Unlock()
	for _, c := range []chan struct{}{turn, h.all} {
		select {
		case c <- struct{}{}:
		case <-ctx.Done():
			if c == h.all {
				<-turn
			}
			return nil, context.Cause(ctx)
		}
	}
	return func() { <-h.all; <-turn }, nil
}
