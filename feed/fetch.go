package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

const (
	maxRedirects = 5
	accept       = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, " +
		"application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)

// answer is what a server had to say.
type answer struct {
	status      int
	header      http.Header
	body        []byte // of a 200
	contentType string
	address     string         // where it came from, redirects followed
	permanent   bool           // every redirect on the way is for good
	redirect    *http.Response // that led to address, if any
}

// get fetches an address, following redirects itself so that every hop waits
// for its host. The request is conditional if etag or modified is given.
func (p *Poller) get(ctx context.Context, hosts *hosts, address, etag, modified string) (answer, error) {
	a := answer{address: address, permanent: true}
	for hop := 0; ; hop++ {
		target, err := p.hop(ctx, hosts, &a, etag, modified)
		if err != nil || target == "" {
			return a, err
		}
		if hop == maxRedirects {
			return a, fmt.Errorf("more than %d redirects; check the address", maxRedirects)
		}
		if strings.HasPrefix(a.address, "https:") && strings.HasPrefix(target, "http:") {
			a.permanent = false // followed, but never kept
		}
		a.address = target
	}
}

// hop makes one request to a.address. It returns where it is redirected to, ""
// if a is the answer.
func (p *Poller) hop(ctx context.Context, hosts *hosts, a *answer, etag, modified string) (target string, err error) {
	u, err := url.Parse(a.address)
	if err != nil || !isWebURL(u) {
		return "", errors.New("this is no web address; it has to begin with http:// or https://")
	}
	leave, err := hosts.enter(ctx, u.Host)
	if err != nil {
		return "", err
	}
	defer leave()
	ctx, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.address, nil)
	if err != nil {
		return "", err
	}
	req.Response = a.redirect // as the client sets it, for a guard to see
	setIf(req.Header, "User-Agent", p.UserAgent)
	setIf(req.Header, "Accept", accept)
	setIf(req.Header, "Accept-Encoding", acceptEncoding)
	setIf(req.Header, "If-None-Match", etag)
	setIf(req.Header, "If-Modified-Since", modified)
	resp, err := p.once().Do(req)
	if err != nil {
		return "", networkReason(err)
	}
	defer func() { _ = resp.Body.Close() }()
	return p.take(resp, a)
}

func setIf(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}

// once is the client, but without cookies and leaving redirects to us.
func (p *Poller) once() *http.Client {
	c := *p.Client
	c.Jar = nil
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

// take reads a response into a, or tells where it redirects to.
func (p *Poller) take(resp *http.Response, a *answer) (target string, err error) {
	a.status, a.header, a.contentType = resp.StatusCode, resp.Header, resp.Header.Get("Content-Type")
	switch resp.StatusCode {
	case http.StatusOK:
		if a.body, err = readBody(resp, p.MaxBody); err != nil {
			return "", bodyReason(err)
		}
		return "", nil
	case http.StatusMovedPermanently, http.StatusPermanentRedirect:
	case http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect:
		a.permanent = false
	case http.StatusNotModified:
		return "", nil
	default:
		return "", statusReason(resp)
	}
	// Reading a short body to its end lets the connection be used again.
	_, _ = io.CopyN(io.Discard, resp.Body, 4<<10)
	to, err := resp.Location()
	if err != nil || !isWebURL(to) {
		return "", errors.New("the server redirects, but not to a web address; look on the site for the feed")
	}
	a.redirect = resp
	return to.String(), nil
}

// bodyReason adds plain words where reading failed on the network's side.
func bodyReason(err error) error {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return networkReason(err)
	}
	return err
}

// fetch polls a feed once. It always gives an outcome to be recorded.
func (p *Poller) fetch(ctx context.Context, hosts *hosts, f news.Feed) news.Fetch {
	a, err := p.get(ctx, hosts, f.Address(), f.ETag, f.LastModified)
	now := time.Now().UTC()
	out := news.Fetch{Feed: f, At: now, State: news.FeedActive, ETag: f.ETag, LastModified: f.LastModified}
	ask := Asked{}
	if a.header != nil {
		ask.Fresh = freshness(a.header, now)
	}
	switch {
	case a.status == http.StatusTooManyRequests || a.status == http.StatusServiceUnavailable:
		ask.RetryAfter = retryAfter(a.header, now)
	case a.status == http.StatusGone:
		out.State = news.FeedGone
	case err == nil && a.status == http.StatusNotModified:
		err = p.unchanged(&out, a)
	case err == nil:
		ask.Document, err = p.changed(&out, a)
	}
	if err != nil {
		out.Err = err.Error()
	}
	out.Next = Next(now, f, err != nil, ask, Limits{p.Interval, p.MinInterval, p.MaxInterval})
	return out
}

// unchanged takes a 304, whose validators replace ours (RFC 9111, section 4.3.4).
func (p *Poller) unchanged(out *news.Fetch, a answer) error {
	if out.ETag == "" && out.LastModified == "" {
		return errors.New("the server says that nothing changed, but it has never shown us the feed; we try again later")
	}
	out.NotModified, out.Moved = true, out.Feed.Moved
	out.ETag = first(a.header.Get("ETag"), out.ETag)
	out.LastModified = first(a.header.Get("Last-Modified"), out.LastModified)
	return nil
}

// changed takes a new document. Validators and a new address are kept only
// with the entries they vouch for.
func (p *Poller) changed(out *news.Fetch, a answer) (ask time.Duration, err error) {
	doc, err := Parse(a.body, a.contentType, a.address, out.At)
	if err != nil {
		return 0, err
	}
	p.name(&doc, out.Feed.Title)
	out.Entries, out.Title, out.SiteURL, out.Language = doc.Entries, doc.Title, doc.SiteURL, doc.Language
	out.ETag, out.LastModified = a.header.Get("ETag"), a.header.Get("Last-Modified")
	if doc.Truncated {
		out.ETag, out.LastModified = "", "" // ask for the whole of it next time
	}
	out.Moved = out.Feed.Moved
	if a.permanent && a.address != out.Feed.Address() {
		out.Moved = a.address
	}
	return doc.Ask, nil
}

// name prefers the title a person gave the feed as the entries' outlet, except
// where an entry names its source.
func (p *Poller) name(doc *Document, title string) {
	outlet := OutletName(title)
	if outlet == "" {
		return
	}
	for i := range doc.Entries {
		if doc.Entries[i].Outlet == doc.Outlet {
			doc.Entries[i].Outlet = outlet
		}
	}
}
