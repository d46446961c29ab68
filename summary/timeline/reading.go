package timeline

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/storywire/storywire/summary/parallel"
	"github.com/storywire/storywire/text"
)

// reading is what one article says by itself, whatever story it is part of.
type reading struct {
	lang      string
	published time.Time
	day       time.Time
	terms     []string // distinct stems, in order of first use
	passages  []*passage
	sure, all []*dating // made when first asked for
	body      string    // folded title and text; made when asked for
}

// passage is a sentence as read by itself.
type passage struct {
	*text.Sentence
	of     *reading
	index  int
	terms  []int32 // distinct, places in the reading's terms
	digits float64 // share of tokens that begin with a digit
	tags   []tag
	ahead  *bool           // looks ahead; nil until asked for
	put    *bool           // speaks of a change of plan; nil until asked for
	weak   bool            // begins with a quotation or names nobody, or asks
	title  bool            // the article's title, in want of a text
	named  map[string]bool // words of its names; nil until asked for
}

// maxSentences is how deep an article is read: what comes later is background.
const maxSentences = 60

// reader reads articles. Each word is stemmed but once.
type reader struct {
	stems map[string]map[string][]string // by language and word
	place map[string]int32               // of the terms of the article that is being read
}

// readAll reads the articles of which nothing is kept, as many at a time as there
// are processors.
func readAll(articles []Article, o Options) []*reading {
	out := make([]*reading, len(articles))
	var unread []int
	for i, a := range articles {
		if a.Kept != nil && a.Kept.read != nil {
			out[i] = a.Kept.read
		} else {
			unread = append(unread, i)
		}
	}
	parallel.Do(len(unread), func(next func() int) {
		r := reader{stems: map[string]map[string][]string{}}
		for n := next(); n < len(unread); n = next() {
			i := unread[n]
			out[i] = r.read(articles[i])
			out[i].datings(o) // for later, when one does it alone
			if articles[i].Kept != nil {
				articles[i].Kept.read = out[i]
			}
		}
	})
	return out
}

func (r *reader) read(a Article) *reading {
	out := &reading{lang: a.Lang, published: a.Published, day: dayOf(a.Published)}
	r.place = map[string]int32{}
	if a.Sentences == nil {
		a.Sentences = text.Split(a.Text, a.Published, a.Lang)
	}
	for _, raw := range a.Sentences {
		if len(out.passages) == maxSentences {
			break
		}
		if t := clean(raw.Text, a.Outlet, len(out.passages)); wellFormed(t) {
			r.add(out, raw.With(t))
		}
	}
	title := strings.TrimRight(strings.TrimSpace(a.Title), ".")
	if len(out.passages) == 0 && title != "" && wellFormed(title+".") {
		r.add(out, &text.Sentence{Text: title + ".", Published: a.Published, Lang: a.Lang})
		out.passages[0].title = true
	}
	return out
}

// add reads the next sentence.
func (r *reader) add(to *reading, s *text.Sentence) {
	t := s.Text
	p := &passage{of: to, index: len(to.passages), Sentence: s, tags: readTags(s)}
	p.weak = strings.Contains(t, "?") || strings.HasPrefix(t, `"`) || strings.HasPrefix(t, "“") || bareStart.MatchString(t)
	for _, term := range r.termsOf(t, to.lang) {
		n, known := r.place[term]
		if !known {
			n = int32(len(to.terms))
			r.place[term] = n
			to.terms = append(to.terms, term)
		}
		p.terms = append(p.terms, n)
	}
	slices.Sort(p.terms)
	p.terms = slices.Compact(p.terms)
	words, figures := 0, 0
	for w := range strings.FieldsSeq(t) {
		words++
		if unicode.IsDigit(rune(w[0])) {
			figures++
		}
	}
	for range figures {
		p.digits += 1 / float64(words)
	}
	to.passages = append(to.passages, p)
}

// termsOf returns the stems of a text, with repeats.
func (r *reader) termsOf(t, lang string) []string {
	known := r.stems[lang]
	if known == nil {
		known = map[string][]string{}
		r.stems[lang] = known
	}
	var out []string
	for _, w := range text.Words(t) {
		terms, ok := known[w]
		if !ok {
			terms = text.Terms(w, lang)
			known[w] = terms
		}
		out = append(out, terms...)
	}
	return out
}

// future reports whether a passage looks ahead.
func (p *passage) future() bool {
	if p.ahead == nil {
		ahead := text.Future(p.Text, p.of.lang)
		p.ahead = &ahead
	}
	return *p.ahead
}

// putsOff reports whether a passage speaks of what is put off or called off.
func (p *passage) putsOff() bool {
	if p.put == nil {
		put := putOffWords.MatchString(p.Text)
		p.put = &put
	}
	return *p.put
}

// mentions reports whether a passage names a date.
func (p *passage) mentions(d date) bool {
	return slices.ContainsFunc(p.tags, func(t tag) bool { return t.date() == d })
}

// names returns the words of the names in a passage, folded.
func (p *passage) names() map[string]bool {
	if p.named == nil {
		p.named = map[string]bool{}
		for _, n := range text.Names(p.Text, p.of.lang) {
			p.named[n.Words[len(n.Words)-1]] = true
		}
	}
	return p.named
}
