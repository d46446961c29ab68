package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/storywire/storywire/daemon"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
	"github.com/storywire/storywire/storage"
)

const listDeliveries = `"storywire webhook log" shows them`

type webhookLog struct {
	Delivery string `arg:"" optional:"" help:"Id of a delivery (msg_…): show all attempts at it."`
	Endpoint int64  `help:"Only this endpoint's." placeholder:"ID"`
	Limit    int    `help:"At most so many." default:"50"`
	JSON     bool   `help:"Print JSON."`
}

// Run lists deliveries, newest first, or the attempts at one, oldest first.
func (w *webhookLog) Run(ctx context.Context, a *app) error {
	if w.Limit < 1 {
		return misused("--limit: at least 1 delivery")
	}
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		if w.Delivery != "" {
			return w.attempts(ctx, a, s)
		}
		all, err := s.Deliveries(ctx, w.Endpoint, w.Limit)
		if err != nil {
			return err
		}
		records := []publish.DeliveryRecord{}
		rows := [][]string{{"ID", "ENDPOINT", "EVENT", "STORY", "REVISION", "CREATED", "ATTEMPTS", "STATE", "ERROR"}}
		for _, d := range all {
			records = append(records, publish.Delivery(d))
			rows = append(rows, []string{d.ID, strconv.FormatInt(d.Endpoint.ID, 10), d.Event, d.Story, strconv.Itoa(d.Revision),
				clock(d.Created), strconv.Itoa(d.Attempts), string(d.State), d.LastError})
		}
		if w.JSON {
			return a.json(records)
		}
		return a.table(rows, "no deliveries yet")
	})
}

func (w *webhookLog) attempts(ctx context.Context, a *app, s *storage.Store) error {
	d, attempts, err := s.Delivery(ctx, w.Delivery)
	if err != nil {
		return named(err, "delivery", w.Delivery, listDeliveries)
	}
	history := publish.NewDeliveryHistory(d, attempts)
	if w.JSON {
		return a.json(history)
	}
	rows := [][]string{{"ATTEMPT", "STARTED", "TOOK", "STATUS", "ERROR", "ANSWER"}}
	for _, r := range history.Tries {
		took := "not known"
		if r.Took != nil {
			took = (time.Duration(*r.Took) * time.Millisecond).String()
		}
		rows = append(rows, []string{strconv.Itoa(r.Number), clock(r.Started), took, strconv.Itoa(r.Status), r.Error, r.Response})
	}
	if d.State == news.Pending {
		fmt.Fprintf(a.talk, "%s to endpoint %d: pending, due %s\n", d.Event, d.Endpoint.ID, clock(d.Due))
	} else {
		fmt.Fprintf(a.talk, "%s to endpoint %d: %s\n", d.Event, d.Endpoint.ID, d.State)
	}
	return a.table(rows, "no attempts yet")
}

type webhookReplay struct {
	Delivery string `arg:"" optional:"" help:"Id of the delivery (msg_…)."`
	Since    string `help:"All since then: 2h, 3d, 2026-03-04 or 2026-03-04T15:04:05Z." placeholder:"TIME"`
	Endpoint int64  `help:"With --since: only this endpoint's." placeholder:"ID"`
	Expired  bool   `help:"With --since: only what never arrived."`
}

// Run owes deliveries again, under their ids.
func (w *webhookReplay) Run(ctx context.Context, a *app) error {
	if (w.Delivery == "") == (w.Since == "") {
		return misused("name a delivery, or a time with --since")
	}
	since, err := moment(w.Since, time.Now())
	if err != nil {
		return &misuse{err}
	}
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		if w.Delivery != "" {
			return named(s.Replay(ctx, w.Delivery), "finished delivery", w.Delivery, listDeliveries)
		}
		n, err := s.ReplaySince(ctx, since, w.Endpoint, w.Expired)
		if err == nil {
			fmt.Fprintf(a.talk, "%d deliveries are sent again\n", n)
		}
		return err
	})
}

// moment is a point in time as a person gives it: a length of time before now,
// a day, or a time.
func moment(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return now, nil
	}
	var ago daemon.Duration
	if err := ago.UnmarshalText([]byte(s)); err == nil {
		return now.Add(-ago.D()), nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, s, now.Location())
	if err != nil {
		return t, fmt.Errorf("%q is no time: write it as 2h, 3d, 2026-03-04 or 2026-03-04T15:04:05Z", s)
	}
	return t, nil
}
