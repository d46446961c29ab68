package feed

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/storywire/storywire/news"
)

// TestDay polls a farm of feeds of mixed manners for a day, with the clock of a
// synctest bubble, beside a poller that asks for every feed at fixed intervals,
// conditionally, and heeds nothing else.
//
// The mix is an assumption, written down here: six kinds of feeds from
// newswires to dormant blogs, which publish by day more than by night; servers
// of which some ask for intervals in each of the usual ways, some send no
// validators, some refuse whoever comes too soon, some fail, moved or are gone.
func TestDay(t *testing.T) {
	n := *plots
	ours, followed, busiest := adaptive(t, n)
	theirs, theirFollowed, theirBusiest := fixed(n, 15*time.Minute)
	same := 15 * time.Minute * time.Duration(theirs.requests) / time.Duration(ours.requests)
	equal, equalFollowed, equalBusiest := fixed(n, same)
	t.Logf("%d feeds for 24 hours", n)
	t.Log("ours              ", ours.String(), "busiest host", busiest)
	t.Log("  of followed     ", followed.String())
	t.Log("every 15 minutes  ", theirs.String(), "busiest host", theirBusiest)
	t.Log("  of followed     ", theirFollowed.String())
	t.Logf("every %.0f minutes   %s busiest host %d", same.Minutes(), equal.String(), equalBusiest)
	t.Log("  of followed     ", equalFollowed.String())
	switch {
	case ours.early > 0:
		t.Errorf("%d requests came early", ours.early)
	case len(ours.delays) < len(theirs.delays) || ours.missed > len(ours.delays)/1000:
		t.Errorf("found %d and missed %d, the fixed poller found %d and missed %d", len(ours.delays), ours.missed, len(theirs.delays), theirs.missed)
	case ours.requests > theirs.requests/2:
		t.Errorf("%d requests, the fixed poller needs %d", ours.requests, theirs.requests)
	case ours.mean() > equal.mean():
		t.Errorf("found after %v on the average, at equal intervals after %v", ours.mean(), equal.mean())
	case followed.median() > theirFollowed.median():
		t.Errorf("what is followed was found after %v, by the fixed poller after %v", followed.median(), theirFollowed.median())
	}
}

var plots = flag.Int("feeds", 200, "how many feeds TestDay polls")

// kinds of feeds: share of all, articles a day from and to.
var kinds = []struct {
	share    float64
	from, to float64
}{
	{.04, 120, 300}, // newswires
	{.16, 20, 80},   // papers
	{.25, 3, 15},    // sections, trade press
	{.20, .5, 2},    // blogs
	{.20, .05, .3},
	{.15, 0, 0}, // dormant
}

const shown = 20 // entries in a document

// plot is one feed of the farm.
type plot struct {
	url      string
	pubs     []time.Time
	followed bool

	etag, date   bool          // which validators it sends
	maxAge, ttl  time.Duration // what it asks for
	skips        uint32        // hours
	patience     time.Duration // refuses who comes sooner
	trouble      float64       // share of answers that are failures
	moved, gone  bool
	silent       bool // never answers
	unchangeable bool // always sends all of it, with a new validator

	last, allowed time.Time // the last request; before which the next is early
	had           int       // articles published when it was last read
	tally
}

// tally is what came of polling.
type tally struct {
	feeds                                                      int
	requests, early, refused, unchanged, full, finding, failed int
	missed                                                     int
	delays                                                     []time.Duration
}

func (t *tally) add(o tally) {
	t.feeds++
	t.requests += o.requests
	t.early += o.early
	t.refused += o.refused
	t.unchanged += o.unchanged
	t.full += o.full
	t.finding += o.finding
	t.failed += o.failed
	t.missed += o.missed
	t.delays = append(t.delays, o.delays...)
}

func (t *tally) String() string {
	share := func(n int) float64 { return float64(n) / float64(max(t.requests, 1)) * 100 }
	return fmt.Sprintf("%4d feeds, %5.1f requests each: %d early, %d refused, %.0f%% unchanged (304), %.0f%% found something; %d articles found after %v (mean), %v (median), %d missed",
		t.feeds, float64(t.requests)/float64(t.feeds), t.early, t.refused, share(t.unchanged), share(t.finding),
		len(t.delays), t.mean().Round(time.Second), t.median().Round(time.Second), t.missed)
}

func (t *tally) mean() time.Duration {
	var sum time.Duration
	for _, d := range t.delays {
		sum += d
	}
	return sum / time.Duration(max(len(t.delays), 1))
}

func (t *tally) median() time.Duration {
	if len(t.delays) == 0 {
		return 0
	}
	slices.Sort(t.delays)
	return t.delays[len(t.delays)/2]
}

// farmland makes n plots whose articles come in the days around start.
func farmland(n int, start time.Time) []*plot {
	r := rand.New(rand.NewPCG(1, 2))
	chance := func(p float64) bool { return r.Float64() < p }
	pick := func(of ...int) time.Duration { return time.Duration(of[r.IntN(len(of))]) * time.Minute }
	var plots []*plot
	for i := range n {
		p := &plot{url: fmt.Sprintf("http://h%d.example/feed", i), followed: chance(.05)}
		switch {
		case i%10 == 0:
			p.url = fmt.Sprintf("http://crowded.example/%d", i)
		case i%5 == 1:
			p.url = fmt.Sprintf("http://c%d.provider%d.example/feed", i, i%3)
		}
		p.pubs = publications(r, start)
		p.etag, p.date = chance(.65), chance(.6)
		p.maxAge = pick(0, 0, 0, 0, 0, 1, 1, 5, 5, 10, 30, 60)
		p.ttl = pick(0, 0, 0, 0, 0, 0, 0, 15, 30, 60, 60, 120)
		// Who asks to be left alone shows his articles for longer than that.
		if lasts := 41 * day * shown / 4 / time.Duration(max(len(p.pubs), 1)); p.maxAge > lasts || p.ttl > lasts {
			p.maxAge, p.ttl = 0, 0
		} else if chance(.03) && lasts > 6*time.Hour {
			p.skips = 1<<6 - 1
		}
		if chance(.05) {
			p.patience = 20 * time.Minute
		}
		if chance(.1) {
			p.trouble = .1
		}
		p.moved, p.gone, p.silent, p.unchangeable = chance(.02), chance(.005), chance(.005), chance(.05)
		plots = append(plots, p)
	}
	return plots
}

// publications are times at random from forty days before start to a day after,
// with a rate that is highest in the afternoon of the feed's own time zone.
func publications(r *rand.Rand, start time.Time) (times []time.Time) {
	share, kind := r.Float64(), 0
	for ; kind < len(kinds)-1 && share >= kinds[kind].share; kind++ {
		share -= kinds[kind].share
	}
	rate := kinds[kind].from * math.Pow(kinds[kind].to/max(kinds[kind].from, 1e-9), r.Float64())
	zone := time.Duration(r.IntN(24)) * time.Hour
	if rate == 0 || math.IsNaN(rate) {
		for i := range shown {
			times = append(times, start.Add(-time.Duration(20+r.IntN(700)+i)*day))
		}
		slices.SortFunc(times, time.Time.Compare)
		return times
	}
	for t := start.Add(-40 * day); t.Before(start.Add(day)); {
		t = t.Add(time.Duration(r.ExpFloat64() / (2 * rate) * float64(day)))
		hour := t.Add(zone).Sub(t.Add(zone).Truncate(day)).Hours()
		if r.Float64() < .5-.45*math.Cos((hour-3)/24*2*math.Pi) {
			times = append(times, t.Truncate(time.Second))
		}
	}
	return times
}

// said is what a plot answers.
type said struct {
	status  int
	etag    string
	date    string
	headers []string
	version int
}

// ask is one request at now, with the validators given.
func (p *plot) ask(r *rand.Rand, now time.Time, etag, date string) said {
	p.requests++
	since := now.Sub(p.last)
	first := p.last.IsZero()
	if now.Before(p.allowed) || p.full > 0 && p.skips>>now.UTC().Hour()&1 == 1 { // skipHours stand in the document
		p.early++
	}
	p.last = now
	switch {
	case p.gone:
		return said{status: 410}
	case p.silent:
		return said{}
	case p.patience > 0 && !first && since < p.patience:
		p.refused++
		p.allowed = later(p.allowed, now.Add(p.patience))
		return said{status: 429, headers: []string{"Retry-After", fmt.Sprint(int(p.patience.Seconds()))}}
	case r.Float64() < p.trouble:
		p.failed++
		p.allowed = later(p.allowed, now.Add(10*time.Minute))
		return said{status: 503, headers: []string{"Retry-After", "600"}}
	}
	p.allowed = now.Add(max(p.maxAge, p.ttl))
	version, _ := slices.BinarySearchFunc(p.pubs, now, func(a, b time.Time) int {
		if a.After(b) {
			return 1
		}
		return -1
	})
	s := said{status: 200, version: version}
	if p.maxAge > 0 {
		s.headers = append(s.headers, "Cache-Control", fmt.Sprintf("public, max-age=%d", int(p.maxAge.Seconds())))
	}
	switch {
	case p.unchangeable:
		s.etag = fmt.Sprintf(`"%d"`, now.UnixNano())
	case p.etag:
		s.etag = fmt.Sprintf(`W/"%d"`, version)
	}
	if p.date && version > 0 && !p.unchangeable {
		s.date = p.pubs[version-1].UTC().Format(http.TimeFormat)
	}
	if s.etag != "" && etag == s.etag || s.etag == "" && s.date != "" && date == s.date {
		s.status = 304
		p.unchanged++
	} else {
		p.full++
	}
	return s
}

// read notes which articles a reader of version finds, of those published after
// start.
func (p *plot) read(version int, now, start time.Time) {
	if version > p.had {
		p.finding++
	}
	for i := p.had; i < version; i++ {
		switch {
		case p.pubs[i].Before(start):
		case i < version-shown:
			p.missed++
		default:
			p.delays = append(p.delays, now.Sub(p.pubs[i]))
		}
	}
	p.had = version
}

// farmhouse serves the plots.
type farmhouse struct {
	mu    sync.Mutex
	r     *rand.Rand
	start time.Time
	plots map[string]*plot
	open  map[string]int
	clash int // hosts asked for two things at a time
}

func (h *farmhouse) RoundTrip(req *http.Request) (*http.Response, error) {
	h.mu.Lock()
	h.open[req.URL.Host]++
	if h.open[req.URL.Host] > 1 {
		h.clash++
	}
	wait := time.Duration(20+h.r.IntN(400)) * time.Millisecond
	h.mu.Unlock()
	time.Sleep(wait)
	h.mu.Lock()
	h.open[req.URL.Host]--
	resp := h.answer(req)
	h.mu.Unlock()
	if resp == nil {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	resp.Request = req
	return resp, nil
}

func (h *farmhouse) answer(req *http.Request) *http.Response {
	address := req.URL.String()
	p, ok := h.plots[strings.TrimSuffix(address, "?moved")]
	if !ok {
		return reply(404, "")
	}
	if p.moved && !strings.HasSuffix(address, "?moved") {
		return reply(301, "", "Location", address+"?moved")
	}
	s := p.ask(h.r, time.Now(), req.Header.Get("If-None-Match"), req.Header.Get("If-Modified-Since"))
	if s.status == 0 {
		return nil
	}
	if s.etag != "" {
		s.headers = append(s.headers, "ETag", s.etag)
	}
	if s.date != "" {
		s.headers = append(s.headers, "Last-Modified", s.date)
	}
	if s.status != 200 {
		return reply(s.status, "", s.headers...)
	}
	p.read(s.version, time.Now(), h.start)
	return reply(200, p.document(s.version), s.headers...)
}

func (p *plot) document(version int) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Plot</title>`)
	if p.ttl > 0 {
		fmt.Fprintf(&b, "<ttl>%d</ttl>", int(p.ttl.Minutes()))
	}
	if p.skips != 0 {
		b.WriteString("<skipHours>")
		for hour := range 24 {
			if p.skips>>hour&1 == 1 {
				fmt.Fprintf(&b, "<hour>%d</hour>", hour)
			}
		}
		b.WriteString("</skipHours>")
	}
	for i := version - 1; i >= max(0, version-shown); i-- {
		fmt.Fprintf(&b, "<item><title>Row %d</title><guid>%d</guid><pubDate>%s</pubDate></item>", i, i, p.pubs[i].UTC().Format(time.RFC1123Z))
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

// ledger is a store that keeps feeds only.
type ledger struct {
	mu    sync.Mutex
	feeds []news.Feed
}

func (l *ledger) DueFeeds(_ context.Context, now time.Time, _ int) (due []news.Feed, _ error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.feeds {
		if f.State == news.FeedActive && !f.NextFetch.After(now) {
			due = append(due, f)
		}
	}
	return due, nil
}

func (l *ledger) RecordFetch(_ context.Context, f news.Fetch) (news.FetchCount, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	feed := &l.feeds[f.Feed.ID]
	feed.NextFetch, feed.LastFetch, feed.State, feed.Manners = f.Next, f.At, f.State, f.Manners
	return news.FetchCount{}, nil
}

func (l *ledger) NextFetch(context.Context) (next time.Time, _ error) {
	for _, f := range l.feeds {
		if f.State == news.FeedActive && (next.IsZero() || f.NextFetch.Before(next)) {
			next = f.NextFetch
		}
	}
	return next, nil
}

// adaptive polls n plots for a day and returns what came of it: of all, of the
// followed, and the busiest host's requests.
func adaptive(t *testing.T, n int) (all, followed tally, busiest int) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(2 * day) // to a Monday
		start := time.Now()
		h := &farmhouse{r: rand.New(rand.NewPCG(3, 4)), start: start, plots: map[string]*plot{}, open: map[string]int{}}
		l := &ledger{}
		plots := farmland(n, start)
		for i, p := range plots {
			h.plots[p.url] = p
			l.feeds = append(l.feeds, news.Feed{ID: int64(i), URL: p.url, State: news.FeedActive, Followed: p.followed})
		}
		poller := poller(h)
		poller.Store, poller.Parallel = l, 16
		for time.Since(start) < day {
			next, err := poller.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(max(time.Until(next), 2*time.Second))
		}
		all, followed, busiest = harvest(plots)
		if h.clash > 0 {
			t.Errorf("%d requests met another at their host", h.clash)
		}
	})
	return all, followed, busiest
}

// fixed is the same for a poller that asks every so often.
func fixed(n int, every time.Duration) (all, followed tally, busiest int) {
	start := time.Date(2000, 1, 3, 0, 0, 0, 0, time.UTC)
	plots := farmland(n, start)
	r := rand.New(rand.NewPCG(3, 4))
	for i, p := range plots {
		var etag, date string
		for now := start.Add(every * time.Duration(i) / time.Duration(n)); now.Before(start.Add(day)); now = now.Add(every) {
			if s := p.ask(r, now, etag, date); s.status == 200 {
				etag, date = s.etag, s.date
				p.read(s.version, now, start)
			}
		}
	}
	return harvest(plots)
}

func harvest(plots []*plot) (all, followed tally, busiest int) {
	hosts := map[string]int{}
	for _, p := range plots {
		all.add(p.tally)
		if p.followed {
			followed.add(p.tally)
		}
		hosts[hostOf(p.url)] += p.requests
	}
	for _, n := range hosts {
		busiest = max(busiest, n)
	}
	return all, followed, busiest
}
