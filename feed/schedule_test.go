package feed

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
	"pgregory.net/rapid"
)

var usually = Limits{Interval: 15 * time.Minute, Min: 5 * time.Minute, Max: 24 * time.Hour}

// often are n times, each so much before the other, the newest as long ago.
func often(n int, apart time.Duration) []time.Time {
	var all []time.Time
	for i := range n {
		all = append(all, testNow().Add(-time.Duration(i+1)*apart))
	}
	return all
}

func TestPlan(t *testing.T) {
	const unsaid = "not known"
	known := func(m news.Manners) news.Manners { m.ETag = "e"; return m }
	hourly := known(news.Manners{Published: often(100, time.Hour)})
	tight := Limits{Interval: 15 * time.Minute, Min: 5 * time.Minute, Max: 12 * time.Hour}
	for _, c := range []struct {
		name   string
		o      outcome
		limits Limits
		want   time.Duration
		why    string // in it
	}{
		{"nothing known", outcome{}, usually, 15 * time.Minute, unsaid},
		{"hourly", outcome{manners: hourly}, usually, 15 * time.Minute, "about 24 a day"},
		{"six times a day", outcome{manners: known(news.Manners{Published: often(60, 4*time.Hour)})}, usually, 30 * time.Minute, "about 6 a day"},
		{"every minute", outcome{manners: known(news.Manners{Published: often(100, time.Minute)})}, usually, 5 * time.Minute, "a day"},
		{"weekly", outcome{manners: known(news.Manners{Published: often(20, 7*day)})}, usually, 224 * time.Minute, "about 3 a month"},
		{"once, an hour ago", outcome{manners: known(news.Manners{Published: often(1, time.Hour)})}, usually, 73 * time.Minute, "about 1 a day"},
		{"hourly, followed", outcome{feed: news.Feed{Followed: true}, manners: hourly}, usually, 7*time.Minute + 30*time.Second, "followed"},
		{"hourly, no validators", outcome{manners: news.Manners{Published: often(100, time.Hour)}}, usually, 30 * time.Minute, "read whole"},
		{"quiet for a month", outcome{manners: known(news.Manners{Published: often(9, 30*day)})}, usually, 12 * time.Hour, "quiet for 30 days"},
		{"quiet for a month, followed", outcome{feed: news.Feed{Followed: true}, manners: known(news.Manners{Published: often(9, 30*day)})}, usually,
			6 * time.Hour, "quiet for 30 days, lately on a followed story"},
		{"quiet for a year", outcome{manners: known(news.Manners{Published: often(9, 365*day)})}, usually, day, "quiet for 365 days"},
		{"first failure", outcome{failed: true, manners: news.Manners{Failures: 1}}, tight, 30 * time.Minute, "after 1 failure"},
		{"third failure", outcome{failed: true, manners: news.Manners{Failures: 3}}, tight, 2 * time.Hour, "after 3 failures"},
		{"hundredth failure", outcome{failed: true, manners: news.Manners{Failures: 100}}, tight, 12 * time.Hour, "after 100 failures"},
		{"failure of a busy one", outcome{failed: true, manners: news.Manners{Failures: 1, Published: often(100, time.Minute), ETag: "e"}}, tight,
			5 * time.Minute, "after 1 failure"},
		{"no network", outcome{failed: true, ours: true, manners: news.Manners{Failures: 9}}, tight, 15 * time.Minute, "network"},
		{"fresh", outcome{manners: news.Manners{Fresh: time.Hour}}, tight, time.Hour, "Cache-Control"},
		{"fresh for less than the interval", outcome{manners: news.Manners{Fresh: time.Minute}}, tight, 15 * time.Minute, unsaid},
		{"ttl", outcome{manners: news.Manners{Fresh: time.Hour, Ask: 2 * time.Hour}}, tight, 2 * time.Hour, "ttl"},
		{"asks for a month", outcome{manners: news.Manners{Ask: 30 * day}}, tight, day, "ttl"},
		{"was too frequent", outcome{manners: news.Manners{Slow: 40 * time.Minute}}, tight, 40 * time.Minute, "429"},
		{"followed and told to wait", outcome{feed: news.Feed{Followed: true}, manners: news.Manners{Fresh: time.Hour, Published: often(100, time.Hour)}},
			tight, time.Hour, "Cache-Control"},
		{"refused for longer than the back-off", outcome{failed: true, refused: 20 * time.Hour}, tight, 20 * time.Hour, "come back"},
		{"refused for less than the back-off", outcome{failed: true, refused: time.Minute, manners: news.Manners{Failures: 4}}, tight, 4 * time.Hour, "backing off"},
		{"interval under the minimum", outcome{}, Limits{Interval: time.Second, Min: 5 * time.Minute, Max: time.Hour}, 5 * time.Minute, unsaid},
		{"always the same", outcome{manners: known(news.Manners{Published: often(9, 365*day)})}, Limits{Interval: time.Second, Max: time.Second}, time.Second, "as all feeds"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.now, c.o.feed.URL = testNow(), "http://a.example/"
			next, why := plan(c.o, c.limits)
			if got := next.Sub(c.o.now).Round(time.Second); got < c.want || got > c.want+c.want/10+time.Minute {
				t.Errorf("got %v, want %v to a tenth more", got, c.want)
			}
			if !strings.Contains(why, c.why) {
				t.Errorf("why is %q, want %q", why, c.why)
			}
		})
	}
}

// TestPlanKeepsPromises: never before what was asked for, never before the
// minimum, never at an hour to be spared, and never silent for more than about
// a day or the maximum (and the days to be spared) but after a Retry-After.
func TestPlanKeepsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := func(name string) time.Duration {
			return time.Duration(rapid.Int64Range(0, int64(100*day)).Draw(t, name))
		}
		l := Limits{Interval: span("interval"), Min: span("min"), Max: span("max")}
		m := news.Manners{
			Fresh: span("fresh"), Ask: span("ask"), Slow: min(span("slow"), day), Failures: rapid.IntRange(0, 1000).Draw(t, "failures"),
			SkipHours: rapid.Uint32Range(0, 1<<24-1).Draw(t, "hours"), SkipDays: rapid.Uint8Range(0, 1<<7-1).Draw(t, "days"),
			Published: often(rapid.IntRange(0, 100).Draw(t, "n"), max(span("apart"), time.Minute)),
		}
		o := outcome{now: testNow(), feed: news.Feed{URL: rapid.String().Draw(t, "url"), Followed: rapid.Bool().Draw(t, "followed")},
			manners: m, failed: rapid.Bool().Draw(t, "failed"), refused: min(span("refused"), longestRefusal)}
		next, why := plan(o, l)
		wait := next.Sub(o.now)
		promised := min(max(m.Fresh, m.Ask, m.Slow), day)
		if o.failed {
			promised = o.refused
		}
		if wait < max(promised, l.Min) {
			t.Fatalf("early: %v, because it %s", wait, why)
		}
		if most := max(day, l.Max, l.Min, promised); wait > most+most/10+7*day {
			t.Fatalf("late: %v, because it %s", wait, why)
		}
		if again := afterSkipped(next, m.SkipHours, m.SkipDays); !again.Equal(next) {
			t.Fatalf("%v is to be spared until %v", next, again)
		}
	})
}

func TestPlanSpreads(t *testing.T) {
	for _, hours := range []uint32{0, 1<<12 | 1<<13} {
		seen := map[time.Time]bool{}
		for i := range 100 {
			o := outcome{now: testNow(), feed: news.Feed{URL: "http://a.example/" + string(rune('A'+i))}, manners: news.Manners{SkipHours: hours}}
			next, _ := plan(o, Limits{Interval: time.Hour, Max: day})
			seen[next] = true
		}
		if len(seen) < 80 {
			t.Errorf("100 feeds share %d times, skipping %b", len(seen), hours)
		}
	}
}

func TestAfterSkipped(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse("Mon 2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		at    string
		hours []string
		days  []string
		want  string
	}{
		{"Sun 2026-03-01 12:34", nil, nil, "Sun 2026-03-01 12:34"},
		{"Sun 2026-03-01 12:34", []string{"12", " 13 "}, nil, "Sun 2026-03-01 14:00"},
		{"Sun 2026-03-01 23:34", []string{"23", "24"}, nil, "Mon 2026-03-02 01:00"},
		{"Sun 2026-03-01 12:34", nil, []string{"sunday"}, "Mon 2026-03-02 00:00"},
		{"Sat 2026-02-28 12:34", []string{"0"}, []string{"Saturday", "Sunday"}, "Mon 2026-03-02 01:00"},
		{"Sun 2026-03-01 12:34", []string{"noon", "-1", "99"}, []string{"Sonntag"}, "Sun 2026-03-01 12:34"},
		{"Sun 2026-03-01 12:34", strings.Fields("0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23"),
			strings.Fields("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"), "Sun 2026-03-01 12:34"},
	} {
		if got := afterSkipped(at(c.at), skipped(c.hours), skippedDays(c.days)); !got.Equal(at(c.want)) {
			t.Errorf("%s, sparing %q %q: %v", c.at, c.hours, c.days, got)
		}
	}
}

func TestFreshness(t *testing.T) {
	for _, c := range []struct {
		headers []string
		want    time.Duration
	}{
		{nil, -1},
		{[]string{"Cache-Control", "max-age=600"}, 10 * time.Minute},
		{[]string{"Cache-Control", `private , MAX-AGE="600"`, "Age", "60"}, 9 * time.Minute},
		{[]string{"Cache-Control", "max-age=600, no-cache"}, 0},
		{[]string{"Cache-Control", "no-cache, max-age=600"}, 0},
		{[]string{"Cache-Control", "max-age=-1"}, 0},
		{[]string{"Cache-Control", "max-age=soon"}, 0},
		{[]string{"Cache-Control", "max-age=99999999999"}, day},
		{[]string{"Vary", "Accept"}, -1}, // not said
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
		got, said := freshness(h, testNow())
		if !said {
			got = -1
		}
		if got != c.want {
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

func TestParseReadsWhatIsAsked(t *testing.T) {
	body := `<rss version="2.0"><channel><title>T</title><ttl>60</ttl><skipHours><hour>0</hour><hour>1</hour></skipHours>` +
		`<skipDays><day>Sunday</day><day>Monday</day></skipDays><item><title>One</title><guid>1</guid></item></channel></rss>`
	doc, err := Parse([]byte(body), "", "http://a.example/", testNow())
	if err != nil || doc.Ask != time.Hour || doc.SkipHours != 3 || doc.SkipDays != 3 {
		t.Errorf("asks for %v, spares %b, %b: %v", doc.Ask, doc.SkipHours, doc.SkipDays, err)
	}
}
