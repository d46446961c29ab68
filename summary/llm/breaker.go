package llm

import "time"

const (
	tripAfter = 3 // failures in a row
	firstRest = time.Minute
	longest   = 30 * time.Minute
	// misset is how long a service rests that refuses the key, the model or the
	// address: only a person can mend that.
	misset = 10 * time.Minute
)

// breaker keeps from asking a service that fails (the circuit breaker of Nygard,
// Release It!, 2007). After a rest one call is let through; the next rest is
// twice as long if that fails too.
type breaker struct {
	failures int
	until    time.Time // nothing is asked before
}

// begin reports whether a call may be made. The one that tries a service out
// keeps others back while it can last.
func (b *breaker) begin(now time.Time, lasts time.Duration) bool {
	if now.Before(b.until) {
		return false
	}
	if !b.until.IsZero() {
		b.until = now.Add(lasts)
	}
	return true
}

// fail counts a failure, after which the service asked to be left alone for so
// long, 0 if it said nothing.
func (b *breaker) fail(now time.Time, asked time.Duration) {
	b.failures++
	rest := asked
	if over := b.failures - tripAfter; over >= 0 {
		rest = max(rest, firstRest<<min(over, 10))
	}
	b.until = time.Time{}
	if rest > 0 {
		b.until = now.Add(min(rest, longest))
	}
}
