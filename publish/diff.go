package publish

import (
	"slices"

	"github.com/storywire/storywire/news"
)

// Change is a line of two revisions compared.
type Change struct {
	Heading    bool // it heads a part of the page
	Gone, Come bool // only the older has it, only the newer has it; neither: both do
	Text       string
}

// maxCompared is the most lines of a revision that are compared.
const maxCompared = 1000

// Diff compares two revisions as their pages read, sentence by sentence.
// Citations are left out: they follow the sentences.
func Diff(older, newer news.Revision) []Change {
	a, b := lines(older), lines(newer)
	// common[i][j] is the length of the longest common subsequence of a[i:] and b[j:].
	common := make([][]int32, len(a)+1)
	for i := range common {
		common[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	var out []Change
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			gone := a[i]
			gone.Gone = true
			out = append(out, gone)
			i++
		default:
			come := b[j]
			come.Come = true
			out = append(out, come)
			j++
		}
	}
	return out
}

// lines are a revision's sentences in the order of the page.
func lines(rev news.Revision) []Change {
	rev = cleaned(rev)
	v := newView(rev, true)
	out := []Change{{Heading: true, Text: rev.Story.Title}, {Text: rev.Revision.Label}}
	add := func(heading string, texts []string) {
		if len(texts) == 0 {
			return
		}
		if heading != "" {
			out = append(out, Change{Heading: true, Text: heading})
		}
		for _, text := range texts {
			out = append(out, Change{Text: text})
		}
	}
	add("What is new", sentences(v.New))
	for _, s := range v.Sections {
		add(s.Heading, sentences(s.Sentences))
	}
	var sources, events []string
	for _, s := range v.Sources {
		sources = append(sources, s.Outlet+": "+s.Title)
	}
	for _, e := range slices.Concat(v.Timeline, v.Ahead) {
		events = append(events, e.Label+" – "+e.Text+e.Tail)
	}
	add("Sources", sources)
	add("Timeline", events)
	return out[:min(len(out), maxCompared)]
}

func sentences(in []statement) []string {
	var out []string
	for _, s := range in {
		out = append(out, s.Text+s.Tail)
	}
	return out
}
