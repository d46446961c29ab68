package web

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/storywire/storywire/news"
)

const (
	// hubBatch is how many requests the hub makes at a time.
	hubBatch = 32
	// hubStint is how long a Run goes on starting requests.
	hubStint = time.Minute
	// askTimes is how often a subscriber who gives no answer is asked.
	askTimes = 3
	// askPatience is how long a subscriber has for its answer at most: anybody
	// can have us ask, and those who are to be told wait for it.
	askPatience = 5 * time.Second
)

// hubWaits are the waits after the first failed attempt to tell a subscriber,
// the second and so on. After the last it hears of the next revision only.
var hubWaits = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour}

// hubWait is how long to wait after an attempt, from 1, in any case.
func hubWait(attempt int) time.Duration { return hubWaits[min(attempt, len(hubWaits))-1] }

// Run asks subscribers whether they meant what they asked for and tells the
// others what is new, for about a minute at most. It returns when to go on,
// zero if nothing is owed. A subscriber that fails is no error.
func (h *Hub) Run(ctx context.Context) (next time.Time, err error) {
	for began := time.Now(); time.Since(began) < hubStint; {
		busy, err := h.round(ctx)
		if err != nil {
			return time.Time{}, err
		}
		if !busy {
			break
		}
	}
	return h.Store.NextPush(ctx)
}

// round does what is due now, as far as it goes at a time, and reports whether
// there was something.
func (h *Hub) round(ctx context.Context) (busy bool, err error) {
	now := time.Now().UTC()
	intents, err := h.Store.DueIntents(ctx, now, hubBatch)
	if err != nil {
		return false, fmt.Errorf("list unconfirmed subscriptions: %w", err)
	}
	subscribers, err := h.Store.DueSubscribers(ctx, now, hubBatch)
	if err != nil {
		return false, fmt.Errorf("list subscribers to tell: %w", err)
	}
	var wg sync.WaitGroup
	failed := make(chan error, len(intents)+len(subscribers))
	for _, i := range intents {
		wg.Go(func() { failed <- h.ask(ctx, i) })
	}
	documents := map[string]edition{}
	for _, s := range subscribers {
		doc, rendered := documents[s.Topic]
		if !rendered {
			var err error
			if doc, err = h.document(ctx, s.Topic); err != nil {
				failed <- fmt.Errorf("render %s: %w", s.Topic, err)
				continue
			}
			documents[s.Topic] = doc
		}
		wg.Go(func() { failed <- h.tell(ctx, s, doc) })
	}
	wg.Wait()
	close(failed)
	for e := range failed {
		err = errors.Join(err, e)
	}
	return len(intents)+len(subscribers) > 0, errors.Join(err, ctx.Err())
}

// ask verifies the intent of a subscriber (section 5.3). Any answer settles it;
// without one it is asked again.
func (h *Hub) ask(ctx context.Context, i news.Intent) error {
	now := time.Now().UTC()
	err := h.Store.BeginIntent(ctx, i, now.Add(h.Timeout+hubWait(i.Attempts+1)))
	if err != nil {
		return ignoreNotFound(err)
	}
	query := url.Values{"hub.mode": {string(i.Mode)}, "hub.topic": {h.site.Site.URL(i.Topic)}}
	challenge := rand.Text()
	switch err := h.site.hasTopic(ctx, i.Topic); {
	case errors.Is(err, news.ErrNotFound): // gone since it was asked for
		query.Set("hub.mode", "denied")
		query.Set("hub.reason", "there is no such feed any more")
	case err != nil && !errors.As(err, new(misuse)):
		return err
	default:
		query.Set("hub.challenge", challenge)
		query.Set("hub.lease_seconds", strconv.Itoa(int(i.Lease.Seconds())))
	}
	status, body, err := h.request(ctx, http.MethodGet, extended(i.Callback, query), nil, nil)
	if err != nil && (ctx.Err() != nil || i.Attempts+1 < askTimes) {
		return nil // it stays due
	}
	confirmed := err == nil && status/100 == 2 && body == challenge
	h.Log.Info("hub request settled", "mode", i.Mode, "topic", i.Topic, "confirmed", confirmed, "status", status)
	return ignoreNotFound(h.Store.SettleIntent(context.WithoutCancel(ctx), i, confirmed, now.Add(i.Lease)))
}

// extended is an address with a query added to the one it has.
func extended(address string, query url.Values) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += query.Encode()
	return u.String()
}

// edition is a feed as subscribers are told of it.
type edition struct {
	reply
	hash string
	gone bool // there is no such feed any more
}

func (h *Hub) document(ctx context.Context, topic string) (edition, error) {
	found, err := h.site.topic(ctx, topic)
	if errors.Is(err, news.ErrNotFound) {
		return edition{gone: true}, nil
	}
	sum := sha256.Sum256(found.Body)
	return edition{reply: found, hash: hex.EncodeToString(sum[:16])}, err
}

// tell posts a feed to a subscriber (section 7), unless it was told of this
// very document.
func (h *Hub) tell(ctx context.Context, s news.Subscriber, doc edition) error {
	now := time.Now().UTC()
	t := news.Told{Subscriber: s, Begun: now.Add(h.Timeout + hubWait(s.Attempts+1)).Truncate(time.Millisecond)}
	if err := h.Store.BeginTelling(ctx, s, t.Begun); err != nil {
		return ignoreNotFound(err)
	}
	switch {
	case doc.gone:
		query := url.Values{"hub.mode": {"denied"}, "hub.topic": {h.site.Site.URL(s.Topic)}, "hub.reason": {"there is no such feed any more"}}
		_, _, _ = h.request(ctx, http.MethodGet, extended(s.Callback, query), nil, nil) // said once, heard or not
		t.Gone = true
	case doc.hash != s.Sent:
		header := http.Header{"Content-Type": {doc.Type}, "Link": {h.site.links(s.Topic)}}
		if s.Secret != "" {
			header.Set("X-Hub-Signature", "sha256="+signature(s.Secret, doc.Body))
		}
		status, _, err := h.request(ctx, http.MethodPost, s.Callback, header, doc.Body)
		if ctx.Err() != nil {
			return nil // it stays due
		}
		t = judge(t, status, err, time.Now().UTC())
	}
	if t.Error == "" {
		t.Sent = doc.hash
	} else {
		h.Log.Warn("hub subscriber not told", "topic", s.Topic, "error", t.Error, "retry", t.Retry, "gone", t.Gone)
	}
	return h.Store.FinishTelling(context.WithoutCancel(ctx), t)
}

func signature(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// judge says what an answer means: success, the end of the subscription, or
// another attempt. A subscriber that fails for long keeps its lease and hears
// of the next revision.
func judge(t news.Told, status int, err error, now time.Time) news.Told {
	switch {
	case err != nil:
		t.Error = err.Error()
	case status/100 == 2:
		return t
	default:
		t.Error = fmt.Sprintf("answered %d %s", status, http.StatusText(status))
		t.Gone = status == http.StatusGone
	}
	if attempt := t.Attempts + 1; !t.Gone && attempt <= len(hubWaits) {
		t.Retry = now.Add(hubWait(attempt))
	}
	return t
}

// request makes one request and reads as much of the answer as a challenge
// takes. Its error does not hold the address, which is the subscriber's secret.
func (h *Hub) request(ctx context.Context, method, address string, header http.Header, body []byte) (int, string, error) {
	patience := h.Timeout
	if method == http.MethodGet {
		patience = min(patience, askPatience)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return 0, "", errors.New("the callback cannot be read")
	}
	for name, values := range header {
		req.Header[name] = values
	}
	req.Header.Set("User-Agent", h.UserAgent)
	resp, err := h.Client.Do(req)
	if err != nil {
		if outer, ok := errors.AsType[*url.Error](err); ok {
			err = outer.Err
		}
		return 0, "", err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if method == http.MethodPost {
		err = nil // the status decides; the body is not read for anything
	}
	return resp.StatusCode, string(answer), err
}

func ignoreNotFound(err error) error {
	if errors.Is(err, news.ErrNotFound) {
		return nil
	}
	return err
}
