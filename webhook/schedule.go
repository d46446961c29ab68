package webhook

import (
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

// maxRetryAfter bounds how long a receiver may ask us to wait.
const maxRetryAfter = 7 * 24 * time.Hour

// decide says what an answer to attempt number means for delivery and
// endpoint. random, from 0 to 1, chooses the jitter. Delivery and Started are
// left to the caller.
func decide(retries []time.Duration, number int, ans answer, now time.Time, random float64) news.Attempt {
	a := news.Attempt{Number: number, Finished: now, Status: ans.status, Response: ans.body, State: news.Delivered}
	if ans.status >= 200 && ans.status <= 299 {
		return a
	}
	a.Error = explain(ans)
	if ans.status == http.StatusGone {
		a.Disable = "the receiver answered 410 Gone"
	}
	if ans.interrupted {
		a.State, a.Due = news.Pending, now
		return a
	}
	if number > len(retries) {
		a.State = news.Expired
		return a
	}
	a.State = news.Pending
	a.Due = now.Add(max(wait(retries, number, random), retryAfter(ans.retryAfter, now)))
	return a
}

// wait is how long to wait after attempt number, give or take a tenth; after
// attempts beyond the schedule, its last wait.
func wait(retries []time.Duration, number int, random float64) time.Duration {
	if len(retries) == 0 {
		return 0
	}
	base := retries[min(number, len(retries))-1]
	return time.Duration(float64(base) * (0.9 + 0.2*random))
}

// retryAfter reads a Retry-After header in either form, seconds or a date (RFC
// 9110, section 10.2.3); 0 where there is none to read, seven days at most.
func retryAfter(header string, now time.Time) time.Duration {
	if n, err := strconv.ParseUint(header, 10, 32); err == nil {
		return min(time.Duration(n)*time.Second, maxRetryAfter)
	}
	if t, err := http.ParseTime(header); err == nil {
		return min(max(t.Sub(now), 0), maxRetryAfter)
	}
	return 0
}

// explain words a failure for people, with the start of what the receiver
// said.
func explain(ans answer) string {
	switch {
	case ans.interrupted:
		return "interrupted by a shutdown"
	case ans.err != nil:
		return ans.err.Error()
	}
	s := strings.TrimSpace(fmt.Sprintf("answered %d %s", ans.status, http.StatusText(ans.status)))
	if ans.status >= 300 && ans.status <= 399 {
		s += " (redirects are not followed; add the address it leads to)"
	}
	if said := []rune(strings.Join(strings.Fields(ans.body), " ")); len(said) > 0 {
		s += ": " + string(said[:min(len(said), 200)])
	}
	return s
}
