package feed

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/storywire/storywire/news"
)

// visits is a server for every host that answers after a while, and notes when
// it was asked what.
type visits struct {
	mu   sync.Mutex
	log  []visit
	open map[string]int // requests at a time, by host
	took func(*http.Request) time.Duration
	pad  int // bytes of nothing after each document
}

type visit struct {
	at       time.Time
	host     string
	together int // requests at the host while this one ran, itself included
}

func (v *visits) RoundTrip(req *http.Request) (*http.Response, error) {
	v.mu.Lock()
	if v.open == nil {
		v.open = map[string]int{}
	}
	v.open[req.URL.Host]++
	v.log = append(v.log, visit{time.Now(), req.URL.Host, v.open[req.URL.Host]})
	v.mu.Unlock()
	time.Sleep(v.took(req))
	v.mu.Lock()
	v.open[req.URL.Host]--
	v.mu.Unlock()
	resp := reply(200, sample+strings.Repeat(" ", v.pad))
	resp.Request = req
	return resp, nil
}

func (v *visits) of(part string) (all []visit) {
	for _, one := range v.log {
		if strings.Contains(one.host, part) {
			all = append(all, one)
		}
	}
	return all
}

func due(n int, address func(i int) string) []news.Feed {
	var feeds []news.Feed
	for i := range n {
		feeds = append(feeds, news.Feed{ID: int64(len(address(i)))*100000 + int64(i), URL: address(i), State: news.FeedActive})
	}
	return feeds
}

// TestCrowdedHost: a per-host limit that skips nobody. A host with 60 feeds is
// asked one thing at a time and for all of them in one round, and holds up none
// of the 300 others, though its feeds are the longest due.
func TestCrowdedHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &visits{took: func(*http.Request) time.Duration { return 100 * time.Millisecond }}
		p := poller(v)
		m := &memory{feeds: append(due(60, func(i int) string { return fmt.Sprintf("http://crowd.example/%d", i) }),
			due(300, func(i int) string { return fmt.Sprintf("http://h%d.example/f", i) })...)}
		for i := range m.feeds[60:] {
			m.feeds[60+i].NextFetch = time.Now().Add(-time.Minute)
		}
		p.Store, p.Parallel = m, 16
		start := time.Now()
		if _, err := p.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		crowd := v.of("crowd")
		if len(crowd) != 60 || len(m.fetches) != 360 {
			t.Errorf("%d of the crowd and %d in all were fetched", len(crowd), len(m.fetches))
		}
		for _, one := range v.log {
			if one.together > 1 {
				t.Fatalf("%s was asked %d things at a time", one.host, one.together)
			}
			if one.host != "crowd.example" && one.at.Sub(start) > 20*time.Second {
				t.Fatalf("%s was held up for %v", one.host, one.at.Sub(start))
			}
		}
		if took := crowd[59].at.Sub(start); took > 70*time.Second {
			t.Errorf("the crowd took %v", took)
		}
	})
}

// lazy is a store that takes its time to record.
type lazy struct{ *memory }

func (l lazy) RecordFetch(ctx context.Context, f news.Fetch) (news.FetchCount, error) {
	time.Sleep(time.Hour)
	return l.memory.RecordFetch(ctx, f)
}

// TestFetchesGoOn: what is read and recorded takes nobody's slot, until there is
// so much of it that memory counts.
func TestFetchesGoOn(t *testing.T) {
	for _, c := range []struct{ size, feeds, held int }{{len(sample), 50, 50}, {unread / 4, 9, 4}} {
		synctest.Test(t, func(t *testing.T) {
			v := &visits{took: func(*http.Request) time.Duration { return time.Second }, pad: c.size - len(sample)}
			p := poller(v)
			p.MaxBody = unread
			p.Store, p.Parallel = lazy{&memory{feeds: due(c.feeds, func(i int) string { return fmt.Sprintf("http://h%d.example/f", i) })}}, 1
			ended := make(chan error)
			go func() { _, err := p.Run(t.Context()); ended <- err }()
			time.Sleep(30 * time.Minute)
			synctest.Wait()
			if len(v.log) != c.held {
				t.Errorf("%d of %d feeds were fetched while nothing was recorded, want %d", len(v.log), c.feeds, c.held)
			}
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
}

// TestStartsTogether: a round wakes up for many starts at once, and keeps its
// pace.
func TestStartsTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &visits{took: func(*http.Request) time.Duration { return 10 * time.Millisecond }}
		p := poller(v)
		p.Store, p.Parallel = &memory{feeds: due(500, func(i int) string { return fmt.Sprintf("http://h%d.example/f", i) })}, 250
		start := time.Now()
		if _, err := p.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		moments := map[time.Time]bool{}
		for _, one := range v.log {
			moments[one.at] = true
		}
		if len(v.log) != 500 || len(moments) > 30 {
			t.Errorf("%d requests began at %d moments", len(v.log), len(moments))
		}
		if took := time.Since(start); took < 450*time.Millisecond || took > 600*time.Millisecond {
			t.Errorf("500 starts at 1,000 a second took %v", took)
		}
	})
}

// TestDomainPace: hosts under one registrable domain are asked side by side,
// but begin one after the other; those of a public suffix and addresses of
// machines are nobody's but their own.
func TestDomainPace(t *testing.T) {
	for _, c := range []struct {
		host   string
		spread bool
	}{
		{"http://h%d.provider.example/f", true},
		{"http://h%d.github.io/f", false},
		{"http://10.0.0.%d:8080/f", false},
		{"http://[fd00::%d]/f", false},
		{"http://h%d.co.uk/f", false},
		{"http://h%d.bbc.co.uk/f", true},
	} {
		t.Run(c.host, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v := &visits{took: func(*http.Request) time.Duration { return 50 * time.Millisecond }}
				p := poller(v)
				p.Store, p.Parallel = &memory{feeds: due(10, func(i int) string { return fmt.Sprintf(c.host, i+1) })}, 10
				start := time.Now()
				if _, err := p.Run(t.Context()); err != nil {
					t.Fatal(err)
				}
				if len(v.log) != 10 {
					t.Fatalf("%d visits", len(v.log))
				}
				if took := v.log[9].at.Sub(start); c.spread != (took > 2*time.Second) || took > 10*time.Second {
					t.Errorf("the last began after %v", took)
				}
			})
		})
	}
}

// TestSlowHostHoldsUpNobody: while a host says nothing, what falls due is
// fetched.
func TestSlowHostHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &visits{took: func(r *http.Request) time.Duration {
			if strings.HasPrefix(r.URL.Host, "slow") {
				return 25 * time.Second
			}
			return 10 * time.Millisecond
		}}
		p := poller(v)
		m := &memory{feeds: append(due(8, func(i int) string { return fmt.Sprintf("http://slow.example/%d", i) }),
			news.Feed{ID: 1, URL: "http://later.example/", State: news.FeedActive, NextFetch: time.Now().Add(30 * time.Second)})}
		p.Store, p.Parallel = m, 4
		start := time.Now()
		if _, err := p.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		later := v.of("later")
		if len(later) != 1 || later[0].at.Sub(start) < 30*time.Second || later[0].at.Sub(start) > 36*time.Second {
			t.Errorf("what fell due after 30 s was fetched so: %v", later)
		}
		if slow := v.of("slow"); len(slow) != 8 {
			t.Errorf("%d visits to the slow host", len(slow))
		}
	})
}

// TestNoBurst: 2,000 feeds that a restart or a suspend left due are fetched at a
// pace; with 256 at once, 1,000 hosts are through within two seconds.
func TestNoBurst(t *testing.T) {
	for _, c := range []struct {
		feeds, parallel int
		perSecond       int // the most
		within          time.Duration
	}{
		{2000, 16, 16*perSlot + 16, 40 * time.Second},
		{1000, 256, 256*perSlot + 256, 2 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			v := &visits{took: func(r *http.Request) time.Duration {
				return time.Duration(20+len(r.URL.Path)*37%180) * time.Millisecond
			}}
			p := poller(v)
			m := &memory{feeds: due(c.feeds, func(i int) string {
				return fmt.Sprintf("http://10.0.%d.%d/%s", i/250, i%250, strings.Repeat("x", i%40))
			})}
			p.Store, p.Parallel = m, c.parallel
			start := time.Now()
			if _, err := p.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took > c.within || len(m.fetches) != c.feeds {
				t.Errorf("%d fetches took %v", len(m.fetches), took)
			}
			for i, one := range v.log {
				if n := i + c.perSecond; n < len(v.log) && v.log[n].at.Sub(one.at) < time.Second {
					t.Fatalf("more than %d requests within a second", c.perSecond)
				}
			}
		})
	}
}

// TestClockSetBack: what storage says is due is fetched at once, also if it was
// planned for next year by a clock that has been put right since.
func TestClockSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &visits{took: func(*http.Request) time.Duration { return time.Millisecond }}
		m := &misplanned{memory{feeds: due(3, func(i int) string { return fmt.Sprintf("http://10.0.0.%d/", i%2) })}}
		for i := range m.feeds {
			m.feeds[i].NextFetch = time.Now().AddDate(1, 0, 0)
		}
		p := poller(v)
		p.Store = m
		start := time.Now()
		if _, err := p.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); len(m.fetches) != 3 || took > relist {
			t.Errorf("%d fetches in %v", len(m.fetches), took)
		}
	})
}

// misplanned says of each feed once that it is due.
type misplanned struct{ memory }

func (m *misplanned) DueFeeds(context.Context, time.Time, int) ([]news.Feed, error) {
	feeds := m.feeds
	m.feeds = nil
	return feeds, nil
}
