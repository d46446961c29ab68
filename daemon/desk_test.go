package daemon

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/feed"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/storage"
)

// emptyStore is a new database.
func emptyStore(t *testing.T) *storage.Store {
	t.Helper()
	c := DefaultConfig()
	c.Database = filepath.Join(t.TempDir(), "storywire.db")
	store, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// TestDesk follows, looks ahead, splits and expels on a database with some
// articles in the stream.
func TestDesk(t *testing.T) {
	ctx, store := t.Context(), emptyStore(t)
	rung := 0
	d := Desk{Store: store, Done: func() { rung++ }}
	stock(ctx, t, d)

	caught, of, err := d.Preview(ctx, news.Query{Words: "Nordhavn tunnel fire"})
	if err != nil || of != 3 || len(caught) != 2 || caught[0].Reason == "" {
		t.Fatalf("preview: %d of %d: %v %v", len(caught), of, caught, err)
	}
	if stories, err := store.Stories(ctx, news.StoryFilter{Followed: true}); len(stories) != 0 || err != nil {
		t.Errorf("a preview left a story behind: %v %v", stories, err)
	}
	var refused news.Refusal
	if _, _, err := d.Preview(ctx, news.Query{Words: "the"}); !errors.As(err, &refused) {
		t.Errorf("preview of nothing: %v", err)
	}
	story, err := d.Follow(ctx, news.Query{Words: "Nordhavn tunnel fire"})
	if err != nil || story.Articles != 2 {
		t.Fatalf("followed with %d articles: %v", story.Articles, err)
	}
	if _, err := d.Follow(ctx, news.Query{}); !errors.As(err, &refused) {
		t.Errorf("followed nothing: %v", err)
	}
	members, _, err := store.Members(ctx, story.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Expel(ctx, members[0].ID, story.ID); err != nil {
		t.Fatal(err)
	}
	if err := d.Expel(ctx, members[0].ID, story.ID); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("expelled twice: %v", err)
	}
	if got, err := d.Story(ctx, story.ID); got.Articles != 1 || err != nil {
		t.Errorf("%d articles are left: %v", got.Articles, err)
	}
	if _, err := d.Split(ctx, story.ID, []int64{members[1].ID}); !errors.As(err, &refused) {
		t.Errorf("split off everything: %v", err)
	}
	if rung != 2 {
		t.Errorf("the loops were rung %d times, want 2", rung)
	}
}

// TestDeletedStaysAway deletes a story of the stream; what comes about its affair
// later is not shown as another one.
func TestDeletedStaysAway(t *testing.T) {
	ctx, store := t.Context(), emptyStore(t)
	d := Desk{Store: store}
	stock(ctx, t, d)
	first, err := d.FindArticle(ctx, "https://courier.example/1")
	if err != nil {
		t.Fatal(err)
	}
	homes, err := store.HomesOf(ctx, []news.Article{first})
	if err != nil {
		t.Fatal(err)
	}
	deleted := homes[first.ID]
	if err := d.Delete(ctx, deleted); err != nil {
		t.Fatal(err)
	}
	arrive(ctx, t, d, "Daily", reported{"4", "Nordhavn tunnel fire: tunnel stays shut", "The Nordhavn tunnel stays shut for a week after the fire that injured four drivers."})
	arrive(ctx, t, d, "Post", reported{"5", "Fire in the Nordhavn tunnel: four injured", "A fire in the Nordhavn tunnel injured four drivers, and the tunnel stays shut."})
	if seen, err := d.Stories(ctx, news.StoryFilter{}); err != nil || len(seen) != 0 {
		t.Errorf("it is back: %+v %v", seen, err)
	}
	if story, err := d.Story(ctx, deleted); err != nil || story.Articles != 4 || story.Outlets != 3 {
		t.Errorf("its affair went on elsewhere: %+v %v", story, err)
	}
	if followed, err := d.Follow(ctx, news.Query{Words: "Nordhavn tunnel fire"}); err != nil || followed.Articles != 4 {
		t.Errorf("a query finds %d of its articles: %v", followed.Articles, err)
	}
}

// stock stores three articles and lets the tracking place them.
func stock(ctx context.Context, t *testing.T, d Desk) {
	t.Helper()
	arrive(ctx, t, d, "Courier",
		reported{"1", "Fire in the Nordhavn tunnel injures four", "A fire in the Nordhavn tunnel injured four drivers on Monday."},
		reported{"2", "Nordhavn tunnel stays shut after fire", "The Nordhavn tunnel stays shut for a week after the fire, its operator said."},
		reported{"3", "Council buys a fire engine for Eastbrook", "The council of Eastbrook bought an engine."})
}

type reported struct{ id, title, text string }

// arrive stores articles of an outlet and lets the tracking place them.
func arrive(ctx context.Context, t *testing.T, d Desk, outlet string, articles ...reported) {
	t.Helper()
	address := "https://" + strings.ToLower(outlet) + ".example/"
	if _, err := d.Store.AddFeed(ctx, news.Subscription{URL: address + "feed", Title: outlet}); err != nil {
		t.Fatal(err)
	}
	f, err := d.FindFeed(ctx, address+"feed")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Add(-time.Hour)
	fetch := news.Fetch{Feed: f, At: now, Next: now.Add(time.Hour), State: news.FeedActive}
	for _, a := range articles {
		fetch.Entries = append(fetch.Entries, news.Entry{GUID: a.id, Key: a.id, URL: address + a.id, Title: a.title, Text: a.text, Outlet: outlet, Published: now})
	}
	if _, err := d.RecordFetch(ctx, fetch); err != nil {
		t.Fatal(err)
	}
	steps, err := newSteps(DefaultConfig(), d.Store, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := steps.track.Run(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestDeskFindsTheFeedOfASite(t *testing.T) {
	const document = `<?xml version="1.0"?><rss version="2.0"><channel><title>Courier</title><link>http://courier.example/</link><description>x</description></channel></rss>`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		link := func(path string) string {
			return `<link rel="alternate" type="application/rss+xml" href="` + path + `">`
		}
		switch r.URL.Path {
		case "/feed", "/other":
			_, _ = w.Write([]byte(document))
		case "/one":
			_, _ = w.Write([]byte("<!doctype html><html><head>" + link("/feed") + "</head></html>"))
		case "/two":
			_, _ = w.Write([]byte("<!doctype html><html><head>" + link("/feed") + link("/other") + "</head></html>"))
		default:
			_, _ = w.Write([]byte("<!doctype html><html></html>"))
		}
	}))
	defer server.Close()
	ctx, store := t.Context(), emptyStore(t)
	client, err := NewClient(ClientOptions{OwnURLs: true})
	if err != nil {
		t.Fatal(err)
	}
	d := Desk{Store: store, Poller: &feed.Poller{Client: client, Timeout: 10 * time.Second, MaxBody: 1 << 20}}
	for _, c := range []struct {
		address, added string
		choice         int
		refused        string
	}{
		{server.URL + "/feed", server.URL + "/feed", 0, ""},
		{server.URL + "/one", server.URL + "/feed", 0, ""},
		{server.URL + "/two", "", 2, ""},
		{server.URL + "/none", "", 0, "not a feed"},
		{"ftp://courier.example", "", 0, "is not an address"},
	} {
		added, choice, err := d.AddFeed(ctx, c.address)
		var refused news.Refusal
		if errors.As(err, &refused); added != c.added || len(choice) != c.choice || (err != nil) != (c.refused != "") || !strings.Contains(string(refused), c.refused) {
			t.Errorf("%s: %q %q %v", c.address, added, choice, err)
		}
	}
	added, known, err := d.Import(ctx, strings.NewReader(`<opml version="2.0"><body><outline type="rss" text="x" xmlUrl="`+server.URL+`/feed"/><outline type="rss" text="y" xmlUrl="https://y.example/feed"/></body></opml>`))
	if added != 1 || known != 1 || err != nil {
		t.Errorf("import: %d %d %v", added, known, err)
	}
}
