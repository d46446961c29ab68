package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// Access says who may read and who may write. The zero value lets everybody
// read and nobody write without a log-in.
type Access struct {
	Private  bool           // reading needs a log-in or a key, too
	Loopback bool           // who asks from this machine may write without a log-in
	Hosts    []string       // names the site may be asked under beside its own
	Proxies  []netip.Prefix // whose X-Forwarded-For is believed
	Password string         // hash of the admin password; "": the one that is stored, if any
}

// KeyStore knows who may come in.
type KeyStore interface {
	// Password returns the hash of the admin password, "" if none is set.
	Password(ctx context.Context) (string, error)
	// FindKey returns the key whose secret has this hash, or news.ErrNotFound.
	FindKey(ctx context.Context, sum []byte, now time.Time) (news.Key, error)
	// AddKey keeps a key.
	AddKey(ctx context.Context, k news.Key) (added bool, err error)
	// EndSession drops the key of a session.
	EndSession(ctx context.Context, sum []byte) error
}

// asker is who makes a request.
type asker struct {
	Read, Write bool
	Local       bool   // let in for being on this machine
	Session     string // the cookie; "" if nobody logged in
	Keyed       bool   // showed a key in the address
	Bearer      bool   // showed a key that no browser sends by itself
}

type askerKey struct{}

// who returns who makes a request.
func who(r *http.Request) asker {
	a, _ := r.Context().Value(askerKey{}).(asker)
	return a
}

// ask finds out who makes a request.
func (h *handler) ask(r *http.Request) (asker, error) {
	if h.Access.Loopback && h.near && h.Access.local(r) {
		return asker{Read: true, Write: true, Local: true}, nil
	}
	a := asker{Read: !h.Access.Private}
	if cookie, err := r.Cookie(h.cookie); err == nil {
		key, err := h.key(r.Context(), cookie.Value)
		if err != nil {
			return a, err
		}
		if key.Scope == news.ScopeSession {
			return asker{Read: true, Write: true, Session: cookie.Value}, nil
		}
	}
	secret, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		_, secret, _ = r.BasicAuth()
	}
	key, err := h.key(r.Context(), strings.TrimSpace(secret))
	a.Read = a.Read || key.Scope == news.ScopeRead || key.Scope == news.ScopeWrite
	// A browser repeats a password it was given for any page that asks; what it
	// writes must not rest on that.
	a.Write = key.Scope == news.ScopeWrite && bearer
	a.Bearer = a.Write
	return a, err
}

// key returns the key a secret is of, one that opens nothing if there is none.
func (h *handler) key(ctx context.Context, secret string) (news.Key, error) {
	if secret == "" {
		return news.Key{}, nil
	}
	sum := sha256.Sum256([]byte(secret))
	key, err := h.Store.FindKey(ctx, sum[:], time.Now())
	if errors.Is(err, news.ErrNotFound) {
		return news.Key{}, nil
	}
	return key, err
}

// formMark is what a form must carry to be this asker's own: nobody else can
// read our pages as this browser does.
func (h *handler) formMark(a asker) string {
	of := a.Session
	if a.Local {
		of = "local"
	}
	mac := hmac.New(sha256.New, h.secret)
	mac.Write([]byte(of))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// forwarding are headers that only something between us and the asker sets.
var forwarding = []string{"Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "True-Client-Ip", "Cf-Connecting-Ip", "X-Original-Host"}

// local reports whether a request was made on this machine, by one who meant
// this machine. A proxy here connects from here too, so whatever may have come
// through one is not local: where any header speaks of a proxy and, before that
// is asked, where the site has an address of its own.
func (a Access) local(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	switch {
	case err != nil, !peer.Addr().Unmap().IsLoopback(), a.trusts(peer.Addr()):
		return false
	case !loopbackName(r.Host), !r.ProtoAtLeast(1, 1): // proxies speak 1.0 who have nothing else to say
		return false
	}
	for name := range r.Header {
		if strings.HasPrefix(name, "X-Forwarded-") || slices.Contains(forwarding, name) {
			return false
		}
	}
	origin := r.Header.Get("Origin")
	return origin == "" || origin == "null" || loopbackOrigin(origin)
}

func loopbackOrigin(address string) bool {
	u, err := url.Parse(address)
	return err == nil && loopbackName(u.Host)
}

// loopbackName reports whether a host, with or without a port, is this machine.
func loopbackName(host string) bool {
	name := hostname(host)
	ip, err := netip.ParseAddr(name)
	return name == "localhost" || err == nil && ip.IsLoopback()
}

// hostname is a host in lower case without port and brackets.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

// answersTo reports whether the site may be asked under a name. A page of a
// stranger whose own name was made to lead here must not get an answer: its
// scripts could read it. Nobody can do that to an IP address.
func (a Access) answersTo(host, own string) bool {
	name := hostname(host)
	if name == own || name == "localhost" || slices.Contains(a.Hosts, name) {
		return true
	}
	_, err := netip.ParseAddr(name)
	return err == nil
}

func (a Access) trusts(ip netip.Addr) bool {
	return slices.ContainsFunc(a.Proxies, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) })
}

// client is where a request comes from as far as that can be known: past the
// proxies we trust.
func (a Access) client(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	ip := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && a.trusts(ip); i-- {
		before, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		ip = before.Unmap()
	}
	return ip
}

// keyPath begins the addresses that carry a key, for feed readers that know of
// no other way: what is below reads as the site does, with links that carry the
// key again.
const keyPath = "/key/"

// byKey answers below an address that carries a key. Nothing can be changed
// there: addresses get about more easily than passwords.
func (h *handler) byKey(w http.ResponseWriter, r *http.Request, rest string) {
	secret, below, _ := strings.Cut(rest, "/")
	key, err := h.key(r.Context(), secret)
	if err == nil && key.Scope != news.ScopeRead && key.Scope != news.ScopeWrite {
		err = news.ErrNotFound
	}
	c := h.Config
	c.Site.BaseURL, c.Site.Hub, c.Access.Private = h.Site.URL(keyPath+secret), "", true
	var keyed *handler
	if err == nil {
		if keyed, err = newHandler(c); err == nil {
			keyed.kept, keyed.trust = h.kept, h.trust
		}
	}
	switch {
	case errors.Is(err, news.ErrNotFound):
		h.fail(w, r, http.StatusNotFound, "There is nothing at this address.")
	case err != nil:
		h.Log.Error("request failed", "err", err)
		h.fail(w, r, http.StatusInternalServerError, "This could not be done just now. The log of the daemon says why.")
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		h.fail(w, r, http.StatusMethodNotAllowed, "This address can only be read.")
	default:
		r = r.Clone(context.WithValue(r.Context(), askerKey{}, asker{Read: true, Keyed: true}))
		r.URL.Path, r.URL.RawPath = "/"+below, ""
		keyed.routes().ServeHTTP(w, r)
	}
}

// allowed lists the methods that an address takes.
func allowed(r *http.Request, forms *http.ServeMux) string {
	methods := []string{"GET", "HEAD"}
	for _, method := range []string{"POST", "PATCH", "DELETE"} {
		if _, pattern := forms.Handler(&http.Request{Method: method, URL: r.URL, Host: r.Host}); pattern != "" {
			methods = append(methods, method)
		}
	}
	return strings.Join(methods, ", ")
}
