package storage

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"time"

	"github.com/storywire/storywire/news"
)

// recordHub keeps the hub a document offers, to be subscribed at, and forgets
// one that is offered no more: what it still pushes is not found. Articles that
// polling found first show that the hub does not bring all.
func recordHub(ctx context.Context, tx *txn, f news.Fetch, found int) error {
	if f.Err != "" || f.NotModified {
		return nil
	}
	if f.Hub == "" {
		_, err := tx.ExecContext(ctx, `DELETE FROM hub_subscription WHERE feed_id = ?`, f.Feed.ID)
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO hub_subscription (feed_id, hub, topic, token, secret, due) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (feed_id) DO UPDATE SET hub = excluded.hub, topic = excluded.topic, token = excluded.token, secret = excluded.secret,
			due = excluded.due, state = 'asked', until = 0, attempts = 0, last_error = ''
		WHERE hub <> excluded.hub OR topic <> excluded.topic`,
		f.Feed.ID, f.Hub, f.Topic, rand.Text(), rand.Text(), ms(f.At))
	if err != nil || found == 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE hub_subscription SET missed = ? WHERE feed_id = ?`, ms(f.At), f.Feed.ID)
	return err
}

const hubColumns = `h.hub, h.topic, h.token, h.secret, h.state, h.until, h.due, h.attempts, h.last_error, h.feed_id`

// hubSubscriptions reads subscriptions with their feeds.
func (s *Store) hubSubscriptions(ctx context.Context, rows *sql.Rows, err error) ([]news.HubSubscription, error) {
	all, err := collect(rows, err, func(rows *sql.Rows) (news.HubSubscription, error) {
		var h news.HubSubscription
		return h, rows.Scan(&h.Hub, &h.Topic, &h.Token, &h.Secret, &h.State, (*stamp)(&h.Until), (*stamp)(&h.Due),
			&h.Attempts, &h.LastError, &h.Feed.ID)
	})
	for i := range all {
		if err != nil {
			break
		}
		var feeds []news.Feed
		rows, found := s.read.QueryContext(ctx, `SELECT `+feedColumns+`, `+feedExtras+` FROM feed f WHERE f.id = ?`, all[i].Feed.ID)
		if feeds, err = collect(rows, found, scanFeed); err == nil && len(feeds) == 1 {
			all[i].Feed = feeds[0]
		}
	}
	return all, err
}

// DueHubs returns the subscriptions of polled feeds that a hub is to be asked
// for, for the first time or before their lease ends.
func (s *Store) DueHubs(ctx context.Context, now time.Time, limit int) ([]news.HubSubscription, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+hubColumns+` FROM hub_subscription h JOIN feed f ON f.id = h.feed_id
		WHERE f.state = 'active' AND (h.due <= ?1 OR h.due > ?2) ORDER BY h.due, h.feed_id LIMIT ?3`,
		ms(now), ms(now.Add(farthest)), limit)
	return s.hubSubscriptions(ctx, rows, err)
}

// NextHub is when a hub is to be asked next; zero for never.
func (s *Store) NextHub(ctx context.Context) (time.Time, error) {
	var next sql.NullInt64
	err := s.read.QueryRowContext(ctx, `SELECT min(h.due) FROM hub_subscription h JOIN feed f ON f.id = h.feed_id
		WHERE f.state = 'active'`).Scan(&next)
	return at(next.Int64), err
}

// BeginHub records that a hub is about to be asked, again at retry if it does
// not confirm. It returns news.ErrNotFound for what is no longer due.
func (s *Store) BeginHub(ctx context.Context, h news.HubSubscription, retry time.Time) error {
	return s.transact(ctx, func(tx *txn) error {
		return found(tx.ExecContext(ctx, `UPDATE hub_subscription SET attempts = attempts + 1, due = ? WHERE token = ? AND due = ?`,
			ms(retry), h.Token, ms(h.Due)))
	})
}

// FailHub records why a hub did not take a request. A subscription that it has
// confirmed meanwhile stays as it is.
func (s *Store) FailHub(ctx context.Context, h news.HubSubscription, why string) error {
	return s.transact(ctx, func(tx *txn) error {
		_, err := tx.ExecContext(ctx, `UPDATE hub_subscription SET last_error = ? WHERE token = ? AND attempts > 0`, why, h.Token)
		return err
	})
}

// FindHub returns the subscription with this token, or news.ErrNotFound.
func (s *Store) FindHub(ctx context.Context, token string) (news.HubSubscription, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+hubColumns+` FROM hub_subscription h WHERE h.token = ?`, token)
	return only(s.hubSubscriptions(ctx, rows, err))
}

// ConfirmHub records a lease until a time, to be renewed at renew.
func (s *Store) ConfirmHub(ctx context.Context, token string, until, renew time.Time) error {
	return s.transact(ctx, func(tx *txn) error {
		return found(tx.ExecContext(ctx, `UPDATE hub_subscription SET state = 'active', until = ?, due = ?, attempts = 0, last_error = ''
			WHERE token = ?`, ms(until), ms(renew), token))
	})
}

// DenyHub records that a hub refuses us, and when to ask again.
func (s *Store) DenyHub(ctx context.Context, token, reason string, retry time.Time) error {
	return s.transact(ctx, func(tx *txn) error {
		return found(tx.ExecContext(ctx, `UPDATE hub_subscription SET state = 'denied', until = 0, due = ?, last_error = ? WHERE token = ?`,
			ms(retry), reason, token))
	})
}

// RecordPush stores the articles of a document that a hub brought, as
// RecordFetch stores those of a polled one. What is known of polling stays.
func (s *Store) RecordPush(ctx context.Context, token string, f news.Fetch) (news.FetchCount, error) {
	var count news.FetchCount
	err := s.transact(ctx, func(tx *txn) error {
		count = news.FetchCount{}
		if err := recordEntries(ctx, tx, f, !f.Feed.Imported, &count); err != nil {
			return err
		}
		return found(tx.ExecContext(ctx, `UPDATE hub_subscription SET pushed = ? WHERE token = ?`, ms(f.At), token))
	})
	if err != nil {
		return news.FetchCount{}, fmt.Errorf("record what was pushed for %s: %w", f.Feed.URL, err)
	}
	return count, nil
}
