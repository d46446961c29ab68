package storage

import (
	"testing"

	"modernc.org/libc"
	sqlite "modernc.org/sqlite/lib"
)

// TestPagesAside: the pages of a database lie in the memory set aside.
func TestPagesAside(t *testing.T) {
	open(t, Options{})
	tls := libc.NewTLS()
	defer tls.Close()
	used := tls.Alloc(8)
	defer tls.Free(8)
	if sqlite.Xsqlite3_status(tls, sqlite.SQLITE_STATUS_PAGECACHE_USED, used, used+4, 0); libc.AtomicLoadPInt32(used) == 0 {
		t.Error("no page lies there")
	}
}
