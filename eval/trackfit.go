package eval

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/storywire/storywire/text"
	"github.com/storywire/storywire/track"
)

const (
	fitRounds = 3
	fitRidge  = 2e-4 // keeps weights of signals that tell the same from running apart
)

// trackFit says what to learn tracking weights from.
type trackFit struct {
	dataDir  string
	leaveOut string // a gold set that is not learned from, nor what is like it; "" for none
	log      func(string)
}

// fitTrack learns the weights of tracking. It lets the tracker run over gold
// sets, and from what was right in each comparison it made on the way it learns
// by logistic regression, once for joining and once for merging; then it lets it
// run with these weights and learns again from all it has seen, as mistakes
// lead to stories that right decisions never meet (Ross, Gordon and Bagnell, "A Reduction of
// Imitation Learning and Structured Prediction to No-Regret Online Learning",
// 2011). As a comparison counts as much as any other there, the two thresholds
// are chosen last, by B-cubed F1. The same data gives the same weights.
func fitTrack(ctx context.Context, fit trackFit) (track.Weights, trackFitting, error) {
	f, err := newTrackFitting(ctx, fit)
	if err != nil {
		return f.learned, f, err
	}
	w, score, err := f.thresholds(ctx)
	fit.log(fmt.Sprintf("mean B3 F1 %.4f", score))
	return w, f, err
}

// trackFitting is what has been learned before thresholds are chosen, and from
// what.
type trackFitting struct {
	sets        []fitSet
	join, merge []example // of all rounds
	learned     track.Weights
}

func newTrackFitting(ctx context.Context, fit trackFit) (f trackFitting, err error) {
	f.learned = startWeights()
	if f.sets, err = fitSets(fit, f.learned); err != nil {
		return f, err
	}
	for range fitRounds {
		join, merge, err := examples(ctx, f.sets, f.learned)
		if err != nil {
			return f, err
		}
		f.join, f.merge = append(f.join, join...), append(f.merge, merge...)
		f.learned = f.without()
	}
	return f, nil
}

// without returns the weights learned without some signals.
func (f trackFitting) without(off ...track.Signal) track.Weights {
	w := f.learned
	w.Join, w.Merge = logistic(f.join, off...), logistic(f.merge, off...)
	return w
}

// startWeights make a plain tracker, to learn from what it does.
func startWeights() track.Weights {
	w := track.DefaultWeights()
	plain := track.Signals{track.Bias: -2.5, track.Mean: 8, track.Max: 6, track.Gap: -1.5, track.Common: -3}
	w.Join, w.Merge = plain, plain
	w.Merge[track.Bias]--
	return w
}

// fitSet is a set to learn from, and what it counts.
type fitSet struct {
	readSet
	weight float64
	asIs   bool // a gold set as it is, not what was made of one
}

// fitSets are the gold sets, alone and with unlabelled headlines in the
// stream; the large one also as two small ones; articles of one event each as
// editors put them together, to which we give days; and what has texts once
// more without them, so that what is learned does not hang on how long the
// texts are.
func fitSets(fit trackFit, w track.Weights) ([]fitSet, error) {
	noise, err := readNumbered(filepath.Join(fit.dataDir, "headlines-2022.jsonl"))
	if err != nil {
		return nil, err
	}
	var sets []fitSet
	add := func(weight float64, articles []Article) {
		sets = append(sets, fitSet{readSet: newReadSet(articles, w), weight: weight})
	}
	for _, name := range trackSets {
		if name == fit.leaveOut {
			continue
		}
		articles, err := readTrackSet(fit.dataDir, name)
		if err != nil {
			return nil, err
		}
		add(1, articles)
		sets[len(sets)-1].asIs = true
		if name == "uci-headlines" {
			add(.75, withDistractors(half(articles, 0), noise, 400))
			add(.75, withDistractors(half(articles, 1), noise, 400))
			continue
		}
		add(.5, withDistractors(articles, noise, 700))
		add(1, withDistractors(titles(articles), noise, 700))
		events, err := fitEvents(fit.dataDir, name)
		if err != nil {
			return nil, err
		}
		add(.7, events)
		add(.7, titles(events))
	}
	return sets, nil
}

// fitEvents are articles of one event each, of a kind with a gold set.
func fitEvents(dataDir, like string) ([]Article, error) {
	if like == "allsides" {
		return readEvents(filepath.Join(dataDir, "summary-allsides.jsonl"), allSides, 300, 80)
	}
	return readEvents(filepath.Join(dataDir, "summary-multinews.jsonl"), multiNews, 100, 60)
}

// titles returns articles without their texts.
func titles(articles []Article) []Article {
	out := slices.Clone(articles)
	for i := range out {
		out[i].Text = ""
	}
	return out
}

// half returns every other story of a set.
func half(articles []Article, which int) []Article {
	number := map[string]int{}
	var out []Article
	for _, a := range articles {
		if _, met := number[a.Story]; !met {
			number[a.Story] = len(number)
		}
		if number[a.Story]%2 == which {
			out = append(out, a)
		}
	}
	return out
}

// readEvents draws events from a file of summaries and spreads them over some
// days, the articles of each over one. Articles without a title get their first
// sentence.
func readEvents(name string, read func([]byte) (cluster, error), events int, days float64) ([]Article, error) {
	groups, err := readClusters(name, math.MaxInt, read)
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(1, 0))
	start := time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)
	var out []Article
	for _, g := range random.Perm(len(groups))[:min(events, len(groups))] {
		day := random.Float64() * days
		for i, a := range groups[g].articles {
			a.Published = start.Add(time.Duration((day + random.Float64()) * 24 * float64(time.Hour)))
			a.GUID = fmt.Sprint(g, "-", i)
			if sentences := text.Sentences(a.Text, "en"); a.Title == "" && len(sentences) > 0 {
				a.Title = sentences[0]
			}
			out = append(out, Article{Story: strconv.Itoa(g), Article: a})
		}
	}
	return inOrder(out), nil
}

// inOrder sorts articles by time and numbers them.
func inOrder(articles []Article) []Article {
	slices.SortStableFunc(articles, func(a, b Article) int { return a.Published.Compare(b.Published) })
	for i := range articles {
		articles[i].Article.ID = int64(i + 1)
	}
	return articles
}

// example is a comparison, how right it would be to decide for it, 0 to 1, and
// what it counts.
type example struct {
	track.Signals
	right, weight float64
}

// examples runs the tracker over the sets and gathers what it compared, but
// for unlabelled articles with their like: they may well belong together.
func examples(ctx context.Context, sets []fitSet, w track.Weights) (join, merge []example, err error) {
	type seen struct {
		join, merge []example
		err         error
	}
	all := make([]seen, len(sets))
	var wait sync.WaitGroup
	for i, s := range sets {
		wait.Go(func() {
			_, all[i].err = s.run(ctx, w, func(c track.Compared) {
				e := example{c.Evidence, s.agreement(c.A, c.B), s.weight / float64(len(s.articles))}
				switch {
				case len(c.A) > 1:
					e.weight *= math.Sqrt(float64(min(len(c.A), len(c.B))))
					all[i].merge = append(all[i].merge, e)
				case s.labelled(c.A) || s.labelled(c.B):
					all[i].join = append(all[i].join, e)
				}
			})
		})
	}
	wait.Wait()
	for _, s := range all {
		join, merge, err = append(join, s.join...), append(merge, s.merge...), errors.Join(err, s.err)
	}
	return join, merge, err
}

// labelled reports whether one of the articles has a gold label.
func (s readSet) labelled(ids []int64) bool {
	return slices.ContainsFunc(ids, func(id int64) bool { return s.gold[id-1] != "" })
}

// agreement is the share of pairs of articles that are of one gold story.
func (s readSet) agreement(a, b []int64) float64 {
	same := 0
	for _, i := range a {
		for _, j := range b {
			if g := s.gold[i-1]; g != "" && g == s.gold[j-1] {
				same++
			}
		}
	}
	return float64(same) / float64(len(a)*len(b))
}

// thresholds shifts the two biases of learned weights to where the gold sets
// come out best as they are: what was made of them counts for the signals, not here.
func (f trackFitting) thresholds(ctx context.Context) (track.Weights, float64, error) {
	best, top := f.learned, 0.0
	for _, merge := range []float64{0, .2, .4, .6, .8} {
		for _, join := range []float64{-.4, -.2, 0, .2, .4} {
			w := f.learned
			w.Merge[track.Bias] += merge
			w.Join[track.Bias] += join
			score, err := goldScore(ctx, f.sets, w)
			if err != nil {
				return w, top, err
			}
			if score > top {
				best, top = w, score
			}
		}
	}
	for i := range best.Join {
		best.Join[i], best.Merge[i] = math.Round(best.Join[i]*100)/100, math.Round(best.Merge[i]*100)/100
	}
	return best, top, nil
}

// goldScore is the mean B-cubed F1 over the gold sets as they are.
func goldScore(ctx context.Context, sets []fitSet, w track.Weights) (float64, error) {
	sets = slices.DeleteFunc(slices.Clone(sets), func(s fitSet) bool { return !s.asIs })
	scores, errs := make([]float64, len(sets)), make([]error, len(sets))
	var wait sync.WaitGroup
	for i, s := range sets {
		wait.Go(func() {
			found, err := s.run(ctx, w, nil)
			scores[i], errs[i] = ScoreClusters(s.gold, found).F1, err
		})
	}
	wait.Wait()
	var sum float64
	for _, f1 := range scores {
		sum += f1
	}
	return sum / float64(len(sets)), errors.Join(errs...)
}

// weightsText writes learned weights as track.DefaultWeights has them.
func weightsText(w track.Weights) string {
	var b strings.Builder
	for _, d := range []struct {
		name string
		of   track.Signals
	}{{"Join", w.Join}, {"Merge", w.Merge}} {
		fmt.Fprintf(&b, "%s: Signals{", d.name)
		for i, v := range d.of {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "%v: %v", track.Signal(i), v)
		}
		b.WriteString("},\n")
	}
	return b.String()
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

// FitReport holds learned weights, and what those reach that were learned
// without the set they are measured on.
type FitReport struct {
	Weights track.Weights
	All     []TrackRow // learned from every set
	Without []TrackRow // learned without the set of the row, and what is like it
	Worth   []WorthRow // what each signal is worth
}

// Fit learns the weights of tracking, and shows how they carry over to a set
// that was not learned from.
func Fit(ctx context.Context, dataDir string, log func(string)) (FitReport, error) {
	var r FitReport
	for _, leaveOut := range append([]string{""}, trackSets...) {
		log("learning, left out: " + cmp.Or(leaveOut, "nothing"))
		w, f, err := fitTrack(ctx, trackFit{dataDir: dataDir, leaveOut: leaveOut, log: log})
		if err != nil {
			return r, err
		}
		if leaveOut == "" {
			r.Weights = w
			if r.Worth, err = f.worth(ctx, dataDir, w); err != nil {
				return r, err
			}
			report, err := trackWith(ctx, dataDir, w, trackSets...)
			if err != nil {
				return r, err
			}
			r.All = report.Sets
			continue
		}
		report, err := trackWith(ctx, dataDir, w, leaveOut)
		if err != nil {
			return r, err
		}
		r.Without = append(r.Without, report.Sets...)
	}
	return r, nil
}

// String returns the report as text: the weights as they stand in the source,
// then the figures.
func (r FitReport) String() string {
	return fmt.Sprintf("%s\nlearned from all sets:\n%s\nlearned without the set of the row:\n%s\nlearned without a signal, mean B3 F1 around the threshold:\n%s",
		weightsText(r.Weights), TrackReport{r.All}, TrackReport{r.Without}, worthText(r.Worth))
}
