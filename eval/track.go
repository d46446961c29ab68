package eval

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/storywire/storywire/track"
)

// trackSets are the gold sets of the tracking evaluation, in the order of the
// report.
var trackSets = []string{"allsides", "uci-headlines", "ecb"}

// TrackReport holds the figures of the tracker, one setting for every set.
type TrackReport struct {
	Sets []TrackRow
}

// TrackRow holds the figures of one set.
type TrackRow struct {
	Set      string
	Articles int
	Gold     int // stories in the gold
	Found    int // stories found
	Largest  int // articles of the largest story found
	Score    ClusterScore
	Took     time.Duration
}

// Track runs the tracker over each track-*.jsonl of a folder in the order of
// its lines, which is that of time, and compares where the articles are in the
// end with the gold stories.
func Track(ctx context.Context, dataDir string) (TrackReport, error) {
	return trackWith(ctx, dataDir, track.DefaultWeights(), trackSets...)
}

func trackWith(ctx context.Context, dataDir string, w track.Weights, sets ...string) (TrackReport, error) {
	var report TrackReport
	for _, set := range sets {
		articles, err := readTrackSet(dataDir, set)
		if err != nil {
			return report, err
		}
		start := time.Now()
		gold := newReadSet(articles, w)
		found, err := gold.run(ctx, w, nil)
		if err != nil {
			return report, err
		}
		report.Sets = append(report.Sets, trackRow(set, gold.gold, found, time.Since(start)))
	}
	return report, nil
}

func trackRow(set string, gold, found []string, took time.Duration) TrackRow {
	sizes := func(labels []string) map[string]int {
		n := map[string]int{}
		for _, label := range labels {
			n[label]++
		}
		return n
	}
	stories := sizes(found)
	return TrackRow{
		Set: set, Articles: len(gold), Gold: len(sizes(gold)), Found: len(stories), Largest: slices.Max(slices.Collect(maps.Values(stories))),
		Score: ScoreClusters(gold, found), Took: took,
	}
}

// readTrackSet reads a gold set and numbers its articles.
func readTrackSet(dataDir, set string) ([]Article, error) {
	return readNumbered(filepath.Join(dataDir, "track-"+set+".jsonl"))
}

func readNumbered(name string) ([]Article, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	articles, err := ReadArticles(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return inOrder(articles), nil
}

// run returns the story each article is in after all have been placed, merges
// applied.
func (s readSet) run(ctx context.Context, w track.Weights, observe func(track.Compared)) ([]string, error) {
	tracker := track.NewTracker(0, w)
	tracker.Observe = observe
	found := make([]string, len(s.articles))
	into := map[string]string{}
	for i, a := range s.articles {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		p := tracker.PlaceRead(a.Article, s.read[i])
		found[i] = p.Home.Story
		for _, m := range p.Merges {
			into[m.From] = m.Into
		}
	}
	for i, story := range found {
		for into[story] != "" {
			story = into[story]
		}
		found[i] = story
	}
	return found, nil
}

// String returns the report as a table.
func (r TrackReport) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "set\tarticles\tgold\tfound\tB3 P\tB3 R\tB3 F1\tpairwise F1\tarticles/s\tlargest\t")
	for _, row := range r.Sets {
		s := row.Score
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t%.0f\t%d\t\n", row.Set, row.Articles, row.Gold, row.Found,
			s.Precision, s.Recall, s.F1, s.Pairwise, float64(row.Articles)/row.Took.Seconds(), row.Largest)
	}
	w.Flush()
	return b.String()
}
