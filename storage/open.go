// Package storage keeps everything storywire knows in one SQLite file. A method
// is one transaction and is named for its use; each step finds here what is due
// and records its outcome. Only this package knows SQL.
package storage

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/storywire/storywire/news"
)

//go:embed schema/*.sql
var schema embed.FS

// Options say how to open a database and when its stories are due.
type Options struct {
	Path string // of the file; made with its folder if absent
	// Settle is how long a story waits for more articles before a revision is
	// written, MinInterval the least time between two revisions of a story.
	Settle, MinInterval time.Duration
	// QuietAfter and EndedAfter are the silences after which a story is called
	// quiet and ended. Zero: never.
	QuietAfter, EndedAfter time.Duration
}

// Store is an open database. It is safe for concurrent use, also by several
// processes.
type Store struct {
	opt      Options
	write    *writer
	read     *sql.DB
	instance string
	since    string
}

// Open opens the database and brings its schema up to date. It refuses a file
// that a newer storywire, or another program, has written.
func Open(ctx context.Context, opt Options) (*Store, error) {
	s := &Store{opt: opt}
	if err := s.start(ctx); err != nil {
		return nil, fmt.Errorf("open %s: %w%s", opt.Path, err, mend(err))
	}
	return s, nil
}

// mend says what a person can do about an error of SQLite, "" if that is not
// known.
func mend(err error) string {
	var refused *sqlite.Error
	if !errors.As(err, &refused) {
		return ""
	}
	switch refused.Code() & 0xff {
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
		return ": it takes the right to read and write the file, and to write in its folder"
	case sqlite3.SQLITE_NOTADB:
		return ": name another file as database"
	case sqlite3.SQLITE_CORRUPT:
		return `: restore a copy made by "storywire backup"`
	}
	return ""
}

func (s *Store) start(ctx context.Context) error {
	path := s.opt.Path
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("make its folder: %w", err)
	}
	// It holds the secrets of endpoints: only its owner may read it. SQLite gives
	// the files beside it the same rights.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		err = file.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make it: %w", err)
	}
	// The pragmas stand in the address because they are the connection's. The
	// log's mode is set by its own key, which comes after the pragmas. The writer
	// has room for most pages that a batch of tracked articles lies on: less has
	// it read and write pages again and again, more saves little.
	common := "_pragma=busy_timeout(15000)&_pragma=foreign_keys(1)&_pragma=synchronous(FULL)"
	if s.write, err = newWriter(ctx, path, fmt.Sprintf("_pragma=page_size(%d)&_journal_mode=WAL&_pragma=cache_size(1000)&%s", pageSize, common)); err != nil {
		return err
	}
	if err := s.migrate(ctx); err != nil {
		return errors.Join(err, s.Close())
	}
	if s.read, err = connect(path, "_pragma=query_only(1)&_pragma=cache_size(125)&"+common, 4); err != nil {
		return errors.Join(err, s.Close())
	}
	return nil
}

func connect(path, parameters string, connections int) (*sql.DB, error) {
	address := url.URL{Scheme: "file", Path: path, RawQuery: parameters}
	setPagesAside()
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// Close closes the database.
func (s *Store) Close() error {
	var err error
	if s.read != nil {
		err = s.read.Close()
	}
	return errors.Join(err, s.write.close())
}

// Instance is a random name given to the database when it was made. It keeps
// the permanent ids of two installations apart.
func (s *Store) Instance() string { return s.instance }

// Since is the day the database was made, as 2006-01-02. Permanent ids are made
// of it.
func (s *Store) Since() string { return s.since }

// current reports whether the schema is the newest, and reads what the database
// is called. It writes nothing, so that a full disk can still be looked at.
func (s *Store) current(ctx context.Context, newest int, sum string) (bool, error) {
	var version int
	if err := s.write.conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return false, err
	}
	if version > newest {
		return false, fmt.Errorf("the database is of a newer storywire (schema %d, this one knows %d): install that version or restore a backup", version, newest)
	}
	if version < newest {
		return false, nil
	}
	var made string
	err := s.write.conn.QueryRowContext(ctx, `SELECT (SELECT value FROM meta WHERE key = 'instance'), (SELECT value FROM meta WHERE key = 'since'),
		coalesce((SELECT value FROM meta WHERE key = 'schema'), '')`).Scan(&s.instance, &s.since, &made)
	if err == nil && made != sum {
		err = errors.New("the database was made by a storywire between two releases, with other tables: move it away and start with a new one; " +
			"feeds listed in the OPML file come back by themselves")
	}
	return true, err
}

// migrate runs the schema files the database has not seen, in one transaction,
// and counts them in user_version.
func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return err
	}
	sum, err := checksum(files)
	if err != nil {
		return err
	}
	if done, err := s.current(ctx, len(files), sum); done || err != nil {
		return err
	}
	err = s.transact(ctx, func(tx *txn) error {
		var version, tables int // another process may have been faster
		if err := tx.QueryRowContext(ctx, "SELECT user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_user_version").Scan(&version, &tables); err != nil {
			return err
		}
		if version == 0 && tables > 0 {
			return errors.New("the database is of another program: name another file as database")
		}
		for _, file := range files[min(version, len(files)):] {
			statements, err := schema.ReadFile(file)
			if err != nil {
				return err
			}
			if _, err := s.write.conn.ExecContext(ctx, string(statements)); err != nil {
				return fmt.Errorf("schema %s: %w", file, err)
			}
		}
		if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(files))); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES ('instance', lower(?)), ('since', date()), ('changes', '0'), ('edition', '0')
			ON CONFLICT DO NOTHING`, rand.Text()[:12])
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES ('schema', ?) ON CONFLICT DO UPDATE SET value = excluded.value`, sum)
		return err
	})
	if err != nil {
		return err
	}
	_, err = s.current(ctx, len(files), sum)
	return err
}

// checksum tells schema files from those of another build that are as many.
func checksum(files []string) (string, error) {
	h := sha256.New()
	for _, file := range files {
		statements, err := schema.ReadFile(file)
		if err != nil {
			return "", err
		}
		_, _ = h.Write(statements)
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

// transact runs do in one write transaction.
func (s *Store) transact(ctx context.Context, do func(*txn) error) error {
	return s.write.transact(ctx, do)
}

// ms is a time as it is stored.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// at is a stored time.
func at(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// asJSON is a value as it is stored, or given to a statement as a list.
func asJSON(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// only returns what a query for one found, or news.ErrNotFound.
func only[T any](all []T, err error) (T, error) {
	if err == nil && len(all) == 0 {
		err = news.ErrNotFound
	}
	if err != nil {
		return *new(T), err
	}
	return all[0], nil
}

// collect reads all rows of a query through scan.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
