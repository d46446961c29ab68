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

// Poller polls the feeds that are due. All fields but Log have to be set.
type Poller struct {
	Store     Store
	Client    *http.Client // for addresses the owner wrote; guards where redirects lead
	Linked    *http.Client // for addresses that documents name; guards these too
	UserAgent string       // name, version and a contact address

	Interval    time.Duration // between polls of a feed that publishes hourly and asks for nothing
	MinInterval time.Duration // never poll more often
	MaxInterval time.Duration // nor, unless asked to, more seldom

	Timeout  time.Duration // of a whole request
	MaxBody  int64         // bytes, compressed and expanded
	Parallel int           // requests at a time; to one host there is only one
	Push     bool          // take up the hubs that feeds offer
	FullText bool          // read the pages of all feeds' articles
	Log      *slog.Logger  // nil: silent

	turns turns
}

func (p *Poller) limits() Limits { return Limits{p.Interval, p.MinInterval, p.MaxInterval} }

// Run polls the feeds that are due, for some minutes at most, and returns when
// to go on, zero if there are no feeds. A feed that fails is recorded and stops
// no other; the error is that of storage or of ctx. Every goroutine has ended
// on return.
func (p *Poller) Run(ctx context.Context) (next time.Time, err error) {
	p.turns.forget(time.Now())
	if err := newRound(p).run(ctx); err != nil {
		return time.Time{}, err
	}
	if next, err = p.Store.NextFetch(ctx); err != nil {
		return time.Time{}, fmt.Errorf("find the next fetch: %w", err)
	}
	return next, nil
}

// one fetches a feed and records the outcome, unless we were interrupted: then
// the outcome says nothing about the feed, which stays due.
func (p *Poller) one(ctx context.Context, f news.Feed, v place) error {
	open, spared := opens(f, time.Now().Add(p.Timeout)) // it may take a while to arrive
	var out news.Fetch
	if spared != "" {
		v.leave()
		out = postponed(f, open, spared)
	} else {
		out = p.fetch(ctx, f, v)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	count, err := p.Store.RecordFetch(ctx, out)
	if err != nil {
		return fmt.Errorf("record the fetch of %s: %w", redacted(f.URL), err)
	}
	if p.Log == nil || spared != "" {
		return nil
	}
	if out.Err != "" {
		p.Log.Warn("feed failed", "url", redacted(f.URL), "reason", out.Err, "failures", out.Failures, "next", out.Next, "why", out.Why)
		return nil
	}
	p.Log.Debug("feed polled", "url", redacted(f.URL), "new", count.New, "edited", count.Edited, "unchanged", out.NotModified, "next", out.Next, "why", out.Why)
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
