package track

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

func TestFollow(t *testing.T) {
	affair, _ := readStream(t, "testdata/streams/affair.jsonl")
	other, _ := readStream(t, "testdata/streams/lookalikes.jsonl")
	for i := range other {
		other[i].ID += 100
	}
	ferry := []int64{1, 2, 4, 6, 8, 9}
	for name, c := range map[string]struct {
		query news.Query
		want  []int64
	}{
		"words":           {news.Query{Words: "Kestrel Strait ferry strike"}, ferry},
		"one seed":        {news.Query{Seeds: []int64{1}}, ferry},
		"later seed":      {news.Query{Seeds: []int64{6}}, ferry},
		"all":             {news.Query{All: []string{"painting"}}, []int64{7}},
		"stems":           {news.Query{All: []string{"Paintings"}}, []int64{7}},
		"phrase":          {news.Query{All: []string{"market hall"}}, []int64{3}},
		"no such phrase":  {news.Query{All: []string{"hall market"}}, nil},
		"any":             {news.Query{Any: []string{"Odo Brandel", "market hall"}}, []int64{3, 5, 7}},
		"all and not":     {news.Query{All: []string{"Brandel"}, Not: []string{"experts"}}, []int64{5}},
		"words and not":   {news.Query{Words: "Kestrel Strait ferry strike", Not: []string{"mediator"}}, []int64{1, 2, 4, 6, 9}},
		"seed met by not": {news.Query{Seeds: []int64{1}, Not: []string{"cancelled"}}, ferry},
		"stop words":      {news.Query{Words: "the of and"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			live := newFakeStore()
			live.follow("f", c.query)
			step := &Step{Store: live}
			for _, a := range slices.Concat(affair, other) { // one by one as they come
				live.arrive(a)
				live.run(t, step)
			}
			stored := newFakeStore(slices.Concat(affair, other)...)
			step = &Step{Store: stored}
			stored.run(t, step)
			stored.follow("f", c.query)
			stored.run(t, step)
			if name != "later seed" { // nothing was there to compare the earlier articles with
				if got := live.in("f"); !slices.Equal(got, c.want) {
					t.Errorf("live: %v, want %v", got, c.want)
				}
			}
			if got := stored.in("f"); !slices.Equal(got, c.want) {
				t.Errorf("backfilled: %v, want %v", got, c.want)
			}
			if stored.stories["f"].Backfill {
				t.Error("the backfill is not marked as done")
			}
			for id, m := range stored.members["f"] {
				if m.Reason == "" {
					t.Errorf("article %d is in without a reason", id)
				}
			}
			for _, a := range slices.Concat(affair, other) {
				if live.home[a.ID] == "f" || live.home[a.ID] == "" {
					t.Errorf("article %d has home %q", a.ID, live.home[a.ID])
				}
			}
		})
	}
}

func TestFollowReason(t *testing.T) {
	affair, _ := readStream(t, "testdata/streams/affair.jsonl")
	store := newFakeStore(affair...)
	store.follow("f", news.Query{All: []string{"Brandel"}})
	store.run(t, &Step{Store: store})
	if reason := store.reason("f", 5); !strings.Contains(reason, "holds 'Brandel'") {
		t.Errorf("reason %q", reason)
	}
}

func TestFollowExpelled(t *testing.T) {
	affair, _ := readStream(t, "testdata/streams/affair.jsonl")
	store := newFakeStore(affair...)
	store.expelled["f"] = []int64{4}
	store.follow("f", news.Query{Words: "Kestrel Strait ferry strike"})
	store.run(t, &Step{Store: store})
	if got, want := store.in("f"), []int64{1, 2, 6, 8, 9}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestFollowOutgrown holds that a story goes on, and the same after a restart,
// when its seeds are no longer among the articles held in memory.
func TestFollowOutgrown(t *testing.T) {
	affair, _ := readStream(t, "testdata/streams/affair.jsonl")
	store := newFakeStore()
	store.follow("f", news.Query{Seeds: []int64{1}})
	step := &Step{Store: store}
	for i := range storyCap + 40 {
		a := affair[0]
		a.ID, a.GUID, a.Published = int64(i+1), fmt.Sprint(i), a.Published.Add(time.Duration(i)*time.Hour)
		a.Text += fmt.Sprintf(" Passenger %d waited on pier %d.", i, i%7)
		store.arrive(a)
		if i > storyCap+20 {
			step = &Step{Store: store}
		}
		store.run(t, step)
	}
	if got := len(store.in("f")); got != storyCap+40 {
		t.Errorf("%d members, want %d", got, storyCap+40)
	}
}

// What a followed story began with, and nothing it took in later, tells what
// the stream's placing of an article means for it.
func TestPlaced(t *testing.T) {
	w := FollowWeights{Root: 2, Apart: -1, Lead: .1}
	item := func(id int64) *item { return &item{id: id} }
	story := func(ids ...int64) *cluster {
		c := &cluster{}
		for _, id := range ids {
			c.items = append(c.items, item(id))
		}
		return c
	}
	p := &profile{roots: []int64{1, 2}, members: map[int64]bool{1: true, 2: true, 5: true}}
	for name, c := range map[string]struct {
		home    *cluster
		options []option
		want    float64
	}{
		"with all it began with":       {story(1, 2, 9), []option{{with: story(1, 2), score: 3}}, 2 + .3},
		"with half of it":              {story(1, 9), []option{{with: story(1), score: 3}, {with: story(2), score: 1}}, 1 + .3},
		"barely rather than elsewhere": {story(1, 2, 9), []option{{with: story(1, 2), score: 1}, {with: story(7), score: .5}}, 2 + .05},
		"with what came later":         {story(5, 9), []option{{with: story(5), score: 1}, {with: story(1, 2), score: -1}}, -1 - .2},
		"alone":                        {story(9), []option{{with: story(1, 2), score: -1}}, -.1},
		"alone, and nothing near":      {story(9), nil, -.4},
		"surely elsewhere":             {story(7, 9), []option{{with: story(7), score: 8}}, -1 - .5},
	} {
		got := p.placed(w, offer{one: story(9), home: c.home, options: func() []option { return c.options }})
		if math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %.2f, want %.2f", name, got, c.want)
		}
	}
	if got := p.placed(w, offer{one: story(9), home: story(1, 9)}); got != 1 {
		t.Errorf("the other stories unknown: %.2f, want 1", got)
	}
	if got := (&profile{}).placed(w, offer{one: story(9), home: story(7, 9)}); got != 0 {
		t.Errorf("nothing to begin with: %.2f, want 0", got)
	}
}

func TestCheckQuery(t *testing.T) {
	for want, queries := range map[string][]news.Query{
		"": {{Words: "ferry strike"}, {All: []string{"ferry"}}, {Any: []string{"a b"}, Words: "the"}, {Seeds: []int64{1}}, {Words: "Fähre", Not: []string{"dog"}}},
		"holds only words that any article may have": {{Words: "the of and"}, {Words: "The", Not: []string{"dog"}}},
		"holds no word":             {{All: []string{"--"}}, {Words: "ferry", Not: []string{""}}},
		"is not enough":             {{Not: []string{"ferry"}}},
		"nothing to follow a story": {{}, {Words: " - "}},
	} {
		for _, q := range queries {
			err := CheckQuery(q)
			if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%+v: %v, want %q", q, err, want)
			}
		}
	}
}

// TestFollowAdopts holds that what a followed story passed over is taken in
// when its story of the stream turns out to be the one that is followed, and
// that it is in no more than once.
func TestFollowAdopts(t *testing.T) {
	affair, _ := readStream(t, "testdata/streams/affair.jsonl")
	store := newFakeStore()
	store.follow("f", news.Query{Seeds: []int64{4}})
	step := &Step{Store: store}
	for _, a := range affair {
		store.arrive(a)
		store.run(t, step)
	}
	if got, want := store.in("f"), []int64{1, 2, 4, 6, 8, 9}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if reason := store.reason("f", 1); !strings.Contains(reason, "its story of the stream is followed since article 4") {
		t.Errorf("reason %q", reason)
	}
}
