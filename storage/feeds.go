package storage

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/storywire/storywire/news"
)

const feedColumns = `f.id, f.url, f.title, f.site_url, f.language, f.origin, f.state,
	f.next_fetch, f.last_fetch, f.last_success, f.last_error, f.imported,
	f.etag, f.last_modified, f.valid_from, f.digest, f.fresh, f.ask, f.skip_hours, f.skip_days, f.slow,
	f.moved, f.moving, f.moving_seen, f.offered, f.published, f.weekly, f.failures, f.why,
	f.full_text, (SELECT h.until FROM hub_subscription h WHERE h.feed_id = f.id AND h.pushed > h.missed),
	coalesce((SELECT h.last_error FROM hub_subscription h WHERE h.feed_id = f.id), '')`

// feedExtras are what a list shows of a feed beside its row.
const feedExtras = `(SELECT coalesce(group_concat(category, ' '), '') FROM (SELECT category FROM feed_category c WHERE c.feed_id = f.id ORDER BY place)),
	(SELECT count(*) FROM entry e WHERE e.feed_id = f.id), 0`

func scanFeed(rows *sql.Rows) (news.Feed, error) {
	var f news.Feed
	var fresh, ask, slow int64
	var published []byte
	err := rows.Scan(&f.ID, &f.URL, &f.Title, &f.SiteURL, &f.Language, &f.Origin, &f.State,
		(*stamp)(&f.NextFetch), (*stamp)(&f.LastFetch), (*stamp)(&f.LastSuccess), &f.LastError, &f.Imported,
		&f.ETag, &f.LastModified, &f.From, &f.Digest, &fresh, &ask, &f.SkipHours, &f.SkipDays, &slow,
		&f.Moved, &f.Moving, &f.MovingSeen, &f.Offered, &published, &f.Weekly, &f.Failures, &f.Why, &f.FullText, (*stamp)(&f.PushedUntil), &f.PushError,
		(*words)(&f.Categories), &f.Articles, &f.Followed)
	f.Fresh, f.Ask, f.Slow = span(fresh), span(ask), span(slow)
	f.Published = minutes(published)
	return f, err
}

func span(ms int64) time.Duration { return time.Duration(ms) * time.Millisecond }

// minutes reads times as packed wrote them.
func minutes(b []byte) []time.Time {
	var times []time.Time
	for ; len(b) >= 4; b = b[4:] {
		times = append(times, time.Unix(int64(binary.BigEndian.Uint32(b))*60, 0).UTC())
	}
	return times
}

func packed(times []time.Time) []byte {
	var b []byte
	for _, t := range times {
		b = binary.BigEndian.AppendUint32(b, uint32(t.Unix()/60))
	}
	return b
}

// farthest is how far ahead anything can be planned. What lies beyond it was
// planned while the clock was wrong, and is due.
const farthest = 8 * 24 * time.Hour

// ahead is how far the clock may have been set back since a feed was fetched.
// One that was fetched later than that, says the clock, is due.
const ahead = time.Hour

// lately is how old an article of a followed story may be for its feed to count
// as one that feeds the story.
const lately = 14 * 24 * time.Hour

// DueFeeds returns the active feeds whose next fetch is not after now, the
// longest due first, without their categories and numbers of articles.
func (s *Store) DueFeeds(ctx context.Context, now time.Time, limit int) ([]news.Feed, error) {
	var quiet int64
	if s.opt.QuietAfter > 0 {
		quiet = ms(now.Add(-s.opt.QuietAfter))
	}
	rows, err := s.read.QueryContext(ctx, `SELECT `+feedColumns+`, '', 0,
		f.id IN (SELECT e.feed_id FROM story s JOIN membership m ON m.story_id = s.id
			JOIN article a ON a.id = m.article_id JOIN entry e ON e.article_id = a.id
			WHERE s.followed = 1 AND s.merged_into IS NULL AND s.updated > ?4 AND a.seen > ?5)
		FROM feed f
		WHERE f.state = 'active' AND (f.next_fetch <= ?1 OR f.next_fetch > ?2 OR f.last_fetch > ?6) ORDER BY f.next_fetch, f.id LIMIT ?3`,
		ms(now), ms(now.Add(farthest)), limit, quiet, ms(now.Add(-lately)), ms(now.Add(ahead)))
	return collect(rows, err, scanFeed)
}

// NextFetch is when the next active feed is due; zero if there is none.
func (s *Store) NextFetch(ctx context.Context) (time.Time, error) {
	var next sql.NullInt64
	err := s.read.QueryRowContext(ctx, `SELECT min(max(next_fetch, 1)) FROM feed WHERE state = 'active'`).Scan(&next)
	return at(next.Int64), err
}

// Feeds returns all feeds but the removed ones, by title and address.
func (s *Store) Feeds(ctx context.Context) ([]news.Feed, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+feedColumns+`, `+feedExtras+` FROM feed f
		WHERE f.state <> 'removed' ORDER BY lower(f.title), f.url`)
	return collect(rows, err, scanFeed)
}

// AddFeed subscribes to a feed for a person, or takes a removed or gone one up
// again. It reports false if the feed was there already; its title and
// categories are then brought up to date.
func (s *Store) AddFeed(ctx context.Context, sub news.Subscription) (added bool, err error) {
	err = s.transact(ctx, func(tx *txn) error {
		added, err = addFeed(ctx, tx, sub, "person")
		return err
	})
	return added, err
}

// SyncFeeds makes the feeds that came from the OPML file those that are in it
// now: new ones are added, missing ones are no longer polled. Feeds that a
// person added or removed stay as the person left them.
func (s *Store) SyncFeeds(ctx context.Context, subs []news.Subscription) (added, removed int, err error) {
	err = s.transact(ctx, func(tx *txn) error {
		listed := make([]string, len(subs))
		for i, sub := range subs {
			listed[i] = sub.URL
			isNew, err := addFeed(ctx, tx, sub, "opml")
			if err != nil {
				return err
			}
			if isNew {
				added++
			}
		}
		list, err := asJSON(listed)
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `UPDATE feed SET state = 'removed'
			WHERE origin = 'opml' AND state <> 'removed' AND url NOT IN (SELECT value FROM json_each(?))`, list)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		removed = int(n)
		return err
	})
	return added, removed, err
}

func addFeed(ctx context.Context, tx *txn, sub news.Subscription, origin string) (bool, error) {
	var id int64
	var state, was string
	err := tx.QueryRowContext(ctx, `SELECT id, state, origin FROM feed WHERE url = ?`, sub.URL).Scan(&id, &state, &was)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		err = tx.QueryRowContext(ctx, `INSERT INTO feed (url, title, site_url, origin, full_text) VALUES (?, ?, ?, ?, coalesce(?, 0)) RETURNING id`,
			sub.URL, sub.Title, sub.SiteURL, origin, sub.FullText).Scan(&id)
		if err != nil {
			return false, fmt.Errorf("add feed %s: %w", sub.URL, err)
		}
		return true, setCategories(ctx, tx, id, sub.Categories)
	case err != nil:
		return false, err
	}
	// What a person did to a feed, the file does not undo; nor does the file,
	// which is read at each start, call back a feed that is gone.
	if origin == "opml" && (was == "person" || state == "gone") {
		return false, nil
	}
	if origin == "opml" && sub.FullText == nil {
		sub.FullText = new(bool) // the file is silent: no
	}
	_, err = tx.ExecContext(ctx, `UPDATE feed SET title = CASE ?1 WHEN '' THEN title ELSE ?1 END, origin = ?2, full_text = coalesce(?4, full_text),
		next_fetch = CASE state WHEN 'active' THEN next_fetch ELSE 0 END,
		failures = CASE state WHEN 'active' THEN failures ELSE 0 END, state = 'active' WHERE id = ?3`, sub.Title, origin, id, sub.FullText)
	if err != nil {
		return false, err
	}
	if len(sub.Categories) > 0 || origin == "opml" {
		err = setCategories(ctx, tx, id, sub.Categories)
	}
	return state != "active", err
}

func setCategories(ctx context.Context, tx *txn, feed int64, categories []string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM feed_category WHERE feed_id = ?`, feed); err != nil {
		return err
	}
	for i, category := range categories {
		if _, err := tx.ExecContext(ctx, `INSERT INTO feed_category (feed_id, place, category) VALUES (?, ?, ?)`, feed, i, category); err != nil {
			return err
		}
	}
	return nil
}

// RemoveFeed stops polling a feed, for good until a person adds it again. Its
// articles stay. It returns news.ErrNotFound for an address not subscribed to.
func (s *Store) RemoveFeed(ctx context.Context, url string) error {
	return s.transact(ctx, func(tx *txn) error {
		result, err := tx.ExecContext(ctx, `UPDATE feed SET state = 'removed', origin = 'person'
			WHERE url = ? AND state <> 'removed'`, url)
		return found(result, err)
	})
}

// found turns an update that met no row into news.ErrNotFound.
func found(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		return news.ErrNotFound
	}
	return err
}

// noRows turns a query that met no row into news.ErrNotFound.
func noRows(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return news.ErrNotFound
	}
	return err
}

// Categories returns the categories of the active feeds, by name.
func (s *Store) Categories(ctx context.Context) ([]string, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT DISTINCT c.category FROM feed_category c
		JOIN feed f ON f.id = c.feed_id WHERE f.state <> 'removed' ORDER BY c.category`)
	return collect(rows, err, scanText)
}

func scanText(rows *sql.Rows) (s string, err error) { return s, rows.Scan(&s) }

// FindFeed returns the feed with this address, a removed one too, or
// news.ErrNotFound.
func (s *Store) FindFeed(ctx context.Context, url string) (news.Feed, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+feedColumns+`, `+feedExtras+` FROM feed f WHERE f.url = ?`, url)
	return only(collect(rows, err, scanFeed))
}
