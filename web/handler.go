// Package web is the HTTP side: it serves what publish renders as pages,
// feeds, subscription lists and a JSON API, with the caching that feed readers
// and browsers rely on. It reads from storage and changes nothing.
package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
)

// StoryStore finds stories.
type StoryStore interface {
	// Stories returns the stories a filter chooses, latest updated first.
	Stories(ctx context.Context, filter news.StoryFilter) ([]news.Story, error)
	// Story returns one story, merged ones too, or news.ErrNotFound.
	Story(ctx context.Context, id string) (news.Story, error)
	// Members returns the articles of a story and why each is in it: slices of
	// equal length, oldest first.
	Members(ctx context.Context, story string) ([]news.Article, []news.Membership, error)
	// Categories returns the slugs that any story carries, in order.
	Categories(ctx context.Context) ([]string, error)
}

// RevisionStore finds revisions.
type RevisionStore interface {
	// Revision returns a revision of a story by number, the latest for 0, or
	// news.ErrNotFound.
	Revision(ctx context.Context, story string, number int) (news.StoredRevision, error)
	// Revisions returns revisions newest first, quiet ones only where the
	// filter names their story.
	Revisions(ctx context.Context, filter news.RevisionFilter) ([]news.StoredRevision, error)
}

// FeedStore finds the feeds that are polled.
type FeedStore interface {
	Feeds(ctx context.Context) ([]news.Feed, error)
}

// Store is all that pages, feeds and API are made from.
type Store interface {
	StoryStore
	RevisionStore
	FeedStore
}

// Config is what a handler is made of. Store and Site are required.
type Config struct {
	Store   Store
	Site    publish.Site
	Log     *slog.Logger // nil: failures are not logged
	Version string       // shown at the foot of pages
	Metrics http.Handler // served at /metrics; nil: nothing is there
	Health  func() error // what keeps the daemon from its work; nil: it is always well
	Hub     http.Handler // takes subscriptions at HubPath; nil: there is none
	Pushes  Pushes       // takes what hubs of others push; nil: nothing is expected
}

// handler answers requests. It is safe for use by many goroutines: nothing in
// it changes after New.
type handler struct {
	Config
	base  string // path of the site's address, in front of every link
	style string // address of the style sheet, new with its content
}

// New returns the handler of all addresses of the site. It fails if the site's
// settings cannot be published under.
func New(c Config) (http.Handler, error) {
	h, err := newHandler(c)
	if err != nil {
		return nil, err
	}
	return h.guard(h.routes()), nil
}

func newHandler(c Config) (*handler, error) {
	if err := c.Site.Validate(); err != nil {
		return nil, err
	}
	if c.Store == nil {
		return nil, errors.New("web: no store given")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Health == nil {
		c.Health = func() error { return nil }
	}
	base, err := url.Parse(c.Site.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("base address: %w", err)
	}
	h := &handler{Config: c, base: base.EscapedPath()}
	sum := sha256.Sum256([]byte(publish.Style()))
	h.style = h.base + "/static/style.css?v=" + hex.EncodeToString(sum[:6])
	return h, nil
}

// routes maps every address to what answers it.
func (h *handler) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, answer := range map[string]answer{
		"/{$}":                               h.index,
		"/feeds":                             h.polled,
		"/s/{id}":                            h.story,
		"/s/{id}/{$}":                        h.story,
		"/s/{id}/r/{n}":                      h.revision,
		"/c/{category}":                      h.slash,
		"/c/{category}/{$}":                  h.category,
		"/stories.opml":                      h.opml,
		"/robots.txt":                        h.robots,
		"/static/style.css":                  h.stylesheet,
		"/static/icon.svg":                   h.icon,
		"/api/v1/stories":                    h.apiStories,
		"/api/v1/stories/{id}":               h.apiStory,
		"/api/v1/stories/{id}/revisions":     h.apiRevisions,
		"/api/v1/stories/{id}/articles":      h.apiArticles,
		"/api/v1/feeds":                      h.apiFeeds,
		"/":                                  h.missing,
		"/api/v1/stories/{id}/revisions/{n}": h.apiRevision,
	} {
		mux.Handle(pattern, h.serve(answer))
	}
	for _, f := range formats {
		mux.Handle("/"+f.name, h.serve(h.siteFeed(f)))
		mux.Handle("/s/{id}/"+f.name, h.serve(h.storyFeed(f)))
		mux.Handle("/c/{category}/"+f.name, h.serve(h.categoryFeed(f)))
	}
	mux.HandleFunc("/healthz", h.health)
	if h.Metrics != nil {
		mux.Handle("/metrics", h.Metrics)
	}
	return mux
}

// taking maps the addresses where other servers may bring something.
func (h *handler) taking() *http.ServeMux {
	mux := http.NewServeMux()
	if h.Hub != nil {
		mux.Handle(HubPath, h.Hub)
	}
	if h.Pushes != nil {
		mux.HandleFunc(PushPath+"{token}", h.pushed)
	}
	return mux
}

// contentPolicy lets a page load its style sheet and icon from here, and
// nothing else from anywhere.
const contentPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guard sets the headers every answer carries, turns away what is not reading,
// and takes off the path of the site's address if a proxy left it on.
func (h *handler) guard(next http.Handler) http.Handler {
	taking := h.taking()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", contentPolicy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		if rest, ok := strings.CutPrefix(r.URL.Path, h.base+"/"); ok && h.base != "" {
			r = r.Clone(r.Context())
			r.URL.Path, r.URL.RawPath = "/"+rest, ""
		}
		if _, pattern := taking.Handler(r); pattern != "" {
			taking.ServeHTTP(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			header.Set("Allow", "GET, HEAD")
			h.fail(w, r, http.StatusMethodNotAllowed, "This address can only be read.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// health says in one line whether the daemon does its work.
func (h *handler) health(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err := h.Health(); err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintln(w, err)
		return
	}
	fmt.Fprintln(w, "ok")
}
