package feed

import (
	"context"
	"net"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/publicsuffix"
)

const (
	// restFactor: a domain is left alone ten times as long as it took to
	// answer, so that a slow one is asked less (Heydon and Najork, "Mercator: A
	// Scalable, Extensible Web Crawler", World Wide Web 2, 1999).
	restFactor = 10
	firstRest  = 250 * time.Millisecond // before a domain has answered
	longRest   = 2 * time.Second
)

// turns lets one request at a time to each host and keeps a pace for each
// registrable domain, so that a provider with a name for each customer is not
// asked by all of them at once. The zero turns is ready for use.
type turns struct {
	mu      sync.Mutex
	hosts   map[string]*turn
	domains map[string]*domain
}

type turn struct {
	domain *domain
	busy   bool
	freed  chan struct{} // closed when a busy host is left; nil while nobody waits
}

type domain struct {
	next time.Time // no request begins before
	rest time.Duration
}

// enter waits for the turn of a request to host, a name or address with or
// without port. leave ends it.
func (t *turns) enter(ctx context.Context, host string) (leave func(), err error) {
	for {
		leave, at, freed := t.try(host, time.Now())
		if leave != nil {
			return leave, nil
		}
		var paced <-chan time.Time
		if freed == nil {
			paced = time.After(time.Until(at))
		}
		select {
		case <-freed:
		case <-paced:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// try takes the turn if it is free. If not, either freed is closed when it may
// be, or it is not before at.
func (t *turns) try(host string, now time.Time) (leave func(), at time.Time, freed <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h := t.of(strings.ToLower(host))
	if h.busy {
		if h.freed == nil {
			h.freed = make(chan struct{})
		}
		return nil, time.Time{}, h.freed
	}
	if h.domain.next.After(now) {
		return nil, h.domain.next, nil
	}
	h.busy = true
	h.domain.next = now.Add(h.domain.rest)
	return func() { t.leave(h, now) }, time.Time{}, nil
}

func (t *turns) leave(h *turn, began time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	h.busy = false
	h.domain.rest = min(restFactor*now.Sub(began), longRest)
	h.domain.next = now.Add(h.domain.rest)
	if h.freed != nil {
		close(h.freed)
		h.freed = nil
	}
}

func (t *turns) of(host string) *turn {
	if t.hosts == nil {
		t.hosts, t.domains = map[string]*turn{}, map[string]*domain{}
	}
	h, ok := t.hosts[host]
	if !ok {
		name := registrable(host)
		if t.domains[name] == nil {
			t.domains[name] = &domain{rest: firstRest}
		}
		h = &turn{domain: t.domains[name]}
		t.hosts[host] = h
	}
	return h
}

// forget drops the hosts that nothing is remembered of but their names.
func (t *turns) forget(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	kept := map[*domain]bool{}
	for name, h := range t.hosts {
		if h.busy || h.domain.next.After(now) {
			kept[h.domain] = true
		} else {
			delete(t.hosts, name)
		}
	}
	for name, d := range t.domains {
		if !kept[d] {
			delete(t.domains, name)
		}
	}
}

// registrable is the domain somebody has registered that a host is part of; an
// IP address stands for itself, whatever the port.
func registrable(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if net.ParseIP(strings.Trim(host, "[]")) != nil {
		return host
	}
	if name, err := publicsuffix.EffectiveTLDPlusOne(strings.TrimSuffix(host, ".")); err == nil {
		return name
	}
	return host
}
