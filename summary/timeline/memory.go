package timeline

import (
	"cmp"
	"container/list"
	"crypto/sha256"
	"encoding/binary"
	"sync"

	"github.com/storywire/storywire/summary/parallel"
)

// Memory keeps what was read of articles, so that a story that grew by one
// article is not read again. A timeline is the same with and without it. It
// holds about thirty megabytes at most and lets go what was longest unused.
// The zero value is ready; it must not be copied. Timelines that share one are
// made one after the other.
type Memory struct {
	mu    sync.Mutex
	held  map[key]*list.Element // of remembered
	order list.List             // the latest used first
	size  int                   // sentences
	limit int                   // of size; 0 for maxMemory
}

// maxMemory is in sentences, about half a kilobyte each.
const maxMemory = 60_000

type remembered struct {
	key     key
	reading *reading
}

// key tells articles apart by all that is read of them.
type key [sha256.Size]byte

// keysOf returns the keys of articles.
func keysOf(articles []Article) []key {
	out := make([]key, len(articles))
	parallel.Do(len(articles), func(next func() int) {
		var b []byte
		for i := next(); i < len(articles); i = next() {
			b = appendArticle(b[:0], articles[i])
			out[i] = sha256.Sum256(b)
		}
	})
	return out
}

func appendArticle(b []byte, a Article) []byte {
	for _, s := range []string{a.Outlet, a.Title, a.Lang, a.Published.Location().String(), a.Text} {
		b = binary.LittleEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	_, offset := a.Published.Zone()
	b = binary.LittleEndian.AppendUint64(b, uint64(a.Published.UnixNano()))
	return binary.LittleEndian.AppendUint64(b, uint64(offset))
}

// get returns what is known of an article, nil if nothing is. The memory is
// locked.
func (m *Memory) get(k key) *reading {
	if m.held[k] == nil {
		return nil
	}
	m.order.MoveToFront(m.held[k])
	return m.held[k].Value.(remembered).reading
}

func (m *Memory) put(k key, r *reading) {
	if m.held[k] != nil {
		return
	}
	if m.held == nil {
		m.held = map[key]*list.Element{}
	}
	m.held[k] = m.order.PushFront(remembered{k, r})
	m.size += r.weight()
	for m.size > cmp.Or(m.limit, maxMemory) && m.order.Len() > 1 {
		last := m.order.Remove(m.order.Back()).(remembered)
		delete(m.held, last.key)
		m.size -= last.reading.weight()
	}
}

// Forget lets go of all that is held.
func (m *Memory) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held, m.size = nil, 0
	m.order.Init()
}

// weight is what a reading takes of a memory, in sentences; an empty one costs
// as well.
func (r *reading) weight() int { return 1 + len(r.passages) }
