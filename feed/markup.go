package feed

import (
	"bytes"
	"errors"
	"strings"
)

const (
	depthLimit     = 256 // open elements; feeds have about ten
	namespaceLimit = 256 // xmlns declarations in force at once
	elementLimit   = 500_000
)

var (
	errTooDeep       = errors.New("the document nests its elements too deep to be a feed")
	errTooMany       = errors.New("the document has more elements than a feed can have")
	errTooManyPrefix = errors.New("the document declares too many namespaces to be a feed")
)

// tag is one start or end tag of a document, found without judging whether the
// document is well formed.
type tag struct {
	start, end int    // byte span, "<" and ">" included
	name       string // as written, with its prefix
	closes     bool   // </name>
	empty      bool   // <name/>
}

// local is the lower-cased name without its prefix.
func (t tag) local() string {
	name := t.name
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return strings.ToLower(name)
}

// nextTag finds the first tag at or after from. Comments, CDATA sections,
// processing instructions and the document type are passed over; a "<" that
// begins nothing is text.
func nextTag(b []byte, from int) (tag, bool) {
	for from < len(b) {
		i := bytes.IndexByte(b[from:], '<')
		if i < 0 {
			return tag{}, false
		}
		at := from + i
		if end, is := passOver(b, at); is {
			if end < 0 {
				return tag{}, false
			}
			from = end
			continue
		}
		if t, ok := readTag(b, at); ok {
			return t, true
		}
		from = at + 1
	}
	return tag{}, false
}

// passOver reports whether markup that is no tag begins at b[at], and where it
// ends: -1 if it does not.
func passOver(b []byte, at int) (end int, is bool) {
	rest := b[at:]
	for _, m := range [...]struct{ open, close string }{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}} {
		if bytes.HasPrefix(rest, []byte(m.open)) {
			if i := bytes.Index(rest[len(m.open):], []byte(m.close)); i >= 0 {
				return at + len(m.open) + i + len(m.close), true
			}
			return -1, true
		}
	}
	if !bytes.HasPrefix(rest, []byte("<!")) {
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

// readTag reads the tag that begins at b[at]. A ">" in a quoted attribute value
// does not end it; a "<" means that it was never ended.
func readTag(b []byte, at int) (tag, bool) {
	t := tag{start: at}
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
	t.name = string(b[i:n])
	quote, assigned := byte(0), false
	for ; n < len(b); n++ {
		switch c := b[n]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && assigned:
			quote, assigned = c, false
		case c == '=':
			assigned = true
		case c == '<':
			return tag{}, false
		case c == '>':
			t.empty = b[n-1] == '/' && !t.closes
			t.end = n + 1
			return t, true
		case c > ' ':
			assigned = false
		}
	}
	return tag{}, false
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '_' || c == ':' || c == '-' || c == '.' || c >= 0x80
}

// span is a half-open byte range.
type span struct{ start, end int }

// layout is where the parts of a feed document lie.
type layout struct {
	head    string // the start tags around the entries
	tail    string // and their end tags
	entries []span // whole ones only
	broken  bool   // start and end tags do not match
}

// survey finds the layout of a document, and refuses one made to exhaust the
// parser. Like encoding/xml when it is not strict, it lets an end tag close
// what was left open within its element.
func survey(b []byte) (layout, error) {
	s := surveyor{b: b, entry: -1}
	for at := 0; ; {
		t, ok := nextTag(b, at)
		if !ok {
			s.broken = s.broken || len(s.open) > 0
			return s.layout, nil
		}
		at = t.end
		if t.closes {
			s.end(t)
		} else if err := s.start(t); err != nil {
			return s.layout, err
		}
	}
}

type surveyor struct {
	layout
	b        []byte
	open     []tag
	declared []int // namespaces in force, for each of open
	entry    int   // level of the open entry, -1 if there is none
	elements int
}

func (s *surveyor) start(t tag) error {
	namespaces := bytes.Count(s.b[t.start:t.end], []byte("xmlns"))
	if n := len(s.declared); n > 0 {
		namespaces += s.declared[n-1]
	}
	s.elements++
	switch {
	case s.elements > elementLimit:
		return errTooMany
	case len(s.open) >= depthLimit:
		return errTooDeep
	case namespaces > namespaceLimit:
		return errTooManyPrefix
	case t.empty:
		return nil
	}
	if s.entry < 0 && isEntry(t, len(s.open)) {
		s.entry = len(s.open)
		if s.head == "" {
			s.head, s.tail = around(s.b, s.open)
		}
	}
	s.open, s.declared = append(s.open, t), append(s.declared, namespaces)
	return nil
}

func (s *surveyor) end(t tag) {
	level := lastNamed(s.open, t.name)
	s.broken = s.broken || level != len(s.open)-1
	if level < 0 {
		return
	}
	if level == s.entry {
		s.entries = append(s.entries, span{s.open[level].start, t.end})
	}
	if level <= s.entry {
		s.entry = -1
	}
	s.open, s.declared = s.open[:level], s.declared[:level]
}

// isEntry reports whether a start tag at that level opens an item or entry of
// the feed: within the root, or within a channel in it.
func isEntry(t tag, level int) bool {
	name := t.local()
	return (name == "item" || name == "entry") && level >= 1 && level <= 3
}

func lastNamed(open []tag, name string) int {
	for i := len(open) - 1; i >= 0; i-- {
		if open[i].name == name {
			return i
		}
	}
	return -1
}

// around gives the start tags of the open elements, and their end tags.
func around(b []byte, open []tag) (head, tail string) {
	for _, t := range open {
		head += string(b[t.start:t.end])
		tail = "</" + t.name + ">" + tail
	}
	return head, tail
}
