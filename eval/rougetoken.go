package eval

import (
	"regexp"
	"strings"
)

// pennSplits are the places where the Penn Treebank, and with it the gold
// timelines, split what a space does not.
var pennSplits = []struct {
	at   *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`[“”"]`), ` " `},
	{regexp.MustCompile(`[‘’]`), `'`},
	{regexp.MustCompile(`\.\.\.|--|[–—]`), ` $0 `},
	{regexp.MustCompile(`[;@#$%&?!()\[\]{}<>£€]`), ` $0 `},
	{regexp.MustCompile(`([:,])(\D|$)`), ` $1 $2`},
	{regexp.MustCompile(`([^.])\.(["')\]]*)\s*$`), `$1 . $2`},
	{regexp.MustCompile(`(\pL)('(?:s|S|m|M|d|D|ll|re|ve))\b`), `$1 $2`},
	{regexp.MustCompile(`(\pL)(n't)\b`), `$1 $2`},
	{regexp.MustCompile(`(^|\s)'(\pL{2,})`), `$1' $2`},
	{regexp.MustCompile(`(\pL|[,.])'(\s|$)`), `$1 '$2`},
}

// pennTokens splits a sentence into tokens with a space between them.
func pennTokens(sentence string) string {
	for _, s := range pennSplits {
		sentence = s.at.ReplaceAllString(sentence, s.with)
	}
	return strings.Join(strings.Fields(sentence), " ")
}
