package feed

import (
	"bytes"
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
	acceptFeed   = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, " +
		"application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
	acceptPage = "text/html, application/xhtml+xml, */*;q=0.1"
	// maxErrorPage is how much is read of what stands beside a bad status, for
	// a hint of what is wrong; bytes.
	maxErrorPage = 64 << 10
)

// wanted is what to ask a server for.
type wanted struct {
	address string
	accept  string
	linked  bool // a document names the address, not the owner
	// permit, where it is given, is asked before each request for its address.
	permit func(ctx context.Context, address string) error
	// leave ends the turn of address's host, if it has been taken already.
	leave func()
	// etag and modified make a request to the address from conditional. They
	// go to no other: what one server vouched for means nothing to another.
	from, etag, modified string
}

// answer is what a server had to say.
type answer struct {
	status      int
	header      http.Header
	body        []byte // of a 200, whole, as it was sent or expanded; of an error, the beginning
	contentType string
	address     string         // where it came from, redirects followed
	permanent   bool           // every redirect on the way is for good
	redirect    *http.Response // that led to address, if any
	digest      []byte         // of the body, where fetch needs it
}

// get fetches an address.
func (p *Poller) get(ctx context.Context, w wanted) (answer, error) {
	a, err := p.call(ctx, w)
	if err == nil {
		err = p.expand(&a)
	}
	return a, err
}

// expand undoes what was done to the body of an answer for its way.
func (p *Poller) expand(a *answer) (err error) {
	a.body, err = expand(a.body, a.header.Get("Content-Encoding"), p.MaxBody)
	return err
}

// call fetches an address but leaves the body as it was sent, following
// redirects itself so that every hop waits for its host.
func (p *Poller) call(ctx context.Context, w wanted) (answer, error) {
	a := answer{address: w.address, permanent: true}
	seen := map[string]bool{}
	for hop := 0; ; hop++ {
		seen[a.address] = true
		if w.permit != nil {
			if err := w.permit(ctx, a.address); err != nil {
				return a, err
			}
		}
		target, err := p.hop(ctx, w, &a)
		w.leave = nil
		switch {
		case err != nil || target == "":
			return a, err
		case seen[target]:
			return a, errors.New("the server redirects in a circle; look on the site for the feed")
		case hop == maxRedirects:
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
func (p *Poller) hop(ctx context.Context, w wanted, a *answer) (target string, err error) {
	if w.leave != nil {
		defer w.leave()
	}
	u, err := url.Parse(a.address)
	if err != nil || !isWebURL(u) {
		return "", errors.New("this is no web address; it has to begin with http:// or https://")
	}
	if w.leave == nil {
		leave, err := p.turns.enter(ctx, u.Host)
		if err != nil {
			return "", err
		}
		defer leave()
	}
	ctx, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	resp, err := p.ask(ctx, w, a)
	if err != nil {
		return "", networkReason(err)
	}
	defer func() { _ = resp.Body.Close() }()
	return p.take(resp, a)
}

// ask sends the request for a.address.
func (p *Poller) ask(ctx context.Context, w wanted, a *answer) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.address, nil)
	if err != nil {
		return nil, err
	}
	req.Response = a.redirect // as the client sets it, for a guard to see
	setIf(req.Header, "User-Agent", p.UserAgent)
	setIf(req.Header, "Accept", w.accept)
	setIf(req.Header, "Accept-Encoding", acceptEncoding)
	if a.address == w.from {
		setIf(req.Header, "If-None-Match", w.etag)
		setIf(req.Header, "If-Modified-Since", w.modified)
	}
	return p.once(w.linked).Do(req)
}

func setIf(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}

// once is the client for an address, but without cookies and leaving redirects
// to us.
func (p *Poller) once(linked bool) *http.Client {
	c := *p.Client
	if linked {
		c = *p.Linked
	}
	c.Jar = nil
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

// take reads a response into a, or tells where it redirects to.
func (p *Poller) take(resp *http.Response, a *answer) (target string, err error) {
	a.status, a.header, a.contentType = resp.StatusCode, resp.Header, resp.Header.Get("Content-Type")
	switch resp.StatusCode {
	case http.StatusOK:
		a.body, err = receive(resp, p.MaxBody)
		return "", err
	case http.StatusMovedPermanently, http.StatusPermanentRedirect:
	case http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect:
		a.permanent = false
	case http.StatusNotModified:
		return "", nil
	default:
		a.body, _ = readBody(resp, min(p.MaxBody, maxErrorPage)) // nothing is as good as a part
		return "", statusReason(a)
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

// fetch polls a feed once. It always gives an outcome to be recorded.
func (p *Poller) fetch(ctx context.Context, f news.Feed, v place) news.Fetch {
	a, err := p.call(ctx, wanted{address: f.Address(), accept: acceptFeed, leave: v.leave,
		from: f.From, etag: f.ETag, modified: f.LastModified})
	now := time.Now().UTC()
	out := news.Fetch{Feed: f, At: now, State: news.FeedActive, Manners: f.Manners}
	read := v.came(len(a.body))
	if err == nil && a.status == http.StatusOK {
		if err = p.expand(&a); err == nil {
			a.digest = digest(a)
		}
	}
	switch {
	case err != nil:
	case a.status == http.StatusNotModified:
		err = unchanged(&out, a)
	case bytes.Equal(f.Digest, a.digest):
		out.NotModified = true
		vouched(&out, a)
	default:
		err = p.changed(&out, a)
	}
	read()
	o := outcome{now: now, feed: f, failed: err != nil}
	if err != nil {
		o.refused, o.ours = refusal(a, now), isOurs(err)
		p.failed(ctx, &out, a, err)
	} else {
		p.succeeded(&out, a)
	}
	o.manners = out.Manners
	out.Next, out.Why = plan(o, p.limits())
	p.backup(&out)
	return out
}

// postponed leaves all as the last fetch left it, but for when the next is.
func postponed(f news.Feed, next time.Time, why string) news.Fetch {
	out := news.Fetch{Feed: f, At: f.LastFetch, Next: next, NotModified: true, State: news.FeedActive, Manners: f.Manners, Err: f.LastError}
	out.Why = why
	return out
}

// unchanged takes a 304. What it says of validators and freshness replaces
// what was said with the document; what it does not say stays (RFC 9111,
// section 4.3.4).
func unchanged(out *news.Fetch, a answer) error {
	if out.ETag == "" && out.LastModified == "" {
		return errors.New("the server says that nothing changed, but it has never shown us the feed; we try again later")
	}
	out.NotModified = true
	out.ETag = first(a.header.Get("ETag"), out.ETag)
	out.LastModified = first(a.header.Get("Last-Modified"), out.LastModified)
	if fresh, said := freshness(a.header, out.At); said {
		out.Fresh = fresh
	}
	return nil
}

// changed takes a new document. Validators are kept only with the entries they
// vouch for.
func (p *Poller) changed(out *news.Fetch, a answer) error {
	doc, err := Parse(a.body, a.contentType, a.address, out.At)
	if err != nil {
		return err
	}
	p.name(&doc, out.Feed.Title)
	p.wantPages(out.Feed, doc.Entries)
	out.Entries, out.Title, out.SiteURL, out.Language = doc.Entries, doc.Title, doc.SiteURL, doc.Language
	out.Ask, out.SkipHours, out.SkipDays = doc.Ask, doc.SkipHours, doc.SkipDays
	out.Published = rhythm(out.Published, doc, out.At)
	vouched(out, a)
	if doc.Truncated {
		out.ETag, out.LastModified, out.Digest = "", "", nil // ask for the whole of it next time
	}
	if p.Push {
		out.Hub, out.Topic = a.hub()
	}
	return nil
}

// vouched takes over what a response says of the document it carried.
func vouched(out *news.Fetch, a answer) {
	out.ETag, out.LastModified, out.From = a.header.Get("ETag"), a.header.Get("Last-Modified"), a.address
	out.Digest = a.digest
	out.Fresh, _ = freshness(a.header, out.At)
}

// movesSeen is how many polls in a row must be sent for good to the same
// address before it is asked straight away; forgetsAfter how many must fail
// there before the feed is looked for at its own address again.
const movesSeen, forgetsAfter = 3, 3

// succeeded ends a failure, and remembers where a redirect led.
func (p *Poller) succeeded(out *news.Fetch, a answer) {
	out.Failures, out.Offered = 0, ""
	out.Slow = wornOff(out.Slow)
	out.Weekly = 0
	if len(out.Published) > 0 && out.At.Sub(out.Published[0]) < 28*day {
		out.Weekly = 7 * perDay(out.At, out.Published, false)
	}
	switch {
	case !a.permanent || a.address == out.Feed.Address():
		out.Moving, out.MovingSeen = "", 0
		return
	case a.address != out.Moving:
		out.Moving, out.MovingSeen = a.address, 0
	}
	if out.MovingSeen++; out.MovingSeen >= movesSeen {
		out.Moved, out.Moving, out.MovingSeen = a.address, "", 0
	}
	if out.Moved == out.Feed.URL {
		out.Moved = ""
	}
}

// failed notes a failure, and what to do about one that will not pass.
func (p *Poller) failed(ctx context.Context, out *news.Fetch, a answer, err error) {
	out.Err = err.Error()
	if isOurs(err) {
		out.Failures = max(out.Failures, 1)
		return // no server failed
	}
	out.Failures++
	out.Moving, out.MovingSeen = "", 0
	if out.Failures >= forgetsAfter {
		out.Moved = ""
	}
	if a.status == http.StatusTooManyRequests {
		out.Slow = slower(out.Feed, out.At, p.Interval)
	}
	if a.status == http.StatusGone && a.permanent && out.Feed.Moved == "" {
		out.State = news.FeedGone
	}
	if found := p.offer(ctx, out, a, err); found != "" {
		out.Offered = found
	}
}

// offer finds a feed that the site shows in place of one that is no more: on
// the page that came instead of it or, once, on the site's own.
func (p *Poller) offer(ctx context.Context, out *news.Fetch, a answer, err error) string {
	var feeds []string
	var page *NotFeed
	switch missing := a.status == http.StatusNotFound || a.status == http.StatusGone; {
	case errors.As(err, &page):
		feeds = page.Feeds
	case missing:
		feeds = alternates(a.body, a.address)
		if len(feeds) == 0 && (out.Failures == 3 || out.State == news.FeedGone) && isWeb(out.Feed.SiteURL) {
			if home, err := p.get(ctx, wanted{address: out.Feed.SiteURL, accept: acceptPage, linked: true}); err == nil {
				feeds = alternates(home.body, home.address)
			}
		}
	}
	for _, address := range feeds {
		if address != out.Feed.Address() && address != out.Feed.URL {
			return address
		}
	}
	return ""
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
