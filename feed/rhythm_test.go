package feed

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestRhythm(t *testing.T) {
	now := testNow()
	ago := func(minutes ...int) (all []time.Time) {
		for _, m := range minutes {
			all = append(all, now.Add(-time.Duration(m)*time.Minute))
		}
		return all
	}
	for _, c := range []struct {
		name  string
		known []time.Time
		here  []time.Time // dates of the document's entries
		want  []time.Time
	}{
		{"first sight", nil, ago(60, 0, 200), ago(0, 60, 200)},
		{"one more", ago(60, 200), ago(10, 60), ago(10, 60, 200)},
		{"the same again", ago(60, 60, 200), ago(60, 60, 200), ago(60, 60, 200)},
		{"three where two were", ago(60, 60), ago(60, 60, 60), ago(60, 60, 60)},
		{"without dates", ago(60), []time.Time{{}, {}}, ago(60)},
		{"announced", ago(60), ago(-10, 20), ago(20, 60)},
		{"before time was", nil, []time.Time{time.Unix(-5000, 0)}, nil},
		{"the server's clock", ago(60), ago(0, 0, 0), ago(60)},
		{"one alone, just now", ago(60), ago(0), ago(0, 60)},
		{"all of one day long ago", nil, ago(9000, 9000), ago(9000, 9000)},
	} {
		var doc Document
		for _, t := range c.here {
			doc.found = append(doc.found, found{published: t})
		}
		if got := rhythm(c.known, doc, now); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	var doc Document
	for i := range 3 * maxPublished {
		doc.found = append(doc.found, found{updated: now.Add(-time.Duration(i) * time.Hour)})
	}
	if got := rhythm(nil, doc, now); len(got) != maxPublished || !got[0].Equal(now) {
		t.Errorf("%d times are kept, from %v", len(got), got[0])
	}
}

func TestPerDay(t *testing.T) {
	all := func(n int, apart time.Duration) []time.Time { return often(n, apart) }
	for _, c := range []struct {
		name     string
		times    []time.Time
		together bool
		want     float64
	}{
		{"none", nil, false, 1. / 28},
		{"two hours of a new feed", all(2, time.Hour), false, 2},
		{"hourly for a day", all(24, time.Hour), false, 24},
		{"a full memory of minutes", all(100, time.Minute), false, 1440},
		{"a month ago", all(5, 30*day), false, 1. / 28},
		{"weekly", all(20, 7*day), false, 3. / 28},
		{"fifty in one minute, apart", repeat(50), false, 50},
		{"fifty in one minute, together", repeat(50), true, 1},
	} {
		if got := perDay(testNow(), c.times, c.together); got < c.want*.99 || got > c.want*1.01 {
			t.Errorf("%s: %v a day, want %v", c.name, got, c.want)
		}
	}
}

func repeat(n int) (times []time.Time) {
	for range n {
		times = append(times, testNow().Add(-time.Hour))
	}
	return times
}

// TestChallengesAreTold from pages that only speak of them.
func TestChallengesAreTold(t *testing.T) {
	for body, want := range map[string]bool{
		"<html><title>Just a moment...</title>":                                   true,
		"<!doctype html><div>Verify you are human</div>":                          true,
		"<html><title>Our news</title>":                                           false,
		"Just a moment... says the plain text":                                    false,
		strings.Repeat(" ", maxPage) + "<html><title>Just a moment...</title>":    false,
		"<html><script src='https://geo.captcha-delivery.com/captcha/'></script>": true,
	} {
		if got := isChallenge(nil, []byte(body)); got != want {
			t.Errorf("%.60q: %v", body, got)
		}
	}
}
