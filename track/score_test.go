package track

import (
	"math"
	"testing"
)

// Two grown stories are judged by all articles of the smaller one, and by what
// the article that linked them does not speak for.
func TestPairs(t *testing.T) {
	at := func(degrees float64) *item {
		sin, cos := math.Sincos(degrees / 180 * math.Pi)
		return &item{weighs: true, features: features{all: vector{{1, uint32(cos * unit)}, {2, uint32(sin * unit)}}, split: 2}}
	}
	story := func(items ...*item) *cluster { return &cluster{n: len(items), items: items} }
	like := func(degrees float64) float64 { return math.Cos(degrees / 180 * math.Pi) }
	link, copied := at(60), at(0)
	copied.weighs = false
	large := story(at(0), at(5), at(10), link)
	for name, c := range map[string]struct {
		a, b *cluster
		want pairing
	}{
		"the link in the larger one": {large, story(at(60), at(70), at(90)), pairing{
			top: 1, top3: (1 + like(10) + like(30)) / 3, mean: (1 + like(10) + like(30)) / 3, median: like(10), unlinked: (like(50) + like(60) + like(80)) / 3}},
		"the link in the smaller one": {story(link, at(80)), large, pairing{
			top: 1, top3: (1 + like(20)) / 2, mean: (1 + like(20)) / 2, median: (1 + like(20)) / 2, unlinked: like(70)}},
		"the link alone": {story(link), story(at(0), at(30)), pairing{like(30), like(30), like(30), like(30), like(30)}},
		"copies alone":   {story(copied), large, pairing{}},
	} {
		got := pairs(c.a, c.b, link)
		for what, pair := range map[string][2]float64{"top": {got.top, c.want.top}, "top3": {got.top3, c.want.top3},
			"mean": {got.mean, c.want.mean}, "median": {got.median, c.want.median}, "unlinked": {got.unlinked, c.want.unlinked}} {
			if math.Abs(pair[0]-pair[1]) > 1e-3 {
				t.Errorf("%s: %s %.4f, want %.4f", name, what, pair[0], pair[1])
			}
		}
	}
}

// What headlines say counts beside the list of words, which is older than some.
func TestIDF(t *testing.T) {
	if covid, rare := idf("covid", "covid"), idf("zzyzxq", "zzyzxq"); covid > rare-3 {
		t.Errorf("covid %.2f, a word nobody knows %.2f", covid, rare)
	}
	if said, ferry := idf("said", "said"), idf("ferry", "ferri"); said > ferry-3 {
		t.Errorf("said %.2f, ferry %.2f", said, ferry)
	}
}
