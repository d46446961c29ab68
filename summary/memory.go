package summary

import (
	"slices"
	"time"

	"github.com/storywire/storywire/news"
)

// memory keeps what was read of the articles of the stories revised last, so
// that a story that grew by one article is not read again. A revision is the same
// with and without it. The zero value is ready.
type memory struct {
	held  map[string]*notes // by story
	order []string          // the latest used last
	limit int               // of kilobytes, about; 0 for maxMemory
}

const maxMemory = 50_000

// notes are what was read of the articles of one story.
type notes struct {
	lex   *lexicon
	year  int // the day words were dated for
	today time.Time
	limit int // sentences of an article
	docs  map[int64]*doc
	knows *knowledge // of the articles read when it was asked for last; nil for none
}

func newNotes(lex *lexicon) *notes { return &notes{lex: lex, docs: map[int64]*doc{}} }

// of returns the notes of a story, and lets go those longest unused if there
// are too many.
func (m *memory) of(story string) *notes {
	m.order = slices.DeleteFunc(m.order, func(s string) bool { return s == story })
	m.order = append(m.order, story)
	r := m.held[story]
	if r == nil {
		r = newNotes(newLexicon())
		if m.held == nil {
			m.held = map[string]*notes{}
		}
		m.held[story] = r
	}
	limit := m.limit
	if limit == 0 {
		limit = maxMemory
	}
	size := 0
	for i, s := range slices.Backward(m.order) {
		if size += m.held[s].size(); size > limit && s != story {
			for _, old := range m.order[:i+1] {
				delete(m.held, old)
			}
			m.order = slices.Delete(m.order, 0, i+1)
			break
		}
	}
	return r
}

func (m *memory) forget() { m.held, m.order = nil, nil }

// size is about how many kilobytes the notes take.
func (r *notes) size() int {
	n := 0
	for _, d := range r.docs {
		n += len(d.sentences) + d.events.Size()
	}
	return n
}

// suit makes r notes of the articles for a day: what it holds of others, and
// what would read otherwise now, is let go.
func (r *notes) suit(articles []news.Article, year int, today time.Time, limit int) {
	docs := map[int64]*doc{}
	for _, a := range articles {
		d := r.docs[a.ID]
		if d != nil && r.year == year && r.limit == limit && (!d.passing || r.today.Equal(today)) && d.reads(a) {
			a.Published = d.article.Published
			d.article = a
			docs[a.ID] = d
		}
	}
	r.docs, r.year, r.today, r.limit = docs, year, today, limit
}

// reads reports whether d is what is read of a.
func (d *doc) reads(a news.Article) bool {
	b := d.article
	_, offset := a.Published.Zone()
	_, was := d.published.Zone()
	return offset == was && a.Title == b.Title && a.Text == b.Text && a.Outlet == b.Outlet && a.Language == b.Language &&
		a.Published.Equal(d.published) && a.Published.Location().String() == d.published.Location().String()
}

// Reader tells what is new in a story, without writing its revision, and
// remembers what it read. The zero value is ready; a Reader is for one goroutine.
type Reader struct{ memory memory }

// WhatsNew states what a story's next revision would say is new. It is nothing if
// the gate, whose reason it returns, would let none pass.
func (r *Reader) WhatsNew(in news.StoryState) (said []news.Statement, reason string) {
	c := read(in, r.memory.of(in.Story.ID))
	reason, ok := c.gate(in)
	if !ok {
		return nil, reason
	}
	return c.whatsNew(c.parts(statements(c.rank())), in.Previous == nil), reason
}
