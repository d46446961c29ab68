package track

import (
	"slices"

	"github.com/storywire/storywire/text"
)

const (
	shingleWords = 4   // words in a shingle
	sketchSize   = 64  // shingles kept
	copyWords    = 40  // a shorter body proves no copy
	copyTitle    = 6   // words of a title that proves one, the text being the same
	copyShare    = .75 // of an article's shingles, found in the original
	copyCosine   = .5  // a pair less alike than this is not looked at
	sketchBytes  = 6000
)

// sketch stands for the set of a text's word shingles by its smallest hashes,
// from which the share of one text that is found in another is estimated:
// Broder, "On the resemblance and containment of documents" (1997), with the
// bottom-k sketch of Cohen and Kaplan (2007).
type sketch struct {
	smallest []uint32 // ascending
	size     int      // distinct shingles
}

// newSketch makes a sketch of the hashes of a text's folded words, in order. It
// overwrites them, and lies where they lay.
func newSketch(hashes []uint32) sketch {
	if len(hashes) < copyWords {
		return sketch{}
	}
	shingles := hashes[:0]
	for i := range len(hashes) - shingleWords + 1 {
		h := uint32(offset)
		for _, w := range hashes[i : i+shingleWords] {
			h = mix(h ^ w)
		}
		shingles = append(shingles, h)
	}
	sortHashes(shingles)
	shingles = slices.Compact(shingles)
	return sketch{shingles[:min(sketchSize, len(shingles))], len(shingles)}
}

// sortHashes sorts hashes. They lie evenly, so that the first byte brings each
// near its place, and a look at its neighbours there.
func sortHashes(hashes []uint32) {
	var ends [256]int // of those with a first byte
	for _, h := range hashes {
		ends[h>>24]++
	}
	for i := 1; i < len(ends); i++ {
		ends[i] += ends[i-1]
	}
	for _, h := range slices.Clone(hashes) {
		ends[h>>24]--
		hashes[ends[h>>24]] = h
	}
	for i := 1; i < len(hashes); i++ {
		for j := i; j > 0 && hashes[j] < hashes[j-1]; j-- {
			hashes[j], hashes[j-1] = hashes[j-1], hashes[j]
		}
	}
}

// within estimates which share of s is found in o, 0 to 1; 0 if either has
// too little text.
func (s sketch) within(o sketch) float64 {
	if s.size == 0 || o.size == 0 {
		return 0
	}
	union := slices.Concat(s.smallest, o.smallest)
	slices.Sort(union)
	union = slices.Compact(union)
	union = union[:min(sketchSize, len(union))]
	both := 0
	for _, h := range union {
		_, in := slices.BinarySearch(s.smallest, h)
		if _, also := slices.BinarySearch(o.smallest, h); in && also {
			both++
		}
	}
	alike := float64(both) / float64(len(union))
	return min(1, alike/(1+alike)*float64(s.size+o.size)/float64(s.size))
}

// hash is FNV-1a with a final mix, so that close words lie far apart.
func hash(s string) uint32 {
	h := uint32(offset)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * prime
	}
	return mix(h)
}

// offset and prime are those of FNV-1a with 32 bits.
const offset, prime = 2166136261, 16777619

// foldedHash is the hash of a folded word. Most are ASCII letters, of which the
// capitals are all there is to fold.
func foldedHash(word string) uint32 {
	h := uint32(offset)
	for i := range len(word) {
		c := word[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		} else if c < '0' || c > '9' && c < 'a' || c > 'z' {
			return hash(text.Fold(word))
		}
		h = (h ^ uint32(c)) * prime
	}
	if word == "US" { // not the pronoun
		return hash(text.Fold(word))
	}
	return mix(h)
}

// mix is the finalizer of MurmurHash3 (Appleby, public domain).
func mix(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}
