package storage

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/storywire/storywire/news"
)

// answersKept is how long the answers of language models are kept.
const answersKept = 30 * 24 * time.Hour

// ModelAnswer is what a language model answered to the same question before, ""
// if it was not asked.
func (s *Store) ModelAnswer(ctx context.Context, sum []byte) (string, error) {
	var answer string
	err := s.read.QueryRowContext(ctx, `SELECT answer FROM model_call WHERE sum = ? AND answer <> '' LIMIT 1`, sum).Scan(&answer)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return answer, err
}

// BeginModelCall records a question before it is asked, at its highest price, so
// that budgets hold whatever comes of it. It records nothing and names the
// budget if one would be exceeded. A clock that was set back frees nothing.
func (s *Store) BeginModelCall(ctx context.Context, call news.ModelCall) (id int64, exceeded string, err error) {
	now := call.At
	err = s.transact(ctx, func(tx *txn) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM model_call WHERE asked < ?`, ms(now.Add(-answersKept))); err != nil {
			return err
		}
		var minute, day, story int
		err := tx.QueryRowContext(ctx, `SELECT coalesce(sum(tokens) FILTER (WHERE asked > ?2), 0), coalesce(sum(tokens), 0),
			coalesce(sum(tokens) FILTER (WHERE story_id = ?3), 0) FROM model_call WHERE asked > ?1`,
			ms(now.Add(-24*time.Hour)), ms(now.Add(-time.Minute)), call.Story).Scan(&minute, &day, &story)
		if err != nil {
			return err
		}
		b := call.Budget
		switch {
		case b.Day > 0 && day+call.Tokens > b.Day:
			exceeded = "today"
		case b.Story > 0 && story+call.Tokens > b.Story:
			exceeded = "for this story today"
		case b.Minute > 0 && minute+call.Tokens > b.Minute:
			exceeded = "this minute"
		default:
			return tx.QueryRowContext(ctx, `INSERT INTO model_call (sum, story_id, asked, tokens) VALUES (?, ?, ?, ?) RETURNING id`,
				call.Sum, call.Story, ms(now), call.Tokens).Scan(&id)
		}
		return nil
	})
	return id, exceeded, err
}

// EndModelCall records what a question cost, and the answer, "" for none.
func (s *Store) EndModelCall(ctx context.Context, id int64, tokens int, answer string) error {
	return s.transact(ctx, func(tx *txn) error {
		return found(tx.ExecContext(ctx, `UPDATE model_call SET tokens = ?, answer = ? WHERE id = ?`, tokens, answer, id))
	})
}
