package text

import (
	"embed"
	"path"
	"strings"
	"sync"
)

//go:embed stops
var stopFiles embed.FS

// stopWords are the function words of each language, folded, and the filler
// of news reports, by language.
var stopWords = sync.OnceValue(func() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	files, _ := stopFiles.ReadDir("stops") // embedded: cannot fail
	for _, f := range files {
		b, _ := stopFiles.ReadFile(path.Join("stops", f.Name()))
		set := map[string]bool{}
		for w := range strings.FieldsSeq(string(b)) {
			set[Fold(w)] = true
		}
		lang, _, _ := strings.Cut(f.Name(), ".")
		out[lang] = set
	}
	return out
})

// Stop reports whether a folded word is a stop word of the language: a
// function word, or a single letter.
func Stop(word, lang string) bool {
	return len(word) < 2 || stopWords()[base(lang)][word]
}
