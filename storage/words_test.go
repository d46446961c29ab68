package storage

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/storywire/storywire/news"
)

// TestWordsAreFound looks for words as people write them, compounds and accents
// included.
func TestWordsAreFound(t *testing.T) {
	s := open(t, Options{})
	f := subscribe(t, s, "http://a/feed")["http://a/feed"]
	record(t, s, f, news.Entry{GUID: "1", Title: "U.S. envoy meets Al-Rahim", Text: "Élodie didn't wait: 3.5 km of दिल्ली, 東京 and a cafe\u0301."})
	placeAll(t, s, "s1")
	for query, want := range map[string]int{
		"al-rahim": 1, "U.S. envoy": 1, "elodie didn't": 1, "3.5": 1, "दिल्ली": 1, "東京": 1, "café": 1, "cafe\u0301": 1, "al-karim": 0, "-": 0, "\"*": 0,
	} {
		found, err := s.Mentioning(t.Context(), []string{query}, 5)
		if err != nil || len(found) != want {
			t.Errorf("%s: %d articles, want %d (%v)", query, len(found), want, err)
		}
		var n int
		if q := holdsAll(query); q != "" {
			err = s.read.QueryRowContext(t.Context(), `SELECT count(*) FROM article_words WHERE article_words MATCH ?`, q).Scan(&n)
		}
		if err != nil || n != want {
			t.Errorf("%s, all of it: %d articles, want %d (%v)", query, n, want, err)
		}
	}
	ids, err := s.storedIDs(t.Context(), []string{"al-rah", "nobody"})
	if err != nil || !slices.Equal(ids, []int64{1}) {
		t.Errorf("beginnings: %v, %v", ids, err)
	}
}

// TestAnySearchIsOne holds that whatever is typed can be looked for.
func TestAnySearchIsOne(t *testing.T) {
	s := open(t, Options{})
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.String().Draw(t, "typed")
		if _, err := s.Stories(t.Context(), news.StoryFilter{Search: typed}); err != nil {
			t.Fatal(err)
		}
	})
}
