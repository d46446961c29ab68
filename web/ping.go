package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
)

// PingStore says which hubs of others are to be told of what.
type PingStore interface {
	// SyncHubPings makes the hubs that are told those listed.
	SyncHubPings(ctx context.Context, hubs []string, now time.Time) error
	DueHubPings(ctx context.Context, now time.Time) ([]news.HubPing, error)
	// BeginHubPing counts an attempt before it is made; it returns
	// news.ErrNotFound for what is no longer due.
	BeginHubPing(ctx context.Context, p news.HubPing, retry time.Time) error
	FinishHubPing(ctx context.Context, p news.HubPing, begun, retry time.Time, why string) error
	// NextHubPing is when a hub is to be told next, zero for never.
	NextHubPing(ctx context.Context) (time.Time, error)
}

// Pinger tells hubs of others which of our feeds have changed; they fetch them
// then. All fields have to be set.
type Pinger struct {
	Store     PingStore
	Hubs      []string // their addresses
	Site      publish.Site
	Client    *http.Client
	UserAgent string
	Timeout   time.Duration // of one request
	Log       *slog.Logger

	listed bool // storage knows the hubs
}

// Run tells the hubs that are due, and returns when to go on. A hub that fails
// is no error.
func (p *Pinger) Run(ctx context.Context) (next time.Time, err error) {
	if !p.listed {
		if err := p.Store.SyncHubPings(ctx, p.Hubs, time.Now()); err != nil {
			return time.Time{}, fmt.Errorf("list hubs: %w", err)
		}
		p.listed = true
	}
	due, err := p.Store.DueHubPings(ctx, time.Now())
	if err != nil {
		return time.Time{}, fmt.Errorf("list hubs to tell: %w", err)
	}
	for _, ping := range due {
		if err := p.one(ctx, ping); err != nil {
			return time.Time{}, fmt.Errorf("tell a hub: %w", err)
		}
	}
	return p.Store.NextHubPing(ctx)
}

func (p *Pinger) one(ctx context.Context, ping news.HubPing) error {
	begun := time.Now().Add(p.Timeout + hubWait(ping.Attempts+1)).Truncate(time.Millisecond)
	if err := p.Store.BeginHubPing(ctx, ping, begun); err != nil {
		return ignoreNotFound(err)
	}
	err := p.post(ctx, ping)
	if ctx.Err() != nil {
		return ctx.Err() // it stays due
	}
	if err == nil {
		return p.Store.FinishHubPing(ctx, ping, begun, time.Time{}, "")
	}
	var retry time.Time
	if attempt := ping.Attempts + 1; attempt <= len(hubWaits) {
		retry = time.Now().Add(hubWait(attempt))
	}
	p.Log.Warn("hub not told", "hub", ping.Hub, "error", err, "retry", retry)
	return p.Store.FinishHubPing(ctx, ping, begun, retry, err.Error())
}

// post names the feeds that have changed, as the hubs there are take it.
func (p *Pinger) post(ctx context.Context, ping news.HubPing) error {
	ctx, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	form := url.Values{"hub.mode": {"publish"}}
	for _, path := range changedFeeds(ping) {
		form.Add("hub.url", p.Site.URL(path))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, ping.Hub, strings.NewReader(form.Encode()))
	if err != nil {
		return errors.New("the hub's address cannot be read; look at ping in the configuration")
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", p.UserAgent)
	resp, err := p.Client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, 4<<10)
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("answered %s", resp.Status)
	}
	return nil
}

// changedFeeds are the paths of the feeds in which a hub finds something new.
func changedFeeds(p news.HubPing) []string {
	below := []string{""}
	for _, c := range slices.Compact(slices.Sorted(slices.Values(p.Categories))) {
		below = append(below, publish.CategoryPath(c))
	}
	for _, s := range p.Stories {
		below = append(below, publish.StoryPath(s))
	}
	var paths []string
	for _, b := range below {
		for _, f := range formats {
			paths = append(paths, b+"/"+f.name)
		}
	}
	return paths
}
