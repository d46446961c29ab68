package demo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"strings"
	"time"
)

// Handler serves the feeds at /{outlet}/{feed}.xml with ETag, Last-Modified
// and 304, an outlet's front page at /{outlet}/, and the articles that are out
// at /{outlet}/a/{id}.
func (n *Newsroom) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, f := range feeds {
		mux.HandleFunc("GET "+f.path(), func(w http.ResponseWriter, r *http.Request) { n.serveFeed(w, r, f) })
	}
	mux.HandleFunc("GET /{$}", n.serveOutlets)
	mux.HandleFunc("GET /{outlet}/{$}", n.serveOutlet)
	mux.HandleFunc("GET /{outlet}/a/{id}", n.serveArticle)
	mux.HandleFunc("GET /img/{name}", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, "newsroom/"+r.PathValue("name"))
	})
	return mux
}

// Serve answers on l until ctx is cancelled.
func (n *Newsroom) Serve(ctx context.Context, l net.Listener) error {
	s := &http.Server{Handler: n.Handler(), ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = s.Close() })
	defer stop()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the sample newsroom: %w", err)
	}
	return nil
}

func (n *Newsroom) serveFeed(w http.ResponseWriter, r *http.Request, f feed) {
	v := view{feed: f, elapsed: n.elapsed(), base: "http://" + r.Host}
	v.entries, v.changed = n.entries(f, n.Released(v.elapsed))
	body, err := v.render()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/"+f.format+"+xml; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	sum := sha256.Sum256(body)
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sum[:8]))
	http.ServeContent(w, r, "", v.changed, bytes.NewReader(body))
}

// out returns the items that are out now, newest first, edits applied.
func (n *Newsroom) out() []Item {
	edited := map[int]bool{}
	var items []Item
	steps := n.steps[:n.Released(n.elapsed())]
	for i := len(steps) - 1; i >= 0; i-- {
		s := steps[i]
		switch {
		case s.edit:
			edited[s.item] = true
		case edited[s.item]:
			items = append(items, n.items[s.item].edited())
		default:
			items = append(items, n.items[s.item])
		}
	}
	return items
}

func (n *Newsroom) serveArticle(w http.ResponseWriter, r *http.Request) {
	for _, it := range n.out() {
		if it.Path == r.URL.Path {
			show(w, page{
				Title: it.Title, Outlet: it.Outlet, Home: "/" + it.outlet + "/", Language: it.Language,
				Author: it.Author, Date: it.Published.Format("Monday, January 2, 2006, 15:04 UTC"),
				Stamp: it.Published.Format(time.RFC3339), Body: template.HTML(it.HTML),
			})
			return
		}
	}
	http.NotFound(w, r)
}

func (n *Newsroom) serveOutlet(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("outlet")
	o, ok := outlets[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	p := page{Title: o.name, Outlet: o.about, Home: "/", Language: o.lang}
	for _, f := range feeds {
		if f.outlet == name {
			p.Feeds = append(p.Feeds, link{f.path(), f.about, "application/" + f.format + "+xml"})
		}
	}
	for _, it := range n.out() {
		if it.outlet == name {
			p.Links = append(p.Links, link{Href: it.Path, Text: it.Title})
		}
	}
	show(w, p)
}

func (n *Newsroom) serveOutlets(w http.ResponseWriter, _ *http.Request) {
	p := page{Title: "The sample newsroom", Outlet: "All outlets, people and events are invented", Home: "/", Language: "en"}
	seen := map[string]bool{}
	for _, f := range feeds {
		if !seen[f.outlet] {
			seen[f.outlet] = true
			p.Links = append(p.Links, link{Href: "/" + f.outlet + "/", Text: outlets[f.outlet].name})
		}
	}
	show(w, p)
}

// page is what the newsroom's one template shows.
type page struct {
	Title, Outlet, Home, Language string
	Author, Date, Stamp           string
	Body                          template.HTML // our own text
	Feeds, Links                  []link
}

type link struct{ Href, Text, Type string }

var layout = template.Must(template.New("page").Parse(strings.TrimSpace(`
<!doctype html>
<html lang="{{.Language}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
{{range .Feeds}}<link rel="alternate" type="{{.Type}}" title="{{.Text}}" href="{{.Href}}">
{{end}}<style>
:root{color-scheme:light dark}
body{font:1.1rem/1.55 Georgia,serif;max-width:38rem;margin:2rem auto;padding:0 1rem}
header,footer{font:.9rem system-ui,sans-serif;opacity:.75}
img{max-width:100%}
</style>
</head>
<body>
<header><a href="{{.Home}}">{{.Outlet}}</a></header>
<main>
<article>
<h1>{{.Title}}</h1>
{{with .Date}}<p><small>{{with $.Author}}{{.}}, {{end}}<time datetime="{{$.Stamp}}">{{.}}</time></small></p>
{{end}}{{.Body}}
</article>
{{with .Links}}<ul>{{range .}}
<li><a href="{{.Href}}">{{.Text}}</a></li>{{end}}
</ul>
{{end}}</main>
<footer><p>Invented news from the storywire demo.</p></footer>
</body>
</html>
`)))

func show(w http.ResponseWriter, p page) {
	var b bytes.Buffer
	if err := layout.Execute(&b, p); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes())
}
