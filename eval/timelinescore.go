package eval

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
)

// DatedText is what a timeline says of one day.
type DatedText struct {
	Date      string   `json:"date"` // 2006-01-02
	Sentences []string `json:"sentences"`
}

// TimelineScores holds the measures timelines are published with: ROUGE under
// many-to-one alignment by date and content (AR1, AR2), ROUGE of the
// concatenated timelines, and dates.
type TimelineScores struct {
	Align1, Align2   PRF
	Concat1, Concat2 PRF
	Date             PRF
}

// ScoreTimeline compares a predicted with a reference timeline, both of
// tokenised sentences, each date once, by the measures of Martschat and
// Markert (Improving ROUGE for Timeline Summarization, EACL 2017; "align+
// m:1"). Each day is aligned with the day of the other timeline of least cost
// (1 - 1/(days apart + 1)) (1 - unigram F1); its n-gram hits count by
// 1/(days apart + 1).
func ScoreTimeline(pred, ref []DatedText) TimelineScores {
	p, r := scoredDays(pred), scoredDays(ref)
	var s TimelineScores
	s.Align1, s.Align2 = alignScores(p, r)
	all, refAll := dayTokens(p), dayTokens(r)
	s.Concat1 = countNgrams(all, refAll, 1).score()
	s.Concat2 = countNgrams(all, refAll, 2).score()
	s.Date = dateScore(p, r)
	return s
}

// scoredDay is one day of a timeline, made ready for comparing.
type scoredDay struct {
	day     int            // days since 1970
	tokens  []string       // as ROUGE counts them
	surface map[string]int // as written, punctuation left out
	size    int            // sum of surface
}

func scoredDays(timeline []DatedText) []scoredDay {
	out := make([]scoredDay, 0, len(timeline))
	for _, entry := range timeline {
		date, err := time.Parse(time.DateOnly, entry.Date)
		if err != nil {
			continue // a date nobody can read is nobody's match
		}
		d := scoredDay{day: int(date.Unix() / 86400), tokens: rougeTokens(entry.Sentences), surface: map[string]int{}}
		for _, token := range strings.Fields(strings.Join(entry.Sentences, " ")) {
			if !strings.Contains("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", token) {
				d.surface[token]++
				d.size++
			}
		}
		out = append(out, d)
	}
	slices.SortStableFunc(out, func(a, b scoredDay) int { return cmp.Compare(a.day, b.day) })
	return out
}

func dayTokens(days []scoredDay) []string {
	var out []string
	for _, d := range days {
		out = append(out, d.tokens...)
	}
	return out
}

// closeness is 1 for the same day, 1/2 for neighbours, and so on.
func closeness(a, b scoredDay) float64 {
	return 1 / (math.Abs(float64(a.day-b.day)) + 1)
}

func likeness(a, b scoredDay) float64 {
	hits := 0
	for token, n := range a.surface {
		hits += min(n, b.surface[token])
	}
	return rougeCounts{float64(hits), float64(a.size), float64(b.size)}.score().F1
}

// aligned returns for each day of a the index of its day of b.
func aligned(a, b []scoredDay) []int {
	out := make([]int, len(a))
	for i := range a {
		least := math.Inf(1)
		for j := range b {
			cost := (1 - closeness(a[i], b[j])) * (1 - likeness(a[i], b[j]))
			if cost < least {
				least, out[i] = cost, j
			}
		}
	}
	return out
}

func alignScores(pred, ref []scoredDay) (one, two PRF) {
	if len(pred) == 0 || len(ref) == 0 {
		return PRF{}, PRF{}
	}
	toRef, toPred := aligned(pred, ref), aligned(ref, pred)
	score := func(n int) PRF {
		var precision, recall rougeCounts
		for i, j := range toRef {
			c := countNgrams(pred[i].tokens, ref[j].tokens, n)
			precision.hits += c.hits * closeness(pred[i], ref[j])
			precision.pred += c.pred
		}
		for i, j := range toPred {
			c := countNgrams(pred[j].tokens, ref[i].tokens, n)
			recall.hits += c.hits * closeness(pred[j], ref[i])
			recall.ref += c.ref
		}
		return prf(ratio(precision.hits, precision.pred), ratio(recall.hits, recall.ref))
	}
	return score(1), score(2)
}

func dateScore(pred, ref []scoredDay) PRF {
	known := map[int]bool{}
	for _, d := range ref {
		known[d.day] = true
	}
	hits := 0
	for _, d := range pred {
		if known[d.day] {
			hits++
		}
	}
	return rougeCounts{float64(hits), float64(len(pred)), float64(len(ref))}.score()
}
