package webhook

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"time"

	"github.com/storywire/storywire/news"
)

// memory is a Store that forgets everything.
type memory struct {
	mu         sync.Mutex
	deliveries []*news.Delivery
	attempts   []news.Attempt
	slow       map[int64]bool
	fail       error // of Exchange
}

func (m *memory) add(ds ...news.Delivery) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range ds {
		d.State = news.Pending
		m.deliveries = append(m.deliveries, &d)
	}
}

func (m *memory) find(id string) *news.Delivery {
	for _, d := range m.deliveries {
		if d.ID == id {
			return d
		}
	}
	return nil
}

func (m *memory) OweSilence(context.Context, time.Time) error { return nil }

func due(d *news.Delivery, now time.Time) bool {
	return d.State == news.Pending && !d.Due.After(now) && d.Endpoint.Disabled == "" && !d.Endpoint.Rest.After(now)
}

func (m *memory) DueEndpoints(_ context.Context, now time.Time) ([]news.DueEndpoint, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []news.DueEndpoint
	for _, d := range m.deliveries {
		known := slices.ContainsFunc(out, func(e news.DueEndpoint) bool { return e.ID == d.Endpoint.ID })
		if due(d, now) && !known {
			out = append(out, news.DueEndpoint{ID: d.Endpoint.ID, Slow: m.slow[d.Endpoint.ID]})
		}
	}
	slices.SortStableFunc(out, func(a, b news.DueEndpoint) int {
		if a.Slow == b.Slow {
			return 0
		} else if b.Slow {
			return -1
		}
		return 1
	})
	return out, nil
}

func (m *memory) Exchange(_ context.Context, t news.Turn) ([]news.Delivery, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return nil, m.fail
	}
	for _, a := range t.Done {
		m.finish(a)
	}
	var begun []news.Delivery
	for _, endpoint := range t.Begin {
		for _, d := range m.deliveries {
			if d.Endpoint.ID == endpoint && due(d, t.Now) {
				d.Attempts++
				d.Due = t.Retry
				begun = append(begun, *d)
				break
			}
		}
	}
	return begun, nil
}

func (m *memory) BeginPing(_ context.Context, endpoint int64, now, retry time.Time) (news.Delivery, error) {
	return news.Delivery{}, news.ErrNotFound
}

func (m *memory) finish(a news.Attempt) {
	if m.slow == nil {
		m.slow = map[int64]bool{}
	}
	m.slow[a.Endpoint] = a.Slow
	m.attempts = append(m.attempts, a)
	d := m.find(a.Delivery)
	if d == nil {
		return
	}
	d.State, d.Due, d.LastError = a.State, a.Due, a.Error
	for _, other := range m.deliveries {
		e := &other.Endpoint
		if e.ID != a.Endpoint {
			continue
		}
		switch {
		case a.Failed:
			e.Failures, e.Rest, e.Disabled = e.Failures+1, a.Rest, a.Disable
			if e.Failing.IsZero() {
				e.Failing = a.Started
			}
		case a.State == news.Delivered:
			e.Failures, e.Rest, e.Failing = 0, time.Time{}, time.Time{}
		}
	}
	if a.Failed {
		d.Failures++
	}
}

func (m *memory) NextDelivery(context.Context) (time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var next time.Time
	for _, d := range m.deliveries {
		at := d.Due
		if d.Endpoint.Rest.After(at) {
			at = d.Endpoint.Rest
		}
		if d.State == news.Pending && d.Endpoint.Disabled == "" && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next, nil
}

// handler answers requests without a socket, which a synctest bubble needs.
type handler func(http.ResponseWriter, *http.Request)

func (h handler) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

func client(h handler) *http.Client { return &http.Client{Transport: h} }

func revision() *news.Revision {
	return &news.Revision{
		Schema: 1,
		Story:  news.StoryHead{ID: "k3x9", Title: "Harbour bridge talks", URL: "http://127.0.0.1:8484/s/k3x9", Status: news.Developing},
		Revision: news.RevisionHead{Number: 3, Created: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), Label: news.Label(12),
			Articles: 12, Outlets: 7, Method: "extractive"},
		WhatsNew: []news.Statement{{Text: "The council agreed to a second vote.", Cites: []int{12}}},
		Sections: []news.Section{{Heading: "The vote", Sentences: []news.Statement{{Text: "The first vote failed.", Cites: []int{1}}}}},
		Sources:  []news.Source{{N: 1, Outlet: "Harbour Post", Title: "Vote fails", URL: "https://post.example/1", Basis: "feed"}},
		Timeline: []news.Event{{Date: "2026-03-04", Precision: news.Day, Label: "Mar 4, 2026", Kind: news.Occurred, Text: "First vote.", Cites: []int{1}}},
	}
}

func delivery(id string, endpoint int64, created time.Time) news.Delivery {
	return news.Delivery{
		ID: id, Event: news.StoryUpdated, Story: "k3x9", Revision: 3, Body: revision(), Created: created, Due: created,
		Endpoint: news.Endpoint{ID: endpoint, Format: news.Standard, URL: "http://receiver.example/hook/token123", Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
	}
}
