package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/storywire/storywire/news"
)

// newestKept is how many articles of a story tracking goes on from.
const newestKept = 200

// Live yields the stories tracking goes on from: the followed ones, and those
// of the stream that one of the last articles tracked belongs to. They come
// oldest first, each with its newest 200 articles. A deleted one is among them:
// what else comes about its affair joins it unseen, and does not found it anew.
func (s *Store) Live(ctx context.Context, last int, yield func(news.TrackedStory) error) error {
	rows, err := s.read.QueryContext(ctx, `SELECT s.id FROM story s
		WHERE coalesce(s.merged_into, s.id) = s.id AND ((s.query IS NULL AND s.id IN (SELECT story_id FROM home
			WHERE article_id > (SELECT max(article_id) FROM home WHERE story_id IS NOT NULL) - ?)) OR (s.query IS NOT NULL AND s.followed = 1))
		ORDER BY s.first_seen, s.id`, last)
	ids, err := collect(rows, err, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) })
	if err != nil {
		return err
	}
	members, err := s.read.PrepareContext(ctx, memberQuery) // once, not for each of thousands of stories
	if err != nil {
		return err
	}
	defer members.Close()
	expelled, err := s.expelled(ctx, "")
	if err != nil {
		return err
	}
	for page := range slices.Chunk(ids, 500) { // thousands of stories are megabytes
		stories, err := s.storiesOf(ctx, page)
		if err != nil {
			return err
		}
		for _, story := range stories {
			rows, err := members.QueryContext(ctx, story.ID, newestKept)
			tracked, err := s.tracked(ctx, story, rows, err)
			if err != nil {
				return err
			}
			tracked.Expelled = expelled[story.ID]
			if err := yield(tracked); err != nil {
				return err
			}
		}
	}
	return nil
}

// storiesOf returns the stories with the given ids, in that order.
func (s *Store) storiesOf(ctx context.Context, ids []string) ([]news.Story, error) {
	list, err := asJSON(ids)
	if err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, `SELECT `+storyColumns+` FROM json_each(?) j JOIN story s ON s.id = j.value ORDER BY j.key`, list)
	return collect(rows, err, func(rows *sql.Rows) (news.Story, error) { return s.scanStory(rows) })
}

// Tracked returns one story as Live yields it, or news.ErrNotFound.
func (s *Store) Tracked(ctx context.Context, id string) (news.TrackedStory, error) {
	story, err := s.Story(ctx, id)
	if err != nil {
		return news.TrackedStory{}, err
	}
	expelled, err := s.expelled(ctx, id)
	if err != nil {
		return news.TrackedStory{}, err
	}
	rows, err := s.read.QueryContext(ctx, memberQuery, id, newestKept)
	t, err := s.tracked(ctx, story, rows, err)
	t.Expelled = expelled[id]
	return t, err
}

// tracked makes a story of its newest members.
func (s *Store) tracked(ctx context.Context, story news.Story, rows *sql.Rows, err error) (news.TrackedStory, error) {
	t := news.TrackedStory{Story: story}
	if t.Articles, t.Memberships, err = scanMembers(story.ID, rows, err); err != nil {
		return t, err
	}
	for _, a := range t.Articles {
		t.Latest = max(t.Latest, a.ID)
	}
	if len(t.Articles) == newestKept { // the last to come may not be among the newest
		err = s.read.QueryRowContext(ctx, `SELECT max(article_id) FROM membership WHERE story_id = ?`, story.ID).Scan(&t.Latest)
	}
	return t, err
}

// expelled returns, by story, the articles that a person took out of it; of all
// stories if none is named.
func (s *Store) expelled(ctx context.Context, story string) (map[string][]int64, error) {
	out := map[string][]int64{}
	rows, err := s.read.QueryContext(ctx, `SELECT story_id, article_id FROM expulsion WHERE ?1 IN ('', story_id) ORDER BY story_id, article_id`, story)
	_, err = collect(rows, err, func(rows *sql.Rows) (_ struct{}, err error) {
		var id string
		var article int64
		err = rows.Scan(&id, &article)
		out[id] = append(out[id], article)
		return struct{}{}, err
	})
	return out, err
}

// Changes is a counter that grows with each change a person makes to stories.
func (s *Store) Changes(ctx context.Context) (int64, error) {
	var value string
	if err := s.read.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = 'changes'`).Scan(&value); err != nil {
		return 0, err
	}
	return strconv.ParseInt(value, 10, 64)
}

func countChange(ctx context.Context, tx *txn) error {
	_, err := tx.ExecContext(ctx, `UPDATE meta SET value = value + 1 WHERE key = 'changes'`)
	return err
}

// Place records what tracking decided about articles: their stories, new
// stories, copies and merges. A story that gained an article becomes due for a
// revision after the settle delay, unless the article came with a first import.
func (s *Store) Place(ctx context.Context, placements []news.Placement) error {
	return s.transact(ctx, func(tx *txn) error {
		grown := map[string]growth{}
		for _, p := range placements {
			if err := place(ctx, tx, p, grown); err != nil {
				return fmt.Errorf("place article %d: %w", p.Article.ID, err)
			}
			if err := s.oweMerged(ctx, tx, p.Merges...); err != nil {
				return err
			}
		}
		joined := map[string]bool{} // whether it is loud
		for id, g := range grown {
			if !g.alone {
				joined[id] = g.loud
			}
		}
		// Before the index: what SQLite keeps to undo that with is too large for
		// memory, and from then on it undoes each statement with a file.
		if err := s.touch(ctx, tx, joined); err != nil {
			return err
		}
		if err := index(ctx, tx, placements); err != nil {
			return fmt.Errorf("index the words: %w", err)
		}
		return nil
	})
}

// index lets articles be found by their words. All at once and in the order of
// their ids: FTS5 writes out what it holds at the end of each statement and at
// each id that is not above the one before.
func index(ctx context.Context, tx *txn, placements []news.Placement) error {
	ids := make([]int64, len(placements))
	for i, p := range placements {
		ids[i] = p.Article.ID
	}
	list, err := asJSON(ids)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO article_words (rowid, title, text)
		SELECT id, title, text FROM article WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`, list)
	return err
}

// growth is what a story gained.
type growth struct {
	loud  bool // an article that is not quiet
	alone bool // nothing but the article it was founded with: its row says so
}

func place(ctx context.Context, tx *txn, p news.Placement, grown map[string]growth) error {
	founded, err := founds(ctx, tx, p)
	if err != nil {
		return err
	}
	result, err := tx.ExecContext(ctx, `UPDATE home SET story_id = ?, copy_of = nullif(?, 0) WHERE article_id = ? AND story_id IS NULL`,
		p.Home.Story, p.CopyOf, p.Article.ID)
	if err := found(result, err); err != nil {
		return fmt.Errorf("it has a story already: %w", err)
	}
	for _, m := range append([]news.Membership{p.Home}, p.Followed...) {
		if err := join(ctx, tx, m); err != nil {
			return err
		}
		grown[m.Story] = growth{grown[m.Story].loud || !p.Article.Quiet, founded && m.Story == p.Home.Story}
	}
	for _, m := range p.Merges {
		if err := merge(ctx, tx, m, false); err != nil {
			return fmt.Errorf("merge %s into %s: %w", m.From, m.Into, err)
		}
		grown[m.Into] = growth{loud: grown[m.Into].loud || grown[m.From].loud}
		delete(grown, m.From)
	}
	return nil
}

// founds makes the story that an article founds, and reports whether it did. It
// has no other article, so that nothing is to be counted.
func founds(ctx context.Context, tx *txn, p news.Placement) (bool, error) {
	if !p.New {
		return false, nil
	}
	updated := p.Article.Seen
	if p.Article.Quiet {
		updated = p.Article.Published
	}
	err := found(tx.ExecContext(ctx, `INSERT INTO story (id, title, first_seen, updated, articles, outlets, version) VALUES (?, ?, ?, ?, 1, 1, 1)
		ON CONFLICT DO NOTHING`, p.Home.Story, p.Article.Title, ms(p.Article.Published), ms(updated)))
	if errors.Is(err, news.ErrNotFound) { // it is there
		return false, nil
	}
	return err == nil, err
}

func join(ctx context.Context, tx *txn, m news.Membership) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO membership (story_id, article_id, score, reason, at, by_person) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET score = excluded.score, reason = excluded.reason, at = excluded.at, by_person = 1 WHERE excluded.by_person`,
		m.Story, m.Article, m.Score, m.Reason, ms(m.At), m.ByPerson)
	return err
}

// touch brings the counts of stories up to date after their membership changed
// and makes those due that gained something to tell. An article of a first
// import makes a story due only for its first revision, the quiet one.
func (s *Store) touch(ctx context.Context, tx *txn, grown map[string]bool) error {
	now := time.Now()
	for id, loud := range grown {
		_, err := tx.ExecContext(ctx, `UPDATE story SET version = version + 1,
			(articles, outlets, updated, first_seen) = (
				SELECT count(*), count(DISTINCT a.outlet),
					coalesce(max(CASE a.quiet WHEN 1 THEN a.published ELSE a.seen END), story.updated),
					coalesce(min(a.published), story.first_seen)
				FROM membership m JOIN article a ON a.id = m.article_id WHERE m.story_id = story.id)
			WHERE id = ?`, id)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE story SET
			discovered = discovered OR (query IS NULL AND articles >= 2 AND outlets >= 2),
			due = CASE WHEN articles > 0 AND (?1 OR revision = 0)
				AND (followed OR discovered OR (query IS NULL AND articles >= 2 AND outlets >= 2))
				THEN min(coalesce(due, 1 << 62), max(?2 + coalesce(settle, ?3), min(revised, ?2) + coalesce(min_interval, ?4))) ELSE due END
			WHERE id = ?5 AND merged_into IS NULL`, loud, ms(now), s.opt.Settle.Milliseconds(), s.opt.MinInterval.Milliseconds(), id)
		if err != nil {
			return err
		}
	}
	return nil
}

// merge moves all of story From to story Into. From stays as a redirect if
// anybody can have seen it.
func merge(ctx context.Context, tx *txn, m news.Merge, byPerson bool) error {
	for _, statement := range []string{
		`INSERT INTO membership (story_id, article_id, score, reason, at, by_person)
			SELECT ?2, article_id, score, reason || ?3, at, by_person OR ?4 FROM membership WHERE story_id = ?1 ON CONFLICT DO NOTHING`,
		`DELETE FROM membership WHERE story_id = ?1`,
		`INSERT INTO expulsion (story_id, article_id) SELECT ?2, article_id FROM expulsion WHERE story_id = ?1
			AND article_id NOT IN (SELECT article_id FROM membership WHERE story_id = ?2) ON CONFLICT DO NOTHING`,
		`UPDATE home SET story_id = ?2 WHERE story_id = ?1`,
		`UPDATE story SET merged_into = ?2 WHERE merged_into = ?1`,
		`UPDATE story SET followed = 1 WHERE id = ?2 AND (SELECT followed FROM story WHERE id = ?1)`,
		`UPDATE story SET merged_into = ?2, due = NULL, articles = 0, outlets = 0 WHERE id = ?1`,
		`INSERT INTO endpoint_story (endpoint_id, story_id) SELECT endpoint_id, ?2 FROM endpoint_story WHERE story_id = ?1 ON CONFLICT DO NOTHING`,
		`DELETE FROM endpoint_story WHERE story_id = ?1`,
		`DELETE FROM story WHERE id = ?1 AND revision = 0 AND NOT discovered AND NOT followed
			AND NOT EXISTS (SELECT 1 FROM story r WHERE r.merged_into = story.id)
			AND NOT EXISTS (SELECT 1 FROM expulsion WHERE story_id = story.id)`,
	} {
		if _, err := tx.ExecContext(ctx, statement, m.From, m.Into, "; "+m.Reason, byPerson); err != nil {
			return err
		}
	}
	return edited(ctx, tx, m.From, m.Into)
}

// Adopt records the articles that a look through the stored ones found for a
// followed story, and that the look is done.
func (s *Store) Adopt(ctx context.Context, story string, memberships []news.Membership) error {
	return s.transact(ctx, func(tx *txn) error {
		for _, m := range memberships {
			if err := join(ctx, tx, m); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `UPDATE story SET backfill = 0 WHERE id = ?`, story); err != nil {
			return err
		}
		if len(memberships) == 0 {
			return nil
		}
		return s.touch(ctx, tx, map[string]bool{story: true})
	})
}
