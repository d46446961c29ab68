package feed

import (
	"slices"
	"time"
)

// maxPublished is how many times of publication are remembered of a feed: for
// a busy one they tell of the last hours, for a slow one of months.
const maxPublished = 100

// rhythm adds the dates of a document's entries to those known, newest first,
// each as often as it stands in the one or the other. Dates that all are of
// just now are the server's clock, not the entries'.
func rhythm(known []time.Time, doc Document, now time.Time) []time.Time {
	var here []time.Time
	for _, f := range doc.found {
		t := f.published
		if t.IsZero() {
			t = f.updated
		}
		if t.Unix() > 0 && !t.After(now) {
			here = append(here, t.UTC().Truncate(time.Minute))
		}
	}
	slices.SortFunc(here, newestFirst)
	if n := len(here); n > 1 && here[0].Sub(here[n-1]) < time.Minute && now.Sub(here[0]) < time.Hour {
		return known
	}
	return merge(known, here)
}

func newestFirst(a, b time.Time) int { return b.Compare(a) }

// merge unites two falling lists.
func merge(a, b []time.Time) []time.Time {
	var all []time.Time
	for len(all) < maxPublished && (len(a) > 0 || len(b) > 0) {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].After(b[0]):
			all, a = append(all, a[0]), a[1:]
		case len(a) == 0 || b[0].After(a[0]):
			all, b = append(all, b[0]), b[1:]
		default:
			all, a, b = append(all, a[0]), a[1:], b[1:]
		}
	}
	return all
}

// perDay is how many articles a day the times of publication come to, over the
// last four weeks or as far back as they go, but a day at least unless so many
// came since. With together, those that came within a minute count once.
func perDay(now time.Time, times []time.Time, together bool) float64 {
	const window = 28 * day
	n, span := 0, window
	for i, t := range times {
		if now.Sub(t) >= window {
			break
		}
		if i == 0 || !together || !t.Equal(times[i-1]) {
			n++
		}
		if i == maxPublished-1 {
			span = max(now.Sub(t), time.Minute)
		} else if i == len(times)-1 {
			span = max(now.Sub(t), day)
		}
	}
	return max(float64(n), 1) * float64(day) / float64(span)
}
