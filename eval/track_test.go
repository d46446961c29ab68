package eval

import (
	"math"
	"os"
	"testing"
)

// trackData returns the folder of the gold data, and skips where there is none.
func trackData(t *testing.T) string {
	dir := os.Getenv("STORYWIRE_DATA")
	if dir == "" {
		dir = "../../shared/data"
	}
	if _, err := os.Stat(dir + "/track-ecb.jsonl"); err != nil {
		t.Skipf("no gold data: %v; set STORYWIRE_DATA to its folder", err)
	}
	return dir
}

func TestTrack(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	report, err := Track(t.Context(), trackData(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", report)
	for _, row := range report.Sets {
		if row.Score.F1 < .84 {
			t.Errorf("%s: B3 F1 %.3f, below .84", row.Set, row.Score.F1)
		}
	}
}

func TestScoreClustersNoise(t *testing.T) {
	got := ScoreClusters([]string{"a", "a", ""}, []string{"1", "1", "1"})
	if math.Abs(got.Precision-2./3) > 1e-9 || got.Recall != 1 {
		t.Errorf("%+v", got)
	}
}

func TestScoreClusters(t *testing.T) {
	// The worked example of Bagga and Baldwin (1998), figure 2.
	gold := []string{"a", "a", "a", "a", "a", "b", "b", "c", "c", "c", "c", "c"}
	found := []string{"1", "1", "1", "1", "1", "2", "2", "2", "2", "2", "2", "2"}
	got := ScoreClusters(gold, found)
	want := ClusterScore{Precision: .762, Recall: 1, F1: .865, Pairwise: .808}
	for name, pair := range map[string][2]float64{
		"precision": {got.Precision, want.Precision}, "recall": {got.Recall, want.Recall},
		"f1": {got.F1, want.F1}, "pairwise": {got.Pairwise, want.Pairwise},
	} {
		if math.Abs(pair[0]-pair[1]) > .001 {
			t.Errorf("%s %.4f, want %.3f", name, pair[0], pair[1])
		}
	}
}
