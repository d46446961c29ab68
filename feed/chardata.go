package feed

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// entities are those a document declares itself, by name. They are never
// expanded in one another.
type entities map[string]string

var entityDeclaration = regexp.MustCompile(`<!ENTITY\s+([\pL_][\pL\pN._-]*)\s+(?:"([^"<]*)"|'([^'<]*)')\s*>`)

// declaredEntities reads the first 200 of a prolog.
func declaredEntities(prolog []byte) entities {
	if !bytes.Contains(prolog, []byte("<!ENTITY")) {
		return nil
	}
	out := entities{}
	for _, m := range entityDeclaration.FindAllSubmatch(prolog, 200) {
		if value := string(m[2]) + string(m[3]); len(value) <= 1000 {
			out[string(m[1])] = html.UnescapeString(value)
		}
	}
	return out
}

// maxReference is longer than any name HTML has for a character.
const maxReference = 34

// reach is how far characters looks for one mark before it looks for the other.
const reach = 512

// characters appends what character data stands for: references are replaced,
// sections of CDATA taken as they are, comments and instructions dropped. An
// ampersand that begins no reference stands for itself.
func (e entities) characters(dst, b []byte) []byte {
	for len(b) > 0 {
		i := bytes.IndexByte(b[:min(len(b), reach)], '<')
		if i < 0 {
			i = min(len(b), reach)
		}
		if amp := bytes.IndexByte(b[:i], '&'); amp >= 0 {
			i = amp
		}
		if i == len(b) {
			return append(dst, b...)
		}
		dst, b = append(dst, b[:i]...), b[i:]
		if b[0] != '&' && b[0] != '<' {
			continue
		}
		if b[0] == '&' {
			value, n := e.reference(b)
			dst, b = append(dst, value...), b[n:]
			continue
		}
		end, is := passOver(b, 0)
		switch {
		case !is:
			dst, b = append(dst, '<'), b[1:]
			continue
		case end < 0:
			end = len(b)
		}
		if bytes.HasPrefix(b, []byte(openCDATA)) {
			dst = append(dst, bytes.TrimSuffix(b[len(openCDATA):end], []byte(closeCDATA))...)
		}
		b = b[end:]
	}
	return dst
}

// reference reads the reference b begins with, and its length: the ampersand
// alone if there is none.
func (e entities) reference(b []byte) (value string, n int) {
	end := bytes.IndexByte(b[:min(len(b), maxReference)], ';')
	if end < 2 || bytes.ContainsAny(b[1:end], " \t\r\n&<") {
		return "&", 1
	}
	ref := string(b[:end+1])
	if own, ok := e[ref[1:end]]; ok {
		return own, end + 1
	}
	value = html.UnescapeString(ref)
	if value == ref || strings.HasSuffix(value, ";") && ref != "&semi;" && ref != "&#59;" { // a prefix of it is a name without ";"
		return "&", 1
	}
	return strings.Map(legal, value), end + 1
}

// legal takes out what XML forbids.
func legal(r rune) rune {
	if !xmlCharacter(r) {
		return -1
	}
	return r
}

// xmlCharacter reports whether c is a Char of XML 1.0, section 2.2.
func xmlCharacter(c rune) bool {
	return c == '\t' || c == '\n' || c == '\r' || c >= 0x20 && c <= 0xd7ff || c >= 0xe000 && c <= 0xfffd || c >= 0x10000 && c <= 0x10ffff
}

// dropForbidden takes the characters XML forbids out of a document, and says
// how many there were.
func dropForbidden(b []byte) ([]byte, int) {
	suspect := false
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' {
			suspect = true
			break
		}
	}
	if !suspect && !bytes.Contains(b, []byte("\uffff")) && !bytes.Contains(b, []byte("\ufffe")) {
		return b, 0
	}
	n := 0
	return bytes.Map(func(r rune) rune {
		if xmlCharacter(r) {
			return r
		}
		n++
		return -1
	}, b), n
}

// undouble mends text in UTF-8 that was once taken for windows-1252 and
// encoded again. Text that is not wholly so stays as it is.
func undouble(s []byte) []byte {
	if !bytes.Contains(s, []byte("Â")) && !bytes.Contains(s, []byte("Ã")) && !bytes.Contains(s, []byte("â")) {
		return s
	}
	out := make([]byte, 0, len(s))
	for _, r := range string(s) {
		if r >= 0x80 && r <= 0x9f {
			out = append(out, byte(r))
			continue
		}
		c, ok := charmap.Windows1252.EncodeRune(r)
		if !ok {
			return s
		}
		out = append(out, c)
	}
	if !utf8.Valid(out) {
		return s
	}
	return out
}
