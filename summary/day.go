package summary

import (
	"regexp"
	"strings"
	"time"

	"github.com/storywire/storywire/text"
)

// openings is how many sentences at the start of an article tell its own day.
const openings = 2

// writtenOn is when an article was written where it was written, as its opening has it.
// Feeds give the time of another place, or of the day before: who opens on a Wednesday
// with "said on Thursday" writes on Thursday, not six days later, and who opens early on
// a Wednesday with "is to speak on Tuesday" writes on Tuesday. In one collection of news
// 111 openings named the day that would be six days back, and 5 the one five days back.
func writtenOn(published time.Time, split []*text.Sentence, lang string) time.Time {
	if published.IsZero() || lang != "en" {
		return published
	}
	y, m, d := published.Date()
	day := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	midnight := time.Date(y, m, d, 0, 0, 0, 0, published.Location())
	early := published.After(midnight) && published.Sub(midnight) < 12*time.Hour
	for _, s := range split[:min(openings, len(split))] {
		if !weekday.MatchString(s.Text) {
			continue
		}
		for _, t := range s.Times() {
			switch away := t.Date.Sub(day); {
			case !plainDay(s.Text, t):
			case away == -6*24*time.Hour && happened.MatchString(s.Text):
				return midnight.AddDate(0, 0, 1)
			case away == 6*24*time.Hour && early:
				return midnight.Add(-time.Second)
			}
		}
	}
	return published
}

// plainDay reports whether a time is a weekday named as the day of the news: no "last
// Friday", "since Friday" or "Friday's".
func plainDay(s string, t text.Time) bool {
	before := strings.Fields(strings.TrimSuffix(strings.ToLower(s[:t.Start]), " on "))
	said := s[t.Start:t.End]
	return weekday.MatchString(said) && !otherWeek.MatchString(said) && !strings.HasPrefix(s[t.End:], "'") && !strings.HasPrefix(s[t.End:], "’") &&
		(len(before) == 0 || !fromThen[before[len(before)-1]])
}

var (
	otherWeek = regexp.MustCompile(`(?i)\b(?:last|next|this|past|week)\b|\d`)
	fromThen  = text.WordSet("since after before until till by from past following of for the a every")
)
