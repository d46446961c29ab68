package feed

import (
	"bytes"
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What may be wrong with a document, as Problems says it.
const (
	forbidden = "dropped characters that XML forbids"
	strayEnd  = "dropped end tags without a start"
	leftOpen  = "closed elements left open"
	cutOff    = "dropped an entry cut off by the end of the document"
)

const (
	maxText     = 16 << 10 // bytes of a value that is no markup
	maxElements = 1000     // taken of one entry, and of the feed itself
	maxDepth    = 16       // of elements that hold entries
	maxSeen     = 50_000   // entries that are looked at, to take the newest
	chunkSize   = 256 << 10
	collectSize = 4 << 20
)

// tidier writes a feed document anew: well formed, with every value decoded
// once and put into the form of it that gofeed reads best, and without what we
// have no use for. It reads any document to its end in linear time. Elements are
// told apart by namespace; what was never closed is closed, and content that is
// badly balanced ends where its element does.
type tidier struct {
	scanner
	document string // address
	own      entities
	isAtom   bool
	language string     // of the root element
	root     vocabulary // namespace of a root without prefix
	version  string
	rooted   bool // the root element was seen
	open     []frame
	bindings []binding
	counts   map[string]int

	head    []byte    // elements of the feed itself
	out     []byte    // entries not yet handed over
	aside   texts     // of them
	size    int       // of those, in bytes
	entryAt int       // where the open entry begins in out
	entry   []byte    // its name, nil if none is open
	date    time.Time // the latest in it
	counted [2]int    // elements taken of the feed, and of the open entry

	garbage collector
	entries int
	dates   []time.Time                       // of all entries, if not nil
	chosen  []bool                            // the entries to take, nil for all
	take    func(entries []byte, aside texts) // called with some whole entries at a time
}

// frame is an open element that holds others.
type frame struct {
	name     []byte
	role     role
	base     string // "" unless xml:base was said
	bindings int    // in force around it
}

// tidy reads a document from its root element. prolog is what stood before it.
// Entries are handed to take in pieces, which it may not keep; what is returned
// are the elements of the feed itself.
func (t *tidier) tidy(prolog []byte) (head []byte, truncated bool) {
	t.own, t.counts = declaredEntities(prolog), map[string]int{}
	first, ok := t.next(0)
	if !ok {
		return nil, true
	}
	at := t.start(first)
	for t.entries < maxSeen {
		next, ok := t.next(at)
		if !ok {
			break
		}
		if at = next.end; next.closes {
			t.end(next)
		} else {
			at = t.start(next)
		}
	}
	truncated = len(t.open) > 0 && t.entries < maxSeen
	if t.entry != nil {
		t.counts[cutOff]++
		t.out = t.out[:t.entryAt]
	}
	t.flush(0)
	return t.head, truncated
}

// start handles a start tag and returns where to read on.
func (t *tidier) start(tg tag) int {
	attrs := attributes(t.b, tg)
	around := len(t.bindings)
	t.declare(attrs)
	m := t.meaning(tg)
	if m.role == asEntry && t.entry != nil && bytes.EqualFold(tg.name, t.entry) {
		t.counts[leftOpen]++ // the last entry was never closed
		t.close(slices.IndexFunc(t.open, func(f frame) bool { return f.role == asEntry }))
		around = len(t.bindings)
		t.declare(attrs)
	}
	base := t.baseOf(attrs)
	switch {
	case len(t.open) == 0:
		if !t.rooted { // a second document after the first has its format
			t.rootElement(tg, attrs)
		}
		m.role = asChannel
	case m.role == asEntry && t.entry == nil:
		t.beginEntry(tg, attrs, base)
	case m.role == asEntry, m.role >= container && len(t.open) >= maxDepth:
		m.role = dropped
	}
	if m.role >= container {
		t.open = append(t.open, frame{tg.name, m.role, base, around})
		if tg.empty && m.role == asEntry && len(t.out) == t.entryAt+len(t.entryTag("<")) {
			t.entry, t.out = nil, t.out[:t.entryAt] // nothing stands in its attributes, either
			t.open[len(t.open)-1].role = container
		}
		if tg.empty {
			t.close(len(t.open) - 1)
		}
		return tg.end
	}
	at := t.leaf(m, tg, attrs, base)
	t.bindings = t.bindings[:around]
	return at
}

// end handles an end tag.
func (t *tidier) end(tg tag) {
	for level := len(t.open) - 1; level >= 0; level-- {
		if bytes.EqualFold(t.open[level].name, tg.name) {
			t.counts[leftOpen] += len(t.open) - level - 1
			t.close(level)
			return
		}
	}
	t.counts[strayEnd]++
}

// close ends the open elements from that level on.
func (t *tidier) close(level int) {
	for len(t.open) > level {
		last := t.open[len(t.open)-1]
		t.open, t.bindings = t.open[:len(t.open)-1], t.bindings[:last.bindings]
		if last.role == asEntry {
			t.entryEnded()
		}
	}
}

// entryEnded hands over the entry, unless it is not among the chosen.
func (t *tidier) entryEnded() {
	t.entry = nil
	t.out = append(t.out, t.entryTag("</")...)
	if t.chosen != nil && !t.chosen[t.entries] {
		t.out = t.out[:t.entryAt]
	}
	if t.dates != nil {
		t.dates = append(t.dates, t.date)
	}
	t.entries++
	t.flush(chunkSize)
}

// flush hands over what was gathered if it is more than enough, in bytes.
func (t *tidier) flush(enough int) {
	size := len(t.out) + t.size
	if size <= enough {
		return
	}
	t.take(t.out, t.aside)
	t.out, t.aside, t.size = t.out[:0], nil, 0
	t.garbage.add(size)
}

// collector counts the bytes read of a document. Of a huge one it leaves no
// garbage of its size.
type collector int

func (c *collector) add(n int) {
	if *c += collector(n); *c > collectSize {
		*c = 0
		runtime.GC()
	}
}

// declare notes the namespaces of a start tag. Those after 256 are not: no feed
// has as many.
func (t *tidier) declare(attrs []attribute) {
	for _, a := range attrs {
		prefix, ok := bytes.CutPrefix(a.name, []byte("xmlns"))
		if ok && len(t.bindings) < 256 && (len(prefix) == 0 || prefix[0] == ':') {
			t.bindings = append(t.bindings, binding{strings.TrimPrefix(string(prefix), ":"), vocabularyOf(string(a.value))})
		}
	}
}

// vocabulary finds what a prefix stands for.
func (t *tidier) vocabulary(prefix []byte) vocabulary {
	v := native
	if len(prefix) > 0 {
		v = cmp.Or(prefixes[string(bytes.ToLower(prefix))], unknown)
	}
	for i := len(t.bindings) - 1; i >= 0; i-- {
		if b := t.bindings[i]; b.prefix == string(prefix) {
			v = b.is
			break
		}
	}
	own := vocabulary("rss")
	if t.isAtom {
		own = "atom"
	}
	if v == own || len(prefix) == 0 && (v == unknown || v == t.root || v == "rss") {
		return native
	}
	return v
}

func (t *tidier) meaning(tg tag) meaning {
	prefix, local := tg.split()
	return meaningOf(t.vocabulary(prefix), local, t.isAtom)
}

// baseOf is the xml:base in force for an element, "" if none was ever said.
func (t *tidier) baseOf(attrs []attribute) string {
	base := ""
	if n := len(t.open); n > 0 {
		base = t.open[n-1].base
	}
	for _, a := range attrs {
		if string(a.name) == "xml:base" {
			base = cmp.Or(resolve(cmp.Or(base, t.document), t.text(a.value)), base)
		}
	}
	return base
}

// rootElement learns the format.
func (t *tidier) rootElement(tg tag, attrs []attribute) {
	t.rooted = true
	t.isAtom = tg.local() == "feed"
	if prefix, _ := tg.split(); len(prefix) == 0 {
		t.root = t.vocabulary(nil)
	}
	raw := t.b[tg.start:tg.end]
	has := func(s string) bool { return bytes.Contains(raw, []byte(s)) }
	t.version = t.attr(attrs, "version")
	switch {
	case tg.local() == "channel" && has("rss1.1"):
		t.version = "1.1"
	case tg.local() == "channel":
		t.version = "cdf"
		t.write("link", nil, t.attr(attrs, "href"))
	case t.isAtom && t.version == "" && has("purl.org/atom/ns"):
		t.version = "0.3"
	case t.isAtom && t.version == "" && t.root == "atom", t.isAtom && has("w3.org/2005/Atom") && t.version == "":
		t.version = "1.0"
	case tg.local() == "rdf" && has("/rdf/simple/0.9"):
		t.version = "0.9"
	case tg.local() == "rdf" && has("purl.org/rss/1.0/"):
		t.version = "1.0"
	}
	if t.language = t.attr(attrs, "lang"); t.language != "" && !t.isAtom {
		t.write("language", nil, t.language)
	}
}

// wrap makes a document of the elements in it.
func (t *tidier) wrap(elements []byte) []byte {
	var out []byte
	if t.isAtom {
		out = fmt.Appendf(nil, `<feed version="%s" lang="%s">`, escapeAttribute(t.version), escapeAttribute(t.language))
		return append(append(out, elements...), "</feed>"...)
	}
	out = fmt.Appendf(nil, `<rss version="%s"><channel>`, escapeAttribute(t.version))
	return append(append(out, elements...), "</channel></rss>"...)
}

func (t *tidier) entryTag(open string) string {
	if t.isAtom {
		return open + "entry>"
	}
	return open + "item>"
}

// beginEntry writes the start of an entry, and what stands in its attributes.
func (t *tidier) beginEntry(tg tag, attrs []attribute, base string) {
	t.entry, t.entryAt, t.counted[1], t.date = tg.name, len(t.out), 0, time.Time{}
	t.out = append(t.out, t.entryTag("<")...)
	if about := t.attr(attrs, "rdf:about"); about != "" && !t.isAtom {
		t.write("guid", []string{"isPermaLink", "false"}, about)
	}
	if lang := t.attr(attrs, "xml:lang"); lang != "" {
		t.write("dc:language", nil, lang)
	}
	if t.version == "cdf" {
		t.write("link", nil, resolved(base, t.attr(attrs, "href")))
		t.write("atom:updated", nil, t.rewriteDate(t.attr(attrs, "lastmod")))
	}
}

// attr is the decoded value of an attribute, whatever its case, by the name
// with or without prefix; "" if it is not there.
func (t *tidier) attr(attrs []attribute, name string) string {
	for _, a := range attrs {
		_, local, _ := bytes.Cut(a.name, []byte(":"))
		if strings.EqualFold(string(a.name), name) || len(local) > 0 && strings.EqualFold(string(local), name) && !bytes.HasPrefix(a.name, []byte("xmlns")) {
			return t.text(a.value)
		}
	}
	return ""
}

// text decodes character data of moderate length.
func (t *tidier) text(b []byte) string {
	return strings.TrimSpace(string(t.value(b, maxText)))
}

// value decodes at most so many bytes of character data.
func (t *tidier) value(b []byte, limit int) []byte {
	if len(b) > 2*limit {
		b = bytes.ToValidUTF8(b[:2*limit], nil)
		t.counts[tooLong]++
	}
	return undouble(t.own.characters(nil, b))
}

// full counts an element of the open entry, or of the feed, and reports whether
// there are too many.
func (t *tidier) full() bool {
	count := &t.counted[0]
	if t.entry != nil {
		count = &t.counted[1]
	}
	*count++
	return *count > maxElements
}

// write appends an element with attributes (names and values in turn) and a
// value.
func (t *tidier) write(name string, attrs []string, value string) {
	dst := &t.head
	if t.entry != nil {
		dst = &t.out
	}
	out := append(append(*dst, '<'), name...)
	for i := 0; i < len(attrs); i += 2 {
		out = append(append(append(out, ' '), attrs[i]...), `="`...)
		out = append(append(out, escapeAttribute(attrs[i+1])...), '"')
	}
	out = appendValue(append(out, '>'), value)
	*dst = append(append(append(out, "</"...), name...), '>')
}

// texts are those of entries that gofeed need not see: it is given a number in
// their place.
type texts []string

// asideMark stands before the number. It is no character, so no text has it.
const asideMark = "\ufdd0"

// put keeps a text and returns what stands for it.
func (t *texts) put(s string) string {
	*t = append(*t, s)
	return asideMark + strconv.Itoa(len(*t)-1)
}

// get returns the text that s stands for, or s itself.
func (t texts) get(s string) string {
	if number, ok := strings.CutPrefix(s, asideMark); ok {
		if i, err := strconv.Atoi(number); err == nil && i >= 0 && i < len(t) {
			return t[i]
		}
	}
	return s
}

// appendValue writes a value so that gofeed, which looks at the raw content of
// an element, takes it as it is.
func appendValue(out []byte, value string) []byte {
	if !strings.ContainsAny(value, "<&>") {
		return append(out, value...)
	}
	out = append(out, openCDATA...)
	out = append(out, strings.ReplaceAll(value, closeCDATA, "]]"+closeCDATA+openCDATA+">")...)
	return append(out, closeCDATA...)
}

// rewriteDate writes a date in the form gofeed tries first, or leaves it.
func (t *tidier) rewriteDate(s string) string {
	d := parseDate(s)
	if d.IsZero() {
		return s
	}
	if d.After(t.date) {
		t.date = d
	}
	return d.Format(time.RFC3339Nano)
}

func escapeAttribute(s string) string { return attributeEscaper.Replace(s) }

var attributeEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
