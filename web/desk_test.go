package web

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

// clerk is a desk that writes down what it is asked to do.
type clerk struct {
	store *memory
	asked []string
}

func (c *clerk) note(format string, args ...any) {
	c.asked = append(c.asked, fmt.Sprintf(format, args...))
}

func (c *clerk) story(id string) error {
	s, err := c.store.Story(context.Background(), id)
	if s.Status == news.Deleted {
		err = news.ErrNotFound
	}
	return err
}

func (c *clerk) Preview(_ context.Context, q news.Query) ([]news.Catch, int, error) {
	if q.Words == "the" {
		return nil, 0, news.Refusal("give rarer words")
	}
	caught := []news.Catch{}
	for _, a := range c.store.articles["k3v9"] {
		caught = append(caught, news.Catch{Article: a, Reason: "holds 'tunnel'"})
	}
	return caught, 240, nil
}

func (c *clerk) Follow(_ context.Context, q news.Query) (news.Story, error) {
	c.note("follow %+v", q)
	if q.Words == "the" {
		return news.Story{}, news.Refusal("give rarer words")
	}
	return c.store.stories[1], nil
}

func (c *clerk) FindArticle(_ context.Context, name string) (news.Article, error) {
	if name == "https://courier.example/1" {
		return news.Article{ID: 71}, nil
	}
	return news.Article{}, news.ErrNotFound
}

func (c *clerk) FollowStory(_ context.Context, id string) error {
	c.note("follow story %s", id)
	return c.story(id)
}

func (c *clerk) Unfollow(_ context.Context, id string) error {
	c.note("unfollow %s", id)
	return c.story(id)
}

func (c *clerk) SetPace(_ context.Context, id, settle, minInterval string) error {
	if settle == "soon" {
		return news.Refusal("say a length of time")
	}
	c.note("pace %s %q %q", id, settle, minInterval)
	return c.story(id)
}

func (c *clerk) Rename(_ context.Context, id, title string) error {
	c.note("rename %s %s", id, title)
	return c.story(id)
}

func (c *clerk) MergeStories(_ context.Context, from, into string) error {
	c.note("merge %s %s", from, into)
	if from == into {
		return news.Refusal("a story cannot be merged into itself")
	}
	return c.story(into)
}

func (c *clerk) Delete(_ context.Context, id string) error {
	c.note("delete %s", id)
	return c.story(id)
}

func (c *clerk) Split(_ context.Context, story string, articles []int64) (string, error) {
	c.note("split %s %v", story, articles)
	return "n3w1", nil
}

func (c *clerk) Move(_ context.Context, article int64, from, to string) error {
	c.note("move %d %s %s", article, from, to)
	return nil
}

func (c *clerk) Expel(_ context.Context, article int64, story string) error {
	c.note("expel %d %s", article, story)
	return nil
}

func (c *clerk) AddFeed(_ context.Context, address string) (string, []string, error) {
	c.note("add %s", address)
	switch address {
	case "several.example":
		return "", []string{"https://several.example/a", "https://several.example/b"}, nil
	case "none.example":
		return "", nil, news.Refusal("this is a web page, not a feed")
	}
	return address, nil, nil
}

func (c *clerk) RemoveFeed(_ context.Context, address string) error {
	c.note("remove %s", address)
	return nil
}

func (c *clerk) Import(_ context.Context, r io.Reader) (int, int, error) {
	b, err := io.ReadAll(r)
	c.note("import %s", b)
	return 2, 1, err
}

func (c *clerk) Export(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, "<opml/>")
	return err
}

// desk is a handler asked from this machine, and its clerk.
func desk(t *testing.T) (h *handler, c *clerk, here func(method, target string, form url.Values) *httptest.ResponseRecorder) {
	t.Helper()
	site := testSite()
	site.BaseURL = "http://127.0.0.1:8484"
	store := testStore(t)
	c = &clerk{store: store}
	h, err := newHandler(Config{Store: store, Site: site, Desk: c, Webhooks: &switchboard{}, Access: Access{Loopback: true}, Settings: "listen = '127.0.0.1:8484'\n"})
	if err != nil {
		t.Fatal(err)
	}
	guarded := h.guard()
	return h, c, func(method, target string, form url.Values) *httptest.ResponseRecorder {
		if form != nil {
			form.Set("form", h.formMark(asker{Local: true}))
		}
		return answered(guarded, request(method, target, form.Encode(), map[string]string{"From": "127.0.0.1:5000", "Host": "127.0.0.1:8484"}))
	}
}

func TestForms(t *testing.T) {
	for _, c := range []struct {
		target, form string
		status       int
		holds        string // in the body, or the Location of a redirect
		asked        string
	}{
		{"/s/k3v9/follow", "", 303, "/s/k3v9?did=followed", "follow story k3v9"},
		{"/s/nope/follow", "", 404, "nothing", "follow story nope"},
		{"/s/k3v9/unfollow", "", 303, "/s/k3v9?did=unfollowed", "unfollow k3v9"},
		{"/s/k3v9/rename", "title=+A++new+name+", 303, "/s/k3v9?did=renamed", "rename k3v9 A new name"},
		{"/s/k3v9/rename", "title=+", 400, "Write a title", ""},
		{"/s/k3v9/rename", "title=" + strings.Repeat("x", 201), 400, "at most 200", ""},
		{"/s/k3v9/pace", "settle=10m&min_interval=", 303, "/s/k3v9?did=paced", `pace k3v9 "10m" ""`},
		{"/s/k3v9/merge", "into=d3v1", 303, "/s/d3v1?did=merged", "merge k3v9 d3v1"},
		{"/s/k3v9/merge", "into=https://news.example.org/s/d3v1/r/2", 303, "/s/d3v1?did=merged", "merge k3v9 d3v1"},
		{"/s/k3v9/merge", "into=", 400, "Name the other story", ""},
		{"/s/k3v9/merge", "into=k3v9", 409, "A story cannot be merged into itself.", "merge k3v9 k3v9"},
		{"/s/k3v9/delete", "sure=1", 303, "/?did=deleted", "delete k3v9"},
		{"/s/k3v9/delete", "", 400, "Tick the box", ""},
		{"/s/d3l3/follow", "", 410, "This story was deleted.", "follow story d3l3"},
		{"/s/k3v9/articles", "do=split&article=1&article=3", 303, "/s/n3w1?did=split", "split k3v9 [1 3]"},
		{"/s/k3v9/articles", "do=expel&article=1", 303, "/s/k3v9?did=expelled", "expel 1 k3v9"},
		{"/s/k3v9/articles", "do=move&article=1&to=d3v1", 303, "/s/k3v9?did=moved", "move 1 k3v9 d3v1"},
		{"/s/k3v9/articles", "do=expel", 400, "Mark the articles", ""},
		{"/s/k3v9/articles", "article=1", 400, "Choose what", ""},
		{"/s/k3v9/articles", "do=expel&article=x", 404, "", ""},
		{"/follow", "words=tunnel+fire&any=Nordhavn%0D%0AEastbrook%0D%0A&seeds=https://courier.example/1", 303, "/s/f0ll?did=followed",
			"follow {Words:tunnel fire All:[] Any:[Nordhavn Eastbrook] Not:[] Seeds:[71]}"},
		{"/follow", "words=the", 400, "Give rarer words.", "follow {Words:the All:[] Any:[] Not:[] Seeds:[]}"},
		{"/follow", "seeds=https://nowhere.example", 400, "No article is stored under", ""},
		{"/feeds/add", "address=https://a.example/feed", 303, "/feeds?did=added", "add https://a.example/feed"},
		{"/feeds/add", "address=several.example", 200, "https://several.example/b", "add several.example"},
		{"/feeds/add", "address=none.example", 400, "This is a web page, not a feed.", "add none.example"},
		{"/feeds/remove", "feed=1", 303, "/feeds?did=removed", "remove https://reader:secret@courier.example/rss"},
		{"/feeds/remove", "feed=9", 404, "", ""},
		{"/feeds/import", "", 400, "Choose an OPML file", ""},
		{"/s/k3v9", "", 405, "takes GET, HEAD only", ""},
	} {
		_, clerk, here := desk(t)
		form, err := url.ParseQuery(c.form)
		if err != nil {
			t.Fatal(err)
		}
		w := here("POST", c.target, form)
		got := w.Body.String()
		if c.status == 303 {
			got = w.Header().Get("Location")
		}
		if w.Code != c.status || !strings.Contains(got, c.holds) || strings.Join(clerk.asked, "; ") != c.asked {
			t.Errorf("%s %s: %d, asked %q, want %d %q\n%s", c.target, c.form, w.Code, clerk.asked, c.status, c.asked, got)
		}
	}
}

func TestImport(t *testing.T) {
	h, clerk, _ := desk(t)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("form", h.formMark(asker{Local: true}))
	file, err := form.CreateFormFile("file", "feeds.opml")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(file, "<opml>")
	_ = form.Close()
	w := answered(h.guard(), request("POST", "/feeds/import", body.String(), map[string]string{"From": "127.0.0.1:5000", "Host": "127.0.0.1:8484", "Content-Type": form.FormDataContentType()}))
	if w.Code != 200 || !strings.Contains(w.Body.String(), "2 feeds were added, 1 were there already.") || clerk.asked[0] != "import <opml>" {
		t.Errorf("%d %q\n%s", w.Code, clerk.asked, w.Body)
	}
}

// TestDeskPages visits every page as one who may change things.
func TestDeskPages(t *testing.T) {
	h, _, here := desk(t)
	local := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.RemoteAddr, r.Host = "127.0.0.1:5000", "127.0.0.1:8484"
		h.guard().ServeHTTP(w, r)
	})
	seen := crawl(t, local)
	for _, want := range []string{"/follow", "/settings", "/feeds.opml", "/s/k3v9/diff?from=2&to=3"} {
		if !seen[want] {
			t.Errorf("no way leads to %s", want)
		}
	}
	for target, want := range map[string]string{
		"/follow?words=tunnel": "What it would have caught", "/follow?words=the": "Give rarer words.", "/s/k3v9?did=renamed": "The story is renamed.", "/?did=deleted": "The story is deleted.",
		"/settings": "127.0.0.1:8484", "/feeds?did=added": "is polled from now on", "/feeds.opml": "<opml/>",
		"/s/k3v9": `aria-label="Articles per day from`,
	} {
		if w := here("GET", target, nil); w.Code != 200 || !strings.Contains(w.Body.String(), want) || strings.Contains(w.Body.String(), "secret@") {
			t.Errorf("%s: %d, lacks %q\n%s", target, w.Code, want, w.Body)
		}
	}
}

func TestStrangersSeeNoForms(t *testing.T) {
	h := testHandler(t, Config{Desk: &clerk{store: testStore(t)}, Settings: "x"})
	for _, target := range documents {
		if body := ask(h, "GET", target).Body.String(); strings.Contains(body, `method="post"`) {
			t.Errorf("%s has a form to change something", target)
		}
	}
	for _, target := range []string{"/settings", "/feeds.opml"} {
		if w := ask(h, "GET", target); w.Code != 404 {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}

func TestChart(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	days := func(offsets ...int) []news.Article {
		var all []news.Article
		for _, d := range offsets {
			all = append(all, news.Article{Published: at.AddDate(0, 0, d)})
		}
		return all
	}
	for _, c := range []struct {
		offsets []int
		want    string
	}{
		{nil, ""}, {[]int{0, 0}, ""},
		{[]int{0, 0, 3}, "Articles per day from Mar 1, 2026 to Mar 4, 2026, at most 2: 2"},
		{[]int{0, 100}, "Articles per week from Mar 1, 2026 to Jun 9, 2026, at most 1: 2"},
		{[]int{-5000, 0}, "Articles per week from Dec 23, 2024 to Mar 1, 2026, at most 1: 1"},
	} {
		got := ""
		if made := newChart(days(c.offsets...)); made != nil {
			got = fmt.Sprintf("%s: %d", made.Label, len(made.Bars))
		}
		if got != c.want {
			t.Errorf("%v: %q, want %q", c.offsets, got, c.want)
		}
	}
}

func TestLive(t *testing.T) {
	store := testStore(t)
	stop := make(chan struct{})
	h := testHandler(t, Config{Store: store, Stop: stop})
	close(stop)
	w := ask(h, "GET", "/s/k3v9/live")
	if w.Header().Get("Content-Type") != "text/event-stream" || !strings.Contains(w.Body.String(), "event: revision\ndata: 3\n\n") {
		t.Errorf("%v %s", w.Header(), w.Body)
	}
	for target, want := range map[string]int{"/s/nope/live": 404, "/s/d3l3/live": 410} {
		if w := ask(h, "GET", target); w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
	}
}
