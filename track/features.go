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

// reader extracts the features of one article.
type reader struct {
	weights Weights
	lang    string
	idf     map[uint32]float64
	surface map[uint32]string // how a term is written, for reasons
}

// Reading is an article as the tracker sees it.
type Reading struct {
	features
	surface map[uint32]string // how its terms are written, for reasons
}

// Read extracts what the tracker needs of an article.
func (w Weights) Read(a news.Article) Reading {
	r := reader{weights: w, lang: language(a), idf: map[uint32]float64{}, surface: map[uint32]string{}}
	lead := cut(a.Text, leadBytes)
	title := r.terms(a.Title)
	body := r.terms(lead)
	f := features{
		words: r.vector(title, title, body),
		names: r.names(a.Title, lead),
		text:  newSketch(a.Text),
		body:  len(body) >= bodyTerms,
		lang:  r.lang,
	}
	if len(title) >= copyTitle {
		f.same = uint64(hash(a.Title+"\n"+a.Text))<<32 | uint64(hash(a.Text+"\n"+a.Title))
	}
	return Reading{f, r.surface}
}

// terms returns the hashed stems of a text's content words, and remembers
// their idf and spelling.
func (r *reader) terms(s string) []uint32 {
	out := make([]uint32, 0, len(s)/8)
	for _, word := range text.Words(s) {
		for part := range strings.SplitSeq(word, "-") {
			for _, stem := range text.Terms(part, r.lang) {
				out = append(out, r.term(text.Fold(part), stem))
			}
		}
	}
	return out
}

// term returns the hash of a stem.
func (r *reader) term(folded, stem string) uint32 {
	term := hash(stem)
	idf := r.weights.idf(folded, stem)
	if before, seen := r.idf[term]; !seen || idf < before {
		r.idf[term] = idf
	}
	if _, seen := r.surface[term]; !seen {
		r.surface[term] = folded
	}
	return term
}

// vector weighs terms by (1 + ln tf) idf.
func (r *reader) vector(parts ...[]uint32) vector {
	tf := map[uint32]float64{}
	for _, part := range parts {
		for _, term := range part {
			tf[term]++
		}
	}
	for term, n := range tf {
		tf[term] = (1 + math.Log(n)) * r.idf[term]
	}
	return newVector(tf)
}

// names weighs the words of names: the last of each counts in full, since it
// is the one that is used alone, the others half.
func (r *reader) names(title, lead string) vector {
	weights := map[uint32]float64{}
	for _, sentence := range append([]string{title}, text.Sentences(lead, r.lang)...) {
		for _, n := range text.Names(sentence, r.lang) {
			for i, word := range n.Words {
				share := .5
				if i == len(n.Words)-1 {
					share = 1
				}
				if text.Stop(word, r.lang) {
					continue
				}
				term := r.term(word, text.Stem(word, r.lang))
				weights[term] = max(weights[term], share*r.idf[term])
			}
		}
	}
	return newVector(weights)
}

// idf is -ln of the chance that a nine-word headline holds the word, from its
// place r in a list of words by falling frequency: Zipf's law as Mandelbrot
// amended it, 1/(r+2.7)/H. A word that is not in the list is rarer than all in
// it. The exponent stretches the scale.
func (w Weights) idf(folded, stem string) float64 {
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
	return math.Pow(-math.Log(p), w.IDFPower)
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
