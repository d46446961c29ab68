package storage

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// AddEndpoint stores a webhook receiver and returns it with its id.
func (s *Store) AddEndpoint(ctx context.Context, e news.Endpoint) (news.Endpoint, error) {
	err := s.transact(ctx, func(tx *txn) error {
		e.Created = time.Now().UTC()
		w := e.Wants
		err := tx.QueryRowContext(ctx, `INSERT INTO endpoint
			(format, url, target, secret, events, categories, followed, min_articles, min_interval, digest, created)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`, string(e.Format), e.URL, e.Target, e.Secret,
			strings.Join(w.Events, " "), strings.Join(w.Categories, " "), w.Followed, w.MinArticles, w.MinInterval.Milliseconds(), w.Digest,
			ms(e.Created)).Scan(&e.ID)
		if err != nil {
			return err
		}
		for _, story := range w.Stories {
			// Of a merged story it hears under the name it has now.
			err := found(tx.ExecContext(ctx, `INSERT INTO endpoint_story (endpoint_id, story_id) SELECT ?, coalesce(merged_into, id) FROM story WHERE id = ? AND merged_into IS NOT id
				ON CONFLICT DO UPDATE SET story_id = story_id`, e.ID, story))
			if err != nil {
				return fmt.Errorf("story %s: %w", story, err)
			}
		}
		return nil
	})
	return e, err
}

const endpointColumns = `e.id, e.format, e.url, e.target, e.secret, e.former, e.former_until, e.events, e.categories, e.followed,
	e.min_articles, e.min_interval, e.digest, e.created, e.disabled, e.failures, e.failing, e.rest,
	(SELECT coalesce(group_concat(story_id, ' '), '') FROM endpoint_story w WHERE w.endpoint_id = e.id)`

func endpointFields(e *news.Endpoint) []any {
	return []any{&e.ID, &e.Format, &e.URL, &e.Target, &e.Secret, &e.Former, (*stamp)(&e.FormerUntil),
		(*words)(&e.Wants.Events), (*words)(&e.Wants.Categories), &e.Wants.Followed,
		&e.Wants.MinArticles, (*length)(&e.Wants.MinInterval), &e.Wants.Digest, (*stamp)(&e.Created), &e.Disabled, &e.Failures,
		(*stamp)(&e.Failing), (*stamp)(&e.Rest), (*words)(&e.Wants.Stories)}
}

// length scans a stored length of time.
type length time.Duration

func (l *length) Scan(value any) error {
	var n sql.NullInt64
	err := n.Scan(value)
	*l = length(time.Duration(n.Int64) * time.Millisecond)
	return err
}

// Endpoints returns all receivers but the removed ones, in the order they were
// added.
func (s *Store) Endpoints(ctx context.Context) ([]news.Endpoint, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+endpointColumns+` FROM endpoint e WHERE NOT e.removed ORDER BY e.id`)
	return collect(rows, err, func(rows *sql.Rows) (e news.Endpoint, err error) { return e, rows.Scan(endpointFields(&e)...) })
}

// Endpoint returns a receiver, or news.ErrNotFound.
func (s *Store) Endpoint(ctx context.Context, id int64) (news.Endpoint, error) {
	var e news.Endpoint
	err := s.read.QueryRowContext(ctx, `SELECT `+endpointColumns+` FROM endpoint e WHERE e.id = ? AND NOT e.removed`, id).Scan(endpointFields(&e)...)
	return e, noRows(err)
}

// RemoveEndpoint takes a receiver out. What was sent to it stays in the log;
// what it is still owed expires.
func (s *Store) RemoveEndpoint(ctx context.Context, id int64) error {
	return s.transact(ctx, func(tx *txn) error {
		if err := found(tx.ExecContext(ctx, `UPDATE endpoint SET removed = 1, secret = '', former = '' WHERE id = ? AND NOT removed`, id)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE delivery SET state = 'expired', last_error = 'the endpoint was removed'
			WHERE endpoint_id = ? AND state = 'pending'`, id)
		return err
	})
}

// RotateSecret gives a receiver a new secret. The one it had signs too until
// then.
func (s *Store) RotateSecret(ctx context.Context, id int64, secret string, until time.Time) error {
	return s.transact(ctx, func(tx *txn) error {
		return found(tx.ExecContext(ctx, `UPDATE endpoint SET former = secret, former_until = ?, secret = ? WHERE id = ? AND NOT removed`,
			ms(until), secret, id))
	})
}

// Enable switches a receiver on again: it gets what it is owed, at once and
// with all attempts before it.
func (s *Store) Enable(ctx context.Context, id int64) error {
	return s.transact(ctx, func(tx *txn) error {
		err := found(tx.ExecContext(ctx, `UPDATE endpoint SET disabled = '', failures = 0, failing = 0, rest = 0, slow = 0
			WHERE id = ? AND NOT removed`, id))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE delivery SET due = min(due, ?), failures = 0 WHERE endpoint_id = ? AND state = 'pending' AND attempts > 0`,
			ms(time.Now()), id)
		return err
	})
}

// Disable switches a receiver off and says why. What it is owed waits.
func (s *Store) Disable(ctx context.Context, id int64, why string) error {
	return s.transact(ctx, func(tx *txn) error {
		return found(tx.ExecContext(ctx, `UPDATE endpoint SET disabled = ? WHERE id = ? AND NOT removed`, why, id))
	})
}

// BeginPing owes a receiver a test delivery and begins the first attempt at
// it, beside the others and also if the receiver is off.
func (s *Store) BeginPing(ctx context.Context, endpoint int64, now, retry time.Time) (news.Delivery, error) {
	var d news.Delivery
	err := s.transact(ctx, func(tx *txn) (err error) {
		id := s.deliveryID(endpoint, rand.Text())
		err = found(tx.ExecContext(ctx, `INSERT INTO delivery (id, endpoint_id, event, created, due)
			SELECT ?1, id, 'ping', ?2, ?2 FROM endpoint WHERE id = ?3 AND NOT removed`, id, ms(now), endpoint))
		if err != nil {
			return err
		}
		d, err = telling{}.begin(ctx, tx, id, now, retry)
		return err
	})
	return d, err
}

// Replay owes a settled delivery again, under the id it had, with all its
// attempts before it.
func (s *Store) Replay(ctx context.Context, delivery string) error {
	return s.transact(ctx, func(tx *txn) error {
		return found(tx.ExecContext(ctx, replay+` AND id = ?2`, ms(time.Now()), delivery))
	})
}

const replay = `UPDATE delivery SET state = 'pending', due = ?1, failures = 0, last_error = '' WHERE state IN ('delivered', 'expired')
	AND endpoint_id IN (SELECT id FROM endpoint WHERE NOT removed)`

// ReplaySince owes again what was settled of the deliveries made since a time:
// of one endpoint or, with 0, of all; only expired ones if asked. It returns
// how many. Pings are not repeated.
func (s *Store) ReplaySince(ctx context.Context, since time.Time, endpoint int64, expired bool) (int, error) {
	var n int64
	err := s.transact(ctx, func(tx *txn) error {
		result, err := tx.ExecContext(ctx, replay+` AND event <> 'ping' AND created >= ?2 AND (?3 = 0 OR endpoint_id = ?3) AND (NOT ?4 OR state = 'expired')`,
			ms(time.Now()), ms(since), endpoint, expired)
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	return int(n), err
}

// DueEndpoints returns the receivers that are on, may be tried again, and are
// owed something that is due; quick ones first, then the longest due.
func (s *Store) DueEndpoints(ctx context.Context, now time.Time) ([]news.DueEndpoint, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT id, slow FROM (SELECT e.id, e.slow,
			(SELECT due FROM delivery d WHERE d.endpoint_id = e.id AND d.state = 'pending' ORDER BY due LIMIT 1) first,
			(SELECT due FROM delivery d WHERE d.endpoint_id = e.id AND d.state = 'pending' ORDER BY due DESC LIMIT 1) last
			FROM endpoint e WHERE e.disabled = '' AND NOT e.removed AND (e.rest <= ?1 OR e.rest > ?2))
		WHERE first <= ?1 OR last > ?2 ORDER BY slow, first, id`, ms(now), ms(now.Add(farthest)))
	return collect(rows, err, func(rows *sql.Rows) (e news.DueEndpoint, err error) { return e, rows.Scan(&e.ID, &e.Slow) })
}

// NextDelivery is when the next pending delivery is due; zero if there is none.
func (s *Store) NextDelivery(ctx context.Context) (time.Time, error) {
	var next sql.NullInt64
	err := s.read.QueryRowContext(ctx, `SELECT min(max(e.rest, (SELECT due FROM delivery d
			WHERE d.endpoint_id = e.id AND d.state = 'pending' ORDER BY due LIMIT 1)))
		FROM endpoint e WHERE e.disabled = '' AND NOT e.removed`).Scan(&next)
	return at(next.Int64), err
}

// Exchange records the outcomes of attempts and begins the next ones, in one
// transaction: many deliveries cost one write. It returns the deliveries
// begun, each with what it tells: for each endpoint named that is on the one
// longest due, if any. If nothing more is heard of an attempt, its delivery is
// due again at t.Retry.
func (s *Store) Exchange(ctx context.Context, t news.Turn) ([]news.Delivery, error) {
	var begun []news.Delivery
	told := telling{}
	err := s.transact(ctx, func(tx *txn) error {
		begun = nil
		for _, a := range t.Done {
			if err := finish(ctx, tx, a); err != nil {
				return fmt.Errorf("record outcome of delivery %s: %w", a.Delivery, err)
			}
		}
		for _, endpoint := range t.Begin {
			var id string
			err := tx.QueryRowContext(ctx, `SELECT d.id FROM delivery d JOIN endpoint e ON e.id = d.endpoint_id
				WHERE d.endpoint_id = ?1 AND d.state = 'pending' AND (d.due <= ?2 OR d.due > ?3)
				AND e.disabled = '' AND NOT e.removed AND (e.rest <= ?2 OR e.rest > ?3)
				ORDER BY d.due, d.story_id, d.number, d.id LIMIT 1`, endpoint, ms(t.Now), ms(t.Now.Add(farthest))).Scan(&id)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
			d, err := told.begin(ctx, tx, id, t.Now, t.Retry)
			if err != nil {
				return fmt.Errorf("record attempt at delivery %s: %w", id, err)
			}
			begun = append(begun, d)
		}
		return nil
	})
	return begun, err
}

// telling holds the revisions that deliveries begun together tell, by their
// place: many endpoints are told the same.
type telling map[string]*news.Revision

// begin records that an attempt at a delivery starts.
func (r telling) begin(ctx context.Context, tx *txn, id string, now, retry time.Time) (news.Delivery, error) {
	var d news.Delivery
	if _, err := tx.ExecContext(ctx, `UPDATE delivery SET attempts = attempts + 1, due = ? WHERE id = ?`, ms(retry), id); err != nil {
		return d, err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO attempt (delivery_id, number, started) SELECT id, attempts, ? FROM delivery WHERE id = ?`, ms(now), id); err != nil {
		return d, err
	}
	var data string
	err := tx.QueryRowContext(ctx, `SELECT `+deliveryColumns+`, d.data FROM delivery d JOIN endpoint e ON e.id = d.endpoint_id WHERE d.id = ?`,
		id).Scan(append(deliveryFields(&d), &data)...)
	switch {
	case err != nil:
		return d, err
	case d.Revision != 0:
		d.Body, err = r.revision(ctx, tx, d.Story, d.Revision)
	case d.Event == news.Digest:
		rows, err := tx.QueryContext(ctx, `SELECT r.document FROM json_each(?) j JOIN revision r ON r.story_id = j.key AND r.number = j.value
			ORDER BY r.created, r.story_id`, data)
		d.Digest, err = collect(rows, err, func(rows *sql.Rows) (r news.Revision, err error) {
			var document string
			if err := rows.Scan(&document); err != nil {
				return r, err
			}
			return r, json.Unmarshal([]byte(document), &r)
		})
		return d, err
	case data != "":
		d.Happening = new(news.Happening)
		err = json.Unmarshal([]byte(data), d.Happening)
	}
	return d, err
}

func (r telling) revision(ctx context.Context, tx *txn, story string, number int) (*news.Revision, error) {
	place := fmt.Sprint(story, " ", number)
	if known := r[place]; known != nil {
		return known, nil
	}
	var document string
	if err := tx.QueryRowContext(ctx, `SELECT document FROM revision WHERE story_id = ? AND number = ?`, story, number).Scan(&document); err != nil {
		return nil, err
	}
	r[place] = new(news.Revision)
	return r[place], json.Unmarshal([]byte(document), r[place])
}

// finish records the outcome of an attempt. That something arrived counts
// whatever happened meanwhile; a failure counts only if no other attempt was
// begun and the delivery is still wanted.
func finish(ctx context.Context, tx *txn, a news.Attempt) error {
	_, err := tx.ExecContext(ctx, `UPDATE attempt SET finished = ?, status = ?, error = ?, response = ? WHERE delivery_id = ? AND number = ?`,
		ms(a.Finished), a.Status, a.Error, a.Response, a.Delivery, a.Number)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE delivery SET state = ?1, due = CASE ?1 WHEN 'pending' THEN ?2 ELSE due END, last_error = ?3, failures = failures + ?4
		WHERE id = ?5 AND (?1 = 'delivered' OR state = 'pending' AND attempts = ?6)`,
		string(a.State), ms(a.Due), a.Error, a.Failed, a.Delivery, a.Number)
	if err != nil {
		return err
	}
	switch {
	case a.Failed:
		_, err = tx.ExecContext(ctx, `UPDATE endpoint SET failures = failures + 1, failing = CASE failing WHEN 0 THEN ?1 ELSE failing END,
			rest = ?2, slow = 1, disabled = CASE disabled WHEN '' THEN ?3 ELSE disabled END WHERE id = ?4`,
			ms(a.Started), ms(a.Rest), a.Disable, a.Endpoint)
	case a.State == news.Delivered:
		_, err = tx.ExecContext(ctx, `UPDATE endpoint SET failures = 0, failing = 0, rest = 0, slow = ?1 WHERE id = ?2 AND (failures > 0 OR slow <> ?1)`,
			a.Slow, a.Endpoint)
	}
	return err
}

const deliveryColumns = `d.id, d.event, coalesce(d.story_id, ''), d.number, d.created, d.due, d.attempts, d.failures, d.state, d.last_error, ` + endpointColumns

func deliveryFields(d *news.Delivery) []any {
	return append([]any{&d.ID, &d.Event, &d.Story, &d.Revision, (*stamp)(&d.Created), (*stamp)(&d.Due), &d.Attempts, &d.Failures, &d.State, &d.LastError},
		endpointFields(&d.Endpoint)...)
}

// Deliveries returns the last deliveries, newest first, without what they tell:
// those of one receiver, or of all for endpoint 0.
func (s *Store) Deliveries(ctx context.Context, endpoint int64, limit int) ([]news.Delivery, error) {
	query := `SELECT ` + deliveryColumns + ` FROM delivery d JOIN endpoint e ON e.id = d.endpoint_id ORDER BY d.created DESC, d.id LIMIT ?2`
	if endpoint != 0 {
		query = `SELECT ` + deliveryColumns + ` FROM delivery d JOIN endpoint e ON e.id = d.endpoint_id
			WHERE d.endpoint_id = ?1 ORDER BY d.created DESC, d.id LIMIT ?2`
	}
	rows, err := s.read.QueryContext(ctx, query, endpoint, limit)
	return collect(rows, err, func(rows *sql.Rows) (d news.Delivery, err error) { return d, rows.Scan(deliveryFields(&d)...) })
}

// Delivery returns one delivery without what it tells, and all attempts at it,
// oldest first. It returns news.ErrNotFound for an unknown id.
func (s *Store) Delivery(ctx context.Context, id string) (news.Delivery, []news.Attempt, error) {
	var d news.Delivery
	err := s.read.QueryRowContext(ctx, `SELECT `+deliveryColumns+` FROM delivery d JOIN endpoint e ON e.id = d.endpoint_id WHERE d.id = ?`, id).Scan(deliveryFields(&d)...)
	if err != nil {
		return d, nil, noRows(err)
	}
	rows, err := s.read.QueryContext(ctx, `SELECT number, started, finished, status, error, response FROM attempt WHERE delivery_id = ? ORDER BY number`, id)
	attempts, err := collect(rows, err, func(rows *sql.Rows) (news.Attempt, error) {
		a := news.Attempt{Delivery: id, Endpoint: d.Endpoint.ID}
		return a, rows.Scan(&a.Number, (*stamp)(&a.Started), (*stamp)(&a.Finished), &a.Status, &a.Error, &a.Response)
	})
	return d, attempts, err
}
