package eval

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/summary"
)

// auditStories is how many stories are audited.
const auditStories = 200

// AuditReport says how much of what the extractive writer published is borne
// out by the articles it cites.
type AuditReport struct {
	Stories   int
	Parts     map[string]AuditPart
	Citations int      // of all of them
	Dropped   int      // by the check, before
	Faults    []string // after it
	Sample    []summary.Finding
}

// AuditPart counts the texts of one part of a revision.
type AuditPart struct{ Texts, Held int }

// String is the report, the faults last.
func (r AuditReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d stories, %d citations, %d texts dropped before\n", r.Stories, r.Citations, r.Dropped)
	all := AuditPart{}
	for _, name := range slices.Sorted(maps.Keys(r.Parts)) {
		p := r.Parts[name]
		fmt.Fprintf(&b, "%-12s %5d of %5d hold\n", name, p.Held, p.Texts)
		all.Texts, all.Held = all.Texts+p.Texts, all.Held+p.Held
	}
	fmt.Fprintf(&b, "%-12s %5d of %5d hold: %.2f %%\n", "all", all.Held, all.Texts, 100*float64(all.Held)/float64(max(1, all.Texts)))
	for _, f := range r.Faults {
		fmt.Fprintln(&b, f)
	}
	for i, f := range r.Sample {
		fmt.Fprintf(&b, "\n%d. %s %v\n", i+1, f.Text, f.Cites)
		for _, p := range f.Passages {
			fmt.Fprintf(&b, "   [%d] %3.0f %% %s\n", p.Source, 100*p.Share, p.Text)
		}
	}
	return b.String()
}

// Audit writes a digest of stories of both summary sets, alternating, and holds
// each against its articles. With a sample it also gives so many sentences that
// are not word for word in what they cite, for a person to read.
func Audit(ctx context.Context, dataDir string, sample int) (AuditReport, error) {
	report := AuditReport{Parts: map[string]AuditPart{}}
	wire, err := readClusters(filepath.Join(dataDir, "summary-multinews.jsonl"), auditStories/2, multiNews)
	if err != nil {
		return report, err
	}
	sides, err := readClusters(filepath.Join(dataDir, "summary-allsides.jsonl"), auditStories-len(wire), allSides)
	if err != nil {
		return report, err
	}
	var own []summary.Finding
	for _, c := range append(wire, sides...) {
		if err := ctx.Err(); err != nil {
			return report, err
		}
		own = append(own, report.audit(c)...)
	}
	for i := range min(sample, len(own)) {
		report.Sample = append(report.Sample, own[i*len(own)/min(sample, len(own))])
	}
	return report, nil
}

// audit adds a story, and returns the sentences whose words are not just those
// of an article.
func (r *AuditReport) audit(c cluster) []summary.Finding {
	r.Stories++
	for i := range c.articles {
		c.articles[i].ID = int64(i + 1)
	}
	rev, dropped := summary.Write(news.StoryState{Articles: c.articles}, time.Time{}, summary.Options{})
	r.Dropped += dropped
	articles := map[int]news.Article{}
	for _, s := range rev.Sources {
		articles[s.N] = c.articles[s.Article-1]
	}
	var own []summary.Finding
	for _, f := range summary.Audit(rev, articles) {
		p := r.Parts[f.Part]
		p.Texts++
		r.Citations += len(f.Cites)
		if f.Fault == "" {
			p.Held++
		} else {
			r.Faults = append(r.Faults, fmt.Sprintf("%s: %s %v: %s", f.Part, f.Text, f.Cites, f.Fault))
		}
		r.Parts[f.Part] = p
		if len(f.Passages) > 0 && f.Part != "source" {
			own = append(own, f)
		}
	}
	return own
}
