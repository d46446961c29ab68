package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// writer is the one connection that writes: SQLite has one writer. A statement
// is prepared when it is first used and kept, since preparing costs as much as
// a small statement itself.
type writer struct {
	db       *sql.DB
	conn     *sql.Conn
	turn     chan struct{} // of the transaction that runs
	prepared map[string]*sql.Stmt

	mu      sync.Mutex
	waiting []*job
}

func newWriter(ctx context.Context, path, parameters string) (*writer, error) {
	db, err := connect(path, parameters, 1)
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &writer{db: db, conn: conn, turn: make(chan struct{}, 1), prepared: map[string]*sql.Stmt{}}, nil
}

func (w *writer) close() error {
	var err error
	for _, statement := range w.prepared {
		err = errors.Join(err, statement.Close())
	}
	return errors.Join(err, w.conn.Close(), w.db.Close())
}

// alone runs do while nothing else uses the connection.
func (w *writer) alone(ctx context.Context, do func(*txn) error) error {
	select {
	case w.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-w.turn }()
	return do(&txn{w})
}

// transact runs do in one transaction.
func (w *writer) transact(ctx context.Context, do func(*txn) error) error {
	return w.alone(ctx, func(tx *txn) error { return tx.transact(ctx, do) })
}

// job is a transaction that may be run with others.
type job struct {
	ctx  context.Context
	do   func(*txn) error
	done chan error
}

const (
	// most is how many jobs are run together.
	most = 64
	// gathering is how long a job waits for others: a round of fetches that find
	// nothing new ends one each millisecond, faster than the disk takes each.
	gathering = 20 * time.Millisecond
)

// together runs do in a transaction, which it may share with others that wait
// meanwhile: the disk is then waited for once. Each is stored when it returns.
// If one fails, each is run in a transaction of its own, so do may be run twice
// and has to begin anew when it is.
func (w *writer) together(ctx context.Context, do func(*txn) error) error {
	mine := &job{ctx, do, make(chan error, 1)}
	w.mu.Lock()
	w.waiting = append(w.waiting, mine)
	w.mu.Unlock()
	select {
	case err := <-mine.done:
		return err
	case <-time.After(gathering):
	case <-ctx.Done():
	}
	for {
		select {
		case err := <-mine.done: // another has run it meanwhile
			return err
		case w.turn <- struct{}{}:
			(&txn{w}).all(w.take(most))
			<-w.turn
		case <-ctx.Done():
			if w.withdraw(mine) {
				return context.Cause(ctx)
			}
			return <-mine.done
		}
	}
}

// take takes the jobs that have waited longest.
func (w *writer) take(limit int) []*job {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := min(limit, len(w.waiting))
	taken := w.waiting[:n:n]
	w.waiting = w.waiting[n:]
	return taken
}

// withdraw reports whether the job still waited, and now no longer does.
func (w *writer) withdraw(j *job) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.Index(w.waiting, j)
	if i >= 0 {
		w.waiting = slices.Delete(w.waiting, i, i+1)
	}
	return i >= 0
}

// txn is an open transaction. Its context is looked at between statements, not
// during one: they are short, and watching one costs a goroutine.
type txn struct{ w *writer }

// transact takes the write lock at once: a transaction that reads first and
// writes later would fail at the first busy moment, whatever the timeout.
func (t *txn) transact(ctx context.Context, do func(*txn) error) error {
	if _, err := t.w.conn.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	done := false
	defer func() {
		if !done { // do failed, or panicked; SQLite may have rolled back by itself
			_, _ = t.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`)
		}
	}()
	if err := do(t); err != nil {
		return err
	}
	if _, err := t.ExecContext(ctx, `COMMIT`); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	done = true
	return nil
}

// all runs jobs in one transaction or, if one of them fails, each in its own.
func (t *txn) all(jobs []*job) {
	if len(jobs) > 1 {
		err := t.transact(context.WithoutCancel(jobs[0].ctx), func(tx *txn) error {
			for _, j := range jobs {
				if err := j.do(tx); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil {
			for _, j := range jobs {
				j.done <- nil
			}
			return
		}
	}
	for _, j := range jobs {
		j.done <- t.transact(j.ctx, j.do)
	}
}

func (t *txn) statement(ctx context.Context, query string) (*sql.Stmt, context.Context, error) {
	if ctx.Err() != nil {
		return nil, nil, context.Cause(ctx)
	}
	ctx = context.WithoutCancel(ctx)
	if statement, ok := t.w.prepared[query]; ok {
		return statement, ctx, nil
	}
	statement, err := t.w.conn.PrepareContext(ctx, query)
	if err == nil {
		t.w.prepared[query] = statement
	}
	return statement, ctx, err
}

// ExecContext runs one statement.
func (t *txn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	statement, ctx, err := t.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return statement.ExecContext(ctx, args...)
}

// QueryRowContext reads one row into places. It returns sql.ErrNoRows if there
// is none.
func (t *txn) QueryRowContext(ctx context.Context, query string, args ...any) row {
	statement, ctx, err := t.statement(ctx, query)
	if err != nil {
		return row{err: err}
	}
	return row{row: statement.QueryRowContext(ctx, args...)}
}

// QueryContext reads rows. They have to be closed before the same query is made
// again: collect does.
func (t *txn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	statement, ctx, err := t.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return statement.QueryContext(ctx, args...)
}

// row is a *sql.Row, or why there is none.
type row struct {
	row *sql.Row
	err error
}

// Scan reads the row into places.
func (r row) Scan(places ...any) error {
	if r.err != nil {
		return r.err
	}
	return r.row.Scan(places...)
}
