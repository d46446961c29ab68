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

// AnyWord goes through the runs of ASCII letters, digits and underscores in s,
// which are what stands between two \b of a regexp, in small letters, and reports
// whether is holds of one: a quick question to ask before a slow pattern. Runs of
// more than 24 bytes are left out. The word is overwritten by the next.
func AnyWord(s string, is func(word []byte) bool) bool {
	var low [24]byte
	for i := 0; i < len(s); i++ {
		n := 0
		for ; i < len(s) && kind(s[i]) != 0; i++ {
			if n < len(low) {
				low[n] = s[i]
				if s[i] >= 'A' && s[i] <= 'Z' {
					low[n] |= 0x20
				}
			}
			n++
		}
		if n > 0 && n <= len(low) && is(low[:n]) {
			return true
		}
	}
	return false
}

// HasAny is strings.ContainsAny, and quick for a few marks that are not all ASCII.
func HasAny(s, marks string) bool {
	for _, r := range marks {
		if strings.ContainsRune(s, r) {
			return true
		}
	}
	return false
}

// HasWord reports whether AnyWord meets one of the words.
func HasWord(s string, words map[string]bool) bool {
	return AnyWord(s, func(w []byte) bool { return words[string(w)] })
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
