package webhook

import (
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/storywire/storywire/news"
)

func TestDecide(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	in := func(d time.Duration) time.Time { return now.Add(d) }
	date := in(90 * time.Second).Format(http.TimeFormat)
	past := in(-time.Hour).Format(http.TimeFormat)
	tests := []struct {
		name    string
		number  int
		ans     answer
		state   news.DeliveryState
		due     time.Time
		err     string
		disable string
	}{
		{name: "ok", number: 1, ans: answer{status: 200}, state: news.Delivered},
		{name: "no content", number: 10, ans: answer{status: 204}, state: news.Delivered},
		{name: "first failure", number: 1, ans: answer{status: 500}, state: news.Pending, due: in(5 * time.Second),
			err: "answered 500 Internal Server Error"},
		{name: "no answer", number: 2, ans: answer{err: errors.New("connection refused")}, state: news.Pending,
			due: in(5 * time.Minute), err: "connection refused"},
		{name: "redirect", number: 3, ans: answer{status: 301}, state: news.Pending, due: in(30 * time.Minute),
			err: "answered 301 Moved Permanently (redirects are not followed; add the address it leads to)"},
		{name: "what the receiver says", number: 9, ans: answer{status: 400, body: " bad\n\tsignature "}, state: news.Pending,
			due: in(24 * time.Hour), err: "answered 400 Bad Request: bad signature"},
		{name: "unnamed status", number: 1, ans: answer{status: 599}, state: news.Pending, due: in(5 * time.Second), err: "answered 599"},
		{name: "last failure", number: 10, ans: answer{status: 500}, state: news.Expired, err: "answered 500 Internal Server Error"},
		{name: "gone", number: 1, ans: answer{status: 410}, state: news.Pending, due: in(5 * time.Second),
			err: "answered 410 Gone", disable: "the receiver answered 410 Gone"},
		{name: "retry after seconds", number: 1, ans: answer{status: 429, retryAfter: "60"}, state: news.Pending,
			due: in(time.Minute), err: "answered 429 Too Many Requests"},
		{name: "retry after a date", number: 1, ans: answer{status: 503, retryAfter: date}, state: news.Pending,
			due: in(90 * time.Second), err: "answered 503 Service Unavailable"},
		{name: "retry after less than the schedule", number: 2, ans: answer{status: 503, retryAfter: "1"}, state: news.Pending,
			due: in(5 * time.Minute), err: "answered 503 Service Unavailable"},
		{name: "retry after a past date", number: 1, ans: answer{status: 503, retryAfter: past}, state: news.Pending,
			due: in(5 * time.Second), err: "answered 503 Service Unavailable"},
		{name: "retry after nonsense", number: 1, ans: answer{status: 503, retryAfter: "-3"}, state: news.Pending,
			due: in(5 * time.Second), err: "answered 503 Service Unavailable"},
		{name: "retry after years", number: 1, ans: answer{status: 503, retryAfter: "4000000000"}, state: news.Pending,
			due: in(7 * 24 * time.Hour), err: "answered 503 Service Unavailable"},
		{name: "stopped in flight", number: 10, ans: answer{err: errors.New("context canceled"), interrupted: true},
			state: news.Pending, due: now, err: "interrupted by a shutdown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := news.Delivery{Attempts: tt.number, Failures: tt.number - 1}
			a := decide(DefaultRetries(), d, tt.ans, moment{now, now, 0.5})
			if a.State != tt.state || !a.Due.Equal(tt.due) || a.Error != tt.err || a.Disable != tt.disable {
				t.Errorf("got %q due %v error %q disable %q", a.State, a.Due, a.Error, a.Disable)
			}
			if a.Number != tt.number || a.Status != tt.ans.status || !a.Finished.Equal(now) {
				t.Errorf("attempt is %+v", a)
			}
		})
	}
}

// A failed attempt is retried within a tenth of the schedule and never before
// Retry-After, until the schedule ends; then it expires.
func TestDecideProperty(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		seconds := rapid.Int64Range(0, 1e6)
		var retries []time.Duration
		for _, s := range rapid.SliceOfN(seconds, 0, 12).Draw(t, "retries") {
			retries = append(retries, time.Duration(s)*time.Second)
		}
		number := rapid.IntRange(1, 14).Draw(t, "number")
		after := time.Duration(rapid.Int64Range(0, 5e5).Draw(t, "after")) * time.Second
		ans := answer{status: rapid.IntRange(300, 599).Draw(t, "status")}
		if rapid.Bool().Draw(t, "as a date") {
			ans.retryAfter = now.Add(after).Format(http.TimeFormat)
		} else {
			ans.retryAfter = strconv.Itoa(int(after.Seconds()))
		}
		a := decide(retries, news.Delivery{Attempts: number, Failures: number - 1}, ans, moment{now, now, rapid.Float64Range(0, 1).Draw(t, "random")})
		if number > len(retries) {
			if a.State != news.Expired {
				t.Fatalf("attempt %d of %d left the delivery %q", number, len(retries)+1, a.State)
			}
			return
		}
		got, base := a.Due.Sub(now), retries[number-1]
		if a.State != news.Pending || got < after || got < base*9/10 || got > max(after, base*11/10+1) {
			t.Fatalf("%q, due after %v; schedule %v, Retry-After %v", a.State, got, base, after)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	for _, tt := range []struct {
		ans  answer
		want time.Duration
	}{
		{answer{status: 429, body: `{"ok":false,"error_code":429,"parameters":{"retry_after":31}}`}, 31 * time.Second},                     // Telegram
		{answer{status: 429, body: `{"message":"You are being rate limited.","retry_after":1.5,"global":false}`}, 1500 * time.Millisecond}, // Discord
		{answer{status: 429, body: `{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2000}`}, 2 * time.Second},                               // Matrix
		{answer{status: 429, retryAfter: "0.65"}, 650 * time.Millisecond},
		{answer{status: 429, body: `{"retry_after":"soon"}`}, 0},
		{answer{status: 500, body: `{"retry_after":9}`}, 0},
		{answer{status: 429, body: `{"retry_after":1e300}`}, maxRetryAfter},
	} {
		if got := retryAfter(tt.ans, time.Now()); got != tt.want {
			t.Errorf("%+v: %v, want %v", tt.ans, got, tt.want)
		}
	}
}

// What a failed attempt means for the endpoint.
func TestDecideEndpoint(t *testing.T) {
	now := time.Date(2026, 3, 10, 5, 6, 7, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	gone := "the receiver answered 410 Gone"
	for _, tt := range []struct {
		name     string
		endpoint news.Endpoint
		ans      answer
		rest     time.Duration
		disable  string
	}{
		{"first failure", news.Endpoint{}, answer{status: 500}, time.Second, ""},
		{"third in a row", news.Endpoint{Failures: 2, Failing: ago(time.Second)}, answer{status: 500}, 5 * time.Second, ""},
		{"many", news.Endpoint{Failures: 30, Failing: ago(24 * time.Hour)}, answer{status: 500}, 5 * time.Minute, ""},
		{"asked to wait", news.Endpoint{}, answer{status: 429, retryAfter: "60"}, time.Minute, ""},
		{"five days", news.Endpoint{Failures: 30, Failing: ago(5 * 24 * time.Hour)}, answer{status: 500}, 5 * time.Minute,
			"nothing got through since 2026-03-05 05:06 UTC; at last: answered 500 Internal Server Error"},
		{"five days, hardly tried", news.Endpoint{Failures: 3, Failing: ago(50 * 24 * time.Hour)}, answer{status: 500}, 5 * time.Minute, ""},
		{"gone", news.Endpoint{Failures: 1, Failing: ago(time.Second)}, answer{status: 410}, 2 * time.Second, gone},
	} {
		a := decide(DefaultRetries(), news.Delivery{Attempts: 1, Endpoint: tt.endpoint}, tt.ans, moment{ago(2 * time.Second), now, 0.5})
		if got := a.Rest.Sub(now); got != tt.rest || a.Disable != tt.disable || !a.Failed || !a.Slow {
			t.Errorf("%s: rests %v, %q; %+v", tt.name, got, a.Disable, a)
		}
	}
	a := decide(DefaultRetries(), news.Delivery{Attempts: 1}, answer{interrupted: true}, moment{now, now, 0.5})
	if a.Failed || !a.Rest.IsZero() {
		t.Errorf("a shutdown was held against the endpoint: %+v", a)
	}
	if a := decide(DefaultRetries(), news.Delivery{Attempts: 1, Event: news.Ping}, answer{status: 500}, moment{now, now, 0.5}); a.State != news.Expired {
		t.Errorf("a ping that failed is %s", a.State)
	}
}
