package web

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
)

// feedRow is a polled feed as the page of feeds shows it.
type feedRow struct {
	ID               int64
	Title, URL, Site string
	publish.Health
	Why           string // the next poll is then
	Weekly        string
	Articles      int
	Success, Next *publish.Instant
	rank          int // what needs a person comes first
}

func newFeedRow(f news.Feed) feedRow {
	record := publish.PolledFeed(f)
	row := feedRow{
		ID: f.ID, Title: record.Title, URL: record.URL, Site: f.SiteURL, Health: publish.HealthOf(f, time.Now()),
		Why: f.Why, Weekly: publish.Rate(f.Weekly), Articles: f.Articles,
		Success: publish.NewInstant(f.LastSuccess), Next: publish.NewInstant(f.NextFetch),
	}
	if row.Title == "" {
		row.Title = row.URL
	}
	if f.State != news.FeedActive {
		row.Next, row.Why = nil, ""
	}
	switch {
	case row.Trouble:
	case f.State == news.FeedRemoved:
		row.rank = 3
	case f.LastFetch.IsZero():
		row.rank = 1
	default:
		row.rank = 2
	}
	return row
}

func sortRows(rows []feedRow) {
	slices.SortStableFunc(rows, func(a, b feedRow) int {
		return cmp.Or(a.rank-b.rank, strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)))
	})
}
