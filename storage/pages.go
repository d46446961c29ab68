package storage

import (
	"sync"

	"modernc.org/libc"
	"modernc.org/libc/sys/types"
	sqlite "modernc.org/sqlite/lib"
)

const (
	// pageSize is that of the database, in bytes: a few articles fit. Of smaller
	// pages a third stays empty.
	pageSize = 8192
	// pages is how many all connections of the process keep in memory together,
	// those used last, before they ask for more room.
	pages = 1300
)

// setPagesAside gives SQLite one piece of memory for the pages it keeps. Asked
// for one by one each would take half as much again: with what describes it a
// page is a little more than a power of two, and the allocator knows no other
// sizes. The setting is the process's, and only taken before the first
// connection. Without the memory all goes on as it would have.
var setPagesAside = sync.OnceFunc(func() {
	tls := libc.NewTLS()
	defer tls.Close()
	const words = 4 * 8 // arguments, and the one result
	args := tls.Alloc(words)
	defer tls.Free(words)
	header := args + words - 8
	sqlite.Xsqlite3_config(tls, sqlite.SQLITE_CONFIG_PCACHE_HDRSZ, libc.VaList(args, header))
	size := pageSize + libc.AtomicLoadPInt32(header)
	if room := libc.Xmalloc(tls, types.Size_t(size)*pages); room != 0 {
		sqlite.Xsqlite3_config(tls, sqlite.SQLITE_CONFIG_PAGECACHE, libc.VaList(args, room, size, int32(pages)))
	}
})
