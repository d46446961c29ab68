package feed

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/storywire/storywire/news"
	"golang.org/x/net/html"
)

// Limits on what is taken from one OPML document.
const (
	maxOPML          = 32 << 20 // bytes
	maxSubscriptions = 50000
	depthLimit       = 256 // open outlines
)

// ReadOPML reads a subscription list. Folders become categories, the outermost
// first; a feed that stands in several folders has the categories of all. The
// document may be in any charset and somewhat broken. An error names the line.
func ReadOPML(r io.Reader) ([]news.Subscription, error) {
	body, err := io.ReadAll(&limitReader{r, maxOPML})
	if errors.Is(err, errTooLarge) {
		return nil, fmt.Errorf("read OPML: %w", tooLarge(maxOPML))
	}
	if err != nil {
		return nil, fmt.Errorf("read OPML: %w", err)
	}
	b, _ := toUTF8(body, "")
	subs, err := readOutlines(b)
	if err != nil {
		return nil, fmt.Errorf("read OPML: %w", err)
	}
	return subs, nil
}

// readOutlines takes the outlines in order. It reads tags as HTML has them,
// since real lists hold a raw "<" and quotes within attributes, and stray "&".
func readOutlines(b []byte) ([]news.Subscription, error) {
	z := html.NewTokenizer(bytes.NewReader(b))
	l := list{at: map[string]int{}}
	line, root := 1, false
	for {
		kind := z.Next()
		at := line
		line += bytes.Count(z.Raw(), []byte("\n"))
		if kind == html.ErrorToken {
			if !root {
				return nil, errors.New("there is no <opml> in it; export the list from your feed reader as OPML")
			}
			return l.subs, nil
		}
		t := z.Token()
		start := kind == html.StartTagToken || kind == html.SelfClosingTagToken
		switch {
		case start && !root && t.Data != "opml":
			return nil, fmt.Errorf("line %d: this is <%s>, not an OPML document", at, t.Data)
		case start && t.Data == "outline":
			if err := l.open(t.Attr); err != nil {
				return nil, fmt.Errorf("line %d: %w", at, err)
			}
			if kind == html.SelfClosingTagToken {
				l.close()
			}
		case kind == html.EndTagToken && t.Data == "outline":
			l.close()
		}
		root = root || start
	}
}

// list gathers subscriptions.
type list struct {
	folders []string // slugs of the open outlines, "" for a feed
	subs    []news.Subscription
	at      map[string]int // in subs, by address
}

func (l *list) open(attrs []html.Attribute) error {
	value := map[string]string{}
	for _, a := range attrs {
		value[a.Key] = strings.TrimSpace(a.Val)
	}
	title := strings.Join(strings.Fields(first(value["title"], value["text"])), " ")
	address := first(value["xmlurl"], value["url"])
	if address != "" && value["xmlurl"] == "" && !strings.EqualFold(value["type"], "rss") {
		address = "" // url alone is a link or an included list
	}
	address = webAddress(address)
	if address == "" {
		l.folders = append(l.folders, Slug(title))
	} else {
		l.folders = append(l.folders, "")
		l.add(news.Subscription{URL: address, Title: title, SiteURL: value["htmlurl"], Categories: l.categories(), FullText: yesOrNo(value["fulltext"])})
	}
	switch {
	case len(l.folders) > depthLimit:
		return errors.New("outlines are nested too deep")
	case len(l.subs) > maxSubscriptions:
		return fmt.Errorf("there are more than %d feeds in it", maxSubscriptions)
	}
	return nil
}

// yesOrNo reads an attribute that says yes or no; nil if it says neither.
func yesOrNo(s string) *bool {
	if yes, err := strconv.ParseBool(s); err == nil {
		return &yes
	}
	return nil
}

// webAddress takes the address of a subscription: feed: links are of the web.
func webAddress(s string) string {
	if rest, ok := strings.CutPrefix(s, "feed:"); ok {
		if s = strings.TrimPrefix(rest, "//"); !strings.Contains(s, "://") {
			s = "http://" + s
		}
	}
	if !isWeb(s) {
		return ""
	}
	return s
}

func (l *list) close() {
	if len(l.folders) > 0 {
		l.folders = l.folders[:len(l.folders)-1]
	}
}

func (l *list) categories() []string {
	var out []string
	for _, f := range l.folders {
		if f != "" && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// add appends a subscription, or merges it into the one of the same address.
func (l *list) add(s news.Subscription) {
	i, known := l.at[s.URL]
	if !known {
		l.at[s.URL] = len(l.subs)
		l.subs = append(l.subs, s)
		return
	}
	have := &l.subs[i]
	have.Title, have.SiteURL = first(have.Title, s.Title), first(have.SiteURL, s.SiteURL)
	if have.FullText == nil {
		have.FullText = s.FullText
	}
	for _, c := range s.Categories {
		if !slices.Contains(have.Categories, c) {
			have.Categories = append(have.Categories, c)
		}
	}
}

// Slug is a name as it stands in an address: letters and digits in lower case,
// a hyphen for every run of anything else.
func Slug(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	}), "-")
}

type opmlOutline struct {
	Text     string         `xml:"text,attr"`
	Title    string         `xml:"title,attr,omitempty"`
	Type     string         `xml:"type,attr,omitempty"`
	XMLURL   string         `xml:"xmlUrl,attr,omitempty"`
	HTMLURL  string         `xml:"htmlUrl,attr,omitempty"`
	FullText bool           `xml:"fullText,attr,omitempty"`
	Outlines []*opmlOutline `xml:"outline"`
}

// WriteOPML writes feeds as an OPML 2.0 document that ReadOPML reads back to
// the same: a feed's categories are its folders, the first the outermost.
func WriteOPML(w io.Writer, title string, feeds []news.Feed) error {
	root := &opmlOutline{}
	for _, f := range feeds {
		at := root
		for _, c := range f.Categories {
			at = at.folder(c)
		}
		name := first(f.Title, f.URL)
		at.Outlines = append(at.Outlines, &opmlOutline{Text: name, Title: name, Type: "rss", XMLURL: f.URL, HTMLURL: f.SiteURL, FullText: f.FullText})
	}
	doc := struct {
		XMLName xml.Name       `xml:"opml"`
		Version string         `xml:"version,attr"`
		Title   string         `xml:"head>title"`
		Body    []*opmlOutline `xml:"body>outline"`
	}{Version: "2.0", Title: title, Body: root.Outlines}
	b, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return fmt.Errorf("write OPML: %w", err)
	}
	if _, err := fmt.Fprintf(w, "%s%s\n", xml.Header, b); err != nil {
		return fmt.Errorf("write OPML: %w", err)
	}
	return nil
}

// folder finds or makes the folder of that name.
func (o *opmlOutline) folder(name string) *opmlOutline {
	for _, c := range o.Outlines {
		if c.XMLURL == "" && c.Text == name {
			return c
		}
	}
	c := &opmlOutline{Text: name}
	o.Outlines = append(o.Outlines, c)
	return c
}
