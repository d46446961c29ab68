package feed

import (
	"bytes"
)

// tag is one start or end tag of a document, found without judging whether the
// document is well formed.
type tag struct {
	start, end int    // byte span, "<" and ">" included
	name       []byte // as written, with its prefix
	closes     bool   // </name>
	empty      bool   // <name/>
}

// split parts a name from its prefix, "" if it has none.
func (t tag) split() (prefix, local []byte) {
	if i := bytes.LastIndexByte(t.name, ':'); i >= 0 {
		return t.name[:i], t.name[i+1:]
	}
	return nil, t.name
}

// local is the lower-cased name without its prefix.
func (t tag) local() string {
	_, local := t.split()
	return string(bytes.ToLower(local))
}

// scanner finds the markup of a document. What it reads in vain is bounded, so
// that no document makes it read the same bytes over and over.
type scanner struct {
	b      []byte
	wasted int // bytes read for constructs that did not end
}

// spent reports whether too much was read in vain to look far ahead again.
func (s *scanner) spent() bool { return s.wasted > len(s.b)+1<<20 }

// next finds the first tag at or after from. Comments, CDATA sections,
// processing instructions and the document type are passed over; a "<" that
// begins nothing is text.
func (s *scanner) next(from int) (tag, bool) {
	for from < len(s.b) {
		i := bytes.IndexByte(s.b[from:], '<')
		if i < 0 {
			return tag{}, false
		}
		at := from + i
		if end, is := passOver(s.b, at); is {
			if end < 0 {
				return tag{}, false
			}
			from = end
			continue
		}
		if t, ok := s.read(at); ok {
			return t, true
		}
		from = at + 1
	}
	return tag{}, false
}

const (
	openCDATA   = "<![CDATA["
	closeCDATA  = "]]>"
	openComment = "<!--"
)

// passOver reports whether markup that is no tag begins at b[at], and where it
// ends: -1 if it does not.
func passOver(b []byte, at int) (end int, is bool) {
	rest := b[at:]
	if len(rest) < 2 || rest[1] != '!' && rest[1] != '?' {
		return 0, false
	}
	for _, m := range [...]struct{ open, close string }{{openComment, "-->"}, {openCDATA, closeCDATA}, {"<?", "?>"}} {
		if bytes.HasPrefix(rest, []byte(m.open)) {
			if i := bytes.Index(rest[len(m.open):], []byte(m.close)); i >= 0 {
				return at + len(m.open) + i + len(m.close), true
			}
			return -1, true
		}
	}
	const doctype = "<!DOCTYPE"
	if len(rest) < len(doctype) || !bytes.EqualFold(rest[:len(doctype)], []byte(doctype)) {
		return 0, false
	}
	subset := false
	for i, c := range rest {
		switch {
		case c == '[':
			subset = true
		case c == ']':
			subset = false
		case c == '>' && !subset:
			return at + i + 1, true
		}
	}
	return -1, true
}

// read reads the tag that begins at b[at]. A ">" in a quoted attribute value
// does not end it; a "<" means that it was never ended.
func (s *scanner) read(at int) (tag, bool) {
	b, t := s.b, tag{start: at}
	i := at + 1
	if i < len(b) && b[i] == '/' {
		t.closes = true
		i++
	}
	n := i
	for n < len(b) && isNameByte(b[n]) {
		n++
	}
	if n == i || b[i] == '-' || b[i] == '.' || b[i] >= '0' && b[i] <= '9' {
		return tag{}, false
	}
	t.name = b[i:n]
	if n < len(b) && b[n] == '>' {
		t.end = n + 1
		return t, true
	}
	quote, assigned := byte(0), false
	quotes := !s.spent()
	for ; n < len(b); n++ {
		switch c := b[n]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case quotes && (c == '"' || c == '\'') && assigned:
			quote, assigned = c, false
		case c == '=':
			assigned = true
		case c == '<':
			s.wasted += n - at
			return tag{}, false
		case c == '>':
			t.empty = b[n-1] == '/' && !t.closes
			t.end = n + 1
			return t, true
		case c > ' ':
			assigned = false
		}
	}
	s.wasted += n - at
	return tag{}, false
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '_' || c == ':' || c == '-' || c == '.' || c >= 0x80
}

// attribute is one of a start tag, its value as written.
type attribute struct{ name, value []byte }

// maxAttributes of one tag are read.
const maxAttributes = 64

// attributes reads those of a start tag, with or without quotes.
func attributes(b []byte, t tag) []attribute {
	in := bytes.TrimSuffix(bytes.TrimSuffix(b[t.start+1+len(t.name):t.end], []byte(">")), []byte("/"))
	var out []attribute
	for len(out) < maxAttributes {
		i := bytes.IndexByte(in, '=')
		if i < 0 {
			break
		}
		words := bytes.Fields(in[:i])
		in = bytes.TrimLeft(in[i+1:], " \t\r\n")
		var value []byte
		if len(in) > 0 && (in[0] == '"' || in[0] == '\'') {
			value, in, _ = bytes.Cut(in[1:], in[:1])
		} else if end := bytes.IndexAny(in, " \t\r\n"); end >= 0 {
			value, in = in[:end], in[end:]
		} else {
			value, in = in, nil
		}
		if len(words) > 0 {
			out = append(out, attribute{words[len(words)-1], value})
		}
	}
	return out
}

// element finds the end of an element that begins with t and holds text or
// markup of others: where its content ends, and where its end tag does. Elements
// of the same name in it are counted, others are not, since content is often
// badly balanced. It fails at a start or end tag of the name of the entry, or at
// the end of the document: then the element was never closed, and its content is
// taken to end before the first tag in it.
func (s *scanner) element(t tag, entry []byte) (inner, end int, tagged, closed bool) {
	if t.empty {
		return t.end, t.end, false, true
	}
	depth, firstTag := 1, -1
	for at := t.end; !s.spent(); {
		next, ok := s.next(at)
		if !ok {
			s.wasted += len(s.b) - t.end
			break
		}
		if bytes.EqualFold(next.name, t.name) {
			switch {
			case next.closes:
				depth--
			case !next.empty:
				depth++
			}
			if depth == 0 {
				return next.start, next.end, firstTag >= 0, true
			}
		}
		if firstTag < 0 {
			firstTag = next.start
		}
		if len(entry) > 0 && bytes.EqualFold(next.name, entry) {
			s.wasted += next.start - t.end
			break
		}
		at = next.end
	}
	if firstTag < 0 {
		if next, ok := s.next(t.end); ok {
			firstTag = next.start
		} else {
			return len(s.b), len(s.b), false, false
		}
	}
	return firstTag, firstTag, false, false
}
