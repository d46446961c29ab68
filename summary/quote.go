package summary

import (
	"regexp"
	"strings"

	"github.com/storywire/storywire/text"
)

var (
	straight     = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`, "‘", "'", "’", "'", "‑", "-", "–", "-", "—", "-", "\u00a0", " ")
	doubleQuoted = regexp.MustCompile(`"([^"]+)"`)
	singleQuoted = regexp.MustCompile(`(?:^|[\s(])'([^' ][^']* [^']*)'(?:$|[\s.,;:!?)])`)
)

// plain brings quotes, dashes, spaces and capitals to one spelling, so that
// quotations compare.
func plain(s string) string {
	return strings.ToLower(text.OneLine(straight.Replace(s)))
}

// quotesIn returns the quotations of s, in plain spelling and without the
// punctuation that a quotation borrows from its sentence.
func quotesIn(s string) []string {
	if !text.HasAny(s, "\"'“”‘’„«»") {
		return nil
	}
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

// outsideQuotes is s without its quotations.
func outsideQuotes(s string) string {
	if !text.HasAny(s, "\"“”") {
		return s
	}
	var b strings.Builder
	inside := false
	for _, r := range s {
		switch r {
		case '"', '“', '”':
			inside = r == '“' || r == '"' && !inside
			b.WriteByte(' ')
		default:
			if !inside {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// unattributed reports whether s is nothing but a quotation: nobody says who
// speaks.
func unattributed(s string) bool {
	return strings.TrimSpace(outsideQuotes(s)) == "" || !hasLetter(outsideQuotes(s))
}

// opensQuoted reports whether s begins with somebody's words, before the reader
// knows what they are about.
func opensQuoted(s string) bool { return strings.HasPrefix(s, `"`) || strings.HasPrefix(s, "“") }

// balanced reports whether quotes and brackets that are opened are closed.
func balanced(s string) bool {
	return strings.Count(s, "“") == strings.Count(s, "”") && strings.Count(s, `"`)%2 == 0 &&
		strings.Count(s, "(") == strings.Count(s, ")") && strings.Count(s, "[") == strings.Count(s, "]")
}
