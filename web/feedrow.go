package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
)

// feedRow is a polled feed as the page of feeds shows it.
type feedRow struct {
	ID               int64
	Title, URL, Site string
	State            string
	Trouble          bool
	Error            string
	Why              string // the next poll is when it is
	Articles         int
	Success, Next    *publish.Instant
	rank             int // what needs a person comes first
}

func newFeedRow(f news.Feed) feedRow {
	record := publish.PolledFeed(f)
	row := feedRow{
		ID: f.ID, Why: f.Why, Title: record.Title, URL: record.URL, Site: f.SiteURL, Error: f.LastError, Articles: f.Articles,
		Success: publish.NewInstant(f.LastSuccess), Next: publish.NewInstant(f.NextFetch),
	}
	if row.Title == "" {
		row.Title = row.URL
	}
	switch {
	case f.State == news.FeedRemoved:
		row.State, row.rank, row.Next = "removed", 3, nil
	case f.State == news.FeedGone:
		row.State, row.Trouble, row.Next = "gone for good, says its server", true, nil
	case f.Failures > 0:
		row.State, row.Trouble = "failing, "+times(f.Failures), true
	case f.LastFetch.IsZero():
		row.State, row.rank = "not polled yet", 1
	default:
		row.State, row.rank = "well", 2
	}
	return row
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times in a row", n)
}

func sortRows(rows []feedRow) {
	slices.SortStableFunc(rows, func(a, b feedRow) int {
		return cmp.Or(a.rank-b.rank, strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)))
	})
}
