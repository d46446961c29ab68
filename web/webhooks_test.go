package web

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

// switchboard is Webhooks with two endpoints that writes down what it is asked.
type switchboard struct{ asked []string }

func (s *switchboard) note(err error, format string, args ...any) error {
	s.asked = append(s.asked, fmt.Sprintf(format, args...))
	return err
}

func (s *switchboard) known(id int64) error {
	if id > 2 {
		return news.ErrNotFound
	}
	return nil
}

func (s *switchboard) Endpoints(context.Context) ([]news.Endpoint, error) {
	return []news.Endpoint{
		{ID: 1, Format: news.Standard, URL: "https://a.example/hook/token123", Secret: "whsec_hidden", Wants: news.Wants{Events: []string{news.StoryUpdated}, Digest: "07:30"}},
		{ID: 2, Format: news.Exec, Target: `["/opt/run","--token","token123"]`, Disabled: "nothing got through", Wants: news.Wants{Events: []string{news.FeedFailing}}},
	}, nil
}

func settled(id string) news.Delivery {
	return news.Delivery{ID: id, Event: news.StoryUpdated, Story: "k3v9", Revision: 2, Endpoint: news.Endpoint{ID: 1}, State: news.Expired, Attempts: 2,
		LastError: "answered 500: <b>no</b>", Created: time.Date(2026, 3, 6, 9, 0, 0, 0, time.UTC)}
}

func (s *switchboard) Deliveries(_ context.Context, endpoint int64, limit int) ([]news.Delivery, error) {
	return []news.Delivery{settled("msg_1")}, s.note(nil, "list %d %d", endpoint, limit)
}

func (s *switchboard) Delivery(_ context.Context, id string) (news.Delivery, []news.Attempt, error) {
	if id != "msg_1" {
		return news.Delivery{}, nil, news.ErrNotFound
	}
	at := time.Date(2026, 3, 6, 9, 0, 0, 0, time.UTC)
	return settled(id), []news.Attempt{
		{Number: 1, Started: at, Finished: at.Add(230 * time.Millisecond), Status: 500, Error: "answered 500", Response: "<b>no</b>"},
		{Number: 2, Started: at.Add(time.Minute)},
	}, nil
}

func (s *switchboard) Ping(_ context.Context, id int64) (news.Attempt, error) {
	at := time.Now()
	return news.Attempt{Started: at, Finished: at.Add(12 * time.Millisecond), Status: 204}, s.note(s.known(id), "ping %d", id)
}

func (s *switchboard) Enable(_ context.Context, id int64) error {
	return s.note(s.known(id), "enable %d", id)
}

func (s *switchboard) Disable(_ context.Context, id int64, why string) error {
	return s.note(s.known(id), "disable %d %s", id, why)
}

func (s *switchboard) Rotate(_ context.Context, id int64) (string, error) {
	if id == 2 {
		return "", news.Refusal("the service gives it to you")
	}
	return "whsec_new", s.note(s.known(id), "rotate %d", id)
}

func (s *switchboard) Replay(_ context.Context, id string) error {
	return s.note(nil, "replay %s", id)
}

func (s *switchboard) ReplaySince(_ context.Context, since time.Time, endpoint int64, expired bool) (int, error) {
	return 3, s.note(nil, "replay since %v %d %v", time.Since(since).Round(time.Hour), endpoint, expired)
}

func TestWebhooks(t *testing.T) {
	for _, c := range []struct {
		method, target, form string
		status               int
		holds, asked         string
	}{
		{"GET", "/webhooks", "", 200, "https://a.example/…", "list 0 100"},
		{"GET", "/webhooks", "", 200, "answered 500: &lt;b&gt;no&lt;/b&gt;", "list 0 100"},
		{"GET", "/webhooks/msg_1", "", 200, "230 ms", ""},
		{"GET", "/webhooks/msg_1", "", 200, "not known", ""},
		{"GET", "/webhooks/msg_9", "", 404, "", ""},
		{"POST", "/webhooks/1/test", "", 200, "The test was taken, in 12 ms.", "ping 1; list 0 100"},
		{"POST", "/webhooks/1/rotate", "", 200, "whsec_new", "rotate 1; list 0 100"},
		{"POST", "/webhooks/2/rotate", "", 409, "The service gives it to you.", ""},
		{"POST", "/webhooks/2/enable", "", 200, "It is on again", "enable 2; list 0 100"},
		{"POST", "/webhooks/1/disable", "", 200, "It is off", "disable 1 switched off by hand; list 0 100"},
		{"POST", "/webhooks/7/enable", "", 404, "", "enable 7"},
		{"POST", "/webhooks/1/explode", "", 404, "", ""},
		{"POST", "/webhooks/msg_1/replay", "", 200, "sent again", "replay msg_1; list 0 100"},
		{"POST", "/webhooks/replay", "since=24h&expired=true", 200, "3 deliveries are sent again.", "replay since 24h0m0s 0 true; list 0 100"},
		{"POST", "/webhooks/replay", "since=soon", 400, "how long ago", ""},
		{"GET", "/api/v1/webhooks", "", 200, `"failing_since":null`, ""},
		{"GET", "/api/v1/deliveries?endpoint=2&limit=7", "", 200, `"last_error":"answered 500`, "list 2 7"},
		{"GET", "/api/v1/deliveries?limit=0", "", 400, "from 1 to", ""},
		{"GET", "/api/v1/deliveries/msg_1", "", 200, `"took_ms":230`, ""},
		{"POST", "/api/v1/webhooks/1/test", "", 200, `"took_ms":12`, "ping 1"},
		{"POST", "/api/v1/webhooks/1/rotate", "", 200, `"secret":"whsec_new"`, "rotate 1"},
		{"POST", "/api/v1/deliveries/msg_1/replay", "", 200, `"done":`, "replay msg_1"},
		{"POST", "/api/v1/deliveries/replay?since=2h&endpoint=1", "", 200, `3 deliveries`, "replay since 2h0m0s 1 false"},
	} {
		h, board := hooked(t, Access{Loopback: true})
		form, err := url.ParseQuery(c.form)
		if err != nil {
			t.Fatal(err)
		}
		header := map[string]string{"From": "127.0.0.1:5000", "Host": "127.0.0.1:8484"}
		if strings.HasPrefix(c.target, "/api/") {
			header["Content-Type"] = "application/json"
		} else {
			form.Set("form", h.formMark(asker{Local: true}))
		}
		w := answered(h.guard(), request(c.method, c.target, form.Encode(), header))
		body := w.Body.String()
		if w.Code != c.status || !strings.Contains(body, c.holds) || strings.Join(board.asked, "; ") != c.asked {
			t.Errorf("%s %s %s: %d, asked %q, want %d %q\n%s", c.method, c.target, c.form, w.Code, board.asked, c.status, c.asked, body)
		}
		if strings.Contains(body, "token123") || strings.Contains(body, "whsec_hidden") {
			t.Errorf("%s tells a token:\n%s", c.target, body)
		}
	}
}

// Who may only read learns nothing of webhooks and changes nothing.
func TestWebhooksAreTheOwners(t *testing.T) {
	host := map[string]string{"Host": "127.0.0.1:8484"}
	for target, status := range map[string]int{"/webhooks": 303, "/webhooks/msg_1": 404, "/api/v1/webhooks": 400, "/api/v1/deliveries": 400, "/api/v1/deliveries/msg_1": 400} {
		h, board := hooked(t, Access{})
		if w := answered(h.guard(), request("GET", target, "", host)); w.Code != status || len(board.asked) > 0 || strings.Contains(w.Body.String(), "a.example") {
			t.Errorf("%s: %d, asked %q", target, w.Code, board.asked)
		}
		var w *httptest.ResponseRecorder
		if w = answered(h.guard(), request("POST", "/webhooks/1/test", "", host)); w.Code != 401 || len(board.asked) > 0 {
			t.Errorf("test: %d, asked %q", w.Code, board.asked)
		}
	}
}

func hooked(t *testing.T, a Access) (*handler, *switchboard) {
	t.Helper()
	site := testSite()
	site.BaseURL = "http://127.0.0.1:8484"
	board := &switchboard{}
	h, err := newHandler(Config{Store: testStore(t), Site: site, Webhooks: board, Access: a})
	if err != nil {
		t.Fatal(err)
	}
	return h, board
}
