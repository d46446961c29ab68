package storage

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestTogether lets many transactions wait at once, of which some fail half-way
// and some are given up: each has its own outcome, whoever it was run with.
func TestTogether(t *testing.T) {
	store, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "s.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	failure := errors.New("no good")
	given, giveUp := context.WithCancel(t.Context())
	giveUp()
	held, let := make(chan struct{}), make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() { // all others queue up behind this one
		err := store.write.alone(t.Context(), func(*txn) error { close(held); <-let; return nil })
		if err != nil {
			t.Error(err)
		}
	})
	<-held
	for i := range 200 {
		ctx := t.Context()
		if i%10 == 3 {
			ctx = given
		}
		wait.Go(func() {
			err := store.write.together(ctx, func(tx *txn) error {
				if _, err := tx.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES (?, '')`, fmt.Sprint("job ", i)); err != nil {
					return err
				}
				if i%50 == 7 {
					return failure
				}
				return nil
			})
			want := error(nil)
			switch {
			case i%10 == 3:
				want = context.Canceled
			case i%50 == 7:
				want = failure
			}
			if !errors.Is(err, want) {
				t.Errorf("job %d: %v, want %v", i, err, want)
			}
		})
	}
	close(let)
	wait.Wait()
	for i := range 200 {
		var n int
		if err := store.read.QueryRowContext(t.Context(), `SELECT count(*) FROM meta WHERE key = ?`, fmt.Sprint("job ", i)).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if want := i%10 != 3 && i%50 != 7; (n == 1) != want {
			t.Errorf("job %d: %d rows", i, n)
		}
	}
	if n := len(store.write.waiting); n != 0 {
		t.Errorf("%d jobs still wait", n)
	}
}

// TestTogetherWaitsForItsOwn: who has waited for the turn is not kept waiting
// for it once another has run the job.
func TestTogetherWaitsForItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "s.db")})
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		err = store.write.alone(t.Context(), func(tx *txn) error {
			returned := make(chan error)
			go func() { returned <- store.write.together(t.Context(), func(*txn) error { return nil }) }()
			time.Sleep(2 * gathering)
			synctest.Wait()
			tx.all(store.write.take(most))
			return <-returned
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestTransactionThatPanics leaves the writer as it was.
func TestTransactionThatPanics(t *testing.T) {
	store, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "s.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	func() {
		defer func() { _ = recover() }()
		_ = store.transact(t.Context(), func(tx *txn) error {
			_, _ = tx.ExecContext(t.Context(), `INSERT INTO meta (key, value) VALUES ('half', '')`)
			panic("half-way")
		})
	}()
	err = store.transact(t.Context(), func(tx *txn) error {
		var n int
		if err := tx.QueryRowContext(t.Context(), `SELECT count(*) FROM meta WHERE key = 'half'`).Scan(&n); err != nil || n != 0 {
			return fmt.Errorf("%d rows of the transaction that panicked: %w", n, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
