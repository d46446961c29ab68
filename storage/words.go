package storage

import (
	"strings"
	"unicode"
)

// The index of words knows which articles have a word, not where: that costs
// half as much to write and to keep. So a compound is looked for by its parts.

// holdsAll is the query for texts that hold each word a person typed, and no
// operator; "" if nothing was typed.
func holdsAll(words string) string {
	if parts := indexed(words); len(parts) > 0 {
		return `"` + strings.Join(parts, `" "`) + `"`
	}
	if strings.TrimSpace(words) != "" {
		return `""` // signs only: no text holds them
	}
	return ""
}

// holdsOne is the query for texts that hold one of the words; with "*" after it, a
// word need only begin as its last part does.
func holdsOne(words []string, after string) string {
	var queries []string
	for _, word := range words {
		if query := holdsAll(word); query != "" {
			queries = append(queries, "("+strings.ReplaceAll(query, `" "`, `" AND "`)+after+")")
		}
	}
	if len(queries) == 0 {
		return `""`
	}
	return strings.Join(queries, " OR ")
}

// indexed takes words apart as the tokenizer of the index does: letters and
// digits are kept, and accents that are signs of their own are left out.
func indexed(words string) []string {
	return strings.FieldsFunc(strings.Map(func(r rune) rune {
		if r >= 0x300 && r <= 0x36f {
			return -1
		}
		return r
	}, words), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}
