package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

type options struct {
	feeds, hosts, items, words int
	etag                       bool
	least, most                time.Duration // of an answer
}

// farm holds each feed rendered and packed, so that serving costs little.
type farm struct {
	o     options
	words *words
	epoch time.Time

	mu    sync.Mutex
	feeds []document
	added int // entries each feed got after the first
	stats stats
	busy  map[string]int // requests now open at a host
}

// document is a feed as it is served.
type document struct {
	plain, packed []byte
	etag          string
}

// stats are what the clients did since they were last taken.
type stats struct {
	Requests    int     `json:"requests"`
	OK          int     `json:"ok"`
	NotModified int     `json:"not_modified"`
	Packed      int     `json:"packed"`      // sent as gzip
	Connections int     `json:"connections"` // of which a request was the first
	AtOnce      int     `json:"at_once"`     // most requests open over all
	PerHost     int     `json:"per_host"`    // most requests open at one host
	Span        float64 `json:"span"`        // seconds from the first request to the last answer
	first, last time.Time
	open        int
	peers       map[string]bool
}

func newFarm(o options) *farm {
	f := &farm{o: o, words: newWords(), epoch: time.Now().Add(-24 * time.Hour).Truncate(time.Second),
		feeds: make([]document, o.feeds), busy: map[string]int{}}
	f.render(0)
	return f
}

// total is how many entries were ever served.
func (f *farm) total() int { return f.o.feeds * (f.o.items + f.added) }

// render writes all feeds anew, with more entries before the others; the oldest
// leave.
func (f *farm) render(more int) {
	f.mu.Lock()
	f.added += more
	f.mu.Unlock()
	var wait sync.WaitGroup
	for part := range 2 {
		wait.Go(func() {
			for i := part; i < f.o.feeds; i += 2 {
				d := f.document(i)
				f.mu.Lock()
				f.feeds[i] = d
				f.mu.Unlock()
			}
		})
	}
	wait.Wait()
}

// document renders a feed. Every fourth of its entries tells of an event that a
// few other feeds tell of too.
func (f *farm) document(i int) document {
	var b strings.Builder
	fmt.Fprintf(&b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>Gazette %d</title>"+
		"<link>http://gazette%d.example/</link><description>What happens in district %d</description><language>en</language>\n", i, i, i)
	for n := f.added + f.o.items - 1; n >= f.added; n-- {
		title, text := f.entry(i, n)
		fmt.Fprintf(&b, "<item><title>%s</title><link>http://gazette%d.example/%d</link><guid>http://gazette%d.example/%d</guid>"+
			"<pubDate>%s</pubDate><description><![CDATA[<p>%s</p>]]></description></item>\n",
			title, i, n, i, n, f.epoch.Add(time.Duration(n)*time.Minute).UTC().Format(time.RFC1123), text)
	}
	b.WriteString("</channel></rss>\n")
	d := document{plain: []byte(b.String())}
	h := fnv.New64a()
	_, _ = h.Write(d.plain)
	d.etag = fmt.Sprintf(`"%x"`, h.Sum64())
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(d.plain)
	_ = z.Close()
	d.packed = packed.Bytes()
	return d
}

// sharing is how many feeds tell of the same event.
const sharing = 5

func (f *farm) entry(i, n int) (title, text string) {
	own := rand.New(rand.NewPCG(uint64(i), uint64(n)))
	event := own
	if n%4 == 0 {
		event = rand.New(rand.NewPCG(uint64(i/sharing), 1<<32|uint64(n)))
	}
	topic := f.words.topic(event)
	title = f.words.sentence(own, topic, 9)
	var paragraphs []string
	for left := f.o.words; left > 0; left -= 25 {
		paragraphs = append(paragraphs, f.words.sentence(own, topic, min(left, 25))+".")
	}
	return title, strings.Join(paragraphs, " ")
}

func (f *farm) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	number := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/feed/"), ".xml")
	i, err := strconv.Atoi(number)
	if err != nil || i < 0 || i >= f.o.feeds {
		http.NotFound(w, r)
		return
	}
	d := f.begin(r, i)
	defer f.end(r)
	if wait := f.o.most - f.o.least; wait > 0 || f.o.least > 0 {
		time.Sleep(f.o.least + time.Duration(rand.Int64N(int64(wait)+1)))
	}
	w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
	if f.o.etag {
		w.Header().Set("ETag", d.etag)
		if r.Header.Get("If-None-Match") == d.etag {
			f.count(func(s *stats) { s.NotModified++ })
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	body := d.plain
	packed := strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
	if packed {
		body = d.packed
		w.Header().Set("Content-Encoding", "gzip")
	}
	f.count(func(s *stats) {
		s.OK++
		if packed {
			s.Packed++
		}
	})
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

func (f *farm) begin(r *http.Request, i int) document {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := &f.stats
	if s.peers == nil {
		s.peers, s.first = map[string]bool{}, time.Now()
	}
	s.Requests++
	s.peers[r.RemoteAddr] = true
	s.open++
	f.busy[r.Host]++
	s.AtOnce, s.PerHost = max(s.AtOnce, s.open), max(s.PerHost, f.busy[r.Host])
	return f.feeds[i]
}

func (f *farm) end(r *http.Request) {
	f.count(func(s *stats) { s.open, s.last = s.open-1, time.Now(); f.busy[r.Host]-- })
}

func (f *farm) count(change func(*stats)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(&f.stats)
}

// take returns the stats and begins them anew.
func (f *farm) take() stats {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.stats
	s.Connections = len(s.peers)
	if s.Requests > 0 {
		s.Span = s.last.Sub(s.first).Seconds()
	}
	f.stats = stats{open: s.open}
	return s
}
