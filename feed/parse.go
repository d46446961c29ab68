package feed

import (
	"bytes"
	"fmt"
	"html"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

// Limits on what is taken from one document. What lies beyond is left out and
// said in Document.Problems.
const (
	maxEntries = 5000
	maxTitle   = 1000      // runes
	maxHTML    = 512 << 10 // bytes, before sanitising
	maxAddress = 4096      // bytes; of an id too
	maxTags    = 50
)

const day = 24 * time.Hour

// Document is a feed document as we understand it.
type Document struct {
	Title    string // plain text
	SiteURL  string // absolute where the document allows
	Language string // as the document says it
	Format   string // "rss 2.0", "atom 1.0", "json feed 1.1"
	Outlet   string // of entries that name no source: from the title
	Entries  []news.Entry
	// Problems says in words what was wrong and what was done about it. A
	// document with problems is still usable.
	Problems []string
	// Ask is how long the document wants to be left alone after a fetch (ttl,
	// sy:updatePeriod); 0 if it does not say.
	Ask time.Duration
	// SkipHours and SkipDays are when an RSS document asks not to be fetched, a
	// bit for each hour from midnight and day from Sunday, GMT.
	SkipHours uint32
	SkipDays  uint8
	// Truncated: the document ends before its root element does.
	Truncated bool

	found []found // by entry
}

// found is what an entry itself says, where Entries holds a stand-in.
type found struct {
	guid      string
	title     string
	published time.Time
	updated   time.Time
	html      string // sanitised, if it was to be kept
}

// Parse reads an RSS, RDF, Atom or JSON feed. contentType is the header's, for
// its charset; base is the address the document came from, for relative links
// ("" if it is not known). Entries without a date, or with one in the future,
// get now. The error says in plain words why the document is no feed: it is a
// *NotFeed if the document is something else.
func Parse(body []byte, contentType, base string, now time.Time) (Document, error) {
	return parse(body, contentType, now, reader{base: base})
}

func parse(body []byte, contentType string, now time.Time, r reader) (Document, error) {
	b, problems := toUTF8(body, contentType)
	b = bytes.TrimLeft(b, " \t\r\n\x00\ufeff")
	if len(b) == 0 {
		return Document{}, &NotFeed{Reason: "the document is empty"}
	}
	d, err := r.read(b)
	if err != nil {
		return Document{}, err
	}
	p := &build{base: r.base, now: now, counts: map[string]int{}}
	p.problems = append(problems, d.problems...)
	return p.document(d), nil
}

// read decodes a document in UTF-8.
func (r reader) read(b []byte) (d decoded, err error) {
	defer gaveUp(&err)
	if b[0] == '[' {
		return decoded{}, &NotFeed{Reason: "the document is JSON, but not a JSON Feed"}
	}
	if b[0] == '{' {
		return r.json(b)
	}
	body, root, junk := findRoot(b)
	if err := refuse(body, root, r.base); err != nil {
		return decoded{}, err
	}
	d, err = r.xml(b[:max(len(b)-len(body), 0)], body)
	if err == nil && junk {
		d.problems = append([]string{"dropped what stood before the feed"}, d.problems...)
	}
	return d, err
}

// build makes a Document of what gofeed read.
type build struct {
	base     string // of the feed
	now      time.Time
	site     string // key of the site's home page
	outlet   string
	google   bool // Google News appends the outlet to titles
	lang     string
	problems []string
	counts   map[string]int // entries by problem
	garbage  collector
}

func (p *build) document(d decoded) Document {
	f := d.feed
	doc := Document{Title: plainLine(f.Title, maxTitle), Format: format(f.FeedType, f.FeedVersion), Ask: d.ask, Truncated: d.truncated}
	doc.SkipHours, doc.SkipDays = d.skipHours, d.skipDays
	doc.Language = strings.TrimSpace(f.Language)
	if p.base == "" && isWeb(f.FeedLink) {
		p.base = f.FeedLink
	}
	doc.SiteURL = resolve(p.base, f.Link)
	doc.Outlet = OutletName(doc.Title)
	if f.FeedType == "rss" && isWeb(doc.SiteURL) {
		p.base = doc.SiteURL // links of RSS are meant from the site, wherever the feed lies
	}
	p.site, p.outlet, p.lang = Key(doc.SiteURL), doc.Outlet, shortLanguage(doc.Language)
	p.google = strings.HasPrefix(Key(doc.SiteURL), "news.google.com/") || strings.HasPrefix(Key(p.base), "news.google.com/")
	inherits := f.FeedType != "rss" // RFC 4287, section 4.1.2; JSON Feed 1.1, "Items"
	for i, it := range d.items[:min(len(d.items), maxEntries)] {
		d.items[i] = item{} // it may be long
		p.garbage.add(len(it.html))
		if inherits && len(it.Authors) == 0 && it.source == "" {
			it.Authors = f.Authors
		}
		e, f := p.entry(it)
		doc.Entries, doc.found = append(doc.Entries, e), append(doc.found, f)
	}
	p.identify(&doc)
	detect(doc.Entries)
	for _, what := range []string{future, undated, noIdentity, sharedGUID, repeated, tooLong, hidden} {
		if n := p.counts[what]; n > 0 {
			p.problems = append(p.problems, fmt.Sprintf("%s (entries: %d)", what, n))
		}
	}
	doc.Problems = p.problems
	return doc
}

func format(kind, version string) string {
	if kind == "json" {
		kind = "json feed"
		version = strings.TrimPrefix(version[strings.LastIndexByte(version, '/')+1:], "version")
	}
	return strings.TrimSpace(kind + " " + version)
}

// plainLine is the visible text of an HTML fragment on one line of at most n
// runes, without what is not seen but changes how the rest looks.
func plainLine(s string, n int) string {
	if strings.IndexByte(s, '<') >= 0 {
		s = text.Plain(s)
	} else if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	s = text.Unescaped(s)
	s = strings.Map(visible, s)
	if strings.Contains(s, "  ") {
		s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " ")
	}
	s = strings.TrimSpace(s)
	if len(s) <= n {
		return s
	}
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// visible makes a space of line breaks and tabs, and takes out other control
// characters, soft hyphens and marks that turn the direction of what follows.
func visible(r rune) rune {
	switch {
	case r == '\n' || r == '\t' || r == '\r' || r == '\f' || r == '\u2028' || r == '\u2029':
		return ' '
	case unicode.IsControl(r), r == '\u00ad', r == '\u200b', r == '\ufeff', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == utf8.RuneError:
		return -1
	}
	return r
}

// shortLanguage is the ISO 639-1 code in a language tag, "" if there is none.
func shortLanguage(tag string) string {
	code, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(tag)), "_", "-"), "-")
	if len(code) != 2 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz") != "" {
		return ""
	}
	return code
}

// detect finds the language of entries of which nothing is declared, once for
// all of them: guessing at every entry would cost more than all else here.
func detect(entries []news.Entry) {
	const enough, most = 200, 2000 // bytes
	var sample strings.Builder
	for _, e := range entries {
		if e.Language == "" && sample.Len() < most {
			sample.WriteString(e.Title + "\n" + strings.ToValidUTF8(e.Text[:min(len(e.Text), enough)], "") + "\n")
		}
	}
	if sample.Len() < enough {
		return
	}
	lang := text.Language(sample.String(), "")
	for i := range entries {
		entries[i].Language = first(entries[i].Language, lang)
	}
}

// NotFeed says that a document is something else than a feed.
type NotFeed struct {
	Reason string   // in plain words
	Feeds  []string // addresses of feeds the page offers
}

func (e *NotFeed) Error() string {
	if len(e.Feeds) == 0 {
		return e.Reason
	}
	return e.Reason + "; it offers the feed " + strings.Join(e.Feeds, ", ")
}
