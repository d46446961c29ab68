package eval

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// dataDir finds the data for measuring, or skips the test.
func timelineData(t *testing.T, file string) string {
	t.Helper()
	dir := os.Getenv("STORYWIRE_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(dir, file)); err != nil {
		t.Skipf("no %s in %s; point STORYWIRE_DATA at the data for measuring", file, dir)
	}
	return dir
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func TestScorerAgreesWithReference(t *testing.T) {
	dir := timelineData(t, "timeline17-scorer-check.json")
	gold, err := readGoldTimelines(dir)
	if err != nil {
		t.Fatal(err)
	}
	var checks []struct {
		Collection, Name string
		Prediction       []DatedText
		Align            struct{ Rouge1, Rouge2 PRF } `json:"align_m1"`
		Concat           struct{ Rouge1, Rouge2 PRF }
		Date             PRF
	}
	readJSON(t, filepath.Join(dir, "timeline17-scorer-check.json"), &checks)
	for _, c := range checks {
		for _, g := range gold {
			if g.Collection != c.Collection || g.Name != c.Name {
				continue
			}
			got := ScoreTimeline(c.Prediction, g.days())
			same(t, c.Name+" AR1", got.Align1, c.Align.Rouge1)
			same(t, c.Name+" AR2", got.Align2, c.Align.Rouge2)
			same(t, c.Name+" concat 1", got.Concat1, c.Concat.Rouge1)
			same(t, c.Name+" concat 2", got.Concat2, c.Concat.Rouge2)
			same(t, c.Name+" date", got.Date, c.Date)
		}
	}
}

func same(t *testing.T, what string, got, want PRF) {
	t.Helper()
	for _, d := range []float64{got.Precision - want.Precision, got.Recall - want.Recall, got.F1 - want.F1} {
		if math.Abs(d) > 0.0000051 { // the reference is printed to five digits
			t.Errorf("%s: %.6f, want %.5f", what, got, want)
			return
		}
	}
}

// Worked by hand: the first day matches in two of three and two of four words,
// the second has "bridge" in common, a day apart.
func TestScoreTimelineByHand(t *testing.T) {
	pred := []DatedText{
		{Date: "2024-03-01", Sentences: []string{"The ferry sank quickly ."}},
		{Date: "2024-03-09", Sentences: []string{"Bridge closed ."}},
	}
	ref := []DatedText{
		{Date: "2024-03-01", Sentences: []string{"A ferry sank ; crew rescued ."}},
		{Date: "2024-03-10", Sentences: []string{"Engineers inspected the bridge ."}},
	}
	got := ScoreTimeline(pred, ref)
	same(t, "AR1", got.Align1, prf((2+.5)/5, (2+.5)/7))
	same(t, "concat 1", got.Concat1, prf(3./5, 3./7))
	same(t, "date", got.Date, prf(.5, .5))
	same(t, "empty", ScoreTimeline(nil, ref).Align1, PRF{})
}

func TestRougeL(t *testing.T) {
	same(t, "order counts",
		RougeL([]string{"police killed the gunman"}, []string{"gunman killed the police"}), prf(1./3, 1./3))
	same(t, "union over sentences",
		RougeL([]string{"alpha beta", "gamma delta"}, []string{"alpha gamma omega"}), prf(2./4, 2./3))
}

func TestPorter(t *testing.T) {
	for word, want := range map[string]string{
		"caresses": "caress", "ties": "tie", "flies": "fli", "spied": "spi", "died": "die", "agreed": "agre",
		"hopping": "hop", "falling": "fall", "filing": "file", "happy": "happi", "enjoy": "enjoy", "sky": "sky",
		"relational": "relat", "geology": "geolog", "rationally": "ration", "electrical": "electr",
		"adoption": "adopt", "controll": "control", "rate": "rate", "as": "as", "été": "été",
	} {
		if got := porter(word); got != want {
			t.Errorf("%s: %s, want %s", word, got, want)
		}
	}
}
