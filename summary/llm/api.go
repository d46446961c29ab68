package llm

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The APIs.
const (
	OpenAI    = "openai" // and all that are compatible
	Anthropic = "anthropic"
	Ollama    = "ollama"
)

const (
	// maxOutput is how many tokens an answer may have, thoughts included.
	maxOutput = 8000
	maxReply  = 1 << 20 // bytes
)

// Endpoint is where an API usually is, "" for an API that is not known.
func Endpoint(api string) string {
	return map[string]string{
		OpenAI: "https://api.openai.com/v1", Anthropic: "https://api.anthropic.com", Ollama: "http://127.0.0.1:11434",
	}[api]
}

// reply is what a service answered.
type reply struct {
	text   string
	tokens int           // of question and answer, 0 if it does not say
	rest   time.Duration // how long it asks to be left alone
}

// statusError is an answer that is none.
type statusError struct {
	code int
	said string
}

func (e *statusError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("HTTP %d %s", e.code, e.said))
}

// post asks once. A model that takes no temperature, as some that think do, is
// asked without from then on.
func (c *Client) post(ctx context.Context, material string) (reply, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	r, err := c.send(ctx, material)
	var status *statusError
	if errors.As(err, &status) && status.code == http.StatusBadRequest && strings.Contains(status.said, "temperature") && c.setFree() {
		r, err = c.send(ctx, material)
	}
	if err != nil {
		return r, &Failure{reason(err), err}
	}
	return r, nil
}

// setFree leaves the temperature out from now on; false if that was so before.
func (c *Client) setFree() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	was := c.free
	c.free = true
	return !was
}

// reason is a failed call in words for readers.
func reason(err error) string {
	var status *statusError
	var late interface{ Timeout() bool }
	switch {
	case errors.As(err, &late) && late.Timeout():
		return "the model did not answer in time"
	case !errors.As(err, &status):
		return "the model cannot be reached"
	case status.code == http.StatusTooManyRequests:
		return "the model has too much to do"
	case status.code >= 500:
		return "the model is out of order"
	}
	return "the model refused"
}

func (c *Client) send(ctx context.Context, material string) (reply, error) {
	path, body := c.request(material)
	b, err := json.Marshal(body)
	if err != nil {
		return reply{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(c.URL, "/")+path, bytes.NewReader(b))
	if err != nil {
		return reply{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	switch {
	case c.API == Anthropic:
		req.Header.Set("anthropic-version", "2023-06-01")
		req.Header.Set("x-api-key", c.Key)
	case c.Key != "":
		req.Header.Set("Authorization", "Bearer "+c.Key)
	}
	res, err := c.HTTP.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	b, err = io.ReadAll(io.LimitReader(res.Body, maxReply+1))
	switch {
	case res.StatusCode != http.StatusOK:
		return reply{rest: rest(res, c.Now())}, &statusError{res.StatusCode, c.said(res.StatusCode, b)}
	case err != nil:
		return reply{}, err
	case len(b) > maxReply:
		return reply{}, fmt.Errorf("answer of more than %d bytes", maxReply)
	}
	return c.read(b)
}

// said is what goes with a refusal, for the log. Those of a key may repeat it.
func (c *Client) said(code int, body []byte) string {
	const most = 300
	if code == http.StatusUnauthorized || code == http.StatusForbidden {
		return "is the key right?"
	}
	s := strings.ToValidUTF8(strings.Join(strings.Fields(string(body)), " "), "")
	if c.Key != "" {
		s = strings.ReplaceAll(s, c.Key, "[key]")
	}
	return s[:min(most, len(s))]
}

// rest is how long a service that refuses asks to be left alone (RFC 9110,
// 10.2.3), or should be.
func rest(res *http.Response, now time.Time) time.Duration {
	after := res.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(after); err == nil && seconds > 0 {
		return time.Duration(min(seconds, int(longest.Seconds()))) * time.Second
	}
	if at, err := http.ParseTime(after); err == nil && at.After(now) {
		return at.Sub(now)
	}
	switch res.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return misset
	case http.StatusTooManyRequests:
		return firstRest
	}
	return 0
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// request is the question in the API's form.
func (c *Client) request(material string) (path string, body map[string]any) {
	system, user := message{"system", instructions}, message{"user", material}
	warmth := map[string]any{}
	c.mu.Lock()
	if !c.free {
		warmth["temperature"] = 0
	}
	c.mu.Unlock()
	switch c.API {
	case Anthropic:
		path = "/v1/messages"
		body = map[string]any{
			"system": instructions, "messages": []message{user}, "max_tokens": maxOutput,
			"output_config": map[string]any{"format": map[string]any{"type": "json_schema", "schema": rawSchema()}},
		}
	case Ollama:
		path = "/api/chat"
		body = map[string]any{"messages": []message{system, user}, "stream": false, "format": rawSchema(), "options": warmth}
		warmth["num_predict"], warmth["num_ctx"] = maxOutput, tokensOf(len(instructions)+len(material))+maxOutput
	default:
		path = "/chat/completions"
		body = map[string]any{
			"messages": []message{system, user}, "max_completion_tokens": maxOutput,
			"response_format": map[string]any{"type": "json_schema", "json_schema": map[string]any{
				"name": "update", "strict": true, "schema": rawSchema(),
			}},
		}
	}
	body["model"] = c.Model
	if c.API != Ollama {
		maps.Copy(body, warmth)
	}
	return path, body
}

// read takes the answer out of what the API wraps it in. A model that will not
// or could not finish has answered nothing that can be used.
func (c *Client) read(b []byte) (reply, error) {
	var in struct {
		Choices []struct{ Message message } // OpenAI
		Message message                     // Ollama
		Content []struct{ Text string }     // Anthropic
		Usage   struct {
			Prompt     int `json:"prompt_tokens"`
			Completion int `json:"completion_tokens"`
			Input      int `json:"input_tokens"`
			Output     int `json:"output_tokens"`
		}
		Prompt int `json:"prompt_eval_count"`
		Eval   int `json:"eval_count"`
	}
	if err := json.Unmarshal(b, &in); err != nil {
		return reply{}, fmt.Errorf("the service's answer: %w", err)
	}
	text := in.Message.Content
	for _, choice := range in.Choices[:min(1, len(in.Choices))] {
		text = choice.Message.Content
	}
	for _, part := range in.Content {
		text += part.Text
	}
	u := in.Usage
	return reply{text: cmp.Or(text, "nothing"), tokens: u.Prompt + u.Completion + u.Input + u.Output + in.Prompt + in.Eval}, nil
}
