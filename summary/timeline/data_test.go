package timeline

import (
	"bufio"
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkRealBuild makes the timeline of a thousand real articles on one oil
// spill from nothing.
func BenchmarkRealBuild(b *testing.B) {
	in := Input{Articles: realArticles(b)}
	for b.Loop() {
		Build(in)
	}
}

// BenchmarkRealBuildAgain makes it after one more article.
func BenchmarkRealBuildAgain(b *testing.B) {
	articles := realArticles(b)
	for b.Loop() {
		b.StopTimer()
		keep(articles)
		Build(Input{Articles: articles[:len(articles)-1]})
		b.StartTimer()
		Build(Input{Articles: articles})
	}
}

// realArticles are the first thousand of Timeline17 on the spill of 2010.
func realArticles(tb testing.TB) []Article {
	tb.Helper()
	path := filepath.Join(cmp.Or(os.Getenv("STORYWIRE_DATA"), "../../../shared/data"), "timeline17-articles.jsonl")
	file, err := os.Open(path)
	if err != nil {
		tb.Skipf("skipped: the articles to measure on are not here (%v); set STORYWIRE_DATA", err)
	}
	defer file.Close()
	var out []Article
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var line struct{ Collection, Time, Title, Text string }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			tb.Fatal(err)
		}
		if !strings.HasPrefix(line.Collection, "bp") {
			continue
		}
		published, err := time.Parse(time.DateOnly, line.Time)
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, Article{Title: line.Title, Text: line.Text, Lang: "en", Published: published})
	}
	slices.SortStableFunc(out, func(a, b Article) int { return a.Published.Compare(b.Published) })
	out = out[:min(1000, len(out))]
	for i := range out {
		out[i].N = i + 1
	}
	return out
}
