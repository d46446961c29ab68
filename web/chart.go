package web

import (
	"fmt"
	"time"

	"github.com/storywire/storywire/news"
)

// chart is how many articles came when, as bars.
type chart struct {
	Label    string // all of it in words
	From, To string
	Most     int
	Unit     string // "day" or "week"
	Bars     []bar
}

// bar is one bar of a chart chartWidth wide and chartHeight high.
type bar struct {
	X, Y, Width, Height float64
	Title               string
}

const (
	chartWidth, chartHeight = 600, 72
	maxBars                 = 62
)

const day = 24 * time.Hour

// newChart counts articles by day of publication, by week where that gives too
// many bars. It returns nil for articles of fewer than two days.
func newChart(articles []news.Article) *chart {
	count := map[int]int{}
	first, last := 1<<31, 0
	for _, a := range articles {
		if d := int(a.Published.Unix() / int64(day/time.Second)); d > 0 {
			count[d]++
			first, last = min(first, d), max(last, d)
		}
	}
	if last <= first {
		return nil
	}
	c := &chart{Unit: "day"}
	step := 1
	if last-first >= maxBars {
		step, c.Unit = 7, "week"
		first = max(first, last-7*maxBars+1) // what is older than a year is left out
	}
	n := (last-first)/step + 1
	sums := make([]int, n)
	for d, of := range count {
		if d >= first {
			sums[(d-first)/step] += of
			c.Most = max(c.Most, sums[(d-first)/step])
		}
	}
	date := func(d int) string { return time.Unix(int64(d)*86400, 0).UTC().Format("Jan 2, 2006") }
	c.From, c.To = date(first), date(last)
	width := float64(chartWidth) / float64(n)
	for i, sum := range sums {
		if sum > 0 {
			high := float64(chartHeight) * float64(sum) / float64(c.Most)
			c.Bars = append(c.Bars, bar{float64(i)*width + width*.1, chartHeight - high, width * .8, high, fmt.Sprintf("%s: %d", date(first+i*step), sum)})
		}
	}
	c.Label = fmt.Sprintf("Articles per %s from %s to %s, at most %d", c.Unit, c.From, c.To, c.Most)
	return c
}
