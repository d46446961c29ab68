package summary

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

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
// "twelve", "12", "2.5bn" and "2.5 billion" compare; in order and with repeats.
// Digits that belong to a name, as in "G7" or "COVID-19", are no numbers.
func numbersIn(s string) []string {
	var out []string
	tokens := tokenise(s)
	for i := 0; i < len(tokens); i++ {
		v, used := value(tokens[i:])
		if used == 0 {
			continue
		}
		out = append(out, strconv.FormatFloat(v, 'g', 12, 64))
		i += used - 1
	}
	return out
}

// tokenise splits s into lower-case words and numbers, leaving out the digits
// that belong to names.
func tokenise(s string) []string {
	var out []string
	name := false // the token before is a capitalised word joined by a hyphen
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		end := i + n
		switch {
		case unicode.IsLetter(r):
			for end < len(s) && wordByte(s[end]) {
				end++
			}
			out = append(out, strings.ToLower(s[i:end]))
			name = unicode.IsUpper(r) && end < len(s) && s[end] == '-'
		case unicode.IsDigit(r):
			for end < len(s) && (digit(s[end]) || (s[end] == '.' || s[end] == ',') && end+1 < len(s) && digit(s[end+1])) {
				end++
			}
			if !name {
				out = append(out, strings.ReplaceAll(s[i:end], ",", ""))
			}
			name = false
		case r != '-':
			name = false
		}
		i = end
	}
	return out
}

func digit(b byte) bool { return '0' <= b && b <= '9' }

// wordByte reports whether b goes on with a word; bytes past ASCII are taken
// for letters unless they open general punctuation or that of Latin-1, as the space
// that does not break.
func wordByte(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || digit(b) || b >= 0x80 && b != 0xe2 && b != 0xc2
}

// value reads a number from the start of tokens and returns how many it took, 0
// if there is none.
func value(tokens []string) (v float64, used int) {
	first := tokens[0]
	if digit(first[0]) {
		var err error
		if v, err = strconv.ParseFloat(first, 64); err != nil {
			return 0, 0
		}
	} else if v = numberWords[first]; v == 0 {
		return 0, 0
	}
	used = 1
	if !digit(first[0]) && v >= 20 && len(tokens) > 1 {
		if unit := numberWords[tokens[1]]; unit > 0 && unit < 10 {
			v += unit
			used++
		}
	}
	if len(tokens) > used {
		if scale := scales[tokens[used]]; scale > 0 {
			v *= scale
			used++
		}
	}
	return v, used
}

// sameNumbers reports whether two sentences hold the same numbers.
func sameNumbers(a, b *sentence) bool { return numbersWithin(a, b) && numbersWithin(b, a) }
