package text

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/spanish"
)

// stemmers are Snowball's (https://snowballstem.org), by language.
var stemmers = map[string]func(*snowballstem.Env) bool{
	"de": german.Stem,
	"en": english.Stem,
	"es": spanish.Stem,
	"fr": french.Stem,
	"it": italian.Stem,
	"nl": dutch.Stem,
	"pt": portuguese.Stem,
}

// Stem returns the Snowball stem of a folded word. In a language without a
// stemmer it is the word itself.
func Stem(word, lang string) string {
	stemmer := stemmers[base(lang)]
	if stemmer == nil || !stemmable(word) {
		return word
	}
	env := snowballstem.NewEnv(word)
	stemmer(env)
	return env.Current()
}

// stemmable is false for numbers and for words too short to have an ending.
func stemmable(word string) bool {
	return len(word) > 2 && (word[0] < '0' || word[0] > '9')
}

// Terms returns the content words of s, folded, without stop words, stemmed,
// in order and with repeats. A compound gives its parts, so that "cease-fire
// talks" and "Russia-Ukraine" meet their unhyphenated kin.
func Terms(s, lang string) []string {
	m := newTermMaker(lang)
	out := make([]string, 0, len(s)/10+1)
	// Words come back in any text, and stemming costs more than all the rest.
	made := make(map[string]string, len(s)/20+1)
	for t := range tokens(s) {
		for part := range strings.SplitSeq(t.text, "-") {
			term, ok := made[part]
			if !ok {
				term = m.term(part)
				made[part] = term
			}
			if term != "" {
				out = append(out, term)
			}
		}
	}
	return out
}

// TermFinder finds the terms of one word after the other. It is not safe for
// concurrent use.
type TermFinder struct{ makers map[string]termMaker }

// NewTermFinder returns a finder for all languages.
func NewTermFinder() TermFinder { return TermFinder{map[string]termMaker{}} }

// Terms appends what the function returns for a word to those there are.
func (f TermFinder) Terms(to []string, word, lang string) []string {
	m, ok := f.makers[lang]
	if !ok {
		m = newTermMaker(lang)
		f.makers[lang] = m
	}
	for k := newTokenizer(word); k.next(); {
		for part := range strings.SplitSeq(k.token.text, "-") {
			if term := m.term(part); term != "" {
				to = append(to, term)
			}
		}
	}
	return to
}

// termMaker turns words into terms of a language.
type termMaker struct {
	lang    string
	stops   map[string]bool
	stemmer func(*snowballstem.Env) bool
	env     *snowballstem.Env
}

func newTermMaker(lang string) termMaker {
	lang = base(lang)
	return termMaker{lang, stopWords()[lang], stemmers[lang], snowballstem.NewEnv("")}
}

// term returns the stem of a word, "" for a stop word.
func (m termMaker) term(word string) string {
	w := unelided(Fold(word), m.lang)
	if len(w) < 2 || m.stops[w] {
		return ""
	}
	if m.stemmer == nil || !stemmable(w) {
		return w
	}
	m.env.SetCurrent(w)
	m.stemmer(m.env)
	return m.env.Current()
}

// unelided takes off the elided article or pronoun of French and Italian:
// "l'accord", "dell'accordo".
func unelided(w, lang string) string {
	if lang != "fr" && lang != "it" {
		return w
	}
	if i := strings.IndexByte(w, '\''); i > 0 && i < 6 && len(w) > i+2 {
		return w[i+1:]
	}
	return w
}
