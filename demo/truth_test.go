package demo

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

var (
	telling  = regexp.MustCompile(`^(\S+) "([^"]+)"$`)
	named    = regexp.MustCompile(`(January|February|March|April|May|June|July|August|September|October|November|December) (\d{1,2})\b`)
	weekday  = regexp.MustCompile(`(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day`)
	distance = map[string]int{"yesterday": -1, "today": 0, "tomorrow": 1, "two weeks ago": -14}
)

// fits reports whether the words, printed in an article of the given day, can
// mean the date.
func fits(words string, published, date time.Time) bool {
	day := published.Truncate(24 * time.Hour)
	gap := date.Sub(day)
	if days, ok := distance[words]; ok {
		return gap == time.Duration(days)*24*time.Hour
	}
	if m := named.FindString(words); m != "" {
		return m == date.Format("January 2")
	}
	if m := weekday.FindString(words); m != "" {
		return m == date.Weekday().String() && gap.Abs() <= 8*24*time.Hour
	}
	return words == "the day before"
}

func TestTruthIsWhatTheArticlesSay(t *testing.T) {
	data, err := os.ReadFile("newsroom/TRUTH.md")
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]Item{}
	for _, it := range newRoom(t, Options{}).Articles() {
		byID[it.ID] = it
	}
	rows := 0
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if len(cells) != 5 || strings.HasPrefix(cells[0], " date") {
			continue
		}
		rows++
		if err := checkRow(cells, byID); err != nil {
			t.Errorf("%s: %v", strings.TrimSpace(cells[3]), err)
		}
	}
	if rows < 55 {
		t.Errorf("only %d rows read", rows)
	}
}

// checkRow holds one line of the key against the articles it names.
func checkRow(cells []string, byID map[string]Item) error {
	date, err := time.Parse(time.DateOnly, strings.TrimSpace(cells[0]))
	if err != nil {
		return err
	}
	precision, kind := cells[1], cells[2]
	latest := time.Time{}
	for told := range strings.SplitSeq(strings.TrimSpace(cells[4]), "; ") {
		m := telling.FindStringSubmatch(told)
		if m == nil {
			return fmt.Errorf("%q is no telling", told)
		}
		it, ok := byID[m[1]]
		if !ok || !strings.Contains(it.Text, m[2]) {
			return fmt.Errorf("%s does not say %q", m[1], m[2])
		}
		if precision == "day" && !fits(m[2], it.Published, date) {
			return fmt.Errorf("%q in %s, of %s, is not %s", m[2], m[1], it.Published.Format("Mon Jan 2"), date.Format("Mon Jan 2"))
		}
		if it.Published.After(latest) {
			latest = it.Published
		}
	}
	if happened := !date.After(latest); happened != (kind == "occurred") {
		return fmt.Errorf("%s, but last told on %s", kind, latest.Format(time.DateOnly))
	}
	return nil
}
