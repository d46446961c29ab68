package text

import (
	"sync"
	"time"
)

// Sentence is one whose time expressions are asked for in many places, and read
// once. It may be used by several goroutines.
type Sentence struct {
	Text      string
	Published time.Time
	Lang      string

	once  sync.Once
	times []Time
}

// Split returns what Sentences does of a text published then.
func Split(s string, published time.Time, lang string) []*Sentence {
	split := Sentences(s, lang)
	all := make([]Sentence, len(split))
	out := make([]*Sentence, len(split))
	for i, s := range split {
		out[i] = &all[i]
		out[i].Text, out[i].Published, out[i].Lang = s, published, lang
	}
	return out
}

// With is the sentence with other words; itself if they are the same.
func (s *Sentence) With(words string) *Sentence {
	if words == s.Text {
		return s
	}
	return &Sentence{Text: words, Published: s.Published, Lang: s.Lang}
}

// Times returns what the function does. It must not be changed.
func (s *Sentence) Times() []Time {
	s.once.Do(func() { s.times = Times(s.Text, s.Published, s.Lang) })
	return s.times
}
