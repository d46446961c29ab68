package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// Counts says how much is stored.
type Counts struct {
	Feeds     int `json:"feeds"`   // polled
	Failing   int `json:"failing"` // whose last fetch failed
	Articles  int `json:"articles"`
	Untracked int `json:"untracked"` // articles without a story yet
	Stories   int `json:"stories"`   // a reader can see
	Followed  int `json:"followed"`
	Due       int `json:"due"` // stories that wait for a revision
	Revisions int `json:"revisions"`
	Pending   int `json:"pending"`  // deliveries
	Expired   int `json:"expired"`  // deliveries
	Disabled  int `json:"disabled"` // endpoints

	Pages       int `json:"pages"`        // of articles, still to be read
	Unread      int `json:"pages_failed"` // that could not be
	Subscribers int `json:"subscribers"`  // at our hub

	// Of the language model, in the last 24 hours.
	Calls   int `json:"model_calls"`
	Answers int `json:"model_answers"`
	Tokens  int `json:"model_tokens"` // at most
}

// Counts counts.
func (s *Store) Counts(ctx context.Context) (Counts, error) {
	var c Counts
	err := s.read.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM feed WHERE state = 'active'),
		(SELECT count(*) FROM feed WHERE state = 'active' AND failures > 0),
		(SELECT count(*) FROM article),
		(SELECT count(*) FROM home WHERE story_id IS NULL),
		(SELECT count(*) FROM story WHERE merged_into IS NULL AND (followed = 1 OR discovered = 1)),
		(SELECT count(*) FROM story WHERE merged_into IS NULL AND followed = 1),
		(SELECT count(*) FROM story WHERE due IS NOT NULL),
		(SELECT count(*) FROM revision),
		(SELECT count(*) FROM delivery WHERE state = 'pending'),
		(SELECT count(*) FROM delivery WHERE state = 'expired'),
		(SELECT count(*) FROM endpoint WHERE NOT removed AND disabled <> ''),
		(SELECT count(*) FROM page WHERE state = 'due'),
		(SELECT count(*) FROM page WHERE state = 'failed'),
		(SELECT count(*) FROM subscriber), m.calls, m.answers, m.tokens
		FROM (SELECT count(*) AS calls, count(*) FILTER (WHERE answer <> '') AS answers, coalesce(sum(tokens), 0) AS tokens
			FROM model_call WHERE asked > ?) m`, ms(time.Now().Add(-24*time.Hour))).Scan(
		&c.Feeds, &c.Failing, &c.Articles, &c.Untracked, &c.Stories, &c.Followed, &c.Due, &c.Revisions, &c.Pending, &c.Expired, &c.Disabled,
		&c.Pages, &c.Unread, &c.Subscribers, &c.Calls, &c.Answers, &c.Tokens)
	return c, err
}

// Backup writes a consistent copy of the database to a new file, while the
// daemon runs. It refuses to overwrite one.
func (s *Store) Backup(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("back up to %s: the file is there already: name a new one", path)
	}
	// Written under another name first: what bears the name is whole.
	draft := path + ".part"
	if err := os.Remove(draft); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := os.OpenFile(draft, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	if err := file.Close(); err != nil {
		return err
	}
	err = s.write.alone(ctx, func(*txn) error {
		_, err := s.write.conn.ExecContext(ctx, `VACUUM INTO ?`, draft)
		return err
	})
	if err != nil {
		return errors.Join(fmt.Errorf("back up to %s: %w", path, err), os.Remove(draft))
	}
	return os.Rename(draft, path)
}

// Check looks for damage in the file and returns what it found; nothing if the
// file is sound.
func (s *Store) Check(ctx context.Context) ([]string, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'
		UNION ALL SELECT 'a row of ' || "table" || ' points to nothing in ' || parent FROM pragma_foreign_key_check`)
	return collect(rows, err, scanText)
}
