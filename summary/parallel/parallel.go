// Package parallel spreads work over the processors.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Do runs work as often as there are processors, and less for little. Each work
// takes the numbers that next gives it, which is n when none is left.
func Do(n int, work func(next func() int)) {
	var taken atomic.Int64
	next := func() int { return min(n, int(taken.Add(1))-1) }
	var group sync.WaitGroup
	for range max(1, min(runtime.GOMAXPROCS(0), n/4)) {
		group.Go(func() { work(next) })
	}
	group.Wait()
}
