package eval

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
	"github.com/storywire/storywire/track"
)

const (
	followedStories    = 20   // at a time
	followedSize       = 3    // articles that a followed story has at least
	followDistractors  = 2000 // headlines of other days, moved into the days of the set
	followedTitleWords = 4
)

// followStarts are the ways to ask for a story.
var followStarts = []string{"one article", "two articles", "four words"}

// The ways articles meet followed stories.
const (
	live   = "live"   // the story is there before its articles come
	stored = "stored" // it is asked for when all are there, and they are looked through
)

// TrackFollowReport holds how well followed stories find their articles.
type TrackFollowReport struct {
	Rows []TrackFollowRow
}

// TrackFollowRow holds the figures of one set and one way to ask. Micro figures
// count articles over all stories, macro ones are means over stories. Path
// tells how the articles came: "live", or "stored".
type TrackFollowRow struct {
	Set, Start, Path       string
	Stories                int
	Precision, Recall, F1  float64 // micro
	MacroP, MacroR, MacroF float64
	Error                  float64 // standard error of MacroF
}

// TrackFollow follows gold stories of each set at a time, up to twenty or all,
// from their first article, their first two, or four content words of their first
// title, with unlabelled headlines in the stream: as the articles come, and by
// the look through what is stored if they are asked for afterwards. What a
// story was asked for with is not counted.
func TrackFollow(ctx context.Context, dataDir string, all bool) (TrackFollowReport, error) {
	var report TrackFollowReport
	noise, err := readNumbered(filepath.Join(dataDir, "headlines-2022.jsonl"))
	if err != nil {
		return report, err
	}
	stories := followedStories
	if all {
		stories = math.MaxInt
	}
	for _, set := range trackSets {
		articles, err := readTrackSet(dataDir, set)
		if err != nil {
			return report, err
		}
		stream := newReadSet(withDistractors(articles, noise, followDistractors), track.DefaultWeights())
		var wait sync.WaitGroup
		var rows [2][]TrackFollowRow
		var errs [2]error
		for i, path := range []string{live, stored} {
			wait.Go(func() { rows[i], errs[i] = stream.follow(ctx, path, stream.toFollow(stories)) })
		}
		wait.Wait()
		if err := errors.Join(errs[:]...); err != nil {
			return report, err
		}
		for _, row := range slices.Concat(rows[:]...) {
			row.Set = set
			report.Rows = append(report.Rows, row)
		}
	}
	return report, nil
}

// withDistractors spreads headlines evenly over the days of a set, in their
// order, and numbers all anew.
func withDistractors(articles, noise []Article, count int) []Article {
	first, last := articles[0].Published, articles[len(articles)-1].Published
	stream := slices.Clone(articles)
	for i := range count {
		a := noise[i*len(noise)/count]
		a.Published = first.Add(last.Sub(first) / time.Duration(count) * time.Duration(i))
		a.Story = ""
		stream = append(stream, a)
	}
	return inOrder(stream)
}

// follow runs the stream once for all stories followed in every way, each for
// itself: as the articles come, or as a daemon does that is asked for stories
// it has articles of.
func (s readSet) follow(ctx context.Context, path string, followed [][]int) ([]TrackFollowRow, error) {
	var stories []news.TrackedStory
	var given []int
	for _, start := range followStarts {
		for _, members := range followed {
			q, used := s.query(start, members)
			given = append(given, len(used))
			stories = append(stories, s.wanted(q, path, fmt.Sprintf("f%04d", len(stories))))
		}
	}
	taken, err := s.take(ctx, path, stories)
	if err != nil {
		return nil, err
	}
	var rows []TrackFollowRow
	for i, start := range followStarts {
		row := TrackFollowRow{Start: start, Path: path}
		for k, members := range followed {
			var labels []string
			n := i*len(followed) + k
			for id := range taken[stories[n].Story.ID] {
				if !slices.Contains(members[:given[n]], int(id-1)) {
					labels = append(labels, s.gold[id-1])
				}
			}
			row.add(s.gold[members[0]], labels, len(members)-given[n])
		}
		row.finish()
		rows = append(rows, row)
	}
	return rows, nil
}

// wanted is a story as storage holds it once it is asked for.
func (s readSet) wanted(q news.Query, path, id string) news.TrackedStory {
	story := news.TrackedStory{Story: news.Story{ID: id, Followed: true, Query: &q, Backfill: path == stored}}
	if path == stored {
		for _, seed := range q.Seeds {
			story.Articles = append(story.Articles, s.articles[seed-1].Article)
			story.Memberships = append(story.Memberships, news.Membership{Story: id, Article: seed, ByPerson: true})
		}
	}
	return story
}

// take returns the articles that each followed story takes in.
func (s readSet) take(ctx context.Context, path string, stories []news.TrackedStory) (map[string]map[int64]bool, error) {
	taken := map[string]map[int64]bool{}
	note := func(memberships []news.Membership) {
		for _, m := range memberships {
			if taken[m.Story] == nil {
				taken[m.Story] = map[int64]bool{}
			}
			taken[m.Story][m.Article] = true
		}
	}
	if path == stored {
		store := newStreamStore(s.articles)
		step := track.Step{Store: store}
		if _, err := step.Run(ctx); err != nil {
			return nil, err
		}
		store.followed = stories // asked for when all is there
		_, err := step.Run(ctx)
		for _, story := range store.followed {
			note(story.Memberships)
		}
		return taken, err
	}
	tracker := track.NewTracker(0, track.DefaultWeights())
	for _, story := range stories {
		tracker.Load(story)
	}
	for i, a := range s.articles {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		note(tracker.PlaceRead(a.Article, s.read[i]).Followed)
	}
	return taken, nil
}

// toFollow returns the articles of stories, as many as are wanted, spread over the set.
func (s readSet) toFollow(wanted int) [][]int {
	members := map[string][]int{}
	var order []string
	for i, story := range s.gold {
		if story == "" {
			continue
		}
		if members[story] = append(members[story], i); len(members[story]) == followedSize {
			order = append(order, story)
		}
	}
	var out [][]int
	for i := range min(wanted, len(order)) {
		out = append(out, members[order[i*len(order)/min(wanted, len(order))]])
	}
	return out
}

// query asks for a story, and returns the articles that were used to ask.
func (s readSet) query(start string, members []int) (news.Query, []int) {
	first := s.articles[members[0]]
	switch start {
	case "one article":
		return news.Query{Seeds: []int64{first.Article.ID}}, members[:1]
	case "two articles":
		return news.Query{Seeds: []int64{first.Article.ID, s.articles[members[1]].Article.ID}}, members[:2]
	}
	var words []string
	for _, word := range text.Words(first.Title) {
		if len(words) < followedTitleWords && !text.Stop(text.Fold(word), "en") {
			words = append(words, word)
		}
	}
	return news.Query{Words: strings.Join(words, " ")}, members[:1]
}

// add counts one followed story: the gold labels of what it took in and how
// many articles it should have found. F1, Precision, Recall and Error hold sums
// until finish: right, taken and wanted articles, and squares of F1.
func (r *TrackFollowRow) add(story string, taken []string, wanted int) {
	right := 0.0
	for _, gold := range taken {
		if gold == story {
			right++
		}
	}
	r.Stories++
	r.F1 += right
	r.Precision += float64(len(taken))
	r.Recall += float64(wanted)
	p, c := 0.0, right/float64(wanted)
	if len(taken) > 0 {
		p = right / float64(len(taken))
	}
	f := harmonic(p, c)
	r.MacroP, r.MacroR, r.MacroF, r.Error = r.MacroP+p, r.MacroR+c, r.MacroF+f, r.Error+f*f
}

func (r *TrackFollowRow) finish() {
	n := float64(r.Stories)
	r.MacroP, r.MacroR, r.MacroF = r.MacroP/n, r.MacroR/n, r.MacroF/n
	r.Error = math.Sqrt(max(0, r.Error/n-r.MacroF*r.MacroF) / max(1, n-1))
	right := r.F1
	r.Precision, r.Recall = right/max(1, r.Precision), right/r.Recall
	r.F1 = harmonic(r.Precision, r.Recall)
}

// String returns the report as a table.
func (r TrackFollowReport) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "set\tfollowed from\tarticles\tstories\tmicro P\tR\tF1\tmacro P\tR\tF1\t±\t")
	for _, row := range r.Rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t\n", row.Set, row.Start, row.Path, row.Stories,
			row.Precision, row.Recall, row.F1, row.MacroP, row.MacroR, row.MacroF, row.Error)
	}
	w.Flush()
	return b.String()
}
