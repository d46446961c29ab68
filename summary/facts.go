package summary

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/storywire/storywire/text"
)

// numberPattern finds numbers that stand for themselves; the digits of "G7" or
// "COVID-19" belong to a name.
var numberPattern = regexp.MustCompile(`(?i)(^|[^\pL\pN.,-]|[\pL\pN%]-|\pN[–-]|[–—])(\pN[\pN,]*(?:\.\pN+)?)(?:st|nd|rd|th)?(?:[ -]?(thousand|million|billion|trillion|mn|bn|tn|[kmb])\b)?`)

var codePattern = regexp.MustCompile(`\b\p{Lu}[\pL\pN]*-\pN+\b`)

var scales = map[string]float64{
	"thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6,
	"billion": 1e9, "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12,
}

// numberWords leaves out "one", which is as often a pronoun.
var numberWords = map[string]float64{
	"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
	"nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
	"fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
	"eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40,
	"fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}

// numbersIn returns the values of the numbers in s in one notation, so that
// "twelve", "12", "2.5bn" and "2.5 billion" compare, in order and with repeats.
func numbersIn(s string) []string {
	s = codePattern.ReplaceAllString(s, " ")
	var out []string
	for at := 0; at < len(s); {
		m := numberPattern.FindStringSubmatchIndex(s[at:])
		if m == nil {
			break
		}
		end := m[5]
		v, err := strconv.ParseFloat(strings.ReplaceAll(s[at+m[4]:at+m[5]], ",", ""), 64)
		if m[6] >= 0 {
			v *= scales[strings.ToLower(s[at+m[6]:at+m[7]])]
			end = m[7]
		}
		if err == nil {
			out = append(out, formatNumber(v))
		}
		// The last digit stays, for it may border the next number: "50-52".
		at += max(end-1, 1)
		if end == m[5] && m[5]-m[4] == 1 {
			at++
		}
	}
	return append(out, spelledNumbers(s)...)
}

func spelledNumbers(s string) []string {
	var out []string
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) })
	for i := 0; i < len(words); i++ {
		v, ok := numberWords[words[i]]
		if !ok {
			continue
		}
		if v >= 20 && i+1 < len(words) {
			if unit := numberWords[words[i+1]]; unit > 0 && unit < 10 {
				v += unit
				i++
			}
		}
		if i+1 < len(words) {
			if scale, ok := scales[words[i+1]]; ok && len(words[i+1]) > 2 {
				v *= scale
				i++
			}
		}
		out = append(out, formatNumber(v))
	}
	return out
}

func formatNumber(v float64) string { return strconv.FormatFloat(v, 'g', 12, 64) }

var straightQuotes = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`,
	"‘", "'", "’", "'", "‑", "-", "–", "-", "—", "-", "\u00a0", " ")

var (
	doubleQuoted = regexp.MustCompile(`"([^"]+)"`)
	singleQuoted = regexp.MustCompile(`(?:^|[\s(])'([^' ][^']* [^']*)'(?:$|[\s.,;:!?)])`)
)

// quotesIn returns the quotations of s, in plain spelling as plain gives it
// and without the punctuation that a quotation borrows from its sentence.
func quotesIn(s string) []string {
	s = plain(s)
	var out []string
	for _, pattern := range []*regexp.Regexp{doubleQuoted, singleQuoted} {
		for _, m := range pattern.FindAllStringSubmatch(s, -1) {
			if q := strings.Trim(m[1], " .,;:!?-"); q != "" {
				out = append(out, q)
			}
		}
	}
	return out
}

// plain brings typographic quotes, dashes and spaces and all capitals to one
// spelling, so that quotations compare.
func plain(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(straightQuotes.Replace(s)), " "))
}

// nameWords returns the folded words of the names in s. Titles and other
// common words that merely open the sentence are names too as far as this
// goes: a name too many costs nothing where it is known.
func nameWords(s, lang string) []string {
	var out []string
	for _, n := range text.Names(s, lang) {
		out = append(out, n.Words...)
	}
	return out
}
