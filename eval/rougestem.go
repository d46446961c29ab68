package eval

import "strings"

// porter is the stemmer of the reference scorers: Porter (1980) with the
// departures of NLTK's default mode (short words, -ied, -ies, final y, an
// exception list), without which ROUGE differs in the third digit. The text
// package's Snowball stemmer is a different one.
func porter(word string) string {
	if stem, ok := porterIrregular[word]; ok {
		return stem
	}
	if len(word) <= 2 {
		return word
	}
	word = porterPlural(word)
	word = porterPast(word)
	if n := len(word); n > 2 && word[n-1] == 'y' && consonant(word, n-2) {
		word = word[:n-1] + "i"
	}
	word = porterDouble(word)
	word = replaceSuffix(word, porterStep3, 1)
	word = porterSingle(word)
	return porterFinal(word)
}

var porterIrregular = map[string]string{
	"sky": "sky", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "news": "news",
	"inning": "inning", "innings": "inning", "outing": "outing", "outings": "outing",
	"canning": "canning", "cannings": "canning", "howe": "howe",
	"proceed": "proceed", "exceed": "exceed", "succeed": "succeed",
}

type suffixRule struct{ suffix, with string }

var porterStep2 = []suffixRule{
	{"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"}, {"anci", "ance"}, {"izer", "ize"},
	{"bli", "ble"}, {"alli", "al"}, {"entli", "ent"}, {"eli", "e"}, {"ousli", "ous"},
	{"ization", "ize"}, {"ation", "ate"}, {"ator", "ate"}, {"alism", "al"}, {"iveness", "ive"},
	{"fulness", "ful"}, {"ousness", "ous"}, {"aliti", "al"}, {"iviti", "ive"}, {"biliti", "ble"},
	{"fulli", "ful"},
}

var porterStep3 = []suffixRule{
	{"icate", "ic"}, {"ative", ""}, {"alize", "al"}, {"iciti", "ic"}, {"ical", "ic"}, {"ful", ""}, {"ness", ""},
}

var porterStep4 = strings.Fields("al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize")

// replaceSuffix applies the first rule whose suffix the word has, if the rest
// has at least the given measure.
func replaceSuffix(word string, rules []suffixRule, least int) string {
	for _, r := range rules {
		if stem, ok := strings.CutSuffix(word, r.suffix); ok {
			if measure(stem) >= least {
				return stem + r.with
			}
			return word
		}
	}
	return word
}

func porterPlural(word string) string {
	switch {
	case strings.HasSuffix(word, "ies") && len(word) == 4:
		return word[:3]
	case strings.HasSuffix(word, "sses"), strings.HasSuffix(word, "ies"):
		return word[:len(word)-2]
	case strings.HasSuffix(word, "ss"):
		return word
	}
	return strings.TrimSuffix(word, "s")
}

func porterPast(word string) string {
	if stem, ok := strings.CutSuffix(word, "ied"); ok {
		if len(word) == 4 {
			return stem + "ie"
		}
		return stem + "i"
	}
	if stem, ok := strings.CutSuffix(word, "eed"); ok {
		if measure(stem) > 0 {
			return stem + "ee"
		}
		return word
	}
	for _, suffix := range []string{"ed", "ing"} {
		if stem, ok := strings.CutSuffix(word, suffix); ok && hasVowel(stem) {
			return porterMend(stem)
		}
	}
	return word
}

// porterMend mends what is left after -ed or -ing: hop(p), fil(e).
func porterMend(stem string) string {
	n := len(stem)
	switch {
	case strings.HasSuffix(stem, "at"), strings.HasSuffix(stem, "bl"), strings.HasSuffix(stem, "iz"):
		return stem + "e"
	case n >= 2 && stem[n-1] == stem[n-2] && consonant(stem, n-1):
		if strings.IndexByte("lsz", stem[n-1]) >= 0 {
			return stem
		}
		return stem[:n-1]
	case measure(stem) == 1 && endsShort(stem):
		return stem + "e"
	}
	return stem
}

func porterDouble(word string) string {
	if stem, ok := strings.CutSuffix(word, "alli"); ok && measure(stem) > 0 {
		return porterDouble(stem + "al")
	}
	if stem, ok := strings.CutSuffix(word, "logi"); ok {
		if measure(stem+"l") > 0 {
			return stem + "log"
		}
		return word
	}
	return replaceSuffix(word, porterStep2, 1)
}

func porterSingle(word string) string {
	for _, suffix := range porterStep4 {
		stem, ok := strings.CutSuffix(word, suffix)
		if !ok {
			continue
		}
		if measure(stem) > 1 && (suffix != "ion" || strings.HasSuffix(stem, "s") || strings.HasSuffix(stem, "t")) {
			return stem
		}
		return word
	}
	return word
}

func porterFinal(word string) string {
	if stem, ok := strings.CutSuffix(word, "e"); ok {
		if m := measure(stem); m > 1 || m == 1 && !endsShort(stem) {
			word = stem
		}
	}
	if strings.HasSuffix(word, "ll") && measure(word[:len(word)-1]) > 1 {
		word = word[:len(word)-1]
	}
	return word
}

// consonant reports whether byte i of the word is a consonant. Porter works on
// English letters; any other byte counts as one.
func consonant(word string, i int) bool {
	switch word[i] {
	case 'a', 'e', 'i', 'o', 'u':
		return false
	case 'y':
		return i == 0 || !consonant(word, i-1)
	}
	return true
}

// measure counts the changes from vowel to consonant.
func measure(stem string) int {
	m := 0
	vowel := false
	for i := range len(stem) {
		c := consonant(stem, i)
		if c && vowel {
			m++
		}
		vowel = !c
	}
	return m
}

func hasVowel(stem string) bool {
	for i := range len(stem) {
		if !consonant(stem, i) {
			return true
		}
	}
	return false
}

// endsShort reports Porter's *o: consonant, vowel, consonant other than w, x,
// y at the end; or the whole is a vowel and a consonant.
func endsShort(word string) bool {
	n := len(word)
	if n == 2 {
		return !consonant(word, 0) && consonant(word, 1)
	}
	return n > 2 && consonant(word, n-3) && !consonant(word, n-2) && consonant(word, n-1) &&
		strings.IndexByte("wxy", word[n-1]) < 0
}
