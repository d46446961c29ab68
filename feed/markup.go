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
	root    tag    // the first element
	head    string // the start tags around the entries
	tail    string // and their end tags
	entries []span // whole ones only
	broken  bool   // start and end tags do not match
}

// survey finds the layout of a document, and refuses one made to exhaust the
// parser. Like encoding/xml when it is not strict, it lets an end tag close
// what was left open within its element.
func survey(b []byte) (layout, error) {
	var l layout
	var open []tag
	declared := make([]int, 0, 16) // namespaces in force at each level
	entry := -1                    // level of the open entry
	elements := 0
	for at := 0; ; {
		t, ok := nextTag(b, at)
		if !ok {
			l.broken = l.broken || len(open) > 0
			return l, nil
		}
		at = t.end
		if t.closes {
			level := lastNamed(open, t.name)
			l.broken = l.broken || level != len(open)-1
			if level < 0 {
				continue
			}
			if level == entry {
				l.entries = append(l.entries, span{open[level].start, t.end})
			}
			if level <= entry {
				entry = -1
			}
			open, declared = open[:level], declared[:level]
			continue
		}
		if l.root.name == "" {
			l.root = t
		}
		count := bytes.Count(b[t.start:t.end], []byte("xmlns"))
		if len(declared) > 0 {
			count += declared[len(declared)-1]
		}
		elements++
		switch {
		case elements > elementLimit:
			return l, errTooMany
		case len(open) >= depthLimit:
			return l, errTooDeep
		case count > namespaceLimit:
			return l, errTooManyPrefix
		case t.empty:
			continue
		}
		if name := t.local(); (name == "item" || name == "entry") && len(open) > 0 && len(open) <= 3 && entry < 0 {
			entry = len(open)
			if l.head == "" {
				l.head, l.tail = around(b, open)
			}
		}
		open, declared = append(open, t), append(declared, count)
	}
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
