package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/storywire/storywire/daemon"
	"github.com/storywire/storywire/demo"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
	"github.com/storywire/storywire/storage"
)

type demoRun struct {
	Listen string        `help:"Address to serve on; port 0 picks a free one." default:"127.0.0.1:8484" placeholder:"HOST:PORT"`
	Span   time.Duration `help:"Time in which the sample's five weeks pass." default:"90s"`
	Once   bool          `help:"Run the sample through, print every revision, and exit."`
}

// rounds is how often --once polls while the sample passes.
const rounds = 60

// Run serves the sample newsroom and runs the daemon on it.
func (d *demoRun) Run(ctx context.Context, a *app) (err error) {
	if err := demoConfig("demo.db", d.Listen).Validate(); err != nil {
		return &misuse{err}
	}
	dir, remove, err := temporary()
	if err != nil {
		return err
	}
	defer remove()
	ctx, stop := context.WithCancel(ctx)
	var serving sync.WaitGroup
	defer serving.Wait()
	defer stop()

	var elapsed atomic.Int64
	options := demo.Options{Span: d.Span}
	if d.Once {
		options.Elapsed = func() time.Duration { return time.Duration(elapsed.Load()) }
	}
	newsroom, err := demo.New(options)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	serving.Go(func() {
		if err := newsroom.Serve(ctx, listener); err != nil {
			fmt.Fprintln(a.talk, err)
		}
	})

	c := demoConfig(filepath.Join(dir, "demo.db"), d.Listen)
	if err := prepare(ctx, c, newsroom.Feeds("http://"+listener.Addr().String())); err != nil {
		return err
	}
	if d.Once {
		c.Story.Settle = 0
		return d.once(ctx, a, c, func(round int) { elapsed.Store(int64(d.Span) * int64(round) / rounds) })
	}
	return daemon.Run(ctx, c, daemon.Options{Version: version, Log: daemon.NewLog(c.Log, a.talk), Ready: func(url string) {
		config, err := tryOn(c, url)
		if err != nil {
			fmt.Fprintln(a.talk, err)
		}
		fmt.Fprintf(a.out, `%s
The sample newsroom's five weeks pass in %v; stories appear and grow on the page above. One is followed, %q.
Subscribe in a feed reader to all of them:  %sfeed.atom
or to one: the links are on each story's page. What is polled, and how it is:  %sfeeds
Other commands work on the demo when told so, such as:  storywire --config %s story list
Interrupt (Ctrl-C) to stop; the demo leaves nothing behind.
`, url, d.Span, affair().Words, url, url, config)
	}})
}

// demoConfig polls and revises within seconds, and lets no story go quiet: the
// sample's dates stay as they are while the real ones move on.
func demoConfig(database, listen string) daemon.Config {
	c := daemon.DefaultConfig()
	c.Database, c.Listen, c.Feeds, c.BaseURL = database, listen, "", ""
	c.Poll.MinInterval, c.Poll.Interval, c.Poll.MaxInterval = 0, daemon.Duration(time.Second), daemon.Duration(time.Second)
	c.Story.Settle, c.Story.MinInterval = daemon.Duration(2*time.Second), 0
	c.Story.QuietAfter, c.Story.EndedAfter = 0, 0
	c.Log.Level = "warn"
	return c
}

// affair is the story the demo follows: the sample's longest.
func affair() news.Query {
	return news.Query{Words: "Sarn Strait talks"}
}

// prepare does what a person does first: subscribes to feeds and follows a
// story.
func prepare(ctx context.Context, c daemon.Config, subs []news.Subscription) (err error) {
	s, err := daemon.Open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for _, sub := range subs {
		if _, err := s.AddFeed(ctx, sub); err != nil {
			return err
		}
	}
	_, err = s.Follow(ctx, affair())
	return err
}

// tryOn writes a configuration with which other commands find the demo's
// database.
func tryOn(c daemon.Config, url string) (path string, err error) {
	path = filepath.Join(filepath.Dir(c.Database), "demo.toml")
	return path, os.WriteFile(path, fmt.Appendf(nil, "database = %q\nbase_url = %q\nfeeds = \"\"\n", c.Database, strings.TrimRight(url, "/")), 0o600)
}

// once lets the sample pass step by step and prints what each step brought.
func (d *demoRun) once(ctx context.Context, a *app, c daemon.Config, pass func(round int)) (err error) {
	c.Poll.Interval, c.Poll.MaxInterval = daemon.Duration(time.Millisecond), daemon.Duration(time.Millisecond)
	s, err := daemon.Open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	o := daemon.Options{Version: version, Log: daemon.NewLog(c.Log, a.talk)}
	seen := map[string]int{}
	for round := range rounds + 1 {
		pass(round)
		err := daemon.Round(ctx, c, s, o)
		if ctx.Err() != nil {
			return nil // a person had seen enough
		}
		if err != nil {
			return err
		}
		if err := printNew(ctx, a, c, s, seen); err != nil {
			return err
		}
	}
	return nil
}

// printNew prints the stories whose latest revision was not seen yet.
func printNew(ctx context.Context, a *app, c daemon.Config, s *storage.Store, seen map[string]int) error {
	all, err := s.Stories(ctx, news.StoryFilter{Limit: 1000})
	if err != nil {
		return err
	}
	for _, story := range all {
		for n := seen[story.ID] + 1; n <= story.Revision; n++ {
			stored, err := s.Revision(ctx, story.ID, n)
			if err != nil {
				return err
			}
			if err := publish.Text(site(c, s).Fill(stored.Revision), a.out); err != nil {
				return err
			}
			fmt.Fprint(a.out, "\n\n")
		}
		seen[story.ID] = story.Revision
	}
	return nil
}
