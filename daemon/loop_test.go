package daemon

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// run counts the calls of a step over a while of the bubble's time.
func run(t *testing.T, l *loop, while time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), while)
	defer cancel()
	l.run(ctx)
}

func TestLoopSleepsUntilNext(t *testing.T) {
	for _, c := range []struct {
		name string
		next time.Duration // after now; -1: zero time
		err  error
		want int64 // calls in 20 s
	}{
		{"nothing due: idle", -1, nil, 4},
		{"far away: idle", time.Hour, nil, 4},
		{"soon", 2 * time.Second, nil, 10},
		{"always due: pause", 0, nil, int64(20 * time.Second / pause)},
		{"failing: back off", 0, errors.New("full disk"), 4}, // after 0, 2, 6, 14 s
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLoop("test", slog.New(slog.DiscardHandler), func(context.Context) (time.Time, error) {
					if c.next < 0 {
						return time.Time{}, c.err
					}
					return time.Now().Add(c.next), c.err
				})
				run(t, l, 20*time.Second-time.Millisecond)
				if got := l.runs.Load(); got != c.want {
					t.Errorf("%d calls, want %d", got, c.want)
				}
			})
		})
	}
}

func TestLoopRingsTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(slog.DiscardHandler)
		never := func(context.Context) (time.Time, error) { return time.Time{}, nil }
		first, second := newLoop("first", log, never), newLoop("second", log, never)
		first.then = []*loop{second}
		go run(t, second, 4*time.Second)
		run(t, first, 3*time.Second)
		synctest.Wait()
		// At the start, and when the first had run; before any idle time is over.
		if got := second.runs.Load(); got != 2 && got != 1 {
			t.Errorf("%d calls", got)
		}
		second.ring()
		second.ring()
		if len(second.bell) != 1 {
			t.Error("a bell holds one ring")
		}
	})
}

func TestLoopOverdue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoop("slow", slog.New(slog.DiscardHandler), func(ctx context.Context) (time.Time, error) {
			<-ctx.Done()
			return time.Time{}, ctx.Err()
		})
		go run(t, l, time.Hour)
		time.Sleep(patience)
		if health([]*loop{l}) != nil {
			t.Error("overdue before its time")
		}
		time.Sleep(time.Second)
		if health([]*loop{l}) == nil {
			t.Error("a step that hangs is not overdue")
		}
		time.Sleep(time.Hour)
		if l.overdue(time.Now()) {
			t.Error("overdue after it returned")
		}
	})
}

func TestTroubleIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var full atomic.Bool
		full.Store(true)
		l := newLoop("poll", slog.New(slog.DiscardHandler), func(context.Context) (time.Time, error) {
			if full.Load() {
				return time.Time{}, errors.New("full disk")
			}
			return time.Time{}, nil
		})
		all := []*loop{l}
		go run(t, l, time.Hour)
		time.Sleep(10 * time.Second)
		if err := trouble(all); err != nil {
			t.Errorf("after three failures %v", err)
		}
		time.Sleep(30 * time.Second)
		if trouble(all) == nil || health(all) != nil {
			t.Errorf("after five failures %v, to the watchdog %v", trouble(all), health(all))
		}
		full.Store(false)
		time.Sleep(time.Minute)
		if err := trouble(all); err != nil {
			t.Errorf("when it went well again %v", err)
		}
	})
}
