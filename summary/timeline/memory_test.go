package timeline

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A story that grows has the same timelines with a memory as without, however
// little the memory holds.
func TestMemoryChangesNothing(t *testing.T) {
	var all []Article
	for _, f := range fixtures(t) {
		all = append(all, f.input().Articles...)
	}
	slices.SortFunc(all, func(a, b Article) int { return a.Published.Compare(b.Published) })
	rapid.Check(t, func(t *rapid.T) {
		memory := &Memory{limit: rapid.IntRange(1, 60).Draw(t, "limit")}
		story := rapid.SliceOfN(rapid.SampledFrom(all), 1, 12).Draw(t, "articles")
		for i := range story {
			story[i].N = i + 1
			options := Options{Events: rapid.IntRange(0, 3).Draw(t, "events")}
			got := Build(Input{Articles: story[:i+1], Options: options, Memory: memory})
			want := Build(Input{Articles: story[:i+1], Options: options})
			if !slices.EqualFunc(got, want, sameEvents) {
				t.Fatalf("with a memory\n%s\nwithout\n%s", lines(got), lines(want))
			}
			if memory.order.Len() > 1 && memory.size > memory.limit || memory.order.Len() != len(memory.held) {
				t.Fatalf("%d sentences of %d articles held, %d allowed", memory.size, len(memory.held), memory.limit)
			}
		}
	})
}

// An article that was rewritten, or is dated anew, is read again.
func TestMemoryKnowsArticlesByWhatTheySay(t *testing.T) {
	a := Article{N: 1, Lang: "en", Title: "Dam", Text: "The council of Brook met on Friday.", Published: time.Date(2025, 10, 10, 0, 0, 0, 0, time.UTC)}
	memory := &Memory{}
	first := readAll([]Article{a}, memory, Options{})[0]
	other := a
	other.N = 2
	if readAll([]Article{other}, memory, Options{})[0] != first {
		t.Error("the same article was read twice")
	}
	memory.Forget()
	again := readAll([]Article{a}, memory, Options{})[0]
	if again == first || memory.size != again.weight() {
		t.Error("nothing was forgotten")
	}
	first = again
	other.Text += " It voted."
	later := a
	later.Published = a.Published.In(time.FixedZone("", -3600))
	for _, changed := range []Article{other, later} {
		if readAll([]Article{changed}, memory, Options{})[0] == first {
			t.Errorf("%+v was taken for another", changed)
		}
	}
}
