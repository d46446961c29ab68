package track

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/storywire/storywire/text"
)

// reasons words the decisions about one article.
type reasons struct {
	read    Reading  // the article's
	options []option // the stories it was compared with
	now     *cluster // the article
}

// joining says why the article joined a story.
func (r reasons) joining(o *option, copyOf int64) string {
	var parts []string
	if copyOf != 0 {
		parts = append(parts, fmt.Sprintf("repeats the text of article %d", copyOf))
	}
	parts = append(parts, r.evidence(*o)...)
	return strings.Join(append(parts, r.next(o.with)), "; ")
}

// founding says why the article founded a story.
func (r reasons) founding() string {
	best := choose(r.options)
	if best == nil {
		return "founds a story: no live story shares its words"
	}
	return "founds a story: the nearest, " + best.with.id + ", " + strings.Join(r.evidence(*best), "; ")
}

// nearest is the score of the best story that was not joined, 0 if there was
// none.
func (r reasons) nearest() float64 {
	if best := choose(r.options); best != nil {
		return best.score
	}
	return 0
}

// merging says why two stories became one.
func (r reasons) merging(o *option, from, into *cluster) string {
	return fmt.Sprintf("an article links them: %s share %s; %s; score %.1f",
		counted(from.n)+" and "+counted(into.n), quoted(r.shared(from, into)), apart(o.gap), o.score)
}

// following says why a followed story took the article in: the words of the
// query it holds, its likeness, and its home story.
func (r reasons) following(o option, held []string, rooted bool) string {
	var parts []string
	if len(held) > 0 {
		parts = append(parts, "holds "+quoted(held))
	}
	parts = append(parts, r.evidence(o)...)
	if rooted {
		parts = append(parts, "its story of the stream holds what this one began with")
	}
	return strings.Join(parts, "; ")
}

// evidence words what links the article to a story.
func (r reasons) evidence(o option) []string {
	shared := "shares no words"
	if terms := r.shared(r.now, o.with); len(terms) > 0 {
		shared = "shares " + quoted(terms)
	}
	return []string{fmt.Sprintf("%s with %s", shared, counted(o.with.n)), apart(o.gap), fmt.Sprintf("score %.1f", o.score)}
}

// next names the runner-up.
func (r reasons) next(than *cluster) string {
	rest := slices.DeleteFunc(slices.Clone(r.options), func(o option) bool { return o.with == than })
	if best := choose(rest); best != nil {
		return fmt.Sprintf("next best story %s %.1f", best.with.id, best.score)
	}
	return "no other story is near"
}

// shared returns the terms that weigh most in what two stories have in common.
func (r reasons) shared(a, b *cluster) []string {
	const most = 4
	var common []entry
	for _, x := range a.words {
		i, found := slices.BinarySearchFunc(b.words, x.term, func(e entry, t uint32) int { return cmp.Compare(e.term, t) })
		if found && r.read.written(x.term) != "" {
			common = append(common, entry{x.term, uint32(math.Sqrt(float64(x.weight) * float64(b.words[i].weight)))})
		}
	}
	var words []string
	for _, e := range vector(common).heaviest(most) {
		words = append(words, text.Fold(r.read.written(e.term)))
	}
	return words
}

func quoted(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = "'" + w + "'"
	}
	return strings.Join(out, ", ")
}

func counted(n int) string {
	if n == 1 {
		return "1 article"
	}
	return fmt.Sprintf("%d articles", n)
}

func apart(days float64) string {
	switch hours := days * 24; {
	case hours < .5:
		return "at the same time"
	case hours < 48:
		return fmt.Sprintf("%.0f h apart", hours)
	default:
		return fmt.Sprintf("%.0f days apart", days)
	}
}
