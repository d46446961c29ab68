package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

func newRoom(t *testing.T, o Options) *Newsroom {
	t.Helper()
	n, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// at is a clock that stands still.
func at(d time.Duration) func() time.Duration { return func() time.Duration { return d } }

func TestReleaseRunsFromOldEntriesToAll(t *testing.T) {
	n := newRoom(t, Options{Span: time.Minute, Elapsed: at(0)})
	last := n.Released(-time.Second)
	if last == 0 || last > 20 {
		t.Errorf("%d entries before the start, want a few", last)
	}
	for d := time.Duration(0); d <= 61*time.Second; d += 100 * time.Millisecond {
		k := n.Released(d)
		if k < last || k > last+1 {
			t.Fatalf("%d steps after %v, %d before: they come in lumps", k, d, last)
		}
		last = k
	}
	if last != n.Total() {
		t.Errorf("%d of %d steps at the end", last, n.Total())
	}
	if n.Done() {
		t.Error("done at the start")
	}
	n.ReleaseAll()
	if !n.Done() || n.Released(0) != n.Total() {
		t.Error("not done after all was released")
	}
}

func TestStepsAreInOrder(t *testing.T) {
	n := newRoom(t, Options{})
	for i, s := range n.steps[1:] {
		if s.at.Before(n.steps[i].at) {
			t.Errorf("step %d goes back in time to %v", i+1, s.at)
		}
	}
}

func TestDefaultClockRuns(t *testing.T) {
	n := newRoom(t, Options{Span: time.Nanosecond})
	if !n.Done() {
		t.Error("not done after its span")
	}
	if n := newRoom(t, Options{}); n.Done() {
		t.Error("done within a moment of the default span")
	}
}

func TestArticlesAreWhole(t *testing.T) {
	for _, it := range newRoom(t, Options{}).Articles() {
		words := len(strings.Fields(it.Text))
		least, most := 75, 260
		switch {
		case it.Story == "":
			least, most = 35, 120
		case it.Story == "sarn-talks" && it.CopyOf == "":
			least = 120
		}
		if words < least || words > most {
			t.Errorf("%s has %d words, want %d to %d", it.ID, words, least, most)
		}
		if it.Outlet == "" || it.Title == "" || it.Language == "" || it.HTML == "" || len(it.Feeds) == 0 {
			t.Errorf("%s lacks something: %+v", it.ID, it)
		}
		if it.Published.Year() != 2026 || it.Published.Hour() < 5 || it.Published.Hour() > 21 {
			t.Errorf("%s is dated %v: another day in another zone", it.ID, it.Published)
		}
		if strings.ContainsAny(it.Text, "<>") || strings.Contains(it.Text, "&amp;") {
			t.Errorf("%s: its text holds markup", it.ID)
		}
	}
}

func TestNewsroomHoldsWhatItPromises(t *testing.T) {
	stories, copies, outlets := map[string]int{}, 0, map[string]bool{}
	for _, it := range newRoom(t, Options{}).Articles() {
		stories[it.Story]++
		if it.CopyOf != "" {
			copies++
		}
		if it.Story == "sarn-talks" {
			outlets[it.Outlet] = true
		}
	}
	if stories["sarn-talks"] < 26 || len(outlets) < 6 || copies < 5 || stories[""] < 25 {
		t.Errorf("talks %d from %d outlets, %d copies, %d singles", stories["sarn-talks"], len(outlets), copies, stories[""])
	}
	mid := 0
	for story, count := range stories {
		if story != "" && count >= 4 && count <= 8 {
			mid++
		}
	}
	if mid < 6 {
		t.Errorf("%d other stories", mid)
	}
}

var dayAndDate = regexp.MustCompile(`(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? (?:the )?(January|February|March|April|May|June|July|August|September|October|November|December) (\d{1,2})(?:, (\d{4}))?`)

func TestWeekdaysFitTheirDates(t *testing.T) {
	found := 0
	for _, it := range newRoom(t, Options{}).Articles() {
		for _, m := range dayAndDate.FindAllStringSubmatch(it.Title+"\n"+it.Text, -1) {
			found++
			year := m[4]
			if year == "" {
				year = "2026"
			}
			d, err := time.Parse("January 2 2006", m[2]+" "+m[3]+" "+year)
			if err != nil || d.Weekday().String() != m[1]+"day" {
				t.Errorf("%s: %q is a %v (%v)", it.ID, m[0], d.Weekday(), err)
			}
		}
	}
	if found < 8 {
		t.Errorf("only %d weekdays with a date found", found)
	}
}

// TestDatelinesFit holds the agency to its own dates.
func TestDatelinesFit(t *testing.T) {
	dateline := regexp.MustCompile(`^[A-Z ]+, (\w+ \d+) \(Halyard`)
	for _, it := range newRoom(t, Options{}).Articles() {
		m := dateline.FindStringSubmatch(it.Text)
		if m == nil {
			if it.outlet == "halyard" {
				t.Errorf("%s has no dateline", it.ID)
			}
			continue
		}
		if a, b := it.Published.Format("January 2"), it.Published.Format("Jan 2"); m[1] != a && m[1] != b {
			t.Errorf("%s is of %s, its dateline of %s", it.ID, a, m[1])
		}
	}
}

func TestCopiesFollowAndResembleTheirOriginals(t *testing.T) {
	byID := map[string]Item{}
	for _, it := range newRoom(t, Options{}).Articles() {
		byID[it.ID] = it
	}
	for _, it := range byID {
		if it.CopyOf == "" {
			continue
		}
		from := byID[it.CopyOf]
		if !it.Published.After(from.Published) || it.outlet == from.outlet || it.Text == from.Text || it.Story != from.Story {
			t.Errorf("%s is no later copy of %s in another outlet", it.ID, from.ID)
		}
		shared, lines := 0, strings.Split(it.Text, "\n")
		for _, line := range lines {
			if strings.Contains(from.Text, line) {
				shared++
			}
		}
		if shared*2 < len(lines) {
			t.Errorf("%s shares %d of %d paragraphs with %s", it.ID, shared, len(lines), from.ID)
		}
	}
}

func TestWriteJSONL(t *testing.T) {
	n := newRoom(t, Options{})
	var b bytes.Buffer
	if err := n.WriteJSONL(&b); err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(&b)
	for _, it := range n.Articles() {
		var line struct {
			ID, Outlet, Title, URL, Text, Story string
			Time                                time.Time
		}
		if err := dec.Decode(&line); err != nil {
			t.Fatal(err)
		}
		if line.ID != it.ID || line.Story != it.Story || line.Text != it.Text || !line.Time.Equal(it.Published) ||
			line.URL != "http://newsroom.example"+it.Path || line.Outlet != it.Outlet || line.Title != it.Title {
			t.Errorf("wrote %+v for %s", line, it.ID)
		}
	}
	if dec.More() {
		t.Error("more lines than articles")
	}
}

func TestServeEndsWithItsContext(t *testing.T) {
	n := newRoom(t, Options{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- n.Serve(ctx, l) }()
	for _, s := range n.Feeds("http://" + l.Addr().String()) {
		resp, err := http.Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", s.URL, resp.Status)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
