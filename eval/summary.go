package eval

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/summary"
	"github.com/storywire/storywire/text"
)

// summaryAllsides is how many of the AllSides triples are summarised.
const summaryAllsides = 300

// SummaryReport holds the figures of the extractive writer and of baselines
// that were given the same number of words.
type SummaryReport struct {
	Sets []SummaryRow
}

// SummaryRow holds the mean ROUGE F1 (Lin 2004) of one method on one set.
type SummaryRow struct {
	Set      string
	Method   string
	Clusters int
	R1, R2   float64
	RL       float64
	Words    float64 // mean length of a summary
	Took     time.Duration

	each []float64 // ROUGE-2 of each cluster
}

// String is the report as a table.
func (r SummaryReport) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "set\tmethod\tclusters\tROUGE-1\tROUGE-2\tROUGE-L\twords\ttook\t")
	for _, s := range r.Sets {
		fmt.Fprintf(w, "%s\t%s\t%d\t%.4f\t%.4f\t%.4f\t%.0f\t%s\t\n", s.Set, s.Method, s.Clusters, s.R1, s.R2, s.RL, s.Words, s.Took.Round(time.Millisecond))
	}
	w.Flush()
	for ours := range slices.Chunk(r.Sets, methods) {
		if len(ours) == methods && len(ours[0].each) > 1 {
			fmt.Fprintln(&b, margin(ours[0], ours[1:]))
		}
	}
	return b.String()
}

// methods is how many are compared.
const methods = 4

// margin tells by how much of the best baseline's ROUGE-2 ours is better, and the
// standard error of that, from the differences cluster by cluster.
func margin(ours SummaryRow, baselines []SummaryRow) string {
	best := slices.MaxFunc(baselines, func(a, b SummaryRow) int { return cmp.Compare(a.R2, b.R2) })
	var sum, squares float64
	for i, r2 := range ours.each {
		d := r2 - best.each[i]
		sum, squares = sum+d, squares+d*d
	}
	n := float64(len(ours.each))
	mean := sum / n
	deviation := math.Sqrt(max(0, (squares/n-mean*mean)/(n-1)))
	return fmt.Sprintf("%s: ROUGE-2 %+.1f %% of %s's, standard error %.1f %%", ours.Set, 100*ratio(mean, best.R2), best.Method, 100*ratio(deviation, best.R2))
}

// cluster is articles with a person's summary of them.
type cluster struct {
	articles []news.Article
	gold     []string // sentences
}

// Summary writes a digest of each cluster of summary-multinews.jsonl and of the
// AllSides triples of summary-allsides.jsonl, the first of them and all, and scores its sections
// beside three baselines: the leading sentences of each article in turn (lead),
// LexRank (Erkan and Radev 2004) and likeness to the centroid (Radev et al.
// 2004). All are cut to the number of words of the digest.
func Summary(ctx context.Context, dataDir string) (SummaryReport, error) {
	var report SummaryReport
	for _, set := range []struct {
		name, file string
		read       func([]byte) (cluster, error)
		most       int
	}{{"multinews", "multinews", multiNews, 1000}, {"allsides", "allsides", allSides, summaryAllsides}, {"allsides, all", "allsides", allSides, math.MaxInt}} {
		clusters, err := readClusters(filepath.Join(dataDir, "summary-"+set.file+".jsonl"), set.most, set.read)
		if err != nil {
			return report, err
		}
		rows, err := scoreSummaries(ctx, set.name, clusters)
		if err != nil {
			return report, err
		}
		report.Sets = append(report.Sets, rows...)
	}
	return report, nil
}

func readClusters(path string, most int, read func([]byte) (cluster, error)) ([]cluster, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read gold summaries (is --data right?): %w", err)
	}
	var out []cluster
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	for lines.Scan() && len(out) < most {
		c, err := read(lines.Bytes())
		if err != nil {
			return nil, fmt.Errorf("read %s line %d: %w", path, len(out)+1, err)
		}
		out = append(out, c)
	}
	return out, lines.Err()
}

func multiNews(line []byte) (cluster, error) {
	var in struct {
		Documents []string
		Summary   string
	}
	err := json.Unmarshal(line, &in)
	c := cluster{gold: text.Sentences(in.Summary, "en")}
	for i, d := range in.Documents {
		c.articles = append(c.articles, sampleArticle(i, "", d))
	}
	return c, err
}

func allSides(line []byte) (cluster, error) {
	type titled struct{ Title, Text string }
	var in struct {
		Documents []titled
		Summary   titled
	}
	err := json.Unmarshal(line, &in)
	c := cluster{gold: text.Sentences(in.Summary.Text, "en")}
	for i, d := range in.Documents {
		c.articles = append(c.articles, sampleArticle(i, d.Title, d.Text))
	}
	return c, err
}

// sampleArticle is an article of a set that gives no times or outlets: none is
// made up, since day words would be dated by it.
func sampleArticle(i int, title, body string) news.Article {
	return news.Article{
		GUID: fmt.Sprint(i), Outlet: fmt.Sprint("Outlet ", i+1), Title: title, Text: body, Language: "en",
		FullText: true,
	}
}

// summarise returns a method's sentences for a cluster, best first; as many
// words as there are in ours at least.
type summarise func(c cluster, words int) []string

func scoreSummaries(ctx context.Context, set string, clusters []cluster) ([]SummaryRow, error) {
	rows := []SummaryRow{{Method: "storywire"}, {Method: "lead"}, {Method: "lexrank"}, {Method: "centroid"}}
	for _, c := range clusters {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		start := time.Now()
		ours := ourSentences(c)
		rows[0].Took += time.Since(start)
		size := len(text.Words(strings.Join(ours, " ")))
		for i, f := range []summarise{func(cluster, int) []string { return ours }, leadSummary, lexRankSummary, centroidSummary} {
			rows[i].add(cutWords(f(c, size), size), c.gold)
		}
	}
	for i := range rows {
		rows[i].Set, rows[i].Clusters = set, len(clusters)
		rows[i].divide(float64(len(clusters)))
	}
	return rows, nil
}

func ourSentences(c cluster) []string {
	var out []string
	for _, s := range summary.Digest(c.articles, summary.Options{}).Sections {
		for _, st := range s.Sentences {
			out = append(out, st.Text)
		}
	}
	return out
}

func (r *SummaryRow) add(pred [][]string, gold []string) {
	var p, g []string
	for _, words := range pred {
		p = append(p, strings.Join(words, " "))
		r.Words += float64(len(words))
	}
	for _, s := range gold {
		g = append(g, strings.Join(text.Words(s), " "))
	}
	r.R1 += RougeN(p, g, 1).F1
	r.each = append(r.each, RougeN(p, g, 2).F1)
	r.R2 += r.each[len(r.each)-1]
	r.RL += RougeL(p, g).F1
}

func (r *SummaryRow) divide(n float64) {
	if n > 0 {
		r.R1, r.R2, r.RL, r.Words = r.R1/n, r.R2/n, r.RL/n, r.Words/n
	}
}

// cutWords returns the words of sentences, at most size in all.
func cutWords(sentences []string, size int) [][]string {
	var out [][]string
	for _, s := range sentences {
		words := text.Words(s)
		words = words[:min(len(words), size)]
		size -= len(words)
		if len(words) > 0 {
			out = append(out, words)
		}
	}
	return out
}
