package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/storywire/storywire/publish"
)

//go:embed templates static
var files embed.FS

// The pages, each laid into the frame that all share.
var (
	indexTemplate    = parse("index.html")
	storyTemplate    = parse("story.html")
	revisionTemplate = parse("revision.html")
	feedsTemplate    = parse("feeds.html")
	errorTemplate    = parse("error.html")
	loginTemplate    = parse("login.html")
	followTemplate   = parse("follow.html")
	settingsTemplate = parse("settings.html")
	diffTemplate     = parse("diff.html")
	webhooksTemplate = parse("webhooks.html")
	deliveryTemplate = parse("delivery.html")
)

func parse(page string) *template.Template {
	return template.Must(template.ParseFS(files, "templates/frame.html", "templates/"+page))
}

// frame is what every page has around its content.
type frame struct {
	Title       string // of the page
	Description string
	Site        string
	Base        string // in front of every path
	Style       string
	Script      string
	Data        any    // schema.org description of the page, nil for none
	Canonical   string // absolute address, "" if there is none
	Article     bool   // the page is a text of its own, not a list
	Feeds       []feedLink
	Version     string
	Here        string // path of the navigation entry this page is
	Asker       asker
	Mark        string // what forms carry
	CanChange   bool
	HasWebhooks bool
	Path        string // of this page, to come back to
	Content     any
}

// feedLink offers a feed to people and, in the head, to feed readers.
type feedLink struct {
	Name, Title, Href string
	Type              template.HTMLAttr // written as it is: simple readers look for the bare "+"
}

// feedLinks are the feeds below a path in each format.
func (h *handler) feedLinks(path, title string) []feedLink {
	links := make([]feedLink, 0, len(formats))
	for _, f := range formats {
		links = append(links, feedLink{
			Name: f.title, Title: title + " (" + f.title + ")", Href: h.base + path + "/" + f.name,
			Type: template.HTMLAttr(`type="` + f.media + `"`), //nolint:gosec // a constant
		})
	}
	return links
}

// page renders a page.
func (h *handler) page(r *http.Request, t *template.Template, f frame) (reply, error) {
	f.Asker, f.Path = who(r), r.URL.RequestURI()
	f.Mark = h.formMark(f.Asker)
	f.CanChange = f.Asker.Write && h.Desk != nil
	f.HasWebhooks = f.Asker.Write && h.Webhooks != nil
	f.Site, f.Base, f.Style, f.Script, f.Version = h.Site.Title, h.base, h.style, h.script, h.Version
	if f.Feeds == nil {
		f.Feeds = h.feedLinks("", h.Site.Title)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "frame", f); err != nil {
		return reply{}, fmt.Errorf("render %s: %w", f.Title, err)
	}
	return reply{Body: b.Bytes(), Type: "text/html; charset=utf-8", Cache: cacheAsk}, nil
}

// pageLife is how long a page that everybody gets alike is kept.
const pageLife = 3 * time.Second

// everybodys keeps the pages of those who may not change anything: they are all
// alike.
func (h *handler) everybodys(of answer) answer {
	return func(r *http.Request) (reply, error) {
		if who(r).Write || r.URL.RawQuery != "" {
			return of(r)
		}
		return h.keep(r.Context(), r.URL.EscapedPath()+"#page", kind{life: pageLife}, func() (reply, error) { return of(r) })
	}
}

// errorPage tells a person what went wrong and where to go on.
func (h *handler) errorPage(r *http.Request, status int, detail string) []byte {
	content := struct {
		Heading, Detail, Home string
		Missing               bool
	}{http.StatusText(status), detail, h.base + "/", status == http.StatusNotFound}
	page, err := h.page(r, errorTemplate, frame{Title: content.Heading, Content: content})
	if err != nil {
		h.Log.Error("error page failed", "err", err)
		return []byte(detail)
	}
	return page.Body
}

// missing answers for every address that is none.
func (h *handler) missing(*http.Request) (reply, error) {
	return reply{}, errNothing
}

// slash sends a category's address without its final slash to the page.
func (h *handler) slash(r *http.Request) (reply, error) {
	category, err := h.knownCategory(r)
	return reply{Moved: h.base + publish.CategoryPath(category) + "/"}, err
}

func (h *handler) robots(*http.Request) (reply, error) {
	return reply{
		Body: []byte("User-agent: *\nDisallow: " + h.base + "/api/\nDisallow: " + h.base + "/login\n"),
		Type: "text/plain; charset=utf-8", Cache: cacheDay,
	}, nil
}

// stylesheet is kept for ever under an address that names its content.
func (h *handler) stylesheet(r *http.Request) (reply, error) {
	cache := cacheFeed
	if h.style == h.base+r.URL.RequestURI() {
		cache = cacheEver
	}
	return reply{Body: []byte(publish.Style()), Type: "text/css; charset=utf-8", Cache: cache}, nil
}

func (h *handler) app(r *http.Request) (reply, error) {
	cache := cacheFeed
	if h.script == h.base+r.URL.RequestURI() {
		cache = cacheEver
	}
	body, err := files.ReadFile("static/app.js")
	return reply{Body: body, Type: "text/javascript; charset=utf-8", Cache: cache}, err
}

func (h *handler) icon(*http.Request) (reply, error) {
	body, err := files.ReadFile("static/icon.svg")
	return reply{Body: body, Type: "image/svg+xml", Cache: cacheDay}, err
}
