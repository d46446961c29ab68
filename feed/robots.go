package feed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	robotsKept   = day       // how long a robots.txt holds (RFC 9309, section 2.4)
	robotsMissed = time.Hour // how long one that could not be read stands for a ban
	robotsSize   = 500 << 10 // bytes that are read of one, at least 500 KiB by the RFC
	robotsSites  = 2000      // sites remembered
)

// errForbidden is why a page is not fetched that robots.txt closes to us.
var errForbidden = errors.New("its robots.txt closes the page to programs; we keep what the feed says")

// robots knows what sites let programs fetch, by their robots.txt. The zero
// robots is ready for use.
type robots struct {
	mu    sync.Mutex
	sites map[string]site
}

type site struct {
	rules rules
	err   error // why nothing may be fetched for now
	until time.Time
}

// permit returns nil if the address may be fetched.
func (r *robots) permit(ctx context.Context, p *Poller, address string) error {
	u, err := url.Parse(address)
	if err != nil || !isWebURL(u) {
		return nil // the fetch says so itself
	}
	s := r.of(ctx, p, u.Scheme+"://"+strings.ToLower(u.Host))
	switch {
	case s.err != nil:
		return s.err
	case !s.rules.allow(u.RequestURI()):
		return errForbidden
	}
	return nil
}

func (r *robots) of(ctx context.Context, p *Poller, origin string) site {
	r.mu.Lock()
	s, ok := r.sites[origin]
	r.mu.Unlock()
	if ok && time.Now().Before(s.until) {
		return s
	}
	s = fetchRobots(ctx, p, origin)
	if ctx.Err() != nil {
		return s
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sites == nil || len(r.sites) >= robotsSites {
		r.sites = map[string]site{}
	}
	r.sites[origin] = s
	return s
}

// fetchRobots reads a robots.txt. A site that has none allows everything; one
// whose server fails allows nothing for now (section 2.3.1).
func fetchRobots(ctx context.Context, p *Poller, origin string) site {
	a, err := p.get(ctx, wanted{address: origin + "/robots.txt", accept: "text/plain, */*;q=0.1", linked: true})
	now := time.Now()
	switch {
	case err == nil:
		name, _, _ := strings.Cut(p.UserAgent, "/")
		return site{rules: readRobots(a.body, name), until: now.Add(robotsKept)}
	case a.status >= 400 && a.status < 500 && a.status != http.StatusTooManyRequests:
		return site{until: now.Add(robotsKept)}
	}
	return site{err: fmt.Errorf("robots.txt cannot be read (%w); we try again later", err), until: now.Add(robotsMissed)}
}

// rules say what of a site may be fetched.
type rules []rule

type rule struct {
	path  string
	allow bool
}

// robotsLine is a line of a robots.txt: a key and a value.
var robotsLine = regexp.MustCompile(`^\s*([A-Za-z-]+)\s*:\s*([^#]*?)\s*(?:#.*)?$`)

// readRobots takes the rules for a program of a robots.txt (RFC 9309, section
// 2.2): those of all groups that name it, else of those for everybody. Lines
// that are none are passed over.
func readRobots(body []byte, program string) rules {
	var ours, everybody rules
	body = bytes.TrimPrefix(body[:min(len(body), robotsSize)], []byte("\ufeff"))
	mine, all, named, inRules := false, false, false, false
	for line := range strings.FieldsFuncSeq(string(body), func(r rune) bool { return r == '\n' || r == '\r' }) {
		m := robotsLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		switch key, value := strings.ToLower(m[1]), m[2]; key {
		case "user-agent":
			if inRules {
				mine, all, inRules = false, false, false
			}
			all = all || value == "*"
			if strings.EqualFold(value[:productToken(value)], program) {
				mine, named = true, true
			}
		case "allow", "disallow":
			inRules = true
			r := rule{path: escaped(value), allow: key == "allow"}
			if r.path != "" && mine {
				ours = append(ours, r)
			}
			if r.path != "" && all {
				everybody = append(everybody, r)
			}
		}
	}
	if named {
		return ours
	}
	return everybody
}

// productToken is the length of the name in front of a version.
func productToken(s string) int {
	for i, r := range s {
		if r != '-' && r != '_' && (r|0x20 < 'a' || r|0x20 > 'z') {
			return i
		}
	}
	return len(s)
}

// allow decides by the longest rule that matches; of equal ones the allowing
// counts (section 2.2.2). target is path and query.
func (rs rules) allow(target string) bool {
	target = escaped(target)
	longest, allowed := -1, true
	for _, r := range rs {
		if n := len(r.path); r.matches(target) && (n > longest || n == longest && r.allow) {
			longest, allowed = n, r.allow
		}
	}
	return allowed || target == "/robots.txt"
}

// matches reports whether a rule's path begins target; in it "*" stands for
// anything and a "$" at its end for the end.
func (r rule) matches(target string) bool {
	pattern, whole := strings.CutSuffix(r.path, "$")
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(target, parts[0])
	for i, part := range parts[1:] {
		if !ok {
			return false
		}
		if whole && i == len(parts)-2 {
			return strings.HasSuffix(rest, part)
		}
		_, rest, ok = strings.Cut(rest, part)
	}
	return ok && (!whole || rest == "")
}

// escaped writes a path as all are compared: unreserved characters plain, the
// others as they are, and what is not ASCII as %XX.
func escaped(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		c, was := path[i], false
		if c == '%' && i+2 < len(path) {
			if n, err := strconv.ParseUint(path[i+1:i+3], 16, 8); err == nil {
				c, was = byte(n), true
				i += 2
			}
		}
		if c >= 0x80 || was && !unreserved(c) {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func unreserved(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
