package web

import (
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"time"
)

// maxKept is the most bytes of rendered documents that are kept.
const maxKept = 16 << 20

// EditionStore says whether what was rendered is still what would be.
type EditionStore interface {
	// Edition returns a number that grows whenever what is published of a story
	// changes, or of any story where it is "": the time of the change in Unix
	// milliseconds. merged says that the story lives on in another.
	Edition(ctx context.Context, story string) (edition int64, merged bool, err error)
}

// kept holds documents as they were rendered, the last used first.
type kept struct {
	mu    sync.Mutex
	at    map[string]*list.Element // of *rendered by address
	order list.List
	bytes int
}

// kind says when a document is to be rendered anew.
type kind struct {
	story string        // whose edition it is of; "" for that of the site
	life  time.Duration // after which it is made anew in any case; 0: never
}

// rendered is a document. Who holds its lock makes it anew; others wait for that
// instead of doing the same.
type rendered struct {
	address string
	size    int // counted in kept.bytes, which kept.mu guards

	mu      sync.Mutex
	edition int64 // 0: not rendered yet
	made    time.Time
	reply   reply // its until is when the edition is to be looked up again
}

// get returns the place of a document.
func (k *kept) get(address string) *rendered {
	k.mu.Lock()
	defer k.mu.Unlock()
	if e, ok := k.at[address]; ok {
		k.order.MoveToFront(e)
		return e.Value.(*rendered)
	}
	if k.at == nil {
		k.at = map[string]*list.Element{}
	}
	d := &rendered{address: address}
	k.at[address] = k.order.PushFront(d)
	return d
}

// resize notes how large a document became, and drops those used longest ago.
func (k *kept) resize(d *rendered, size int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, still := k.at[d.address]; !still {
		return
	}
	k.bytes += size - d.size
	d.size = size
	if size == 0 {
		k.drop(k.at[d.address])
	}
	for k.bytes > maxKept {
		k.drop(k.order.Back())
	}
}

func (k *kept) drop(e *list.Element) {
	d := k.order.Remove(e).(*rendered)
	k.bytes -= d.size
	delete(k.at, d.address)
}

// keep returns a document as it was rendered last, if that is still what it
// would be, and else renders it.
func (h *handler) keep(ctx context.Context, path string, of kind, render func() (reply, error)) (reply, error) {
	d := h.kept.get(h.Site.URL(path))
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	if d.edition > 0 && now.Before(d.reply.until) {
		return d.reply, nil
	}
	edition, merged, err := h.Store.Edition(ctx, of.story)
	if err == nil && !merged && edition == d.edition && (of.life == 0 || now.Sub(d.made) < of.life) {
		d.reply.until = now.Add(h.trust)
		return d.reply, nil
	}
	var out reply
	if err == nil {
		out, err = render()
	}
	if err != nil || merged || out.Body == nil {
		d.edition = 0
		h.kept.resize(d, 0)
		return out, err
	}
	out.pack()
	changed := time.UnixMilli(edition)
	if of.life > 0 { // something else may have changed it, unseen
		changed = now
	}
	// The next full second: a change later within this one is of the next.
	out.Modified = changed.Truncate(time.Second).Add(time.Second)
	if of.life > 0 && out.Tag == d.reply.Tag {
		out.Modified = d.reply.Modified
	}
	out.until = now.Add(h.trust)
	d.edition, d.made, d.reply = max(edition, 1), now, out
	h.kept.resize(d, len(out.Body)+len(out.Packed))
	return out, nil
}

// pack makes what a reply is sent with, once for all who get it.
func (d *reply) pack() {
	if d.Tag == "" {
		sum := sha256.Sum256(d.Body)
		d.Tag = hex.EncodeToString(sum[:12])
	}
	if d.Packed == nil && len(d.Body) >= smallest {
		d.Packed = compress(d.Body)
	}
}
