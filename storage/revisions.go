package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/storywire/storywire/news"
)

// DueStories returns the ids of stories that are due for a revision, the
// longest due first.
func (s *Store) DueStories(ctx context.Context, now time.Time, limit int) ([]string, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT id FROM story WHERE due <= ?1 OR due > ?2 ORDER BY due, id LIMIT ?3`,
		ms(now), ms(now.Add(farthest)), limit)
	return collect(rows, err, scanText)
}

// NextRevision is when the next story is due; zero if none is.
func (s *Store) NextRevision(ctx context.Context) (time.Time, error) {
	var next sql.NullInt64
	err := s.read.QueryRowContext(ctx, `SELECT min(due) FROM story WHERE due IS NOT NULL`).Scan(&next)
	return at(next.Int64), err
}

// StoryState reads all a revision of the story is written from.
func (s *Store) StoryState(ctx context.Context, id string) (news.StoryState, error) {
	// The story is read first: what joins it after that makes its version newer
	// than the draft's and the story stays due.
	story, err := s.Story(ctx, id)
	if err != nil {
		return news.StoryState{}, err
	}
	state := news.StoryState{Story: story, Numbers: map[int64]int{}, Read: map[int64]bool{}}
	if state.Articles, _, err = s.Members(ctx, id); err != nil {
		return state, err
	}
	rows, err := s.read.QueryContext(ctx, `SELECT article_id, n FROM source WHERE story_id = ?`, id)
	_, err = collect(rows, err, func(rows *sql.Rows) (_ struct{}, err error) {
		var article int64
		var n int
		err = rows.Scan(&article, &n)
		state.Numbers[article], state.Read[article] = n, true
		return struct{}{}, err
	})
	if err != nil || story.Revision == 0 {
		return state, err
	}
	previous, err := s.Revision(ctx, id, story.Revision)
	state.Previous = &previous.Revision
	return state, err
}

// SaveRevision stores a revision, the numbers of its sources and a delivery for
// each endpoint that wants it. The story is no longer due, unless it changed
// since the draft was begun.
func (s *Store) SaveRevision(ctx context.Context, d news.Draft) error {
	id, number := d.Revision.Story.ID, d.Revision.Revision.Number
	err := s.transact(ctx, func(tx *txn) error {
		document, err := asJSON(d.Revision)
		if err != nil {
			return err
		}
		created := ms(d.Revision.Revision.Created)
		err = found(tx.ExecContext(ctx, `UPDATE story SET revision = ?1, revised = ?2, gate_at = ?2, gate_reason = '',
			title = CASE WHEN renamed THEN title ELSE ?3 END,
			due = CASE version WHEN ?4 THEN NULL ELSE ?2 + max(coalesce(settle, ?5), coalesce(min_interval, ?6)) END
			WHERE id = ?7 AND revision = ?1 - 1 AND merged_into IS NULL`,
			number, created, d.Revision.Story.Title, d.Version, s.opt.Settle.Milliseconds(), s.opt.MinInterval.Milliseconds(), id))
		if err != nil {
			return fmt.Errorf("the story changed meanwhile: %w", err)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO revision (story_id, number, created, quiet, seq, articles, categories, document)
			SELECT ?1, ?2, ?3, ?4, CASE WHEN NOT ?4 THEN (SELECT coalesce(max(seq), 0) + 1 FROM revision) END, ?6,
				coalesce(group_concat(category, ' '), ''), ?5 FROM (`+storyCategories+`)`,
			id, number, created, d.Quiet, document, d.Revision.Revision.Articles); err != nil {
			return err
		}
		if err := edited(ctx, tx, id); err != nil {
			return err
		}
		for _, source := range d.Revision.Sources {
			if _, err := tx.ExecContext(ctx, `INSERT INTO source (story_id, article_id, n, revision) VALUES (?, ?, ?, ?)
				ON CONFLICT (story_id, article_id) DO NOTHING`, id, source.Article, source.N, number); err != nil {
				return err
			}
		}
		if err := oweSubscribers(ctx, tx, id, d.Quiet, created); err != nil {
			return err
		}
		if d.Quiet {
			return nil
		}
		return s.oweRevision(ctx, tx, d.Revision)
	})
	if err != nil {
		return fmt.Errorf("save revision %d of story %s: %w", number, id, err)
	}
	return nil
}

// PassOver records that the gate saw nothing new in a story, and why. The story
// is no longer due, unless it changed since version.
func (s *Store) PassOver(ctx context.Context, id string, version int64, reason string) error {
	return s.transact(ctx, func(tx *txn) error {
		now := ms(time.Now())
		return found(tx.ExecContext(ctx, `UPDATE story SET gate_at = ?1, gate_reason = ?2,
			due = CASE WHEN version <> ?3 AND merged_into IS NULL THEN ?1 + coalesce(settle, ?4) END WHERE id = ?5`,
			now, reason, version, s.opt.Settle.Milliseconds(), id))
	})
}

// Edition is a number that grows whenever what is published of a story changes,
// or of any story where id is "". It is a time in Unix milliseconds, that of
// the change unless the clock was set back. A merged or deleted story has none
// of its own.
func (s *Store) Edition(ctx context.Context, id string) (edition int64, merged bool, err error) {
	if id == "" {
		err = s.read.QueryRowContext(ctx, `SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'edition'`).Scan(&edition)
		return edition, false, err
	}
	err = s.read.QueryRowContext(ctx, `SELECT edition, merged_into IS NOT NULL FROM story WHERE id = ?`, id).Scan(&edition, &merged)
	return edition, merged, noRows(err)
}

// edited gives the site and the stories a new edition.
func edited(ctx context.Context, tx *txn, stories ...string) error {
	var edition int64
	err := tx.QueryRowContext(ctx, `UPDATE meta SET value = max(value + 1, ?) WHERE key = 'edition' RETURNING CAST(value AS INTEGER)`,
		ms(time.Now())).Scan(&edition)
	for _, id := range stories {
		if err == nil {
			_, err = tx.ExecContext(ctx, `UPDATE story SET edition = ? WHERE id = ?`, edition, id)
		}
	}
	return err
}

const revisionColumns = `r.document, r.quiet, r.categories, coalesce(r.seq, 0)`

func scanRevision(row interface{ Scan(...any) error }) (news.StoredRevision, error) {
	var r news.StoredRevision
	var document string
	if err := row.Scan(&document, &r.Quiet, (*words)(&r.Categories), &r.Seq); err != nil {
		return r, err
	}
	if err := json.Unmarshal([]byte(document), &r.Revision); err != nil {
		return r, fmt.Errorf("stored revision: %w", err)
	}
	return r, nil
}

func scanRevisions(rows *sql.Rows) (news.StoredRevision, error) { return scanRevision(rows) }

// undeleted holds of a revision r whose story was not deleted.
const undeleted = `NOT EXISTS (SELECT 1 FROM story d WHERE d.id = r.story_id AND d.merged_into = d.id)`

// Revision returns a revision of a story, the latest for number 0. It returns
// news.ErrNotFound if there is none, or the story was deleted.
func (s *Store) Revision(ctx context.Context, story string, number int) (news.StoredRevision, error) {
	r, err := scanRevision(s.read.QueryRowContext(ctx, `SELECT `+revisionColumns+` FROM revision r
		WHERE r.story_id = ?1 AND (r.number = ?2 OR ?2 = 0) AND `+undeleted+` ORDER BY r.number DESC LIMIT 1`, story, number))
	return r, noRows(err)
}

// Revisions returns stored revisions, the last published first. Those that rest
// on first imports only are left out unless one story's are asked for, those of
// deleted stories always.
func (s *Store) Revisions(ctx context.Context, f news.RevisionFilter) ([]news.StoredRevision, error) {
	if f.Limit == 0 {
		f.Limit = 50
	}
	if f.Before == 0 {
		f.Before = 1 << 62
	}
	if f.Story != "" {
		rows, err := s.read.QueryContext(ctx, `SELECT `+revisionColumns+` FROM revision r
			WHERE r.story_id = ? AND r.number < ? AND r.articles >= ? AND `+undeleted+` ORDER BY r.number DESC LIMIT ?`, f.Story, f.Before, f.MinArticles, f.Limit)
		return collect(rows, err, scanRevisions)
	}
	rows, err := s.read.QueryContext(ctx, `SELECT `+revisionColumns+` FROM revision r JOIN story s ON s.id = r.story_id
		WHERE r.seq < ?5 AND r.articles >= ?6 AND s.merged_into IS NOT s.id AND (?7 = 0 OR (r.number = s.revision AND s.merged_into IS NULL))
		AND (?1 = 0 OR s.followed) AND (?4 = 0 OR s.followed = 1 OR s.merged_into IS NOT NULL OR `+apart+`)
		AND (?2 = '' OR EXISTS (SELECT 1 FROM membership m JOIN article a ON a.id = m.article_id
			JOIN feed_category c ON c.feed_id = a.feed_id WHERE m.story_id = r.story_id AND c.category = ?2))
		ORDER BY r.seq DESC LIMIT ?3`, f.Followed, f.Category, f.Limit, f.Apart, f.Before, f.MinArticles, f.Latest)
	return collect(rows, err, scanRevisions)
}

// SourcesAt returns the articles of a story by source number, with title and
// text as they read at a time: an article may have been edited since. Only the
// last states of an often edited one are kept.
func (s *Store) SourcesAt(ctx context.Context, story string, t time.Time) (map[int]news.Article, error) {
	out := map[int]news.Article{}
	rows, err := s.read.QueryContext(ctx, `SELECT `+articleColumns+`, s.n, coalesce(e.title, a.title), coalesce(e.text, a.text)
		FROM source s JOIN article a ON a.id = s.article_id
		LEFT JOIN edit e ON e.id = (SELECT min(id) FROM edit WHERE article_id = a.id AND until > ?2)
		WHERE s.story_id = ?1`, story, ms(t))
	_, err = collect(rows, err, func(rows *sql.Rows) (_ struct{}, err error) {
		var a news.Article
		var n int
		var title, text string
		err = rows.Scan(append(articleFields(&a), &n, &title, &text)...)
		a.Title, a.Text = title, text
		out[n] = a
		return struct{}{}, err
	})
	return out, err
}
