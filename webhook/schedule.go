package webhook

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// DefaultRetries returns the waits after the first failed attempt, the second
// and so on: Standard Webhooks' example schedule, 75 hours in all.
func DefaultRetries() []time.Duration {
	return []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
		10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}
}

const (
	// maxRetryAfter bounds how long a receiver may ask us to wait.
	maxRetryAfter = 7 * 24 * time.Hour
	// An endpoint that failed rests before the next attempt, whatever that is
	// at: an overloaded one gets a pause, and a dead one with much to come is
	// not asked for each of it, ...
	minRest = time.Second
	// ... but never longer than this, so that it soon gets the rest once it
	// is back.
	maxRest = 5 * time.Minute
	// An endpoint that nothing got through to for so long is switched off, if
	// it was tried often enough: the clock may have been set.
	giveUpAfter    = 5 * 24 * time.Hour
	giveUpAttempts = 10
	// slowAfter is how long an attempt takes that makes its endpoint a slow one.
	slowAfter = time.Second
)

// moment is when an attempt started and ended, and what chooses its jitter.
type moment struct {
	started, ended time.Time
	random         float64 // from 0 to 1
}

// decide says what an answer means for a delivery and its endpoint.
func decide(retries []time.Duration, d news.Delivery, ans answer, m moment) news.Attempt {
	a := news.Attempt{Delivery: d.ID, Endpoint: d.Endpoint.ID, Number: d.Attempts, Started: m.started, Finished: m.ended,
		Status: ans.status, Response: ans.body, Error: ans.failure(), State: news.Delivered, Slow: m.ended.Sub(m.started) > slowAfter}
	if a.Error == "" {
		return a
	}
	if ans.interrupted {
		a.State, a.Due = news.Pending, m.ended
		return a
	}
	a.Failed, a.Slow = true, true
	asked := retryAfter(ans, m.ended)
	a.Rest = m.ended.Add(max(rest(retries, d.Endpoint.Failures+1, m.random), asked))
	a.Disable = giveUp(d.Endpoint, a)
	if d.Failures+1 > len(retries) || d.Event == news.Ping {
		a.State = news.Expired
		return a
	}
	a.State = news.Pending
	a.Due = m.ended.Add(max(wait(retries, d.Failures+1, m.random), asked))
	return a
}

// giveUp says why an endpoint is to be switched off after a failed attempt.
func giveUp(e news.Endpoint, a news.Attempt) string {
	if a.Status == http.StatusGone && e.Format != news.Exec {
		return "the receiver answered 410 Gone"
	}
	if e.Failing.IsZero() || e.Failures+1 < giveUpAttempts || a.Finished.Sub(e.Failing) < giveUpAfter {
		return ""
	}
	return fmt.Sprintf("nothing got through since %s UTC; at last: %s", e.Failing.UTC().Format("2006-01-02 15:04"), a.Error)
}

// wait is how long to wait after the nth failure, give or take a tenth; after
// failures beyond the schedule, its last wait.
func wait(retries []time.Duration, n int, random float64) time.Duration {
	if len(retries) == 0 {
		return 0
	}
	base := retries[min(n, len(retries))-1]
	return time.Duration(float64(base) * (0.9 + 0.2*random))
}

// rest is how long an endpoint is left alone after its nth failure in a row:
// one second, two, and then as long as a delivery that failed waits.
func rest(retries []time.Duration, n int, random float64) time.Duration {
	if n <= 2 {
		return time.Duration(n) * minRest
	}
	return min(wait(retries, n-2, random), maxRest)
}

// retryAfter is how long a receiver asks us to wait: in a Retry-After header
// of either form, seconds or a date (RFC 9110, section 10.2.3), or as the chat
// services say it in their answer to too many requests. 0 where nothing is
// asked, seven days at most.
func retryAfter(ans answer, now time.Time) time.Duration {
	if n, err := strconv.ParseFloat(ans.retryAfter, 64); err == nil && n >= 0 {
		return seconds(n)
	}
	if t, err := http.ParseTime(ans.retryAfter); err == nil {
		return min(max(t.Sub(now), 0), maxRetryAfter)
	}
	var said struct {
		Parameters struct {
			RetryAfter float64 `json:"retry_after"` // Telegram, seconds
		} `json:"parameters"`
		RetryAfter   float64 `json:"retry_after"`    // Discord, seconds
		RetryAfterMS float64 `json:"retry_after_ms"` // Matrix
	}
	if ans.status != http.StatusTooManyRequests || json.Unmarshal([]byte(ans.body), &said) != nil {
		return 0
	}
	return seconds(max(said.Parameters.RetryAfter, said.RetryAfter, said.RetryAfterMS/1000))
}

func seconds(n float64) time.Duration {
	return time.Duration(min(max(n, 0), maxRetryAfter.Seconds()) * float64(time.Second))
}

// failure words a failure for people, with the start of what the receiver
// said; "" if there was none.
func (ans answer) failure() string {
	switch {
	case ans.interrupted:
		return "interrupted by a shutdown"
	case ans.err != nil && ans.body == "":
		return start(ans.err.Error())
	case ans.err != nil:
		return start(ans.err.Error()) + ": " + start(ans.body)
	case ans.status >= 200 && ans.status <= 299 || ans.ok:
		return ""
	}
	s := strings.TrimSpace(fmt.Sprintf("answered %d %s", ans.status, http.StatusText(ans.status)))
	if ans.status >= 300 && ans.status <= 399 {
		s += " (redirects are not followed; add the address it leads to)"
	}
	if said := start(ans.body); said != "" {
		s += ": " + said
	}
	return s
}

// start is the start of what was said, in one line.
func start(words string) string {
	said := []rune(strings.Join(strings.Fields(words), " "))
	return string(said[:min(len(said), 200)])
}
