package storage

import (
	"context"
	"database/sql"
	"net/url"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// oweSubscribers makes the hubs of others due and the subscribers whose feed a
// new revision may have changed: that of the story and, unless the revision is quiet, those of all
// stories and of categories. Whether their document changed shows when it is
// rendered.
func oweSubscribers(ctx context.Context, tx *txn, story string, quiet bool, now int64) error {
	_, err := tx.ExecContext(ctx, `UPDATE subscriber SET due = ?3, attempts = 0
		WHERE (NOT ?2 AND topic NOT LIKE '/s/%')
		OR topic IN (SELECT '/s/' || s.id || f.value FROM story s, json_each('["/feed.atom", "/feed.rss", "/feed.json"]') f
			WHERE s.id = ?1 OR s.merged_into = ?1)`, story, quiet, now)
	if err != nil || quiet {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE ping SET due = ?, attempts = 0`, now)
	return err
}

// RecordIntent keeps a request to our hub until the subscriber has confirmed
// it; a later one for the same topic and callback takes its place. It returns
// news.ErrFull where there is no room for another; who is there may renew.
func (s *Store) RecordIntent(ctx context.Context, i news.Intent, room news.Room) error {
	host := callbackHost(i.Callback)
	return s.transact(ctx, func(tx *txn) error {
		var all, there, pending int
		err := tx.QueryRowContext(ctx, `SELECT
			(SELECT count(*) FROM subscriber WHERE (topic, callback) <> (?2, ?3)) + (SELECT count(*) FROM intent),
			(SELECT count(*) FROM subscriber WHERE host = ?1 AND (topic, callback) <> (?2, ?3)) + (SELECT count(*) FROM intent WHERE host = ?1),
			(SELECT count(*) FROM intent WHERE host = ?1 AND (topic, callback) <> (?2, ?3))`,
			host, i.Topic, i.Callback).Scan(&all, &there, &pending)
		if err != nil {
			return err
		}
		if all >= room.All || there >= room.PerHost || pending >= room.Pending {
			return news.ErrFull
		}
		_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO intent (topic, callback, host, mode, secret, lease, created, due)
			VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)`,
			i.Topic, i.Callback, host, string(i.Mode), i.Secret, i.Lease.Milliseconds(), ms(i.Created))
		return err
	})
}

func callbackHost(callback string) string {
	u, err := url.Parse(callback)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// DueIntents returns requests to our hub whose confirmation is to be asked for.
func (s *Store) DueIntents(ctx context.Context, now time.Time, limit int) ([]news.Intent, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT mode, topic, callback, secret, lease, created, due, attempts FROM intent
		WHERE due <= ?1 OR due > ?2 ORDER BY due LIMIT ?3`, ms(now), ms(now.Add(farthest)), limit)
	return collect(rows, err, func(rows *sql.Rows) (news.Intent, error) {
		var i news.Intent
		var lease int64
		err := rows.Scan(&i.Mode, &i.Topic, &i.Callback, &i.Secret, &lease, (*stamp)(&i.Created), (*stamp)(&i.Due), &i.Attempts)
		i.Lease = time.Duration(lease) * time.Millisecond
		return i, err
	})
}

// BeginIntent records that a confirmation is about to be asked for, again at
// retry if nothing more is heard. It returns news.ErrNotFound where another
// process has it in hand or another request took its place.
func (s *Store) BeginIntent(ctx context.Context, i news.Intent, retry time.Time) error {
	return s.transact(ctx, func(tx *txn) error {
		return found(tx.ExecContext(ctx, `UPDATE intent SET attempts = attempts + 1, due = ?
			WHERE topic = ? AND callback = ? AND created = ? AND due = ?`, ms(retry), i.Topic, i.Callback, ms(i.Created), ms(i.Due)))
	})
}

// SettleIntent ends a request: what was confirmed takes the place of what the
// subscription was before, what was not changes nothing. It returns
// news.ErrNotFound where a later request took its place.
func (s *Store) SettleIntent(ctx context.Context, i news.Intent, confirmed bool, until time.Time) error {
	return s.transact(ctx, func(tx *txn) error {
		err := found(tx.ExecContext(ctx, `DELETE FROM intent WHERE topic = ? AND callback = ? AND created = ?`, i.Topic, i.Callback, ms(i.Created)))
		switch {
		case err != nil || !confirmed:
			return err
		case i.Mode == news.Unsubscribe:
			_, err = tx.ExecContext(ctx, `DELETE FROM subscriber WHERE topic = ? AND callback = ?`, i.Topic, i.Callback)
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO subscriber (topic, callback, host, secret, until) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET secret = excluded.secret, until = excluded.until`,
			i.Topic, i.Callback, callbackHost(i.Callback), i.Secret, ms(until))
		return err
	})
}

// DueSubscribers returns the subscribers to be told now, and forgets those
// whose lease has ended.
func (s *Store) DueSubscribers(ctx context.Context, now time.Time, limit int) ([]news.Subscriber, error) {
	var ended bool
	err := s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM subscriber WHERE until <= ?)`, ms(now)).Scan(&ended)
	if err != nil {
		return nil, err
	}
	if ended {
		err := s.transact(ctx, func(tx *txn) error {
			_, err := tx.ExecContext(ctx, `DELETE FROM subscriber WHERE until <= ?`, ms(now))
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	rows, err := s.read.QueryContext(ctx, `SELECT topic, callback, secret, until, sent, due, attempts FROM subscriber
		WHERE (due <= ?1 OR due > ?2) AND until > ?1 ORDER BY due LIMIT ?3`, ms(now), ms(now.Add(farthest)), limit)
	return collect(rows, err, func(rows *sql.Rows) (news.Subscriber, error) {
		var r news.Subscriber
		return r, rows.Scan(&r.Topic, &r.Callback, &r.Secret, (*stamp)(&r.Until), &r.Sent, (*stamp)(&r.Due), &r.Attempts)
	})
}

// BeginTelling records that a subscriber is about to be told, again at retry if
// nothing more is heard. It returns news.ErrNotFound where another process has
// it in hand or nothing is owed any more.
func (s *Store) BeginTelling(ctx context.Context, r news.Subscriber, retry time.Time) error {
	return s.transact(ctx, func(tx *txn) error {
		return found(tx.ExecContext(ctx, `UPDATE subscriber SET attempts = attempts + 1, due = ?
			WHERE topic = ? AND callback = ? AND due = ?`, ms(retry), r.Topic, r.Callback, ms(r.Due)))
	})
}

// FinishTelling records how telling a subscriber went. What became due
// meanwhile stays due.
func (s *Store) FinishTelling(ctx context.Context, t news.Told) error {
	return s.transact(ctx, func(tx *txn) error {
		if t.Gone {
			_, err := tx.ExecContext(ctx, `DELETE FROM subscriber WHERE topic = ? AND callback = ?`, t.Topic, t.Callback)
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE subscriber SET sent = ?1, last_error = ?2,
			due = CASE due WHEN ?3 THEN nullif(?4, 0) ELSE due END WHERE topic = ?5 AND callback = ?6`,
			t.Sent, t.Error, ms(t.Begun), ms(t.Retry), t.Topic, t.Callback)
		return err
	})
}

// NextPush is when our hub has to ask or to tell next; zero if nothing is owed.
func (s *Store) NextPush(ctx context.Context) (time.Time, error) {
	var next sql.NullInt64
	err := s.read.QueryRowContext(ctx, `SELECT min(due) FROM (SELECT due FROM intent UNION ALL SELECT due FROM subscriber WHERE due IS NOT NULL)`).Scan(&next)
	return at(next.Int64), err
}
