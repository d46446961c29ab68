package feed

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // a signature WebSub knows
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// HubStore keeps our subscriptions at hubs.
type HubStore interface {
	// DueHubs lists the subscriptions a hub is to be asked for.
	DueHubs(ctx context.Context, now time.Time, limit int) ([]news.HubSubscription, error)
	// BeginHub counts an attempt before it is made, the next at retry unless
	// the hub confirms; it returns news.ErrNotFound for what is no longer due.
	BeginHub(ctx context.Context, s news.HubSubscription, retry time.Time) error
	FailHub(ctx context.Context, s news.HubSubscription, why string) error
	// NextHub is when a hub is to be asked next, zero for never.
	NextHub(ctx context.Context) (time.Time, error)
}

// PushStore records what hubs say and bring. Tokens that it does not know are
// news.ErrNotFound.
type PushStore interface {
	FindHub(ctx context.Context, token string) (news.HubSubscription, error)
	ConfirmHub(ctx context.Context, token string, until, renew time.Time) error
	DenyHub(ctx context.Context, token, reason string, retry time.Time) error
	// RecordPush stores articles as Store.RecordFetch does.
	RecordPush(ctx context.Context, token string, f news.Fetch) (news.FetchCount, error)
}

const (
	// wantedLease is how long we ask to be pushed what is new.
	wantedLease = 10 * day
	// longestPlan is how far ahead a renewal is planned at most.
	longestPlan = 7 * day
	// backupInterval is how often a feed is polled whose hub can be trusted.
	backupInterval = 6 * time.Hour
	// maxPushes is how many documents are taken in at a time.
	maxPushes = 4
	// maxAsked is how many hubs are asked at a time.
	maxAsked = 8
)

// hubWaits are the waits for a hub that does not confirm, after the first
// attempt, the second and so on.
var hubWaits = []time.Duration{10 * time.Minute, time.Hour, 6 * time.Hour, day, longestPlan}

// Hubs subscribes to feeds at the hubs they offer (WebSub, W3C Recommendation,
// 23 January 2018) and takes in what these push. All fields but Log and Wake
// have to be set.
type Hubs struct {
	Store interface {
		HubStore
		PushStore
	}
	Poller   *Poller // whose client, limits and User-Agent are used
	Callback string  // address where pushes arrive; a token is added
	Wake     func()  // called when articles came in; nil: nobody waits
	Log      *slog.Logger

	busy chan struct{}
}

// NewHubs completes h.
func NewHubs(h Hubs) *Hubs {
	h.busy = make(chan struct{}, maxPushes)
	if h.Log == nil {
		h.Log = slog.New(slog.DiscardHandler)
	}
	if h.Wake == nil {
		h.Wake = func() {}
	}
	return &h
}

// Run asks hubs for the subscriptions that are due, and returns when to go on.
// A hub that fails is recorded and stops no other.
func (h *Hubs) Run(ctx context.Context) (next time.Time, err error) {
	due, err := h.Store.DueHubs(ctx, time.Now(), batch)
	if err != nil {
		return time.Time{}, fmt.Errorf("list hubs to ask: %w", err)
	}
	err = inGroups(ctx, due, func(s news.HubSubscription) string { return hostOf(s.Hub) }, maxAsked,
		func(s news.HubSubscription) error { return h.subscribe(ctx, s) })
	if err != nil {
		return time.Time{}, err
	}
	return h.Store.NextHub(ctx)
}

// subscribe asks a hub once. Whether it agrees it says at our callback.
func (h *Hubs) subscribe(ctx context.Context, s news.HubSubscription) error {
	retry := time.Now().Add(hubWaits[min(s.Attempts, len(hubWaits)-1)])
	if err := h.Store.BeginHub(ctx, s, retry); err != nil {
		if errors.Is(err, news.ErrNotFound) {
			return nil
		}
		return fmt.Errorf("record a request to hub %s: %w", redacted(s.Hub), err)
	}
	if err := h.post(ctx, s); err != nil && ctx.Err() == nil {
		h.Log.Warn("hub failed", "hub", redacted(s.Hub), "feed", redacted(s.Feed.URL), "reason", err, "again", retry)
		return h.Store.FailHub(ctx, s, err.Error())
	}
	return nil
}

func (h *Hubs) post(ctx context.Context, s news.HubSubscription) error {
	ctx, cancel := context.WithTimeout(ctx, h.Poller.Timeout)
	defer cancel()
	form := url.Values{
		"hub.mode": {"subscribe"}, "hub.topic": {s.Topic}, "hub.callback": {h.Callback + s.Token},
		"hub.lease_seconds": {strconv.Itoa(int(wantedLease.Seconds()))}, "hub.secret": {s.Secret},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Hub, strings.NewReader(form.Encode()))
	if err != nil {
		return errors.New("the hub's address cannot be read")
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	setIf(req.Header, "User-Agent", h.Poller.UserAgent)
	client := *h.Poller.Linked
	client.Jar = nil
	client.CheckRedirect = func(next *http.Request, via []*http.Request) error {
		// 307 and 308 send to another hub; other redirects would drop the form.
		if next.Method != http.MethodPost || len(via) > maxRedirects {
			return http.ErrUseLastResponse
		}
		return nil
	}
	resp, err := client.Do(req)
	if err != nil {
		return networkReason(err)
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(resp.Body, 500))
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("the hub answers %d %s: %s", resp.StatusCode, http.StatusText(resp.StatusCode), plainLine(string(said), 200))
	}
	return nil
}

// Confirm agrees to a lease the hub offers, if we asked for it.
func (h *Hubs) Confirm(ctx context.Context, token, topic string, lease time.Duration) error {
	s, err := h.find(ctx, token, topic)
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	h.Log.Info("hub confirmed", "hub", redacted(s.Hub), "feed", redacted(s.Feed.URL), "lease", lease)
	// Renewed with a tenth of the lease left.
	return h.Store.ConfirmHub(ctx, token, now.Add(lease), now.Add(min(lease-lease/10, longestPlan)))
}

// Denied records that the hub refuses us. It is asked again a week later.
func (h *Hubs) Denied(ctx context.Context, token, topic, reason string) error {
	s, err := h.find(ctx, token, topic)
	if err != nil {
		return err
	}
	reason = first(plainLine(reason, 200), "it gives no reason")
	h.Log.Warn("hub refuses us", "hub", redacted(s.Hub), "feed", redacted(s.Feed.URL), "reason", reason)
	return h.Store.DenyHub(ctx, token, "the hub refuses us: "+reason, time.Now().Add(longestPlan))
}

// find returns the subscription a hub speaks of, if it is still wanted.
func (h *Hubs) find(ctx context.Context, token, topic string) (news.HubSubscription, error) {
	s, err := h.Store.FindHub(ctx, token)
	if err == nil && (s.Topic != topic || s.Feed.State != news.FeedActive) {
		err = news.ErrNotFound
	}
	return s, err
}

// Take stores the articles of a document that a hub pushed: it goes the way of
// a polled one. What is not signed with our secret, or is no feed, is passed
// over. It returns news.ErrNotFound for what we did not ask for,
// news.ErrUnwanted for a feed that is no longer followed, news.ErrFull while
// there is too much to do.
func (h *Hubs) Take(ctx context.Context, token string, r *http.Request) error {
	s, err := h.Store.FindHub(ctx, token)
	if err != nil {
		return err
	}
	if s.Feed.State != news.FeedActive {
		return news.ErrUnwanted
	}
	select {
	case h.busy <- struct{}{}:
		defer func() { <-h.busy }()
	default:
		return news.ErrFull
	}
	log := h.Log.With("hub", redacted(s.Hub), "feed", redacted(s.Feed.URL))
	body, err := io.ReadAll(&limitReader{r.Body, h.Poller.MaxBody})
	if err != nil {
		log.Warn("push passed over", "reason", err)
		return nil
	}
	if !signed(body, s.Secret, r.Header.Get("X-Hub-Signature")) {
		log.Warn("push passed over", "reason", "it is not signed as agreed")
		return nil
	}
	now := time.Now().UTC()
	doc, err := Parse(body, r.Header.Get("Content-Type"), s.Feed.Address(), now)
	if err != nil {
		log.Warn("push passed over", "reason", err)
		return nil
	}
	h.Poller.name(&doc, s.Feed.Title)
	h.Poller.wantPages(s.Feed, doc.Entries)
	count, err := h.Store.RecordPush(ctx, token, news.Fetch{Feed: s.Feed, At: now, Entries: doc.Entries})
	if err != nil {
		return err
	}
	log.Debug("feed pushed", "new", count.New, "edited", count.Edited)
	h.Wake()
	return nil
}

// signed reports whether a signature such as "sha256=…" is that of the body
// (section 7.1).
func signed(body []byte, secret, signature string) bool {
	method, sum, _ := strings.Cut(signature, "=")
	given, err := hex.DecodeString(sum)
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, []byte(secret))
	switch method {
	case "sha1":
		mac = hmac.New(sha1.New, []byte(secret))
	case "sha256":
	case "sha384":
		mac = hmac.New(sha512.New384, []byte(secret))
	case "sha512":
		mac = hmac.New(sha512.New, []byte(secret))
	default:
		return false
	}
	mac.Write(body)
	return hmac.Equal(given, mac.Sum(nil))
}

// backup puts off the next poll of a feed while its hub brings what is new,
// until the lease ends at most.
func (p *Poller) backup(f *news.Fetch) {
	slow := earlier(f.At.Add(min(backupInterval, max(p.MaxInterval, p.MinInterval))), f.Feed.PushedUntil)
	if f.Err == "" && slow.After(f.Next) {
		f.Next, f.Why = slow, "a hub brings what is new"
	}
}
