package feed

import (
	"fmt"
	"hash/fnv"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// Limits are how often a feed is polled.
type Limits struct {
	Interval time.Duration // between polls of a feed that publishes hourly, or of which nothing is known
	Min, Max time.Duration // bounds of the interval and of the back-off
}

// outcome is what the next fetch is planned after.
type outcome struct {
	now     time.Time
	feed    news.Feed    // as it was before
	manners news.Manners // as they are now
	failed  bool
	refused time.Duration // after a failure: how long the server wants to be left alone
	ours    bool          // no server was reached: this machine's network is to blame
}

const (
	// longestAsk is how long we heed a server or document that wants to be
	// left alone: a mistake in a header must not silence a feed for a year.
	longestAsk = day
	// longestRefusal is the same for Retry-After, which nobody sends by mistake.
	longestRefusal = 7 * day
)

// plan says when a feed is to be fetched next, and why then. A success waits as
// usual suggests, a failure twice as long for each failure in a row; neither
// comes before the time asked for, nor at an hour the feed asks to be spared.
// Up to a tenth is added, a fixed share for each feed, so that feeds added
// together spread out.
func plan(o outcome, l Limits) (next time.Time, why string) {
	wait, why := usual(o.now, o.feed.Followed, o.manners, l)
	if o.failed {
		wait, why = backOff(o, wait, l)
	}
	wait = min(max(wait, l.Min), max(l.Max, l.Min))
	for _, ask := range asks(o) {
		if ask.wait > wait {
			wait, why = ask.wait, ask.why
		}
	}
	next = o.now.Add(wait + share(o.feed.URL, wait/10)).UTC()
	o.feed.Manners = o.manners
	if open, spared := opens(o.feed, next); spared != "" {
		return open, spared
	}
	return next, why
}

// opens is when a feed may be fetched that is due at t, and why not at t, ""
// if it may. It is asked when a fetch is planned and again when it begins, since
// it may come late.
func opens(f news.Feed, t time.Time) (time.Time, string) {
	open := afterSkipped(t, f.SkipHours, f.SkipDays)
	if !open.After(t) {
		return t, ""
	}
	return open.Add(share(f.URL, 10*time.Minute)), "asks not to be fetched before (skipHours, skipDays)"
}

// share is a fixed part of d for each feed.
func share(feed string, d time.Duration) time.Duration {
	h := fnv.New32a()
	_, _ = h.Write([]byte(feed))
	return d / 1024 * time.Duration(h.Sum32()%1024)
}

type ask struct {
	wait time.Duration
	why  string
}

// asks are the bounds that server and document set.
func asks(o outcome) []ask {
	if o.failed {
		return []ask{{o.refused, "its server says when to come back"}}
	}
	return []ask{
		{min(o.manners.Fresh, longestAsk), "its server says that nothing changes before (Cache-Control, Expires)"},
		{min(o.manners.Ask, longestAsk), "asks for this interval (ttl, updatePeriod)"},
		{o.manners.Slow, "its server found us too frequent (429)"},
	}
}

// backOff doubles the interval for each failure in a row. While this machine
// has no network, no server is troubled by another attempt.
func backOff(o outcome, wait time.Duration, l Limits) (time.Duration, string) {
	wait = min(wait, l.Interval)
	if o.ours {
		return max(wait, l.Interval), "looking whether the network is back"
	}
	for range min(o.manners.Failures, 20) {
		if wait < l.Max {
			wait *= 2
		}
	}
	return wait, "backing off after " + count(o.manners.Failures, "failure")
}

// dormant is the silence after which the silence alone sets the interval.
const dormant = 14 * day

// usual is the interval that suits how often a feed publishes.
//
// With articles that come at random and so many requests to spend, the sum of
// the delays until they are found is least when intervals are proportional to
// one over the root of the rate (Sia, Cho and Cho, "Efficient Monitoring
// Algorithm for Fast News Alerts", IEEE TKDE 19(7), 2007). A feed of a followed
// story counts four times, one that sends its whole document every time a
// quarter.
func usual(now time.Time, followed bool, m news.Manners, l Limits) (time.Duration, string) {
	switch {
	case l.Max <= l.Interval:
		return l.Interval, "is polled as all feeds are"
	case len(m.Published) == 0:
		return l.Interval, "how often it publishes is not known"
	}
	wait := float64(l.Interval) * math.Sqrt(24/perDay(now, m.Published, true))
	why := "publishes " + frequency(perDay(now, m.Published, false))
	if silence := now.Sub(m.Published[0]); silence >= dormant {
		// A sixtieth: six hours after a fortnight, a day after two months.
		wait = float64(silence / 60)
		why = fmt.Sprintf("quiet for %d days", int(silence/day))
	}
	if followed {
		wait /= 2
		why += ", lately on a followed story"
	}
	if m.ETag == "" && m.LastModified == "" {
		wait *= 2
		why += ", and can only be read whole"
	}
	return time.Duration(min(wait, float64(l.Max))), why
}

// frequency puts a rate in words.
func frequency(perDay float64) string {
	switch {
	case perDay >= .95:
		return fmt.Sprintf("about %.0f a day", perDay)
	case perDay >= .95/7:
		return fmt.Sprintf("about %.0f a week", perDay*7)
	}
	return fmt.Sprintf("about %.0f a month", max(perDay*30, 1))
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

// afterSkipped is t, or the end of the hours and days to be spared that t lies
// in. To spare all hours or all days is nonsense and not heeded.
func afterSkipped(t time.Time, hours uint32, days uint8) time.Time {
	const allHours, allDays = 1<<24 - 1, 1<<7 - 1
	if hours&allHours == allHours {
		hours = 0
	}
	if days&allDays == allDays {
		days = 0
	}
	t = t.UTC()
	for hours>>t.Hour()&1 == 1 || days>>t.Weekday()&1 == 1 {
		t = t.Truncate(time.Hour).Add(time.Hour)
	}
	return t
}

// skipped reads the hours of skipHours: 0 to 23, or 24 for midnight as RSS
// 0.91 has it.
func skipped(hours []string) (bits uint32) {
	for _, h := range hours {
		if n, err := strconv.Atoi(strings.TrimSpace(h)); err == nil && n >= 0 && n <= 24 {
			bits |= 1 << (n % 24)
		}
	}
	return bits
}

// skippedDays reads the English names of skipDays.
func skippedDays(days []string) (bits uint8) {
	for _, name := range days {
		for d := time.Sunday; d <= time.Saturday; d++ {
			if strings.EqualFold(strings.TrimSpace(name), d.String()) {
				bits |= 1 << d
			}
		}
	}
	return bits
}

// slower is the least interval after a 429: twice the one that was too short.
func slower(f news.Feed, now time.Time, usual time.Duration) time.Duration {
	last := usual
	if !f.LastFetch.IsZero() {
		last = now.Sub(f.LastFetch)
	}
	return min(2*max(last, f.Slow, usual), day)
}

// wornOff is the least interval after a success: an eighth less, until it is
// nothing.
func wornOff(slow time.Duration) time.Duration {
	if slow < time.Minute {
		return 0
	}
	return slow - slow/8
}

// refusal is how long a server that failed wants to be left alone.
func refusal(a answer, now time.Time) time.Duration {
	if a.header == nil {
		return 0
	}
	fresh, _ := freshness(a.header, now)
	fresh = min(fresh, longestAsk)
	if a.status == http.StatusTooManyRequests || a.status == http.StatusServiceUnavailable {
		return max(fresh, min(retryAfter(a.header, now), longestRefusal))
	}
	return fresh
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
// less Date (RFC 9111, section 4.2.1). It is not said where the response has
// neither Cache-Control nor Expires.
func freshness(h http.Header, now time.Time) (fresh time.Duration, said bool) {
	control := strings.ToLower(strings.Join(h.Values("Cache-Control"), ","))
	if strings.Contains(control, "no-cache") || strings.Contains(control, "no-store") {
		return 0, true
	}
	if m := maxAge.FindStringSubmatch(control); m != nil {
		seconds, err := strconv.ParseInt(m[1], 10, 32)
		if err != nil { // more than 68 years
			return longestAsk, true
		}
		age, _ := strconv.ParseInt(strings.TrimSpace(h.Get("Age")), 10, 32)
		return max(0, time.Duration(seconds-max(age, 0))*time.Second), true
	}
	expires, err := http.ParseTime(h.Get("Expires"))
	if err != nil {
		return 0, control != "" || h.Get("Expires") != ""
	}
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		date = now
	}
	return max(0, expires.Sub(date)), true
}
