package eval

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/storywire/storywire/summary/timeline"
)

// goldTimeline is a person's timeline of a collection of articles.
type goldTimeline struct {
	Story      string
	Collection string
	Name       string
	Entries    []struct {
		Date         string
		TokSentences []string `json:"tok_sentences"`
	}
}

// days returns the timeline with each date once. Where the file holds a date
// twice the later entry counts, as in the published figures.
func (g goldTimeline) days() []DatedText {
	var out []DatedText
	place := map[string]int{}
	for _, e := range g.Entries {
		i, seen := place[e.Date]
		if !seen {
			i = len(out)
			place[e.Date] = i
			out = append(out, DatedText{})
		}
		out[i] = DatedText{Date: e.Date, Sentences: e.TokSentences}
	}
	slices.SortFunc(out, func(a, b DatedText) int { return strings.Compare(a.Date, b.Date) })
	return out
}

// TimelineReport is how timelines made from articles compare with those that
// people wrote.
type TimelineReport struct {
	Stories []TimelineStory
	// Means over the stories; clean leaves out the articles that hold much of
	// a gold timeline.
	Standard, Clean TimelineScores
	// Updates are the dates on which people wrote what was new; empty where
	// updates-gold.json is absent.
	Updates []UpdateDates
}

// TimelineStory is the part of one gold timeline.
type TimelineStory struct {
	Collection, Name string
	Dates, PerDay    int // as in the gold timeline, given to the maker
	Articles         int
	Standard, Clean  TimelineScores
	Took             time.Duration // for the standard one
}

// leaks are articles that are published chronologies: they hold a fifth or
// more of a gold timeline's sentences nearly word by word, and finding them
// would be rewarded beyond its worth.
var leaks = map[string]bool{
	"t17/Finan_washingtonpost/2008-11-05/2124": true,
	"t17/IraqWar_guardian/2005-12-28/94":       true,
	"t17/MJ_bbc/2011-11-30/176":                true,
	"t17/bpoil_bbc/2010-09-19/2131":            true,
	"t17/bpoil_guardian/2010-07-22/475":        true,
	"t17/haiti_bbc/2010-01-24/820":             true,
}

// Timeline makes a timeline for each gold one of Timeline17 (Tran et al. 2013)
// in dataDir, with the number of dates, sentences a day and span of the gold
// timeline as is usual, and scores it. Predicted sentences are tokenised like
// the gold ones.
func Timeline(ctx context.Context, dataDir string) (TimelineReport, error) {
	gold, err := readGoldTimelines(dataDir)
	if err != nil {
		return TimelineReport{}, err
	}
	articles, err := readCollections(filepath.Join(dataDir, "timeline17-articles.jsonl"))
	if err != nil {
		return TimelineReport{}, err
	}
	var report TimelineReport
	for _, g := range gold {
		if err := ctx.Err(); err != nil {
			return TimelineReport{}, err
		}
		report.Stories = append(report.Stories, evaluateTimeline(g, articles[g.Collection]))
	}
	report.average()
	report.Updates, err = updateDates(dataDir, articles)
	return report, err
}

func readGoldTimelines(dir string) ([]goldTimeline, error) {
	path := filepath.Join(dir, "timeline17-gold.json")
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("gold timelines: %w", err)
	}
	var gold []goldTimeline
	if err := json.Unmarshal(data, &gold); err != nil {
		return nil, fmt.Errorf("gold timelines in %s: %w", path, err)
	}
	return gold, nil
}

// readCollections reads articles by the collection their id names:
// t17/COLLECTION/DATE/NUMBER.
func readCollections(path string) (map[string][]Article, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("timeline articles: %w", err)
	}
	defer f.Close()
	articles, err := ReadArticles(f)
	if err != nil {
		return nil, fmt.Errorf("timeline articles in %s: %w", path, err)
	}
	out := map[string][]Article{}
	for _, a := range articles {
		if parts := strings.Split(a.ID, "/"); len(parts) > 1 {
			out[parts[1]] = append(out[parts[1]], a)
		}
	}
	return out, nil
}

func evaluateTimeline(g goldTimeline, articles []Article) TimelineStory {
	ref := g.days()
	sentences := 0
	for _, d := range ref {
		sentences += len(d.Sentences)
	}
	out := TimelineStory{
		Collection: g.Collection, Name: g.Name, Articles: len(articles), Dates: len(ref),
		PerDay: max(1, int(math.Round(float64(sentences)/float64(max(1, len(ref)))))),
	}
	start := time.Now()
	out.Standard = ScoreTimeline(predictTimeline(out, articles, ref), ref)
	out.Took = time.Since(start)
	clean := slices.DeleteFunc(slices.Clone(articles), func(a Article) bool { return leaks[a.ID] })
	out.Clean = ScoreTimeline(predictTimeline(out, clean, ref), ref)
	return out
}

func predictTimeline(s TimelineStory, articles []Article, ref []DatedText) []DatedText {
	if len(ref) == 0 {
		return nil
	}
	in := timeline.Input{Options: timeline.Options{Events: s.Dates, PerDay: s.PerDay}}
	in.Options.From, _ = time.Parse(time.DateOnly, ref[0].Date)
	in.Options.To, _ = time.Parse(time.DateOnly, ref[len(ref)-1].Date)
	for i, a := range articles {
		in.Articles = append(in.Articles, timeline.Article{
			N: i + 1, Outlet: a.Outlet, Title: a.Title, Text: a.Text, Lang: a.Language, Published: a.Published,
		})
	}
	var out []DatedText
	for _, e := range timeline.Build(in) {
		if n := len(out); n == 0 || out[n-1].Date != e.Date {
			out = append(out, DatedText{Date: e.Date})
		}
		last := &out[len(out)-1]
		last.Sentences = append(last.Sentences, pennTokens(e.Text))
	}
	return out
}

func (r *TimelineReport) average() {
	for _, s := range r.Stories {
		n := 1 / float64(len(r.Stories))
		r.Standard.add(s.Standard, n)
		r.Clean.add(s.Clean, n)
	}
}

// add adds the share n of o.
func (s *TimelineScores) add(o TimelineScores, n float64) {
	s.Align1.add(o.Align1, n)
	s.Align2.add(o.Align2, n)
	s.Concat1.add(o.Concat1, n)
	s.Concat2.add(o.Concat2, n)
	s.Date.add(o.Date, n)
}

func (s *PRF) add(o PRF, n float64) {
	s.Precision += n * o.Precision
	s.Recall += n * o.Recall
	s.F1 += n * o.F1
}

// String writes the report as a table.
func (r TimelineReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-62s %17s   %17s\n", "", "standard", "clean")
	fmt.Fprintf(&b, "%-42s %5s %5s %7s  %s   %s\n", "timeline", "dates", "a day", "took", " AR1  AR2  date", " AR1  AR2  date")
	for _, s := range r.Stories {
		fmt.Fprintf(&b, "%-42.42s %5d %5d %7s  %s   %s\n", s.Name, s.Dates, s.PerDay, s.Took.Round(time.Millisecond), s.Standard, s.Clean)
	}
	fmt.Fprintf(&b, "%-42s %5s %5s %7s  %s   %s\n", "mean", "", "", "", r.Standard, r.Clean)
	return b.String() + updatesTable(r.Updates)
}

// String gives the F1 of AR1, AR2 and dates.
func (s TimelineScores) String() string {
	return fmt.Sprintf("%.3f %.3f %.3f", s.Align1.F1, s.Align2.F1, s.Date.F1)
}
