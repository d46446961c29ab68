package text

import (
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// segmenter finds the words of s as UAX 29 draws their borders. Most words are
// ASCII and stand among ASCII: for these the rules are few, and the tables of
// Unicode are not needed. Where they are, the library goes on to the next space.
type segmenter struct {
	s          string
	start, end int // the word that next has found

	list *words.Iterator[string] // of what needs the tables, from offset on; nil: nothing does
	from int
}

// next finds the next word and reports whether there is one.
func (g *segmenter) next() bool {
	for g.list != nil || g.end < len(g.s) {
		if g.list != nil {
			if g.listed() {
				return true
			}
			continue
		}
		g.start = g.end
		switch c := g.s[g.start]; {
		case c >= utf8.RuneSelf:
			g.look()
		case kind(c) != 0:
			if g.end = asciiWord(g.s, g.start); g.end < 0 {
				g.look()
			} else if c != '_' || isWord(g.s[g.start:g.end]) {
				return true
			}
		default:
			g.end++
		}
	}
	return false
}

// look has the library find the words up to the next space.
func (g *segmenter) look() {
	g.end = len(g.s)
	if n := strings.IndexAny(g.s[g.start+1:], " \n"); n >= 0 {
		g.end = g.start + 1 + n
	}
	g.list, g.from = words.FromString(g.s[g.start:g.end]), g.start
}

// listed takes the next word the library has found.
func (g *segmenter) listed() bool {
	for g.list.Next() {
		if isWord(g.list.Value()) {
			g.start, g.end = g.from+g.list.Start(), g.from+g.list.End()
			return true
		}
	}
	g.end, g.list = g.from+g.list.End(), nil
	return false
}

// kind is 'a' for an ASCII letter, '0' for a digit, '_' for itself, and 0 for
// what no word begins with.
func kind(c byte) byte {
	switch {
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		return 'a'
	case c >= '0' && c <= '9':
		return '0'
	case c == '_':
		return '_'
	}
	return 0
}

// asciiWord returns where the word that begins at i ends; -1 if that depends on
// what is not ASCII. Letters, digits and underscores join (rules WB5, 8 to 10
// and 13 of UAX 29), and marks within words and within numbers (6, 7, 11, 12).
func asciiWord(s string, i int) int {
	before := kind(s[i])
	for i++; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf {
			return -1
		}
		if now := kind(c); now != 0 {
			before = now
			continue
		}
		if !(before == 'a' && (c == '.' || c == ':' || c == '\'') || before == '0' && (c == '.' || c == ',' || c == ';' || c == '\'')) || i+1 == len(s) {
			return i
		}
		if s[i+1] >= utf8.RuneSelf {
			return -1
		}
		if kind(s[i+1]) != before {
			return i
		}
	}
	return len(s)
}
