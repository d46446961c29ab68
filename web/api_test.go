package web

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/storywire/storywire/news"
)

// described is the API's own description, as far as it is checked.
type described struct {
	Paths map[string]map[string]struct {
		Responses map[string]struct {
			Content map[string]struct{}
		}
	}
}

// description reads the committed document.
func description(t *testing.T) (described, *jsonschema.Compiler) {
	t.Helper()
	text, err := files.ReadFile("static/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var raw struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		t.Fatal(err)
	}
	doc := described{map[string]map[string]struct {
		Responses map[string]struct {
			Content map[string]struct{}
		}
	}{}}
	for path, operations := range raw.Paths {
		delete(operations, "parameters") // of all operations
		whole, _ := json.Marshal(operations)
		entry := doc.Paths[path]
		if err := json.Unmarshal(whole, &entry); err != nil {
			t.Fatal(path, err)
		}
		doc.Paths[path] = entry
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020) // what OpenAPI 3.1 builds on
	c.AssertFormat()
	if err := c.AddResource("https://storywire/openapi.json", value); err != nil {
		t.Fatal(err)
	}
	return doc, c
}

// TestDescriptionIsWhole holds the addresses there are against those described.
func TestDescriptionIsWhole(t *testing.T) {
	doc, _ := description(t)
	h, _, _ := desk(t)
	have := map[string]bool{}
	for pattern := range h.answers() {
		have["GET "+pattern] = true
	}
	for pattern := range h.acts() {
		have[pattern] = true
	}
	said := map[string]bool{}
	for path, operations := range doc.Paths {
		for method := range operations {
			said[strings.ToUpper(method)+" /api/v1"+path] = true
		}
	}
	for route := range have {
		if strings.Contains(route, "/api/v1/") && !said[route] {
			t.Errorf("%s is not described", route)
		}
	}
	for route := range said {
		if !have[route] {
			t.Errorf("%s is described, but there is no such thing", route)
		}
	}
}

// TestAnswersAreAsDescribed makes requests of every kind and holds the answers
// against their schemas.
func TestAnswersAreAsDescribed(t *testing.T) {
	doc, compiler := description(t)
	h, _, _ := desk(t)
	guarded := h.guard()
	done := map[string]bool{}
	for _, c := range []struct{ route, target, body, status string }{
		{"get /stories", "/stories?limit=1", "", "200"},
		{"get /stories", "/stories?limit=0", "", "400"},
		{"post /stories", "/stories", `{"words":"tunnel"}`, "201"},
		{"post /stories", "/stories", `{"words":"the"}`, "409"},
		{"post /stories", "/stories", `{"wordz":"the"}`, "400"},
		{"get /stories/{id}", "/stories/k3v9", "", "200"},
		{"get /stories/{id}", "/stories/f0ll", "", "200"},
		{"get /stories/{id}", "/stories/nope", "", "404"},
		{"patch /stories/{id}", "/stories/k3v9", `{"title":"A name","followed":true}`, "200"},
		{"patch /stories/{id}", "/stories/k3v9", `{"title":"A name","pace":{"settle":"soon"}}`, "400"},
		{"patch /stories/{id}", "/stories/nope", `{"followed":false}`, "404"},
		{"get /stories/{id}", "/stories/d3l3", "", "410"},
		{"delete /stories/{id}", "/stories/k3v9", "", "204"},
		{"delete /stories/{id}", "/stories/nope", "", "404"},
		{"post /stories/{id}/merge", "/stories/k3v9/merge", `{"into":"d3v1"}`, "200"},
		{"post /stories/{id}/split", "/stories/k3v9/split", `{"articles":[1]}`, "404"}, // the clerk makes no story
		{"post /stories/{id}/move", "/stories/k3v9/move", `{"articles":[1],"to":"d3v1"}`, "200"},
		{"post /stories/{id}/expel", "/stories/k3v9/expel", `{"articles":[1]}`, "200"},
		{"post /stories/{id}/expel", "/stories/k3v9/expel", `{"articles":[]}`, "400"},
		{"get /stories/{id}/revisions", "/stories/k3v9/revisions?limit=2", "", "200"},
		{"get /stories/{id}/revisions/{n}", "/stories/k3v9/revisions/2", "", "200"},
		{"get /stories/{id}/revisions/{n}", "/stories/k3v9/revisions/9", "", "404"},
		{"get /stories/{id}/articles", "/stories/k3v9/articles", "", "200"},
		{"get /feeds", "/feeds", "", "200"},
		{"post /feeds", "/feeds", `{"url":"https://a.example/feed"}`, "201"},
		{"post /feeds", "/feeds", `{"url":"several.example"}`, "409"},
		{"delete /feeds/{id}", "/feeds/1", "", "204"},
		{"delete /feeds/{id}", "/feeds/9", "", "404"},
		{"get /webhooks", "/webhooks", "", "200"},
		{"post /webhooks/{endpoint}/{verb}", "/webhooks/1/test", "", "200"},
		{"post /webhooks/{endpoint}/{verb}", "/webhooks/1/rotate", "", "200"},
		{"post /webhooks/{endpoint}/{verb}", "/webhooks/9/enable", "", "404"},
		{"get /deliveries", "/deliveries?limit=1", "", "200"},
		{"get /deliveries/{delivery}", "/deliveries/msg_1", "", "200"},
		{"post /deliveries/{delivery}/replay", "/deliveries/msg_1/replay", "", "200"},
		{"post /deliveries/replay", "/deliveries/replay?since=1h", "", "200"},
		{"post /deliveries/replay", "/deliveries/replay?since=soon", "", "400"},
		{"get /openapi.json", "/openapi.json", "", "200"},
	} {
		method, path, _ := strings.Cut(c.route, " ")
		done[c.route] = true
		w := answered(guarded, request(strings.ToUpper(method), "/api/v1"+c.target, c.body,
			map[string]string{"From": "127.0.0.1:5000", "Host": "127.0.0.1:8484", "Content-Type": "application/json"}))
		if got := w.Result().Status[:3]; got != c.status {
			t.Errorf("%s: %s, want %s: %s", c.target, got, c.status, w.Body)
			continue
		}
		responses := doc.Paths[path][method].Responses
		as := c.status
		if _, ok := responses[as]; !ok {
			as = "default"
		}
		if len(responses[as].Content) == 0 {
			if w.Body.Len() > 0 {
				t.Errorf("%s: a body that is not described: %s", c.target, w.Body)
			}
			continue
		}
		validate(t, compiler, []string{"paths", path, method, "responses", as, "content"}, w)
	}
	for path, operations := range doc.Paths {
		for method := range operations {
			if !done[method+" "+path] {
				t.Errorf("%s %s is never tried", method, path)
			}
		}
	}
}

func validate(t *testing.T, c *jsonschema.Compiler, at []string, w *httptest.ResponseRecorder) {
	t.Helper()
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	pointer := "https://storywire/openapi.json#"
	for _, part := range append(at, w.Header().Get("Content-Type"), "schema") {
		pointer += "/" + url.PathEscape(escape.Replace(part))
	}
	schema, err := c.Compile(pointer)
	if err != nil {
		t.Fatalf("%s: %v", pointer, err)
	}
	value, err := jsonschema.UnmarshalJSON(w.Body)
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		t.Errorf("%s: %v", at[1], err)
	}
}

// TestCursors reads every list page by page.
func TestCursors(t *testing.T) {
	h := testHandler(t, Config{})
	id := regexp.MustCompile(`"(?:id|number)":"?(\w+)`)
	for target, want := range map[string]int{
		"/api/v1/stories?limit=2": 6, "/api/v1/stories?limit=1": 6, "/api/v1/stories?limit=6": 6,
		"/api/v1/stories/k3v9/revisions?limit=1": 3, "/api/v1/stories/k3v9/articles?limit=2": 4,
	} {
		seen, next := map[string]bool{}, target
		for pages := 0; next != ""; pages++ {
			w := ask(h, "GET", next)
			var page struct {
				Next                         *string
				Stories, Revisions, Articles []json.RawMessage
			}
			if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || pages > 8 {
				t.Fatal(target, err)
			}
			for _, item := range append(append(page.Stories, page.Revisions...), page.Articles...) {
				name := id.FindStringSubmatch(string(item))[1]
				if seen[name] {
					t.Errorf("%s: %s twice", target, name)
				}
				seen[name] = true
			}
			if next = ""; page.Next != nil {
				next = *page.Next
			}
		}
		if len(seen) != want {
			t.Errorf("%s: %d items, want %d", target, len(seen), want)
		}
	}
}

func TestWritingByKey(t *testing.T) {
	store := testStore(t)
	store.let("WRITE", news.ScopeWrite)
	h := testHandler(t, Config{Store: store, Desk: &clerk{store: store}})
	for name, c := range map[string]struct {
		headers map[string]string
		want    int
	}{
		"a key":                       {map[string]string{"Authorization": "Bearer WRITE", "Content-Type": "application/json"}, 201},
		"no key":                      {map[string]string{"Content-Type": "application/json"}, 401},
		"a page of another site":      {map[string]string{"Authorization": "Bearer WRITE", "Sec-Fetch-Site": "cross-site"}, 403},
		"another site, without proof": {map[string]string{"Origin": "https://evil.example"}, 403},
	} {
		w := answered(h, request("POST", "/api/v1/stories", `{"words":"tunnel"}`, c.headers))
		if w.Code != c.want || w.Header().Get("Access-Control-Allow-Origin") != "" && w.Code == 201 {
			t.Errorf("%s: %d, want %d", name, w.Code, c.want)
		}
	}
}
