package webhook

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// keptBytes is how much of an answer's body is kept.
const keptBytes = 4 << 10

// answer is what came of an attempt.
type answer struct {
	status      int    // of HTTP, or of a program; 0 if there was none
	ok          bool   // it went well though the status does not say so
	retryAfter  string // the header, verbatim
	body        string // the first bytes
	err         error  // why there was no answer
	interrupted bool   // the daemon stopped, which is no fault of the endpoint
}

// deliver makes one attempt at a delivery, signed for the time at.
func (s Sender) deliver(ctx context.Context, d news.Delivery, at time.Time) answer {
	tctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	var ans answer
	switch d.Endpoint.Format {
	case news.Exec:
		ans = s.run(tctx, d)
	case news.Email:
		ans = s.mail(tctx, d)
	default:
		ans = s.post(tctx, d, at)
	}
	if ans.err != nil {
		ans.err, ans.interrupted = plainError(tctx, ans.err, s.Timeout), ctx.Err() != nil
	}
	return ans
}

// post sends a delivery as an HTTP request.
func (s Sender) post(ctx context.Context, d news.Delivery, at time.Time) answer {
	req, err := s.request(ctx, d, at)
	if err != nil {
		return answer{err: err}
	}
	resp, err := s.Client.Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	// The status line decides; a body that breaks off changes nothing.
	body, _ := io.ReadAll(io.LimitReader(resp.Body, keptBytes))
	return answer{
		status:     resp.StatusCode,
		retryAfter: resp.Header.Get("Retry-After"),
		body:       strings.ToValidUTF8(string(body), "\uFFFD"),
	}
}

// request builds the request for a delivery: what its format asks for, or a
// signed one.
func (s Sender) request(ctx context.Context, d news.Delivery, at time.Time) (*http.Request, error) {
	p := parcel{method: http.MethodPost, url: d.Endpoint.URL}
	var err error
	if d.Endpoint.Format == news.Standard {
		p.body, err = payload(d, s.Fill)
	} else {
		p, err = pack(d, s.Fill)
	}
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, p.method, p.url, bytes.NewReader(p.body))
	if err != nil {
		return nil, errors.New("the endpoint's address cannot be read; remove it and add it again")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", s.UserAgent)
	if p.token != "" {
		req.Header.Set("Authorization", "Bearer "+p.token)
	}
	if d.Endpoint.Format != news.Standard {
		return req, nil
	}
	signatures, err := signatures(d.Endpoint, d.ID, at, p.body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Webhook-Id", d.ID)
	req.Header.Set("Webhook-Timestamp", strconv.FormatInt(at.Unix(), 10))
	req.Header.Set("Webhook-Signature", signatures)
	return req, nil
}

// plainError takes the address off a client's error, since it often holds a
// token, and names a timeout as what it is.
func plainError(ctx context.Context, err error, timeout time.Duration) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return errors.New("no answer within " + timeout.String())
	}
	if ue, ok := errors.AsType[*url.Error](err); ok {
		return ue.Err
	}
	return err
}
