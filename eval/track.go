package eval

import (
	"context"
	"fmt"
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
	Score    ClusterScore
	Took     time.Duration
}

// Track runs the tracker over each track-*.jsonl of a folder in the order of
// its lines, which is that of time, and compares where the articles are in the
// end with the gold stories.
func Track(ctx context.Context, dataDir string) (TrackReport, error) {
	var report TrackReport
	for _, set := range trackSets {
		articles, err := readTrackSet(dataDir, set)
		if err != nil {
			return report, err
		}
		start := time.Now()
		gold := newReadSet(articles, track.DefaultWeights())
		found, err := gold.stories(ctx, track.DefaultWeights())
		if err != nil {
			return report, err
		}
		report.Sets = append(report.Sets, trackRow(set, gold.gold, found, time.Since(start)))
	}
	return report, nil
}

func trackRow(set string, gold, found []string, took time.Duration) TrackRow {
	distinct := func(labels []string) int {
		labels = slices.Clone(labels)
		slices.Sort(labels)
		return len(slices.Compact(labels))
	}
	return TrackRow{
		Set: set, Articles: len(gold), Gold: distinct(gold), Found: distinct(found),
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
		return nil, fmt.Errorf("%w; --data names the folder of the gold data", err)
	}
	defer f.Close()
	articles, err := ReadArticles(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	slices.SortStableFunc(articles, func(a, b Article) int { return a.Published.Compare(b.Published) })
	for i := range articles {
		articles[i].Article.ID = int64(i + 1)
	}
	return articles, nil
}

// stories returns the story each article is in after all have been placed,
// merges applied.
func (s readSet) stories(ctx context.Context, w track.Weights) ([]string, error) {
	tracker := track.NewTracker(0, w)
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
	fmt.Fprintln(w, "set\tarticles\tgold\tfound\tB3 P\tB3 R\tB3 F1\tpairwise F1\tarticles/s\t")
	for _, row := range r.Sets {
		s := row.Score
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t%.0f\t\n", row.Set, row.Articles, row.Gold, row.Found,
			s.Precision, s.Recall, s.F1, s.Pairwise, float64(row.Articles)/row.Took.Seconds())
	}
	w.Flush()
	return b.String()
}
