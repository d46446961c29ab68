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
	failFinish error
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

func (m *memory) DueDeliveries(_ context.Context, now time.Time, limit int) ([]news.Delivery, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []news.Delivery
	for _, d := range m.deliveries {
		taken := slices.ContainsFunc(out, func(o news.Delivery) bool { return o.Endpoint.ID == d.Endpoint.ID })
		if d.State == news.Pending && !d.Due.After(now) && d.Endpoint.Disabled == "" && !taken && len(out) < limit {
			out = append(out, *d)
		}
	}
	return out, nil
}

func (m *memory) BeginAttempt(_ context.Context, delivery string, at, retry time.Time) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d := m.find(delivery)
	if d == nil {
		return 0, news.ErrNotFound
	}
	d.Attempts++
	d.Due = retry
	return d.Attempts, nil
}

func (m *memory) FinishAttempt(_ context.Context, a news.Attempt) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failFinish != nil {
		return m.failFinish
	}
	d := m.find(a.Delivery)
	d.State, d.Due, d.LastError = a.State, a.Due, a.Error
	for _, other := range m.deliveries {
		if a.Disable != "" && other.Endpoint.ID == d.Endpoint.ID {
			other.Endpoint.Disabled = a.Disable
		}
	}
	m.attempts = append(m.attempts, a)
	return nil
}

func (m *memory) NextDelivery(context.Context) (time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var next time.Time
	for _, d := range m.deliveries {
		if d.State == news.Pending && d.Endpoint.Disabled == "" && (next.IsZero() || d.Due.Before(next)) {
			next = d.Due
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
		ID: id, Event: "story.updated", Story: "k3x9", Revision: 3, Body: revision(), Created: created, Due: created,
		Endpoint: news.Endpoint{ID: endpoint, URL: "http://receiver.example/hook/token123", Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
	}
}
