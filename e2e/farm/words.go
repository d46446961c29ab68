package main

import (
	"math/rand/v2"
	"strings"
)

// words are a made-up vocabulary among the small words of English, used as
// often as their rank allows (Zipf's law), so that indexing and comparing what
// is written with them costs what real text costs.
type words struct {
	small, large []string
}

const (
	vocabulary = 30000
	topicWords = 12 // that an event is told with
)

func newWords() *words {
	w := &words{small: strings.Fields("the of to and a in is for on that with as was at by it from be has are this will an have not but " +
		"its who after over said more than were their been about which when also into two would last new first")}
	r := rand.New(rand.NewPCG(1, 2))
	heads := strings.Fields("b br c ch d dr f fl g gr h j k l m n p pl pr qu r s sh st t tr v w")
	vowels := strings.Fields("a e i o u ai ea ou")
	tails := strings.Fields("l m n r s t nd rk st lt ng ")
	tails = append(tails, "")
	pick := func(from []string) string { return from[r.IntN(len(from))] }
	seen := map[string]bool{}
	for len(w.large) < vocabulary {
		var b strings.Builder
		for range 2 + r.IntN(2) {
			b.WriteString(pick(heads) + pick(vowels) + pick(tails))
		}
		if word := b.String(); !seen[word] {
			seen[word] = true
			w.large = append(w.large, word)
		}
	}
	return w
}

// topic picks the words of an event, the first three of them names.
func (w *words) topic(r *rand.Rand) []string {
	var topic []string
	for i := range topicWords {
		word := w.large[r.IntN(len(w.large))]
		if i < 3 {
			word = strings.ToUpper(word[:1]) + word[1:]
		}
		topic = append(topic, word)
	}
	return topic
}

// sentence writes so many words: two fifths small ones, a third of the topic,
// the others by Zipf's law.
func (w *words) sentence(r *rand.Rand, topic []string, length int) string {
	zipf := rand.NewZipf(r, 1.1, 20, vocabulary-1)
	said := make([]string, length)
	for i := range said {
		switch n := r.IntN(15); {
		case n < 6:
			said[i] = w.small[r.IntN(len(w.small))]
		case n < 11:
			said[i] = topic[r.IntN(len(topic))]
		default:
			said[i] = w.large[zipf.Uint64()]
		}
	}
	said[0] = strings.ToUpper(said[0][:1]) + said[0][1:]
	return strings.Join(said, " ")
}
