package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/storywire/storywire/news"
)

// PushPath is where hubs of others bring what is new in the feeds we follow,
// below the site's address. The rest of the path names the subscription.
const PushPath = "/websub/"

// Pushes takes what hubs of others bring. Its methods return news.ErrNotFound
// for what we did not ask for.
type Pushes interface {
	// Confirm agrees to a subscription to topic that lasts for lease.
	Confirm(ctx context.Context, token, topic string, lease time.Duration) error
	// Denied records that the hub refuses us, and its reason.
	Denied(ctx context.Context, token, topic, reason string) error
	// Take reads a document that was pushed. One that is not signed as agreed is
	// passed over without an error.
	Take(ctx context.Context, token string, r *http.Request) error
}

// maxChallenge is the longest challenge that is echoed, in bytes.
const maxChallenge = 1024

// pushed answers the hub of a feed we follow.
func (h *handler) pushed(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	// What a hub sends is given back to it: it must not run in a browser.
	w.Header().Set("Content-Type", "application/octet-stream")
	token, query := r.PathValue("token"), r.URL.Query()
	challenge := ""
	var err error
	switch mode := query.Get("hub.mode"); {
	case r.Method == http.MethodPost:
		err = h.Pushes.Take(r.Context(), token, r)
	case mode == "subscribe":
		seconds, bad := strconv.ParseInt(query.Get("hub.lease_seconds"), 10, 32)
		if challenge = query.Get("hub.challenge"); bad != nil || seconds <= 0 || challenge == "" || len(challenge) > maxChallenge {
			err = news.ErrNotFound
			break
		}
		err = h.Pushes.Confirm(r.Context(), token, query.Get("hub.topic"), time.Duration(seconds)*time.Second)
	case mode == "denied":
		err = h.Pushes.Denied(r.Context(), token, query.Get("hub.topic"), query.Get("hub.reason"))
	default:
		err = news.ErrNotFound // we never ask to be unsubscribed
	}
	switch {
	case err == nil && r.Method == http.MethodPost:
		w.WriteHeader(http.StatusAccepted)
	case err == nil:
		_, _ = w.Write([]byte(challenge))
	case errors.Is(err, news.ErrNotFound):
		w.WriteHeader(http.StatusNotFound)
	case errors.Is(err, news.ErrUnwanted):
		w.WriteHeader(http.StatusGone)
	case errors.Is(err, news.ErrFull):
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(http.StatusServiceUnavailable)
	default:
		h.Log.Error("push failed", "err", err)
		w.WriteHeader(http.StatusInternalServerError)
	}
}
