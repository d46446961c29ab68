package llm

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/storywire/storywire/news"
)

// noStore forgets everything and has a budget without end.
type noStore struct{ costs []int }

func (*noStore) ModelAnswer(context.Context, []byte) (string, error) { return "", nil }

func (*noStore) BeginModelCall(context.Context, news.ModelCall) (int64, string, error) {
	return 1, "", nil
}

func (s *noStore) EndModelCall(_ context.Context, _ int64, tokens int, _ string) error {
	s.costs = append(s.costs, tokens)
	return nil
}

// line answers requests one after the other; without an answer it hangs.
type line struct {
	answers []answer
	asked   []string // bodies
}

type answer struct {
	code  int
	after string
	body  string
}

func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	l.asked = append(l.asked, string(b))
	if len(l.answers) == 0 {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	a := l.answers[0]
	l.answers = l.answers[1:]
	res := &http.Response{StatusCode: a.code, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(a.body)), Request: r}
	if a.after != "" {
		res.Header.Set("Retry-After", a.after)
	}
	return res, nil
}

func client(l *line, s Store) *Client {
	return &Client{API: OpenAI, URL: "https://llm.example/v1", Model: "m", Key: "sk-secret", HTTP: &http.Client{Transport: l}, Timeout: time.Minute, Store: s, Now: time.Now}
}

const well = `{"choices":[{"message":{"content":"{\"sections\":[]}"}}],"usage":{"prompt_tokens":70,"completion_tokens":7}}`

// try asks once and returns the words for readers, "" for an answer.
func try(t *testing.T, c *Client) string {
	t.Helper()
	_, err := c.Write(t.Context(), "s", Material{})
	var f *Failure
	if err != nil && !errors.As(err, &f) {
		t.Fatal(err)
	}
	if f == nil {
		return ""
	}
	if strings.Contains(f.Error(), "sk-secret") {
		t.Errorf("the key is told: %v", f)
	}
	return f.Why
}

const resting = "the model is given a rest after failures"

func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &line{}
		c := client(l, &noStore{})
		expect := func(want string, after time.Duration) {
			t.Helper()
			time.Sleep(after) // of the bubble: it takes no time
			if got := try(t, c); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
		broken := answer{code: 500, body: "no sk-secret here"}
		l.answers = []answer{broken, broken, broken}
		expect("the model is out of order", 0)
		expect("the model is out of order", 0)
		expect("the model is out of order", 0)
		expect(resting, 0)
		expect(resting, firstRest-time.Second)
		l.answers = []answer{broken}
		expect("the model is out of order", time.Second) // tried out, in vain
		expect(resting, 2*firstRest-time.Second)
		expect("the model did not answer in time", time.Second)
		expect(resting, 3*firstRest)
		l.answers = []answer{{code: 200, body: well}, broken, {code: 200, body: well}}
		expect("", firstRest)
		expect("the model is out of order", 0) // one failure is none in a row
		expect("", 0)
		l.answers = []answer{{code: 429, after: "90"}}
		expect("the model has too much to do", 0)
		expect(resting, 89*time.Second)
		l.answers = []answer{{code: 401, body: "bad key sk-secret"}}
		expect("the model refused", time.Second)
		expect(resting, misset-time.Second)
	})
}

// While a service that failed is tried out, nobody else asks it.
func TestBreakerTriesOnce(t *testing.T) {
	now := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	b := breaker{}
	for range tripAfter {
		if !b.begin(now, time.Minute) {
			t.Fatal("open too early")
		}
		b.fail(now, 0)
	}
	now = now.Add(firstRest)
	if !b.begin(now, time.Minute) || b.begin(now.Add(59*time.Second), time.Minute) || !b.begin(now.Add(time.Minute), time.Minute) {
		t.Error("not half open")
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for after, want := range map[string]time.Duration{
		"": firstRest, "soon": firstRest, "-5": firstRest, "30": 30 * time.Second, "999999": longest, "Mon, 02 Mar 2026 00:02:00 GMT": 2 * time.Minute,
	} {
		res := &http.Response{StatusCode: 429, Header: http.Header{"Retry-After": {after}}}
		if got := rest(res, now); got != want {
			t.Errorf("%q: %v, want %v", after, got, want)
		}
	}
}

// A model that takes no temperature is asked once more, and without from then on.
func TestNoTemperature(t *testing.T) {
	for _, api := range []string{OpenAI, Anthropic, Ollama} {
		l := &line{answers: []answer{{code: 400, body: `{"error":"temperature is not supported"}`}, {code: 200, body: well}, {code: 200, body: well}}}
		c := client(l, &noStore{})
		c.API = api
		for range 2 {
			if why := try(t, c); why != "" {
				t.Errorf("%s: %s", api, why)
			}
		}
		for i, body := range l.asked {
			if strings.Contains(body, `"temperature"`) != (i == 0) {
				t.Errorf("%s: question %d: %s", api, i, body)
			}
		}
	}
}

// What a call costs is told by the service, or taken at its highest; what is
// refused costs nothing.
func TestCosts(t *testing.T) {
	s := &noStore{}
	c := client(&line{answers: []answer{{code: 200, body: well}, {code: 200, body: `{"choices":[{"message":{"content":"{}"}}]}`}, {code: 503}}}, s)
	for range 3 {
		try(t, c)
	}
	if len(s.costs) != 3 || s.costs[0] != 77 || s.costs[1] <= maxOutput || s.costs[2] != 0 {
		t.Errorf("%v", s.costs)
	}
}

func TestAnswerTooLong(t *testing.T) {
	c := client(&line{answers: []answer{{code: 200, body: strings.Repeat(" ", maxReply+1)}}}, &noStore{})
	if got := try(t, c); got != "the model cannot be reached" {
		t.Errorf("%q", got)
	}
}
