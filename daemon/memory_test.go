package daemon

import (
	"runtime"
	"runtime/debug"
	"testing"
)

// TestPaceCollector: little in memory is collected seldom, much at a third; and
// what was set before comes back for good.
func TestPaceCollector(t *testing.T) {
	percent := func() int {
		p := debug.SetGCPercent(100)
		debug.SetGCPercent(p)
		return p
	}
	defer debug.SetGCPercent(debug.SetGCPercent(70))
	stop := paceCollector()
	reaches := func(holds func(int) bool) {
		t.Helper()
		for range 1000 { // the collector tells of what it found in its own time
			if runtime.GC(); holds(percent()) {
				return
			}
			runtime.Gosched()
		}
		t.Errorf("the share is %d %%", percent())
	}
	reaches(func(p int) bool { return p > collectAt })
	much := make([]byte, 4*allowed)
	reaches(func(p int) bool { return p == collectAt })
	runtime.KeepAlive(much)
	stop()
	runtime.GC()
	reaches(func(p int) bool { return p == 70 })
}
