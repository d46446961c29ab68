package track

import (
	"cmp"
	"hash/maphash"
	"math"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
	"unique"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

const (
	leadBytes  = 800    // of the body that count as words: news tells the main thing first
	queryBytes = 20_000 // of the body in which the terms of a query are looked for
	bodyTerms  = 12     // content words that make a body
)

// features is what the tracker keeps of an article: less than 1 KB for one with
// an excerpt. All that is long lies in one piece of memory: the fewer pieces,
// the less it costs to look for garbage among them.
type features struct {
	all      vector // words, names, and the text's smallest hashes, two in each entry
	same     uint64 // hash of title and text where they prove a copy; 0 if not
	lang     unique.Handle[string]
	split    uint32 // entries of all that are words
	shingles uint16 // distinct ones in the text
	body     bool   // there is more than a title
}

// words returns the stems of title (twice) and lead.
func (f *features) words() vector { return f.all[:f.split:f.split] }

// names returns the words of names.
func (f *features) names() vector {
	end := len(f.all) - (min(sketchSize, int(f.shingles))+1)/2
	return f.all[f.split:end:end]
}

// text returns the sketch of the text.
func (f *features) text() sketch {
	hashes := make([]uint32, 0, sketchSize+1)
	for _, e := range f.all[int(f.split)+len(f.names()):] {
		hashes = append(hashes, e.term, e.weight)
	}
	return sketch{hashes[:min(sketchSize, int(f.shingles))], int(f.shingles)}
}

// Reading is an article as the tracker sees it. How its terms are written is known
// until the reader reads the next.
type Reading struct {
	features
	spellings []spelling
}

// spelling is how an article writes a term, for reasons.
type spelling struct {
	term    uint32
	written string
}

// written returns how a term is written, "" if the article does not hold it.
func (r Reading) written(term uint32) string {
	i, found := slices.BinarySearchFunc(r.spellings, term, func(s spelling, t uint32) int { return cmp.Compare(s.term, t) })
	if !found {
		return ""
	}
	return r.spellings[i].written
}

// Reader extracts features. It remembers the terms of words it has met, which
// saves most of the stemming. It is not safe for concurrent use.
type Reader struct {
	idfPower float64
	seed     maphash.Seed // readers for one tracker share it
	known    [][2]known   // by the key of the word: of two the one used last stands first, the other is forgotten
	made     []term       // by the last lookup of a word that was not known
	finder   text.NameFinder
	stems    text.TermFinder
	document document // the one that is read
}

// known is a word whose terms are remembered: without its letters, by 64 bits
// of a hash that nobody can foresee, which no two words share. It holds no
// pointer that the garbage collector would have to follow.
type known struct {
	key     uint64 // of the word as written, and of the language
	folded  uint32 // hash of the word folded
	howMany uint32
	terms   [2]term
}

// term is a stem: its hash, what it weighs, and which part of a word it was
// made from.
type term struct {
	hash     uint32
	from, to uint16
	idf      float64
}

// of returns the part of the word that a term was made from.
func (t term) of(word string) string { return word[t.from:t.to] }

// knownWords is how many words a Reader remembers at most, in 3 MB.
const knownWords = 1 << 16

// NewReader returns a reader for trackers with the given weights.
func NewReader(w Weights) *Reader {
	return &Reader{idfPower: w.IDFPower, seed: maphash.MakeSeed(), known: make([][2]known, knownWords/2), stems: text.NewTermFinder(), document: document{at: map[uint32]int{}}}
}

// Read extracts what the tracker needs of an article.
func (r *Reader) Read(a news.Article) Reading {
	d := &r.document
	lang := unique.Make(language(a))
	d.Reader, d.lang, d.noted = r, lang.Value(), d.noted[:0]
	clear(d.at)
	title := d.count(a.Title, 2)
	body := d.body(a.Text)
	d.weigh()
	d.names(a.Title, cut(a.Text, leadBytes))
	f := features{lang: lang, body: body >= bodyTerms}
	d.vectors(&f)
	if title >= copyTitle {
		f.same = r.key(a.Title, a.Text)
	}
	return Reading{f, d.spellings}
}

// lookup returns the hash of a word folded, and the terms of it as written: none
// for a stop word, one for most, more for a compound. They are good until the
// next lookup.
func (r *Reader) lookup(word, lang string) (folded uint32, terms []term) {
	key := r.key(word, lang)
	set := &r.known[key%(knownWords/2)]
	if set[0].key != key {
		found := set[1]
		if found.key != key {
			r.made = r.terms(r.made[:0], word, lang)
			found = known{key: key, folded: foldedHash(word), howMany: uint32(len(r.made))}
			if copy(found.terms[:], r.made) < len(r.made) {
				return found.folded, r.made
			}
		}
		set[0], set[1] = found, set[0]
	}
	return set[0].folded, set[0].terms[:set[0].howMany]
}

// key stands for two strings in that order: a word may be the name of its language.
func (r *Reader) key(a, b string) uint64 {
	return maphash.String(r.seed, a) ^ bits.RotateLeft64(maphash.String(r.seed, b), 1)
}

// terms appends those of a word to others.
func (r *Reader) terms(to []term, word, lang string) []term {
	var stems [1]string
	at := 0
	for part := range strings.SplitSeq(word, "-") {
		folded, end := text.Fold(part), at+len(part)
		for _, stem := range r.stems.Terms(stems[:0], part, lang) {
			t := term{hash: hash(stem), idf: math.Pow(idf(folded, stem), r.idfPower)}
			if end <= math.MaxUint16 {
				t.from, t.to = uint16(at), uint16(end)
			}
			to = append(to, t)
		}
		at = end + 1
	}
	return to
}

// document is an article while it is read.
type document struct {
	*Reader
	lang  string
	noted []noted
	at    map[uint32]int // where a term is noted
	order []uint64       // scratch of vectors
	all   vector         // too

	spellings []spelling

	folded []uint32 // hashes of the body's words, in order
}

// noted is a term of a document, spelled as it first was.
type noted struct {
	term
	written    string
	tf         float64 // how often it occurs
	word, name float64 // what it weighs
}

// count notes a text's content words, each as so many, and returns how many
// there are.
func (d *document) count(s string, times float64) (n int) {
	for word := range text.WordSeq(s) {
		_, terms := d.lookup(word, d.lang)
		n += d.tally(word, terms, times)
	}
	return n
}

func (d *document) tally(word string, terms []term, times float64) int {
	for _, t := range terms {
		d.note(word, t).tf += times
	}
	return len(terms)
}

// body counts what leads the body, and hashes the words of all that a sketch is
// made of. No word reaches over a space: up to the last one both go together.
func (d *document) body(s string) (n int) {
	d.folded = d.folded[:0]
	s = cut(s, sketchBytes)
	lead, both := cut(s, leadBytes), len(s)
	if len(lead) < len(s) {
		both = strings.LastIndexByte(lead, ' ') + 1
	}
	for word := range text.WordSeq(s[:both]) {
		folded, terms := d.lookup(word, d.lang)
		d.folded = append(d.folded, folded)
		n += d.tally(word, terms, 1)
	}
	for word := range text.WordSeq(s[both:]) {
		d.folded = append(d.folded, foldedHash(word))
	}
	return n + d.count(lead[min(both, len(lead)):], 1)
}

// note remembers a term. Of the words with one stem the most frequent tells
// how much the stem weighs.
func (d *document) note(word string, t term) *noted {
	i, seen := d.at[t.hash]
	if !seen {
		i = len(d.noted)
		d.at[t.hash], d.noted = i, append(d.noted, noted{term: t, written: t.of(word)})
	}
	n := &d.noted[i]
	n.idf = min(n.idf, t.idf)
	return n
}

// weigh weighs the terms counted by (1 + ln tf) idf.
func (d *document) weigh() {
	for i := range d.noted {
		n := &d.noted[i]
		n.word = (1 + math.Log(n.tf)) * n.idf
	}
}

// names weighs the words of names: the last of each counts in full, since it
// is the one that is used alone, the others half.
func (d *document) names(title, lead string) {
	d.namesIn(title)
	for _, sentence := range text.Sentences(lead, d.lang) {
		d.namesIn(sentence)
	}
}

func (d *document) namesIn(sentence string) {
	for _, name := range d.finder.Names(sentence, d.lang) {
		for i, word := range name.Words {
			share := .5
			if i == len(name.Words)-1 {
				share = 1
			}
			_, terms := d.lookup(word, d.lang)
			for _, t := range terms {
				n := d.note(word, t)
				n.name = max(n.name, share*n.idf)
			}
		}
	}
}

// vectors gives the features their words, names and hashes, and notes how all
// words are written.
func (d *document) vectors(f *features) {
	d.order, d.spellings = d.order[:0], d.spellings[:0]
	for i, n := range d.noted {
		d.order = append(d.order, uint64(n.hash)<<32|uint64(i))
	}
	slices.Sort(d.order)
	for _, o := range d.order {
		n := &d.noted[uint32(o)]
		d.spellings = append(d.spellings, spelling{n.hash, n.written})
	}
	d.all = d.vector(d.all[:0], func(n *noted) float64 { return n.word })
	f.split = uint32(len(d.all))
	d.all = d.vector(d.all, func(n *noted) float64 { return n.name })
	sketch := newSketch(d.folded)
	for i, h := range sketch.smallest {
		if i%2 == 0 {
			d.all = append(d.all, entry{term: h})
		} else {
			d.all[len(d.all)-1].weight = h
		}
	}
	f.all, f.shingles = slices.Clone(d.all), uint16(sketch.size)
}

// vector appends the entries of a vector: weights, scaled to length 1.
func (d *document) vector(v vector, weight func(*noted) float64) vector {
	var square float64
	for _, o := range d.order {
		w := weight(&d.noted[uint32(o)])
		square += w * w
	}
	if square == 0 {
		return v
	}
	length := math.Sqrt(square)
	for _, o := range d.order {
		n := &d.noted[uint32(o)]
		if w := uint32(math.Round(weight(n) / length * unit)); w > 0 {
			v = append(v, entry{n.hash, w})
		}
	}
	return v
}

// idf is -ln of the chance that a nine-word headline holds the word, from its
// place r in a list of words by falling frequency: Zipf's law as Mandelbrot
// amended it, 1/(r+2.7)/H. A word that is not in the list is rarer than all in
// it. What headlines themselves say counts beside that: they know the words of
// news, and of years that the list does not.
func idf(folded, stem string) float64 {
	const (
		listed  = 50_000
		beyond  = 100_000 // the rank of what is not listed
		shift   = 2.7
		harmony = 9.6    // the sum of 1/(r+2.7) over the list
		trust   = 10_000 // how many headlines the list counts as
	)
	rank := text.Rank(folded)
	if r := text.Rank(stem); r > 0 && (rank == 0 || r < rank) {
		rank = r
	}
	if rank == 0 || rank > listed {
		rank = beyond
	}
	p := 1 - math.Pow(1-1/(float64(rank)+shift)/harmony, 9)
	if holding, all := text.Headlined(stem); holding > 0 {
		p = (float64(holding) + trust*p) / (float64(all) + trust)
	}
	return -math.Log(p)
}

// language is the article's, "en" if it is not known.
func language(a news.Article) string {
	if a.Language == "" {
		return text.Language(a.Title+"\n"+cut(a.Text, leadBytes), "en")
	}
	return a.Language
}

// cut returns at most n bytes of s, whole characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
