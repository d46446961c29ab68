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

// answer is what came of a request.
type answer struct {
	status      int    // 0 if there was none
	retryAfter  string // the header, verbatim
	body        string // the first bytes
	err         error  // why there was no answer
	interrupted bool   // the daemon stopped, which is no fault of the endpoint
}

// post sends a delivery once, signed for the time at.
func (s Sender) post(ctx context.Context, d news.Delivery, at time.Time) answer {
	tctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	req, err := s.request(tctx, d, at)
	if err != nil {
		return answer{err: err}
	}
	resp, err := s.Client.Do(req)
	if err != nil {
		return answer{err: plainError(tctx, err, s.Timeout), interrupted: ctx.Err() != nil}
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

// request builds the signed request for a delivery.
func (s Sender) request(ctx context.Context, d news.Delivery, at time.Time) (*http.Request, error) {
	body, err := payload(d, s.Fill)
	if err != nil {
		return nil, err
	}
	signature, err := sign(d.Endpoint.Secret, d.ID, at, body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.Endpoint.URL, bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("the endpoint's address cannot be read; remove it and add it again")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", s.UserAgent)
	req.Header.Set("Webhook-Id", d.ID)
	req.Header.Set("Webhook-Timestamp", strconv.FormatInt(at.Unix(), 10))
	req.Header.Set("Webhook-Signature", signature)
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
