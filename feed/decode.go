package feed

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	jsonfeed "github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"
)

// item is an entry as gofeed reads it, with what its common form leaves out.
type item struct {
	*gofeed.Item
	source   string // title of the feed the entry was taken from
	link     string // a better address than Item.Link, or ""
	author   string // as written, where gofeed made nothing of it
	language string
	// unpublished: Item.Published is the date of the last update, for want of one.
	unpublished bool
}

// decoded is a document as gofeed reads it.
type decoded struct {
	feed  *gofeed.Feed
	items []item
	ask   time.Duration // how seldom the document asks to be fetched

	skipHours uint32 // when it asks not to be
	skipDays  uint8

	truncated bool // the document ends before its root element does
}

// decode runs gofeed. Its JSON side dereferences null entries, so a panic in it
// is an error here: no document may stop the daemon.
func decode(b []byte) (d decoded, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the parser gave up: %v", r)
		}
	}()
	p := gofeed.NewParser()
	p.KeepOriginalFeed = true
	p.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	if d.feed, err = p.Parse(bytes.NewReader(b)); err != nil {
		return decoded{}, err
	}
	d.items = make([]item, len(d.feed.Items))
	for i, it := range d.feed.Items {
		d.items[i].Item = it
	}
	switch f := d.feed.OriginalFeed().(type) {
	case *rss.Feed:
		d.ask, d.skipHours, d.skipDays = updateBound(f), skipped(f.SkipHours), skippedDays(f.SkipDays)
		for i := range d.items {
			d.items[i].addRSS(f.Items[i])
		}
	case *atom.Feed:
		for i := range d.items {
			d.items[i].addAtom(f.Entries[i])
		}
	case *jsonfeed.Feed:
		for i := range d.items {
			d.items[i].addJSON(f.Items[i])
		}
	}
	return d, nil
}

func (it *item) addRSS(r *rss.Item) {
	if r.Source != nil {
		it.source = r.Source.Title
	}
	if r.GUID != nil && !strings.EqualFold(r.GUID.IsPermalink, "false") && isWeb(r.GUID.Value) {
		it.link = r.GUID.Value // used when there is no link
	}
	if r.PubDate == "" && it.Updated == it.Published {
		it.Updated, it.UpdatedParsed = "", nil // the one dc:date, read twice
	}
	it.author = r.Author
	if dc := r.DublinCoreExt; dc != nil {
		it.author = first(append([]string{it.author}, append(dc.Creator, dc.Author...)...)...)
		it.language = first(dc.Language...)
	}
}

func (it *item) addAtom(e *atom.Entry) {
	if e.Source != nil {
		it.source = e.Source.Title
	}
	it.unpublished = e.Published == ""
	if isWeb(e.ID) {
		it.link = e.ID
	}
	if e.Content == nil {
		return
	}
	if e.Content.Src != "" {
		it.link = e.Content.Src
	}
	switch kind := strings.ToLower(e.Content.Type); kind {
	case "text", "text/plain":
		it.Content = fromPlain(e.Content.Value)
	case "", "html", "xhtml", "text/html", "application/xhtml+xml":
	default:
		if !strings.Contains(kind, "xml") && !strings.HasPrefix(kind, "text/") {
			it.Content = "" // an image, a sound: nothing to read
		}
	}
}

func (it *item) addJSON(e *jsonfeed.Item) {
	if e.ContentHTML == "" {
		it.Content = fromPlain(e.ContentText)
	}
	it.Description = fromPlain(e.Summary)
	it.Title = html.EscapeString(e.Title)
	it.language = e.Language
	it.link = e.ExternalURL
}

// fromPlain makes HTML of plain text, a paragraph a line.
func fromPlain(s string) string {
	if strings.TrimSpace(s) == "" {
		return ""
	}
	return "<p>" + strings.ReplaceAll(html.EscapeString(strings.TrimSpace(s)), "\n", "<br>\n") + "</p>"
}

// updateBound is the longer of an RSS document's ttl (minutes) and the period
// of the RSS 1.0 syndication module (updatePeriod over updateFrequency).
func updateBound(f *rss.Feed) time.Duration {
	minutes, _ := strconv.Atoi(strings.TrimSpace(f.TTL))
	ttl := time.Duration(min(max(minutes, 0), 7*24*60)) * time.Minute
	period, ok := map[string]time.Duration{"hourly": time.Hour, "daily": day, "weekly": 7 * day, "monthly": 30 * day,
		"yearly": 365 * day}[strings.ToLower(extension(f.Extensions, "sy", "updatePeriod"))]
	if !ok {
		return ttl
	}
	times, err := strconv.Atoi(extension(f.Extensions, "sy", "updateFrequency"))
	if err != nil || times < 1 {
		times = 1
	}
	return max(ttl, period/time.Duration(times))
}

// extension is the text of the first element of that name, or "".
func extension(e ext.Extensions, prefix, name string) string {
	if found := e[prefix][name]; len(found) > 0 {
		return strings.TrimSpace(found[0].Value)
	}
	return ""
}

// decodeBroken reads a document that gofeed refuses: repaired as a whole, else
// entry by entry. It returns what it had to do, in words.
func decodeBroken(b []byte) (decoded, []string, error) {
	b, problems, truncated := repair(b)
	d, err := decode(b)
	if err == nil {
		d.truncated = truncated
		return d, problems, nil
	}
	l, surveyErr := survey(b)
	if surveyErr != nil || len(l.entries) == 0 {
		return decoded{}, nil, errors.Join(err, surveyErr)
	}
	if d, err = decode(append(bytes.Clone(b[:l.entries[0].start]), l.tail...)); err != nil {
		if d, err = decode([]byte(l.head + l.tail)); err != nil {
			return decoded{}, nil, err
		}
		problems = append(problems, "the head of the document could not be read")
	}
	s := salvage{b: b, layout: l, patience: 200}
	s.read(l.entries)
	if len(s.items) == 0 {
		return decoded{}, nil, cmp.Or(s.err, errUnmatched)
	}
	d.items, d.truncated = s.items, truncated
	return d, append(problems, fmt.Sprintf("dropped %d entries that could not be read: %v", s.lost, s.err)), nil
}

// salvage reads entries of a broken document by halving the document until the
// bad ones stand alone.
type salvage struct {
	b        []byte
	layout   layout
	items    []item
	lost     int
	err      error
	patience int // how many more attempts may fail
}

func (s *salvage) read(entries []span) {
	if s.patience <= 0 {
		s.lost += len(entries)
		return
	}
	part := []byte(s.layout.head)
	for _, e := range entries {
		part = append(part, s.b[e.start:e.end]...)
	}
	d, err := decode(append(part, s.layout.tail...))
	if err == nil {
		s.items = append(s.items, d.items...)
		return
	}
	s.err = err
	s.patience--
	if half := len(entries) / 2; half > 0 {
		s.read(entries[:half])
		s.read(entries[half:])
	} else {
		s.lost++
	}
}
