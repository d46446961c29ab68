package feed

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

// pages is a PageStore in memory.
type pages struct {
	due  []news.Page
	read map[int64]news.PageRead
}

func (p *pages) DuePages(context.Context, time.Time, int) ([]news.Page, error) { return p.due, nil }
func (p *pages) BeginPage(context.Context, news.Page, time.Time) error         { return nil }
func (p *pages) NextPage(context.Context) (time.Time, error)                   { return time.Time{}, nil }
func (p *pages) RecordPage(_ context.Context, r news.PageRead) error {
	p.read[r.Article] = r
	return nil
}

const excerpt = "The council of Nordhavn voted to close the old fish market after 140 years, citing repairs it cannot pay for."

// article is a page as outlets have them: the text between navigation, a
// newsletter box and links to other articles.
func article(paragraphs ...string) string {
	return `<!doctype html><html><head><meta charset="utf-8"><title>Fish market to close | Courier</title></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li><li><a href="/login">Log in</a></li></ul></nav>
<main><article><h1>Fish market to close</h1><p>` + strings.Join(paragraphs, "</p><p>") + `</p></article></main>
<aside><h2>Newsletter</h2><form><input type="email"><button>Sign up</button></form></aside>
<footer><a href="/a">Ten best walks</a><a href="/b">Imprint</a></footer></body></html>`
}

var fishMarket = []string{
	excerpt,
	"Mayor Ada Lindqvist said the roof alone would cost nine million, more than the market has earned in two decades.",
	"Stallholders were told on Monday evening, a day before the vote. Eleven of the thirty families who trade there have done so for three generations.",
	"A hall in the new harbour, offered as a replacement, is half the size and has no cold store.",
}

func TestPageIsRead(t *testing.T) {
	whole := article(fishMarket...)
	consent := `<html><body><h1>We value your privacy</h1>` + strings.Repeat("<p>We and our partners store and access information on a device, such as cookies, and process personal data.</p>", 20) + `</body></html>`
	login := `<html><body><form><input type="password"></form>` + strings.Repeat("<p>Sign in with your account to go on, or start a free trial that ends after four weeks.</p>", 20) + `</body></html>`
	for _, c := range []struct {
		name     string
		status   int
		page     string
		headers  []string
		robots   string
		attempts int
		reason   string        // in the error, "" for a success
		retry    time.Duration // 0: not again
	}{
		{name: "article", page: whole},
		{name: "another charset", page: strings.Replace(strings.Replace(whole, "utf-8", "iso-8859-1", 1), "Lindqvist", "Lindkv\xefst", 1)},
		{name: "only this much", page: article(excerpt, "More soon."), reason: "says no more than the feed"},
		{name: "consent wall", page: consent, reason: "does not say what the feed says"},
		{name: "log-in", page: login, reason: "a log-in page"},
		{name: "challenge", page: `<html><head><title>Just a moment...</title></head><body>` + strings.Repeat("<p>Checking your browser before you go on to the site.</p>", 20), reason: "a challenge page"},
		{name: "too many tags", page: strings.Replace(whole, "<p>", strings.Repeat("<p>", maxTagsOfPage), 1), reason: "too large"},
		{name: "nothing", page: "", reason: "is empty"},
		{name: "not a page", page: "%PDF", headers: []string{"Content-Type", "application/pdf"}, reason: "application/pdf"},
		{name: "missing", status: 404, page: whole, reason: "404"},
		{name: "forbidden", status: 403, reason: "403"},
		{name: "too many requests", status: 429, headers: []string{"Retry-After", "1800"}, reason: "429", retry: 30 * time.Minute},
		{name: "server error", status: 500, reason: "500", retry: 5 * time.Minute},
		{name: "server error again", status: 500, attempts: 1, reason: "500", retry: 2 * time.Hour},
		{name: "server error for the third time", status: 500, attempts: 2, reason: "500"},
		{name: "closed by robots.txt", page: whole, robots: "User-agent: *\nDisallow: /2026/", reason: "robots.txt closes"},
		{name: "open to us", page: whole, robots: "User-agent: *\nDisallow: /\nUser-agent: storywire-test\nDisallow: /paid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := poller(web{
				"https://news.example/robots.txt": always(200, c.robots),
				"https://news.example/2026/fish":  always(max(c.status, 200), c.page, c.headers...),
			})
			p.MaxBody = 1 << 20
			store := &pages{read: map[int64]news.PageRead{}, due: []news.Page{{Attempts: c.attempts,
				Article: news.Article{ID: 7, URL: "https://news.example/2026/fish", Title: "Fish market to close", Text: excerpt}}}}
			woken := false
			r := &Reader{Store: store, Poller: p, Wake: func() { woken = true }}
			if _, err := r.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			got, ok := store.read[7]
			if !ok || !woken {
				t.Fatal("nothing was recorded")
			}
			if c.reason != "" {
				if !strings.Contains(got.Err, c.reason) || got.Text != "" {
					t.Errorf("error %q, text %q", got.Err, got.Text)
				}
				if wait := time.Until(got.Retry).Round(time.Minute); c.retry > 0 && wait != c.retry || c.retry == 0 && !got.Retry.IsZero() {
					t.Errorf("tried again after %v", wait)
				}
				return
			}
			if got.Err != "" || strings.Count(got.Text, "\n") != 3 || !strings.HasPrefix(got.Text, excerpt) || !strings.HasSuffix(got.Text, "cold store.") {
				t.Errorf("error %q, text %q", got.Err, got.Text)
			}
			if strings.Contains(c.name, "charset") && !strings.Contains(got.Text, "Lindkvïst") {
				t.Errorf("text %q", got.Text)
			}
		})
	}
}

// A redirect to another site is followed only where that one allows it.
func TestRobotsOfEachSiteOnTheWay(t *testing.T) {
	p := poller(web{
		"https://short.example/robots.txt": always(404, ""),
		"https://short.example/x":          always(302, "", "Location", "https://news.example/2026/fish"),
		"https://news.example/robots.txt":  always(200, "User-agent: *\nDisallow: /2026"),
	})
	r := &Reader{Poller: p}
	_, wait, err := r.read(t.Context(), news.Article{URL: "https://short.example/x", Title: "Fish market"})
	if err == nil || !strings.Contains(err.Error(), "robots.txt closes") || wait != never {
		t.Errorf("%v, wait %v", err, wait)
	}
}

func TestWantsPage(t *testing.T) {
	long := strings.Repeat("The harbour was quiet. ", 80)
	for text, want := range map[string]bool{
		"":                              true,
		"A short notice.":               true,
		long:                            false,
		long + "He said [...]":          true,
		long + "and so…":                true,
		long + "\nRead more":            true,
		long + "\nContinue reading →":   true,
		long + "\nRead the full story.": true,
		long + "…\nThe post Fish market appeared first on Courier.": true,
		long + "\nThe post Fish market appeared first on Courier.":  false,
		long + "\nWeiterlesen":                        true,
		long + "\nHe could read more than he let on.": false,
	} {
		if got := wantsPage(news.Entry{URL: "https://news.example/1", Text: text}); got != want {
			t.Errorf("%q: %v", text[max(0, len(text)-60):], got)
		}
	}
	for _, address := range []string{"", "mailto:me@s.example", "https://news.google.com/rss/articles/CBMiAU_yqLx?oc=5"} {
		if wantsPage(news.Entry{URL: address}) {
			t.Errorf("%q cannot be read", address)
		}
	}
}

func TestWantPages(t *testing.T) {
	entries := func() []news.Entry {
		var all []news.Entry
		for i := range 12 {
			all = append(all, news.Entry{GUID: fmt.Sprint(i), URL: "https://news.example/1", Published: time.Unix(int64(i), 0)})
		}
		return all
	}
	for _, c := range []struct {
		name           string
		all, one, done bool
		want           int
	}{
		{"off", false, false, true, 0}, {"for all", true, false, true, 12}, {"for this one", false, true, true, 12},
		{"first import", true, true, false, firstPages},
	} {
		p := &Poller{FullText: c.all}
		got := entries()
		p.wantPages(news.Feed{FullText: c.one, Imported: c.done}, got)
		n := 0
		for _, e := range got {
			if e.Page {
				n++
			}
		}
		if n != c.want || c.want > 0 && !got[11].Page {
			t.Errorf("%s: %d pages", c.name, n)
		}
	}
}

func TestThroughGoogle(t *testing.T) {
	name := func(address string) string {
		b := append([]byte{0x08, 0x13, 0x22, byte(len(address))}, address...)
		return base64.RawURLEncoding.EncodeToString(append(b, 0xd2, 0x01, 0x00))
	}
	link := "https://news.example/2026/fish?id=1"
	for address, want := range map[string]string{
		"https://news.google.com/rss/articles/" + name(link) + "?oc=5": link,
		"https://news.google.com/articles/" + name(link):               link,
		"https://news.google.com/read/" + name(link) + "?hl=en":        link,
		"https://news.google.com/rss/articles/" + name(link) + "==":    link,
	} {
		if got := throughGoogle(address); got != want {
			t.Errorf("%s leads to %s", address, got)
		}
	}
	for _, address := range []string{
		"https://news.google.com/rss/articles/" + name("AU_yqLOoFm9vYmFy") + "?oc=5", // a key of Google's own
		"https://news.google.com/rss/articles/" + name("javascript:alert(1)"),
		"https://news.google.com/rss/articles/IiI", "https://news.google.com/rss/articles/%%", "https://news.google.com/rss/search?q=fish",
		"https://news.example/rss/articles/" + name(link), "", "https://news.google.com/rss/articles/" + name(link)[:8],
	} {
		if got := throughGoogle(address); got != address {
			t.Errorf("%s leads to %s", address, got)
		}
	}
}
