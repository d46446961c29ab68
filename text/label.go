package text

import (
	"time"

	"github.com/storywire/storywire/news"
)

// Label writes a date as a timeline shows it: "Dec 4, 2025", "Nov 2025", "2025".
// For news.Part it names the third of the year: "Early 2025", "Mid 2025",
// "Late 2025".
func Label(date time.Time, p news.Precision) string {
	switch p {
	case news.Month:
		return date.Format("Jan 2006")
	case news.Part:
		return [...]string{"Early", "Mid", "Late"}[(int(date.Month())-1)/4] + date.Format(" 2006")
	case news.Year:
		return date.Format("2006")
	}
	return date.Format("Jan 2, 2006")
}
