package feed

import (
	"slices"
	"strings"
)

// findRoot cuts off what stands before the root element of a feed: the prolog,
// and the warnings some servers print there. The name is "" if the document has
// no element at all.
func findRoot(b []byte) (root []byte, name string, junk bool) {
	s := scanner{b: b}
	first, ok := s.next(0)
	if !ok {
		return b, "", false
	}
	for t, at := first, 0; ok && at < 64<<10; t, ok = s.next(at) {
		switch local := t.local(); {
		case t.closes:
		case local == "rss" || local == "feed" || local == "rdf" || local == "channel" && t.start == first.start:
			return b[t.start:], local, t.start != first.start || hasText(b[:t.start])
		case local == "html" || local == "opml":
			return b, local, false
		case local == "entry" && t.start == first.start: // a feed of one
			return slices.Concat([]byte(`<feed xmlns="http://www.w3.org/2005/Atom">`), b[t.start:], []byte("</feed>")), "feed", false
		}
		at = t.end
	}
	return b, first.local(), false
}

// hasText reports whether there is more than space before the first markup.
func hasText(prolog []byte) bool {
	text, _, _ := strings.Cut(string(prolog), "<")
	return strings.TrimSpace(text) != ""
}
