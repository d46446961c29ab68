package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/storywire/storywire/daemon"
	"github.com/storywire/storywire/feed"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
	"github.com/storywire/storywire/storage"
)

type feeds struct {
	List   feedList   `cmd:"" help:"List feeds and how they are."`
	Add    feedAdd    `cmd:"" help:"Subscribe to a feed."`
	Remove feedRemove `cmd:"" help:"Stop polling a feed; its articles stay."`
	Check  feedCheck  `cmd:"" help:"Say what we make of a feed."`
	Import feedImport `cmd:"" help:"Subscribe to the feeds of an OPML file."`
	Export feedExport `cmd:"" help:"Print the subscriptions as OPML."`
}

type feedList struct {
	JSON bool `help:"Print JSON."`
}

// Run lists the feeds.
func (l *feedList) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		all, err := s.Feeds(ctx)
		if err != nil {
			return err
		}
		records := []publish.FeedRecord{}
		rows := [][]string{{"TITLE", "STATE", "A WEEK", "LAST SUCCESS", "NEXT POLL", "WHY THEN", "URL", "TO DO"}}
		for _, f := range all {
			record, health := publish.PolledFeed(f), publish.HealthOf(f, time.Now())
			records = append(records, record)
			state, next := health.State, clock(f.NextFetch)
			if health.Reason != "" {
				state += ": " + health.Reason
			}
			if f.State != news.FeedActive {
				next = "-"
			}
			rows = append(rows, []string{f.Title, state, publish.Rate(f.Weekly), clock(f.LastSuccess), next, f.Why, record.URL, health.Advice})
		}
		if l.JSON {
			return a.json(records)
		}
		return a.table(rows, `no feeds yet: "storywire feed add URL" or "storywire feed import FILE" adds some`)
	})
}

// clock is a time as a list shows it, in the person's time zone.
func clock(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Local().Format("2006-01-02 15:04")
}

type feedAdd struct {
	URL      string   `arg:"" help:"Address of the feed."`
	Title    string   `help:"Name for its outlet; the feed's own if left out." placeholder:"NAME"`
	Category []string `help:"Category; may be repeated." placeholder:"C"`
	FullText *bool    `negatable:"" help:"Read the pages of its articles, where the feed gives a part of their text only."`
}

// Run subscribes to a feed.
func (f *feedAdd) Run(ctx context.Context, a *app) error {
	u, err := url.Parse(f.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return misused("%q is not the address of a feed: it begins with http:// or https://", f.URL)
	}
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		added, err := s.AddFeed(ctx, news.Subscription{URL: f.URL, Title: f.Title, Categories: slugs(f.Category), FullText: f.FullText})
		if err == nil && !added {
			fmt.Fprintln(a.talk, "this feed was there already; its title and categories are brought up to date")
		}
		return err
	})
}

func slugs(names []string) []string {
	var all []string
	for _, name := range names {
		if slug := feed.Slug(name); slug != "" {
			all = append(all, slug)
		}
	}
	return all
}

type feedRemove struct {
	URL string `arg:"" help:"Address of the feed."`
}

// Run stops polling a feed.
func (f *feedRemove) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		err := s.RemoveFeed(ctx, f.URL)
		if !errors.Is(err, news.ErrNotFound) {
			return err
		}
		all, wrong := s.Feeds(ctx)
		if wrong != nil {
			return wrong
		}
		for _, known := range all {
			if publish.PolledFeed(known).URL == f.URL { // as the list shows it, without its password
				return s.RemoveFeed(ctx, known.URL)
			}
		}
		return named(err, "feed", f.URL, listFeeds)
	})
}

type feedCheck struct {
	Source string `arg:"" help:"File or address of the feed."`
	JSON   bool   `help:"Print all of it as JSON."`
}

// Run parses a feed as polling would and prints the result.
func (f *feedCheck) Run(ctx context.Context, a *app) error {
	if err := f.subscribed(ctx, a); err != nil {
		fmt.Fprintln(a.talk, err) // what the feed is worth does not hang on it
	}
	// A document may be long, and is read once: its garbage is not to add up.
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	check, err := f.check(ctx, a)
	if err != nil {
		return err
	}
	if f.JSON && len(check.Entries) > 0 {
		return a.printCheck(check)
	}
	if f.JSON {
		return a.json(check)
	}
	fmt.Fprintf(a.out, "%s\n%s, %s, %d entries\n", plain(check.Title), check.Format, orUnknown(check.Language), len(check.Entries))
	for _, entry := range check.Entries {
		published := "no date"
		if entry.Published != nil {
			published = entry.Published.Format("2006-01-02 15:04")
		}
		fmt.Fprintf(a.out, "  %s  %s\n", published, plain(entry.Title))
	}
	for _, problem := range check.Problems {
		fmt.Fprintln(a.out, "problem:", plain(problem))
	}
	for _, line := range check.Polling {
		fmt.Fprintln(a.out, "polling:", plain(line))
	}
	return nil
}

// subscribed tells on the talk side how a feed is that is subscribed to. It
// makes no database where there is none.
func (f *feedCheck) subscribed(ctx context.Context, a *app) error {
	c, err := a.load()
	if err != nil {
		return err
	}
	if _, err := os.Stat(c.Database); err != nil {
		return nil
	}
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		known, err := s.FindFeed(ctx, f.Source)
		if errors.Is(err, news.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		health := publish.HealthOf(known, time.Now())
		fmt.Fprintf(a.talk, "subscribed: %s; last success %s, next poll %s (%s)\n", health.State, clock(known.LastSuccess), clock(known.NextFetch), plain(known.Why))
		if health.Reason != "" {
			fmt.Fprintln(a.talk, "why it fails:", plain(health.Reason))
		}
		if health.Advice != "" {
			fmt.Fprintln(a.talk, "to do:", plain(health.Advice))
		}
		return nil
	})
}

// printCheck prints all of it, entry after entry: to encode the whole at once
// takes several times its size.
func (a *app) printCheck(c feed.Check) error {
	entries := c.Entries
	c.Entries = nil
	var b strings.Builder
	if err := encode(&b, c, ""); err != nil {
		return err
	}
	before, after, _ := strings.Cut(b.String(), `"entries": null`)
	fmt.Fprint(a.out, before, `"entries": [`)
	for i, e := range entries {
		b.Reset()
		if err := encode(&b, e, "    "); err != nil {
			return err
		}
		if i > 0 {
			fmt.Fprint(a.out, ",")
		}
		fmt.Fprint(a.out, "\n    ", strings.TrimSuffix(b.String(), "\n"))
	}
	_, err := fmt.Fprint(a.out, "\n  ]", after)
	return err
}

func orUnknown(language string) string {
	if language == "" {
		return "language unknown"
	}
	return language
}

func (f *feedCheck) check(ctx context.Context, a *app) (feed.Check, error) {
	c, err := a.load()
	if err != nil {
		return feed.Check{}, err
	}
	if !strings.HasPrefix(f.Source, "http://") && !strings.HasPrefix(f.Source, "https://") {
		if _, err := os.Stat(f.Source); errors.Is(err, os.ErrNotExist) {
			return feed.Check{}, fmt.Errorf("there is no file %s; an address begins with http:// or https://", f.Source)
		}
		return feed.CheckFile(f.Source, c.Poll.MaxBody, f.JSON)
	}
	poller, err := daemon.NewPoller(c, nil, daemon.Options{Version: version})
	if err != nil {
		return feed.Check{}, err
	}
	return poller.CheckURL(ctx, f.Source, f.JSON)
}

type feedImport struct {
	File string `arg:"" help:"OPML file; - for standard input."`
}

// Run subscribes to every feed of an OPML file.
func (f *feedImport) Run(ctx context.Context, a *app) error {
	in, err := openInput(f.File)
	if err != nil {
		return err
	}
	defer in.Close()
	subs, err := feed.ReadOPML(in)
	if err != nil {
		return fmt.Errorf("%s: %w", f.File, err)
	}
	if len(subs) == 0 {
		return fmt.Errorf("%s names no feeds: each is an <outline> with an xmlUrl", f.File)
	}
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		added, err := daemon.Desk{Store: s}.Subscribe(ctx, subs)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(a.talk, "%d feeds added, %d were there already\n", added, len(subs)-added)
		return err
	})
}

type feedExport struct{}

// Run prints the subscriptions as OPML.
func (*feedExport) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		return daemon.Desk{Store: s}.Export(ctx, a.out)
	})
}
