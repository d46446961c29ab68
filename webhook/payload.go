package webhook

import (
	"encoding/json"
	"fmt"
	"net/url"
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

// digest lists the stories updated since the last one.
type digest struct {
	Schema  int       `json:"schema"`
	Stories []updated `json:"stories"`
	Left    int       `json:"left_out"` // stories there was no room for
}

// updated is a story in a digest.
type updated struct {
	URL      string            `json:"url"` // of the revision
	Story    news.StoryHead    `json:"story"`
	Revision news.RevisionHead `json:"revision"`
	WhatsNew []news.Statement  `json:"whats_new"` // as many as there is room for
}

// payload renders a delivery in the standard format: a revision whole where it
// fits, else an excerpt of it. A ping carries no data.
func payload(d news.Delivery, fill func(news.Revision) news.Revision) ([]byte, error) {
	e := envelope{Type: d.Event, Timestamp: d.Created.UTC(), Data: struct{}{}}
	switch {
	case d.Body != nil:
		return revisionPayload(e, fill(*d.Body))
	case d.Event == news.Digest:
		return digestPayload(e, d.Digest, fill)
	case d.Happening != nil:
		e.Data = filled(*d.Happening, fill)
	}
	return json.Marshal(e)
}

func revisionPayload(e envelope, r news.Revision) ([]byte, error) {
	e.Data = r
	body, err := json.Marshal(e)
	if err != nil || len(body) < maxPayload {
		return body, err
	}
	x := excerpt{Schema: r.Schema, Truncated: true, URL: revisionURL(r), Story: r.Story, Revision: r.Revision, WhatsNew: []news.Statement{}}
	e.Data = x
	head, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	room := maxPayload - len(head)
	if room <= 0 {
		return nil, fmt.Errorf("the head of story %s alone is over %d bytes", r.Story.ID, maxPayload)
	}
	if x.WhatsNew, _, err = fitting(r.WhatsNew, room); err != nil {
		return nil, err
	}
	e.Data = x
	return json.Marshal(e)
}

// digestPayload shares the room among the stories: each gives as many of its
// sentences as fit in its share, and the last are left out if even so there
// is none for them.
func digestPayload(e envelope, revisions []news.Revision, fill func(news.Revision) news.Revision) ([]byte, error) {
	x := digest{Schema: 1, Stories: []updated{}}
	const frame = 200 // bytes around the stories
	room := maxPayload - frame
	share := room / max(len(revisions), 1)
	for i, r := range revisions {
		r = fill(r)
		u := updated{URL: revisionURL(r), Story: r.Story, Revision: r.Revision, WhatsNew: []news.Statement{}}
		head, err := json.Marshal(u)
		if err != nil {
			return nil, err
		}
		if room -= len(head) + len(","); room <= 0 {
			x.Left = len(revisions) - i
			break
		}
		var size int
		if u.WhatsNew, size, err = fitting(r.WhatsNew, min(share-len(head), room)); err != nil {
			return nil, err
		}
		room -= size
		x.Stories = append(x.Stories, u)
	}
	e.Data = x
	return json.Marshal(e)
}

// fitting returns the first of the items that fit in a list of so many bytes,
// and the bytes they take.
func fitting[T any](items []T, room int) (fit []T, size int, err error) {
	fit = []T{}
	for _, item := range items {
		b, err := json.Marshal(item)
		if err != nil || size+len(b)+len(",") >= room {
			return fit, size, err
		}
		size += len(b) + len(",")
		fit = append(fit, item)
	}
	return fit, size, nil
}

// filled puts the addresses into what an event tells that are not stored, and
// takes the password off a feed's.
func filled(h news.Happening, fill func(news.Revision) news.Revision) news.Happening {
	for _, head := range []**news.StoryHead{&h.Story, &h.Into} {
		if *head != nil {
			story := fill(news.Revision{Story: **head}).Story
			*head = &story
		}
	}
	if h.Feed != nil {
		feed := *h.Feed
		if u, err := url.Parse(feed.URL); err == nil {
			u.User = nil
			feed.URL = u.String()
		}
		h.Feed = &feed
	}
	return h
}

// revisionURL is the address of a revision, below its story's.
func revisionURL(r news.Revision) string {
	return fmt.Sprintf("%s/r/%d", strings.TrimSuffix(r.Story.URL, "/"), r.Revision.Number)
}
