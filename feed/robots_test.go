package feed

import (
	"net/http"
	"strings"
	"testing"
)

func TestRobots(t *testing.T) {
	for _, c := range []struct{ name, file, open, closed string }{
		{"none", "", "/ /a?b", ""},
		{"everybody", "User-agent: *\nDisallow: /b\n", "/ /a /robots.txt", "/b /b/c /bcd"},
		{"ours before everybody's", "User-agent: *\nDisallow: /\n\nUser-agent: StoryWire\nDisallow: /b\n", "/a", "/b"},
		{"others' are not ours", "User-agent: story\nDisallow: /\n\nUser-agent: storywires\nDisallow: /\n", "/a", ""},
		{"ours, empty", "User-agent: *\nDisallow: /\n\nUser-agent: storywire\nDisallow:\n", "/a", ""},
		{"with a version", "User-agent: storywire/1.0\nDisallow: /b\n", "/a", "/b"},
		{"groups are joined", "User-agent: storywire\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n\nUser-agent: storywire\nDisallow: /b\n", "/c", "/a /b"},
		{"several names", "User-agent: other\nUser-agent: storywire\nDisallow: /b\nUser-agent: third\nDisallow: /c", "/a /c", "/b"},
		{"longest wins", "User-agent: *\nDisallow: /\nAllow: /news/\nDisallow: /news/paid/", "/news/a", "/ /news/paid/a"},
		{"allow wins a tie", "User-agent: *\nDisallow: /page\nAllow: /page", "/page", ""},
		{"wildcards", "User-agent: *\nDisallow: /*.php$\nDisallow: /*/print/*x\nDisallow: /a*", "/b.php?x /print/x /b", "/b.php /x.php.php /1/print/2x3 /ab"},
		{"the end", "User-agent: *\nDisallow: /$\nDisallow: /end$\n", "/a /ends /end/", "/ /end"},
		{"query", "User-agent: *\nDisallow: /*?page=\n", "/a?p=1", "/a?page=2"},
		{"escapes", "User-agent: *\nDisallow: /ä\nDisallow: /%62/%7Ec\nDisallow: /a%3cd", "/b", "/%C3%A4 /%c3%a4/x /b/~c /a%3Cd"},
		{"comments, CR LF, byte order mark", "\ufeff# hi\r\nUSER-AGENT : *  # all\r\n  disallow:/b#c\r\n", "/a", "/b"},
		{"lines that are none", "Disallow: /\n<html>\nUser-agent: *\nCrawl-delay: x\nnonsense\nSitemap: https://x.example/\nDisallow: /b", "/a", "/b"},
		{"no colon", "User-agent *\nDisallow /b\n", "/b", ""},
	} {
		r := readRobots([]byte(c.file), "storywire")
		for _, path := range strings.Fields(c.open) {
			if !r.allow(path) {
				t.Errorf("%s: %s is closed", c.name, path)
			}
		}
		for _, path := range strings.Fields(c.closed) {
			if r.allow(path) {
				t.Errorf("%s: %s is open", c.name, path)
			}
		}
	}
}

func TestRobotsIsAskedForOnceADay(t *testing.T) {
	for status, open := range map[int]bool{200: false, 404: true, 403: true, 500: false, 503: false, 429: false} {
		asked := 0
		p := poller(web{"https://news.example/robots.txt": func(r *http.Request) *http.Response {
			asked++
			return reply(status, "User-agent: *\nDisallow: /a\n")
		}})
		var r robots
		for range 3 {
			if err := r.permit(t.Context(), p, "https://NEWS.example/a"); (err == nil) != open {
				t.Errorf("%d: %v", status, err)
			}
		}
		if asked != 1 {
			t.Errorf("%d: asked %d times", status, asked)
		}
	}
}
