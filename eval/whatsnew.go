package eval

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/summary"
	"github.com/storywire/storywire/text"
)

// NewsReport tells how well what is new catches what people wrote was new.
type NewsReport struct {
	Rows []SummaryRow // what is new, and baselines of as many words
	Gate []GateRow
}

// GateRow counts the revisions of a story whose articles of a day come together.
type GateRow struct {
	Story               string
	Articles, Revisions int
	Dates, Caught       int // gold dates with articles, and those of a revision
}

// String is the report as two tables.
func (r NewsReport) String() string {
	var b strings.Builder
	b.WriteString(SummaryReport{Sets: r.Rows}.String())
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\ngate\tarticles\trevisions\ta hundred\tgold dates\tcaught\t")
	for _, g := range r.Gate {
		fmt.Fprintf(w, "%s\t%d\t%d\t%.1f\t%d\t%.3f\t\n", g.Story, g.Articles, g.Revisions,
			100*ratio(float64(g.Revisions), float64(g.Articles)), g.Dates, ratio(float64(g.Caught), float64(g.Dates)))
	}
	w.Flush()
	return b.String()
}

// WhatsNew gives the articles of Timeline17 to the writer day by day, and scores
// what it says is new on the dates of updates-gold.json (Pratapa, Small and
// Dreyer, Background Summarization of Event Timelines, EMNLP 2023) against each
// annotator's update, beside the leading sentences of the day's articles and the
// most central ones. A date on which the gate saw nothing new scores nothing.
func WhatsNew(ctx context.Context, dir string) (NewsReport, error) {
	var report NewsReport
	gold, err := readUpdates(filepath.Join(dir, "updates-gold.json"))
	if err != nil || len(gold) == 0 {
		return report, err
	}
	articles, err := readCollections(filepath.Join(dir, "timeline17-articles.jsonl"))
	if err != nil {
		return report, err
	}
	rows := []SummaryRow{{Method: "what is new"}, {Method: "lead"}, {Method: "centroid"}}
	for _, story := range sortedKeys(gold) {
		if err := ctx.Err(); err != nil {
			return report, err
		}
		all := ofStory(articles, updateStories[story])
		if len(all) == 0 {
			continue
		}
		report.Gate = append(report.Gate, tellNews(story, all, gold[story], rows))
	}
	for i := range rows {
		rows[i].Set = "updates"
		rows[i].divide(float64(rows[i].Clusters))
	}
	report.Rows = rows
	return report, nil
}

// tellNews goes through the days of a story and adds to the rows.
func tellNews(story string, all []Article, gold map[string][]string, rows []SummaryRow) GateRow {
	row := GateRow{Story: story, Articles: len(all)}
	slices.SortStableFunc(all, func(a, b Article) int { return a.Published.Compare(b.Published) })
	var reader summary.Reader
	in := news.StoryState{Read: map[int64]bool{}}
	for from := 0; from < len(all); {
		date, to := all[from].Published.Format(time.DateOnly), from
		for ; to < len(all) && all[to].Published.Format(time.DateOnly) == date; to++ {
			all[to].Article.ID = int64(to + 1)
			all[to].FullText = true
			in.Articles = append(in.Articles, all[to].Article)
		}
		start := time.Now()
		said, _ := reader.WhatsNew(in)
		rows[0].Took += time.Since(start)
		if len(said) > 0 {
			row.Revisions++
			for _, a := range in.Articles {
				in.Read[a.ID] = true
			}
			in.Previous = &news.Revision{}
		}
		if updates := gold[date]; len(updates) > 0 {
			row.Dates++
			if len(said) > 0 {
				row.Caught++
			}
			scoreNews(said, in.Articles[from:to], updates, rows)
		}
		from = to
	}
	return row
}

// scoreNews scores one day's sentences and the baselines against each annotator.
func scoreNews(said []news.Statement, day []news.Article, updates []string, rows []SummaryRow) {
	const words = 50 // of the baselines where nothing is new
	var ours []string
	for _, s := range said {
		ours = append(ours, s.Text)
	}
	size := len(text.Words(strings.Join(ours, " ")))
	if size == 0 {
		size = words
	}
	c := cluster{articles: day}
	for i, said := range [][]string{ours, leadSummary(c, size), centroidSummary(c, size)} {
		for _, u := range updates {
			rows[i].add(cutWords(said, size), text.Sentences(u, "en"))
			rows[i].Clusters++
		}
	}
}
