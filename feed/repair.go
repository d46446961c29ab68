package feed

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// characterReference matches numeric references, legal or not.
var characterReference = regexp.MustCompile(`&#([xX]?)([0-9a-fA-F]{1,8});`)

// repair mends what a parser refuses: characters and references that XML
// forbids, a "<" that begins no tag, end tags without a start, elements left
// open, and an entry that the end of the document cut off, which is dropped.
// It returns what it did, in words, and whether the root element never ended.
func repair(b []byte) (mended []byte, problems []string, truncated bool) {
	r := repairer{counts: map[string]int{}}
	b = r.characters(b)
	if i := bytes.LastIndexByte(b, '<'); i >= 0 && bytes.HasPrefix(b[i:], []byte("</")) && bytes.IndexByte(b[i:], '>') < 0 {
		b = append(b, '>')
	}
	b = r.balance(b)
	for _, what := range []string{forbidden, strayEnd, leftOpen, bareBracket, cutOff} {
		if n := r.counts[what]; n > 0 {
			problems = append(problems, fmt.Sprintf("%s (%d times)", what, n))
		}
	}
	return b, problems, r.truncated
}

const (
	forbidden   = "dropped characters that XML forbids"
	strayEnd    = "dropped end tags without a start"
	leftOpen    = "closed elements left open"
	bareBracket = `escaped a "<" that begins no tag`
	cutOff      = "dropped an entry cut off by the end of the document"
)

type repairer struct {
	counts    map[string]int
	truncated bool // the document ends before its root element does

	out     []byte
	open    []tag
	entry   int // level of the open entry, -1 if there is none
	entryAt int // where it begins in out
}

// characters drops the characters and character references XML forbids.
func (r *repairer) characters(b []byte) []byte {
	b = bytes.Map(func(c rune) rune {
		if !xmlCharacter(c) {
			r.counts[forbidden]++
			return -1
		}
		return c
	}, b)
	return characterReference.ReplaceAllFunc(b, func(ref []byte) []byte {
		m := characterReference.FindSubmatch(ref)
		base := 10
		if len(m[1]) > 0 {
			base = 16
		}
		if n, err := strconv.ParseUint(string(m[2]), base, 32); err == nil && xmlCharacter(rune(n)) {
			return ref
		}
		r.counts[forbidden]++
		return nil
	})
}

// xmlCharacter reports whether c is a Char of XML 1.0, section 2.2.
func xmlCharacter(c rune) bool {
	return c == '\t' || c == '\n' || c == '\r' || c >= 0x20 && c <= 0xd7ff || c >= 0xe000 && c <= 0xfffd || c >= 0x10000 && c <= 0x10ffff
}

// balance writes the document with every element closed once.
func (r *repairer) balance(b []byte) []byte {
	r.out, r.entry = make([]byte, 0, len(b)+256), -1
	for at := 0; ; {
		t, ok := nextTag(b, at)
		if !ok {
			break
		}
		r.text(b[at:t.start])
		at = t.end
		if t.closes {
			r.end(t)
		} else {
			r.start(t, b)
		}
	}
	r.truncated = len(r.open) > 0
	if r.entry >= 0 {
		r.counts[cutOff]++
		r.out = r.out[:r.entryAt]
		r.open = r.open[:r.entry]
	} else {
		r.counts[leftOpen] += len(r.open)
	}
	r.closeTo(0)
	return r.out
}

func (r *repairer) start(t tag, b []byte) {
	if !t.empty && isEntry(t, len(r.open)) {
		if r.entry >= 0 { // the last entry was never closed
			r.counts[leftOpen]++
			r.closeTo(r.entry)
		}
		r.entry, r.entryAt = len(r.open), len(r.out)
	}
	r.out = append(r.out, b[t.start:t.end]...)
	if !t.empty {
		r.open = append(r.open, t)
	}
}

func (r *repairer) end(t tag) {
	level := lastNamed(r.open, t.name)
	if level < 0 {
		r.counts[strayEnd]++
		return
	}
	r.counts[leftOpen] += len(r.open) - level - 1
	r.closeTo(level)
	if level <= r.entry {
		r.entry = -1
	}
}

func (r *repairer) closeTo(level int) {
	for len(r.open) > level {
		last := len(r.open) - 1
		r.out = append(r.out, "</"+r.open[last].name+">"...)
		r.open = r.open[:last]
	}
}

// text copies what lies between two tags, its sections of CDATA and comments
// included, and escapes what looks like markup but is none.
func (r *repairer) text(b []byte) {
	for {
		i := bytes.IndexByte(b, '<')
		if i < 0 {
			r.out = append(r.out, b...)
			return
		}
		r.out = append(r.out, b[:i]...)
		b = b[i:]
		if end, is := passOver(b, 0); is && end > 0 {
			r.out = append(r.out, b[:end]...)
			b = b[end:]
			continue
		}
		r.counts[bareBracket]++
		r.out = append(r.out, "&lt;"...)
		b = b[1:]
	}
}

// findRoot cuts off what stands before the root element of a feed: the prolog,
// and the warnings some servers print there. gofeed wants the root within the
// first 4,096 bytes. The name is "" if the document has no element at all.
func findRoot(b []byte) (root []byte, name string, junk bool) {
	first, ok := nextTag(b, 0)
	if !ok {
		return b, "", false
	}
	for t, at := first, 0; ok && at < 64<<10; t, ok = nextTag(b, at) {
		switch local := t.local(); {
		case t.closes:
		case local == "rss" || local == "feed" || local == "rdf":
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
