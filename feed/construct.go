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

// construct writes a text as HTML, whatever its attributes say it is: RFC 4287,
// section 3.1, and its draft of 2003 ("Atom 0.3"), which had a mode. RSS does
// not say what its texts are: a title is HTML if it can only be that.
func (t *tidier) construct(m meaning, attrs []attribute, content []byte, tagged bool, base string) {
	kind, _, _ := strings.Cut(strings.ToLower(t.attr(attrs, "type")), ";")
	kind = strings.TrimSpace(kind)
	mode := strings.ToLower(t.attr(attrs, "mode"))
	title := strings.HasSuffix(m.name, "title")
	limit := maxHTML
	if title {
		limit = maxText
	}
	var out string
	switch {
	case mode == "base64":
		out = t.asHTML(string(mendUTF8([]byte(decodeBase64(t.value(content, 2*limit))))), first(kind, "html"), title)
	case binary(kind):
		written := t.value(content, 2*limit)
		switch out = decodeBase64(written); {
		case utf8.ValidString(out) && !strings.ContainsFunc(out, isOdd):
		case title:
			out = t.asHTML(string(written), "text", title)
		default: // a picture, a sound
			out = ""
		}
	case strings.Contains(kind, "xhtml"), tagged && inline(kind, mode, content):
		out = t.markup(content, &base)
	default:
		out = t.asHTML(string(t.value(content, limit)), kind, title)
	}
	out = t.shorten(strings.TrimSpace(out))
	if base != "" && (strings.Contains(out, "href") || strings.Contains(out, "src")) {
		out = `<base href="` + escapeAttribute(base) + `">` + out
	}
	var keep []string
	if m.name == "content" || m.name == "summary" || m.name == "title" {
		keep = append(t.keep(attrs, base, "src"), "type", "html")
	}
	out = strings.Map(legal, out)
	if t.entry != nil && !title && out != "" {
		t.size += len(out)
		out = t.aside.put(out)
	}
	t.write(m.name, keep, out)
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
func (t *tidier) markup(content []byte, base *string) string {
	if len(content) > 2*maxHTML {
		content = content[:2*maxHTML]
	}
	s := scanner{b: content}
	var out []byte
	wrapper := -1 // level of the wrapping <div>, once it is seen
	for at, level := 0, 0; ; {
		tg, ok := s.next(at)
		if !ok {
			out = t.escapeCDATA(out, content[at:])
			break
		}
		out = t.escapeCDATA(out, content[at:tg.start])
		at = tg.end
		_, local := tg.split()
		if !tg.closes && level == 0 && wrapper < 0 && len(bytes.TrimSpace(out)) == 0 && string(local) == "div" && !tg.empty && wraps(&s, tg) {
			wrapper = 0
			for _, a := range attributes(content, tg) {
				if string(a.name) == "xml:base" {
					*base = resolved(first(*base, t.document), t.text(a.value))
				}
			}
			level++
			continue
		}
		if tg.closes {
			if level--; level == 0 && wrapper == 0 {
				continue
			}
			out = append(append(append(out, "</"...), local...), '>')
			continue
		}
		out = append(append(out, '<'), local...)
		out = append(out, bytes.TrimSuffix(content[tg.start+1+len(tg.name):tg.end-1], []byte("/"))...)
		out = append(out, '>')
		switch {
		case !tg.empty:
			level++
		case !void[string(local)]:
			out = append(append(append(out, "</"...), local...), '>')
		}
	}
	return string(undouble(out))
}

// wraps reports whether an element is all there is in the content.
func wraps(s *scanner, tg tag) bool {
	_, end, _, closed := s.element(tg, nil)
	return closed && len(bytes.TrimSpace(s.b[end:])) == 0
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
