package timeline

import (
	"strings"
	"unicode"

	"github.com/storywire/storywire/text"
)

// body is an article's title and text, folded word by word.
func (s *story) body(article int) string {
	r := s.readings[article]
	if r.body == "" {
		a := s.articles[article]
		r.body = " " + folded(a.Title+"\n"+a.Text) + " "
	}
	return r.body
}

func folded(t string) string {
	words := text.Words(t)
	for i, w := range words {
		words[i] = text.Fold(w)
	}
	return strings.Join(words, " ")
}

// numerals leaves out "one", which is as often a pronoun.
var numerals = text.WordSet(`two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
	eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety dozen dozens hundred hundreds`)

// facts returns what a line states that a source must hold: the last word of
// each name, the numbers and the quotations, folded, each between spaces.
func facts(line, lang string) []string {
	var out []string
	for _, n := range text.Names(line, lang) {
		out = append(out, " "+n.Words[len(n.Words)-1]+" ")
	}
	for _, w := range text.Words(line) {
		if first, _, _ := strings.Cut(text.Fold(w), "-"); unicode.IsDigit(rune(w[0])) || numerals[first] {
			out = append(out, " "+text.Fold(w)+" ")
		}
	}
	for i, part := range strings.FieldsFunc(strings.NewReplacer("“", `"`, "”", `"`).Replace(line), func(r rune) bool { return r == '"' }) {
		if i%2 == 1 {
			out = append(out, " "+folded(part)+" ")
		}
	}
	return out
}
