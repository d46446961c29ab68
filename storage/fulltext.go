package storage

import (
	"context"
	"database/sql"
	"time"

	"github.com/storywire/storywire/news"
)

// pageWait is how long tracking waits for the text of an article's page, since
// it finds stories by the text. Then the feed's has to do.
const pageWait = time.Minute

// owePage makes the page of a new article due.
func owePage(ctx context.Context, tx *txn, article int64, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO page (article_id, due) VALUES (?, ?)`, article, ms(now))
	return err
}

// DuePages returns the pages that are to be read, the longest due first.
func (s *Store) DuePages(ctx context.Context, now time.Time, limit int) ([]news.Page, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+articleColumns+`, p.due, p.attempts FROM page p JOIN article a ON a.id = p.article_id
		WHERE p.state = 'due' AND (p.due <= ?1 OR p.due > ?2) ORDER BY p.due, p.article_id LIMIT ?3`,
		ms(now), ms(now.Add(farthest)), limit)
	return collect(rows, err, func(rows *sql.Rows) (news.Page, error) {
		var p news.Page
		return p, rows.Scan(append(articleFields(&p.Article), (*stamp)(&p.Due), &p.Attempts)...)
	})
}

// NextPage is when a page is due next; zero for never.
func (s *Store) NextPage(ctx context.Context) (time.Time, error) {
	var next sql.NullInt64
	err := s.read.QueryRowContext(ctx, `SELECT min(due) FROM page WHERE state = 'due'`).Scan(&next)
	return at(next.Int64), err
}

// BeginPage records that a page is about to be read, again at retry if nothing
// more is heard. It returns news.ErrNotFound for what is no longer due.
func (s *Store) BeginPage(ctx context.Context, p news.Page, retry time.Time) error {
	return s.transact(ctx, func(tx *txn) error {
		return found(tx.ExecContext(ctx, `UPDATE page SET attempts = attempts + 1, due = ? WHERE article_id = ? AND due = ? AND state = 'due'`,
			ms(retry), p.Article.ID, ms(p.Due)))
	})
}

// PageTrouble is why pages of a feed could not be read.
type PageTrouble struct {
	Feed   string `json:"feed"` // its address
	Reason string `json:"reason"`
	Pages  int    `json:"pages"`
}

// PageTroubles returns the commonest reasons, those of most pages first.
func (s *Store) PageTroubles(ctx context.Context, limit int) ([]PageTrouble, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT f.url, p.last_error, count(*) FROM page p
		JOIN article a ON a.id = p.article_id JOIN feed f ON f.id = a.feed_id
		WHERE p.state = 'failed' GROUP BY f.id, p.last_error ORDER BY count(*) DESC, f.url, p.last_error LIMIT ?`, limit)
	return collect(rows, err, func(rows *sql.Rows) (t PageTrouble, err error) {
		return t, rows.Scan(&t.Feed, &t.Reason, &t.Pages)
	})
}

// RecordPage takes over the text of a page, or records why there is none. In
// either case tracking waits no longer.
func (s *Store) RecordPage(ctx context.Context, r news.PageRead) error {
	return s.transact(ctx, func(tx *txn) error {
		_, err := tx.ExecContext(ctx, `UPDATE page SET last_error = ?1, due = max(due, ?2),
			state = CASE WHEN ?1 = '' THEN 'read' WHEN ?2 = 0 THEN 'failed' ELSE 'due' END WHERE article_id = ?3`,
			r.Err, ms(r.Retry), r.Article)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE home SET wait = 0 WHERE article_id = ?`, r.Article)
		if err != nil || r.Err != "" {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE article SET text = ?, full_text = 1 WHERE id = ?`, r.Text, r.Article)
		return err
	})
}
