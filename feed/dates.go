package feed

import (
	"strings"
	"time"
)

// dateLayouts are those seen in feeds that gofeed does not know.
var dateLayouts = []string{
	"2006-01-02T15:04:05.999999999Z0700",
	"2006-01-02T15:04:05Z07",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15",
	"2006-01-02T15:04",
	"2006-01",
	"2006",
	"20060102",
	"20060102T150405Z0700",
	"2006-002",
	"2 Jan 2006 15:04:05 Z0700",
	"2 Jan 2006 15:04:05",
	"2 Jan 2006 15:04 Z0700",
	"2 Jan 2006 15:04",
	"2 Jan 2006",
	"2 Jan 06 15:04:05 Z0700",
	"2 Jan 06 15:04:05",
	"2 Jan 06",
	"Jan 2 2006 15:04:05",
	"Jan 2 2006 3:04 PM",
	"Jan 2 2006",
	"Jan 2 15:04:05 2006",
}

// zoneOffsets are the zone names that gofeed knows too, and a few more.
var zoneOffsets = map[string]string{
	"UT": "+0000", "GMT": "+0000", "UTC": "+0000", "Z": "+0000", "WET": "+0000", "WEST": "+0100", "BST": "+0100",
	"IST": "+0530", "CET": "+0100", "MEZ": "+0100", "CEST": "+0200", "MESZ": "+0200", "EET": "+0200", "EEST": "+0300",
	"MSK": "+0300", "JST": "+0900", "KST": "+0900", "AEST": "+1000", "AEDT": "+1100", "EST": "-0500", "EDT": "-0400",
	"ET": "-0500", "CST": "-0600", "CDT": "-0500", "MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700",
	"PT": "-0800",
}

// parseDate reads dates that gofeed leaves: with a wrong or foreign weekday,
// long or dotted month names, odd commas and spaces, other zone names. It
// returns UTC, zero if it does not understand the date.
func parseDate(s string) time.Time {
	fields := strings.Fields(strings.ReplaceAll(s, ",", " "))
	if len(fields) == 0 || len(s) > 100 {
		return time.Time{}
	}
	if len(fields) > 2 && strings.Trim(fields[0], "0123456789") == fields[0] && monthName(fields[0]) == "" {
		fields = fields[1:] // a weekday
	}
	for i, f := range fields {
		if m := monthName(f); m != "" {
			fields[i] = m
		}
		if z, ok := zoneOffsets[strings.ToUpper(f)]; ok && i > 0 {
			fields[i] = z
		}
	}
	written := strings.Join(fields, " ")
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, written); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// monthName is the three-letter English name of a month, "" for another word.
func monthName(s string) string {
	s = strings.ToLower(strings.TrimSuffix(s, "."))
	if len(s) < 3 {
		return ""
	}
	for m := time.January; m <= time.December; m++ {
		if name := strings.ToLower(m.String()); strings.HasPrefix(name, s) || s == "sept" && m == time.September {
			return m.String()[:3]
		}
	}
	return ""
}
