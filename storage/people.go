package storage

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// byPerson runs one change a person makes to stories and counts it, so that
// tracking, in this process or another, looks again.
func (s *Store) byPerson(ctx context.Context, do func(tx *sql.Tx, touched map[string]bool) error) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		touched := map[string]bool{}
		if err := do(tx, touched); err != nil {
			return err
		}
		if err := s.touch(ctx, tx, touched); err != nil {
			return err
		}
		return countChange(ctx, tx)
	})
}

// Follow makes a followed story of a query. Its seeds are its first articles;
// the stored articles have still to be looked through.
func (s *Store) Follow(ctx context.Context, q news.Query) (news.Story, error) {
	id := strings.ToLower(rand.Text()[:10])
	query, err := queryJSON(q)
	if err != nil {
		return news.Story{}, err
	}
	err = s.byPerson(ctx, func(tx *sql.Tx, touched map[string]bool) error {
		now := time.Now()
		_, err := tx.ExecContext(ctx, `INSERT INTO story (id, title, followed, query, backfill, first_seen, updated)
			VALUES (?1, ?2, 1, ?3, 1, ?4, ?4)`, id, q.Words, query, ms(now))
		if err != nil {
			return err
		}
		for _, seed := range q.Seeds {
			m := news.Membership{Story: id, Article: seed, Score: 1, Reason: "a person followed the story from this article", At: now, ByPerson: true}
			if err := join(ctx, tx, m); err != nil {
				return fmt.Errorf("seed %d: %w", seed, err)
			}
			touched[id] = true
		}
		return nil
	})
	if err != nil {
		return news.Story{}, fmt.Errorf("follow: %w", err)
	}
	return s.Story(ctx, id)
}

// FollowStory marks a story of the stream as followed.
func (s *Store) FollowStory(ctx context.Context, id string) error {
	return s.byPerson(ctx, func(tx *sql.Tx, touched map[string]bool) error {
		touched[id] = true
		return found(tx.ExecContext(ctx, `UPDATE story SET followed = 1 WHERE id = ? AND merged_into IS NULL`, id))
	})
}

// Unfollow ends following a story. Its page and feed stay.
func (s *Store) Unfollow(ctx context.Context, id string) error {
	return s.byPerson(ctx, func(tx *sql.Tx, _ map[string]bool) error {
		return found(tx.ExecContext(ctx, `UPDATE story SET followed = 0, due = CASE WHEN discovered THEN due END
			WHERE id = ? AND followed`, id))
	})
}

// Rename gives a story a title that stays.
func (s *Store) Rename(ctx context.Context, id, title string) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		return found(tx.ExecContext(ctx, `UPDATE story SET title = ?, renamed = 1 WHERE id = ? AND merged_into IS NULL`, title, id))
	})
}

// MergeStories joins one story into another, as a person wants it. Both must
// be open stories and differ.
func (s *Store) MergeStories(ctx context.Context, from, into string) error {
	return s.byPerson(ctx, func(tx *sql.Tx, touched map[string]bool) error {
		if from == into {
			return fmt.Errorf("a story cannot be merged into itself")
		}
		for _, id := range []string{from, into} {
			err := found(tx.ExecContext(ctx, `UPDATE story SET pinned = 1 WHERE id = ? AND merged_into IS NULL`, id))
			if err != nil {
				return fmt.Errorf("story %s: %w", id, err)
			}
		}
		touched[into] = true
		// The redirect must stay even where nobody saw the story: a person named it.
		if _, err := tx.ExecContext(ctx, `UPDATE story SET discovered = 1 WHERE id = ?`, from); err != nil {
			return err
		}
		return merge(ctx, tx, news.Merge{From: from, Into: into, Reason: "a person merged " + from + " into this story"}, true)
	})
}

// Split takes articles out of a story and makes them a story of their own, with
// the id given.
func (s *Store) Split(ctx context.Context, story, id, title string, articles []int64) error {
	return s.byPerson(ctx, func(tx *sql.Tx, touched map[string]bool) error {
		now := ms(time.Now())
		_, err := tx.ExecContext(ctx, `INSERT INTO story (id, title, pinned, first_seen, updated) VALUES (?1, ?2, 1, ?3, ?3)`,
			id, title, now)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE story SET pinned = 1 WHERE id = ?`, story); err != nil {
			return err
		}
		for _, article := range articles {
			if err := move(ctx, tx, article, story, id, touched); err != nil {
				return err
			}
		}
		// What a person set apart is a story, whoever wrote its articles.
		_, err = tx.ExecContext(ctx, `UPDATE story SET discovered = 1 WHERE id = ?`, id)
		return err
	})
}

// Move puts an article of one story into another. It will not come back by
// itself.
func (s *Store) Move(ctx context.Context, article int64, from, to string) error {
	return s.byPerson(ctx, func(tx *sql.Tx, touched map[string]bool) error {
		return move(ctx, tx, article, from, to, touched)
	})
}

func move(ctx context.Context, tx *sql.Tx, article int64, from, to string, touched map[string]bool) error {
	err := found(tx.ExecContext(ctx, `DELETE FROM membership WHERE story_id = ? AND article_id = ?`, from, article))
	if err != nil {
		return fmt.Errorf("article %d in story %s: %w", article, from, err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO expulsion (story_id, article_id) VALUES (?, ?) ON CONFLICT DO NOTHING`, from, article); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM expulsion WHERE story_id = ? AND article_id = ?`, to, article); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE article SET home = ?1 WHERE id = ?2 AND home = ?3
		AND (SELECT query FROM story WHERE id = ?1) IS NULL`, to, article, from); err != nil {
		return err
	}
	touched[from], touched[to] = true, true
	return join(ctx, tx, news.Membership{Story: to, Article: article, Score: 1, Reason: "a person moved it here from story " + from, At: time.Now(), ByPerson: true})
}
