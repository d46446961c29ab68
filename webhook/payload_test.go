package webhook

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/storywire/storywire/news"
)

var created = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func keep(r news.Revision) news.Revision { return r }

// The payloads as receivers see them; a change here is a change of contract.
func TestPayload(t *testing.T) {
	whole := delivery("msg_1", 1, created)
	ping := news.Delivery{ID: "msg_2", Event: "ping", Created: created}
	large := delivery("msg_3", 1, created)
	large.Body.Sections[0].Sentences[0].Text = strings.Repeat("long ", 4000)
	for name, d := range map[string]news.Delivery{"whole": whole, "ping": ping, "large": large} {
		body, err := payload(d, keep)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join("testdata", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := json.Indent(&got, body, "", "  "); err != nil {
			t.Fatal(err)
		}
		if got.String() != strings.TrimSpace(string(want)) {
			t.Errorf("%s: got\n%s", name, got.String())
		}
	}
}

func TestPayloadFill(t *testing.T) {
	fill := func(r news.Revision) news.Revision {
		r.Story.URL = "https://wire.example/s/" + r.Story.ID
		return r
	}
	d := delivery("msg_1", 1, created)
	body, err := payload(d, fill)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(body), `"url":"https://wire.example/s/k3x9"`) {
		t.Errorf("address not filled in: %s", body)
	}
}

// However large a revision, the payload keeps its limit, is valid JSON, and
// says what it leaves out.
func TestPayloadLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := delivery("msg_1", 1, created)
		for range rapid.IntRange(0, 400).Draw(t, "statements") {
			d.Body.WhatsNew = append(d.Body.WhatsNew, news.Statement{Text: strings.Repeat("<news> ", 15), Cites: []int{1}})
		}
		d.Body.Sections[0].Sentences[0].Text = strings.Repeat("x", rapid.IntRange(0, 40000).Draw(t, "section"))
		body, err := payload(d, keep)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Data struct {
				Truncated bool
				URL       string
				Sections  []news.Section
			}
		}
		if err := json.Unmarshal(body, &got); err != nil {
			t.Fatal(err)
		}
		if len(body) >= maxPayload {
			t.Fatalf("payload of %d bytes", len(body))
		}
		if got.Data.Truncated == (len(got.Data.Sections) > 0) || got.Data.Truncated != (got.Data.URL != "") {
			t.Fatalf("truncated %v, url %q, %d sections", got.Data.Truncated, got.Data.URL, len(got.Data.Sections))
		}
	})
}

func TestPayloadTooLarge(t *testing.T) {
	d := delivery("msg_1", 1, created)
	d.Body.Story.Title = strings.Repeat("x", maxPayload)
	if _, err := payload(d, keep); err == nil {
		t.Error("a title over the limit gave no error")
	}
}
