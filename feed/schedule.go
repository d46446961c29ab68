package feed

import (
	"hash/fnv"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// Limits are how often a feed is polled.
type Limits struct {
	Interval time.Duration // between polls of a feed that asks for nothing
	Min, Max time.Duration // bounds of the interval and of the back-off
}

// Asked is how long a server and its document want to be left alone.
type Asked struct {
	RetryAfter time.Duration // Retry-After of a 429 or 503
	Fresh      time.Duration // Cache-Control or Expires (RFC 9111, section 4.2)
	Document   time.Duration // ttl, sy:updatePeriod
}

// longestAsk is how long we heed a server that wants to be left alone: a
// mistake in a header must not silence a feed for a year.
const longestAsk = day

// Next is when a feed is to be fetched again after an attempt at now. A
// success waits the interval, a failure twice as long for each failure in a
// row, up to the limit; neither comes before the time asked for, up to a day.
// Up to a tenth is added, a fixed share for each feed, so that feeds added
// together spread out.
func Next(now time.Time, f news.Feed, failed bool, ask Asked, l Limits) time.Time {
	wait := l.Interval
	if failed {
		for range min(f.Failures+1, 20) {
			if wait < l.Max {
				wait *= 2
			}
		}
	}
	wait = min(max(wait, l.Min), max(l.Max, l.Min))
	wait = max(wait, min(max(ask.RetryAfter, ask.Fresh, ask.Document), longestAsk))
	h := fnv.New32a()
	_, _ = h.Write([]byte(f.URL))
	return now.Add(wait + wait/10*time.Duration(h.Sum32()%1024)/1024).UTC()
}

// retryAfter reads Retry-After, which is seconds or a date (RFC 9110, section
// 10.2.3).
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.ParseInt(v, 10, 32); err == nil {
		return max(0, time.Duration(n)*time.Second)
	}
	if t, err := http.ParseTime(v); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}

// maxAge finds the directive among others; its group is seconds.
var maxAge = regexp.MustCompile(`(?:^|[,\s])max-age\s*=\s*"?(\d+)`)

// freshness is how long a response stays fresh: max-age less Age, else Expires
// less Date (RFC 9111, section 4.2.1).
func freshness(h http.Header, now time.Time) time.Duration {
	if control := strings.ToLower(strings.Join(h.Values("Cache-Control"), ",")); control != "" {
		if strings.Contains(control, "no-cache") || strings.Contains(control, "no-store") {
			return 0
		}
		if m := maxAge.FindStringSubmatch(control); m != nil {
			seconds, _ := strconv.ParseInt(m[1], 10, 32)
			age, _ := strconv.ParseInt(strings.TrimSpace(h.Get("Age")), 10, 32)
			return max(0, time.Duration(seconds-max(age, 0))*time.Second)
		}
	}
	expires, err := http.ParseTime(h.Get("Expires"))
	if err != nil {
		return 0
	}
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		date = now
	}
	return max(0, expires.Sub(date))
}
