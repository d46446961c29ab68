package feed

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"

	xhtml "golang.org/x/net/html"
)

// refuse tells why a document with that root element is no feed; nil if it may
// be one.
func refuse(b []byte, root, base string) error {
	switch root {
	case "rss", "feed", "rdf", "channel":
		return nil
	case "":
		return &NotFeed{Reason: "the document is neither XML nor JSON"}
	case "opml":
		return &NotFeed{Reason: "this is a subscription list (OPML), not a feed; read it with: storywire feed import"}
	case "urlset", "sitemapindex":
		return &NotFeed{Reason: "this is a sitemap, not a feed"}
	}
	if root == "html" || looksLikePage(b) {
		return page(b, base)
	}
	return &NotFeed{Reason: fmt.Sprintf("the document is XML, but no feed: its root element is <%s>", root)}
}

// looksLikePage reports whether a document that does not begin with <html> is
// a page all the same.
func looksLikePage(b []byte) bool {
	start := bytes.ToLower(b[:min(len(b), 4096)])
	return bytes.Contains(start, []byte("<!doctype html")) || bytes.Contains(start, []byte("<html")) ||
		bytes.Contains(start, []byte("<head")) || bytes.Contains(start, []byte("<body")) || bytes.Contains(start, []byte("<div"))
}

// challenges are words of the pages that ask a visitor to prove that he is no
// program: those of Cloudflare, DataDome, Imperva, HUMAN, Akamai, AWS, Sucuri,
// Anubis, Vercel and DDoS-Guard among them.
var challenges = []string{
	"just a moment...", "cf-chl", "challenge-platform", "attention required!", "checking your browser", "captcha",
	"enable javascript and cookies to continue", "ddos protection by", "are you a robot", "verify you are human",
	"_incapsula_resource", "pardon our interruption", "_pxappid", "press &amp; hold", "awswafintegration", "sucuri_cloudproxy",
	"making sure you&#39;re not a bot", "making sure you're not a bot", "vercel security checkpoint", "ddos-guard", "bm-verify",
}

// challengeHeaders say the same, each in its value or by being there at all.
var challengeHeaders = map[string]string{
	"Cf-Mitigated": "challenge", "X-Vercel-Mitigated": "challenge", "X-Amzn-Waf-Action": "", "X-Datadome": "",
}

// isChallenge reports whether an answer is a page that asks for proof that we
// are a browser.
func isChallenge(h http.Header, body []byte) bool {
	for name, value := range challengeHeaders {
		if got := h.Values(name); len(got) > 0 && strings.Contains(got[0], value) {
			return true
		}
	}
	low := string(bytes.ToLower(body[:min(len(body), maxPage)]))
	return looksLikePage(body) && slices.ContainsFunc(challenges, func(s string) bool { return strings.Contains(low, s) })
}

// maxPage is how much of a page is looked at, in bytes.
const maxPage = 256 << 10

// forSale are words of the pages that stand at domains nobody uses.
var forSale = []string{"domain is for sale", "buy this domain", "domain may be for sale", "domain is parked", "sedoparking", "parkingcrew"}

// page says what kind of web page stands where a feed was expected.
func page(b []byte, base string) error {
	no := &NotFeed{Feeds: alternates(b, base)}
	low := string(bytes.ToLower(b[:min(len(b), maxPage)]))
	has := func(s string) bool { return strings.Contains(low, s) }
	switch {
	case len(no.Feeds) > 0:
		no.Reason = "this is a web page, not a feed"
	case isChallenge(nil, b):
		no.Reason = "the server answers with a challenge page for browsers, not with the feed; ask the publisher to let feed readers in"
	case has(`type="password"`) || has(`type='password'`) || has("type=password"):
		no.Reason = "the server answers with a log-in page, not with the feed; it may have moved behind an account"
	case slices.ContainsFunc(forSale, has):
		no.Reason = "the domain stands for sale: the feed is no more"
	default:
		no.Reason = "this is a web page, not a feed, and it offers none; look on the site for its feed"
	}
	return no
}

// alternates lists the feeds a page offers by <link rel="alternate">, at most
// five.
func alternates(b []byte, base string) []string {
	var feeds []string
	z := xhtml.NewTokenizer(bytes.NewReader(b[:min(len(b), maxPage)]))
	for z.Next() != xhtml.ErrorToken {
		t := z.Token()
		if t.Data != "link" && t.Data != "base" {
			continue
		}
		attr := map[string]string{}
		for _, a := range t.Attr {
			attr[a.Key] = a.Val
		}
		if t.Data == "base" {
			base = first(resolve(base, attr["href"]), base)
			continue
		}
		kind := strings.ToLower(attr["type"])
		offers := strings.Contains(kind, "rss") || strings.Contains(kind, "atom+xml") || strings.Contains(kind, "feed+json")
		address := resolve(base, attr["href"])
		if offers && address != "" && strings.Contains(strings.ToLower(attr["rel"]), "alternate") && !slices.Contains(feeds, address) && len(feeds) < 5 {
			feeds = append(feeds, address)
		}
	}
	return feeds
}
