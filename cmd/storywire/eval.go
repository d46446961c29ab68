package main

import (
	"context"
	"fmt"

	"github.com/storywire/storywire/eval"
)

type evaluate struct {
	What string `arg:"" optional:"" help:"track, timeline or summary; all if left out." enum:",track,timeline,summary" default:""`
	Data string `help:"Folder with the gold data." type:"path" default:"../shared/data" placeholder:"DIR"`
}

// Run prints figures on gold data.
func (e *evaluate) Run(ctx context.Context, a *app) error {
	for _, m := range []struct {
		name    string
		measure func(context.Context, string) (fmt.Stringer, error)
	}{
		{"track", func(ctx context.Context, dir string) (fmt.Stringer, error) { return eval.Track(ctx, dir) }},
		{"timeline", func(ctx context.Context, dir string) (fmt.Stringer, error) { return eval.Timeline(ctx, dir) }},
		{"summary", func(ctx context.Context, dir string) (fmt.Stringer, error) { return eval.Summary(ctx, dir) }},
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
