package daemon

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"pgregory.net/rapid"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/storage"
	"github.com/storywire/storywire/webhook"
)

// arrival is a request that a receiver read.
type arrival struct {
	id, story string
	number    int
	body      string
	status    int
}

// receiver is an endpoint and what it has seen.
type receiver struct {
	e        news.Endpoint
	mode     string // how it answers
	flying   int
	arrivals []arrival
	former   string // its secret before the last rotation
	until    time.Time
}

// outbox is the world of the property test: a real database, a real sender,
// and receivers that need no socket.
type outbox struct {
	t         *rapid.T
	path      string
	store     *storage.Store
	receivers []*receiver
	stories   []string
	revisions map[string]int            // published, by story
	wanted    map[int64]map[string]bool // by endpoint: "story number"
	anew      map[string][]int          // by delivery: attempts begun when its schedule began anew
	moved     map[string][]int          // and when the clock was set
}

// The promises of the outbox, over whatever happens: every revision reaches
// every endpoint that wanted it, under one id and with one body, signed with
// the secrets of the time, as the schedule says, one at a time; and nothing
// reaches an endpoint that did not want it.
func TestOutbox(t *testing.T) {
	// In memory where that can be had: no power is cut here.
	dir, err := os.MkdirTemp("/dev/shm", "storywire-test-")
	if err != nil {
		dir = t.TempDir()
	}
	defer os.RemoveAll(dir)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		var died any // rapid ends a check by panicking, and looks for it outside of the bubble
		synctest.Test(t, func(*testing.T) {
			defer func() { died = recover() }()
			o := newOutbox(rt, filepath.Join(dir, strconv.Itoa(n)+".db"))
			defer func() { o.must(errors.Join(o.store.Close(), os.Remove(o.path))) }()
			rt.Repeat(map[string]func(*rapid.T){
				"publish": o.publish, "run": o.run, "crash": o.crash, "step the clock": o.step, "answer": o.answer,
				"rotate": o.rotate, "replay": o.replay, "switch": o.toggle, "": o.check,
			})
			o.settle()
		})
		if died != nil {
			panic(died)
		}
	})
}

func newOutbox(t *rapid.T, path string) *outbox {
	o := &outbox{t: t, path: path, revisions: map[string]int{}, wanted: map[int64]map[string]bool{}, anew: map[string][]int{}, moved: map[string][]int{}}
	var err error
	if o.store, err = storage.Open(context.Background(), storage.Options{Path: path}); err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"followed", "not followed"} {
		story, err := o.store.Follow(context.Background(), news.Query{Words: words})
		if err != nil {
			t.Fatal(err)
		}
		o.stories = append(o.stories, story.ID)
	}
	o.must(o.store.Unfollow(context.Background(), o.stories[1]))
	updates := []string{news.StoryUpdated}
	for i, w := range []news.Wants{{Events: updates}, {Events: updates, Followed: true}, {Events: updates, Stories: o.stories[1:]}, {Events: []string{news.FeedFailing}}} {
		e, err := o.store.AddEndpoint(context.Background(), news.Endpoint{Format: news.Standard, URL: fmt.Sprintf("http://%d.example/", i), Secret: webhook.NewSecret(), Wants: w})
		o.must(err)
		o.receivers = append(o.receivers, &receiver{e: e, mode: "take"})
		o.wanted[e.ID] = map[string]bool{}
	}
	return o
}

func (o *outbox) must(err error) {
	if err != nil {
		o.t.Helper()
		o.t.Fatal(err)
	}
}

func (o *outbox) draw(t *rapid.T) *receiver {
	return o.receivers[rapid.IntRange(0, len(o.receivers)-1).Draw(t, "receiver")]
}

func (o *outbox) publish(t *rapid.T) {
	id := o.stories[rapid.IntRange(0, 1).Draw(t, "story")]
	story, err := o.store.Story(context.Background(), id)
	o.must(err)
	o.revisions[id]++
	number := o.revisions[id]
	o.must(o.store.SaveRevision(context.Background(), news.Draft{Version: story.Version, Revision: news.Revision{Schema: 1,
		Story:    news.StoryHead{ID: id, Title: story.Title},
		Revision: news.RevisionHead{Number: number, Created: time.Now().Truncate(time.Second), Label: news.Label(1)}}}))
	for _, r := range o.receivers {
		w := r.e.Wants
		if w.Events[0] == news.StoryUpdated && (!w.Followed || story.Followed) && (len(w.Stories) == 0 || slices.Contains(w.Stories, id)) {
			o.wanted[r.e.ID][fmt.Sprint(id, " ", number)] = true
		}
	}
}

// send runs the sender for a span of time, as the daemon's loop does.
func (o *outbox) send(store webhook.Store, span time.Duration) {
	s := webhook.Sender{Store: store, Client: &http.Client{Transport: o}}
	for end := time.Now().Add(span); ; {
		next, err := s.Run(context.Background())
		if errors.Is(err, errDied) {
			return
		}
		o.must(err)
		if next.IsZero() || next.After(end) {
			time.Sleep(time.Until(end))
			return
		}
		time.Sleep(max(time.Until(next), 20*time.Millisecond))
	}
}

func (o *outbox) run(t *rapid.T) {
	o.send(o.store, time.Duration(rapid.SampledFrom([]int{1, 60, 3600, 86400, 3 * 86400}).Draw(t, "seconds"))*time.Second)
}

var errDied = errors.New("killed")

// dying is a store whose process is killed at one of its transactions: before
// it is done, or after, when nobody hears of it. Requests in flight arrive, and
// nobody hears of that either.
type dying struct {
	*storage.Store
	left  int
	after bool
}

func (d *dying) Exchange(ctx context.Context, t news.Turn) ([]news.Delivery, error) {
	if d.left--; d.left > 0 {
		return d.Store.Exchange(ctx, t)
	}
	if d.left == 0 && d.after {
		if _, err := d.Store.Exchange(ctx, t); err != nil {
			return nil, err
		}
	}
	return nil, errDied
}

func (o *outbox) crash(t *rapid.T) {
	o.send(&dying{o.store, rapid.IntRange(1, 4).Draw(t, "transactions"), rapid.Bool().Draw(t, "after")}, time.Hour)
}

// step sets the clock, forward or back: seen from the clock, all that is
// stored moves the other way.
func (o *outbox) step(t *rapid.T) {
	by := time.Duration(rapid.SampledFrom([]int{-30 * 86400, -86400, -3600, -7, 7, 3600, 86400, 30 * 86400}).Draw(t, "by seconds")) * time.Second
	db, err := sql.Open("sqlite", "file:"+o.path)
	o.must(err)
	for table, columns := range map[string][]string{"delivery": {"due"}, "endpoint": {"rest", "failing", "former_until"}, "attempt": {"started", "finished"}} {
		for _, column := range columns {
			_, err := db.Exec(fmt.Sprintf(`UPDATE %s SET %s = max(%s - ?, 1) WHERE %[2]s <> 0`, table, column, column), by.Milliseconds())
			o.must(err)
		}
	}
	o.must(db.Close())
	for _, r := range o.receivers {
		r.until = r.until.Add(-by)
	}
	for _, d := range o.deliveries() {
		o.moved[d.ID] = append(o.moved[d.ID], d.Attempts)
	}
}

// reset notes that the schedules of deliveries begin anew.
func (o *outbox) reset(which func(news.Delivery) bool) {
	for _, d := range o.deliveries() {
		if which(d) {
			o.anew[d.ID] = append(o.anew[d.ID], d.Attempts)
		}
	}
}

func (o *outbox) deliveries() []news.Delivery {
	all, err := o.store.Deliveries(context.Background(), 0, 10000)
	o.must(err)
	return all
}

func (o *outbox) answer(t *rapid.T) {
	o.draw(t).mode = rapid.SampledFrom([]string{"take", "fail", "fail", "busy", "gone", "hang", "break off"}).Draw(t, "mode")
}

func (o *outbox) rotate(t *rapid.T) {
	r := o.draw(t)
	r.former, r.until = r.e.Secret, time.Now().Add(webhook.Overlap)
	if rapid.Bool().Draw(t, "at once") {
		r.until = time.Now()
	}
	r.e.Secret = webhook.NewSecret()
	o.must(o.store.RotateSecret(context.Background(), r.e.ID, r.e.Secret, r.until))
}

func (o *outbox) replay(t *rapid.T) {
	if rapid.Bool().Draw(t, "all") {
		settled := func(d news.Delivery) bool { return d.State != news.Pending }
		o.reset(settled)
		_, err := o.store.ReplaySince(context.Background(), time.Unix(0, 0), 0, false)
		o.must(err)
		return
	}
	all := o.deliveries()
	if len(all) == 0 {
		return
	}
	d := all[rapid.IntRange(0, len(all)-1).Draw(t, "delivery")]
	if err := o.store.Replay(context.Background(), d.ID); err == nil {
		o.anew[d.ID] = append(o.anew[d.ID], d.Attempts)
	} else if !errors.Is(err, news.ErrNotFound) || d.State != news.Pending {
		t.Fatalf("replay of %+v: %v", d, err)
	}
}

func (o *outbox) toggle(t *rapid.T) {
	r := o.draw(t)
	if rapid.Bool().Draw(t, "on") {
		o.must(o.store.Enable(context.Background(), r.e.ID))
		o.reset(func(d news.Delivery) bool { return d.Endpoint.ID == r.e.ID && d.State == news.Pending })
		return
	}
	o.must(o.store.Disable(context.Background(), r.e.ID, "by hand"))
}

// RoundTrip is the receivers' side.
func (o *outbox) RoundTrip(req *http.Request) (*http.Response, error) {
	i, err := strconv.Atoi(req.URL.Hostname()[:1])
	o.must(err)
	r := o.receivers[i]
	if r.flying++; r.flying > 1 {
		o.t.Errorf("two requests at once to %s", req.URL)
	}
	defer func() { r.flying-- }()
	body, err := io.ReadAll(req.Body)
	o.must(err)
	a := r.read(o.t, req.Header, body)
	a.status = map[string]int{"take": 204, "fail": 500, "busy": 429, "gone": 410, "break off": 200}[r.mode]
	r.arrivals = append(r.arrivals, a)
	time.Sleep(50 * time.Millisecond)
	if r.mode == "hang" {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	if r.mode == "break off" { // taken, but the sender does not hear of it
		return nil, errors.New("connection reset")
	}
	return &http.Response{StatusCode: a.status, Header: http.Header{"Retry-After": {"30"}}, Body: http.NoBody, Request: req}, nil
}

// read checks a request as a receiver would.
func (r *receiver) read(t *rapid.T, header http.Header, body []byte) arrival {
	secrets := map[string]bool{r.e.Secret: true}
	if r.former != "" {
		secrets[r.former] = time.Now().Before(r.until.Truncate(time.Millisecond))
	}
	for secret, want := range secrets {
		verify, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := verify.Verify(body, header); (err == nil) != want {
			t.Errorf("verified: %v, want %v", err, want)
		}
	}
	var e struct {
		Type string
		Data news.Revision
	}
	if err := json.Unmarshal(body, &e); err != nil {
		t.Fatal(err)
	}
	return arrival{id: header.Get("Webhook-Id"), story: e.Data.Story.ID, number: e.Data.Revision.Number, body: string(body)}
}

// check holds what must hold at any time.
func (o *outbox) check(t *rapid.T) {
	bodies := map[string]string{}
	for _, r := range o.receivers {
		ids := map[string]string{}
		for _, a := range r.arrivals {
			what := fmt.Sprint(a.story, " ", a.number)
			if !o.wanted[r.e.ID][what] {
				t.Fatalf("endpoint %d got %s, which it did not want", r.e.ID, what)
			}
			if id, known := ids[what]; known && id != a.id {
				t.Fatalf("%s came to endpoint %d under two ids", what, r.e.ID)
			}
			if body, known := bodies[a.id]; known && body != a.body {
				t.Fatalf("%s told two things", a.id)
			}
			ids[what], bodies[a.id] = a.id, a.body
		}
	}
	for _, d := range o.deliveries() {
		o.scheduled(d)
	}
}

// scheduled checks the attempts at a delivery: never before their time, and
// given up only after the last.
func (o *outbox) scheduled(d news.Delivery) {
	_, attempts, err := o.store.Delivery(context.Background(), d.ID)
	o.must(err)
	waits := webhook.DefaultRetries()
	failures := 0
	for i, a := range attempts {
		if slices.Contains(o.anew[d.ID], i) {
			failures = 0
		} else if i > 0 && !slices.Contains(o.moved[d.ID], i) {
			before := attempts[i-1]
			least := before.Started.Add(15 * time.Second) // nothing was heard of it
			if !before.Finished.IsZero() {
				least = before.Finished
				if failures > 0 {
					least = least.Add(waits[min(failures, len(waits))-1] * 9 / 10)
				}
			}
			if a.Started.Before(least.Add(-time.Millisecond)) {
				o.t.Fatalf("attempt %d at %s began at %v, which is before %v", a.Number, d.ID, a.Started, least)
			}
		}
		if !a.Finished.IsZero() && a.Error != "" {
			failures++
		}
	}
	if d.State == news.Expired && failures <= len(waits) {
		o.t.Fatalf("%s expired after %d failures", d.ID, failures)
	}
}

// settle lets everything come right and then holds what must hold in the end.
func (o *outbox) settle() {
	for _, r := range o.receivers {
		r.mode = "take"
		o.must(o.store.Enable(context.Background(), r.e.ID))
	}
	o.reset(func(d news.Delivery) bool { return d.State != news.Delivered })
	_, err := o.store.ReplaySince(context.Background(), time.Unix(0, 0), 0, true)
	o.must(err)
	o.send(o.store, 20*24*time.Hour)
	o.check(o.t)
	for _, d := range o.deliveries() {
		if d.State != news.Delivered {
			o.t.Fatalf("in the end %s is %s: %s", d.ID, d.State, d.LastError)
		}
	}
	for _, r := range o.receivers {
		taken := map[string]bool{}
		for _, a := range r.arrivals {
			if a.status/100 == 2 {
				taken[fmt.Sprint(a.story, " ", a.number)] = true
			}
		}
		for what := range o.wanted[r.e.ID] {
			if !taken[what] {
				o.t.Fatalf("%s never reached endpoint %d", what, r.e.ID)
			}
		}
	}
}
