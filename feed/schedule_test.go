package feed

import (
	"net/http"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
	"pgregory.net/rapid"
)

func TestNext(t *testing.T) {
	limits := Limits{Interval: 15 * time.Minute, Min: 5 * time.Minute, Max: 12 * time.Hour}
	for _, c := range []struct {
		name     string
		failures int
		failed   bool
		ask      Asked
		limits   Limits
		want     time.Duration
	}{
		{name: "success", want: 15 * time.Minute, limits: limits},
		{name: "success after failures", failures: 5, want: 15 * time.Minute, limits: limits},
		{name: "first failure", failed: true, want: 30 * time.Minute, limits: limits},
		{name: "third failure", failures: 2, failed: true, want: 2 * time.Hour, limits: limits},
		{name: "hundredth failure", failures: 99, failed: true, want: 12 * time.Hour, limits: limits},
		{name: "fresh", ask: Asked{Fresh: time.Hour}, want: time.Hour, limits: limits},
		{name: "fresh for less than the interval", ask: Asked{Fresh: time.Minute}, want: 15 * time.Minute, limits: limits},
		{name: "ttl", ask: Asked{Fresh: time.Hour, Document: 2 * time.Hour}, want: 2 * time.Hour, limits: limits},
		{name: "asks for a month", ask: Asked{Document: 30 * day}, want: day, limits: limits},
		{name: "asks for longer than the back-off", failed: true, ask: Asked{RetryAfter: 20 * time.Hour}, want: 20 * time.Hour, limits: limits},
		{name: "asks for less than the back-off", failures: 3, failed: true, ask: Asked{RetryAfter: time.Minute}, want: 4 * time.Hour, limits: limits},
		{name: "interval under the minimum", want: 5 * time.Minute, limits: Limits{Interval: time.Second, Min: 5 * time.Minute, Max: time.Hour}},
		{name: "quick, for a demonstration", want: 2 * time.Second, limits: Limits{Interval: 2 * time.Second, Max: time.Hour}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Next(testNow(), news.Feed{URL: "http://a.example/", Failures: c.failures}, c.failed, c.ask, c.limits).Sub(testNow())
			if got < c.want || got > c.want+c.want/10 {
				t.Errorf("got %v, want %v to a tenth more", got, c.want)
			}
		})
	}
}

// TestNextKeepsPromises: never before what was asked for, never before the
// minimum, and never silent for more than about a day or the maximum.
func TestNextKeepsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := func(name string) time.Duration {
			return time.Duration(rapid.Int64Range(0, int64(100*day)).Draw(t, name))
		}
		l := Limits{Interval: span("interval"), Min: span("min"), Max: span("max")}
		ask := Asked{RetryAfter: span("retry"), Fresh: span("fresh"), Document: span("document")}
		f := news.Feed{URL: rapid.String().Draw(t, "url"), Failures: rapid.IntRange(0, 1000).Draw(t, "failures")}
		wait := Next(testNow(), f, rapid.Bool().Draw(t, "failed"), ask, l).Sub(testNow())
		if promised := min(max(ask.RetryAfter, ask.Fresh, ask.Document), day); wait < max(promised, l.Min) {
			t.Fatalf("early: %v", wait)
		}
		if most := max(day, l.Max, l.Min); wait > most+most/10 {
			t.Fatalf("late: %v", wait)
		}
	})
}

func TestNextSpreads(t *testing.T) {
	seen := map[time.Time]bool{}
	for i := range 100 {
		f := news.Feed{URL: "http://a.example/" + string(rune('A'+i))}
		seen[Next(testNow(), f, false, Asked{}, Limits{Interval: time.Hour, Max: day})] = true
	}
	if len(seen) < 80 {
		t.Errorf("100 feeds share %d times", len(seen))
	}
}

func TestFreshness(t *testing.T) {
	for _, c := range []struct {
		headers []string
		want    time.Duration
	}{
		{nil, 0},
		{[]string{"Cache-Control", "max-age=600"}, 10 * time.Minute},
		{[]string{"Cache-Control", `private , MAX-AGE="600"`, "Age", "60"}, 9 * time.Minute},
		{[]string{"Cache-Control", "max-age=600, no-cache"}, 0},
		{[]string{"Cache-Control", "no-cache, max-age=600"}, 0},
		{[]string{"Cache-Control", "max-age=-1"}, 0},
		{[]string{"Cache-Control", "max-age=soon"}, 0},
		{[]string{"Cache-Control", "s-maxage=600, max-age=60"}, time.Minute},
		{[]string{"Cache-Control", "public", "Expires", "Sun, 01 Mar 2026 13:00:00 GMT"}, time.Hour},
		{[]string{"Cache-Control", "max-age=60", "Age", "600"}, 0},
		{[]string{"Expires", "Sun, 01 Mar 2026 13:00:00 GMT"}, time.Hour},
		{[]string{"Expires", "Sun, 01 Mar 2026 13:00:00 GMT", "Date", "Sun, 01 Mar 2026 12:30:00 GMT"}, 30 * time.Minute},
		{[]string{"Expires", "0"}, 0},
		{[]string{"Expires", "Thu, 01 Jan 1970 00:00:00 GMT"}, 0},
	} {
		h := http.Header{}
		for i := 0; i < len(c.headers); i += 2 {
			h.Set(c.headers[i], c.headers[i+1])
		}
		if got := freshness(h, testNow()); got != c.want {
			t.Errorf("%q: got %v, want %v", c.headers, got, c.want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"":                              0,
		"120":                           2 * time.Minute,
		"-5":                            0,
		"soon":                          0,
		"Sun, 01 Mar 2026 12:10:00 GMT": 10 * time.Minute,
		"Sun, 01 Mar 2026 11:00:00 GMT": 0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {value}}, testNow()); got != want {
			t.Errorf("%q: got %v, want %v", value, got, want)
		}
	}
}
