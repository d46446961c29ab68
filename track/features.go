package track

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

const (
	leadBytes  = 800    // of the body that count as words: news tells the main thing first
	queryBytes = 20_000 // of the body in which the terms of a query are looked for
	bodyTerms  = 12     // content words that make a body
)

// features is what the tracker keeps of an article: about 1 KB for one with an
// excerpt.
type features struct {
	words vector // stems of title (twice) and lead
	names vector // words of names
	text  sketch
	same  uint64 // hash of title and text where they prove a copy; 0 if not
	body  bool   // there is more than a title
	lang  string
}

// Reading is an article as the tracker sees it.
type Reading struct {
	features
	surface map[uint32]string // how its terms are written, for reasons
}

// Reader extracts features. It remembers the terms of words it has met, which
// saves most of the stemming. It is not safe for concurrent use.
type Reader struct {
	idfPower float64
	known    map[string][]term // by language and word
}

// term is a stem: its hash, and what it weighs.
type term struct {
	hash   uint32
	idf    float64
	folded string // the word it was made from
}

// knownWords is how many words a Reader remembers, some 4 MB.
const knownWords = 30_000

// NewReader returns a reader for trackers with the given weights.
func NewReader(w Weights) *Reader {
	return &Reader{idfPower: w.IDFPower, known: map[string][]term{}}
}

// Read extracts what the tracker needs of an article.
func (r *Reader) Read(a news.Article) Reading {
	d := document{Reader: r, lang: language(a), idf: map[uint32]float64{}, surface: map[uint32]string{}}
	lead := cut(a.Text, leadBytes)
	title := d.terms(a.Title)
	body := d.terms(lead)
	f := features{
		words: d.vector(title, title, body),
		names: d.names(a.Title, lead),
		text:  newSketch(a.Text),
		body:  len(body) >= bodyTerms,
		lang:  d.lang,
	}
	if len(title) >= copyTitle {
		f.same = uint64(hash(a.Title+"\n"+a.Text))<<32 | uint64(hash(a.Text+"\n"+a.Title))
	}
	return Reading{f, d.surface}
}

// lookup returns the terms of a word as written: none for a stop word, one for
// most, more for a compound.
func (r *Reader) lookup(word, lang string) []term {
	key := lang + ":" + word
	if terms, ok := r.known[key]; ok {
		return terms
	}
	var terms []term
	for part := range strings.SplitSeq(word, "-") {
		folded := text.Fold(part)
		for _, stem := range text.Terms(part, lang) {
			terms = append(terms, term{hash(stem), math.Pow(idf(folded, stem), r.idfPower), folded})
		}
	}
	if len(r.known) >= knownWords {
		clear(r.known)
	}
	r.known[strings.Clone(key)] = terms
	return terms
}

// document is an article while it is read.
type document struct {
	*Reader
	lang    string
	idf     map[uint32]float64
	surface map[uint32]string
}

// terms returns the hashed stems of a text's content words, and remembers
// their idf and spelling.
func (d *document) terms(s string) []uint32 {
	out := make([]uint32, 0, len(s)/8)
	for _, word := range text.Words(s) {
		for _, t := range d.lookup(word, d.lang) {
			out = append(out, t.hash)
			d.note(t)
		}
	}
	return out
}

// note remembers a term. Of the words with one stem the most frequent tells
// how much the stem weighs.
func (d *document) note(t term) {
	if before, seen := d.idf[t.hash]; !seen || t.idf < before {
		d.idf[t.hash] = t.idf
	}
	if d.surface[t.hash] == "" {
		d.surface[t.hash] = t.folded
	}
}

// vector weighs terms by (1 + ln tf) idf.
func (d *document) vector(parts ...[]uint32) vector {
	tf := map[uint32]float64{}
	for _, part := range parts {
		for _, term := range part {
			tf[term]++
		}
	}
	for term, n := range tf {
		tf[term] = (1 + math.Log(n)) * d.idf[term]
	}
	return newVector(tf)
}

// names weighs the words of names: the last of each counts in full, since it
// is the one that is used alone, the others half.
func (d *document) names(title, lead string) vector {
	weights := map[uint32]float64{}
	for _, sentence := range append([]string{title}, text.Sentences(lead, d.lang)...) {
		for _, n := range text.Names(sentence, d.lang) {
			for i, word := range n.Words {
				share := .5
				if i == len(n.Words)-1 {
					share = 1
				}
				for _, t := range d.lookup(word, d.lang) {
					d.note(t)
					weights[t.hash] = max(weights[t.hash], share*d.idf[t.hash])
				}
			}
		}
	}
	return newVector(weights)
}

// idf is -ln of the chance that a nine-word headline holds the word, from its
// place r in a list of words by falling frequency: Zipf's law as Mandelbrot
// amended it, 1/(r+2.7)/H. A word that is not in the list is rarer than all in
// it.
func idf(folded, stem string) float64 {
	const (
		listed  = 50_000
		beyond  = 100_000 // the rank of what is not listed
		shift   = 2.7
		harmony = 9.6 // the sum of 1/(r+2.7) over the list
	)
	rank := text.Rank(folded)
	if r := text.Rank(stem); r > 0 && (rank == 0 || r < rank) {
		rank = r
	}
	if rank == 0 || rank > listed {
		rank = beyond
	}
	p := 1 - math.Pow(1-1/(float64(rank)+shift)/harmony, 9)
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
