package main

import (
	"context"
	"fmt"

	"github.com/storywire/storywire/eval"
)

type evaluate struct {
	What   string `arg:"" optional:"" help:"track, follow, timeline, summary, updates or audit (do the citations hold?); all if left out." enum:",track,follow,timeline,summary,updates,audit" default:""`
	Sample int    `help:"With audit: print so many texts with the passages behind them, to be read." placeholder:"N"`
	All    bool   `help:"With follow: follow all stories of three articles or more, not twenty of a set; takes a minute."`
	Fit    bool   `help:"With track: learn the weights of tracking anew, and print them and what they reach; takes minutes."`
	Data   string `help:"Folder with the gold data." type:"path" default:"../shared/data" placeholder:"DIR"`
}

// Run prints figures on gold data.
func (e *evaluate) Run(ctx context.Context, a *app) error {
	if e.Fit {
		return e.fit(ctx, a)
	}
	for _, m := range []struct {
		name    string
		measure func(context.Context, string) (fmt.Stringer, error)
	}{
		{"track", func(ctx context.Context, dir string) (fmt.Stringer, error) { return eval.Track(ctx, dir) }},
		{"follow", func(ctx context.Context, dir string) (fmt.Stringer, error) { return eval.TrackFollow(ctx, dir, e.All) }},
		{"timeline", func(ctx context.Context, dir string) (fmt.Stringer, error) { return eval.Timeline(ctx, dir) }},
		{"summary", func(ctx context.Context, dir string) (fmt.Stringer, error) { return eval.Summary(ctx, dir) }},
		{"updates", func(ctx context.Context, dir string) (fmt.Stringer, error) { return eval.WhatsNew(ctx, dir) }},
		{"audit", func(ctx context.Context, dir string) (fmt.Stringer, error) { return eval.Audit(ctx, dir, e.Sample) }},
	} {
		if e.What != "" && e.What != m.name {
			continue
		}
		report, err := m.measure(ctx, e.Data)
		if err != nil {
			return fmt.Errorf("%w (--data names the folder with the gold data)", err)
		}
		if _, err := fmt.Fprintln(a.out, report); err != nil {
			return err
		}
	}
	return nil
}

// fit prints learned weights; it talks about its progress, since it takes long.
func (e *evaluate) fit(ctx context.Context, a *app) error {
	if e.What != "track" {
		return misused("--fit goes with track")
	}
	report, err := eval.Fit(ctx, e.Data, func(line string) { fmt.Fprintln(a.talk, line) })
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.out, report)
	return err
}
