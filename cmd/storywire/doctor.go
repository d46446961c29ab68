package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/storywire/storywire/daemon"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
	"github.com/storywire/storywire/storage"
)

type doctor struct {
	JSON bool `help:"Print JSON."`
}

// diagnosis is what the doctor found, as --json shows it.
type diagnosis struct {
	Database string         `json:"database"`
	Counts   storage.Counts `json:"counts"`
	// Pages says why articles' pages could not be read: no fault of ours.
	Pages    []storage.PageTrouble `json:"pages,omitempty"`
	Problems []string              `json:"problems"`
}

// little is so much room on a disk, in bytes, that a day's articles may fill it.
const little = 32 << 20

// Run looks for what is wrong. It fails if it found anything.
func (d *doctor) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(c daemon.Config, s *storage.Store) error {
		found := diagnosis{Database: filepath.Clean(c.Database)}
		var err error
		if found.Counts, err = s.Counts(ctx); err != nil {
			return err
		}
		if found.Problems, err = problems(ctx, s, found.Counts); err != nil {
			return err
		}
		if free, err := daemon.Free(filepath.Dir(c.Database)); err == nil && free < little {
			found.Problems = append(found.Problems, fmt.Sprintf("the disk of the database has %d MB left: make room before nothing can be stored", free>>20))
		}
		if found.Pages, err = s.PageTroubles(ctx, 10); err != nil {
			return err
		}
		if err := found.print(a, d.JSON); err != nil {
			return err
		}
		if n := len(found.Problems); n > 0 {
			return fmt.Errorf("problems found: %d", n)
		}
		return nil
	})
}

func problems(ctx context.Context, s *storage.Store, c storage.Counts) ([]string, error) {
	all := []string{}
	damage, err := s.Check(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range damage {
		all = append(all, "the database is damaged: "+d+`: restore a copy made by "storywire backup"`)
	}
	if c.Feeds == 0 {
		all = append(all, `no feeds are polled: "storywire feed add URL" or "storywire feed import FILE" adds some`)
	}
	feeds, err := s.Feeds(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range feeds {
		if f.LastError != "" {
			all = append(all, fmt.Sprintf("feed %s (%s), %d times in a row: %s", publish.PolledFeed(f).URL, f.State, f.Failures, f.LastError))
		}
		if f.PushError != "" {
			all = append(all, fmt.Sprintf("feed %s is polled only, since its hub brings nothing: %s", publish.PolledFeed(f).URL, f.PushError))
		}
	}
	endpoints, err := s.Endpoints(ctx)
	for _, e := range endpoints {
		if e.Disabled != "" {
			all = append(all, fmt.Sprintf(`webhook %d is off: %s: "storywire webhook enable %d" switches it on`, e.ID, e.Disabled, e.ID))
		}
	}
	return all, err
}

func (d diagnosis) print(a *app, asJSON bool) error {
	if asJSON {
		return a.json(d)
	}
	c := d.Counts
	fmt.Fprintf(a.out, "database   %s\nfeeds      %d polled, %d failing\narticles   %d, %d not tracked yet\n", d.Database, c.Feeds, c.Failing, c.Articles, c.Untracked)
	if c.Pages+c.Unread > 0 {
		fmt.Fprintf(a.out, "pages      %d to be read for their full text, %d could not be\n", c.Pages, c.Unread)
	}
	for _, t := range d.Pages {
		fmt.Fprintf(a.out, "           %d of %s: %s\n", t.Pages, plain(publish.PolledFeed(news.Feed{URL: t.Feed}).URL), plain(t.Reason))
	}
	fmt.Fprintf(a.out, "stories    %d, %d of them followed, %d due\nrevisions  %d\nwebhooks   %d deliveries pending, %d expired\n",
		c.Stories, c.Followed, c.Due, c.Revisions, c.Pending, c.Expired)
	if c.Calls > 0 {
		fmt.Fprintf(a.out, "model      asked %d times in 24 hours, %d answers, %d tokens\n", c.Calls, c.Answers, c.Tokens)
	}
	if len(d.Problems) > 0 {
		fmt.Fprintln(a.out)
		for _, problem := range d.Problems {
			fmt.Fprintln(a.out, plain(problem))
		}
	}
	return nil
}
