package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/storywire/storywire/daemon"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/storage"
	"github.com/storywire/storywire/webhook"
)

type webhooks struct {
	Add    webhookAdd    `cmd:"" help:"Send revisions to an address; prints the secret once."`
	List   webhookList   `cmd:"" help:"List endpoints."`
	Test   webhookTest   `cmd:"" help:"Send a ping to an endpoint."`
	Log    webhookLog    `cmd:"" help:"List the last deliveries."`
	Replay webhookReplay `cmd:"" help:"Send a delivery again."`
	Enable webhookEnable `cmd:"" help:"Switch an endpoint on again: it gets what it is owed."`
	Rotate webhookRotate `cmd:"" help:"Give an endpoint a new secret, and switch it on again."`
	Remove webhookRemove `cmd:"" help:"Take an endpoint out."`
}

type webhookAdd struct {
	URL      string `arg:"" help:"Address that takes the POST requests."`
	Story    string `help:"Only revisions of this story." placeholder:"ID"`
	Followed bool   `help:"Only revisions of followed stories."`
	JSON     bool   `help:"Print JSON."`
}

// endpointRecord is an endpoint as --json shows it. The secret is there only
// when it was just made.
type endpointRecord struct {
	ID       int64     `json:"id"`
	URL      string    `json:"url"`
	Secret   string    `json:"secret,omitempty"`
	Story    string    `json:"story,omitempty"`
	Followed bool      `json:"followed"`
	Created  time.Time `json:"created"`
	Disabled string    `json:"disabled,omitempty"`
}

func endpoint(e news.Endpoint, secret string) endpointRecord {
	return endpointRecord{ID: e.ID, URL: e.URL, Secret: secret, Story: e.Story, Followed: e.Followed, Created: e.Created.Truncate(time.Second), Disabled: e.Disabled}
}

// Run adds an endpoint.
func (w *webhookAdd) Run(ctx context.Context, a *app) error {
	u, err := url.Parse(w.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return misused("%q is not an address to send to: it begins with http:// or https://", w.URL)
	}
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		e, err := s.AddEndpoint(ctx, news.Endpoint{URL: w.URL, Secret: webhook.NewSecret(), Story: w.Story, Followed: w.Followed})
		if err != nil {
			return named(err, "story", w.Story, listStories)
		}
		if w.JSON {
			return a.json(endpoint(e, e.Secret))
		}
		fmt.Fprintf(a.talk, "endpoint %d; its secret is shown this once:\n", e.ID)
		_, err = fmt.Fprintln(a.out, e.Secret)
		return err
	})
}

type webhookList struct {
	JSON bool `help:"Print JSON."`
}

// Run lists endpoints.
func (w *webhookList) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		all, err := s.Endpoints(ctx)
		if err != nil {
			return err
		}
		records := []endpointRecord{}
		rows := [][]string{{"ID", "STATE", "STORIES", "URL"}}
		for _, e := range all {
			records = append(records, endpoint(e, ""))
			state, chosen := "on", "all"
			if e.Disabled != "" {
				state = "off: " + e.Disabled
			}
			if e.Followed {
				chosen = "followed"
			}
			if e.Story != "" {
				chosen = e.Story
			}
			rows = append(rows, []string{strconv.FormatInt(e.ID, 10), state, chosen, e.URL})
		}
		if w.JSON {
			return a.json(records)
		}
		return a.table(rows, `no webhooks yet: "storywire webhook add URL" adds one`)
	})
}

// endpointArg is the id of an endpoint on a command line.
type endpointArg struct {
	ID int64 `arg:"" help:"Id of the endpoint."`
}

func (e endpointArg) named(err error) error {
	return named(err, "endpoint", strconv.FormatInt(e.ID, 10), listEndpoints)
}

type webhookTest struct{ endpointArg }

// Run owes a ping and sends it at once.
func (w *webhookTest) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(c daemon.Config, s *storage.Store) error {
		id, err := s.Ping(ctx, w.ID)
		if err != nil {
			return w.named(err)
		}
		if err := daemon.Send(ctx, c, s, daemon.Options{Version: version, Log: daemon.NewLog(c.Log, a.talk)}); err != nil {
			return err
		}
		all, err := s.Deliveries(ctx, w.ID, 100)
		if err != nil {
			return err
		}
		for _, d := range all {
			if d.ID == id {
				return pinged(a, d)
			}
		}
		return fmt.Errorf("ping %s: %w", id, news.ErrNotFound)
	})
}

func pinged(a *app, d news.Delivery) error {
	if d.State == news.Delivered {
		_, err := fmt.Fprintf(a.out, "%s delivered\n", d.ID)
		return err
	}
	if d.Attempts == 0 {
		return errors.New("nothing was sent: the endpoint is off, or has older deliveries waiting")
	}
	return fmt.Errorf("ping %s was not taken: %s (it will be tried again)", d.ID, d.LastError)
}

type webhookLog struct {
	Endpoint int64 `help:"Only this endpoint's." placeholder:"ID"`
	Limit    int   `help:"At most so many." default:"50"`
	JSON     bool  `help:"Print JSON."`
}

// deliveryRecord is a delivery as --json shows it.
type deliveryRecord struct {
	ID        string             `json:"id"`
	Endpoint  int64              `json:"endpoint"`
	Event     string             `json:"event"`
	Story     string             `json:"story,omitempty"`
	Revision  int                `json:"revision,omitempty"`
	Created   time.Time          `json:"created"`
	Due       time.Time          `json:"due"`
	Attempts  int                `json:"attempts"`
	State     news.DeliveryState `json:"state"`
	LastError string             `json:"last_error,omitempty"`
}

// Run lists deliveries, newest first.
func (w *webhookLog) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		all, err := s.Deliveries(ctx, w.Endpoint, w.Limit)
		if err != nil {
			return err
		}
		records := []deliveryRecord{}
		rows := [][]string{{"ID", "ENDPOINT", "EVENT", "STORY", "REVISION", "CREATED", "ATTEMPTS", "STATE", "ERROR"}}
		for _, d := range all {
			records = append(records, deliveryRecord{ID: d.ID, Endpoint: d.Endpoint.ID, Event: d.Event, Story: d.Story, Revision: d.Revision,
				Created: d.Created, Due: d.Due, Attempts: d.Attempts, State: d.State, LastError: d.LastError})
			rows = append(rows, []string{d.ID, strconv.FormatInt(d.Endpoint.ID, 10), d.Event, d.Story, strconv.Itoa(d.Revision),
				clock(d.Created), strconv.Itoa(d.Attempts), string(d.State), d.LastError})
		}
		if w.JSON {
			return a.json(records)
		}
		return a.table(rows, "no deliveries yet")
	})
}

type webhookReplay struct {
	Delivery string `arg:"" help:"Id of the delivery (msg_…)."`
}

// Run owes a delivery again, under its id.
func (w *webhookReplay) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		return named(s.Replay(ctx, w.Delivery), "finished delivery", w.Delivery, `"storywire webhook log" shows them`)
	})
}

type webhookRotate struct {
	endpointArg
	JSON bool `help:"Print JSON."`
}

// Run makes a new secret and prints it once.
func (w *webhookRotate) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		secret := webhook.NewSecret()
		if err := s.RotateSecret(ctx, w.ID, secret); err != nil {
			return w.named(err)
		}
		if w.JSON {
			return a.json(map[string]any{"id": w.ID, "secret": secret})
		}
		_, err := fmt.Fprintln(a.out, secret)
		return err
	})
}

type webhookEnable struct{ endpointArg }

// Run switches an endpoint on again.
func (w *webhookEnable) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		return w.named(s.Enable(ctx, w.ID))
	})
}

type webhookRemove struct{ endpointArg }

// Run takes an endpoint out.
func (w *webhookRemove) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		return w.named(s.RemoveEndpoint(ctx, w.ID))
	})
}
