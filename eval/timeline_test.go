package eval

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A newsroom of one story: the report must find its two dates and what was
// said of them, and leave out the article that holds the gold.
func TestTimeline(t *testing.T) {
	dir := t.TempDir()
	write := func(name, data string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("timeline17-gold.json", `[{"story":"dam","collection":"haiti_bbc","name":"dam","entries":[
		{"date":"2010-01-10","tok_sentences":["Inspectors found three cracks in the Tarn Dam ."]},
		{"date":"2010-01-15","tok_sentences":["Brook council voted to drain the Tarn Dam ."]}]}]`)
	write("timeline17-articles.jsonl", `{"id":"t17/haiti_bbc/2010-01-11/1","time":"2010-01-11","text":"Inspectors from Calder found three cracks in the Tarn Dam on Sunday.\nThe Tarn Dam is the largest in the valley."}
{"id":"t17/haiti_bbc/2010-01-15/2","time":"2010-01-15","text":"Brook council voted on Friday to drain the Tarn Dam.\nCouncillor Ida Frost called the vote overdue."}
{"id":"t17/haiti_bbc/2010-01-24/820","time":"2010-01-24","text":"On Jan. 10, 2010, inspectors found three cracks in the Tarn Dam."}
{"id":"t17/other/2010-01-12/3","time":"2010-01-12","text":"A ferry ran aground off Port Ellin on Tuesday with 60 people aboard."}
`)
	write("updates-gold.json", `[{"story":"haitian_earthquake","annotator":"a","entries":[{"date":"2010-01-10"},{"date":"2010-01-15"}]},
		{"story":"haitian_earthquake","annotator":"b","entries":[{"date":"2010-01-10"},{"date":"2010-01-15"}]},
		{"story":"unknown","annotator":"a","entries":[{"date":"2010-01-10"}]}]`)
	report, err := Timeline(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Stories) != 1 || report.Stories[0].Articles != 3 || report.Stories[0].Dates != 2 || report.Stories[0].PerDay != 1 {
		t.Fatalf("stories: %+v", report.Stories)
	}
	if got := report.Clean.Date.F1; got != 1 {
		t.Errorf("date F1 %.3f, want both dates", got)
	}
	if std, clean := report.Standard.Align1.Recall, report.Clean.Align1.Recall; std != 1 || clean != 1 {
		t.Errorf("AR1 recall %.3f, clean %.3f, want every word", std, clean)
	}
	if len(report.Updates) != 1 || report.Updates[0] != (UpdateDates{"haitian_earthquake", 2, 3, 1, 1}) {
		t.Errorf("updates: %+v", report.Updates)
	}
	if s := report.String(); !strings.Contains(s, "mean") || !strings.Contains(s, "dam") {
		t.Errorf("table:\n%s", s)
	}
}

func TestTimelineNamesWhatIsMissing(t *testing.T) {
	if _, err := Timeline(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "timeline17-gold.json") {
		t.Errorf("error %v, want the missing file's name", err)
	}
}

func TestPennTokens(t *testing.T) {
	got := pennTokens(`Mr. Cole didn't pay $4.5 billion, the firm's "final" offer (of two).`)
	if want := `Mr. Cole did n't pay $ 4.5 billion , the firm 's " final " offer ( of two ) .`; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
