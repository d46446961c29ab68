package storage

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/storywire/storywire/news"
)

// AddEndpoint stores a webhook receiver and returns it with its id.
func (s *Store) AddEndpoint(ctx context.Context, e news.Endpoint) (news.Endpoint, error) {
	err := s.transact(ctx, func(tx *txn) error {
		if e.Story != "" {
			if err := tx.QueryRowContext(ctx, `SELECT id FROM story WHERE id = ?`, e.Story).Scan(&e.Story); err != nil {
				return fmt.Errorf("story %s: %w", e.Story, noRows(err))
			}
		}
		e.Created = time.Now().UTC()
		return tx.QueryRowContext(ctx, `INSERT INTO endpoint (url, secret, story_id, followed, created)
			VALUES (?, ?, nullif(?, ''), ?, ?) RETURNING id`, e.URL, e.Secret, e.Story, e.Followed, ms(e.Created)).Scan(&e.ID)
	})
	return e, err
}

// Endpoints returns all receivers but the removed ones, in the order they were
// added.
func (s *Store) Endpoints(ctx context.Context) ([]news.Endpoint, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT id, url, secret, coalesce(story_id, ''), followed, created, disabled
		FROM endpoint WHERE NOT removed ORDER BY id`)
	return collect(rows, err, func(rows *sql.Rows) (news.Endpoint, error) {
		var e news.Endpoint
		return e, rows.Scan(&e.ID, &e.URL, &e.Secret, &e.Story, &e.Followed, (*stamp)(&e.Created), &e.Disabled)
	})
}

// RemoveEndpoint takes a receiver out. What was sent to it stays in the log;
// what it is still owed expires.
func (s *Store) RemoveEndpoint(ctx context.Context, id int64) error {
	return s.transact(ctx, func(tx *txn) error {
		if err := found(tx.ExecContext(ctx, `UPDATE endpoint SET removed = 1, secret = '' WHERE id = ? AND NOT removed`, id)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE delivery SET state = 'expired', last_error = 'the endpoint was removed'
			WHERE endpoint_id = ? AND state = 'pending'`, id)
		return err
	})
}

// RotateSecret gives a receiver a new secret and switches it on again if it was
// switched off.
func (s *Store) RotateSecret(ctx context.Context, id int64, secret string) error {
	return s.transact(ctx, func(tx *txn) error {
		return found(tx.ExecContext(ctx, `UPDATE endpoint SET secret = ?, disabled = '' WHERE id = ? AND NOT removed`, secret, id))
	})
}

// Enable switches a receiver on again: it gets what it is owed.
func (s *Store) Enable(ctx context.Context, id int64) error {
	return s.transact(ctx, func(tx *txn) error {
		return found(tx.ExecContext(ctx, `UPDATE endpoint SET disabled = '' WHERE id = ? AND NOT removed`, id))
	})
}

// Ping owes a receiver a test delivery and returns its id.
func (s *Store) Ping(ctx context.Context, endpoint int64) (string, error) {
	id := deliveryID(rand.Text())
	err := s.transact(ctx, func(tx *txn) error {
		now := ms(time.Now())
		return found(tx.ExecContext(ctx, `INSERT INTO delivery (id, endpoint_id, event, created, due)
			SELECT ?, id, 'ping', ?, ? FROM endpoint WHERE id = ? AND NOT removed`, id, now, now, endpoint))
	})
	return id, err
}

// Replay owes a delivery again, under the id it had, with all its attempts
// before it.
func (s *Store) Replay(ctx context.Context, delivery string) error {
	return s.transact(ctx, func(tx *txn) error {
		return found(tx.ExecContext(ctx, `UPDATE delivery SET state = 'pending', due = ?, attempts = 0 WHERE id = ? AND state <> 'pending'`,
			ms(time.Now()), delivery))
	})
}

const deliveryColumns = `d.id, d.event, coalesce(d.story_id, ''), d.number, d.created, d.due, d.attempts, d.state, d.last_error,
	e.id, e.url, e.secret, coalesce(e.story_id, ''), e.followed, e.created, e.disabled`

func deliveryFields(d *news.Delivery) []any {
	return []any{&d.ID, &d.Event, &d.Story, &d.Revision, (*stamp)(&d.Created), (*stamp)(&d.Due), &d.Attempts, &d.State, &d.LastError,
		&d.Endpoint.ID, &d.Endpoint.URL, &d.Endpoint.Secret, &d.Endpoint.Story, &d.Endpoint.Followed, (*stamp)(&d.Endpoint.Created), &d.Endpoint.Disabled}
}

// DueDeliveries returns pending deliveries that are due, at most one for each
// receiver that is on: the oldest.
func (s *Store) DueDeliveries(ctx context.Context, now time.Time, limit int) ([]news.Delivery, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+deliveryColumns+`, coalesce(r.document, '')
		FROM delivery d JOIN endpoint e ON e.id = d.endpoint_id
		LEFT JOIN revision r ON r.story_id = d.story_id AND r.number = d.number
		WHERE d.id IN (SELECT id FROM (SELECT p.id, row_number() OVER (PARTITION BY p.endpoint_id ORDER BY p.created, p.story_id, p.number, p.id) place
			FROM delivery p JOIN endpoint o ON o.id = p.endpoint_id
			WHERE p.state = 'pending' AND (p.due <= ?1 OR p.due > ?2) AND o.disabled = '' AND NOT o.removed) WHERE place = 1)
		ORDER BY d.due, d.id LIMIT ?3`, ms(now), ms(now.Add(farthest)), limit)
	return collect(rows, err, func(rows *sql.Rows) (news.Delivery, error) {
		var d news.Delivery
		var document string
		if err := rows.Scan(append(deliveryFields(&d), &document)...); err != nil || document == "" {
			return d, err
		}
		d.Body = new(news.Revision)
		return d, json.Unmarshal([]byte(document), d.Body)
	})
}

// NextDelivery is when the next pending delivery is due; zero if there is none.
func (s *Store) NextDelivery(ctx context.Context) (time.Time, error) {
	var next sql.NullInt64
	err := s.read.QueryRowContext(ctx, `SELECT min(d.due) FROM delivery d JOIN endpoint e ON e.id = d.endpoint_id
		WHERE d.state = 'pending' AND e.disabled = '' AND NOT e.removed`).Scan(&next)
	return at(next.Int64), err
}

// BeginAttempt records that a delivery is about to be sent, before it is. If
// nothing more is heard of the attempt, the delivery is due again at retry. It
// returns news.ErrNotFound for a delivery that is not due: another process has
// it in hand, or it was settled.
func (s *Store) BeginAttempt(ctx context.Context, delivery string, started, retry time.Time) (int, error) {
	var number int
	err := s.transact(ctx, func(tx *txn) error {
		err := tx.QueryRowContext(ctx, `UPDATE delivery SET attempts = attempts + 1, due = ? WHERE id = ? AND state = 'pending' AND (due <= ? OR due > ?)
			RETURNING attempts`, ms(retry), delivery, ms(started), ms(started.Add(farthest))).Scan(&number)
		if err != nil {
			return noRows(err)
		}
		// A replayed delivery counts its attempts anew; the log keeps them all.
		_, err = tx.ExecContext(ctx, `INSERT INTO attempt (delivery_id, number, started)
			SELECT ?1, coalesce(max(number), 0) + 1, ?2 FROM attempt WHERE delivery_id = ?1`, delivery, ms(started))
		return err
	})
	return number, err
}

// FinishAttempt records the outcome of the last attempt begun.
func (s *Store) FinishAttempt(ctx context.Context, a news.Attempt) error {
	return s.transact(ctx, func(tx *txn) error {
		_, err := tx.ExecContext(ctx, `UPDATE attempt SET finished = ?, status = ?, error = ?, response = ?
			WHERE delivery_id = ?5 AND number = (SELECT max(number) FROM attempt WHERE delivery_id = ?5)`,
			ms(a.Finished), a.Status, a.Error, a.Response, a.Delivery)
		if err != nil {
			return err
		}
		err = found(tx.ExecContext(ctx, `UPDATE delivery SET state = ?1, due = CASE ?1 WHEN 'pending' THEN ?2 ELSE due END, last_error = ?3
			WHERE id = ?4 AND state = 'pending'`, string(a.State), ms(a.Due), a.Error, a.Delivery))
		if err != nil || a.Disable == "" {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE endpoint SET disabled = ?
			WHERE id = (SELECT endpoint_id FROM delivery WHERE id = ?)`, a.Disable, a.Delivery)
		return err
	})
}

// Deliveries returns the last deliveries, newest first, without their bodies:
// those of one receiver, or of all for endpoint 0.
func (s *Store) Deliveries(ctx context.Context, endpoint int64, limit int) ([]news.Delivery, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+deliveryColumns+` FROM delivery d JOIN endpoint e ON e.id = d.endpoint_id
		WHERE ?1 = 0 OR d.endpoint_id = ?1 ORDER BY d.created DESC, d.id LIMIT ?2`, endpoint, limit)
	return collect(rows, err, func(rows *sql.Rows) (news.Delivery, error) {
		var d news.Delivery
		return d, rows.Scan(deliveryFields(&d)...)
	})
}
