package track

import (
	"fmt"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

func TestPace(t *testing.T) {
	story := func(days ...float64) ranked {
		c := &cluster{}
		for i, d := range days {
			c.add(&item{id: int64(i), at: int64(d * 24 * float64(time.Hour))})
		}
		return ranked{cluster: c}
	}
	for _, c := range []struct {
		name   string
		around []ranked
		want   float64
	}{
		{"nothing is known", nil, 1},
		{"single articles tell nothing", []ranked{story(1), story(5)}, 1},
		{"as usual", []ranked{story(2, 2.5), story(0, .5)}, 1},
		{"all at once", []ranked{story(1, 1), story(2, 2, 2), story(3, 3), story(4, 4)}, .5},
		{"mean of all pairs, in any order", []ranked{story(4, 0, 1)}, (4*.5 + 8./3) / 5 / .5},
		{"an endless topic is not the measure", []ranked{story(0, 300)}, (4*.5 + 5) / 5 / .5},
	} {
		if got := pace(c.around); got < c.want-1e-6 || got > c.want+1e-6 {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Where the stories around go on for days, an article days later joins a story
// that it would else have missed.
func TestPaceJoins(t *testing.T) {
	start := time.Date(2025, 3, 3, 8, 0, 0, 0, time.UTC)
	joins := func(spread time.Duration) bool {
		tracker := NewTracker(0, DefaultWeights())
		id := int64(0)
		place := func(after time.Duration, title string) news.Placement {
			id++
			return tracker.Place(news.Article{ID: id, GUID: fmt.Sprint(id), Title: title, Language: "en", Published: start.Add(after), Seen: start.Add(after)})
		}
		for _, town := range []string{"Lindau", "Passau", "Cottbus", "Erfurt", "Kassel", "Bremen", "Potsdam", "Rostock"} {
			place(0, "Harbour council of "+town+" dismisses director "+town+"er")
			place(spread, "Harbour council of "+town+" dismisses "+town+"er, director")
		}
		first := place(0, "Harbour council delays Meersburg ferry contract after audit")
		return place(100*time.Hour, "Meersburg ferry contract: audit criticises harbour").Home.Story == first.Home.Story
	}
	if joins(time.Hour) {
		t.Error("joins where stories last an hour")
	}
	if !joins(90 * time.Hour) {
		t.Error("does not join where stories last for days")
	}
}
