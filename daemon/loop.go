package daemon

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"
)

const (
	// idle is the longest a loop sleeps: a row may become due through another
	// process, or the wall clock may be set.
	idle = 5 * time.Second
	// pause is the shortest a loop sleeps, so that a step that is always due
	// cannot spin.
	pause = 20 * time.Millisecond
	// worst is the longest back-off after failures of the step itself.
	worst = time.Minute
	// patience is how long a step may take before the loop counts as overdue.
	patience = 10 * time.Minute
	// stubborn is how many failures in a row, over half a minute, are no passing
	// trouble.
	stubborn = 5
)

// loop calls one step again and again: when it asked to be called, when it is
// rung, or when it has slept long enough.
type loop struct {
	name string
	step func(context.Context) (next time.Time, err error)
	bell chan struct{} // holds one ring
	then []*loop       // rung after the step went well
	log  *slog.Logger

	began    atomic.Int64 // Unix nanoseconds; 0 while the loop sleeps
	runs     atomic.Int64
	errors   atomic.Int64
	failures atomic.Int64 // in a row
}

func newLoop(name string, log *slog.Logger, step func(context.Context) (time.Time, error)) *loop {
	return &loop{name: name, step: step, bell: make(chan struct{}, 1), log: log}
}

// ring wakes the loop, now or at the end of the step it is in.
func (l *loop) ring() {
	select {
	case l.bell <- struct{}{}:
	default:
	}
}

// overdue reports whether a step hangs.
func (l *loop) overdue(now time.Time) bool {
	began := l.began.Load()
	return began != 0 && now.Sub(time.Unix(0, began)) > patience
}

// run returns when the context is done and the step has returned.
func (l *loop) run(ctx context.Context) {
	for ctx.Err() == nil {
		l.began.Store(time.Now().UnixNano())
		next, err := l.step(ctx)
		l.began.Store(0)
		l.runs.Add(1)
		wait := sleep(next, time.Now())
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			l.errors.Add(1)
			wait = min(time.Second<<min(l.failures.Add(1), 10), worst)
			l.log.Error("step failed", "step", l.name, "error", err, "again_in", wait)
		default:
			l.failures.Store(0)
			for _, next := range l.then {
				next.ring()
			}
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-l.bell:
		}
		timer.Stop()
	}
}

// sleep is how long to wait for next; a zero next waits for a ring.
func sleep(next, now time.Time) time.Duration {
	if next.IsZero() {
		return idle
	}
	return min(max(next.Sub(now), pause), idle)
}
