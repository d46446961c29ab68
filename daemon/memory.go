package daemon

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

const (
	// collectAt is the share, in percent, by which memory may grow before garbage
	// is collected. A fifth of Go's usual: the tracker's memory is large and
	// lasting, and a daemon that shares a small machine should not hold it twice.
	collectAt = 18
	// allowed is how much garbage may gather whatever the share, in bytes, as
	// long as it and what is in memory stay below enough. What has little in memory
	// would else be collecting all the time: that was a sixth of what a round of
	// polling cost that found nothing.
	allowed = 16 << 20
	enough  = 54 << 20
)

// growth is by how many percent memory may grow of which so many bytes live.
func growth(live int) int {
	room := min(allowed, max(0, enough-live))
	return max(collectAt, 100*room/max(live, 1<<20))
}

// paceCollector says after each collection of garbage when the next one is due,
// until it is stopped.
func paceCollector() (stop func()) {
	var mu sync.Mutex
	stopped := false
	var set func()
	set = func() {
		mu.Lock()
		defer mu.Unlock()
		if stopped {
			return
		}
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		debug.SetGCPercent(growth(int(live[0].Value.Uint64())))
		mark := new([16]byte) // garbage at once: the next collection finds it
		runtime.SetFinalizer(mark, func(*[16]byte) { set() })
	}
	before := debug.SetGCPercent(collectAt)
	set()
	return func() {
		mu.Lock()
		defer mu.Unlock()
		stopped = true
		debug.SetGCPercent(before)
	}
}
