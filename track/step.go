package track

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/storywire/storywire/news"
)

const (
	// batch is how many articles are placed in one transaction.
	batch = 1024
	// rest is how long without an article a Step keeps the stories in memory.
	// Reading them again takes seconds at most; a daemon with nothing to do
	// should not hold a hundred megabytes.
	rest = 10 * time.Minute
	// readersAtMost is how many read stored stories at a time: each remembers
	// words in some 3 MB, and beyond a few the database is what they wait for.
	readersAtMost = 4
)

// Store is what tracking needs of storage.
type Store interface {
	Articles
	Stories
}

// Articles reads stored articles.
type Articles interface {
	// Untracked returns up to limit articles without a home story, by
	// publication, then id, leaving out some.
	Untracked(ctx context.Context, besides []int64, limit int) ([]news.Article, error)
	// Stored yields the articles that have been tracked and their home stories,
	// oldest first; with words, at least all articles of the stories in which
	// an article has a word that begins with one of them.
	Stored(ctx context.Context, words []string, yield func(a news.Article, home string) error) error
}

// Stories reads stories and records what was decided.
type Stories interface {
	// Live yields every followed story and the stories of the stream that one
	// of the last articles tracked, by id, belongs to; merged ones are left out.
	// Each comes with the 200 articles published last.
	Live(ctx context.Context, last int, yield func(news.TrackedStory) error) error
	// Place records memberships, new stories and merges in one transaction.
	Place(ctx context.Context, placements []news.Placement) error
	// Adopt records what Backfill found and that it is done.
	Adopt(ctx context.Context, story string, memberships []news.Membership) error
	// Changes returns a counter that grows with each change by a person.
	Changes(ctx context.Context) (int64, error)
}

// Step finds the stories of new articles.
type Step struct {
	Store  Store
	Window time.Duration // 0: DefaultWindow
	Log    *slog.Logger  // nil: slog.Default

	tracker *Tracker  // nil: to be rebuilt from storage
	placed  time.Time // when the tracker last had something to do
	changes int64     // the count the tracker was built at
	fresh   bool      // there may be followed stories that have still to look at what is stored
}

// Run places all articles that have no story yet. Memory keeps a decision only
// if storage has it: after an error the stories are read again. It wants to be
// called again when articles arrive or a person changes a story. While storage
// records a batch, the next is placed.
func (s *Step) Run(ctx context.Context) (next time.Time, err error) {
	defer func() {
		if err != nil {
			s.tracker = nil
		}
	}()
	changes, err := s.Store.Changes(ctx)
	if err != nil {
		return next, fmt.Errorf("read the count of changes: %w", err)
	}
	if changes != s.changes {
		s.tracker, s.changes, s.fresh = nil, changes, true
	}
	var placements []news.Placement // that storage has still to record
	for {
		articles, err := s.Store.Untracked(ctx, ids(placements), batch)
		if err != nil {
			return next, fmt.Errorf("read untracked articles: %w", err)
		}
		if len(articles)+len(placements) == 0 {
			s.release()
			return next, s.backfill(ctx)
		}
		if s.tracker == nil {
			if err := s.rebuild(ctx); err != nil {
				return next, err
			}
		}
		recorded := make(chan error, 1)
		if len(placements) > 0 {
			go func() { recorded <- s.Store.Place(ctx, placements) }()
		} else {
			recorded <- nil
		}
		decided := make([]news.Placement, len(articles))
		for i, a := range articles {
			decided[i] = s.tracker.Place(a)
		}
		if err := <-recorded; err != nil {
			return next, fmt.Errorf("place %d articles: %w", len(placements), err)
		}
		placements, s.placed = decided, time.Now()
	}
}

// ids returns the articles that were placed.
func ids(placements []news.Placement) []int64 {
	out := make([]int64, len(placements))
	for i, p := range placements {
		out[i] = p.Article.ID
	}
	return out
}

// release frees the memory of a tracker that has long had nothing to do. What
// it decides does not depend on it.
func (s *Step) release() {
	if s.tracker != nil && time.Since(s.placed) > rest {
		s.tracker = nil
		debug.FreeOSMemory()
	}
}

// backfill gives followed stories that are new their look at what is stored.
// By then each article has its home story, which counts.
func (s *Step) backfill(ctx context.Context) error {
	if !s.fresh {
		return nil
	}
	var fresh []news.TrackedStory
	err := s.Store.Live(ctx, 0, func(story news.TrackedStory) error {
		if story.Story.Backfill && story.Story.Query != nil {
			fresh = append(fresh, story)
		}
		return ctx.Err()
	})
	if err != nil {
		return fmt.Errorf("read followed stories: %w", err)
	}
	if len(fresh) > 0 {
		if err := Backfill(ctx, s.Store, fresh...); err != nil {
			return err
		}
	}
	s.tracker, s.fresh = nil, false
	return nil
}

// rebuild reads the stories that new articles may belong to. It is put off
// until there are some: a daemon without work needs no memory for it. Reading
// is most of the work and done on all cores; the order of loading is free.
func (s *Step) rebuild(ctx context.Context) error {
	tracker := NewTracker(s.Window, DefaultWeights())
	stories := make(chan news.TrackedStory)
	var (
		loading sync.Mutex // the tracker is one reader's at a time
		readers sync.WaitGroup
	)
	seed := tracker.reader.seed
	for range min(readersAtMost, runtime.GOMAXPROCS(0)) {
		readers.Go(func() {
			reader := NewReader(tracker.weights)
			reader.seed = seed
			for story := range stories {
				items := reader.items(story)
				loading.Lock()
				tracker.reader = reader
				tracker.load(story, items)
				loading.Unlock()
			}
		})
	}
	err := s.Store.Live(ctx, memory, func(story news.TrackedStory) error {
		stories <- story
		return ctx.Err()
	})
	close(stories)
	readers.Wait()
	if err != nil {
		return fmt.Errorf("read live stories: %w", err)
	}
	s.tracker = tracker
	debug.FreeOSMemory() // reading took more than what is kept
	s.log().Debug("stories read", "stories", len(tracker.stories), "followed", len(tracker.profiles))
	return nil
}

func (s *Step) log() *slog.Logger {
	if s.Log == nil {
		return slog.Default()
	}
	return s.Log
}

// looks is how often Backfill looks through the stored articles at most, as
// long as it finds some.
const looks = 3

// Backfill looks through the stored articles for followed stories, from the
// oldest, as if each came now, and records what it found. It looks again while
// it finds articles: what a story begins with may lie at the end of it. Then it
// takes in only what it is sure of, so that looking again is no drift. It is
// harmless to do it twice.
func Backfill(ctx context.Context, store Store, stories ...news.TrackedStory) error {
	t := NewTracker(0, DefaultWeights())
	for _, s := range stories {
		if s.Story.Query != nil {
			t.loadProfile(s)
		}
	}
	sought := t.sought(stories)
	found := map[string][]news.Membership{}
	for range looks {
		grown := false
		clear(t.stories)
		t.index = newIndex()
		err := store.Stored(ctx, sought.list(), func(a news.Article, home string) error {
			read := t.reader.Read(a)
			for _, m := range t.review(a, home, read) {
				found[m.Story] = append(found[m.Story], m)
				sought.add(read)
				grown = true
			}
			return ctx.Err()
		})
		if err != nil {
			return fmt.Errorf("read stored articles: %w", err)
		}
		if !grown {
			break
		}
		t.floor = t.weights.Follow.Learn
	}
	for _, p := range t.profiles {
		if err := store.Adopt(ctx, p.id, found[p.id]); err != nil {
			return fmt.Errorf("adopt %d articles for story %s: %w", len(found[p.id]), p.id, err)
		}
	}
	return nil
}
