package feed

import (
	"bufio"
	"net/url"
	"os"
	"strings"
	"testing"

	xhtml "golang.org/x/net/html"
)

// allowedElements and allowedAttributes are what HTML of others may hold after
// sanitising: text, tables, lists, images, links.
const (
	allowedElements = " a abbr acronym address area article aside b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn div dl dt em " +
		"figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li main map mark meter nav ol p pre progress q rp rt ruby s samp section " +
		"small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr "
	allowedAttributes = " href rel target cite src alt title dir lang id name usemap height width align valign datetime colspan rowspan headers abbr scope span " +
		"type value start nowrap open summary border cellpadding cellspacing frame rules shape coords low high max min optimum ismap "
)

// unsafe says what a browser must not be given in a piece of HTML, "" if it is
// safe to show.
func unsafeHTML(t *testing.T, fragment string) string {
	t.Helper()
	root, err := xhtml.Parse(strings.NewReader("<!doctype html><body><div>" + fragment + "</div></body>"))
	if err != nil {
		return err.Error()
	}
	for n := range root.Descendants() {
		if n.Type == xhtml.CommentNode {
			return "comment " + n.Data
		}
		if n.Type != xhtml.ElementNode || n.Data == "html" || n.Data == "head" || n.Data == "body" {
			continue
		}
		if n.Namespace != "" || !strings.Contains(allowedElements, " "+n.Data+" ") {
			return "element " + n.Data
		}
		for _, a := range n.Attr {
			if !strings.Contains(allowedAttributes, " "+a.Key+" ") {
				return "attribute " + a.Key
			}
			if a.Key != "href" && a.Key != "src" && a.Key != "cite" {
				continue
			}
			if u, err := url.Parse(a.Val); err != nil || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "mailto" {
				return "address " + a.Val
			}
		}
	}
	if i := strings.IndexFunc(fragment, func(r rune) bool { return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' }); i >= 0 {
		return "a mark that turns the direction of what follows"
	}
	return ""
}

// TestSanitiseSafe reads a vector a line and puts each into the places where a
// feed can hold it.
func TestSanitiseSafe(t *testing.T) {
	f, err := os.Open("testdata/xss.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	vectors := 0
	for s := bufio.NewScanner(f); s.Scan(); {
		line := strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\0`, "\x00", `\u202e`, "\u202e", `\u2028`, "\u2028").Replace(s.Text())
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		if unsafeHTML(t, line) != "" {
			vectors++
		}
		once := sanitise(line, "https://x.example/a")
		if what := unsafeHTML(t, once); what != "" {
			t.Errorf("%s: %s survives in %s", s.Text(), what, once)
		}
		if twice := sanitise(once, "https://x.example/a"); unsafeHTML(t, twice) != "" {
			t.Errorf("%s: unsafe when sanitised again: %s", s.Text(), twice)
		}
		safeInFeed(t, line)
	}
	if vectors < 120 {
		t.Errorf("only %d of the vectors are unsafe as they are", vectors)
	}
}

// safeInFeed puts HTML into all the texts of feeds.
func safeInFeed(t *testing.T, line string) {
	escaped := escapeAttribute(line)
	for _, document := range []string{
		"<rss version='2.0'><channel><title>" + escaped + "</title><item><title>" + escaped + "</title><description>" + escaped + "</description></item></channel></rss>",
		"<rss version='2.0'><channel><item><title>x</title><description><![CDATA[" + strings.ReplaceAll(line, "]]>", "") + "]]></description></item></channel></rss>",
		"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title type='html'>" + escaped + "</title><content type='html'>" + escaped + "</content></entry></feed>",
		"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>x</title><content type='xhtml'><div>" + line + "</div></content></entry></feed>",
		"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title type='text'>" + escaped + "</title><summary>" + escaped + "</summary></entry></feed>",
		`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":` + jsonOf(line) + `,"content_html":` + jsonOf(line) + `}]}`,
		`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":` + jsonOf(line) + `,"content_text":` + jsonOf(line) + `}]}`,
	} {
		doc, err := parse([]byte(document), "", testNow(), reader{base: testBase, keepHTML: true})
		if err != nil {
			continue
		}
		for _, e := range NewCheck(doc).Entries {
			if what := unsafeHTML(t, e.HTML); what != "" {
				t.Errorf("%s: %s survives in %s", document, what, e.HTML)
			}
			if e.URL != "" && !isWeb(e.URL) {
				t.Errorf("%s: address %s", document, e.URL)
			}
			if strings.ContainsAny(e.Title, "\u202e\u2066\n\x00\x1b") {
				t.Errorf("%s: title %q", document, e.Title)
			}
		}
	}
}
