package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
)

// WebhookLog shows who is told what happens, and how that goes.
type WebhookLog interface {
	Endpoints(ctx context.Context) ([]news.Endpoint, error)
	// Deliveries returns the last deliveries, newest first, of one endpoint or,
	// for 0, of all.
	Deliveries(ctx context.Context, endpoint int64, limit int) ([]news.Delivery, error)
	// Delivery returns one and the attempts at it, or news.ErrNotFound.
	Delivery(ctx context.Context, id string) (news.Delivery, []news.Attempt, error)
}

// WebhookDesk mends what goes wrong. It fails as a StoryDesk does. Endpoints
// are added on the command line only: one may be a program.
type WebhookDesk interface {
	// Ping sends a test and returns what came of it.
	Ping(ctx context.Context, endpoint int64) (news.Attempt, error)
	Enable(ctx context.Context, endpoint int64) error
	Disable(ctx context.Context, endpoint int64, why string) error
	// Rotate gives an endpoint a new secret and returns it, or its public key.
	Rotate(ctx context.Context, endpoint int64) (string, error)
	// Replay owes a settled delivery again, ReplaySince all since a time.
	Replay(ctx context.Context, delivery string) error
	ReplaySince(ctx context.Context, since time.Time, endpoint int64, expired bool) (int, error)
}

// Webhooks is what the page of webhooks and its part of the API are made from.
type Webhooks interface {
	WebhookLog
	WebhookDesk
}

// shownDeliveries is how many deliveries the page shows.
const shownDeliveries = 100

// webhooksContent is the content of the page of webhooks.
type webhooksContent struct {
	Endpoints  []publish.EndpointRecord
	Deliveries []deliveryRow
	Done       string
	Secret     string // shown this once
}

// deliveryRow is a delivery as the page shows it.
type deliveryRow struct {
	publish.DeliveryRecord
	When    *publish.Instant
	Next    *publish.Instant // nil: no attempt is to come
	Settled bool
	Trouble bool
}

func newDeliveryRow(d news.Delivery) deliveryRow {
	row := deliveryRow{DeliveryRecord: publish.Delivery(d), When: publish.NewInstant(d.Created),
		Settled: d.State == news.Delivered || d.State == news.Expired, Trouble: d.State == news.Expired || d.LastError != "" && d.State == news.Pending}
	if d.State == news.Pending {
		row.Next = publish.NewInstant(d.Due)
	}
	return row
}

// endpoints are the records of all endpoints. Paths may hold tokens: they are
// shown on the command line only.
func (h *handler) endpoints(ctx context.Context) ([]publish.EndpointRecord, error) {
	all, err := h.Webhooks.Endpoints(ctx)
	records := make([]publish.EndpointRecord, 0, len(all))
	for _, e := range all {
		records = append(records, publish.Endpoint(e).Public())
	}
	return records, err
}

// webhooks shows who is told what, and the last deliveries.
func (h *handler) webhooks(r *http.Request) (reply, error) {
	return h.webhooksPage(r, webhooksContent{})
}

func (h *handler) webhooksPage(r *http.Request, c webhooksContent) (reply, error) {
	if !who(r).Write { // who is told what is not for everybody
		return h.loginFirst("/webhooks"), nil
	}
	var err error
	if c.Endpoints, err = h.endpoints(r.Context()); err != nil {
		return reply{}, err
	}
	deliveries, err := h.Webhooks.Deliveries(r.Context(), 0, shownDeliveries)
	if err != nil {
		return reply{}, err
	}
	for _, d := range deliveries {
		c.Deliveries = append(c.Deliveries, newDeliveryRow(d))
	}
	return h.page(r, webhooksTemplate, frame{Title: "Webhooks", Here: "/webhooks", Content: c})
}

// deliveryContent is the content of the page of a delivery.
type deliveryContent struct {
	deliveryRow
	Tries []tryRow
}

type tryRow struct {
	publish.AttemptRecord
	When *publish.Instant
}

// delivery shows all attempts at a delivery.
func (h *handler) delivery(r *http.Request) (reply, error) {
	if !who(r).Write {
		return reply{}, news.ErrNotFound
	}
	d, attempts, err := h.Webhooks.Delivery(r.Context(), r.PathValue("delivery"))
	if err != nil {
		return reply{}, err
	}
	c := deliveryContent{deliveryRow: newDeliveryRow(d)}
	for _, a := range attempts {
		c.Tries = append(c.Tries, tryRow{publish.Attempt(a), publish.NewInstant(a.Started)})
	}
	return h.page(r, deliveryTemplate, frame{Title: "Delivery " + d.ID, Here: "/webhooks", Content: c})
}

// outcome is what came of something a person asked for.
type outcome struct {
	Done   string                 `json:"done"`
	Secret string                 `json:"secret,omitempty"` // shown this once
	Test   *publish.AttemptRecord `json:"test,omitempty"`
}

// told answers with an outcome: programs get it as JSON, people on the page.
func (h *handler) told(r *http.Request, o outcome, err error) (reply, error) {
	if err != nil {
		return reply{}, err
	}
	if forPrograms(r) {
		return private(o)
	}
	return h.webhooksPage(r, webhooksContent{Done: o.Done, Secret: o.Secret})
}

// tellEndpoint does to an endpoint what the address says.
func (h *handler) tellEndpoint(_ http.ResponseWriter, r *http.Request) (reply, error) {
	id, err := strconv.ParseInt(r.PathValue("endpoint"), 10, 64)
	if err != nil {
		return reply{}, news.ErrNotFound
	}
	ctx, o := r.Context(), outcome{}
	switch r.PathValue("verb") {
	case "test":
		o, err = h.test(ctx, id)
	case "enable":
		o.Done, err = "It is on again and gets what it is owed.", h.Webhooks.Enable(ctx, id)
	case "disable":
		o.Done, err = "It is off. What it is owed waits.", h.Webhooks.Disable(ctx, id, "switched off by hand")
	case "rotate":
		o.Done = "It has a new secret, which is shown this once. The old one signs too for a day."
		o.Secret, err = h.Webhooks.Rotate(ctx, id)
	default:
		err = news.ErrNotFound
	}
	return h.told(r, o, err)
}

func (h *handler) test(ctx context.Context, id int64) (outcome, error) {
	ping, err := h.Webhooks.Ping(ctx, id)
	if err != nil {
		return outcome{}, err
	}
	record := publish.Attempt(ping)
	if ping.Error != "" {
		return outcome{Done: "The test was not taken: " + ping.Error, Test: &record}, nil
	}
	return outcome{Done: fmt.Sprintf("The test was taken, in %d ms.", *record.Took), Test: &record}, nil
}

// replayOne owes a delivery again.
func (h *handler) replayOne(_ http.ResponseWriter, r *http.Request) (reply, error) {
	return h.told(r, outcome{Done: "It is sent again, under its id."}, h.Webhooks.Replay(r.Context(), r.PathValue("delivery")))
}

// replaySince owes all deliveries since a time again: the field "since" is
// RFC 3339 or a length of time before now, such as 24h; "endpoint" and
// "expired" narrow it.
func (h *handler) replaySince(_ http.ResponseWriter, r *http.Request) (reply, error) {
	q := r.URL.Query()
	if !forPrograms(r) {
		q = r.PostForm
	}
	since, err := time.Parse(time.RFC3339, q.Get("since"))
	if err != nil {
		ago, wrong := time.ParseDuration(q.Get("since"))
		if wrong != nil || ago < 0 {
			return reply{}, misuse(`"since" is a time such as 2026-03-06T11:30:00Z, or how long ago, such as 24h.`)
		}
		since = time.Now().Add(-ago)
	}
	endpoint, err := endpointOf(q)
	if err != nil {
		return reply{}, err
	}
	n, err := h.Webhooks.ReplaySince(r.Context(), since, endpoint, q.Get("expired") == "true")
	return h.told(r, outcome{Done: fmt.Sprintf("%d deliveries are sent again.", n)}, err)
}

// endpointOf reads which endpoint is meant, 0 for all.
func endpointOf(q url.Values) (int64, error) {
	s := q.Get("endpoint")
	if s == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, misuse(`"endpoint" is the id of one.`)
	}
	return id, nil
}

// The API of webhooks is for those who may write.
func (h *handler) apiWebhooks(r *http.Request) (reply, error) {
	if !who(r).Write {
		return reply{}, errNotYours
	}
	records, err := h.endpoints(r.Context())
	if err != nil {
		return reply{}, err
	}
	return private(map[string]any{"webhooks": records})
}

func (h *handler) apiDeliveries(r *http.Request) (reply, error) {
	if !who(r).Write {
		return reply{}, errNotYours
	}
	q := r.URL.Query()
	endpoint, err := endpointOf(q)
	if err != nil {
		return reply{}, err
	}
	limit, err := pageSize(q)
	if err != nil {
		return reply{}, err
	}
	deliveries, err := h.Webhooks.Deliveries(r.Context(), endpoint, limit)
	if err != nil {
		return reply{}, err
	}
	records := make([]publish.DeliveryRecord, 0, len(deliveries))
	for _, d := range deliveries {
		records = append(records, publish.Delivery(d))
	}
	return private(map[string]any{"deliveries": records})
}

func (h *handler) apiDelivery(r *http.Request) (reply, error) {
	if !who(r).Write {
		return reply{}, errNotYours
	}
	d, attempts, err := h.Webhooks.Delivery(r.Context(), r.PathValue("delivery"))
	if err != nil {
		return reply{}, err
	}
	return private(publish.NewDeliveryHistory(d, attempts))
}

var errNotYours = misuse("This is for those who may write: send a key that may, as a bearer token.")

// private answers with JSON that no cache may keep.
func private(v any) (reply, error) {
	out, err := document(v)
	out.Cache, out.Public = cacheNever, false
	return out, err
}
