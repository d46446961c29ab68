package text

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is a word with its place in the text.
type token struct {
	text       string
	start, end int
}

// tokens goes through what a tokenizer finds in s.
func tokens(s string) iter.Seq[token] {
	return func(yield func(token) bool) {
		for k := newTokenizer(s); k.next(); {
			if !yield(k.token) {
				return
			}
		}
	}
}

// tokenizer finds the words of a text as UAX 29 draws their borders, but with
// hyphenated compounds whole ("COVID-19") and the last full stop of "U.S." kept.
type tokenizer struct {
	token token // that next has found
	held  token // may go on after a hyphen
	words segmenter
}

func newTokenizer(s string) tokenizer { return tokenizer{words: segmenter{s: s}} }

// next finds the next word and reports whether there is one.
func (k *tokenizer) next() bool {
	s := k.words.s
	for k.words.next() {
		start, end := k.words.start, k.words.end
		if initialism(s[start:end]) && strings.HasPrefix(s[end:], ".") {
			end++
		}
		compound := k.held.end > 0 && hyphen(s[k.held.end:start])
		if compound {
			start = k.held.start
		}
		k.token, k.held = k.held, token{s[start:end], start, end}
		if !compound && k.token.end > 0 {
			return true
		}
	}
	k.token, k.held = k.held, token{}
	return k.token.end > 0
}

func hyphen(s string) bool { return s == "-" || s == "\u2010" || s == "\u2011" }

func isWord(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return true
		}
	}
	return false
}

// initialism reports whether s is single ASCII letters with full stops between
// them: "U.S", "a.m.".
func initialism(s string) bool {
	if len(s) < 3 {
		return false
	}
	for i := range len(s) {
		if c := s[i] | 0x20; i%2 == 0 && (c < 'a' || c > 'z') || i%2 == 1 && s[i] != '.' {
			return false
		}
	}
	return true
}

// Words returns the words of s as written, in order, without punctuation and
// spaces. "U.S.", "don't", "5,000", "G20" and "Al-Sharaa" are one word each.
func Words(s string) []string {
	out := make([]string, 0, len(s)/5+1)
	for t := range tokens(s) {
		out = append(out, t.text)
	}
	return out
}

// WordSeq goes through what Words returns.
func WordSeq(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for t := range tokens(s) {
			if !yield(t.text) {
				return
			}
		}
	}
}

// Capitalised is s with a capital at its start.
func Capitalised(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// WordSet is a set of the words of s.
func WordSet(s string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		out[w] = true
	}
	return out
}

// Fold lower-cases a word and takes off accents, the possessive s and the full
// stops of initialisms. "US" and "U.S." fold to "usa", lest they be taken for
// the pronoun.
func Fold(word string) string {
	if !ascii(word) {
		word = unaccent(word)
	}
	if n := len(word); n > 2 && word[n-2] == '\'' && word[n-1]|0x20 == 's' {
		word = word[:n-2]
	} else if n > 1 && word[n-1] == '\'' {
		word = word[:n-1]
	}
	switch word {
	case "US", "U.S", "U.S.", "u.s.":
		return "usa"
	}
	if initialism(word) {
		word = strings.ReplaceAll(word, ".", "")
	}
	return strings.ToLower(word)
}

// OneLine is s with one space between its words and none around them.
func OneLine(s string) string {
	spaced := true // what was last is a space, or the start
	for _, r := range s {
		if unicode.IsSpace(r) && (r != ' ' || spaced) {
			return strings.Join(strings.Fields(s), " ")
		}
		spaced = r == ' '
	}
	return strings.TrimSuffix(s, " ")
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// letters are those that do not fall apart into a base letter and an accent,
// and signs that are written in several ways.
var letters = strings.NewReplacer("’", "'", "ʼ", "'", "‐", "-", "‑", "-",
	"ß", "ss", "ø", "o", "Ø", "O", "ł", "l", "Ł", "L", "đ", "d", "Đ", "D",
	"æ", "ae", "Æ", "Ae", "œ", "oe", "Œ", "Oe", "ı", "i")

// unaccent takes the accents off s. Only combining diacritical marks go: the
// vowel signs of Indic scripts stay.
func unaccent(s string) string {
	decomposed := norm.NFD.String(letters.Replace(s))
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if r >= 0x300 && r <= 0x36f {
			return -1
		}
		return r
	}, decomposed))
}
