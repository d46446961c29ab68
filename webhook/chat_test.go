package webhook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/storywire/storywire/news"
)

// chat is an endpoint of each format that is a chat.
func chats() []news.Endpoint {
	return []news.Endpoint{
		{Format: news.Slack, URL: "https://hooks.slack.example/services/T/B/x"},
		{Format: news.Discord, URL: "https://discord.example/api/webhooks/1/x"},
		{Format: news.Teams, URL: "https://flow.example/x?sig=y"},
		{Format: news.Ntfy, URL: "https://ntfy.example/harbour_news", Secret: "tk_x"},
		{Format: news.Matrix, URL: "https://matrix.example", Target: "!room:matrix.example", Secret: "syt_x"},
		{Format: news.Telegram, URL: "https://api.telegram.example", Target: "-100123", Secret: "123:abc"},
	}
}

func compiled(t testing.TB, path string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// events are deliveries of every kind.
func events() map[string]news.Delivery {
	head := func(id, title string) *news.StoryHead {
		return &news.StoryHead{ID: id, Title: title, URL: "https://wire.example/s/" + id, Status: news.Developing, FirstSeen: created, Updated: created}
	}
	at := created.Add(-time.Hour)
	told := func(event string, h news.Happening) news.Delivery {
		h.Schema = 1
		return news.Delivery{ID: "msg_1", Event: event, Created: created, Happening: &h}
	}
	updated := delivery("msg_1", 1, created)
	discovered := updated
	discovered.Event = news.StoryDiscovered
	long := delivery("msg_1", 1, created)
	long.Body.Sections[0].Sentences[0].Text = strings.Repeat("long ", 4000)
	other := *revision()
	other.Story.ID, other.Story.Title, other.Story.URL = "m4t7", "Tower <closed> & *reopened*", "https://wire.example/s/m4t7"
	return map[string]news.Delivery{
		"story.updated":    updated,
		"story.discovered": discovered,
		"excerpt":          long,
		"story.followed":   told(news.StoryFollowed, news.Happening{Story: head("k3x9", "Harbour bridge talks")}),
		"story.merged":     told(news.StoryMerged, news.Happening{Story: head("k3x9", "Harbour bridge talks"), Into: head("b2", "The bridge")}),
		"story.quiet":      told(news.StoryQuiet, news.Happening{Story: head("k3x9", "Harbour bridge talks")}),
		"stories.digest":   {ID: "msg_1", Event: news.Digest, Created: created, Digest: []news.Revision{*revision(), other}},
		"feed.failing": told(news.FeedFailing, news.Happening{Feed: &news.FeedHealth{URL: "https://me:pw@post.example/rss", Title: "Harbour Post",
			Failures: 3, LastSuccess: &at, Error: "answered 500"}}),
		"feed.recovered": told(news.FeedRecovered, news.Happening{Feed: &news.FeedHealth{URL: "https://post.example/rss", LastSuccess: &at, Failing: &at}}),
		"ping":           {ID: "msg_1", Event: news.Ping, Created: created},
	}
}

// Every payload is as the schema says that receivers are given.
func TestSchema(t *testing.T) {
	for name, d := range events() {
		body, err := payload(d, keep)
		if err != nil {
			t.Fatal(err)
		}
		document, err := Schema(d.Event)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "schema.json")
		if err := os.WriteFile(path, document, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, s := range []*jsonschema.Schema{compiled(t, path), compiled(t, "schema.json")} {
			if err := valid(s, body); err != nil {
				t.Errorf("%s: %v\n%s", name, err, body)
			}
		}
		wrong := bytes.Replace(body, []byte(`"data":{`), []byte(`"data":null,"was":{`), 1)
		if valid(compiled(t, path), wrong) == nil {
			t.Errorf("%s: the schema takes anything", name)
		}
		if strings.Contains(string(body), "pw@") {
			t.Errorf("%s tells a password", name)
		}
	}
	if _, err := Schema("story.imagined"); err == nil {
		t.Error("an unknown event has a schema")
	}
}

func valid(s *jsonschema.Schema, body []byte) error {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return s.Validate(v)
}

// What each service is told is what it documents to take, and reads as it did:
// a new file in testdata/told is written when there is none.
func TestChats(t *testing.T) {
	for _, e := range chats() {
		accepts := compiled(t, "testdata/accepts/"+string(e.Format)+".json")
		for name, d := range events() {
			d.Endpoint = e
			p, err := pack(d, keep)
			if err != nil {
				t.Fatal(err)
			}
			if err := accept(accepts, e.Format, p.body); err != nil {
				t.Errorf("%s does not take %s: %v\n%s", e.Format, name, err, p.body)
			}
			if name == "story.updated" || name == "stories.digest" {
				golden(t, fmt.Sprintf("testdata/told/%s %s.json", e.Format, name), p.body)
			}
		}
	}
}

func golden(t *testing.T, path string, body []byte) {
	t.Helper()
	var got bytes.Buffer
	if err := json.Indent(&got, body, "", "  "); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	want, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		t.Errorf("%s was not there: look at it", path)
		err = os.WriteFile(path, got.Bytes(), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(want) > 0 && got.String() != string(want) {
		t.Errorf("%s: got\n%s", path, got.String())
	}
}

// accept checks what a schema cannot: sizes in other units, and sums.
func accept(s *jsonschema.Schema, f news.Format, body []byte) error {
	if err := valid(s, body); err != nil {
		return err
	}
	var v struct {
		Blocks []struct {
			Text     struct{ Text string }
			Elements []struct{ Text string }
		}
		Embeds []struct {
			Title, Description string
			Footer             struct{ Text string }
		}
		Title, Message string
		Text           any
		Entities       []struct{ Offset, Length int }
	}
	if err := json.Unmarshal(body, &v); err != nil {
		return err
	}
	total := 0
	switch f {
	case news.Slack:
		for _, b := range v.Blocks {
			total += len(utf16.Encode([]rune(b.Text.Text)))
		}
		return atMost("characters in blocks", total, 13000)
	case news.Discord:
		for _, e := range v.Embeds {
			total += len(utf16.Encode([]rune(e.Title + e.Description + e.Footer.Text)))
		}
		return atMost("characters in embeds", total, 6000)
	case news.Teams:
		return atMost("bytes", len(body), 28*1024)
	case news.Ntfy:
		return atMost("bytes in the message", len(v.Message), 4096)
	case news.Matrix:
		return atMost("bytes", len(body), 60000) // the server adds to it
	case news.Telegram:
		units := utf16.Encode([]rune(v.Text.(string)))
		for _, e := range v.Entities {
			if e.Offset+e.Length > len(units) || strings.Contains(string(utf16.Decode(units[e.Offset:e.Offset+e.Length])), "\n") {
				return fmt.Errorf("entity %+v is not a title", e)
			}
		}
		return atMost("characters", len(units), 4096)
	}
	return nil
}

func atMost(what string, n, limit int) error {
	if n > limit {
		return fmt.Errorf("%d %s, %d are taken", n, what, limit)
	}
	return nil
}

// However long and odd a story is, each service is told something it takes.
func TestChatLimits(t *testing.T) {
	schemas := map[news.Format]*jsonschema.Schema{}
	for _, e := range chats() {
		schemas[e.Format] = compiled(t, "testdata/accepts/"+string(e.Format)+".json")
	}
	odd := rapid.StringOfN(rapid.SampledFrom([]rune("ab <>&*_~`|[]()#@:\\\"'\n\t\u202e😀ä中•")), 1, 40, -1)
	rapid.Check(t, func(t *rapid.T) {
		d := news.Delivery{ID: "msg_1", Event: news.Digest, Created: created}
		for i := range rapid.IntRange(1, 25).Draw(t, "stories") {
			r := *revision()
			r.Story.URL = fmt.Sprintf("https://wire.example/s/x%d?a=1&b=%s", i, "|<>\"")
			r.Story.Title = "T" + strings.Repeat(odd.Draw(t, "title"), rapid.IntRange(1, 30).Draw(t, "times"))
			r.WhatsNew = nil
			for range rapid.IntRange(0, 8).Draw(t, "sentences") {
				text := strings.Repeat(odd.Draw(t, "text"), rapid.IntRange(1, 200).Draw(t, "long"))
				r.WhatsNew = append(r.WhatsNew, news.Statement{Text: text})
			}
			d.Digest = append(d.Digest, r)
		}
		if len(d.Digest) == 1 {
			d.Event, d.Body, d.Digest = news.StoryUpdated, &d.Digest[0], nil
		}
		for _, e := range chats() {
			d.Endpoint = e
			p, err := pack(d, keep)
			if err != nil {
				t.Fatal(err)
			}
			if err := accept(schemas[e.Format], e.Format, p.body); err != nil {
				t.Fatalf("%s: %v\n%.500s", e.Format, err, p.body)
			}
		}
		body, err := payload(d, keep)
		if err != nil || len(body) >= maxPayload {
			t.Fatalf("payload of %d bytes, %v", len(body), err)
		}
	})
}

// Where requests go, and with what they log in.
func TestChatRequests(t *testing.T) {
	for _, tt := range []struct {
		format             news.Format
		method, url, token string
	}{
		{news.Slack, "POST", "https://hooks.slack.example/services/T/B/x", ""},
		{news.Discord, "POST", "https://discord.example/api/webhooks/1/x?wait=true", ""},
		{news.Teams, "POST", "https://flow.example/x?sig=y", ""},
		{news.Ntfy, "POST", "https://ntfy.example/", "tk_x"},
		{news.Matrix, "PUT", "https://matrix.example/_matrix/client/v3/rooms/%21room:matrix.example/send/m.room.message/msg_1", "syt_x"},
		{news.Telegram, "POST", "https://api.telegram.example/bot123:abc/sendMessage", ""},
	} {
		for _, e := range chats() {
			if e.Format != tt.format {
				continue
			}
			d := events()["story.updated"]
			d.Endpoint = e
			p, err := pack(d, keep)
			if err != nil || p.method != tt.method || p.url != tt.url || p.token != tt.token {
				t.Errorf("%s: %s %s %q %v", tt.format, p.method, p.url, p.token, err)
			}
		}
	}
}
