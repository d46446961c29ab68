package summary

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/summary/llm"
	"github.com/storywire/storywire/text"
)

// Model writes from numbered sentences. Its errors are *llm.Failure, which mean
// that the story is written without it, or others, which mean that it is not
// written now.
type Model interface {
	Name() string
	Write(ctx context.Context, story string, m llm.Material) (llm.Draft, error)
}

const (
	// offered is how many sentences a model is shown, opening how many of each
	// unread article at least, and unread of how many of those.
	offered = 120
	opening = 4
	unread  = 20
	// longestLine is how long a sentence or event may be, in bytes.
	longestLine = 450
	// mostSections and mostLines bound what is taken of a draft.
	mostSections = 6
	mostLines    = 6
	// lostShare is the share of a draft's sentences that may fall before all of
	// it does, keptShare how long it must be beside what the extractive writer
	// has, in sentences.
	lostShare = 1.0 / 3
	keptShare = 1.0 / 3
	// slowest is how long the stories of one round may wait for the model; the
	// rest of them are written without it.
	slowest = 3 * time.Minute
)

// addressed speaks to a machine that reads along. What does is not published, and
// nothing of its article is shown to a model. It is narrow, since news tells of
// machines too: the check, not this, keeps a model from saying what it is told.
var addressed = regexp.MustCompile(`(?i)\b(?:ignore|disregard|forget|override) (?:[\p{L}]+ ){0,3}(?:previous|prior|above|earlier|preceding|your) (?:[\p{L}]+ ){0,2}(?:instructions?|prompts?|directions|guidelines)\b|` +
	`\byou are (?:now )?an? (?:[\p{L}]+ ){0,2}(?:ai|llm|(?:ai|language) model|chatbot|assistant)\b|\b(?:ai|llm|language) (?:assistants?|models?|agents?): |` +
	`\bwhen (?:you )?summari[sz](?:e|ing) this (?:article|text|page|story)\b|<\|?(?:system|im_start|assistant)|\[/?INST\]`)

// addressing words stand in most of what addressed finds.
var addressing = text.WordSet("ignore disregard forget override you ai llm language summarise summarize summarising summarizing")

// addresses reports whether s speaks to a machine. The two odd letters are a
// small s and k to a pattern that does not mind capitals.
func addresses(s string) bool {
	return (strings.ContainsAny(s, "<[\u017f\u212a") || text.HasWord(s, addressing)) && addressed.MatchString(s)
}

// wantsModel reports whether a revision is for the model to write: readers are
// told of it.
func (s *Step) wantsModel(in news.StoryState, d news.Draft) bool {
	return s.Model != nil && !d.Quiet && (in.Story.Followed || in.Story.Discovered && !s.FollowedOnly)
}

// modelled has the model write what the extractive writer wrote, in a round that
// began then. If that fails, the revision stays as it is, and its method says
// why.
func (s *Step) modelled(ctx context.Context, c *corpus, rev news.Revision, begun time.Time) (news.Revision, error) {
	if s.Now().Sub(begun) > slowest {
		return without(rev, "the model cannot keep up"), nil
	}
	m, told := c.material(rev)
	if len(told) == 0 {
		return rev, nil
	}
	draft, err := s.Model.Write(ctx, rev.Story.ID, m)
	var failure *llm.Failure
	if err == nil {
		written, faults, bad := c.adopt(rev, draft, told)
		if bad == nil {
			s.Log.Info("written by the model", "story", rev.Story.ID, "dropped", len(faults), "why", strings.Join(faults, ", "))
			written.Revision.Method = "llm: " + s.Model.Name()
			return written, nil
		}
		failure = bad
	} else if !errors.As(err, &failure) {
		return rev, fmt.Errorf("ask the model: %w", err)
	}
	s.Log.Warn("written without the model", "story", rev.Story.ID, "error", failure)
	return without(rev, failure.Why), nil
}

// without is a revision that the model was to write, and why it did not.
func without(rev news.Revision, why string) news.Revision {
	rev.Revision.Method = Method + ": " + why
	return rev
}

// material is what a model may write from: the best sentences of the originals,
// and the events. told holds the sentence of each number, from 1.
func (c *corpus) material(rev news.Revision) (m llm.Material, told []*sentence) {
	m.Title = rev.Story.Title
	chosen := c.choose()
	for _, d := range c.docs {
		s := llm.Source{N: d.n, Outlet: d.article.Outlet, Title: d.title, New: d.fresh}
		if !d.article.Published.IsZero() {
			s.Published = d.article.Published.UTC().Format(time.DateOnly)
		}
		for _, sentence := range d.sentences {
			if chosen[sentence] {
				told = append(told, sentence)
				s.Sentences = append(s.Sentences, llm.Sentence{N: len(told), Text: sentence.text})
			}
		}
		if len(s.Sentences) > 0 {
			m.Sources = append(m.Sources, s)
		}
	}
	for i, e := range rev.Timeline {
		m.Events = append(m.Events, llm.Event{N: i + 1, Date: e.Label, Text: e.Text})
	}
	return m, told
}

// choose picks the sentences a model is shown: the first of the newest unread
// articles, and the best.
func (c *corpus) choose() map[*sentence]bool {
	chosen := map[*sentence]bool{}
	var all []*sentence
	fresh := 0
	for _, d := range slices.Backward(c.originals()) {
		if d.forMachines() {
			continue
		}
		all = append(all, d.sentences...)
		if d.fresh && fresh < unread {
			fresh++
			for _, s := range d.sentences[:min(opening, len(d.sentences))] {
				chosen[s] = true
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *sentence) int { return cmp.Compare(b.score, a.score) })
	for _, s := range all {
		if len(chosen) < offered {
			chosen[s] = true
		}
	}
	return chosen
}

// forMachines reports whether an article speaks to a machine that reads along.
func (d *doc) forMachines() bool {
	return addresses(d.article.Title) || addresses(d.article.Text)
}

// adopt makes a draft into a revision: what the articles do not bear out is
// dropped, or stays as the extractive writer has it, and noted. It fails if too
// much does.
func (c *corpus) adopt(base news.Revision, d llm.Draft, told []*sentence) (rev news.Revision, faults []string, failed *llm.Failure) {
	v := c.verifier(base.Sources)
	rev = base
	rev.WhatsNew, rev.Sections = freshOnly(lines(d.WhatsNew, maxNew, told), told, d.WhatsNew), nil
	for _, s := range d.Sections[:min(mostSections, len(d.Sections))] {
		rev.Sections = append(rev.Sections, news.Section{Heading: heading(s.Heading), Sentences: lines(s.Sentences, mostLines, told)})
	}
	rev.Sources = v.descriptions(base.Sources, d.Sources)
	rev.Timeline = v.events(base.Timeline, d.Timeline)
	written := sentences(rev)
	rev = v.verify(once(rev))
	kept := sentences(rev)
	switch {
	case float64(written-kept) > lostShare*float64(written):
		return base, v.faults, &llm.Failure{Why: "too much of what the model wrote is not in its sources", Err: errors.New(strings.Join(v.faults, ", "))}
	case float64(kept) < keptShare*float64(sentences(base)) || len(rev.Sections) == 0:
		return base, v.faults, &llm.Failure{Why: "the model wrote too little"}
	}
	if len(rev.WhatsNew) == 0 {
		rev.WhatsNew = base.WhatsNew
	}
	return rev, v.faults, nil
}

// sentences counts those of a revision that tell the story.
func sentences(rev news.Revision) int {
	n := len(rev.WhatsNew)
	for _, s := range rev.Sections {
		n += len(s.Sentences)
	}
	return n
}

// lines are a model's sentences with the numbers of the sources for those of
// the sentences they cite. What is no plain sentence loses its citations, and
// so falls.
func lines(all []llm.Line, most int, told []*sentence) []news.Statement {
	out := []news.Statement{}
	for _, l := range all[:min(most, len(all))] {
		st := news.Statement{Text: tidy(l.Text)}
		if fit(st.Text, longestLine) {
			st.Text, st.Cites = finished(st.Text), sourcesOf(l.Cites, told)
		}
		out = append(out, st)
	}
	return out
}

// sourcesOf are the sources of numbered sentences, none if a number is wrong.
func sourcesOf(numbers []int, told []*sentence) []int {
	var docs []*doc
	for _, n := range numbers {
		if n < 1 || n > len(told) {
			return nil
		}
		docs = append(docs, told[n-1].doc)
	}
	return cites(docs...)
}

// freshOnly takes the citations off sentences on what is new that rest on no
// unread article.
func freshOnly(all []news.Statement, told []*sentence, as []llm.Line) []news.Statement {
	for i := range all {
		if all[i].Cites != nil && !slices.ContainsFunc(as[i].Cites, func(n int) bool { return told[n-1].doc.fresh }) {
			all[i].Cites = nil
		}
	}
	return all
}

// once leaves out of the sections what they said before.
func once(rev news.Revision) news.Revision {
	said := map[string]bool{}
	for i := range rev.Sections {
		rev.Sections[i].Sentences = slices.DeleteFunc(rev.Sections[i].Sentences, func(s news.Statement) bool {
			again := said[s.Text]
			said[s.Text] = true
			return again
		})
	}
	return rev
}

func heading(s string) string {
	if s = strings.TrimRight(tidy(s), "."); fit(s, 2*headingLength) {
		return s
	}
	return ""
}

// descriptions puts a model's for those of the sources that it got right.
func (v *verifier) descriptions(base []news.Source, all []llm.Description) []news.Source {
	out := slices.Clone(base)
	for _, d := range all {
		i := slices.IndexFunc(out, func(s news.Source) bool { return s.N == d.Source })
		if text := tidy(d.Description); i >= 0 && fit(text, 2*descriptionLength) && v.stands(finished(text), []int{d.Source}) {
			out[i].Description = finished(text)
		}
	}
	return out
}

// events puts a model's words for those of the events that it got right. Their
// dates, kinds and citations stay.
func (v *verifier) events(base []news.Event, all []llm.EventLine) []news.Event {
	out := slices.Clone(base)
	for _, e := range all {
		if text := tidy(e.Text); e.Event >= 1 && e.Event <= len(out) && fit(text, longestLine) && v.stands(text, out[e.Event-1].Cites) {
			out[e.Event-1].Text = text
		}
	}
	return out
}

// marks are citations that a model put into the sentence itself.
var marks = regexp.MustCompile(` ?\[\d+(?:, ?\d+)*\]`)

// tidy is a line without marks and line breaks.
func tidy(s string) string { return text.OneLine(marks.ReplaceAllString(s, "")) }

// fit reports whether s is a line of plain text that may be published.
func fit(s string, longest int) bool {
	return s != "" && len(s) <= longest && !strings.ContainsAny(s, "<>`{}|\\*_") && !boilerplate(s) && !addresses(s) &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.C, r) || r == unicode.ReplacementChar })
}
