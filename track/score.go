package track

import (
	"math"
	"time"
)

// Weights are what the tracker has learned, one setting for every kind of
// input. The score is a weighted sum of the evidence, in log-odds-like units:
// a new article joins a story at 0 or more.
type Weights struct {
	IDFPower float64 // stretches the idf scale

	Bias     float64
	Centroid float64 // cosine of the two centroids
	Mean     float64 // mean cosine over pairs of articles
	Max      float64 // largest cosine of a pair
	Names    float64 // cosine over the words of names
	Gap      float64 // per ln(1 + days / .3) between the two stories' articles
	LongGap  float64 // per day beyond the first, up to five
	Common   float64 // how common the terms are that the closest pair shares
	Bodies   float64 // both have more than titles

	Merge  float64 // two stories with this score are one
	Follow FollowWeights
}

// FollowWeights are what decides whether a followed story takes an article in:
// a weighted sum again; it does at 0 or more.
type FollowWeights struct {
	Bias        float64
	Centroid    float64 // cosine with the sum of what it learned from
	Max         float64 // largest cosine with an article it learned from
	Names       float64 // cosine over the words of names
	Cover       float64 // share of the story's heaviest terms that the article holds
	Gap         float64 // per week, up to two, since the last article it holds
	Origin      float64 // cosine with what it was asked for with
	OriginNames float64 // the same over the words of names
	Far         float64 // per ln(1 + days / 7) since what it was asked for with
	Home        float64 // how much of its home story is in, of an article with the score Floor without it
	Away        float64 // how much of its home story is not in
	Floor       float64
	Lacks       float64 // there is a query of words
	Core        float64 // share of the query's words that its title and lead hold
	Titled      float64 // share that its title holds
	Rarest      float64 // the rarest is not in its title; half if it is in its text
	CoreShare   float64 // a share of the query's words that suffices, the rarest in the title
	Learn       float64 // the story learns from what scores this or more
}

// DefaultWeights is the one setting in use. eval.FitTrack's search led to the
// weights of the evidence; Bias, Bodies, Common, Merge and IDFPower were then
// settled on a coarse grid over the same development sets, with unlabelled
// headlines in the stream. The weights of following began as a logistic
// regression over the same sets and the sample newsroom, followed with perfect
// knowledge, and went on as a random search with what the stories learn
// themselves, by F1 and precision both, with the look through stored articles.
func DefaultWeights() Weights {
	return Weights{
		IDFPower: .5,
		Bias:     -2.5, Centroid: 5.01, Mean: 5.39, Max: 5.14, Names: .84,
		Gap: -.45, LongGap: -1.14, Common: -4, Bodies: -2.05,
		Merge: 1.33,
		Follow: FollowWeights{
			Bias: -5.1, Centroid: 3.05, Max: 7.2, Names: .8, Cover: 2.9, Gap: -2.85,
			Origin: 1.18, OriginNames: .53, Far: -.15, Home: 2.7, Away: 2, Floor: -1.3,
			Lacks: -1.35, Core: 3.9, Titled: .7, Rarest: -1.4, CoreShare: .82, Learn: 1.4,
		},
	}
}

// evidence is what speaks for and against two stories being one; an article is
// a story of its own here.
type evidence struct {
	centroid, mean, max, names float64 // 0 to 1
	// common tells how many live stories have the terms that the closest pair
	// shares, 0 to 1: what half the stories speak of links no two of them.
	common float64
	gap    float64 // days between them, 0 if they overlap
	bodies bool
}

// score weighs the evidence.
func (w Weights) score(e evidence) float64 {
	z := w.Bias + w.Centroid*e.centroid + w.Mean*e.mean + w.Max*e.max + w.Names*e.names + w.Common*e.common +
		w.Gap*math.Log1p(e.gap/.3) + w.LongGap*min(5, max(0, e.gap-1))
	if e.bodies {
		z += w.Bodies
	}
	return z
}

// cosine of two vectors of known length.
func cosine(a, b vector, la, lb float64) float64 {
	if la == 0 || lb == 0 {
		return 0
	}
	return float64(dot(a, b)) / la / lb
}

// compareClusters gathers the evidence on two stories, but for the closest
// pair, which is costly.
func compareClusters(a, b *cluster) evidence {
	words := float64(dot(a.words, b.words))
	e := evidence{
		names: cosine(a.names, b.names, a.ln, b.ln),
		gap:   gap(a, b),
	}
	e.bodies = a.bodies*2 > a.n && b.bodies*2 > b.n
	if a.n > 0 && b.n > 0 && words > 0 {
		e.centroid = words / a.lw / b.lw
		e.mean = words / float64(a.n) / float64(b.n) / (unit * unit)
	}
	return e
}

// closest returns the largest cosine of an article of a with one of b, and the
// article of b.
func closest(a, b *cluster) (float64, *item) {
	var best uint64
	var y *item
	for _, i := range a.items {
		if !i.weighs {
			continue
		}
		for _, j := range b.items {
			if !j.weighs {
				continue
			}
			if d := dot(i.words, j.words); d > best {
				best, y = d, j
			}
		}
	}
	return float64(best) / (unit * unit), y
}

// gap is the time between two stories in days, 0 if they overlap.
func gap(a, b *cluster) float64 {
	between := max(0, a.first-b.last, b.first-a.last)
	return time.Duration(between).Hours() / 24
}
