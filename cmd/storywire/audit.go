package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/storage"
	"github.com/storywire/storywire/summary"
)

// audit prints what bears a revision out, and fails if something does not.
func (w *storyShow) audit(ctx context.Context, a *app, s *storage.Store, rev news.Revision) error {
	articles, err := s.SourcesAt(ctx, rev.Story.ID, rev.Revision.Created)
	if err != nil {
		return err
	}
	findings := summary.Audit(rev, articles)
	unheld := 0
	for _, f := range findings {
		if f.Fault != "" {
			unheld++
		}
	}
	if w.JSON {
		err = a.json(findings)
	} else {
		err = printAudit(a.out, rev, findings)
	}
	if err == nil && unheld > 0 {
		err = fmt.Errorf("%d of %d are not borne out: was an article edited since?", unheld, len(findings))
	}
	return err
}

func printAudit(w io.Writer, rev news.Revision, findings []summary.Finding) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nRevision %d, %s\n", plain(rev.Story.Title), rev.Revision.Number, plain(rev.Revision.Method))
	for _, f := range findings {
		verdict := "holds"
		if f.Fault != "" {
			verdict = "DOES NOT HOLD: " + f.Fault
		}
		fmt.Fprintf(&b, "\n%s, %s\n%s %v\n", f.Part, plain(verdict), plain(f.Text), f.Cites)
		for _, p := range f.Passages {
			fmt.Fprintf(&b, "    [%d] %.0f %%: %s\n", p.Source, 100*p.Share, plain(p.Text))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
