// Package daemon runs the house: it opens the database, builds the steps from
// one configuration, keeps a loop for each beside the HTTP server and the
// watchdog, and stops them in reverse order.
package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/storywire/storywire/feed"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
	"github.com/storywire/storywire/storage"
	"github.com/storywire/storywire/summary"
	"github.com/storywire/storywire/summary/llm"
	"github.com/storywire/storywire/track"
	"github.com/storywire/storywire/web"
	"github.com/storywire/storywire/webhook"
)

// Options are what a caller may hand to Run beside the configuration.
type Options struct {
	Version string
	Log     *slog.Logger
	Ready   func(url string) // called once, when the address is being served
	Reload  <-chan os.Signal // each asks to read the OPML file again

	stop <-chan struct{} // closed when the daemon is to stop
}

// Open opens the database a configuration names.
func Open(ctx context.Context, c Config) (*storage.Store, error) {
	return storage.Open(ctx, storage.Options{
		Path: c.Database, Settle: c.Story.Settle.D(), MinInterval: c.Story.MinInterval.D(),
		QuietAfter: c.Story.QuietAfter.D(), EndedAfter: c.Story.EndedAfter.D(),
	})
}

// Run is the daemon. It returns when the context is done and everything has
// stopped, or when it cannot start.
func Run(ctx context.Context, c Config, o Options) (err error) {
	defer paceCollector()()
	unlock, err := Lock(c)
	if err != nil {
		return err
	}
	defer unlock()
	store, err := Open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	o.Log.Info("storywire starts", "version", o.Version, "database", c.Database)
	if err := SyncFeeds(ctx, c, store, o.Log); err != nil {
		return err
	}
	listener, err := listen(ctx, c.Listen)
	if err != nil {
		return err
	}
	c = c.reachable()
	if host, _, _ := net.SplitHostPort(c.Listen); c.BaseURL == "" && everywhere(host) {
		o.Log.Warn("readers on other machines are given links to localhost: set base_url in the configuration")
	}
	c.BaseURL = baseURL(c, listener.Addr().String())
	steps, err := newSteps(c, store, o)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	loops := steps.loops(o.Log)
	o.stop = ctx.Done()
	handler, err := newHandler(c, store, steps, loops, o)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := newServer(handler, o.Log)
	listener = handler.Listen(server, listener)

	var running sync.WaitGroup
	serving := make(chan error, 1)
	running.Go(func() { serving <- server.Serve(listener) })
	work, stop := context.WithCancel(ctx)
	defer stop()
	for _, l := range loops {
		running.Go(func() { l.run(work) })
	}
	notify := newNotifier(o.Log)
	running.Go(func() { notify.watch(work, loops) })
	if o.Ready != nil {
		o.Ready(c.BaseURL + "/")
	}
	notify.ready()
	err = wait(ctx, serving, func() { reload(ctx, c, store, notify, loops[0], o.Log) }, o.Reload)
	notify.stopping()
	stop()
	shut, done := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer done()
	if server.Shutdown(shut) != nil {
		// Requests that take this long are not worth waiting for.
		err = errors.Join(err, server.Close())
	}
	running.Wait()
	steps.poll.Client.CloseIdleConnections()
	steps.poll.Linked.CloseIdleConnections()
	steps.send.Client.CloseIdleConnections()
	if steps.model != nil {
		steps.model.HTTP.CloseIdleConnections()
	}
	if steps.hub != nil {
		steps.hub.Client.CloseIdleConnections()
	}
	if steps.ping != nil {
		steps.ping.Client.CloseIdleConnections()
	}
	return err
}

// wait returns when the daemon is to stop: nil if it was asked to, else why it
// cannot go on.
func wait(ctx context.Context, serving <-chan error, reload func(), reloads <-chan os.Signal) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-serving:
			return fmt.Errorf("serve: %w", err)
		case <-reloads:
			reload()
		}
	}
}

func reload(ctx context.Context, c Config, store *storage.Store, notify notifier, poll *loop, log *slog.Logger) {
	notify.reloading()
	if err := SyncFeeds(ctx, c, store, log); err != nil {
		log.Error("reload failed, the feeds stay as they are", "error", err)
	}
	poll.ring()
	notify.ready()
}

// SyncFeeds brings the subscriptions up to date with the OPML file.
func SyncFeeds(ctx context.Context, c Config, store *storage.Store, log *slog.Logger) error {
	if c.Feeds == "" {
		return nil
	}
	file, err := os.Open(c.Feeds)
	if errors.Is(err, os.ErrNotExist) {
		log.Info("no list of feeds is read: there is no such file (yet)", "file", c.Feeds)
		return nil
	}
	if err != nil {
		return fmt.Errorf("feeds: %w", err)
	}
	defer file.Close()
	subs, err := feed.ReadOPML(file)
	if err != nil {
		return fmt.Errorf("feeds %s: %w", c.Feeds, err)
	}
	added, removed, err := store.SyncFeeds(ctx, subs)
	if err != nil {
		return fmt.Errorf("feeds %s: %w", c.Feeds, err)
	}
	log.Info("feeds read", "file", c.Feeds, "listed", len(subs), "added", added, "removed", removed)
	return nil
}

// Site is what documents say of where they come from. Before the daemon serves,
// an address that is not configured is the one it will listen on.
func Site(c Config, store *storage.Store) publish.Site {
	c = c.reachable()
	c.BaseURL = baseURL(c, c.Listen)
	s := publish.Site{BaseURL: c.BaseURL, Instance: store.Instance(), Since: store.Since(), Title: "storywire"}
	if hubs := c.hubs(); len(hubs) > 0 {
		s.Hub = hubs[0]
	}
	return s
}

// steps are the four steps of the way from a feed to a webhook, and those beside
// it: one reads the pages of articles, two make and take pushes.
type steps struct {
	poll   *feed.Poller
	read   *feed.Reader
	track  *track.Step
	revise *summary.Step
	send   webhook.Sender
	model  *llm.Client // that writes; nil: none does
	push   *feed.Hubs  // hubs of others; nil: nothing is pushed to us
	hub    *web.Hub    // our own; nil: there is none
	ping   *web.Pinger // hubs of others that are told; nil: none is
}

func newSteps(c Config, store *storage.Store, o Options) (*steps, error) {
	c = c.reachable()
	poller, err := NewPoller(c, store, o)
	if err != nil {
		return nil, err
	}
	sender, err := newSender(c, store, o)
	if err != nil {
		return nil, err
	}
	model, err := newModel(c.Writer, store)
	if err != nil {
		return nil, err
	}
	s := Site(c, store)
	made := &steps{
		poll:   poller,
		read:   &feed.Reader{Store: store, Poller: poller, Log: o.Log},
		track:  &track.Step{Store: store, Window: c.Story.Window.D(), Log: o.Log},
		revise: &summary.Step{Store: store, Log: o.Log, Now: time.Now, FollowedOnly: c.Writer.Followed},
		send:   sender,
	}
	if model != nil {
		made.model, made.revise.Model = model, model
	}
	if c.Poll.Push {
		made.push = feed.NewHubs(feed.Hubs{Store: store, Poller: poller, Callback: s.URL(web.PushPath), Log: o.Log})
	}
	if c.Hub.Serve {
		made.hub, err = newHub(c, store, o)
	}
	if len(c.Hub.Ping) > 0 && err == nil {
		made.ping, err = newPinger(c, s, store, o)
	}
	return made, err
}

func newPinger(c Config, s publish.Site, store *storage.Store, o Options) (*web.Pinger, error) {
	client, err := NewClient(ClientOptions{Allow: c.Hub.Allow, OwnURLs: true})
	if err != nil {
		return nil, fmt.Errorf("hub.allow: %w", err)
	}
	return &web.Pinger{
		Store: store, Hubs: c.Hub.Ping, Site: s, Client: client,
		UserAgent: userAgent(o.Version, c.Poll.Contact), Timeout: c.Webhook.Timeout.D(), Log: o.Log,
	}, nil
}

// perHost is how many subscriptions our hub takes of one host, and how many
// that are not confirmed.
const perHost, unconfirmed = 1000, 100

func newHub(c Config, store *storage.Store, o Options) (*web.Hub, error) {
	client, err := NewClient(ClientOptions{Allow: c.Hub.Allow})
	if err != nil {
		return nil, fmt.Errorf("hub.allow: %w", err)
	}
	return web.NewHub(web.Config{Store: store, Site: Site(c, store), Hubs: c.Hub.Ping}, web.Hub{
		Store: store, Client: client, UserAgent: userAgent(o.Version, c.Poll.Contact), Timeout: c.Webhook.Timeout.D(),
		Room: news.Room{All: c.Hub.Subscribers, PerHost: perHost, Pending: unconfirmed}, Log: o.Log,
	})
}

// NewPoller makes the polling step. To check a feed it needs no store.
func NewPoller(c Config, store feed.Store, o Options) (*feed.Poller, error) {
	client, err := NewClient(ClientOptions{Allow: c.Poll.Allow, OwnURLs: true, Redirects: 5})
	if err != nil {
		return nil, fmt.Errorf("poll.allow: %w", err)
	}
	linked, err := NewClient(ClientOptions{Allow: c.Poll.Allow, Redirects: 5})
	if err != nil {
		return nil, fmt.Errorf("poll.allow: %w", err)
	}
	return &feed.Poller{
		Store: store, Client: client, Linked: linked, UserAgent: userAgent(o.Version, c.Poll.Contact), Log: o.Log,
		Interval: c.Poll.Interval.D(), MinInterval: c.Poll.MinInterval.D(), MaxInterval: c.Poll.MaxInterval.D(),
		Timeout: c.Poll.Timeout.D(), MaxBody: c.Poll.MaxBody, Parallel: c.Poll.Parallel, Push: c.Poll.Push,
		FullText: c.Poll.FullText,
	}, nil
}

func durations(list []Duration) []time.Duration {
	var all []time.Duration
	for _, d := range list {
		all = append(all, d.D())
	}
	return all
}

// userAgent says who asks, so that a server's owner can find us.
func userAgent(version, contact string) string {
	if contact == "" {
		contact = "https://github.com/storywire/storywire"
	}
	return fmt.Sprintf("storywire/%s (+%s)", version, contact)
}

// loops gives each step its loop; each rings the next.
func (s *steps) loops(log *slog.Logger) []*loop {
	poll, track := newLoop("poll", log, s.poll.Run), newLoop("track", log, s.track.Run)
	revise, send := newLoop("revise", log, s.revise.Run), newLoop("send", log, s.send.Run)
	read := newLoop("read", log, s.read.Run)
	s.read.Wake = track.ring
	poll.then, track.then, revise.then = []*loop{read, track}, []*loop{revise}, []*loop{send}
	loops := []*loop{poll, read, track, revise, send}
	if s.push != nil {
		push := newLoop("push", log, s.push.Run)
		s.push.Wake = track.ring
		poll.then = append(poll.then, push)
		loops = append(loops, push)
	}
	if s.hub != nil {
		hub := newLoop("hub", log, s.hub.Run)
		s.hub.Wake = hub.ring
		revise.then = append(revise.then, hub)
		loops = append(loops, hub)
	}
	if s.ping != nil {
		ping := newLoop("ping", log, s.ping.Run)
		revise.then = append(revise.then, ping)
		loops = append(loops, ping)
	}
	return loops
}

// Round does once what the loops do for ever: polls the feeds that are due,
// tracks, revises and sends.
func Round(ctx context.Context, c Config, store *storage.Store, o Options) error {
	steps, err := newSteps(c, store, o)
	if err != nil {
		return err
	}
	for _, l := range steps.loops(o.Log) {
		// A step does so much at a time: go on until what was due is done.
		for begun := time.Now(); ; {
			next, err := l.step(ctx)
			if err != nil {
				return fmt.Errorf("%s: %w", l.name, err)
			}
			if next.IsZero() || next.After(begun) {
				break
			}
		}
	}
	return nil
}

func newHandler(c Config, store *storage.Store, s *steps, loops []*loop, o Options) (*web.Handler, error) {
	who, err := access(c)
	if err != nil {
		return nil, err
	}
	ring := func() {
		for _, l := range loops {
			l.ring()
		}
	}
	desk := Desk{Store: store, Poller: s.poll, Done: ring}
	config := web.Config{
		Store: store, Site: Site(c, store), Access: who, Version: o.Version, Log: o.Log,
		Desk: desk, Webhooks: Webhooks{Store: store, Sender: s.send, Done: ring}, Settings: c.String(), Stop: o.stop,
		Metrics: newMetrics(store, loops, o.Version), Health: func() error { return trouble(loops) },
	}
	if s.hub != nil {
		config.Hub = s.hub
	}
	if s.push != nil {
		config.Pushes = s.push
	}
	if hubs := c.hubs(); len(hubs) > 1 {
		config.Hubs = hubs[1:]
	}
	return web.New(config)
}

func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// trouble names a loop that hangs or fails again and again. A restart helps the
// first only, so that the watchdog asks for health alone.
func trouble(loops []*loop) error {
	for _, l := range loops {
		if l.failures.Load() >= stubborn {
			return fmt.Errorf("the %s step fails again and again: the log of the daemon says why", l.name)
		}
	}
	return health(loops)
}

// health names a loop that hangs.
func health(loops []*loop) error {
	for _, l := range loops {
		if l.overdue(time.Now()) {
			return fmt.Errorf("the %s step has not returned for %v", l.name, patience)
		}
	}
	return nil
}
