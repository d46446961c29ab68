package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"go.uber.org/goleak"

	"github.com/storywire/storywire/news"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// runFor drives the sender as the daemon's loop would, for a span of time.
func runFor(t *testing.T, s Sender, span time.Duration) {
	t.Helper()
	end := time.Now().Add(span)
	for time.Now().Before(end) {
		next, err := s.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if next.IsZero() {
			return
		}
		time.Sleep(time.Until(next))
	}
}

func TestThirdTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var at []time.Duration
		var ids, bodies []string
		verify, err := standardwebhooks.NewWebhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
		if err != nil {
			t.Fatal(err)
		}
		receive := func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if err := verify.Verify(body, r.Header); err != nil {
				t.Error(err)
			}
			at = append(at, time.Since(start))
			ids, bodies = append(ids, r.Header.Get("webhook-id")), append(bodies, string(body))
			if len(at) < 3 {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		}
		var m memory
		m.add(delivery("msg_1", 1, start))
		runFor(t, Sender{Store: &m, Client: client(receive), UserAgent: "storywire/test"}, 24*time.Hour)

		if len(at) != 3 || at[0] != 0 {
			t.Fatalf("requests at %v, want three, the first at once", at)
		}
		within(t, "first retry", at[1], 5*time.Second)
		within(t, "second retry", at[2]-at[1], 5*time.Minute)
		for i := range ids {
			if ids[i] != "msg_1" || bodies[i] != bodies[0] {
				t.Errorf("request %d has id %q and body %q; both must stay the same", i, ids[i], bodies[i])
			}
		}
		if d := m.find("msg_1"); d.State != news.Delivered || d.LastError != "" || d.Attempts != 3 {
			t.Errorf("delivery ended as %q, %q after %d attempts", d.State, d.LastError, d.Attempts)
		}
	})
}

func within(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if got < want*9/10 || got > want*11/10 {
		t.Errorf("%s after %v, want %v give or take a tenth", what, got, want)
	}
}

func TestExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var m memory
		m.add(delivery("msg_1", 1, start))
		fail := func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no room", 500) }
		runFor(t, Sender{Store: &m, Client: client(fail)}, 30*24*time.Hour)
		d := m.find("msg_1")
		if d.State != news.Expired || d.Attempts != 10 || d.LastError != "answered 500 Internal Server Error: no room" {
			t.Errorf("delivery ended as %q, %q after %d attempts", d.State, d.LastError, d.Attempts)
		}
		within(t, "last attempt", m.attempts[9].Started.Sub(start), 75*time.Hour+35*time.Minute)
	})
}

func TestGoneDisables(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m memory
		m.add(delivery("msg_1", 1, time.Now()), delivery("msg_2", 1, time.Now()))
		calls := 0
		gone := func(w http.ResponseWriter, r *http.Request) { calls++; w.WriteHeader(http.StatusGone) }
		runFor(t, Sender{Store: &m, Client: client(gone)}, time.Hour)
		if d := m.find("msg_2"); calls != 1 || d.Endpoint.Disabled == "" || d.State != news.Pending {
			t.Errorf("%d calls, disabled %q, second delivery %q", calls, d.Endpoint.Disabled, d.State)
		}
	})
}

// A slow endpoint has one request in flight at a time and holds up nobody,
// not even deliveries that come while it is waited for.
func TestSlowEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var m memory
		var mu sync.Mutex
		arrived := map[string]time.Duration{}
		flying := 0
		receive := func(w http.ResponseWriter, r *http.Request) {
			id := r.Header.Get("webhook-id")
			mu.Lock()
			arrived[id] = time.Since(start)
			slow := strings.HasPrefix(id, "slow")
			if slow {
				if flying++; flying > 1 {
					t.Errorf("%s arrived while another was in flight", id)
				}
			}
			mu.Unlock()
			if slow {
				time.Sleep(10 * time.Second)
				mu.Lock()
				flying--
				mu.Unlock()
			}
		}
		for i := range 3 {
			m.add(delivery(fmt.Sprintf("slow%d", i), 1, start), delivery(fmt.Sprintf("quick%d", i), 2, start))
		}
		go func() {
			time.Sleep(3 * time.Second)
			m.add(delivery("late", 3, time.Now()))
		}()
		runFor(t, Sender{Store: &m, Client: client(receive)}, time.Hour)
		if len(arrived) != 7 {
			t.Errorf("%d of 7 arrived", len(arrived))
		}
		if arrived["quick2"] != 0 || arrived["slow2"] != 20*time.Second || arrived["late"] > 5*time.Second {
			t.Errorf("arrivals: %v", arrived)
		}
	})
}

// A slow endpoint with a long backlog gets it over several runs.
func TestBacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m memory
		for i := range 20 {
			m.add(delivery(fmt.Sprintf("msg_%d", i), 1, time.Now()))
		}
		s := Sender{Store: &m, Client: client(func(http.ResponseWriter, *http.Request) { time.Sleep(14 * time.Second) })}
		start := time.Now()
		next, err := s.Run(t.Context())
		if took := time.Since(start); err != nil || took > stint+s.withDefaults().Timeout || next.After(time.Now()) || next.IsZero() {
			t.Errorf("Run took %v and returned %v, %v", took, next, err)
		}
		runFor(t, s, time.Hour)
		for _, d := range m.deliveries {
			if d.State != news.Delivered || d.Attempts != 1 {
				t.Errorf("%s ended as %q after %d attempts", d.ID, d.State, d.Attempts)
			}
		}
	})
}

func TestMoreEndpointsThanRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m memory
		for i := range 20 {
			m.add(delivery(fmt.Sprintf("a%d", i), int64(i), time.Now()), delivery(fmt.Sprintf("b%d", i), int64(i), time.Now()))
		}
		var mu sync.Mutex
		flying, most := 0, 0
		receive := func(http.ResponseWriter, *http.Request) {
			mu.Lock()
			flying++
			most = max(most, flying)
			mu.Unlock()
			time.Sleep(time.Millisecond)
			mu.Lock()
			flying--
			mu.Unlock()
		}
		runFor(t, Sender{Store: &m, Client: client(receive), Parallel: 3}, time.Minute)
		for _, d := range m.deliveries {
			if d.State != news.Delivered || d.Attempts != 1 {
				t.Errorf("%s ended as %q after %d attempts", d.ID, d.State, d.Attempts)
			}
		}
		if most != 3 {
			t.Errorf("%d requests in flight at once, want 3", most)
		}
	})
}

func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m memory
		m.add(delivery("msg_1", 1, time.Now()))
		hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
		s := Sender{Store: &m, Client: client(hang), Retries: []time.Duration{}}
		start := time.Now()
		runFor(t, s, time.Hour)
		if d := m.find("msg_1"); d.LastError != "no answer within 15s" || time.Since(start) != 15*time.Second {
			t.Errorf("%q after %v", d.LastError, time.Since(start))
		}
	})
}

// A stop in flight records what is known and leaves the delivery due.
func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m memory
		m.add(delivery("msg_1", 1, time.Now()))
		hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := Sender{Store: &m, Client: client(hang)}.Run(ctx)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Run returned %v", err)
		}
		d := m.find("msg_1")
		if d.State != news.Pending || d.Due.After(time.Now()) || d.LastError != "interrupted by a shutdown" {
			t.Errorf("delivery is %q, due %v, %q", d.State, d.Due, d.LastError)
		}
	})
}

// An outcome that cannot be stored is an error of Run, and the delivery comes
// again.
func TestStorageFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := errors.New("disk full")
		m := memory{fail: full}
		m.add(delivery("msg_1", 1, time.Now()), delivery("msg_2", 1, time.Now()))
		calls := 0
		receive := func(http.ResponseWriter, *http.Request) { calls++; m.fail = full }
		s := Sender{Store: &m, Client: client(receive)}
		if _, err := s.Run(t.Context()); !errors.Is(err, full) || calls != 0 {
			t.Errorf("Run returned %v after %d calls: what cannot be recorded must not be sent", err, calls)
		}
		m.fail = nil
		if _, err := s.Run(t.Context()); !errors.Is(err, full) || calls != 1 {
			t.Errorf("Run returned %v after %d calls", err, calls)
		}
		receive2 := func(http.ResponseWriter, *http.Request) { calls++ }
		m.fail, s.Client = nil, client(receive2)
		runFor(t, s, time.Hour)
		if calls != 3 || m.find("msg_1").State != news.Delivered {
			t.Errorf("%d calls, delivery is %q", calls, m.find("msg_1").State)
		}
	})
}

// Slow and dead endpoints, however many, leave half of the room to the others
// once they are known, and a dead one with much to come is not asked for each
// of it.
func TestManySlowEndpoints(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m memory
		owe := func(round int) {
			for e := range int64(40) {
				d := delivery(fmt.Sprintf("msg_%d_%d", e, round), e, time.Now())
				d.Endpoint.URL = fmt.Sprintf("http://%d.example/", e)
				if round > 0 {
					d.Endpoint = m.find(fmt.Sprintf("msg_%d_0", e)).Endpoint
				}
				m.add(d)
			}
		}
		var mu sync.Mutex
		var quick time.Time // when the last quick one was served
		dead := 0
		receive := func(w http.ResponseWriter, r *http.Request) {
			var e int
			fmt.Sscanf(r.URL.Host, "%d", &e)
			switch {
			case e < 15: // hang
				mu.Lock()
				dead++
				mu.Unlock()
				<-r.Context().Done()
			case e < 30: // slow
				time.Sleep(8 * time.Second)
			default:
				mu.Lock()
				quick = time.Now()
				mu.Unlock()
			}
		}
		s := Sender{Store: &m, Client: client(receive), Parallel: 8}
		owe(0)
		runFor(t, s, 3*time.Minute)
		for round := range 10 {
			owe(round + 1)
		}
		burst := time.Now()
		runFor(t, s, 10*time.Minute)
		if waited := quick.Sub(burst); waited < 0 || waited > time.Second {
			t.Errorf("quick endpoints were served %v after the burst", waited)
		}
		if dead > 15*8 {
			t.Errorf("%d requests to 15 dead endpoints in thirteen minutes", dead)
		}
	})
}

func TestPick(t *testing.T) {
	due := []news.DueEndpoint{{ID: 1}, {ID: 2}, {ID: 3, Slow: true}, {ID: 4, Slow: true}, {ID: 5, Slow: true}}
	for _, tt := range []struct {
		name   string
		flying map[int64]bool
		room   int
		want   []int64
	}{
		{"all", nil, 6, []int64{1, 2, 3, 4, 5}},
		{"slow ones take half", nil, 4, []int64{1, 2, 3, 4}},
		{"of what is left", map[int64]bool{9: true, 8: true}, 4, []int64{1, 2}},
		{"busy", map[int64]bool{1: false, 3: true}, 8, []int64{2, 4, 5}},
		{"no room", map[int64]bool{9: false}, 1, nil},
		{"one at a time", nil, 1, []int64{1}},
	} {
		var got []int64
		for _, e := range pick(due, tt.flying, tt.room) {
			got = append(got, e.ID)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// Real sockets: redirects are not followed, answers are cut, and neither
// secret nor address is logged.
func TestReceiver(t *testing.T) {
	var paths []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.URL.Path)
		if r.Header.Get("Content-Type") != "application/json" || r.UserAgent() != "storywire/test" {
			t.Errorf("headers: %v", r.Header)
		}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusFound)
		io.WriteString(w, strings.Repeat("ä", 5000))
	}))
	defer server.Close()
	var log bytes.Buffer
	var m memory
	d := delivery("msg_1", 1, time.Now())
	d.Endpoint.URL = server.URL + "/hook/token123"
	m.add(d)
	s := Sender{Store: &m, Client: server.Client(), UserAgent: "storywire/test", Log: slog.New(slog.NewTextHandler(&log, nil))}
	if _, err := s.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(paths) != 1 {
		t.Errorf("requests to %v, want one", paths)
	}
	a := m.attempts[0]
	if a.Status != 302 || a.State != news.Pending || len(a.Response) != 4096 || len([]rune(a.Error)) > 320 {
		t.Errorf("attempt: status %d, state %q, %d bytes kept, error %q", a.Status, a.State, len(a.Response), a.Error)
	}
	server.Close()
	m.find("msg_1").Due, m.find("msg_1").Endpoint.Rest = time.Now(), time.Time{}
	if _, err := s.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if out := log.String() + m.attempts[1].Error; !strings.Contains(out, "refused") ||
		strings.Contains(out, "token123") || strings.Contains(out, "whsec_") {
		t.Errorf("log and error tell too much or too little: %s", out)
	}
}
