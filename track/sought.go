package track

import (
	"maps"
	"slices"
	"strings"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

const (
	soughtTerms = 12  // heaviest terms of an article that others are sought by
	soughtWords = 150 // at most, for all stories looked for at a time
)

// sought is the beginnings of words by which stored articles are looked up that
// followed stories may take in. What shares none of them has no likeness that
// counts.
type sought struct {
	all   bool // everything has to be looked at
	words map[string]bool
}

// sought gathers the words of what stories were asked for with, and of what
// they hold.
func (t *Tracker) sought(stories []news.TrackedStory) *sought {
	s := &sought{words: map[string]bool{}}
	for _, story := range stories {
		if story.Story.Query == nil {
			continue
		}
		q := story.Story.Query
		asked := append([]string{q.Words}, q.Any...)
		if len(q.All) > 0 {
			asked = []string{q.Words, q.All[0]}
		}
		n := len(s.words)
		for _, word := range text.Words(strings.Join(asked, " ")) {
			for part := range strings.SplitSeq(word, "-") {
				s.note(text.Fold(part), text.Language(q.Words, "en"))
			}
		}
		for _, a := range story.Articles {
			s.add(t.reader.Read(a))
		}
		s.all = s.all || len(s.words) == n
	}
	return s
}

// add gathers the words of an article that weigh most.
func (s *sought) add(read Reading) {
	for _, e := range read.words().heaviest(soughtTerms) {
		if len(s.words) < soughtWords {
			s.note(text.Fold(read.written(e.term)), read.lang.Value())
		}
	}
}

// note adds what a word and its stem have in common at the beginning.
func (s *sought) note(word, lang string) {
	if word == "" || text.Stop(word, lang) {
		return
	}
	stem := text.Stem(word, lang)
	n := 0
	for n < len(word) && n < len(stem) && word[n] == stem[n] {
		n++
	}
	if begin := cut(word, n); len(begin) > 1 {
		s.words[begin] = true
	}
}

// list returns the words in order, none if everything has to be looked at.
func (s *sought) list() []string {
	if s.all {
		return nil
	}
	return slices.Sorted(maps.Keys(s.words))
}
