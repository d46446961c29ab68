package publish

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/storywire/storywire/news"
)

// node is an XML element with its children by name.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []node     `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (n node) all(space, local string) []node {
	var out []node
	for _, c := range n.Children {
		if c.XMLName.Space == space && c.XMLName.Local == local {
			out = append(out, c)
		}
	}
	return out
}

func (n node) attr(local string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// strict collects what is wrong with a document.
type strict struct{ faults []string }

func (s *strict) check(ok bool, format string, args ...any) {
	if !ok {
		s.faults = append(s.faults, fmt.Sprintf(format, args...))
	}
}

// one returns the text of the only child of that name.
func (s *strict) one(n node, space, local string) string {
	found := n.all(space, local)
	s.check(len(found) == 1, "<%s> has %d <%s>, wants 1", n.XMLName.Local, len(found), local)
	if len(found) == 0 {
		return ""
	}
	s.check(strings.TrimSpace(found[0].Text) != "", "<%s> is empty", local)
	return found[0].Text
}

func (s *strict) absolute(address string) {
	u, err := url.Parse(address)
	s.check(err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https"), "address %q is not absolute", address)
}

func (s *strict) date(layout, value string) {
	t, err := time.Parse(layout, value)
	s.check(err == nil && !t.IsZero(), "date %q is not %q", value, layout)
}

// tagURI is RFC 4151 as far as we use it.
var tagURI = regexp.MustCompile(`^tag:[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[A-Za-z0-9._~!$&'()*+,;=:@/?%-]+$`)

func (s *strict) id(seen map[string]bool, id string) {
	s.check(tagURI.MatchString(id), "id %q is not a tag URI", id)
	s.check(!seen[id], "id %q occurs twice", id)
	seen[id] = true
}

// markup checks a fragment: only elements and attributes that every reader
// shows safely, only absolute web addresses, every element closed.
func (s *strict) markup(fragment string) {
	elements := map[string]bool{"section": true, "h2": true, "p": true, "ul": true, "ol": true, "li": true, "a": true, "bdi": true, "time": true}
	attributes := map[string]bool{"href": true, "dir": true, "value": true, "datetime": true}
	var open []string
	z := html.NewTokenizer(strings.NewReader(fragment))
	for {
		switch z.Next() {
		case html.ErrorToken:
			s.check(errors.Is(z.Err(), io.EOF) && len(open) == 0, "markup ends with %v open: %v", open, z.Err())
			return
		case html.StartTagToken:
			t := z.Token()
			s.check(elements[t.Data], "element <%s> in content", t.Data)
			for _, a := range t.Attr {
				s.check(attributes[a.Key], "attribute %s=%q in content", a.Key, a.Val)
				if a.Key == "href" {
					s.absolute(a.Val)
				}
			}
			open = append(open, t.Data)
		case html.EndTagToken:
			t := z.Token()
			s.check(len(open) > 0 && open[len(open)-1] == t.Data, "</%s> closes %v", t.Data, open)
			open = open[:max(len(open)-1, 0)]
		case html.TextToken:
		default:
			s.check(false, "unexpected markup %q", z.Raw())
		}
	}
}

func (s *strict) parse(doc []byte) node {
	var root node
	d := xml.NewDecoder(bytes.NewReader(doc))
	d.Strict = true
	err := d.Decode(&root)
	s.check(err == nil, "XML: %v", err)
	s.check(!bytes.ContainsFunc(doc, func(r rune) bool { return r >= 0x7f && r <= 0x9f || r == '\ufffd' }), "control or replacement characters")
	return root
}

// checkAtom holds a document against RFC 4287.
func checkAtom(doc []byte) []string {
	const ns = "http://www.w3.org/2005/Atom"
	var s strict
	feed, seen := s.parse(doc), map[string]bool{}
	s.check(feed.XMLName == xml.Name{Space: ns, Local: "feed"}, "root is %v", feed.XMLName)
	s.id(seen, s.one(feed, ns, "id"))
	s.one(feed, ns, "title")
	s.date(time.RFC3339, s.one(feed, ns, "updated"))
	authors := feed.all(ns, "author")
	s.check(len(authors) == 1 && s.one(authors[0], ns, "name") != "", "no author")
	links := map[string]int{}
	for _, l := range feed.all(ns, "link") {
		links[l.attr("rel")]++
		s.absolute(l.attr("href"))
	}
	s.check(links["self"] == 1 && links["alternate"] == 1, "links %v", links)
	archives := len(feed.all(historySpace, "archive"))
	s.check(links["current"] == archives, "%d links to the feed as it is, in %d archives", links["current"], archives)
	for _, e := range feed.all(ns, "entry") {
		s.id(seen, s.one(e, ns, "id"))
		s.one(e, ns, "title")
		s.date(time.RFC3339, s.one(e, ns, "updated"))
		s.date(time.RFC3339, s.one(e, ns, "published"))
		alternates := e.all(ns, "link")
		s.check(len(alternates) == 1 && alternates[0].attr("rel") == "alternate", "entry links %v", alternates)
		content := e.all(ns, "content")
		s.check(len(content) == 1 && content[0].attr("type") == "html", "content %v", content)
		s.markup(content[0].Text)
		for _, c := range e.all(ns, "category") {
			s.check(c.attr("term") != "", "category without term")
		}
		for _, c := range e.all(ns, "summary") {
			s.markup(c.Text)
		}
	}
	return s.faults
}

// checkRSS holds a document against RSS 2.0 and the RSS Advisory Board's
// profile.
func checkRSS(doc []byte) []string {
	var s strict
	root, seen := s.parse(doc), map[string]bool{}
	s.check(root.XMLName.Local == "rss" && root.attr("version") == "2.0", "root %v", root.XMLName)
	if len(root.all("", "channel")) != 1 {
		return append(s.faults, "no channel")
	}
	channel := root.all("", "channel")[0]
	s.one(channel, "", "title")
	s.one(channel, "", "description")
	s.absolute(s.one(channel, "", "link"))
	s.date(time.RFC1123, s.one(channel, "", "lastBuildDate"))
	self := channel.all("http://www.w3.org/2005/Atom", "link")
	s.check(slices.ContainsFunc(self, func(n node) bool { return n.attr("rel") == "self" && n.attr("type") == "application/rss+xml" }), "no link to itself")
	names := func(n node) (all []string) {
		for _, c := range n.Children {
			all = append(all, c.XMLName.Local)
		}
		return slices.Compact(all)
	}
	if order := names(channel); slices.Contains(order, "item") {
		s.check(slices.Index(order, "item") == len(order)-1, "something follows the first item: %v", order)
	}
	for _, i := range channel.all("", "item") {
		s.one(i, "", "title")
		order := names(i)
		s.check(slices.Index(order, "description") < slices.Index(order, "encoded"), "the content stands before its short form: %v", order)
		s.absolute(s.one(i, "", "link"))
		s.date(time.RFC1123, s.one(i, "", "pubDate"))
		s.id(seen, s.one(i, "", "guid"))
		s.check(i.all("", "guid")[0].attr("isPermaLink") == "false", "guid claims to be an address")
		s.check(len(i.all("", "author")) == 0, "author wants an e-mail address")
		for _, content := range append(i.all("", "description"), i.all("http://purl.org/rss/1.0/modules/content/", "encoded")...) {
			s.markup(content.Text)
		}
	}
	return s.faults
}

// checkJSONFeed holds a document against JSON Feed 1.1.
func checkJSONFeed(doc []byte) []string {
	var s strict
	var feed struct {
		Version, Title string
		Home           string `json:"home_page_url"`
		Feed           string `json:"feed_url"`
		Authors        []struct{ Name, URL string }
		Items          *[]struct {
			ID, URL, Title string
			HTML           string `json:"content_html"`
			Published      string `json:"date_published"`
			Modified       string `json:"date_modified"`
			Tags           []string
		}
	}
	s.check(json.Unmarshal(doc, &feed) == nil, "not JSON")
	s.check(feed.Version == "https://jsonfeed.org/version/1.1", "version %q", feed.Version)
	s.check(feed.Title != "" && len(feed.Authors) == 1 && feed.Authors[0].Name != "", "no title or author")
	s.absolute(feed.Home)
	s.absolute(feed.Feed)
	if feed.Items == nil {
		return append(s.faults, "no items")
	}
	seen := map[string]bool{}
	for _, i := range *feed.Items {
		s.id(seen, i.ID)
		s.absolute(i.URL)
		s.check(i.Title != "", "item without title")
		s.markup(i.HTML)
		s.date(time.RFC3339, i.Published)
		s.date(time.RFC3339, i.Modified)
	}
	return s.faults
}

// checkOPML holds a document against OPML 2.0.
func checkOPML(doc []byte) []string {
	var s strict
	root := s.parse(doc)
	s.check(root.XMLName.Local == "opml" && root.attr("version") == "2.0", "root %v", root.XMLName)
	s.check(len(root.all("", "head")) == 1 && len(root.all("", "body")) == 1, "head or body")
	for _, body := range root.all("", "body") {
		for _, o := range body.all("", "outline") {
			s.check(o.attr("type") == "rss" && o.attr("text") != "", "outline %v", o.Attrs)
			s.absolute(o.attr("xmlUrl"))
			s.absolute(o.attr("htmlUrl"))
		}
	}
	return s.faults
}

// checks maps a kind of document to its rules.
var checks = map[string]func([]byte) []string{
	"atom": checkAtom, "rss": checkRSS, "feed.json": checkJSONFeed, "opml": checkOPML,
}

// faultsOf is what is wrong with a document of a kind in checks.
func faultsOf(kind string, doc []byte) []string {
	faults := checks[kind](doc)
	if kind != "opml" {
		faults = append(faults, checkReader(doc)...)
	}
	return faults
}

// TestStrict holds every document of every revision under testdata, hostile
// ones included, against the rules of its format.
func TestStrict(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.json")
	for _, file := range files {
		for suffix, doc := range documents(t, readRevision(t, file)) {
			if checks[suffix] == nil {
				continue
			}
			for _, fault := range faultsOf(suffix, doc) {
				t.Errorf("%s as %s: %s", file, suffix, fault)
			}
		}
	}
}

// TestStrictFindsFaults proves that the checks can fail.
func TestStrictFindsFaults(t *testing.T) {
	docs := documents(t, readRevision(t, "testdata/harbour.json"))
	for _, c := range []struct{ suffix, old, replacement string }{
		{"atom", "<id>tag:storywire,2026:desk-1/s/k3v9/r/2</id>", "<id>tag:storywire,2026:desk-1/s/k3v9/r/3</id>"},
		{"atom", "<published>2026-03-06T11:32:10Z", "<published>06.03.2026"},
		{"atom", "&lt;bdi&gt;", "&lt;script&gt;"},
		{"atom", "href=&#34;https:", "href=&#34;javascript:"},
		{"rss", "GMT</pubDate>", "noon</pubDate>"},
		{"rss", `isPermaLink="false"`, `isPermaLink="true"`},
		{"feed.json", `"items"`, `"entries"`},
		{"opml", `type="rss"`, `type="link"`},
		{"atom", "<feed ", "<page "},
		{"atom", `rel="alternate"`, `rel="enclosure"`},
		{"rss", "</item>", `<enclosure url="https://outlet.example/a.mp3" length="1" type="audio/mpeg"/></item>`},
	} {
		spoilt := bytes.Replace(docs[c.suffix], []byte(c.old), []byte(c.replacement), 1)
		if bytes.Equal(spoilt, docs[c.suffix]) {
			t.Fatalf("%s holds no %q", c.suffix, c.old)
		}
		if len(faultsOf(c.suffix, spoilt)) == 0 {
			t.Errorf("%s with %q passes", c.suffix, c.replacement)
		}
	}
}

// TestEmptyFeeds holds the feeds of a site without a revision to the rules.
func TestEmptyFeeds(t *testing.T) {
	site := testSite()
	site.Hub, site.Language, site.Since = "", "", "2026-11"
	for _, feed := range []Feed{SiteFeed(site, nil), CategoryFeed(site, "world", nil), StoryFeed(news.Story{ID: "a"}, nil)} {
		atom, err1 := site.Atom(feed)
		rss, err2 := site.RSS(feed)
		items, err3 := site.JSONFeed(feed)
		if err := errors.Join(err1, err2, err3); err != nil {
			t.Fatal(err)
		}
		faults := slices.Concat(checkAtom(atom), checkRSS(rss), checkJSONFeed(items))
		if len(faults) > 0 {
			t.Errorf("feed %q: %v", feed.Path, faults)
		}
	}
}
