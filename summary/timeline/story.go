package timeline

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/summary/parallel"
)

// story is the articles read, with what is counted over them.
type story struct {
	articles  []Article
	readings  []*reading // by article
	sentences []*sentence
	byArticle [][]*sentence
	uses      [][]int32            // by article: its distinct stems
	speaking  map[date][]*sentence // that name the date, or name none and were written that day or the next

	ids    map[string]int32 // stems
	terms  []string         // by stem: its word
	share  []float64        // by stem: of articles that use it
	idf    []float64        // by stem, over sentences
	core   []int32          // the stems that most articles share, the most shared first
	inCore []bool           // by stem
	coreOf float64          // sum of the six largest shares of the core
	about  []float64        // by article: how much it is about the core
	near   nearness         // what was compared last

	weights []float64 // by stem: see weightOf; 0 until asked for
}

// sentence is a passage as part of the story.
type sentence struct {
	*passage
	article int
	stems   []int32 // distinct, ascending
	norm    float64 // of the binary idf vector
	rel, bg float64 // how much it is about the story's core, about the story
}

// readStory reads all articles but the copies.
func readStory(in Input) *story {
	s := &story{ids: make(map[string]int32, 20*len(in.Articles)), speaking: map[date][]*sentence{}}
	for _, a := range in.Articles {
		if !a.Copy {
			s.articles = append(s.articles, a)
		}
	}
	slices.SortStableFunc(s.articles, func(a, b Article) int {
		return cmp.Or(a.Published.Compare(b.Published), cmp.Compare(a.N, b.N))
	})
	s.readings = readAll(s.articles, in.Options)
	for _, r := range s.readings {
		ids := make([]int32, len(r.terms))
		for i, term := range r.terms {
			ids[i] = s.id(term)
		}
		s.uses = append(s.uses, ids)
	}
	s.byArticle = make([][]*sentence, len(s.readings))
	parallel.Do(len(s.readings), func(next func() int) {
		for i := next(); i < len(s.readings); i = next() {
			s.byArticle[i] = s.place(i)
		}
	})
	s.sentences = slices.Concat(s.byArticle...)
	for i, lines := range s.byArticle {
		s.index(s.readings[i].day, lines)
	}
	return s
}

// place makes the passages of an article part of the story.
func (s *story) place(article int) []*sentence {
	r, ids := s.readings[article], s.uses[article]
	lines := make([]sentence, len(r.passages))
	out := make([]*sentence, len(r.passages))
	for i, p := range r.passages {
		stems := make([]int32, len(p.terms))
		for k, n := range p.terms {
			stems[k] = ids[n]
		}
		slices.Sort(stems)
		lines[i] = sentence{passage: p, article: article, stems: stems}
		out[i] = &lines[i]
	}
	return out
}

// index files the sentences of a day's article under the dates they may speak
// of.
func (s *story) index(day time.Time, lines []*sentence) {
	var undated []*sentence
	for _, line := range lines {
		for _, t := range line.tags {
			s.speaking[t.date()] = append(s.speaking[t.date()], line)
		}
		if len(line.tags) == 0 {
			undated = append(undated, line)
		}
	}
	for back := range 2 {
		d := date{day.AddDate(0, 0, -back), news.Day}
		s.speaking[d] = append(s.speaking[d], undated...)
	}
}

func (s *story) id(term string) int32 {
	id, ok := s.ids[term]
	if !ok {
		id = int32(len(s.ids))
		s.ids[term] = id
		s.terms = append(s.terms, term)
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
	for i, lines := range s.byArticle {
		for _, line := range lines {
			for _, id := range line.stems {
				inSentences[id]++
			}
		}
		for _, id := range s.uses[i] {
			inArticles[id]++
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
	uses := make([]int, len(s.ids))
	for i, lines := range s.byArticle {
		for _, id := range s.core {
			uses[id] = 0
		}
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

// nearness holds one sentence ready to be compared with many.
type nearness struct {
	of  *sentence
	has []bool // by stem
}

// bringNear makes ready a sentence to be compared with others.
func (s *story) bringNear(line *sentence) {
	if s.near.of == line {
		return
	}
	if s.near.of == nil {
		s.near.has = make([]bool, len(s.ids))
	} else {
		for _, id := range s.near.of.stems {
			s.near.has[id] = false
		}
	}
	for _, id := range line.stems {
		s.near.has[id] = true
	}
	s.near.of = line
}

// cosine compares two sentences by their binary idf vectors. It is quick where
// a is the one that was compared last.
func (s *story) cosine(a, b *sentence) float64 {
	if a.norm == 0 || b.norm == 0 {
		return 0
	}
	s.bringNear(a)
	sum := 0.0
	for _, id := range b.stems {
		if s.near.has[id] {
			sum += s.idf[id] * s.idf[id]
		}
	}
	return sum / (a.norm * b.norm)
}
