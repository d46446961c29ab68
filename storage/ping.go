package storage

import (
	"context"
	"database/sql"
	"time"

	"github.com/storywire/storywire/news"
)

// SyncHubPings makes the hubs of others that are told of new revisions those
// listed. One that is new is told of what comes from now on.
func (s *Store) SyncHubPings(ctx context.Context, hubs []string, now time.Time) error {
	list, err := asJSON(hubs)
	if err != nil {
		return err
	}
	return s.transact(ctx, func(tx *txn) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM ping WHERE hub NOT IN (SELECT value FROM json_each(?))`, list); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO ping (hub, told) SELECT value, ? FROM json_each(?) WHERE true ON CONFLICT DO NOTHING`, ms(now), list)
		return err
	})
}

// DueHubPings returns the hubs that are to be told, with what has changed since
// they were told last, to the second: of the newest revisions as many as a hub
// can take.
func (s *Store) DueHubPings(ctx context.Context, now time.Time) ([]news.HubPing, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT hub, told, due, attempts FROM ping WHERE due <= ?1 OR due > ?2`, ms(now), ms(now.Add(farthest)))
	due, err := collect(rows, err, func(rows *sql.Rows) (news.HubPing, error) {
		var p news.HubPing
		return p, rows.Scan(&p.Hub, (*stamp)(&p.Told), (*stamp)(&p.Due), &p.Attempts)
	})
	for i := range due {
		const most = 100
		p := &due[i]
		rows, err := s.read.QueryContext(ctx, `SELECT story_id, categories, max(created) FROM (
			SELECT story_id, categories, created FROM revision WHERE NOT quiet AND created > ? - 1000 ORDER BY created DESC LIMIT ?)
			GROUP BY story_id ORDER BY story_id`, ms(p.Told), most)
		_, err = collect(rows, err, func(rows *sql.Rows) (_ struct{}, err error) {
			var story string
			var categories []string
			var created time.Time
			err = rows.Scan(&story, (*words)(&categories), (*stamp)(&created))
			p.Stories, p.Categories = append(p.Stories, story), append(p.Categories, categories...)
			if created.After(p.Newest) {
				p.Newest = created
			}
			return struct{}{}, err
		})
		if err != nil {
			return nil, err
		}
	}
	return due, err
}

// BeginHubPing records that a hub is about to be told, again at retry if nothing
// more is heard. It returns news.ErrNotFound for what is no longer due.
func (s *Store) BeginHubPing(ctx context.Context, p news.HubPing, retry time.Time) error {
	return s.transact(ctx, func(tx *txn) error {
		return found(tx.ExecContext(ctx, `UPDATE ping SET attempts = attempts + 1, due = ? WHERE hub = ? AND due = ?`, ms(retry), p.Hub, ms(p.Due)))
	})
}

// FinishHubPing records that a hub was told, or why not and when to try again;
// with a zero retry, with the next revision. What became due meanwhile stays
// due.
func (s *Store) FinishHubPing(ctx context.Context, p news.HubPing, begun, retry time.Time, why string) error {
	return s.transact(ctx, func(tx *txn) error {
		_, err := tx.ExecContext(ctx, `UPDATE ping SET last_error = ?1, told = CASE ?1 WHEN '' THEN max(told, ?2) ELSE told END,
			due = CASE due WHEN ?3 THEN nullif(?4, 0) ELSE due END WHERE hub = ?5`, why, ms(p.Newest), ms(begun), ms(retry), p.Hub)
		return err
	})
}

// NextHubPing is when a hub is to be told next; zero for never.
func (s *Store) NextHubPing(ctx context.Context) (time.Time, error) {
	var next sql.NullInt64
	err := s.read.QueryRowContext(ctx, `SELECT min(due) FROM ping`).Scan(&next)
	return at(next.Int64), err
}
