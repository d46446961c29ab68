package feed

import (
	"bytes"
	"slices"
	"strings"
)

// leaf handles an element that holds no entries and returns where to read on.
func (t *tidier) leaf(m meaning, tg tag, attrs []attribute, base string) int {
	inner, end, tagged, closed := t.element(tg, t.boundary())
	if !closed {
		t.counts[leftOpen]++
		if m.role == asMarkup {
			inner = t.openText(tg, inner)
			end = inner
		}
	}
	if m.role == dropped || t.full() {
		return end
	}
	content := t.b[tg.end:inner]
	switch m.role {
	case asText:
		keep := t.keep(attrs, base, "term", "domain")
		if t.isAtom && !slices.Contains(keep, "term") {
			keep = append(keep, "term", first(t.attr(attrs, "label"), t.attr(attrs, "text")))
		}
		t.write(m.name, keep, first(t.text(content), t.attr(attrs, "text")))
	case asMarkup:
		c := t.constructOf(m.name, attrs)
		c.content, c.tagged, c.base = content, tagged, base
		t.writeText(m.name, attrs, c)
	case asDate:
		t.write(m.name, nil, t.rewriteDate(t.text(content)))
	case asAddress:
		keep := t.keep(attrs, "", "isPermaLink")
		value := t.text(content)
		if !slices.Contains(keep, "false") {
			value = resolved(base, value)
		}
		t.write(m.name, keep, value)
	case asLink:
		t.link(m, attrs, content, base)
	case asPerson:
		t.person(m, tg.end, inner)
	case asSource:
		t.source(tg.end, inner, attrs, content)
	case asEmpty:
		t.write(m.name, t.keep(attrs, base, "url", "type", "length"), "")
	case asHours:
		t.list(m.name, tg.end, inner)
	}
	return end
}

// openText finds where a text ends that was never closed, but for its own
// markup: at an end tag that is not of that, or where the next element of the
// entry starts. It is otherwise if that is too far to look.
func (t *tidier) openText(tg tag, otherwise int) int {
	depth := 0
	for at := tg.end; !t.spent(); {
		next, ok := t.next(at)
		if !ok {
			break
		}
		_, local := next.split()
		t.wasted += next.end - at
		at = next.end
		switch {
		case next.closes && depth == 0, bytes.EqualFold(next.name, t.boundary()), t.meaning(next).role != dropped:
			return next.start
		case next.closes:
			depth--
		case !next.empty && !void[string(local)]:
			depth++
		}
	}
	return otherwise
}

// boundary is the name of the element at which one left open must have ended.
func (t *tidier) boundary() []byte {
	switch {
	case t.entry != nil:
		return t.entry
	case t.isAtom:
		return []byte("entry")
	}
	return []byte("item")
}

// keep takes over attributes by their local names, addresses resolved.
func (t *tidier) keep(attrs []attribute, base string, names ...string) []string {
	var out []string
	for _, a := range attrs {
		if i := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, string(a.name)) }); i >= 0 {
			value := t.text(a.value)
			switch names[i] {
			case "href", "src", "url":
				value = resolved(base, value)
			}
			out = append(out, names[i], value)
		}
	}
	return out
}

// resolved is an address made absolute where a base was said.
func resolved(base, address string) string {
	if base == "" || address == "" {
		return address
	}
	return first(resolve(base, address), address)
}

// link takes the link of an entry or feed: an address as text in RSS, in an
// attribute in Atom.
func (t *tidier) link(m meaning, attrs []attribute, content []byte, base string) {
	text := resolved(base, t.text(content))
	if !t.isAtom && m.name == "link" {
		if text == "" {
			text = resolved(base, first(t.attr(attrs, "href"), t.attr(attrs, "rdf:resource")))
		}
		t.write(m.name, nil, text)
		return
	}
	keep := t.keep(attrs, base, "href", "rel", "type", "hreflang", "title", "length")
	if i := slices.Index(keep, "rel"); i >= 0 {
		keep[i+1] = strings.ToLower(keep[i+1][strings.LastIndexByte(keep[i+1], '/')+1:]) // registered ones may be written as addresses
	}
	if text != "" && !slices.Contains(keep, "href") {
		keep = append(keep, "href", text)
	}
	t.write(m.name, keep, "")
}

// person takes name and address of an author.
func (t *tidier) person(m meaning, from, to int) {
	name, email := "", ""
	for c, content := range t.children(from, to) {
		switch c.local() {
		case "name":
			name = t.text(content)
		case "email":
			email = t.text(content)
		}
	}
	if name == "" && email == "" { // written as text
		name = t.text(t.b[from:to])
	}
	if !t.isAtom && m.name == "author" {
		if name != "" && email != "" {
			name = email + " (" + name + ")"
		}
		t.write(m.name, nil, first(name, email))
		return
	}
	t.nested(m.name, func() {
		t.write("name", nil, name)
		t.write("email", nil, email)
	})
}

// nested writes an element that holds elements.
func (t *tidier) nested(name string, inner func()) {
	dst := &t.head
	if t.entry != nil {
		dst = &t.out
	}
	*dst = append(*dst, "<"+name+">"...)
	inner()
	*dst = append(*dst, "</"+name+">"...)
}

// source takes the title of the feed an entry came from, and in Atom its
// authors.
func (t *tidier) source(from, to int, attrs []attribute, content []byte) {
	if !t.isAtom {
		t.write("source", t.keep(attrs, "", "url"), t.text(content))
		return
	}
	t.nested("source", func() {
		for c, content := range t.children(from, to) {
			switch c.local() {
			case "title":
				text := t.constructOf("title", attributes(t.b, c))
				text.content, text.tagged = content, bytes.IndexByte(content, '<') >= 0
				t.writeText("title", nil, text)
			case "author":
				t.person(meaning{asPerson, "author"}, c.end, c.end+len(content))
			}
		}
	})
}

func (t *tidier) list(name string, from, to int) {
	t.nested(name, func() {
		for c, content := range t.children(from, to) {
			if local := c.local(); local == "hour" || local == "day" {
				t.write(local, nil, t.text(content))
			}
		}
	})
}

// children goes over the elements between from and to.
func (t *tidier) children(from, to int) func(yield func(tag, []byte) bool) {
	return func(yield func(tag, []byte) bool) {
		for at := from; ; {
			c, ok := t.next(at)
			if !ok || c.end > to {
				return
			}
			if at = c.end; c.closes {
				continue
			}
			inner, end, _, _ := t.element(c, t.boundary())
			at = end
			if inner > to {
				inner, at = to, to
			}
			if !yield(c, t.b[c.end:inner]) {
				return
			}
		}
	}
}
