package web

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// reply is a whole answer: a document, or the address it moved to.
type reply struct {
	Body     []byte
	Type     string    // media type
	Modified time.Time // zero: not known
	Cache    string    // Cache-Control
	Public   bool      // scripts of other sites may read it
	Link     string    // header; "" for none
	Moved    string    // path it lives at now, for ever; "" if it is here
	See      string    // path of a page to go on to; "" for none
	Status   int       // 0: 200
	Tag      string    // of the content, "" until it is packed
	Packed   []byte    // Body, compressed
	until    time.Time // it may be sent again without asking; zero: no
}

// answer makes the reply to a request. It returns news.ErrNotFound for what
// does not exist and a misuse for what cannot be asked.
type answer func(r *http.Request) (reply, error)

// act does what a form asks for and answers, mostly with where to go on.
type act func(w http.ResponseWriter, r *http.Request) (reply, error)

// misuse is a request that cannot be answered, and how to ask instead.
type misuse string

func (m misuse) Error() string { return string(m) }

// tooMany is a request that came too soon, and how long to wait.
type tooMany time.Duration

func (t tooMany) Error() string {
	return fmt.Sprintf("Too many tries. Wait %d minutes.", int(time.Duration(t).Minutes())+1)
}

// How long an answer may be used without asking again.
const (
	cacheAsk  = "no-cache" // keep it, but ask each time whether it changed
	cacheFeed = "public, max-age=60"
	cacheDay  = "public, max-age=86400"
	cacheEver = "public, max-age=31536000, immutable"
	cacheMine = "private, no-cache"
	// What is meant for one asker only, and only now.
	cacheNever = "no-store"
)

// serve turns an answer into a handler.
func (h *handler) serve(answer answer) http.Handler {
	return h.do(func(_ http.ResponseWriter, r *http.Request) (reply, error) { return answer(r) })
}

// do turns an act into a handler.
func (h *handler) do(act act) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reply, err := act(w, r)
		var wrong misuse
		var soon tooMany
		var refusal news.Refusal
		switch {
		case errors.As(err, &refusal):
			h.fail(w, r, http.StatusConflict, sentence(string(refusal)))
		case errors.Is(err, news.ErrNotFound):
			h.missed(w, r)
		case errors.As(err, &wrong):
			h.fail(w, r, http.StatusBadRequest, wrong.Error())
		case errors.As(err, &soon):
			w.Header().Set("Retry-After", strconv.Itoa(int(time.Duration(soon).Seconds())+1))
			h.fail(w, r, http.StatusTooManyRequests, soon.Error())
		case r.Context().Err() != nil: // hardly anybody waits for it
			w.WriteHeader(http.StatusServiceUnavailable)
		case err != nil:
			h.Log.Error("request failed", "path", r.URL.Path, "err", err)
			h.fail(w, r, http.StatusInternalServerError, "This could not be done just now. The log of the daemon says why.")
		case reply.Moved != "":
			w.Header().Set("Cache-Control", cacheFeed)
			allowScripts(w, reply.Public)
			http.Redirect(w, r, reply.Moved, http.StatusMovedPermanently)
		case reply.See != "":
			w.Header().Set("Cache-Control", cacheNever)
			http.Redirect(w, r, reply.See, http.StatusSeeOther)
		default:
			h.keepPrivate(w, r, &reply)
			sent := send(w, r, reply)
			if reply.Public && !h.Access.Private && r.Method == http.MethodGet && !reply.until.IsZero() {
				h.fast.keep(string(fastKey(nil, r.Host, r.RequestURI, acceptsGzip(r.Header.Get("Accept-Encoding")))), reply.until, sent)
			}
		}
	})
}

// keepPrivate takes leave from shared caches to keep what not everybody may
// see, and what was made for one asker.
func (h *handler) keepPrivate(w http.ResponseWriter, r *http.Request, reply *reply) {
	if h.Access.Private && !open(r.URL.Path) {
		reply.Cache = strings.Replace(reply.Cache, "public", "private", 1)
		w.Header().Add("Vary", "Authorization, Cookie")
	} else if strings.HasPrefix(reply.Type, "text/html") {
		w.Header().Add("Vary", "Cookie")
		if who(r).Write {
			reply.Cache = cacheMine
		}
	}
}

func allowScripts(w http.ResponseWriter, public bool) {
	if public {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Expose-Headers", "ETag")
	}
}

// smallest is the size in bytes from which compressing an answer pays.
const smallest = 1024

// send writes a document, or only that it has not changed (RFC 9110, section
// 13), and returns what it wrote. The entity tag is the content's hash, another
// one for each encoding.
func send(w http.ResponseWriter, r *http.Request, d reply) response {
	if d.Tag == "" {
		sum := sha256.Sum256(d.Body)
		d.Tag = hex.EncodeToString(sum[:12])
	}
	packed := len(d.Body) >= smallest && acceptsGzip(r.Header.Get("Accept-Encoding"))
	tag := `"` + d.Tag + `"`
	if packed {
		tag = `"` + d.Tag + `-gz"`
	}
	if d.Modified.After(time.Now()) {
		d.Modified = time.Time{}
	}
	header := w.Header()
	allowScripts(w, d.Public)
	header.Set("ETag", tag)
	header.Add("Vary", "Accept-Encoding")
	header.Set("Cache-Control", d.Cache)
	if d.Link != "" {
		header.Set("Link", d.Link)
	}
	if !d.Modified.IsZero() {
		header.Set("Last-Modified", d.Modified.UTC().Format(http.TimeFormat))
	}
	if d.Status == 0 && unchanged(r.Header.Values("If-None-Match"), r.Header.Get("If-Modified-Since"), tag, d.Modified) {
		w.WriteHeader(http.StatusNotModified)
		return response{http.StatusNotModified, tag, d.Modified, header, nil}
	}
	header.Set("Content-Type", d.Type)
	if packed {
		header.Set("Content-Encoding", "gzip")
		if d.Packed == nil {
			d.Packed = compress(d.Body)
		}
		d.Body = d.Packed
	}
	header.Set("Content-Length", strconv.Itoa(len(d.Body)))
	if d.Status != 0 {
		w.WriteHeader(d.Status)
	}
	if r.Method != http.MethodHead {
		_, _ = w.Write(d.Body) // who hung up hears nothing
	}
	return response{cmp.Or(d.Status, http.StatusOK), tag, d.Modified, header, d.Body}
}

// unchanged reports whether the asker already holds the document, by its
// If-None-Match and If-Modified-Since. A tag, where one is given, decides alone.
func unchanged(given []string, date, tag string, modified time.Time) bool {
	if len(given) > 0 {
		for held := range strings.SplitSeq(strings.Join(given, ","), ",") {
			held = strings.TrimPrefix(strings.TrimSpace(held), "W/")
			if held == tag || held == "*" {
				return true
			}
		}
		return false
	}
	since, err := http.ParseTime(date)
	return err == nil && !modified.IsZero() && !modified.Truncate(time.Second).After(since)
}

// acceptsGzip reads an Accept-Encoding header.
func acceptsGzip(header string) bool {
	for item := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(item, ";")
		if name = strings.ToLower(strings.TrimSpace(name)); name != "gzip" && name != "*" {
			continue
		}
		value, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(weight)), "q=")
		if q, err := strconv.ParseFloat(value, 64); !ok || err != nil || q > 0 {
			return true
		}
		if name == "gzip" {
			return false
		}
	}
	return false
}

func compress(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body) // memory does not fail
	_ = z.Close()
	return b.Bytes()
}

// missed answers for what is not there, or not any more.
func (h *handler) missed(w http.ResponseWriter, r *http.Request) {
	if h.gone(r) {
		h.fail(w, r, http.StatusGone, "This story was deleted.")
		return
	}
	h.fail(w, r, http.StatusNotFound, "There is nothing at this address.")
}

// fail answers with an error: a page to people, problem+json (RFC 9457) to
// programs.
func (h *handler) fail(w http.ResponseWriter, r *http.Request, status int, detail string) {
	var body []byte
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	if forPrograms(r) {
		header.Set("Content-Type", "application/problem+json")
		allowScripts(w, true)
		body = problem(status, detail)
	} else {
		header.Set("Content-Type", "text/html; charset=utf-8")
		body = h.errorPage(r, status, detail)
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

func forPrograms(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

func problem(status int, detail string) []byte {
	body, err := json.Marshal(map[string]any{
		"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": detail,
	})
	if err != nil {
		return nil
	}
	return append(body, '\n')
}
