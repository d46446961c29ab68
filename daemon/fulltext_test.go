package daemon

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/storywire/storywire/news"
)

// A feed gives the first sentence only; what the page tells beside it reaches
// the story, and its source says what it rests on.
func TestFullTextReachesTheStory(t *testing.T) {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	var items strings.Builder
	for i, fact := range facts[:1] {
		fmt.Fprintf(&items, "<item><title>%s</title><link>%s/page/%d</link><description>%s</description></item>", fact, server.URL, i, fact)
		mux.HandleFunc(fmt.Sprintf("/page/%d", i), func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `<html><body><nav><a href="/">Home</a></nav><article><h1>%[1]s</h1><p>%[1]s</p><p>%[2]s</p></article></body></html>`,
				fact, strings.Repeat("Beside it stands the lighthouse keeper's cottage, where Tomas Brandt watched the traffic for years. ", 4))
		})
	}
	mux.HandleFunc("/feed", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>Outlet</title>%s</channel></rss>`, items.String())
	})
	c := public(t)
	c.Poll.FullText = true
	store, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.AddFeed(t.Context(), news.Subscription{URL: server.URL + "/feed"}); err != nil {
		t.Fatal(err)
	}
	story, err := store.Follow(t.Context(), news.Query{Words: "Harbour Bridge", Any: []string{"Tomas Brandt"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	url, stop := start(t, c, nil)
	eventually(t, url+"s/"+story.ID, "Updated (1 article)")
	revision := strings.ReplaceAll(fetch(t, url+"api/v1/stories/"+story.ID+"/revisions/1"), " ", "")
	if strings.Count(revision, `"basis":"fulltext"`) == 0 || strings.Contains(revision, `"basis":"feed"`) {
		t.Errorf("not from the full text: %s", revision)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}
