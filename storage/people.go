package storage

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// byPerson runs one change a person makes to stories and counts it, so that
// tracking, in this process or another, looks again.
func (s *Store) byPerson(ctx context.Context, do func(tx *txn, touched map[string]bool) error) error {
	return s.transact(ctx, func(tx *txn) error {
		touched := map[string]bool{}
		if err := do(tx, touched); err != nil {
			return err
		}
		if err := s.touch(ctx, tx, touched); err != nil {
			return err
		}
		if err := edited(ctx, tx, slices.Collect(maps.Keys(touched))...); err != nil {
			return err
		}
		return countChange(ctx, tx)
	})
}

// Follow makes a followed story of a query. Its seeds are its first articles;
// the stored articles have still to be looked through.
func (s *Store) Follow(ctx context.Context, q news.Query) (news.Story, error) {
	id := strings.ToLower(rand.Text()[:10])
	query, err := asJSON(q)
	if err != nil {
		return news.Story{}, err
	}
	err = s.byPerson(ctx, func(tx *txn, touched map[string]bool) error {
		now := time.Now()
		_, err := tx.ExecContext(ctx, `INSERT INTO story (id, title, followed, query, backfill, first_seen, updated)
			VALUES (?1, coalesce(nullif(?2, ''), (SELECT title FROM article WHERE id = ?5), ?6), 1, ?3, 1, ?4, ?4)`,
			id, q.Words, query, ms(now), first(q.Seeds), strings.Join(append(slices.Clone(q.All), q.Any...), ", "))
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
		return s.oweStory(ctx, tx, news.StoryFollowed, id, now)
	})
	if err != nil {
		return news.Story{}, fmt.Errorf("follow: %w", err)
	}
	return s.Story(ctx, id)
}

func first(seeds []int64) int64 {
	if len(seeds) == 0 {
		return 0
	}
	return seeds[0]
}

// FollowStory marks a story of the stream as followed.
func (s *Store) FollowStory(ctx context.Context, id string) error {
	return s.byPerson(ctx, func(tx *txn, touched map[string]bool) error {
		touched[id] = true
		var followed bool
		if err := tx.QueryRowContext(ctx, `SELECT followed FROM story WHERE id = ? AND merged_into IS NULL`, id).Scan(&followed); err != nil || followed {
			return noRows(err)
		}
		if _, err := tx.ExecContext(ctx, `UPDATE story SET followed = 1 WHERE id = ?`, id); err != nil {
			return err
		}
		return s.oweStory(ctx, tx, news.StoryFollowed, id, time.Now())
	})
}

// Unfollow ends following a story. Its page and feed stay.
func (s *Store) Unfollow(ctx context.Context, id string) error {
	return s.byPerson(ctx, func(tx *txn, _ map[string]bool) error {
		return found(tx.ExecContext(ctx, `UPDATE story SET followed = 0, due = CASE WHEN discovered THEN due END
			WHERE id = ? AND followed`, id))
	})
}

// Rename gives a story a title that stays.
func (s *Store) Rename(ctx context.Context, id, title string) error {
	return s.transact(ctx, func(tx *txn) error {
		if err := found(tx.ExecContext(ctx, `UPDATE story SET title = ?, renamed = 1 WHERE id = ? AND merged_into IS NULL`, title, id)); err != nil {
			return err
		}
		return edited(ctx, tx, id)
	})
}

// SetPace says how long a story waits before it is revised. One that is due waits
// anew.
func (s *Store) SetPace(ctx context.Context, id string, p news.Pace) error {
	return s.transact(ctx, func(tx *txn) error {
		return found(tx.ExecContext(ctx, `UPDATE story SET settle = ?2, min_interval = ?3,
			due = CASE WHEN due IS NOT NULL THEN max(?4 + coalesce(?2, ?5), min(revised, ?4) + coalesce(?3, ?6)) END
			WHERE id = ?1 AND merged_into IS NULL`,
			id, millis(p.Settle), millis(p.MinInterval), ms(time.Now()), s.opt.Settle.Milliseconds(), s.opt.MinInterval.Milliseconds()))
	})
}

// millis is a length of time as a column that may be NULL.
func millis(d *time.Duration) sql.NullInt64 {
	if d == nil {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: d.Milliseconds(), Valid: true}
}

// Delete takes a story away for good. Its articles stay, and tracking goes on
// putting later ones about its affair there, unseen, so that it does not come
// back under another id; queries still find them all. What of it is not sent
// yet is not sent any more.
func (s *Store) Delete(ctx context.Context, id string) error {
	return s.byPerson(ctx, func(tx *txn, touched map[string]bool) error {
		touched[id] = true
		now := ms(time.Now())
		if err := found(tx.ExecContext(ctx, `UPDATE story SET merged_into = id, pinned = 1, followed = 0, due = NULL
			WHERE id = ? AND merged_into IS NULL`, id)); err != nil {
			return err
		}
		if err := disown(ctx, tx, id); err != nil {
			return err
		}
		// It goes on at the hub until each subscriber is told that it ended.
		return oweSubscribers(ctx, tx, id, true, now)
	})
}

// MergeStories joins one story into another, as a person wants it. Both must
// be open, and either both of the stream or both followed by a query: an
// article has one home in the stream, beside which queries take it in.
func (s *Store) MergeStories(ctx context.Context, from, into string) error {
	return s.byPerson(ctx, func(tx *txn, touched map[string]bool) error {
		if from == into {
			return news.Refusal("a story cannot be merged into itself")
		}
		var kinds [2]bool
		for i, id := range []string{from, into} {
			err := tx.QueryRowContext(ctx, `UPDATE story SET pinned = 1 WHERE id = ? AND merged_into IS NULL RETURNING query IS NULL`, id).Scan(&kinds[i])
			if err != nil {
				return fmt.Errorf("story %s: %w", id, noRows(err))
			}
		}
		if kinds[0] != kinds[1] {
			return news.Refusal("a story of the stream and one followed by words or articles cannot be merged: follow the former by its id, or move its articles")
		}
		touched[into] = true
		// The redirect must stay even where nobody saw the story: a person named it.
		if _, err := tx.ExecContext(ctx, `UPDATE story SET discovered = 1 WHERE id = ?`, from); err != nil {
			return err
		}
		m := news.Merge{From: from, Into: into, Reason: "a person merged " + from + " into this story"}
		if err := merge(ctx, tx, m, true); err != nil {
			return err
		}
		return s.oweMerged(ctx, tx, m)
	})
}

// Split takes articles out of a story and makes them a story of their own, with
// the id given.
func (s *Store) Split(ctx context.Context, story, id, title string, articles []int64) error {
	return s.byPerson(ctx, func(tx *txn, touched map[string]bool) error {
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

// Expel takes an article out of a story, as a person wants it; it will not come
// back by itself. An article of the stream founds a story of its own, with the
// id given, which is seen once others join it.
func (s *Store) Expel(ctx context.Context, article int64, story, id string) error {
	return s.byPerson(ctx, func(tx *txn, touched map[string]bool) error {
		var stream bool
		if err := tx.QueryRowContext(ctx, `SELECT query IS NULL FROM story WHERE id = ? AND merged_into IS NULL`, story).Scan(&stream); err != nil {
			return fmt.Errorf("story %s: %w", story, noRows(err))
		}
		if stream {
			_, err := tx.ExecContext(ctx, `INSERT INTO story (id, title, pinned, first_seen, updated) SELECT ?1, title, 1, published, seen FROM article WHERE id = ?2`, id, article)
			if err != nil {
				return err
			}
			return move(ctx, tx, article, story, id, touched)
		}
		touched[story] = true
		if err := found(tx.ExecContext(ctx, `DELETE FROM membership WHERE story_id = ? AND article_id = ?`, story, article)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO expulsion (story_id, article_id) VALUES (?, ?) ON CONFLICT DO NOTHING`, story, article)
		return err
	})
}

// Move puts an article of one story into another. It will not come back by
// itself. Put into a story that is followed by a query, it keeps its home in
// the stream; put into one of the stream, that is its home from now on.
func (s *Store) Move(ctx context.Context, article int64, from, to string) error {
	return s.byPerson(ctx, func(tx *txn, touched map[string]bool) error {
		return move(ctx, tx, article, from, to, touched)
	})
}

func move(ctx context.Context, tx *txn, article int64, from, to string, touched map[string]bool) error {
	var home string
	err := tx.QueryRowContext(ctx, `SELECT coalesce(h.story_id, '') FROM membership m JOIN home h USING (article_id)
		WHERE m.story_id = ? AND m.article_id = ?`, from, article).Scan(&home)
	if err != nil {
		return fmt.Errorf("article %d in story %s: %w", article, from, noRows(err))
	}
	var stream bool
	if err := tx.QueryRowContext(ctx, `SELECT query IS NULL FROM story WHERE id = ? AND merged_into IS NULL`, to).Scan(&stream); err != nil {
		return fmt.Errorf("story %s: %w", to, noRows(err))
	}
	leaves := map[string]bool{from: stream || from != home}
	if stream {
		leaves[home] = true
		if _, err := tx.ExecContext(ctx, `UPDATE home SET story_id = ? WHERE article_id = ?`, to, article); err != nil {
			return err
		}
	}
	for story, leave := range leaves {
		if !leave || story == to {
			continue
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM membership WHERE story_id = ? AND article_id = ?`, story, article); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO expulsion (story_id, article_id) SELECT id, ?2 FROM story WHERE id = ?1
			ON CONFLICT DO NOTHING`, story, article); err != nil {
			return err
		}
		touched[story] = true
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM expulsion WHERE story_id = ? AND article_id = ?`, to, article); err != nil {
		return err
	}
	touched[to] = true
	return join(ctx, tx, news.Membership{Story: to, Article: article, Score: 1, Reason: "a person put it here from story " + from, At: time.Now(), ByPerson: true})
}

// Pin keeps tracking from merging a story with others, or lets it again.
func (s *Store) Pin(ctx context.Context, story string, pinned bool) error {
	return s.byPerson(ctx, func(tx *txn, _ map[string]bool) error {
		return found(tx.ExecContext(ctx, `UPDATE story SET pinned = ? WHERE id = ? AND merged_into IS NULL`, pinned, story))
	})
}
