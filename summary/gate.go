package summary

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

const (
	// reworded is the share of a sentence, by rarity, from which one known
	// sentence makes it a rewording; pieced the same for three together.
	reworded = 0.55
	pieced   = 0.7
	// maxNew is how many sentences tell what is new.
	maxNew = 4
	// newWords is from how many words on nothing more is told of what is new.
	newWords = 60
	// minor is the share of the best new sentence's score below which another
	// is not worth telling.
	minor = 0.4
	// later is how long after an announcement its fulfilment is reported.
	later = 6 * time.Hour
)

// happened finds a verb in the past.
var happened = regexp.MustCompile(`\b(?:\p{Ll}{2,}ed|was|were|had|met|held|won|lost|made|took|gave|went|came|left|began|led|sent|told|put|set|cut|rose|fell|struck|broke)\b`)

// Gate decides whether a story's new articles are worth a revision, and why.
// The first revision always is. A later one is if an article that is no copy
// carries a statement, number or name that the articles read so far do not.
func Gate(in news.StoryState) (reason string, ok bool) {
	return read(in, newNotes(newLexicon())).gate(in)
}

func (c *corpus) gate(in news.StoryState) (string, bool) {
	if len(in.Articles) == 0 {
		return "no articles yet", false
	}
	if in.Previous == nil {
		return fmt.Sprintf("first revision: %s from %s", count(len(in.Articles), "article"), count(outlets(in.Articles), "outlet")), true
	}
	var unread, copies, news int
	what := ""
	k := c.known()
	for _, d := range c.docs {
		switch {
		case !d.fresh:
		case d.article.CopyOf != 0:
			copies++
		default:
			unread++
			if w := k.findNew(d); w != "" {
				news++
				if what == "" {
					what = w
				}
			}
		}
	}
	switch {
	case news > 0:
		return fmt.Sprintf("%s with news: %s", count(news, "article"), what), true
	case unread > 0:
		return fmt.Sprintf("nothing new: %s reword what is known", count(unread, "article")), false
	case copies > 0:
		return "only copies: " + count(copies, "article"), false
	}
	return "nothing new: no article since the last revision", false
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func outlets(articles []news.Article) int {
	seen := map[string]bool{}
	for _, a := range articles {
		seen[a.Outlet] = true
	}
	return len(seen)
}

// knowledge is what the articles read so far say.
type knowledge struct {
	lex     *lexicon
	docs    []*doc           // learned, in order
	all     []heard          // sentences and titles
	index   map[term][]int32 // into all
	words   map[string]bool  // folded
	numbers map[string]bool
	overlap []float64 // of each of all with a sentence, while coverage counts
}

// heard is one known sentence.
type heard struct {
	terms   []term
	words   []string // folded
	numbers []string
	future  bool
	at      time.Time
}

// known gathers the articles that the previous revision used, once. What was
// gathered for the revision before serves if they only became more.
func (c *corpus) known() *knowledge {
	if c.knows != nil {
		return c.knows
	}
	docs := slices.DeleteFunc(slices.Clone(c.docs), func(d *doc) bool { return d.fresh })
	k := c.notes.knows
	if k == nil || len(k.docs) > len(docs) || !slices.Equal(k.docs, docs[:len(k.docs)]) {
		k = &knowledge{lex: c.lex, index: map[term][]int32{}, words: map[string]bool{}, numbers: map[string]bool{}}
	}
	for _, d := range docs[len(k.docs):] {
		k.learn(d)
	}
	k.docs = docs
	c.knows, c.notes.knows = k, k
	return k
}

// learn takes in all that an article says.
func (k *knowledge) learn(d *doc) {
	if d.heard == nil {
		d.heard = []heard{hear(d.article.Title, d)}
		for _, raw := range d.raw {
			d.heard = append(d.heard, hear(raw.Text, d))
		}
		d.heard[0].words = append(d.heard[0].words, hear(d.article.Outlet, d).words...)
	}
	for _, h := range d.heard {
		for _, t := range h.terms {
			k.index[t] = append(k.index[t], int32(len(k.all)))
		}
		k.all = append(k.all, h)
		for _, w := range h.words {
			k.words[w] = true
		}
		for _, n := range h.numbers {
			k.numbers[n] = true
		}
	}
}

func hear(s string, d *doc) heard {
	words := text.Words(s)
	return heard{distinct(d.lex.stem(words, d.lang)), folded(words), numbersIn(s), text.Future(s, d.lang), d.article.Published}
}

// findNew names the first thing in an unread article that is not known, "" if
// all is.
func (k *knowledge) findNew(d *doc) string {
	for _, s := range d.sentences {
		if what := k.news(s); what != "" {
			return what
		}
	}
	return ""
}

// news names what a sentence says that is not known.
func (k *knowledge) news(s *sentence) string {
	for _, n := range s.numbers {
		if !k.numbers[n] {
			return "the number " + n
		}
	}
	if name := k.newName(s.said, s.doc); name != "" {
		return "the name " + name
	}
	one, three := k.coverage(s)
	if one < reworded && three < pieced {
		return "a statement"
	}
	return ""
}

// newName returns the first name whose last word nobody has mentioned: a first
// name or a title put before a known name is nothing new, nor is the outlet's.
func (k *knowledge) newName(s string, d *doc) string {
	own := letters(d.article.Outlet)
	for _, n := range text.Names(s, d.lang) {
		if len(n.Words) == 0 || n.First && len(n.Words) == 1 || letters(n.Text) == own {
			continue
		}
		if last := n.Words[len(n.Words)-1]; !k.words[last] {
			return n.Text
		}
	}
	return ""
}

// coverage is the share of a sentence's terms, by rarity, that the nearest known
// sentence holds, and the three nearest together. What was announced does not
// cover the report, later, that it came about.
func (k *knowledge) coverage(s *sentence) (one, three float64) {
	k.overlap = slices.Grow(k.overlap, len(k.all))[:len(k.all)] // all 0 between calls
	var met []int32
	past := !s.future && happened.MatchString(s.said)
	for _, t := range s.terms {
		for _, i := range k.index[t] {
			if h := &k.all[i]; !past || !h.future || s.doc.article.Published.Sub(h.at) < later {
				if k.overlap[i] == 0 {
					met = append(met, i)
				}
				k.overlap[i] += k.lex.weight[t]
			}
		}
	}
	var near [][]term
	for range 3 {
		best, top := int32(-1), 0.0
		for _, i := range met {
			if w := k.overlap[i]; w > top || w == top && i < best {
				best, top = i, w
			}
		}
		if best < 0 {
			break
		}
		near = append(near, k.all[best].terms)
		k.overlap[best] = 0
	}
	for _, i := range met {
		k.overlap[i] = 0
	}
	if len(near) == 0 {
		return 0, 0
	}
	return k.lex.covered(s.terms, near[0]), k.lex.covered(s.terms, distinct(slices.Concat(near...)))
}

// unread is a corpus of the unread originals alone, to be ranked by itself.
func (c *corpus) unread() *corpus {
	out := &corpus{lex: c.lex}
	for _, d := range c.originals() {
		if !d.fresh {
			continue
		}
		own := *d
		own.sentences = nil
		for _, s := range d.sentences {
			s := *s
			s.doc = &own
			own.sentences = append(own.sentences, &s)
		}
		out.docs = append(out.docs, &own)
	}
	return out
}

// middle is what the articles speak of between them (the centroid of Radev et
// al. 2004).
func (c *corpus) middle() vector {
	var all []vector
	for _, d := range c.docs {
		all = append(all, d.sum)
	}
	return centroid(all)
}

// whatsNew states what the unread articles add, in one to four sentences, the
// best first: by what several of them say, how near it is to their middle, and the
// less there are the more by its place. In a first revision it is what the summary
// leads with.
func (c *corpus) whatsNew(parts []*part, first bool) []news.Statement {
	if first {
		return leads(parts, c.newest())
	}
	k := c.known()
	day := c.unread()
	ranked, middle := day.rank(), day.middle()
	alone := 1 / float64(max(1, len(day.docs)))
	worth := map[*sentence]float64{}
	var all []*sentence
	reported := slices.ContainsFunc(ranked, func(s *sentence) bool { return !s.doc.explains && k.news(s) != "" })
	for _, s := range ranked {
		if (!reported || !s.doc.explains) && k.news(s) != "" {
			all = append(all, s)
			worth[s] = s.score * cosine(s.vector, middle) * (alone*hard(s) + 1 - alone)
		}
	}
	slices.SortStableFunc(all, func(a, b *sentence) int { return cmp.Compare(worth[b], worth[a]) })
	found := statements(all)
	slices.SortStableFunc(found, func(a, b *statement) int {
		return cmp.Compare(worth[b.lead]*b.backing(), worth[a.lead]*a.backing())
	})
	var told []*statement
	words := 0
	for _, st := range found {
		if len(told) > 0 && (st.lead.leans || st.lead.score < minor*told[0].lead.score) {
			continue
		}
		if len(told) < maxNew && words < newWords && !c.tells(told, st) {
			told = append(told, st)
			words += st.lead.words
		}
	}
	inTurn(told)
	out := []news.Statement{}
	for _, st := range told {
		out = append(out, st.news())
	}
	return out
}

// inTurn puts what one article says into the order in which it says it.
func inTurn(told []*statement) {
	for i := range told {
		for j, b := range told[i+1:] {
			if b.lead.doc == told[i].lead.doc && b.lead.at < told[i].lead.at {
				told[i], told[i+1+j] = b, told[i]
			}
		}
	}
}

// hard is how likely a sentence is the news of its article, by its place.
func hard(s *sentence) float64 {
	if s.slight() {
		return (.4 + .6*placed(s)) / 2
	}
	return .4 + .6*placed(s)
}

// slight reports whether a sentence is too short to tell much, or an aside.
func (s *sentence) slight() bool { return s.words < 8 && len(s.numbers) == 0 || s.hollow() }

// leads are the leading sentences of the first two sections of the newest days,
// or the first two of the only one.
func leads(parts []*part, newest time.Time) []news.Statement {
	out := []news.Statement{}
	for _, p := range parts {
		if len(out) < 2 && !p.fixed && (p == parts[0] || newest.Sub(p.seed.lead.doc.article.Published) <= currentWindow) {
			out = append(out, p.seed.news())
		}
	}
	if len(out) == 1 && len(parts[0].all) > 1 {
		out = append(out, parts[0].all[1].news())
	}
	return out
}
