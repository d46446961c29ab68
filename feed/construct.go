package feed

import (
	"bytes"
	"encoding/base64"
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"
)

// construct is an element that holds a text, with what its attributes say of
// it: RFC 4287, section 3.1, and its draft of 2003 ("Atom 0.3"), which had a
// mode. RSS does not say what its texts are: a title is HTML if it can only be
// that.
type construct struct {
	kind, mode string
	title      bool
	content    []byte
	tagged     bool   // there are tags in it
	base       string // what its addresses are relative to, "" for the document
}

func (t *tidier) constructOf(name string, attrs []attribute) construct {
	kind, _, _ := strings.Cut(strings.ToLower(t.attr(attrs, "type")), ";")
	return construct{kind: strings.TrimSpace(kind), mode: strings.ToLower(t.attr(attrs, "mode")), title: strings.HasSuffix(name, "title")}
}

// writeText writes a text as HTML, whatever it is. Texts of entries stand aside.
func (t *tidier) writeText(name string, attrs []attribute, c construct) {
	out := t.shorten(strings.TrimSpace(t.html(&c)))
	if c.base != "" && (strings.Contains(out, "href") || strings.Contains(out, "src")) {
		out = `<base href="` + escapeAttribute(c.base) + `">` + out
	}
	var keep []string
	if name == "content" || name == "summary" || name == "title" {
		keep = append(t.keep(attrs, c.base, "src"), "type", "html")
	}
	out = strings.Map(legal, out)
	if t.entry != nil && !c.title && out != "" {
		t.size += len(out)
		out = t.aside.put(out)
	}
	t.write(name, keep, out)
}

// html is the content as HTML. It may find another base in it.
func (t *tidier) html(c *construct) string {
	limit := maxHTML
	if c.title {
		limit = maxText
	}
	switch {
	case c.mode == "base64":
		decoded := mendUTF8([]byte(decodeBase64(t.value(c.content, 2*limit))))
		return t.asHTML(string(decoded), first(c.kind, "html"), c.title)
	case binary(c.kind):
		written := t.value(c.content, 2*limit)
		decoded := decodeBase64(written)
		switch readable := utf8.ValidString(decoded) && !strings.ContainsFunc(decoded, isOdd); {
		case readable:
			return decoded
		case c.title:
			return t.asHTML(string(written), "text", true)
		}
		return "" // a picture, a sound
	case strings.Contains(c.kind, "xhtml"), c.tagged && inline(c.kind, c.mode, c.content):
		return t.markup(c)
	}
	return t.asHTML(string(t.value(c.content, limit)), c.kind, c.title)
}

// inline reports whether tags in a text are its markup, and not a mistake in
// one that is escaped.
func inline(kind, mode string, content []byte) bool {
	return mode == "xml" || kind != "html" && mode != "escaped" && !bytes.Contains(content, []byte("&lt;")) ||
		!bytes.Contains(content, []byte("&lt;")) && !bytes.Contains(content, []byte(openCDATA))
}

// binary reports whether a type is of something that cannot be read.
func binary(kind string) bool {
	major, _, is := strings.Cut(kind, "/")
	return is && major != "text" && !strings.Contains(kind, "xml") && !strings.Contains(kind, "html")
}

// isOdd reports a control character that no text has.
func isOdd(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) }

// asHTML makes HTML of a text of that type.
func (t *tidier) asHTML(s, kind string, title bool) string {
	plain := t.isAtom && kind == "" || kind == "text" || kind == "plain" || strings.HasPrefix(kind, "text/") && kind != "text/html"
	if !t.isAtom && kind == "" {
		plain = title && !looksLikeHTML(s)
	}
	switch {
	case !plain:
		return s
	case title:
		return html.EscapeString(s)
	}
	return fromPlain(s)
}

var (
	markupTag    = regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>`)
	markupEntity = regexp.MustCompile(`&#?[a-zA-Z0-9]+;`)
)

// looksLikeHTML reports whether a text that may be either is HTML: it has tags
// that end or never do, all of them HTML's, or else a reference.
func looksLikeHTML(s string) bool {
	if !strings.ContainsAny(s, "<&") {
		return false
	}
	ends := false
	for _, m := range markupTag.FindAllStringSubmatch(s, -1) {
		switch name := atom.Lookup([]byte(strings.ToLower(m[2]))); {
		case name == 0:
			return false
		case m[1] != "" || name == atom.Br || name == atom.Img || name == atom.Wbr || name == atom.Hr:
			ends = true
		}
	}
	return ends || markupEntity.MatchString(s)
}

// fromPlain makes HTML of plain text.
func fromPlain(s string) string {
	return strings.ReplaceAll(html.EscapeString(strings.TrimSpace(s)), "\n", "<br>\n")
}

// decodeBase64 decodes a text, or leaves it as it is if it is none.
func decodeBase64(b []byte) string {
	joined := bytes.TrimRight(bytes.Join(bytes.Fields(b), nil), "=")
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(joined)))
	n, err := base64.RawStdEncoding.Decode(out, joined)
	if err != nil {
		return string(b)
	}
	return string(out[:n])
}

// markup writes content that is markup itself as HTML: without prefixes, with
// end tags for what only XML lets do without, CDATA escaped, and without the
// <div> that Atom wants around it, whose xml:base is taken over.
func (t *tidier) markup(c *construct) string {
	s := scanner{b: bytes.ToValidUTF8(c.content[:min(len(c.content), 2*maxHTML)], nil)}
	from, to := 0, len(s.b)
	if tg, ok := s.next(0); ok && !tg.closes && !tg.empty && tg.local() == "div" && len(bytes.TrimSpace(s.b[:tg.start])) == 0 {
		if inner, end, _, closed := s.element(tg, nil); closed && len(bytes.TrimSpace(s.b[end:])) == 0 {
			from, to = tg.end, inner
			for _, a := range attributes(s.b, tg) {
				if string(a.name) == "xml:base" {
					c.base = resolved(first(c.base, t.document), t.text(a.value))
				}
			}
		}
	}
	var out []byte
	for {
		tg, ok := s.next(from)
		if !ok || tg.start >= to {
			return string(undouble(t.escapeCDATA(out, s.b[min(from, to):to])))
		}
		out = appendTag(t.escapeCDATA(out, s.b[from:tg.start]), s.b, tg)
		from = tg.end
	}
}

// appendTag writes a tag as HTML has it.
func appendTag(out, b []byte, tg tag) []byte {
	_, local := tg.split()
	if tg.closes {
		return append(append(append(out, "</"...), local...), '>')
	}
	out = append(append(out, '<'), local...)
	out = append(out, bytes.TrimSuffix(b[tg.start+1+len(tg.name):tg.end-1], []byte("/"))...)
	out = append(out, '>')
	if tg.empty && !void[string(local)] {
		out = append(append(append(out, "</"...), local...), '>')
	}
	return out
}

// escapeCDATA appends character data between tags, as HTML has it.
func (t *tidier) escapeCDATA(out, b []byte) []byte {
	if !bytes.Contains(b, []byte("<!")) && !bytes.Contains(b, []byte("<?")) && t.own == nil {
		return append(out, b...)
	}
	return append(out, html.EscapeString(string(t.own.characters(nil, b)))...)
}

// void are the elements of HTML that have no end tag.
var void = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true,
	"link": true, "meta": true, "source": true, "track": true, "wbr": true,
}

// shorten cuts HTML that is too long, before a tag if one is near.
func (t *tidier) shorten(html string) string {
	if len(html) <= maxHTML {
		return html
	}
	t.counts[tooLong]++
	html = html[:maxHTML]
	if i := strings.LastIndexByte(html, '<'); i > maxHTML/2 {
		html = html[:i]
	}
	return strings.ToValidUTF8(html, "")
}
