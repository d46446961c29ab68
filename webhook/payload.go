package webhook

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// maxPayload is the size in bytes a payload is kept under, as Standard
// Webhooks recommends.
const maxPayload = 20_000

// envelope is the payload around every event.
type envelope struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"` // of the event, equal over all attempts
	Data      any       `json:"data"`
}

// excerpt stands in for a revision too large to send: what is new, and where
// the whole is.
type excerpt struct {
	Schema    int               `json:"schema"`
	Truncated bool              `json:"truncated"` // always true
	URL       string            `json:"url"`       // of the whole revision
	Story     news.StoryHead    `json:"story"`
	Revision  news.RevisionHead `json:"revision"`
	WhatsNew  []news.Statement  `json:"whats_new"` // as many as there is room for
}

// payload renders a delivery: the whole revision where it fits, else an
// excerpt of it. A ping carries no data.
func payload(d news.Delivery, fill func(news.Revision) news.Revision) ([]byte, error) {
	e := envelope{Type: d.Event, Timestamp: d.Created.UTC(), Data: struct{}{}}
	if d.Body == nil {
		return json.Marshal(e)
	}
	r := fill(*d.Body)
	e.Data = r
	body, err := json.Marshal(e)
	if err != nil || len(body) < maxPayload {
		return body, err
	}
	e.Data, err = cut(e, r)
	if err != nil {
		return nil, err
	}
	return json.Marshal(e)
}

// cut returns an excerpt of r that leaves the payload under its limit.
func cut(e envelope, r news.Revision) (excerpt, error) {
	x := excerpt{Schema: r.Schema, Truncated: true, URL: revisionURL(r), Story: r.Story, Revision: r.Revision, WhatsNew: []news.Statement{}}
	e.Data = x
	head, err := json.Marshal(e)
	if err != nil {
		return x, err
	}
	room := maxPayload - len(head)
	if room <= 0 {
		return x, fmt.Errorf("the head of story %s alone is over %d bytes", r.Story.ID, maxPayload)
	}
	for _, s := range r.WhatsNew {
		b, err := json.Marshal(s)
		if room -= len(b) + len(","); err != nil || room <= 0 {
			return x, err
		}
		x.WhatsNew = append(x.WhatsNew, s)
	}
	return x, nil
}

// revisionURL is the address of a revision, below its story's.
func revisionURL(r news.Revision) string {
	return fmt.Sprintf("%s/r/%d", strings.TrimSuffix(r.Story.URL, "/"), r.Revision.Number)
}
