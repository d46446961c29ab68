package feed

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"slices"
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
// Its texts give way to plain.
type item struct {
	*gofeed.Item
	source   string // title of the feed the entry was taken from
	link     string // a better address than Item.Link, or ""
	author   string // as written, where gofeed made nothing of it
	language string
	plain    string // its text
	html     string // as it was, if it is to be kept
}

// decoded is a document as gofeed reads it.
type decoded struct {
	feed  *gofeed.Feed
	items []item
	ask   time.Duration // how seldom the document asks to be fetched

	skipHours uint32 // when it asks not to be
	skipDays  uint8

	truncated bool // the document ends before its root element does
	problems  []string
}

// reader reads documents in UTF-8.
type reader struct {
	base     string // address of the document
	brief    bool   // for a person to look at: the beginnings of the texts are enough
	keepHTML bool   // in which case they are, too
}

// xml reads a document from its root element.
func (r reader) xml(prolog, b []byte) (decoded, error) {
	var d decoded
	var failed error
	b, dropped := dropForbidden(b)
	if i := bytes.LastIndexByte(b, '<'); bytes.HasPrefix(b[i:], []byte("</")) && bytes.IndexByte(b[i:], '>') < 0 {
		b = append(slices.Clip(b), '>') // cut off in its last tag
	}
	t := tidier{scanner: scanner{b: b}, document: r.base}
	t.choose(prolog)
	t.take = func(entries []byte, aside texts) {
		part, err := r.decode(t.wrap(entries), aside)
		if err != nil {
			failed = err
			return
		}
		d.items = append(d.items, part.items...)
	}
	head, truncated := t.tidy(prolog)
	all, err := r.decode(t.wrap(head), nil)
	if failed != nil {
		d.problems = append(d.problems, "dropped entries that could not be read: "+failed.Error())
	}
	if err = cmp.Or(err, failed); all.feed == nil || len(d.items) == 0 && (err != nil || truncated) {
		return decoded{}, fmt.Errorf("the document is broken and no entry of it is whole%s; tell its publisher, or see https://validator.w3.org/feed/", because(err))
	}
	if n := len(t.chosen); n > 0 {
		d.problems = append(d.problems, fmt.Sprintf("took the newest %d of %d entries", maxEntries, n))
	}
	t.counts[forbidden] += dropped
	for _, what := range []string{forbidden, strayEnd, leftOpen, cutOff, tooLong} {
		if n := t.counts[what]; n > 0 {
			d.problems = append(d.problems, fmt.Sprintf("%s (%d times)", what, n))
		}
	}
	d.feed, d.ask, d.skipHours, d.skipDays, d.truncated = all.feed, all.ask, all.skipHours, all.skipDays, truncated
	return d, nil
}

func because(err error) string {
	if err == nil {
		return ""
	}
	return " (" + err.Error() + ")"
}

// choose picks the newest entries of a document that has too many.
func (t *tidier) choose(prolog []byte) {
	if bytes.Count(t.b, []byte("item"))+bytes.Count(t.b, []byte("entry")) <= maxEntries {
		return
	}
	look := tidier{scanner: scanner{b: t.b}, take: func([]byte, texts) {}, dates: []time.Time{}}
	look.tidy(prolog)
	if look.entries <= maxEntries {
		return
	}
	order := make([]int, look.entries)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return look.dates[b].Compare(look.dates[a]) })
	t.chosen = make([]bool, look.entries)
	for _, i := range order[:maxEntries] {
		t.chosen[i] = true
	}
}

// gaveUp makes an error of a panic: no document may stop the daemon.
func gaveUp(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("the parser gave up: %v", r)
	}
}

// decode runs gofeed, whose JSON side dereferences null.
func (r reader) decode(b []byte, aside texts) (d decoded, err error) {
	defer gaveUp(&err)
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
	for i := range d.items {
		d.items[i].read(aside, r)
	}
	d.feed.Items = nil
	return d, nil
}

func (it *item) addRSS(r *rss.Item) {
	if r.Source != nil {
		it.source = r.Source.Title
	}
	it.Title = first(it.Title, extension(it.Extensions, "atom", "title"), extension(it.Extensions, "media", "title"), extension(it.Extensions, "itunes", "title"))
	if r.GUID != nil && !strings.EqualFold(r.GUID.IsPermalink, "false") && isWeb(r.GUID.Value) {
		it.link = r.GUID.Value // used when there is no link
	}
	for _, l := range it.Extensions["atom"]["link"] {
		if rel := l.Attrs["rel"]; (rel == "" || rel == "alternate") && it.Link == "" {
			it.Link = l.Attrs["href"]
		}
	}
	it.GUID = first(it.GUID, extension(it.Extensions, "atom", "id"))
	it.author = personName(r.Author)
	if dc := r.DublinCoreExt; dc != nil {
		it.author = first(it.author, names(dc.Creator), names(dc.Author))
		it.language = first(dc.Language...)
	}
	for _, name := range []string{"keywords", "category"} {
		for _, e := range it.Extensions["media"][name] {
			it.Categories = append(it.Categories, strings.Split(e.Value, ",")...)
		}
	}
	it.Published = first(it.Published, extension(it.Extensions, "dcterms", "issued"), extension(it.Extensions, "dcterms", "created"))
	it.Updated = first(it.Updated, extension(it.Extensions, "dcterms", "modified"))
}

func (it *item) addAtom(e *atom.Entry) {
	dc := ext.NewDublinCoreExtension(e.Extensions["dc"])
	if e.Published == "" { // gofeed gives the date of the last change
		it.Published, it.PublishedParsed = first(extension(e.Extensions, "dcterms", "issued"), extension(e.Extensions, "dcterms", "created")), nil
	}
	if e.Updated == "" {
		it.Updated, it.UpdatedParsed = first(append([]string{extension(e.Extensions, "dcterms", "modified")}, dc.Date...)...), nil
	}
	it.Title = first(it.Title, first(dc.Title...))
	it.Categories = append(it.Categories, dc.Subject...)
	it.language = first(dc.Language...)
	it.author = first(names(dc.Creator), names(dc.Author))
	if e.Source != nil {
		it.source = e.Source.Title
		if len(it.Authors) == 0 {
			for _, a := range e.Source.Authors {
				it.Authors = append(it.Authors, &gofeed.Person{Name: a.Name, Email: a.Email})
			}
		}
	}
	if isWeb(e.ID) {
		it.link = e.ID
	}
	if e.Content != nil && e.Content.Src != "" {
		it.link = e.Content.Src
	}
	for _, l := range e.Links { // a page is better than another form of the entry
		if l.Rel == "alternate" && l.Href != "" && (l.Type == "" || strings.Contains(l.Type, "html")) {
			it.Link = l.Href
			break
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
