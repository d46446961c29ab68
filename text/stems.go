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
	lang = base(lang)
	stops, stemmer := stopWords()[lang], stemmers[lang]
	env := snowballstem.NewEnv("")
	out := make([]string, 0, len(s)/10+1)
	for t := range tokens(s) {
		for part := range strings.SplitSeq(t.text, "-") {
			w := unelided(Fold(part), lang)
			if len(w) < 2 || stops[w] {
				continue
			}
			if stemmer != nil && stemmable(w) {
				env.SetCurrent(w)
				stemmer(env)
				w = env.Current()
			}
			out = append(out, w)
		}
	}
	return out
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
