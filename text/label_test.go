package text

import (
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

func TestLabel(t *testing.T) {
	for _, c := range []struct {
		date string
		p    news.Precision
		want string
	}{
		{"2025-12-04", news.Day, "Dec 4, 2025"},
		{"2025-09-30", news.Day, "Sep 30, 2025"},
		{"2025-11-17", news.Month, "Nov 2025"},
		{"2025-04-30", news.Part, "Early 2025"},
		{"2025-05-01", news.Part, "Mid 2025"},
		{"2025-09-01", news.Part, "Late 2025"},
		{"2025-09-01", news.Year, "2025"},
	} {
		date, err := time.Parse(time.DateOnly, c.date)
		if err != nil {
			t.Fatal(err)
		}
		if got := Label(date, c.p); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.date, c.p, got, c.want)
		}
	}
}
