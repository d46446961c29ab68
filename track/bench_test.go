package track

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

// synthetic makes up a stream of news. Words come by Zipf's law from the list
// of English words. A story has words and names of its own, which make a third
// of its articles. Two articles in five found a story; of the others, the more
// articles a story has the likelier it gets the next (Simon 1955), so that
// most stories have one or two and a few have hundreds.
type synthetic struct {
	*rand.Rand
	words   []string
	stories []madeStory
	drawn   []int // the story of each article so far
	at      time.Time
}

type madeStory struct{ words, names []string }

func newSynthetic(b *testing.B) *synthetic {
	f, err := os.Open("../text/words.gz")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	s := &synthetic{Rand: rand.New(rand.NewPCG(1, 0)), at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	for lines := bufio.NewScanner(unzipped); lines.Scan(); {
		s.words = append(s.words, lines.Text())
	}
	return s
}

// word draws a word no more frequent than that of the rank given.
func (s *synthetic) word(least float64) string {
	rank := math.Exp(math.Log(least) + s.Float64()*math.Log(float64(len(s.words))/least))
	return s.words[int(rank)-1]
}

func (s *synthetic) found() int {
	var m madeStory
	for range 14 {
		m.words = append(m.words, s.word(150))
	}
	for range 4 {
		name := s.word(2000)
		m.names = append(m.names, strings.ToUpper(name[:1])+name[1:])
	}
	s.stories = append(s.stories, m)
	return len(s.stories) - 1
}

// next draws the story of the next article, and writes it.
func (s *synthetic) next() (int, news.Article) {
	story := 0
	if len(s.drawn) == 0 || s.Float64() < .4 {
		story = s.found()
	} else {
		story = s.drawn[s.IntN(len(s.drawn))]
	}
	s.drawn = append(s.drawn, story)
	s.at = s.at.Add(20 * time.Second)
	id := int64(len(s.drawn))
	return story, news.Article{
		ID: id, GUID: fmt.Sprint(id), Outlet: fmt.Sprint(s.IntN(300)), Language: "en", Published: s.at, Seen: s.at,
		Title: s.sentence(story, 9), Text: s.sentence(story, 22) + " " + s.sentence(story, 22) + " " + s.sentence(story, 22),
	}
}

func (s *synthetic) sentence(story, n int) string {
	m := s.stories[story]
	words := make([]string, n)
	for i := range words {
		switch p := s.Float64(); {
		case p < .1:
			words[i] = m.names[s.IntN(len(m.names))]
		case p < .35:
			words[i] = m.words[s.IntN(len(m.words))]
		default:
			words[i] = s.word(1)
		}
	}
	return strings.Join(words, " ") + "."
}

// BenchmarkPlace measures placing an article, reading included, with many live
// stories in memory, and how much memory they take.
func BenchmarkPlace(b *testing.B) {
	for _, live := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprint("live=", live), func(b *testing.B) {
			s := newSynthetic(b)
			before := inUse()
			t := NewTracker(0, DefaultWeights())
			t.memory = math.MaxInt64
			articles := map[int][]news.Article{}
			for len(s.stories) < live {
				story, a := s.next()
				articles[story] = append(articles[story], a)
			}
			for story, list := range articles {
				list = list[max(0, len(list)-storyCap):]
				t.Load(news.TrackedStory{Story: news.Story{ID: fmt.Sprint(story)}, Articles: list, Latest: list[len(list)-1].ID})
			}
			clear(articles)
			var waiting []news.Article
			for range b.N {
				_, a := s.next()
				waiting = append(waiting, a)
			}
			b.ResetTimer()
			for _, a := range waiting {
				t.Place(a)
			}
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "articles/s")
			clear(waiting)
			s.drawn, s.stories = nil, nil
			b.ReportMetric(float64(inUse()-before)/float64(len(t.stories))/1000, "KB/story")
			runtime.KeepAlive(t)
		})
	}
}

// inUse is how many bytes live data takes.
func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
