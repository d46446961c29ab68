package publish

import (
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

func TestHealthOf(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	fetched := func(f news.Feed) news.Feed { f.URL, f.LastFetch = "https://me:secret@a.example/f", now; return f }
	for _, c := range []struct {
		name          string
		feed          news.Feed
		state, advice string // the latter in it
		trouble       bool
	}{
		{"new", news.Feed{State: news.FeedActive}, "not polled yet", "", false},
		{"well", fetched(news.Feed{State: news.FeedActive}), "well", "", false},
		{"moved", fetched(news.Feed{State: news.FeedActive, Manners: news.Manners{Moved: "https://b.example/"}}), "well, moved to https://b.example/", "", false},
		{"removed", fetched(news.Feed{State: news.FeedRemoved, LastError: "x"}), "removed", "", false},
		{"gone", fetched(news.Feed{State: news.FeedGone, Manners: news.Manners{Failures: 1}}),
			"gone for good, says its server; polled no more", "feed add https://a.example/f", true},
		{"failed once", fetched(news.Feed{State: news.FeedActive, LastSuccess: now, Manners: news.Manners{Failures: 1}}), "failing, once", "by itself", true},
		{"never worked", fetched(news.Feed{State: news.FeedActive, Manners: news.Manners{Failures: 2}}), "failing, 2 times in a row", "never worked", true},
		{"lost", fetched(news.Feed{State: news.FeedActive, LastSuccess: now.AddDate(0, 0, -20), Manners: news.Manners{Failures: 30}}),
			"failing, 30 times in a row", "nothing came for 20 days", true},
		{"offered", fetched(news.Feed{State: news.FeedActive, Manners: news.Manners{Failures: 3, Offered: "https://a.example/new"}}),
			"failing, 3 times in a row", "storywire feed add https://a.example/new; storywire feed remove https://a.example/f", true},
	} {
		h := HealthOf(c.feed, now)
		if h.State != c.state || h.Trouble != c.trouble || !strings.Contains(h.Advice, c.advice) || c.advice == "" && h.Advice != "" || strings.Contains(h.Advice, "secret") {
			t.Errorf("%s: %+v", c.name, h)
		}
	}
}
