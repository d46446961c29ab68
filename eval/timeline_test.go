package eval

import "testing"

func TestTimelineReport(t *testing.T) {
	dir := timelineData(t, "timeline17-articles.jsonl")
	report, err := Timeline(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", report)
	if report.Standard.Align1.F1 < .10 || report.Standard.Date.F1 < .5 {
		t.Errorf("mean AR1 %.3f, date F1 %.3f: worse than taking the leads of the busiest days",
			report.Standard.Align1.F1, report.Standard.Date.F1)
	}
}

func TestPennTokens(t *testing.T) {
	got := pennTokens(`Mr. Cole didn't pay $4.5 billion, the firm's "final" offer (of two).`)
	if want := `Mr. Cole did n't pay $ 4.5 billion , the firm 's " final " offer ( of two ) .`; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
