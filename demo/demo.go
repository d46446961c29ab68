// Package demo is a sample newsroom: eight invented outlets whose RSS and Atom
// feeds fill up within a minute or two with five weeks of invented news. What
// a feed holds is a pure function of the time elapsed, so a run can be stopped
// and repeated at any point. All text is written for this program; its
// countries, people, ships and companies do not exist.
package demo

import (
	"embed"
	"fmt"
	"sort"
	"sync/atomic"
	"time"
)

//go:embed newsroom/*.txt newsroom/*.svg
var files embed.FS

// opening is when the stream starts: what was published before it is in the
// feeds from the first moment, and a reader's first import finds only that.
var opening = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// Options sets how a newsroom runs. The zero value is good.
type Options struct {
	Span    time.Duration        // in which all entries appear; 0: 90 seconds
	Elapsed func() time.Duration // since the start; nil: since New
}

// Newsroom serves the feeds and pages of all outlets. It is safe for
// concurrent use.
type Newsroom struct {
	items   []Item // by date
	steps   []step // by date
	old     int    // steps taken before the start
	span    time.Duration
	elapsed func() time.Duration
	all     atomic.Bool
}

// step is one change of the newsroom: an item appears or is edited.
type step struct {
	at   time.Time
	item int
	edit bool
}

// New reads the bundled articles and starts the clock.
func New(o Options) (*Newsroom, error) {
	items, err := readAll(files)
	if err != nil {
		return nil, fmt.Errorf("read the sample newsroom: %w", err)
	}
	if o.Span <= 0 {
		o.Span = 90 * time.Second
	}
	if o.Elapsed == nil {
		start := time.Now()
		o.Elapsed = func() time.Duration { return time.Since(start) }
	}
	n := &Newsroom{items: items, steps: steps(items), span: o.Span, elapsed: o.Elapsed}
	n.old = sort.Search(len(n.steps), func(i int) bool { return !n.steps[i].at.Before(opening) })
	return n, nil
}

// steps puts the appearances and edits of items in order of time.
func steps(items []Item) []step {
	var out []step
	for i, it := range items {
		out = append(out, step{it.Published, i, false})
		if it.Edit != nil {
			out = append(out, step{it.Edit.At, i, true})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].at.Before(out[j].at) })
	return out
}

// Released is the number of steps, entries and edits of entries, that have
// been taken after the given time. It runs evenly from the old entries, there
// at the start, to Total at the end of the span.
func (n *Newsroom) Released(elapsed time.Duration) int {
	switch {
	case n.all.Load() || elapsed >= n.span:
		return len(n.steps)
	case elapsed < 0:
		return n.old
	}
	share := float64(elapsed) / float64(n.span)
	return n.old + int(share*float64(len(n.steps)-n.old))
}

// Total is the number of steps there are.
func (n *Newsroom) Total() int { return len(n.steps) }

// Done reports whether all entries are out.
func (n *Newsroom) Done() bool { return n.Released(n.elapsed()) == len(n.steps) }

// ReleaseAll puts everything out at once. A reader that has not polled yet
// takes it all for its first import.
func (n *Newsroom) ReleaseAll() { n.all.Store(true) }

// entry is an item as one feed shows it at some time.
type entry struct {
	Item
	updated time.Time
}

// entries returns what the feed holds after the first k steps, newest first,
// and when it last changed.
func (n *Newsroom) entries(f feed, k int) ([]entry, time.Time) {
	var out []entry
	var changed time.Time
	place := map[int]int{}
	for _, s := range n.steps[:k] {
		it := n.items[s.item]
		if it.outlet != f.outlet || !it.in(f.name) {
			continue
		}
		changed = s.at
		if s.edit {
			out[place[s.item]] = entry{it.edited(), s.at}
			continue
		}
		place[s.item] = len(out)
		out = append(out, entry{it, s.at})
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out, changed
}
