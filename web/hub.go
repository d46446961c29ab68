package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// IntentStore keeps what subscribers asked of the hub until it is confirmed.
type IntentStore interface {
	// RecordIntent replaces an earlier request for the same topic and callback.
	// It returns news.ErrFull where there is no room.
	RecordIntent(ctx context.Context, i news.Intent, room news.Room) error
	DueIntents(ctx context.Context, now time.Time, limit int) ([]news.Intent, error)
	// BeginIntent counts an attempt before it is made; it returns
	// news.ErrNotFound for what is no longer due.
	BeginIntent(ctx context.Context, i news.Intent, retry time.Time) error
	// SettleIntent ends a request: confirmed, it takes effect until the end of
	// the lease; else nothing changes.
	SettleIntent(ctx context.Context, i news.Intent, confirmed bool, until time.Time) error
}

// SubscriberStore says who is to be told what is new.
type SubscriberStore interface {
	// DueSubscribers lists those who are owed something and have a lease.
	DueSubscribers(ctx context.Context, now time.Time, limit int) ([]news.Subscriber, error)
	// BeginTelling counts an attempt before it is made; it returns
	// news.ErrNotFound for what is no longer due.
	BeginTelling(ctx context.Context, s news.Subscriber, retry time.Time) error
	FinishTelling(ctx context.Context, t news.Told) error
	// NextPush is when a request or a subscriber is due next, zero for never.
	NextPush(ctx context.Context) (time.Time, error)
}

// HubStore is what the hub needs of storage.
type HubStore interface {
	IntentStore
	SubscriberStore
}

// HubPath is where the hub takes requests, below the site's address.
const HubPath = "/hub"

// Leases a subscriber may have; the usual one is the recommendation's.
const (
	minLease   = 5 * time.Minute
	usualLease = 10 * 24 * time.Hour
	maxLease   = 30 * 24 * time.Hour
)

// Limits of a request.
const (
	maxRequest  = 16 << 10 // bytes
	maxCallback = 2048     // bytes
	maxSecret   = 199      // bytes
)

// Hub is a WebSub hub (W3C Recommendation, 23 January 2018) for our own feeds
// and no others. It answers requests by HTTP; Run does the rest. All fields
// but Log and Wake have to be set.
type Hub struct {
	Store     HubStore
	Client    *http.Client // guards whom a callback may reach; redirects are not followed
	UserAgent string
	Timeout   time.Duration // of one request
	Room      news.Room
	Wake      func()       // called when there is work for Run
	Log       *slog.Logger // nil: silent

	site *handler
}

// NewHub makes h a hub for the feeds that a handler of c serves.
func NewHub(c Config, h Hub) (*Hub, error) {
	site, err := newHandler(c)
	if err != nil {
		return nil, err
	}
	client := *h.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	h.site, h.Client = site, &client
	if h.Wake == nil {
		h.Wake = func() {}
	}
	if h.Log == nil {
		h.Log = slog.New(slog.DiscardHandler)
	}
	return &h, nil
}

// ServeHTTP takes a request to subscribe or unsubscribe. What is wrong with it
// is said in plain text; whether the subscriber means it is asked afterwards.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		http.Error(w, "This is a WebSub hub: subscribe with a POST request.", http.StatusMethodNotAllowed)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "The form cannot be read.", http.StatusBadRequest)
		return
	}
	intent, err := h.intent(r.Context(), r.PostForm)
	if err == nil {
		err = h.Store.RecordIntent(r.Context(), intent, h.Room)
	}
	var wrong misuse
	switch {
	case err == nil:
		w.WriteHeader(http.StatusAccepted)
		h.Wake()
	case errors.As(err, &wrong):
		http.Error(w, wrong.Error(), http.StatusBadRequest)
	case errors.Is(err, news.ErrNotFound):
		http.Error(w, "hub.topic: there is no such feed here.", http.StatusNotFound)
	case errors.Is(err, news.ErrFull):
		w.Header().Set("Retry-After", "3600")
		http.Error(w, "There are too many subscriptions, or too many unconfirmed ones at this callback's host.", http.StatusServiceUnavailable)
	default:
		h.Log.Error("hub request failed", "err", err)
		http.Error(w, "The request could not be stored.", http.StatusInternalServerError)
	}
}

// intent reads a request. Parameters it does not know are passed over.
func (h *Hub) intent(ctx context.Context, form url.Values) (news.Intent, error) {
	i := news.Intent{
		Mode: news.IntentMode(form.Get("hub.mode")), Callback: form.Get("hub.callback"), Secret: form.Get("hub.secret"),
		Lease: usualLease, Created: time.Now().UTC(),
	}
	callback, err := url.Parse(i.Callback)
	switch {
	case i.Mode != news.Subscribe && i.Mode != news.Unsubscribe:
		return i, misuse(`hub.mode: "subscribe" or "unsubscribe" is meant; this hub learns of news by itself.`)
	case err != nil || callback.Scheme != "http" && callback.Scheme != "https" || callback.Host == "" ||
		callback.User != nil || callback.Fragment != "" || len(i.Callback) > maxCallback:
		return i, misuse("hub.callback: an http or https address without user and fragment is meant.")
	case len(i.Secret) > maxSecret:
		return i, misuse("hub.secret: it has to be less than 200 bytes long.")
	}
	if i.Lease, err = lease(i.Mode, form.Get("hub.lease_seconds")); err != nil {
		return i, err
	}
	below, ours := strings.CutPrefix(form.Get("hub.topic"), h.site.Site.BaseURL)
	if !ours {
		return i, misuse("hub.topic: this hub serves the feeds of " + h.site.Site.BaseURL + " only.")
	}
	i.Topic = below
	return i, h.site.hasTopic(ctx, below)
}

// lease bounds what a subscriber asks for. An unsubscription has none.
func lease(mode news.IntentMode, seconds string) (time.Duration, error) {
	if mode == news.Unsubscribe || seconds == "" {
		return usualLease, nil
	}
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || n <= 0 {
		return 0, misuse("hub.lease_seconds: a positive number is meant.")
	}
	return min(max(time.Duration(min(n, 1<<31))*time.Second, minLease), maxLease), nil
}

// hasTopic returns nil for the path of a feed as the feed itself names it.
func (h *handler) hasTopic(ctx context.Context, topic string) error {
	_, r, err := h.atTopic(ctx, topic)
	switch {
	case err != nil:
		return err
	case r.PathValue("category") != "":
		_, err = h.knownCategory(r)
		return err
	case r.PathValue("id") == "":
		return nil
	}
	_, moved, err := h.find(r)
	if err == nil && moved != "" {
		err = misuse("hub.topic: this story went on as another; its feed is " + h.Site.BaseURL + strings.TrimPrefix(moved, h.base))
	}
	return err
}

// topic renders the feed at a path, that of the story into which another was
// merged too.
func (h *handler) topic(ctx context.Context, topic string) (reply, error) {
	answer, r, err := h.atTopic(ctx, topic)
	if err != nil {
		return reply{}, err
	}
	found, err := answer(r)
	if err != nil || found.Moved == "" {
		return found, err
	}
	if answer, r, err = h.atTopic(ctx, strings.TrimPrefix(found.Moved, h.base)); err != nil {
		return reply{}, err
	}
	return answer(r)
}

// atTopic finds what answers a request for the feed at a path, and the request.
func (h *handler) atTopic(ctx context.Context, topic string) (answer, *http.Request, error) {
	below, name := path.Split(topic)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, topic, nil)
	if err != nil || r.URL.RawQuery != "" {
		return nil, nil, errNothing
	}
	kind, value, _ := strings.Cut(strings.Trim(below, "/"), "/")
	value, err = url.PathUnescape(value)
	if err != nil {
		return nil, nil, errNothing
	}
	for _, f := range formats {
		switch {
		case f.name != name:
		case below == "/":
			return h.siteFeed(f), r, nil
		case value == "":
		case kind == "s" && below == "/s/"+url.PathEscape(value)+"/":
			r.SetPathValue("id", value)
			return h.storyFeed(f), r, nil
		case kind == "c" && below == "/c/"+url.PathEscape(value)+"/":
			r.SetPathValue("category", value)
			return h.categoryFeed(f), r, nil
		}
	}
	return nil, nil, errNothing
}

// links is the Link header of the feed at a path: how to be told what is new in
// it. It is "" without a hub.
func (h *handler) links(topic string) string {
	if h.Site.Hub == "" {
		return ""
	}
	links := ""
	for _, hub := range append([]string{h.Site.Hub}, h.Hubs...) {
		links += "<" + hub + `>; rel="hub", `
	}
	return links + "<" + h.Site.URL(topic) + `>; rel="self"`
}
