package track

import (
	"math"
	"slices"
	"time"
)

// Signal is one kind of evidence on whether two stories are one; a new article
// is a story of its own here.
type Signal int

// The signals. Cosines are 0 to 1.
const (
	Bias       Signal = iota // always 1
	Mean                     // mean cosine over pairs of articles
	RecentMean               // the same, each pair fading with the days between
	Max                      // largest cosine of a pair; of two that have grown, its mean over the articles of the smaller one
	Max3                     // mean of the three largest
	RecentMax                // the largest, fading with the days between
	Median                   // of two that have grown: median of what Max is the mean of
	Unlinked                 // of two that have grown: Max without the article that linked them
	MaxNames                 // largest cosine of a pair over the words of names
	Strangers                // both have names, and none in common
	Gap                      // days between them beyond the first, up to five
	Common                   // how common the terms are that the closest pair shares
	Bodies                   // both have more than titles
	signalCount
)

// String returns the name of a signal as it is written here.
func (s Signal) String() string {
	return [signalCount]string{"Bias", "Mean", "RecentMean", "Max", "Max3", "RecentMax", "Median", "Unlinked", "MaxNames", "Strangers", "Gap", "Common", "Bodies"}[s]
}

// Signals is the evidence on two stories, or what each kind of it weighs.
type Signals [signalCount]float64

// sum weighs evidence.
func (w Signals) sum(e Signals) float64 {
	var z float64
	for i := range w {
		z += w[i] * e[i]
	}
	return z
}

// Weights are what the tracker has learned, one setting for every kind of
// input. Evidence adds up in log-odds.
type Weights struct {
	IDFPower float64 // stretches the idf scale
	Join     Signals // an article joins the story with the highest sum, if that is 0 or more
	Merge    Signals // two stories with a sum of 0 or more are one
	Follow   FollowWeights
}

// FollowWeights are what decides whether a followed story takes an article in:
// a weighted sum again; it does at 0 or more.
type FollowWeights struct {
	Bias        float64
	Centroid    float64 // cosine with the sum of what it learned from
	Max         float64 // largest cosine with an article it learned from
	Rare        float64 // the same, as far as the terms shared are not common
	Common      float64 // how common the terms are that it shares with the article most like it
	GapCommon   float64 // the same, per ln(1 + days) since the last article it holds
	FarCommon   float64 // the same, per ln(1 + days) since what it was asked for with
	FarSpan     float64 // ln(1 + days since what it was asked for with, in units of how long it has gone on and a day more)
	Span        float64 // ln(1 + days it has gone on)
	Empty       float64 // it was asked for with words, and holds nothing yet
	Names       float64 // cosine over the words of names
	Cover       float64 // share of the story's heaviest terms that the article holds
	Gap         float64 // per week, up to two, since the last article it holds
	Origin      float64 // cosine with what it was asked for with
	OriginNames float64 // the same over the words of names
	Root        float64 // how much of what it began with is in the article's story of the stream
	Apart       float64 // nothing of it is there
	Lead        float64 // by how much the stream prefers the story of what it began with to any other and to a new one, at most 5
	Lacks       float64 // there is a query of words
	Core        float64 // share of the query's words that its title and lead hold
	Rarest      float64 // the rarest is not in its title; half if it is in its text
	CoreShare   float64 // a share of the query's words that suffices, the rarest in the title
	Learn       float64 // the story learns from what scores this or more
}

// DefaultWeights is the one setting in use. Join and Merge are what
// eval.Fit prints. The weights of following began halfway between those set by
// an earlier search and a logistic regression over the same sets and the sample
// newsroom, and went on one by one by macro F1 over half of the sets' stories,
// the other half left for proof, as far as no way to ask lost; those of where
// the stream places an article came last, chosen among a few by all stories.
func DefaultWeights() Weights {
	return Weights{
		IDFPower: .75,
		Join: Signals{
			Bias: -2.17, Mean: 4.7, RecentMean: 4.91, Max: .35, Max3: 1.63, RecentMax: .68, MaxNames: 1.29, Strangers: -.98,
			Gap: -1.7, Common: -1.9, Bodies: -.77,
		},
		Merge: Signals{
			Bias: -3.98, Mean: 3.66, RecentMean: 3.91, Max: 4.19, Max3: -.62, RecentMax: .55, Median: 4.02, Unlinked: 3.39,
			Strangers: -.94, Gap: -1.94, Common: -.12, Bodies: -1.87,
		},
		Follow: FollowWeights{
			Bias: -3.75, Centroid: 1.5, Max: 4.15, Rare: 2.2, Common: -2.45, Names: 1.05, Cover: 1.45, Gap: -1.15, GapCommon: -2.65,
			FarCommon: -1.4, FarSpan: -.3, Span: -.2, Origin: 3.45, OriginNames: .25, Root: 2, Apart: -.8, Lead: .25,
			Lacks: -.5, Empty: -2, Core: 1.6, Rarest: -.2, CoreShare: .82, Learn: 1.45,
		},
	}
}

// evidence is what speaks for and against two stories being one.
type evidence struct {
	centroid, mean, names float64
	nearness
	// common tells how many live stories have the terms that the closest pair
	// shares, 0 to 1: what half the stories speak of links no two of them.
	common    float64
	gap       float64 // days between them, 0 if they overlap
	bodies    bool
	strangers bool
}

// nearness is what the pairs of articles of two stories tell.
type nearness struct {
	max, max3, recentMax, recentMean, maxNames float64
	median, unlinked                           float64 // of two that have grown
	pace                                       float64 // how spread in time the stories around are, 1 as usual
	closest                                    *item   // the article of the second story that is most like the first
}

func (e evidence) signals() Signals {
	s := Signals{Bias: 1, Mean: e.mean, RecentMean: e.recentMean, Max: e.max, Max3: e.max3,
		RecentMax: e.recentMax, Median: e.median, Unlinked: e.unlinked, MaxNames: e.maxNames, Gap: min(5, max(0, e.gap/max(1, e.pace)-1)), Common: e.common}
	if e.bodies {
		s[Bodies] = 1
	}
	if e.strangers {
		s[Strangers] = 1
	}
	return s
}

// cosine of two vectors of known inner product and length.
func cosine(dot uint64, la, lb float64) float64 {
	if la == 0 || lb == 0 {
		return 0
	}
	return float64(dot) / la / lb
}

// compareClusters gathers the evidence on two stories, but for the pairs of
// their articles, which are costly.
func compareClusters(a, b *cluster) evidence {
	return compared(a, b, dot(a.words, b.words), dot(a.names, b.names))
}

// compared is compareClusters with the inner products known.
func compared(a, b *cluster, words, names uint64) evidence {
	e := evidence{
		names: cosine(names, a.ln, b.ln),
		gap:   gap(a, b),
	}
	e.strangers = e.names == 0 && a.ln > 0 && b.ln > 0
	e.bodies = a.bodies*2 > a.n && b.bodies*2 > b.n
	if a.n > 0 && b.n > 0 && words > 0 {
		e.centroid = float64(words) / a.lw / b.lw
		e.mean = float64(words) / float64(a.n) / float64(b.n) / (unit * unit)
	}
	return e
}

// fading is in how many days a likeness falls to 1/e.
const fading = 1.5

// nearest compares an article with each of a story's.
func (t *Tracker) nearest(it *item, s *cluster) nearness {
	t.lay(it)
	n := nearness{pace: t.pace}
	var top [3]float64
	for _, j := range s.items {
		if !j.weighs {
			continue
		}
		d := float64(t.words.dot(j.words())) / (unit * unit)
		if d == 0 {
			continue
		}
		if d > top[0] {
			n.closest = j
		}
		faded := d * math.Exp(-time.Duration(max(it.at-j.at, j.at-it.at)).Hours()/24/fading/t.pace)
		n.recentMax = max(n.recentMax, faded)
		n.recentMean += faded / float64(s.n)
		n.maxNames = max(n.maxNames, float64(t.names.dot(j.names()))/(unit*unit))
		for k := range top {
			if d > top[k] {
				d, top[k] = top[k], d
			}
		}
	}
	n.max = top[0]
	n.max3 = (top[0] + top[1] + top[2]) / float64(min(3, max(1, s.n)))
	return n
}

// pairing is what the pairs of articles of two grown stories tell: each article
// of the smaller one is compared with what is most like it in the other.
type pairing struct {
	top, top3, mean, median float64
	unlinked                float64 // mean without the article that linked the two
}

func pairs(a, b *cluster, link *item) pairing {
	if len(a.items) > len(b.items) {
		a, b = b, a
	}
	each := make([]uint64, 0, len(a.items))
	var all, unlinked uint64
	others := 0
	for _, i := range a.items {
		if !i.weighs {
			continue
		}
		most, other := mostLike(i, b, link)
		all, each = all+most, append(each, most)
		if i != link {
			unlinked, others = unlinked+other, others+1
		}
	}
	n := len(each)
	if n == 0 {
		return pairing{}
	}
	if others == 0 {
		unlinked, others = all, n
	}
	slices.Sort(each)
	var three uint64
	for _, likeness := range each[max(0, n-3):] {
		three += likeness
	}
	return pairing{share(each[n-1], 1), share(three, min(3, n)), share(all, n), share(each[n/2]+each[(n-1)/2], 2), share(unlinked, others)}
}

// mostLike returns the largest inner product of an article with those of a
// story, and the largest without one of them.
func mostLike(it *item, s *cluster, without *item) (most, other uint64) {
	for _, j := range s.items {
		if !j.weighs {
			continue
		}
		d := dot(it.words(), j.words())
		most = max(most, d)
		if j != without {
			other = max(other, d)
		}
	}
	return most, other
}

// share is an inner product of features as a cosine, divided by n.
func share(dot uint64, n int) float64 {
	return float64(dot) / float64(n) / (unit * unit)
}

// gap is the time between two stories in days, 0 if they overlap.
func gap(a, b *cluster) float64 {
	between := max(0, a.first-b.last, b.first-a.last)
	return time.Duration(between).Hours() / 24
}
