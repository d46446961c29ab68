package eval

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/storywire/storywire/news"
)

func TestSummary(t *testing.T) {
	dir := t.TempDir()
	story := `{"documents":["The ferry ran aground off Lorne island early on Monday."],"summary":"The ferry ran aground off Lorne island early on Monday."}`
	triple := `{"documents":[{"title":"Ferry aground","text":"The ferry ran aground off Lorne island early on Monday."}],"summary":{"title":"Ferry","text":"A cow crossed."}}`
	for name, line := range map[string]string{"multinews": story, "allsides": triple} {
		if err := os.WriteFile(filepath.Join(dir, "summary-"+name+".jsonl"), []byte(line+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	report, err := Summary(context.Background(), dir)
	if err != nil || len(report.Sets) != 12 {
		t.Fatalf("%d rows, %v", len(report.Sets), err)
	}
	if full := report.Sets[0]; full.R1 < .999 || full.R2 < .999 || full.Words == 0 {
		t.Errorf("all that the gold says scores %+v", full)
	}
	if none := report.Sets[4]; none.R1 != 0 || none.R2 != 0 {
		t.Errorf("nothing of what the gold says scores %+v", none)
	}
	if s := report.String(); !strings.Contains(s, "lexrank") {
		t.Errorf("table %q", s)
	}
	if _, err := Summary(context.Background(), t.TempDir()); err == nil {
		t.Error("no data, no error")
	}
}

func TestSummaryBaselines(t *testing.T) {
	c := cluster{articles: []news.Article{
		{Text: "The ferry ran aground off Lorne.\nA captain spoke of thick fog.\nCats were not on the ferry."},
		{Text: "Rescuers saved the ferry near Lorne.\nThe ferry of Lorne ran aground."},
	}}
	if got := leadSummary(c, 9); !slices.Equal(got, []string{"The ferry ran aground off Lorne.", "Rescuers saved the ferry near Lorne."}) {
		t.Errorf("lead %q", got)
	}
	for name, f := range map[string]summarise{"centroid": centroidSummary, "lexrank": lexRankSummary} {
		got := f(c, 6)
		if len(got) != 1 || !strings.Contains(got[0], "ferry") {
			t.Errorf("%s %q", name, got)
		}
		if all := f(c, 1000); len(all) >= 5 {
			t.Errorf("%s repeats itself: %q", name, all)
		}
	}
}
