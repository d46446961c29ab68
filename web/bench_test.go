package web

import (
	"net/http"
	"testing"

	"github.com/storywire/storywire/news"
)

// BenchmarkStoryFeed answers for a feed of twenty revisions, in full and with
// 304. Storage is memory: this is what rendering and sending cost.
func BenchmarkStoryFeed(b *testing.B) {
	store := testStore(b)
	for n := 4; n <= 20; n++ {
		next := store.revisions[0]
		next.Revision.Revision.Number = n
		store.revisions = append([]news.StoredRevision{next}, store.revisions...)
	}
	h := testHandler(b, Config{Store: store})
	tag := ask(h, "GET", "/s/k3v9/feed.atom").Header().Get("ETag")
	for _, c := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"200", nil, http.StatusOK},
		{"304", []string{"If-None-Match: " + tag}, http.StatusNotModified},
		{"gzip", []string{"Accept-Encoding: gzip"}, http.StatusOK},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				w := ask(h, "GET", "/s/k3v9/feed.atom", c.headers...)
				if w.Code != c.status {
					b.Fatal(w.Code)
				}
				b.SetBytes(int64(w.Body.Len()))
			}
		})
	}
}
