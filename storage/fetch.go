package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/storywire/storywire/news"
)

// RecordFetch stores the outcome of polling a feed: its articles, the
// validators that vouch for them, the next fetch, or the failure.
func (s *Store) RecordFetch(ctx context.Context, f news.Fetch) (news.FetchCount, error) {
	var count news.FetchCount
	err := s.write.together(ctx, func(tx *txn) error {
		count = news.FetchCount{}
		if len(f.Entries) > 0 {
			var imported bool
			if err := tx.QueryRowContext(ctx, `SELECT imported FROM feed WHERE id = ?`, f.Feed.ID).Scan(&imported); err != nil {
				return err
			}
			if err := recordEntries(ctx, tx, f, !imported, &count); err != nil {
				return err
			}
		}
		if err := recordHub(ctx, tx, f, count.New); err != nil {
			return err
		}
		if err := recordOutcome(ctx, tx, f); err != nil {
			return err
		}
		return s.oweFeed(ctx, tx, f)
	})
	if err != nil {
		return news.FetchCount{}, fmt.Errorf("record fetch of %s: %w", f.Feed.URL, err)
	}
	return count, nil
}

func recordEntries(ctx context.Context, tx *txn, f news.Fetch, quiet bool, count *news.FetchCount) error {
	for _, entry := range f.Entries {
		if err := recordEntry(ctx, tx, f, entry, quiet, count); err != nil {
			return fmt.Errorf("entry %q: %w", entry.GUID, err)
		}
	}
	return nil
}

func recordOutcome(ctx context.Context, tx *txn, f news.Fetch) error {
	m := f.Manners
	_, err := tx.ExecContext(ctx, `UPDATE feed SET last_fetch = ?1, next_fetch = ?2, etag = ?3, last_modified = ?4, valid_from = ?5,
		digest = ?6, fresh = ?7, ask = ?8, skip_hours = ?9, skip_days = ?10, slow = ?11, moved = ?12, moving = ?13, moving_seen = ?14,
		offered = ?15, published = ?16, weekly = ?17, failures = ?18, why = ?19, last_error = ?20,
		last_success = CASE ?20 WHEN '' THEN ?1 ELSE last_success END, imported = imported OR ?20 = '',
		title = CASE title WHEN '' THEN ?21 ELSE title END,
		site_url = CASE site_url WHEN '' THEN ?22 ELSE site_url END,
		language = CASE ?23 WHEN '' THEN language ELSE ?23 END,
		state = CASE WHEN state = 'active' AND ?24 = 'gone' THEN 'gone' ELSE state END WHERE id = ?25`,
		ms(f.At), ms(f.Next), m.ETag, m.LastModified, m.From,
		m.Digest, m.Fresh.Milliseconds(), m.Ask.Milliseconds(), m.SkipHours, m.SkipDays, m.Slow.Milliseconds(), m.Moved, m.Moving, m.MovingSeen,
		m.Offered, packed(m.Published), m.Weekly, m.Failures, m.Why, f.Err,
		f.Title, f.SiteURL, f.Language, string(f.State), f.Feed.ID)
	return err
}

func recordEntry(ctx context.Context, tx *txn, f news.Fetch, e news.Entry, quiet bool, count *news.FetchCount) error {
	article, err := knownArticle(ctx, tx, f.Feed.ID, e)
	if err != nil {
		return err
	}
	if article != 0 {
		count.Known++
		edited, err := recordEdit(ctx, tx, f, article, e)
		if edited {
			count.Edited++
		}
		return err
	}
	published := e.Published
	if published.IsZero() || published.After(f.At) {
		published = f.At
	}
	// RETURNING would make SQLite copy each page aside that the row goes to.
	result, err := tx.ExecContext(ctx, `INSERT INTO article
		(feed_id, guid, key, outlet, title, url, author, language, published, updated, seen, text, quiet)
		VALUES (?, ?, nullif(?, ''), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		f.Feed.ID, e.GUID, e.Key, e.Outlet, e.Title, e.URL, e.Author, e.Language, ms(published), ms(e.Updated), ms(f.At),
		e.Text, quiet)
	if err != nil {
		return err
	}
	if article, err = result.LastInsertId(); err != nil {
		return err
	}
	count.New++
	var wait time.Time
	if e.Page {
		wait = f.At.Add(pageWait)
		if err := owePage(ctx, tx, article, f.At); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO home (article_id, published, wait) VALUES (?, ?, ?)`, article, ms(published), ms(wait))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO entry (feed_id, guid, article_id) VALUES (?, ?, ?)`, f.Feed.ID, e.GUID, article)
	return err
}

// knownArticle finds the article an entry is, by feed and GUID or else by its
// address, and returns 0 for a new one. An entry known by address gets its
// GUID recorded; where the feed gave the article another GUID before, the new
// one takes its place, so that GUIDs that change at each fetch do not pile up.
func knownArticle(ctx context.Context, tx *txn, feed int64, e news.Entry) (int64, error) {
	var id int64
	err := tx.QueryRowContext(ctx, `SELECT article_id FROM entry WHERE feed_id = ? AND guid = ?`, feed, e.GUID).Scan(&id)
	if err == nil || !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	if e.Key == "" {
		return 0, nil
	}
	err = tx.QueryRowContext(ctx, `SELECT id FROM article WHERE key = ?`, e.Key).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	result, err := tx.ExecContext(ctx, `UPDATE entry SET guid = ? WHERE feed_id = ? AND article_id = ?`, e.GUID, feed, id)
	if err = found(result, err); errors.Is(err, news.ErrNotFound) {
		_, err = tx.ExecContext(ctx, `INSERT INTO entry (feed_id, guid, article_id) VALUES (?, ?, ?)`, feed, e.GUID, id)
	}
	return id, err
}

// editsKept is how many former states of an article are kept.
const editsKept = 20

// recordEdit takes over a changed title or text and keeps the former one. Only
// the feed an article came from can edit it: other feeds may carry it in
// another length.
func recordEdit(ctx context.Context, tx *txn, f news.Fetch, article int64, e news.Entry) (bool, error) {
	result, err := tx.ExecContext(ctx, `INSERT INTO edit (article_id, until, title, text)
		SELECT id, ?, title, text FROM article
		WHERE id = ? AND feed_id = ? AND full_text = 0 AND (title <> ? OR text <> ?)`, ms(f.At), article, f.Feed.ID, e.Title, e.Text)
	if err = found(result, err); err != nil {
		if errors.Is(err, news.ErrNotFound) {
			return false, nil
		}
		return false, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE article SET title = ?, text = ?, updated = ? WHERE id = ?`,
		e.Title, e.Text, ms(f.At), article)
	if err != nil {
		return true, err
	}
	// A live page is edited all day: its last states are enough.
	_, err = tx.ExecContext(ctx, `DELETE FROM edit WHERE article_id = ?1 AND id NOT IN (
		SELECT id FROM edit WHERE article_id = ?1 ORDER BY id DESC LIMIT ?2)`, article, editsKept)
	return true, err
}
