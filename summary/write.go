package summary

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/summary/timeline"
)

// Method is the name the extractive writer puts on its revisions.
const Method = "extractive"

// Options bound the timeline of a revision. Zero fields leave it to the writer.
type Options struct {
	Events   int       // dates at most
	PerDay   int       // events a date at most
	From, To time.Time // dates outside are left out
}

// Write writes a story's next revision from its articles alone: it extracts,
// and invents nothing. The same state gives the same revision. It returns the
// revision as verified, and how many sentences, headings and events failed the
// check.
func Write(in news.StoryState, now time.Time, opt Options) (rev news.Revision, dropped int) {
	c := read(in, newNotes(newLexicon()))
	reason, _ := c.gate(in)
	return c.write(in, now, opt, reason)
}

// read prepares a story's articles, numbered.
func read(in news.StoryState, r *notes) *corpus {
	in.Articles = published(in.Articles)
	return newCorpus(in.Articles, numbered(in.Articles, in.Numbers), in.Read, r)
}

func (c *corpus) write(in news.StoryState, now time.Time, opt Options, reason string) (news.Revision, int) {
	events := make(chan []news.Event, 1)
	go func() { events <- c.timeline(opt) }() // costs as much as all the rest
	rev := head(in, now)
	rev.Revision.Reason = reason
	rev.Story.Title = c.storyTitle(in)
	numbers := numbered(in.Articles, in.Numbers)
	rev.Sources = c.sources(numbers)
	parts := c.parts(statements(c.rank()))
	rev.WhatsNew = c.whatsNew(parts, in.Previous == nil)
	if rev.Story.Title == "" && len(parts) > 0 {
		rev.Story.Title, _ = c.heading(&part{seed: parts[0].seed, all: parts[0].all[:1]}, []string{""})
	}
	for i, h := range c.headings(parts, rev.Story.Title) {
		rev.Sections = append(rev.Sections, parts[i].news(h))
	}
	v := c.verifier(rev.Sources)
	rev = v.verify(rev)
	rev.Timeline = v.keepEvents(<-events)
	return rev, len(v.faults)
}

func (c *corpus) timeline(opt Options) []news.Event {
	in := timeline.Input{Options: timeline.Options{Events: opt.Events, PerDay: opt.PerDay, From: opt.From, To: opt.To}}
	for _, d := range c.docs {
		a := d.article
		in.Articles = append(in.Articles, timeline.Article{
			N: d.n, Outlet: a.Outlet, Title: a.Title, Text: a.Text, Sentences: d.split, Lang: d.lang, Published: a.Published, Copy: a.CopyOf != 0, Kept: d.events,
		})
	}
	return timeline.Build(in)
}

// head is a revision with all but its words.
func head(in news.StoryState, now time.Time) news.Revision {
	rev := news.Revision{
		Schema: 1,
		Story: news.StoryHead{
			ID: in.Story.ID, Title: in.Story.Title, Status: cmp.Or(in.Story.Status, news.Developing), Followed: in.Story.Followed,
			FirstSeen: instant(in.Story.FirstSeen), Updated: instant(in.Story.Updated),
		},
		Revision: news.RevisionHead{
			Number: 1, Created: instant(now), Label: news.Label(len(in.Articles)),
			Articles: len(in.Articles), Outlets: outlets(in.Articles), Method: Method,
		},
		WhatsNew: []news.Statement{}, Sections: []news.Section{}, Sources: []news.Source{}, Timeline: []news.Event{},
	}
	if in.Previous != nil {
		rev.Revision.Number = in.Previous.Revision.Number + 1
	}
	for _, a := range in.Articles {
		if a.CopyOf != 0 {
			rev.Revision.Copies++
		}
	}
	return rev
}

// storyTitle is a person's title, or the headline that stands for the story, ""
// if there is none.
func (c *corpus) storyTitle(in news.StoryState) string {
	if in.Story.Renamed || len(c.docs) == 0 {
		return in.Story.Title
	}
	if in.Previous == nil {
		return c.title("")
	}
	return c.title(in.Previous.Story.Title)
}

// verifier checks against the story's articles.
func (c *corpus) verifier(sources []news.Source) *verifier {
	docs := map[int]*doc{}
	for _, d := range c.docs {
		docs[d.n] = d
	}
	return newVerifier(sources, func(n int) *passage {
		if d := docs[n]; d != nil {
			return d.passage()
		}
		return nil
	})
}

func (p *part) news(heading string) news.Section {
	s := news.Section{Heading: heading}
	for _, st := range append(slices.Clip(p.all), p.close...) {
		s.Sentences = append(s.Sentences, st.news())
	}
	return s
}

// Digest writes one revision from given articles, without a store. The story's
// id is derived from the articles, its times are theirs, and articles that
// repeat an earlier one count as its copies.
func Digest(articles []news.Article, opt Options) news.Revision {
	articles = published(articles)
	sum := sha256.New()
	for i := range articles {
		articles[i].ID = int64(i + 1)
		articles[i].CopyOf = 0
		sum.Write([]byte(articles[i].GUID + "\x00" + articles[i].URL + "\x00" + articles[i].Title + "\x00"))
	}
	lex := newLexicon()
	markCopies(articles, lex)
	in := news.StoryState{Story: news.Story{ID: hex.EncodeToString(sum.Sum(nil))[:12], Status: news.Developing}, Articles: articles}
	var now time.Time
	if n := len(articles); n > 0 {
		now = articles[n-1].Published
		in.Story.FirstSeen, in.Story.Updated = articles[0].Published, now
	}
	c := read(in, newNotes(lex))
	reason, _ := c.gate(in)
	rev, _ := c.write(in, now, opt, reason)
	return rev
}

// markCopies finds articles whose text all but repeats an earlier one's.
func markCopies(articles []news.Article, lex *lexicon) {
	const fewest, same = 20, 0.95
	vs := make([]vector, len(articles))
	for i, a := range articles {
		if terms := lex.terms(a.Text, language(a)); len(terms) >= fewest {
			vs[i] = lex.vector(terms)
		}
	}
	for i := range articles {
		for j := range i {
			if articles[j].CopyOf == 0 && len(vs[i]) > 0 && cosine(vs[i], vs[j]) >= same {
				articles[i].CopyOf = articles[j].ID
				break
			}
		}
	}
}
