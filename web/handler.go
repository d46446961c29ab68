// Package web is the HTTP side: it serves what publish renders as pages,
// feeds, subscription lists and a JSON API, with the caching that feed readers
// and browsers rely on. It decides who may come in; what a person asks for it
// passes on to whoever does it.
package web

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync/atomic"
	"time"

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
	KeyStore
	EditionStore
}

// Config is what a handler is made of. Store and Site are required.
type Config struct {
	Store   Store
	Site    publish.Site
	Access  Access
	Log     *slog.Logger // nil: failures are not logged
	Version string       // shown at the foot of pages
	Metrics http.Handler // served at /metrics; nil: nothing is there
	Health  func() error // what keeps the daemon from its work; nil: it is always well
	Desk    Desk         // does what a person asks for; nil: nothing can be changed
	// Settings is what the daemon was told, without secrets, as its file would say it.
	Settings string
	Stop     <-chan struct{} // closed when open connections are to end; nil: never
	Hub      http.Handler    // takes subscriptions at HubPath; nil: there is none
	Hubs     []string        // further hubs, of others, that feeds name; they are told by a Pinger
	Pushes   Pushes          // takes what hubs of others push; nil: nothing is expected
	Webhooks Webhooks        // who is told what happens; nil: there is no page of that
}

// handler answers requests. It is safe for use by many goroutines.
type handler struct {
	Config
	base   string // path of the site's address, in front of every link
	style  string // address of the style sheet, new with its content
	script string // address of the script, likewise
	host   string // name of the site's address
	near   bool   // that is this machine
	cookie string // name of a session's
	secure bool   // the site is reached over TLS
	secret []byte // marks our forms
	cross  *http.CrossOriginProtection
	tries  tries

	kept  *kept
	fast  *fast
	trust time.Duration // in a rendered document, before its edition is looked up again

	listening atomic.Int32 // open pages that are told of revisions
}

// New returns the handler of all addresses of the site. It fails if the site's
// settings cannot be published under.
func New(c Config) (*Handler, error) {
	h, err := newHandler(c)
	if err != nil {
		return nil, err
	}
	h.trust = 250 * time.Millisecond // a feed may be used for a minute without asking
	return &Handler{h.guard(), h.fast}, nil
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
	h := &handler{Config: c, kept: &kept{}, fast: &fast{}, base: base.EscapedPath(), host: hostname(base.Host), near: loopbackName(base.Host), cookie: "storywire", secure: base.Scheme == "https", secret: make([]byte, 32)}
	if _, err := rand.Read(h.secret); err != nil {
		return nil, err
	}
	if h.secure && h.base == "" {
		h.cookie = "__Host-storywire" // browsers then keep it to this very host
	}
	h.cross = http.NewCrossOriginProtection()
	if err := h.cross.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
		return nil, fmt.Errorf("base address: %w", err)
	}
	app, err := files.ReadFile("static/app.js")
	if err != nil {
		return nil, err
	}
	h.style = h.base + "/static/style.css?v=" + digest([]byte(publish.Style()))
	h.script = h.base + "/static/app.js?v=" + digest(app)
	return h, nil
}

// digest names a content.
func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:6])
}

// answers are what is read at each address.
func (h *handler) answers() map[string]answer {
	all := map[string]answer{
		"/{$}":                               h.everybodys(h.index),
		"/feeds":                             h.polled,
		"/s/{id}":                            h.everybodys(h.story),
		"/s/{id}/{$}":                        h.story,
		"/s/{id}/r/{n}":                      h.revision,
		"/s/{id}/diff":                       h.compare,
		"/c/{category}":                      h.slash,
		"/c/{category}/{$}":                  h.category,
		"/stories.opml":                      h.opml,
		"/login":                             h.loginPage,
		"/robots.txt":                        h.robots,
		"/static/style.css":                  h.stylesheet,
		"/static/app.js":                     h.app,
		"/static/icon.svg":                   h.icon,
		"/api/v1/stories":                    h.apiStories,
		"/api/v1/stories/{id}":               h.apiStory,
		"/api/v1/stories/{id}/revisions":     h.apiRevisions,
		"/api/v1/stories/{id}/articles":      h.apiArticles,
		"/api/v1/stories/{id}/revisions/{n}": h.apiRevision,
		"/api/v1/feeds":                      h.apiFeeds,
		"/api/v1/openapi.json":               h.openapi,
		"/":                                  h.missing,
	}
	if h.Desk != nil {
		all["/follow"], all["/feeds.opml"], all["/settings"] = h.follow, h.exportFeeds, h.settings
	}
	if h.Webhooks != nil {
		all["/webhooks"], all["/webhooks/{delivery}"] = h.webhooks, h.delivery
		all["/api/v1/webhooks"] = h.apiWebhooks
		all["/api/v1/deliveries"], all["/api/v1/deliveries/{delivery}"] = h.apiDeliveries, h.apiDelivery
	}
	for _, f := range formats {
		all["/"+f.name] = h.siteFeed(f)
		all["/s/{id}/"+f.name] = h.storyFeed(f)
		all["/c/{category}/"+f.name] = h.categoryFeed(f)
		all["/archive/{part}/"+f.name] = h.archive(f)
		all["/s/{id}/archive/{part}/"+f.name] = h.archive(f)
	}
	return all
}

// acts are what can be sent to each address.
func (h *handler) acts() map[string]act {
	all := map[string]act{"POST /login": h.login, "POST /logout": h.logout}
	if h.Desk != nil {
		maps.Copy(all, map[string]act{
			"POST /follow":          h.startFollowing,
			"POST /s/{id}/follow":   h.on(h.followThis),
			"POST /s/{id}/unfollow": h.on(h.unfollow),
			"POST /s/{id}/rename":   h.on(h.rename),
			"POST /s/{id}/pace":     h.on(h.pace),
			"POST /s/{id}/merge":    h.on(h.merge),
			"POST /s/{id}/delete":   h.on(h.remove),
			"POST /s/{id}/articles": h.on(h.sort),
			"POST /feeds/add":       h.addFeed,
			"POST /feeds/remove":    h.removeFeed,
			"POST /feeds/import":    h.importFeeds,

			"POST /api/v1/stories":            h.apiFollow,
			"PATCH /api/v1/stories/{id}":      h.apiChange,
			"DELETE /api/v1/stories/{id}":     h.apiDelete,
			"POST /api/v1/stories/{id}/merge": h.apiMerge,
			"POST /api/v1/stories/{id}/split": h.apiSort("split", http.StatusCreated),
			"POST /api/v1/stories/{id}/move":  h.apiSort("move", 0),
			"POST /api/v1/stories/{id}/expel": h.apiSort("expel", 0),
			"POST /api/v1/feeds":              h.apiAddFeed,
			"DELETE /api/v1/feeds/{id}":       h.apiRemoveFeed,
		})
	}
	if h.Webhooks != nil {
		maps.Copy(all, map[string]act{
			"POST /webhooks/{endpoint}/{verb}":          h.tellEndpoint,
			"POST /webhooks/{delivery}/replay":          h.replayOne,
			"POST /webhooks/replay":                     h.replaySince,
			"POST /api/v1/webhooks/{endpoint}/{verb}":   h.tellEndpoint,
			"POST /api/v1/deliveries/{delivery}/replay": h.replayOne,
			"POST /api/v1/deliveries/replay":            h.replaySince,
		})
	}
	return all
}

// routes maps every address to what answers it.
func (h *handler) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, answer := range h.answers() {
		mux.Handle(pattern, h.serve(answer))
	}
	mux.HandleFunc("/s/{id}/live", h.live)
	mux.HandleFunc("/healthz", h.health)
	if h.Metrics != nil {
		mux.Handle("/metrics", h.Metrics)
	}
	return mux
}

// forms maps every address that something can be sent to.
func (h *handler) forms() *http.ServeMux {
	mux := http.NewServeMux()
	for pattern, act := range h.acts() {
		mux.Handle(pattern, h.do(act))
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

// contentPolicy lets a page load its style sheet, script and icon from here,
// ask here, and nothing else from anywhere.
const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guard sets the headers every answer carries, takes off the path of the site's
// address if a proxy left it on, and lets in who may come in.
func (h *handler) guard() http.Handler {
	taking, reading, writing := h.taking(), h.routes(), h.forms()
	everywhere := http.Header{
		"Content-Security-Policy": {contentPolicy}, "X-Content-Type-Options": {"nosniff"}, "Referrer-Policy": {"no-referrer"},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		maps.Copy(header, everywhere)
		if rest, ok := strings.CutPrefix(r.URL.Path, h.base+"/"); ok && h.base != "" {
			r = r.Clone(r.Context())
			r.URL.Path, r.URL.RawPath = "/"+rest, ""
		}
		if _, pattern := taking.Handler(r); pattern != "" {
			taking.ServeHTTP(w, r)
			return
		}
		if !h.Access.answersTo(r.Host, h.host) && !monitored(r) {
			h.fail(w, r, http.StatusMisdirectedRequest, "This site has another name. Its owner can allow this one: base_url, or hosts below [access], in the configuration.")
			return
		}
		if rest, ok := strings.CutPrefix(r.URL.Path, keyPath); ok {
			h.byKey(w, r, rest)
			return
		}
		asker, err := h.ask(r)
		if err != nil {
			h.Log.Error("request failed", "path", r.URL.Path, "err", err)
			h.fail(w, r, http.StatusInternalServerError, "Who you are could not be looked up just now. The log of the daemon says why.")
			return
		}
		r = r.WithContext(context.WithValue(r.Context(), askerKey{}, asker))
		switch r.Method {
		case http.MethodGet, http.MethodHead:
			h.read(w, r, reading)
		case http.MethodOptions:
			preflight(w)
		default:
			h.write(w, r, writing)
		}
	})
}

// preflight tells a browser that scripts of other sites may read with the
// headers of a feed reader. What they may see of an answer, that says itself.
func preflight(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Allow", "GET, HEAD, OPTIONS")
	header.Set("Cache-Control", cacheNever)
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Allow-Methods", "GET, HEAD")
	header.Set("Access-Control-Allow-Headers", "Authorization, If-Modified-Since, If-None-Match")
	header.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}

// monitored reports whether a request is of the kind that monitoring makes,
// under whatever name it knows the daemon by.
func monitored(r *http.Request) bool { return r.URL.Path == "/healthz" || r.URL.Path == "/metrics" }

// open reports whether an address may be read by everybody: what the page to
// log in on is made of.
func open(path string) bool {
	return path == "/login" || path == "/healthz" || path == "/robots.txt" || strings.HasPrefix(path, "/static/")
}

// read passes on a request that only reads.
func (h *handler) read(w http.ResponseWriter, r *http.Request, next http.Handler) {
	switch {
	case who(r).Read || open(r.URL.Path):
		next.ServeHTTP(w, r)
	case forPrograms(r) || path.Ext(r.URL.Path) != "" || r.URL.Path == "/metrics":
		w.Header().Set("WWW-Authenticate", `Basic realm="storywire", charset="UTF-8"`)
		h.fail(w, r, http.StatusUnauthorized, "This is not public. Give a key as the password, with any user name; storywire key add makes one.")
	default:
		w.Header().Set("Cache-Control", cacheNever)
		http.Redirect(w, r, h.loginFirst(r.URL.RequestURI()).See, http.StatusSeeOther)
	}
}

// maxForm is the most bytes of a form; a list of feeds may be long.
const maxForm = 8 << 20

// write passes on a request that changes something, if it was meant by one who
// may.
func (h *handler) write(w http.ResponseWriter, r *http.Request, next *http.ServeMux) {
	a := who(r)
	_, pattern := next.Handler(r)
	entering := r.URL.Path == "/login"
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	switch {
	case pattern == "":
		allowed := allowed(r, next)
		w.Header().Set("Allow", allowed)
		h.fail(w, r, http.StatusMethodNotAllowed, "This address takes "+allowed+" only.")
	case h.cross.Check(r) != nil:
		h.fail(w, r, http.StatusForbidden, "This was sent from a page of another site, so nothing was done.")
	case entering:
		next.ServeHTTP(w, r)
	case !a.Write:
		w.Header().Set("WWW-Authenticate", "Bearer")
		h.fail(w, r, http.StatusUnauthorized, "To change something, log in, or send a key that may write: storywire key add --write makes one.")
	case !a.Bearer && !forPrograms(r) && !hmac.Equal([]byte(h.formMark(a)), []byte(r.FormValue("form"))):
		h.fail(w, r, http.StatusForbidden, "The form was out of date, so nothing was done. Go back, load the page again and send it once more.")
	case !a.Bearer && forPrograms(r) && r.Method == http.MethodPost && r.Header.Get("Content-Type") != "application/json":
		// Pages of other sites cannot send this type without asking first.
		h.fail(w, r, http.StatusUnsupportedMediaType, "Send application/json.")
	default:
		next.ServeHTTP(w, r)
	}
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
