package feed

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/storywire/storywire/news"
)

const (
	// batch is how many due feeds are known at a time. It is large so that the
	// feeds of a crowded host do not keep those of others from being seen.
	batch = 10000
	// relist is how often, while feeds wait for their host, it is looked which
	// have fallen due since.
	relist = 5 * time.Second
	// stint is how long a round goes on starting fetches: a crowded host must
	// not keep the step from ever returning.
	stint = 5 * time.Minute
	// perSlot is how many fetches a second are started for each that may run at
	// once: what a restart or a suspend left due comes at a pace, not at once.
	perSlot = 4
	// ticks are what starts wait for, so that those of one are woken together: a
	// machine that wakes up for each spends two fifths of an unchanged round on that.
	ticks = 20 * time.Millisecond
	// unread is how many bytes of documents may have come that are not recorded
	// yet. Fetches go on meanwhile: what the network takes is waited for first.
	unread = 8 << 20
	// unpacked is how many documents may be read that are not recorded yet: two
	// transactions of storage, each with its articles.
	unpacked = 128
)

// round is one Run at work: feeds wait in a line for each host; the lines whose
// turn is next stand in front.
type round struct {
	p       *Poller
	lines   map[string]*line
	ready   lineHeap       // lines that nothing is fetched of
	inHand  map[int64]bool // feeds in a line or being fetched
	came    chan int       // bytes of a document that has come
	done    chan finished
	opened  chan struct{} // one for each document that is read and not recorded
	readers chan struct{} // one for each that is being read: as many as processors
	calling int           // fetches that wait for the network
	running int           // these and those that are read and recorded
	held    int           // bytes that came and are not recorded
	start   time.Time     // the earliest next start
	tick    time.Time     // no start before
}

// line is the feeds of one host, the longest due first.
type line struct {
	host  string
	feeds []news.Feed
	at    time.Time // when its turn comes: as its first feed is due, or its domain allows
}

type finished struct {
	line *line
	feed int64
	held int // bytes
	err  error
}

// place is that of a fetch in a round.
type place struct {
	leave func() // ends the turn of the feed's host
	// came tells how long the document is that has come, and waits until it can
	// be read. read tells that it was.
	came func(bytes int) (read func())
}

func newRound(p *Poller) *round {
	return &round{p: p, lines: map[string]*line{}, inHand: map[int64]bool{}, came: make(chan int, max(p.Parallel, 1)),
		done: make(chan finished, max(p.Parallel, 1)), opened: make(chan struct{}, unpacked), readers: make(chan struct{}, runtime.GOMAXPROCS(0))}
}

// run fetches until nothing is due, the stint is over or something went wrong
// that is not a feed's fault. Every goroutine has ended on return.
func (r *round) run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	defer wg.Wait()
	over := time.Now().Add(stint)
	var listed time.Time
	for {
		now := time.Now()
		open := ctx.Err() == nil && now.Before(over)
		if open && now.Sub(listed) >= relist {
			listed = now
			if err := r.list(ctx, now); err != nil {
				cancel(err)
				open = false
			}
		}
		wake := now.Add(relist)
		if open {
			wake = r.launch(ctx, &wg, now, wake)
		}
		if r.running == 0 && (!open || len(r.ready) == 0) {
			return context.Cause(ctx)
		}
		timer := time.NewTimer(time.Until(wake))
		select {
		case bytes := <-r.came:
			r.calling--
			r.held += bytes
		case f := <-r.done:
			if r.finish(f); f.err != nil {
				cancel(f.err)
			}
		case <-timer.C:
		}
		timer.Stop()
	}
}

// list puts the due feeds that are not in hand into their lines.
func (r *round) list(ctx context.Context, now time.Time) error {
	due, err := r.p.Store.DueFeeds(ctx, now, batch)
	if err != nil {
		return fmt.Errorf("list due feeds: %w", err)
	}
	for _, f := range due {
		if r.inHand[f.ID] {
			continue
		}
		r.inHand[f.ID] = true
		host := hostOf(f.Address())
		if l, ok := r.lines[host]; ok {
			l.feeds = append(l.feeds, f)
			continue
		}
		r.lines[host] = &line{host: host, feeds: []news.Feed{f}, at: fell(f, now)}
		heap.Push(&r.ready, r.lines[host])
	}
	return nil
}

// launch starts what may start now. It returns when to look again, at the
// latest by wake; a fetch that ends comes earlier.
func (r *round) launch(ctx context.Context, wg *sync.WaitGroup, now, wake time.Time) time.Time {
	gap := time.Second / time.Duration(perSlot*cap(r.came))
	if now.Before(r.tick) {
		return earlier(wake, r.tick)
	}
	for r.calling < cap(r.came) && r.held < unread && len(r.ready) > 0 {
		l := r.ready[0]
		if at := later(l.at, r.start); at.After(now) {
			r.tick = now.Add(ticks)
			return earlier(wake, later(at, r.tick))
		}
		leave, at, freed := r.p.turns.try(l.host, now)
		if leave == nil {
			if freed != nil {
				at = now.Add(firstRest) // a redirect led there
			}
			l.at = at
			heap.Fix(&r.ready, 0)
			continue
		}
		heap.Pop(&r.ready)
		f := l.feeds[0]
		l.feeds = l.feeds[1:]
		r.calling++
		r.running++
		r.start = later(r.start, now.Add(-2*ticks)).Add(gap) // a timer that fires late is made up for
		wg.Go(func() { r.done <- r.visit(ctx, l, f, leave) })
	}
	return wake
}

// visit fetches a feed. What brings nothing, as most do, is not told to have
// come before it is done.
func (r *round) visit(ctx context.Context, l *line, f news.Feed, leave func()) finished {
	end := finished{line: l, feed: f.ID}
	end.err = r.p.one(ctx, f, place{leave, func(bytes int) func() {
		if bytes == 0 {
			return func() {}
		}
		end.held = bytes
		r.came <- bytes
		r.opened <- struct{}{}
		r.readers <- struct{}{}
		return func() { <-r.readers }
	}})
	if end.held > 0 {
		<-r.opened
	}
	return end
}

// finish takes back what a fetch held; its line may go on.
func (r *round) finish(f finished) {
	r.running--
	if r.held -= f.held; f.held == 0 {
		r.calling--
	}
	delete(r.inHand, f.feed)
	if len(f.line.feeds) == 0 {
		delete(r.lines, f.line.host)
		return
	}
	f.line.at = fell(f.line.feeds[0], time.Now())
	heap.Push(&r.ready, f.line)
}

// fell is when a due feed fell due: now, if it was planned while the clock was
// ahead.
func fell(f news.Feed, now time.Time) time.Time { return earlier(f.NextFetch, now) }

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// hostOf is the host, with its port, of an address; of what is none, the
// address itself.
func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil {
		return strings.ToLower(cmp.Or(u.Host, address))
	}
	return address
}

// lineHeap has the line in front whose turn comes first.
type lineHeap []*line

func (h lineHeap) Len() int           { return len(h) }
func (h lineHeap) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h lineHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *lineHeap) Push(x any)        { *h = append(*h, x.(*line)) }
func (h *lineHeap) Pop() any {
	old := *h
	l := old[len(old)-1]
	*h = old[:len(old)-1]
	return l
}
