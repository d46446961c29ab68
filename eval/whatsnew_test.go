package eval

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatsNew(t *testing.T) {
	dir := t.TempDir()
	if report, err := WhatsNew(context.Background(), dir); err != nil || len(report.Rows) > 0 {
		t.Errorf("without gold %+v, %v", report, err)
	}
	lines := `{"id":"t17/MJ_bbc/2009-06-25/1","time":"2009-06-25","outlet":"Post","title":"Ferry aground","text":"The ferry ran aground off Lorne island early on Thursday."}
{"id":"t17/MJ_bbc/2009-06-26/1","time":"2009-06-26","outlet":"Post","title":"Ferry afloat","text":"Tugs from Ardale pulled the ferry free at high tide."}
{"id":"t17/MJ_bbc/2009-06-27/1","time":"2009-06-27","outlet":"Herald","title":"Ferry pulled free","text":"Tugs from Ardale pulled the ferry free at high tide."}`
	gold := `[{"story":"mj_death","annotator":"a","entries":[{"date":"2009-06-26","update":"Tugs from Ardale pulled the ferry free at high tide."},{"date":"2009-06-27","update":"Nothing."},{"date":"2009-07-27","update":"Nobody wrote."}]}]`
	for name, data := range map[string]string{"timeline17-articles.jsonl": lines, "updates-gold.json": gold} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	report, err := WhatsNew(context.Background(), dir)
	if err != nil || len(report.Gate) != 1 || len(report.Rows) != 3 {
		t.Fatalf("%+v, %v", report, err)
	}
	if g := report.Gate[0]; g.Articles != 3 || g.Revisions != 2 || g.Dates != 2 || g.Caught != 1 {
		t.Errorf("gate %+v", g)
	}
	if r := report.Rows[0]; r.Clusters != 2 || r.R1 < .499 || r.R1 > .501 {
		t.Errorf("one of two days scores %+v", r)
	}
	if s := report.String(); !strings.Contains(s, "what is new") || !strings.Contains(s, "66.7") {
		t.Errorf("table %q", s)
	}
}
