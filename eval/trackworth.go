package eval

import (
	"context"
	"fmt"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/storywire/storywire/track"
)

// WorthRow tells what the tracker reaches without some of its evidence: B-cubed
// F1 for each gold set, the weights learned anew. It is the mean over three
// thresholds, as a single one may be lucky.
type WorthRow struct {
	Without string
	F1      []float64
}

// secondLook stands for all that is learned about merging.
const secondLook = "the second look"

// worth measures what each signal is worth to weights that were learned from
// all sets: with every threshold as far from what was learned as it is there.
func (f trackFitting) worth(ctx context.Context, dataDir string, chosen track.Weights) ([]WorthRow, error) {
	var rows []WorthRow
	for _, c := range worthless() {
		w := f.without(c.off...)
		w.Join[track.Bias] += chosen.Join[track.Bias] - f.learned.Join[track.Bias]
		w.Merge[track.Bias] += chosen.Merge[track.Bias] - f.learned.Merge[track.Bias]
		if c.name == secondLook {
			w.Merge[track.Bias] = math.Inf(-1)
		}
		row := WorthRow{c.name, make([]float64, len(trackSets))}
		for _, shift := range []float64{-.25, 0, .25} {
			shifted := w
			shifted.Join[track.Bias] += shift
			report, err := trackWith(ctx, dataDir, shifted, trackSets...)
			if err != nil {
				return nil, err
			}
			for i, set := range report.Sets {
				row.F1[i] += set.Score.F1 / 3
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// withoutSignals names what is left out.
type withoutSignals struct {
	name string
	off  []track.Signal
}

// worthless lists nothing, each signal alone, and those that stand in for each
// other together.
func worthless() []withoutSignals {
	list := []withoutSignals{{name: "nothing"}}
	for s := track.Mean; s <= track.Bodies; s++ {
		list = append(list, withoutSignals{s.String(), []track.Signal{s}})
	}
	return append(list,
		withoutSignals{"means", []track.Signal{track.Mean, track.RecentMean}},
		withoutSignals{"largest", []track.Signal{track.Max, track.Max3, track.RecentMax, track.Median, track.Unlinked}},
		withoutSignals{"grown", []track.Signal{track.Median, track.Unlinked}},
		withoutSignals{"names", []track.Signal{track.MaxNames, track.Strangers}},
		withoutSignals{"time", []track.Signal{track.RecentMean, track.RecentMax, track.Gap}},
		withoutSignals{name: secondLook})
}

// worthText writes rows as a table.
func worthText(rows []WorthRow) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "without\t%s\t\n", strings.Join(trackSets, "\t"))
	for _, row := range rows {
		fmt.Fprintf(w, "%s\t", row.Without)
		for _, f1 := range row.F1 {
			fmt.Fprintf(w, "%.3f\t", f1)
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	return b.String()
}
