package eval

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"

	"github.com/storywire/storywire/track"
)

// FitTrack looks for better tracking weights by random local search (Rastrigin
// 1963): it shifts a few weights at a time and keeps what raises the mean
// B-cubed F1 over the sets, each alone and with unlabelled headlines in the
// stream, which teach it to leave apart what only shares a word. Each setting is judged with its threshold moved
// down and up as well, so that what it settles on does not lie on an edge.
// A set named in leaveOut is not learned from. The same seed and data give the
// same weights. The log is called with each improvement.
func FitTrack(ctx context.Context, fit TrackFit) (track.Weights, error) {
	noise, err := readNumbered(filepath.Join(fit.DataDir, "headlines-2022.jsonl"))
	if err != nil {
		return fit.Start, err
	}
	var sets []readSet
	for _, name := range trackSets {
		if name == fit.LeaveOut {
			continue
		}
		articles, err := readTrackSet(fit.DataDir, name)
		if err != nil {
			return fit.Start, err
		}
		sets = append(sets, newReadSet(articles, fit.Start), newReadSet(withDistractors(articles, noise), fit.Start))
	}
	best := fit.Start
	top, err := sturdiness(ctx, sets, best)
	if err != nil {
		return best, err
	}
	random := rand.New(rand.NewPCG(fit.Seed, 0))
	for round := range fit.Rounds {
		tried := best
		fields := tunable(&tried)
		for range 1 + random.IntN(3) {
			field := fields[random.IntN(len(fields))]
			*field.value += field.step * random.NormFloat64()
		}
		score, err := sturdiness(ctx, sets, tried)
		if err != nil {
			return best, err
		}
		if score > top {
			best, top = tried, score
			fit.Log(fmt.Sprintf("round %d: %.4f %+v", round, score, best))
		}
	}
	return best, nil
}

// TrackFit says how to look for tracking weights.
type TrackFit struct {
	DataDir  string
	Start    track.Weights
	Rounds   int
	Seed     uint64
	LeaveOut string // a set that is not learned from, "" for none
	Log      func(string)
}

// tunedWeight is a weight that the search may shift, and how far at a time.
type tunedWeight struct {
	value *float64
	step  float64
}

func tunable(w *track.Weights) []tunedWeight {
	return []tunedWeight{
		{&w.Bias, .4}, {&w.Centroid, 1}, {&w.Mean, 1}, {&w.Max, 1}, {&w.Names, .5},
		{&w.Gap, .2}, {&w.LongGap, .3}, {&w.Common, .5}, {&w.Bodies, .3}, {&w.Merge, .4},
	}
}

// readSet is a gold set with the features of its articles.
type readSet struct {
	articles []Article
	read     []track.Reading
	gold     []string
}

func newReadSet(articles []Article, w track.Weights) readSet {
	s := readSet{articles: articles}
	reader := track.NewReader(w)
	for _, a := range articles {
		s.read = append(s.read, reader.Read(a.Article))
		s.gold = append(s.gold, a.Story)
	}
	return s
}

// sturdiness is the mean B-cubed F1 over the sets and over three thresholds.
func sturdiness(ctx context.Context, sets []readSet, w track.Weights) (float64, error) {
	var sum float64
	for _, shift := range []float64{-.3, 0, .3} {
		shifted := w
		shifted.Bias += shift
		for _, s := range sets {
			found, err := s.stories(ctx, shifted)
			if err != nil {
				return 0, err
			}
			sum += ScoreClusters(s.gold, found).F1
		}
	}
	return sum / 3 / float64(len(sets)), nil
}
