package text

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	weekdayName = `(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun)`
	zone        = `(?: ?\(?(?:GMT|UTC|BST|CES?T|E[SD]?T|C[SD]T|M[SD]T|P[SD]?T|IST|UK|local time)\)?)*`
	hour        = `\d{1,2}[.:]\d{2}(?: ?[apAP]\.?[mM]\.?)?` + zone
	digitHint   = "0123456789"
	agency      = `\((?:Reuters|AP|AFP|dpa|DPA|UPI|EFE|ANSA|Xinhua|Bloomberg|Kyodo|PA|CNN|Interfax|TASS|Tass|RIA|IANS|ANI)\)`
	// place is the capitals, and the country and day, that a dateline opens with.
	place = `\p{Lu}[\p{Lu}.'’/-]+(?: \p{Lu}[\p{Lu}.'’/-]+){0,3}(?:, [\p{L}. ]{2,24})?(?:,? \p{L}{3,9}\.? \d{1,2})?`
)

// stamps stand before the first words of a report: times of publication, agencies,
// places in capitals, and the headline or caption before those, where it is stuck to
// them. Each is looked for only where its hint stands.
var stamps = []struct {
	hint string // any of these characters
	at   *regexp.Regexp
}{
	{digitHint, regexp.MustCompile(`^(?:Page )?(?:\d{1,2} \p{Lu}\p{Ll}+ \d{4} )?(?:[Ll]ast updated|Updated|Published|Posted)(?: at| on)?:? (?:` + hour + `(?:,? (?:\p{Lu}\p{Ll}+day,? )?\d{1,2} \p{Lu}\p{Ll}+ \d{4})?|.{0,60}?\d{4})(?:,? ` + hour + `)?`)},
	{digitHint, regexp.MustCompile(`^.{0,300}?\b` + weekdayName + `,? (?:\d{1,2} \p{Lu}\p{Ll}+,? \d{4}|\p{Lu}\p{Ll}+\.? \d{1,2},? \d{4})[;,]?(?: at)? ` + hour + `(?: \d{1,2}[.:]\d{2} UK)? *\|?`)},
	{":", regexp.MustCompile(`^(?:.{0,200}? )?(?:Photograph|Photo|Picture|Image|Credit): ?[^.:]{2,40}?(?:\\?/(?:AFP|AP|PA|Getty|Reuters|REUTERS|EPA|Rex|Corbis|Bloomberg))+(?: Images)?(?:\\?/\p{Lu}\p{L}+)?`)},
	{"(", regexp.MustCompile(`^\((?:[^()]{0,30} )?(?:Photo|Photograph|Picture|Image|File)\b[^()]{0,30}\)`)},
	{"(", regexp.MustCompile(`^\((?:By |\p{Ll})[^()]{3,80}\)`)},
	{"(", regexp.MustCompile(`^.{0,200}?` + agency + ` *[-–—]+|^.{0,60}?` + agency)},
	{"(", regexp.MustCompile(`^.{10,200}?\b\p{Lu}[\p{Lu}.'’]{3,}(?: \p{Lu}[\p{Lu}.'’]+){0,2}(?:, [\p{L}.]{2,12})? \(\p{Lu}[\p{L} /]{1,28}\) *[-–—]+`)},
	{"-–—", regexp.MustCompile(`^\p{Lu}[\p{Lu}'’.\-]{2,}(?:[ ,/]+\p{Lu}[\p{L}'’.\-]*)*(?:,? \p{Lu}\p{Ll}+\.? \d{1,2})?(?: \([^)]{2,30}\))? *(?:--|[–—]| -)`)},
	{"-–—", regexp.MustCompile(`^.{0,80}?\b(?:AP|AFP|Reuters) \p{Lu}{3,}(?: \p{Lu}{2,}){0,2} ?(?:--|[–—])`)},
	{"-–—", regexp.MustCompile(`^(?:[\p{Lu}\d][\p{Lu}\d.'’/-]*,? ){2,9}(?:--|[–—]) `)},
}

var (
	// dateline is "MIAMI, Dec 3 (Reuters) - ", "KYIV, Ukraine — ", "(AP) — ",
	// "Sycamore, Illinois (CNN) ".
	dateline   = regexp.MustCompile(`^(?:` + place + `|\p{Lu}[\p{L}. ]{2,24}(?:, \p{Lu}[\p{L}. ]{2,20})?)? ?\((?:\p{Lu}{2,6}|Reuters|Bloomberg|\p{Lu}[\p{L} /]{2,30})\)[ :]*[-–—]* *|^\p{Lu}\p{Ll}{2,8}\.? \d{1,2} \((?:\p{Lu}{2,6}|Reuters|Bloomberg)\) *[-–—]+ *|^` + place + ` ?(?:[–—]|--|>>| - ) *`)
	agencyWord = regexp.MustCompile(`^(?:Reuters|AFP|AP|UPI) (\p{Lu})`)
	bareCity   = regexp.MustCompile(`^(?:WASHINGTON|LONDON|PARIS|BERLIN|BRUSSELS|MOSCOW|BEIJING|JERUSALEM|GENEVA|TOKYO|NEW YORK|LOS ANGELES|SAN FRANCISCO|CHICAGO|HOUSTON|BOSTON|ATLANTA) (\p{Lu}\p{Ll})`)
	// fusedHead is a headline or caption stuck to the sentence behind it, which begins
	// with a capital where none belongs.
	fusedHead = regexp.MustCompile(`^(.{10,160}?[\p{Ll}\d"”’]) ((?:(?:The|An|In|At|On|There|More|Two|Three|Four|Some|Many|Hundreds|Thousands|Dozens|Officials|After|When|As) \p{Ll}|A [b-df-hj-np-tv-z]|The \p{Lu}{2,} (?:is|has|was|had|will|should|says|said))\P{Lu}|A \p{Lu}\p{Ll}+-(?:based|born|led))`)
	// lettered things have an A that is no article.
	lettered = regexp.MustCompile(`(?i)\b(?:vitamin|hepatitis|influenza|plan|grade|class|group|type|series?|part|section|exhibit|category|side|league|division|title|article) \d?$`)
)

// Stamped is how many sentences of an article may carry stamps.
const Stamped = 3

// WithoutStamp leaves out what stands before the first words of a report: the place and
// agency, the time of publication, a headline or caption without a mark of its own.
// Outlet is the name that may stand there in brackets. It is meant for the first
// Stamped sentences of an article.
func WithoutStamp(s, outlet string) string {
	if head, rest, ok := strings.Cut(s, "("+outlet+")"); ok && outlet != "" && len(head) < 60 {
		s = opened(s, strings.TrimLeft(rest, " -–—:"))
	}
	clock := hasClock(s)
	for _, stamp := range stamps {
		if (clock || stamp.hint != digitHint) && HasAny(s, stamp.hint) {
			if loc := stamp.at.FindStringIndex(s); loc != nil {
				s = opened(s, s[loc[1]:])
			}
		}
	}
	s = WithoutDateline(s)
	for _, word := range []*regexp.Regexp{agencyWord, bareCity} {
		if loc := word.FindStringSubmatchIndex(s); loc != nil {
			s = s[loc[2]:]
		}
	}
	if !hasFused(s) {
		return s
	}
	if loc := fusedHead.FindStringSubmatchIndex(s); loc != nil && !lettered.MatchString(s[:loc[3]]+" ") {
		if len(s)-loc[4] > 60 {
			return s[loc[4]:]
		}
		if loc[3] > 60 {
			return s[:loc[3]] + "." // what is stuck to its end is the caption
		}
	}
	return s
}

// hasClock reports whether s may hold a time of day or a year, as every stamp of
// publication does.
func hasClock(s string) bool {
	for i := 1; i+2 < len(s); i++ {
		if (s[i] == ':' || s[i] == '.') && kind(s[i-1]) == '0' && kind(s[i+1]) == '0' || i > 2 && kind(s[i-1]) == '0' && kind(s[i]) == '0' && kind(s[i+1]) == '0' && kind(s[i+2]) == '0' {
			return true
		}
	}
	return false
}

// hasFused reports whether s may hold a capital of the kind that fusedHead looks for.
func hasFused(s string) bool {
	for i := 11; i+2 < len(s); i++ {
		if s[i] == ' ' && s[i+1] >= 'A' && s[i+1] <= 'Z' && s[i-1] != ',' && s[i-1] != '.' && (kind(s[i-1]) != 'a' || lower(s[i-1])) {
			end := i + 2
			for end < len(s) && lower(s[end]) {
				end++
			}
			if fusers[s[i+1:end]] {
				return true
			}
		}
	}
	return false
}

var fusers = WordSet("The A An In At On There More Two Three Four Some Many Hundreds Thousands Dozens Officials After When As")

// WithoutDateline leaves out the place and agency that a report opens with.
func WithoutDateline(s string) string {
	if !HasAny(s[:min(60, len(s))], "(->–—") {
		return s
	}
	return opened(s, dateline.ReplaceAllString(s, ""))
}

// opened is rest, where that opens like a sentence, or else s.
func opened(s, rest string) string {
	rest = strings.TrimLeft(rest, " -–—•*|:·")
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest, `"'“‘«„(`))
	if !unicode.IsUpper(r) && !unicode.IsDigit(r) && rest[:min(1, len(rest))] != "(" || strings.Count(rest, " ") < 2 {
		return s
	}
	return rest
}
