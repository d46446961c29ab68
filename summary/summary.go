// Package summary turns the articles of a story into its next revision: the
// gate that asks whether there is anything new, headed and cited sections, the
// sources with a sentence each, the timeline, what is new, and the check that
// drops whatever the cited articles do not bear out. All of it is pure; Step
// alone reads and writes.
package summary

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/storywire/storywire/news"
)

// Store is what revising asks of storage. Each method is one transaction.
type Store interface {
	// DueStories returns the ids of at most limit stories whose revision is
	// due at now, the longest due first.
	DueStories(ctx context.Context, now time.Time, limit int) ([]string, error)
	// StoryState returns all that the story's next revision is written from.
	StoryState(ctx context.Context, id string) (news.StoryState, error)
	// SaveRevision stores a revision, its source numbers and one delivery per
	// endpoint that wants it. The story is due no more, unless it changed
	// since the draft's version.
	SaveRevision(ctx context.Context, d news.Draft) error
	// PassOver records why a story due at this version got no revision. It is
	// due no more, unless it changed since.
	PassOver(ctx context.Context, id string, version int64, reason string) error
	// NextRevision returns when the next story falls due, zero if none does.
	NextRevision(ctx context.Context) (time.Time, error)
}

const (
	batch = 100
	// again is how long a story that failed waits.
	again = time.Minute
	// idle is how long without a story due what was read is remembered.
	idle = 10 * time.Minute
)

// Step writes the revisions that are due.
type Step struct {
	Store   Store
	Log     *slog.Logger
	Now     func() time.Time
	Options Options
	// Model writes the revisions that readers are told of; nil: none does.
	// FollowedOnly leaves it to followed stories.
	Model        Model
	FollowedOnly bool

	memory memory
	worked time.Time // when a story was due last
}

// Run revises every story that is due, each on its own: one that fails stays
// due, and its error is among those returned. A story that changed while it was
// written, by a merge for example, comes again if it is still due. It returns
// when to run next, zero if nothing is due.
func (s *Step) Run(ctx context.Context) (next time.Time, err error) {
	now := s.Now()
	ids, err := s.Store.DueStories(ctx, now, batch)
	if err != nil {
		return now.Add(again), fmt.Errorf("list stories due: %w", err)
	}
	if len(ids) > 0 {
		s.worked = now
	} else if now.Sub(s.worked).Abs() > idle {
		s.memory.forget()
	}
	var failed error
	changed := false
	for _, id := range ids {
		if ctx.Err() != nil {
			return now, errors.Join(failed, ctx.Err())
		}
		switch err := s.revise(ctx, id, now); {
		case errors.Is(err, news.ErrNotFound): // merged, deleted or mended meanwhile
			s.Log.Debug("no revision", "story", id, "reason", err)
			changed = true
		case err != nil:
			failed = errors.Join(failed, fmt.Errorf("revise story %s: %w", id, err))
		}
	}
	next, err = s.Store.NextRevision(ctx)
	if err != nil {
		failed = errors.Join(failed, fmt.Errorf("look up next revision: %w", err))
	}
	if (changed || failed != nil) && next.Before(now.Add(again)) {
		next = now.Add(again)
	}
	return next, failed
}

func (s *Step) revise(ctx context.Context, id string, begun time.Time) error {
	in, err := s.Store.StoryState(ctx, id)
	if err != nil {
		return err
	}
	c := read(in, s.memory.of(id))
	reason, ok := c.gate(in)
	if !ok {
		s.Log.Debug("no revision", "story", id, "reason", reason)
		return s.Store.PassOver(ctx, id, in.Story.Version, reason)
	}
	rev, dropped := c.write(in, s.Now(), s.Options, reason)
	if dropped > 0 {
		s.Log.Warn("dropped what the sources do not bear out", "story", id, "sentences", dropped)
	}
	d := draft(in, rev)
	if s.wantsModel(in, d) {
		if d.Revision, err = s.modelled(ctx, c, rev, begun); err != nil {
			return err
		}
	}
	if err := s.Store.SaveRevision(ctx, d); err != nil {
		return err
	}
	s.Log.Info("story revised", "story", id, "revision", rev.Revision.Number, "articles", rev.Revision.Articles, "method", d.Revision.Revision.Method, "reason", reason)
	return nil
}

// draft is a revision with what storage needs to know of it. It is quiet if all
// that came since the one before is of first imports: old entries of a feed just
// added wake nobody, in an old story either.
func draft(in news.StoryState, rev news.Revision) news.Draft {
	d := news.Draft{Revision: rev, Version: in.Story.Version, Quiet: true}
	for _, a := range in.Articles {
		d.Quiet = d.Quiet && (a.Quiet || in.Read[a.ID])
	}
	return d
}
