package summary

import (
	"cmp"
	"math"
	"slices"
	"time"
)

const (
	// widest is how many sentences are compared with each other; the weaker
	// ones beyond are left out.
	widest = 400
	// halfLife is the age at which an article counts half as much as today's.
	halfLife = 4 * 24 * time.Hour
	// oldest is the least an article counts for its age.
	oldest = 0.35
	// unclear is what a sentence is worth that speaks of days nobody can place,
	// paints a scene, announces what is over, or stands in an opinion piece.
	unclear = 0.5
	// The shares of a sentence's score beside its concepts, which count up to 1,
	// and what a concept is worth. They were fitted to people's summaries of
	// clusters of long and of short articles; half or twice of each changes
	// little.
	titleShare   = 0.3
	middleShare  = 0.3
	articleShare = 0.6
	nameShare    = 0.1
	sharedWorth  = 0.55
	placeWorth   = 0.3
	titleWorth   = 0.35
	// ending is how much less a concept is worth at the end of its sentence.
	ending = 0.6
)

// concept is two content words in a row, by which articles are known to speak of
// the same thing, by its number in a lexicon.
type concept = int32

// concepts returns the concepts of a sentence's terms, each once.
func (l *lexicon) concepts(terms []term) []concept {
	var out []concept
	for i, t := range terms {
		if i == 0 {
			continue
		}
		if c := l.concept([2]term{terms[i-1], t}); !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

func (l *lexicon) concept(pair [2]term) concept {
	c, ok := l.paired[pair]
	if !ok {
		c = concept(len(l.pairs))
		l.paired[pair] = c
		l.pairs = append(l.pairs, pair)
	}
	return c
}

// worth is what telling a concept is worth.
type worth struct{ all, shared float64 } // shared: for the articles that tell it

// weigh gives every concept its worth: the logarithm of how many articles hold
// it, where in each it comes first, and in how many titles it stands.
func (c *corpus) weigh(all []*sentence) {
	articles, last := make([]float64, len(c.lex.pairs)), make([]*doc, len(c.lex.pairs))
	c.worth = make([]worth, len(c.lex.pairs))
	for _, s := range all {
		for _, p := range s.concepts {
			if last[p] != s.doc {
				last[p] = s.doc
				articles[p]++
				c.worth[p].all += placeWorth * placed(s)
			}
		}
	}
	for _, d := range c.originals() {
		for _, p := range d.concepts {
			if articles[p] > 0 {
				c.worth[p].all += titleWorth
			}
		}
	}
	for p := range c.worth {
		if articles[p] > 1 {
			shared := math.Log2(articles[p])
			c.worth[p].all += sharedWorth * shared
			c.worth[p].shared = shared
		}
	}
}

// gain is the worth of the concepts that a sentence adds to those told, not
// counted in full for long ones. Told is by concept, nil if nothing is.
func (c *corpus) gain(s *sentence, told []bool) float64 {
	var sum float64
	for i, p := range s.concepts {
		if told == nil || !told[p] {
			sum += c.worth[p].all * (1 - ending*float64(i)/float64(len(s.concepts)))
		}
	}
	return sum / math.Sqrt(float64(s.words))
}

// rank scores the sentences of the originals and returns them best first. What
// several articles tell, in front or in their titles, counts (concepts, after
// Gillick and Favre 2009, A scalable global model for summarization), recency,
// and likeness to what the other articles say (the centroid of Radev et al.
// 2004, without its own article, which would be for itself): that of the
// sentence, and of its article.
func (c *corpus) rank() []*sentence {
	all := c.sentences()
	if len(all) == 0 {
		return nil
	}
	c.weigh(all)
	c.findTopics()
	c.compare()
	newest := c.newest()
	c.top = math.SmallestNonzeroFloat64
	for _, s := range all {
		c.top = max(c.top, c.gain(s, nil))
	}
	for _, s := range all {
		s.factor = recency(newest.Sub(s.doc.article.Published))
		s.substance = c.substance(s)
		if s.leans {
			s.factor *= .4
		}
		if !s.clear || s.scene || s.nameless {
			s.factor *= unclear
		}
		if s.overtaken(newest) {
			s.factor *= unclear / 2
		}
		if s.doc.opines {
			s.factor *= unclear
		}
		s.score = c.score(s, nil)
	}
	slices.SortStableFunc(all, func(a, b *sentence) int { return cmp.Compare(b.score, a.score) })
	return all[:min(len(all), widest)]
}

// compare sets the base of each sentence of the originals by what the other
// articles say; of a single article by what it says itself.
func (c *corpus) compare() {
	docs := c.originals()
	var bodies, titles total
	for _, d := range docs {
		bodies.add(d.sum)
		titles.add(d.vector)
	}
	for _, d := range docs {
		body, title := d.sum, d.vector
		if len(docs) == 1 {
			body, title = nil, nil
		}
		central := bodies.without(d.middle, body)
		for _, s := range d.sentences {
			s.base = articleShare*central + middleShare*bodies.without(s.vector, body) + titleShare*titles.without(s.vector, title) +
				nameShare*float64(len(s.names))/float64(s.words)
		}
	}
}

// overtaken reports whether what a sentence announces is over, as seen from the
// newest article.
func (s *sentence) overtaken(newest time.Time) bool {
	if !s.future {
		return false
	}
	if s.until.IsZero() {
		return newest.Sub(s.doc.article.Published) > halfLife
	}
	return s.until.Before(newest.Truncate(24 * time.Hour))
}

// score is what a sentence is worth beside what is told.
func (c *corpus) score(s *sentence, told []bool) float64 {
	return s.factor * (s.base + c.gain(s, told)/c.top)
}

func vectorsOf(all []*sentence) []vector {
	out := make([]vector, len(all))
	for i, s := range all {
		out[i] = s.vector
	}
	return out
}

// placed is the weight of a sentence's place in its article, from 1 down:
// news tells the main thing first.
func placed(s *sentence) float64 { return 1 / math.Sqrt(float64(1+s.at)) }

func recency(age time.Duration) float64 {
	return max(oldest, math.Exp2(-float64(age)/float64(halfLife)))
}
