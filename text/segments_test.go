package text

import (
	"slices"
	"strings"
	"testing"

	"github.com/clipperhouse/uax29/v2/words"
	"pgregory.net/rapid"
)

// TestSegments holds that the words are those the library finds.
func TestSegments(t *testing.T) {
	part := rapid.SampledFrom([]string{"a", "Bc", "1", "20", "_", ".", ",", ":", ";", "'", "’", "-", " ", "  ", "\n", "\r\n", "\t", "é", "e\u0301", "\u0301",
		"\u200d", "\u00ad", "日本", "カナ", "한", "א", "\"", "“", "…", "🇩🇪", "👩\u200d🚀", "\xff", "$", "@", "ß", "ไทย"})
	rapid.Check(t, func(t *rapid.T) {
		var s string
		for _, p := range rapid.SliceOfN(part, 0, 30).Draw(t, "parts") {
			s += p
		}
		var want, got []string
		for it := words.FromString(s); it.Next(); {
			if isWord(it.Value()) {
				want = append(want, it.Value())
			}
		}
		for g := (segmenter{s: s}); g.next(); {
			got = append(got, s[g.start:g.end])
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%q: got %q, want %q", s, got, want)
		}
	})
}

func TestAnyWord(t *testing.T) {
	var got []string
	AnyWord("The U.S. won't_go, Café-Zoé: "+strings.Repeat("x", 25)+" ON 7 May", func(w []byte) bool {
		got = append(got, string(w))
		return string(w) == "on"
	})
	if want := "the u s won t_go caf zo on"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
