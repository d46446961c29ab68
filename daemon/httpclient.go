package daemon

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// ErrRefusedAddress is what a request to a private address fails with.
var ErrRefusedAddress = errors.New("private address refused")

// ClientOptions says whom a client may talk to.
type ClientOptions struct {
	// Allow holds host names, IP addresses and CIDR prefixes that may be
	// reached though they are private.
	Allow []string
	// OwnURLs says that the owner wrote the addresses requested: a private IP
	// address or "localhost" written out there is meant. Leave it false where
	// addresses come from feeds. It does not hold for requests a redirect
	// makes: who follows redirects by hand sets their Response, as the client
	// does.
	OwnURLs bool
	// Redirects is how many are followed; with 0 the redirect is the answer.
	Redirects int
	Timeout   time.Duration // of a whole exchange, body included; 0: none
}

// NewClient makes an HTTP client that refuses to connect to loopback, private,
// link-local, metadata and other special-purpose addresses, whatever name or
// redirect leads there, unless the options allow it. It keeps no cookies and
// ignores proxy variables, since through a proxy it could not tell where it
// connects to.
func NewClient(o ClientOptions) (*http.Client, error) {
	g, err := newGuard(o)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		DialContext:            g.dial,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           100,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  max(30*time.Second, o.Timeout),
		MaxResponseHeaderBytes: 64 << 10,
	}
	return &http.Client{
		Transport:     guarded{g, transport},
		CheckRedirect: limitRedirects(o.Redirects),
		Timeout:       o.Timeout,
	}, nil
}

// NewDialer makes a dialer that refuses the same addresses as the client, for
// what does not speak HTTP.
func NewDialer(o ClientOptions) (func(ctx context.Context, network, address string) (net.Conn, error), error) {
	g, err := newGuard(o)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		asked := &http.Request{URL: &url.URL{Host: address}}
		if err := g.checkRequest(asked); err != nil {
			return nil, fmt.Errorf("connect to %s: %w", host, err)
		}
		return g.dial(ctx, network, address)
	}, nil
}

func limitRedirects(limit int) func(*http.Request, []*http.Request) error {
	return func(_ *http.Request, via []*http.Request) error {
		if limit == 0 {
			return http.ErrUseLastResponse
		}
		if len(via) > limit {
			return fmt.Errorf("more than %d redirects", limit)
		}
		return nil
	}
}

// guard decides whom a client may talk to. It decides twice: when a request
// is made, on the address as written, and when a connection is, on the address
// a name has led to. The first is needed since an open connection is shared by
// all requests to the same host; the second is what names that change their
// address cannot get around.
type guard struct {
	public  *ssrf.Guardian
	names   []string // allowed, in lower case
	nets    []netip.Prefix
	ownURLs bool

	resolver *net.Resolver // nil: the system's
}

func newGuard(o ClientOptions) (*guard, error) {
	g := &guard{public: ssrf.New(ssrf.WithAnyPort()), ownURLs: o.OwnURLs}
	for _, a := range o.Allow {
		if p, err := netip.ParsePrefix(a); err == nil {
			g.nets = append(g.nets, p)
		} else if ip, err := netip.ParseAddr(a); err == nil {
			ip = ip.Unmap()
			g.nets = append(g.nets, netip.PrefixFrom(ip, ip.BitLen()))
		} else if a == "" || strings.ContainsAny(a, ":/ ") {
			return nil, fmt.Errorf("allow %q: write a host name, an IP address or a prefix such as 192.168.1.0/24", a)
		} else {
			g.names = append(g.names, strings.ToLower(a))
		}
	}
	return g, nil
}

// guarded is a transport that asks the guard first.
type guarded struct {
	guard *guard
	next  http.RoundTripper
}

// RoundTrip refuses the request or passes it on.
func (t guarded) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.guard.checkRequest(req); err != nil {
		if req.Body != nil {
			req.Body.Close()
		}
		return nil, err
	}
	return t.next.RoundTrip(req)
}

// CloseIdleConnections lets http.Client.CloseIdleConnections through.
func (t guarded) CloseIdleConnections() {
	if c, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// checkRequest refuses private addresses that are written out, unless they are
// allowed or the owner's own.
func (g *guard) checkRequest(req *http.Request) error {
	host := strings.ToLower(req.URL.Hostname())
	ip, literal := parseLiteral(host)
	if !literal || g.allowed(host, ip) {
		return nil
	}
	first := req
	for first.Response != nil { // set on the requests a redirect makes
		first = first.Response.Request
	}
	if g.ownURLs && first.URL.Host == req.URL.Host && !slices.ContainsFunc(metadata, contains(ip)) {
		return nil
	}
	return refuse(host, ip)
}

// dial connects to host and port if the addresses behind them may be used.
func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	host = strings.ToLower(host)
	// No connection idles for long: to have the kernel look after it is not worth
	// the calls.
	d := net.Dialer{Timeout: 15 * time.Second, KeepAlive: -1, Resolver: g.resolver}
	d.Control = func(_, peer string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(peer)
		if err != nil {
			return fmt.Errorf("connect to %s: %w", peer, err)
		}
		return g.checkPeer(host, ap.Addr().Unmap())
	}
	return d.DialContext(ctx, network, address)
}

// checkPeer judges the address that host has led to. What is written out was
// judged with the request, but "localhost" must lead home.
func (g *guard) checkPeer(host string, ip netip.Addr) error {
	if _, literal := parseLiteral(host); literal && (host != localhost || ip.IsLoopback()) || g.allowed(host, ip) {
		return nil
	}
	return refuse(host, ip)
}

// allowed reports whether host or the address it stands for is public or on
// the list. A name on the list does not open the metadata services to whoever
// runs its name server.
func (g *guard) allowed(host string, ip netip.Addr) bool {
	return g.public.SafeAddr(ip) == nil || slices.ContainsFunc(g.nets, contains(ip)) ||
		slices.Contains(g.names, host) && !slices.ContainsFunc(metadata, contains(ip))
}

const localhost = "localhost"

// parseLiteral returns the address a host writes out.
func parseLiteral(host string) (netip.Addr, bool) {
	if host == localhost {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1}), true
	}
	ip, err := netip.ParseAddr(host)
	return ip.Unmap().WithZone(""), err == nil
}

func contains(ip netip.Addr) func(netip.Prefix) bool {
	return func(p netip.Prefix) bool { return p.Contains(ip.WithZone("")) }
}

// metadata holds link-local addresses and those where clouds hand out
// credentials: no feed is there, so only an entry of their own opens them.
var metadata = []netip.Prefix{
	netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("fe80::/10"),
	netip.MustParsePrefix("fd00:ec2::254/128"),  // Amazon
	netip.MustParsePrefix("100.100.100.200/32"), // Alibaba
	netip.MustParsePrefix("192.0.0.192/32"),     // Oracle
}

func refuse(host string, ip netip.Addr) error {
	entry, where := host, ip.String()
	if host != where {
		where = host + " (" + where + ")"
	}
	if slices.ContainsFunc(metadata, contains(ip)) {
		entry = ip.String()
	}
	return fmt.Errorf("%w: %s; if it is yours, add %q to allow in the configuration", ErrRefusedAddress, where, entry)
}
