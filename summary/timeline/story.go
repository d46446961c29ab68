package timeline

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

// story is the articles read, with what is counted over them.
type story struct {
	articles  []Article
	days      []time.Time // of publication, by article
	bodies    []string    // folded text with title, by article; made when asked for
	sentences []*sentence
	byArticle [][]*sentence
	speaking  map[date][]*sentence // that name the date, or name none and were written that day or the next

	ids     map[string]int32              // stems
	stemmed map[string]map[string][]int32 // by language and word
	share   []float64                     // by stem: of articles that use it
	idf     []float64                     // by stem, over sentences
	core    []int32                       // the stems that most articles share, the most shared first
	inCore  []bool                        // by stem
	coreOf  float64                       // sum of the six largest shares of the core
	about   []float64                     // by article: how much it is about the core
}

// sentence is one sentence of an article.
type sentence struct {
	article, index int
	text           string
	stems          []int32 // distinct, ascending
	norm           float64 // of the binary idf vector
	rel, bg        float64 // how much it is about the story's core, about the story
	digits         float64 // share of tokens that begin with a digit
	tags           []tag
	ahead          *bool           // whether it looks ahead; nil until asked for
	title          bool            // the article's title, in want of a text
	named          map[string]bool // words of its names; nil until asked for
}

// maxSentences is how deep an article is read: what comes later is background.
const maxSentences = 60

// readStory reads all articles but the copies.
func readStory(in Input) *story {
	s := &story{ids: map[string]int32{}, stemmed: map[string]map[string][]int32{}, speaking: map[date][]*sentence{}}
	for _, a := range in.Articles {
		if a.Copy {
			continue
		}
		s.articles = append(s.articles, a)
	}
	slices.SortStableFunc(s.articles, func(a, b Article) int {
		return cmp.Or(a.Published.Compare(b.Published), cmp.Compare(a.N, b.N))
	})
	s.bodies = make([]string, len(s.articles))
	for i, a := range s.articles {
		s.days = append(s.days, dayOf(a.Published))
		s.byArticle = append(s.byArticle, s.readArticle(i, a))
		s.sentences = append(s.sentences, s.byArticle[i]...)
	}
	for _, line := range s.sentences {
		s.index(line)
	}
	return s
}

// index files a sentence under the dates it may speak of.
func (s *story) index(line *sentence) {
	for _, t := range line.tags {
		s.speaking[t.date()] = append(s.speaking[t.date()], line)
	}
	if len(line.tags) == 0 {
		for back := range 2 {
			d := date{s.days[line.article].AddDate(0, 0, -back), news.Day}
			s.speaking[d] = append(s.speaking[d], line)
		}
	}
}

func (s *story) readArticle(i int, a Article) []*sentence {
	var out []*sentence
	if a.Sentences == nil {
		a.Sentences = text.Sentences(a.Text, a.Lang)
	}
	for _, raw := range a.Sentences {
		if len(out) == maxSentences {
			break
		}
		if t := clean(raw, a.Outlet, len(out)); wellFormed(t) {
			out = append(out, s.readSentence(i, len(out), t))
		}
	}
	title := strings.TrimRight(strings.TrimSpace(a.Title), ".")
	if len(out) == 0 && title != "" && wellFormed(title+".") {
		line := s.readSentence(i, 0, title+".")
		line.title = true
		out = append(out, line)
	}
	return out
}

func (s *story) readSentence(article, index int, t string) *sentence {
	a := s.articles[article]
	out := &sentence{article: article, index: index, text: t}
	out.stems = s.stemsOf(t, a.Lang)
	words := strings.Fields(t)
	for _, w := range words {
		if unicode.IsDigit(rune(w[0])) {
			out.digits += 1 / float64(len(words))
		}
	}
	out.tags = readTags(t, a.Published, a.Lang)
	return out
}

// future reports whether a sentence looks ahead.
func (s *story) future(line *sentence) bool {
	if line.ahead == nil {
		ahead := text.Future(line.text, s.articles[line.article].Lang)
		line.ahead = &ahead
	}
	return *line.ahead
}

// stemsOf returns the distinct stems of a text, ascending. Each word is stemmed
// but once in a story.
func (s *story) stemsOf(t, lang string) []int32 {
	known := s.stemmed[lang]
	if known == nil {
		known = map[string][]int32{}
		s.stemmed[lang] = known
	}
	var out []int32
	for _, w := range text.Words(t) {
		ids, ok := known[w]
		if !ok {
			for _, term := range text.Terms(w, lang) {
				ids = append(ids, s.id(term))
			}
			known[w] = ids
		}
		out = append(out, ids...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (s *story) id(term string) int32 {
	id, ok := s.ids[term]
	if !ok {
		id = int32(len(s.ids))
		s.ids[term] = id
	}
	return id
}

// The story's core: at most so many stems, each in at least this share of the
// articles.
const (
	coreSize  = 40
	coreShare = .10
)

// measure counts the stems over articles and sentences.
func (s *story) measure() {
	s.countStems()
	s.findCore()
	for _, line := range s.sentences {
		for _, id := range line.stems {
			line.norm += s.idf[id] * s.idf[id]
			line.bg += s.share[id] / float64(len(line.stems))
			if s.inCore[id] {
				line.rel += s.share[id] / s.coreOf
			}
		}
		line.norm = math.Sqrt(line.norm)
	}
}

func (s *story) countStems() {
	inSentences := make([]float64, len(s.ids))
	inArticles := make([]float64, len(s.ids))
	for _, lines := range s.byArticle {
		seen := map[int32]bool{}
		for _, line := range lines {
			for _, id := range line.stems {
				inSentences[id]++
				if !seen[id] {
					seen[id] = true
					inArticles[id]++
				}
			}
		}
	}
	s.share, s.idf = inArticles, inSentences
	for id := range inSentences {
		s.share[id] /= float64(len(s.articles))
		s.idf[id] = math.Log(float64(len(s.sentences)+1) / (inSentences[id] + .5))
	}
}

func (s *story) findCore() {
	ids := make([]int32, 0, len(s.share))
	for id, p := range s.share {
		if p >= coreShare {
			ids = append(ids, int32(id))
		}
	}
	slices.SortFunc(ids, func(a, b int32) int {
		return cmp.Or(cmp.Compare(s.share[b], s.share[a]), cmp.Compare(a, b))
	})
	s.core = ids[:min(coreSize, len(ids))]
	s.inCore = make([]bool, len(s.share))
	for i, id := range s.core {
		s.inCore[id] = true
		if i < 6 {
			s.coreOf += s.share[id]
		}
	}
	s.coreOf = max(s.coreOf, 1e-9)
	s.measureArticles()
}

// measureArticles finds how much each article is about the core.
func (s *story) measureArticles() {
	total := 1e-9
	for _, id := range s.core {
		total += s.share[id]
	}
	s.about = make([]float64, len(s.articles))
	for i, lines := range s.byArticle {
		uses := map[int32]int{}
		for _, line := range lines {
			for _, id := range line.stems {
				if s.inCore[id] {
					uses[id]++
				}
			}
		}
		for _, id := range s.core {
			s.about[i] += s.share[id] * float64(min(uses[id], 3)) / 3 / total
		}
	}
}

// cosine compares two sentences by their binary idf vectors.
func (s *story) cosine(a, b *sentence) float64 {
	if a.norm == 0 || b.norm == 0 {
		return 0
	}
	sum := 0.0
	for i, j := 0, 0; i < len(a.stems) && j < len(b.stems); {
		switch d := a.stems[i] - b.stems[j]; {
		case d == 0:
			sum += s.idf[a.stems[i]] * s.idf[a.stems[i]]
			i, j = i+1, j+1
		case d < 0:
			i++
		default:
			j++
		}
	}
	return sum / (a.norm * b.norm)
}
