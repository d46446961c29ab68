package web

import (
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/storywire/storywire/news"
)

// sessionLife is how long a log-in lasts.
const sessionLife = 30 * 24 * time.Hour

// loginContent is the content of the page to log in on.
type loginContent struct {
	Next    string // path to go on to
	Wrong   string // why the last try failed
	Unset   bool   // there is no password
	Private bool
}

func (h *handler) loginPage(r *http.Request) (reply, error) {
	return h.askLogin(r, onward(r.URL.Query().Get("next")), "")
}

func (h *handler) askLogin(r *http.Request, next, wrong string) (reply, error) {
	hash, err := h.passwordHash(r)
	if err != nil {
		return reply{}, err
	}
	content := loginContent{Next: next, Wrong: wrong, Unset: hash == "", Private: h.Access.Private}
	out, err := h.page(r, loginTemplate, frame{Title: "Log in", Here: "/login", Content: content})
	out.Cache = cacheNever
	return out, err
}

// loginFirst asks to log in, and leads to a path of ours then.
func (h *handler) loginFirst(next string) reply {
	return reply{See: h.base + "/login?next=" + url.QueryEscape(next)}
}

// onward is a path of ours to go on to, the first page for anything else.
func onward(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}

func (h *handler) passwordHash(r *http.Request) (string, error) {
	if h.Access.Password != "" {
		return h.Access.Password, nil
	}
	return h.Store.Password(r.Context())
}

// login lets in who knows the password: the browser gets a cookie.
func (h *handler) login(w http.ResponseWriter, r *http.Request) (reply, error) {
	next := onward(r.PostFormValue("next"))
	hash, err := h.passwordHash(r)
	if err != nil {
		return reply{}, err
	}
	right, wait, err := h.guess(hash, r)
	switch {
	case err != nil:
		return reply{}, err
	case wait > 0:
		return reply{}, tooMany(wait)
	case !right:
		out, err := h.askLogin(r, next, "This is not the password.")
		out.Status = http.StatusForbidden
		return out, err
	}
	secret, now := rand.Text(), time.Now()
	sum := sha256.Sum256([]byte(secret))
	_, err = h.Store.AddKey(r.Context(), news.Key{Sum: sum[:], Scope: news.ScopeSession, Created: now, Until: now.Add(sessionLife)})
	if err != nil {
		return reply{}, err
	}
	http.SetCookie(w, h.sessionCookie(secret, int(sessionLife/time.Second)))
	return reply{See: h.base + next}, nil
}

func (h *handler) sessionCookie(value string, age int) *http.Cookie {
	return &http.Cookie{
		Name: h.cookie, Value: value, Path: h.base + "/", MaxAge: age,
		HttpOnly: true, Secure: h.secure, SameSite: http.SameSiteLaxMode,
	}
}

func (h *handler) logout(w http.ResponseWriter, r *http.Request) (reply, error) {
	sum := sha256.Sum256([]byte(who(r).Session))
	http.SetCookie(w, h.sessionCookie("", -1))
	return reply{See: h.base + "/"}, h.Store.EndSession(r.Context(), sum[:])
}

// How often one address may guess the password.
const (
	maxTries = 5
	triesIn  = 15 * time.Minute
	maxTried = 10000 // addresses remembered
)

// tries counts failed log-ins. An IPv6 address counts with all of its network,
// since one person has so many.
type tries struct {
	mu    sync.Mutex
	count map[netip.Prefix][]time.Time
}

// guess tries the password of a request, or says how long its sender has to
// wait. One at a time, since each takes 19 MiB.
func (h *handler) guess(hash string, r *http.Request) (right bool, wait time.Duration, err error) {
	t := &h.tries
	t.mu.Lock()
	defer t.mu.Unlock()
	from, now := network(h.Access.client(r)), time.Now()
	failed := t.count[from]
	if len(failed) == maxTries && now.Before(failed[0].Add(triesIn)) {
		return false, failed[0].Add(triesIn).Sub(now), nil
	}
	if password := r.PostFormValue("password"); hash != "" && len(password) <= 1024 {
		if right, err = matches(hash, password); err != nil {
			return false, 0, err
		}
	}
	if right {
		delete(t.count, from)
		return true, 0, nil
	}
	h.Log.Warn("log-in failed", "from", from)
	if t.count == nil || len(t.count) >= maxTried {
		t.count = map[netip.Prefix][]time.Time{}
	}
	failed = append(failed, now)
	t.count[from] = failed[max(len(failed)-maxTries, 0):]
	return false, 0, nil
}

func network(ip netip.Addr) netip.Prefix {
	bits := 32
	if ip.Is6() {
		bits = 64
	}
	p, err := ip.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
