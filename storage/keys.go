package storage

import (
	"context"
	"database/sql"
	"time"

	"github.com/storywire/storywire/news"
)

// Password returns the hash of the admin password, "" if none was set.
func (s *Store) Password(ctx context.Context) (string, error) {
	var hash string
	err := s.read.QueryRowContext(ctx, `SELECT coalesce((SELECT value FROM meta WHERE key = 'password'), '')`).Scan(&hash)
	return hash, err
}

// SetPassword keeps the hash of a new admin password and ends every session.
func (s *Store) SetPassword(ctx context.Context, hash string) error {
	return s.transact(ctx, func(tx *txn) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM access_key WHERE scope = 'session'`); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES ('password', ?1) ON CONFLICT (key) DO UPDATE SET value = ?1`, hash)
		return err
	})
}

// AddKey keeps a key. It reports false if there is one of that name; a session
// needs none. Sessions that have ended are dropped.
func (s *Store) AddKey(ctx context.Context, k news.Key) (added bool, err error) {
	err = s.transact(ctx, func(tx *txn) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM access_key WHERE until BETWEEN 1 AND ?`, ms(k.Created)); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `INSERT INTO access_key (sum, name, scope, created, until) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING`, k.Sum, k.Name, k.Scope, ms(k.Created), ms(k.Until))
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		added = n > 0
		return err
	})
	return added, err
}

// FindKey returns the key whose secret has this hash, if it is still good at
// that time, or news.ErrNotFound.
func (s *Store) FindKey(ctx context.Context, sum []byte, now time.Time) (news.Key, error) {
	k := news.Key{Sum: sum}
	err := s.read.QueryRowContext(ctx, `SELECT name, scope, created, until FROM access_key
		WHERE sum = ? AND (until = 0 OR until > ?)`, sum, ms(now)).Scan(&k.Name, &k.Scope, (*stamp)(&k.Created), (*stamp)(&k.Until))
	return k, noRows(err)
}

// EndSession drops the key of a session.
func (s *Store) EndSession(ctx context.Context, sum []byte) error {
	return s.transact(ctx, func(tx *txn) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM access_key WHERE sum = ? AND scope = 'session'`, sum)
		return err
	})
}

// RemoveKey drops the key of that name, or returns news.ErrNotFound.
func (s *Store) RemoveKey(ctx context.Context, name string) error {
	return s.transact(ctx, func(tx *txn) error {
		return found(tx.ExecContext(ctx, `DELETE FROM access_key WHERE name = ? AND scope <> 'session'`, name))
	})
}

// Keys returns the keys that have a name, by name.
func (s *Store) Keys(ctx context.Context) ([]news.Key, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT sum, name, scope, created, until FROM access_key WHERE scope <> 'session' ORDER BY name`)
	return collect(rows, err, func(rows *sql.Rows) (k news.Key, err error) {
		return k, rows.Scan(&k.Sum, &k.Name, &k.Scope, (*stamp)(&k.Created), (*stamp)(&k.Until))
	})
}
