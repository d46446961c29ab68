package feed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/storywire/storywire/news"
)

// Check is what we make of a feed, as "feed check --json" prints it. Times are
// in UTC, as the document gives them: null where it gives none.
type Check struct {
	Title    string       `json:"title"`
	URL      string       `json:"url"` // of the site
	Format   string       `json:"format"`
	Language string       `json:"language"`
	Entries  []CheckEntry `json:"entries"`
	Problems []string     `json:"problems"`

	Polling []string `json:"-"` // how it would be polled, in words
}

// CheckEntry is an entry of a Check. GUID and Title are the document's own
// where it gives them.
type CheckEntry struct {
	GUID       string     `json:"guid"`
	URL        string     `json:"url"`
	Title      string     `json:"title"`
	Published  *time.Time `json:"published"`
	Updated    *time.Time `json:"updated"`
	Author     string     `json:"author"`
	Categories []string   `json:"categories"`
	HTML       string     `json:"html"`
}

// NewCheck shows a document.
func NewCheck(doc Document) Check {
	c := Check{Title: doc.Title, URL: doc.SiteURL, Format: doc.Format, Language: doc.Language, Entries: []CheckEntry{}, Problems: []string{}}
	c.Problems = append(c.Problems, doc.Problems...)
	for i, e := range doc.Entries {
		f := doc.found[i]
		c.Entries = append(c.Entries, CheckEntry{
			GUID:       first(f.guid, e.GUID),
			URL:        e.URL,
			Title:      f.title,
			Published:  orNull(f.published),
			Updated:    orNull(f.updated),
			Author:     e.Author,
			Categories: append([]string{}, e.Tags...),
			HTML:       f.html,
		})
	}
	return c
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// CheckFile reads a feed from a file of at most limit bytes. Only withHTML have
// the entries theirs, which may be as long as the file.
func CheckFile(path string, limit int64, withHTML bool) (Check, error) {
	f, err := os.Open(path)
	if err != nil {
		return Check{}, err
	}
	defer func() { _ = f.Close() }()
	var body bytes.Buffer
	if info, err := f.Stat(); err == nil {
		body.Grow(int(min(info.Size(), limit)) + bytes.MinRead) // at once, rather than by doubling
	}
	_, err = body.ReadFrom(&limitReader{f, limit})
	if errors.Is(err, errTooLarge) {
		err = tooLarge(limit)
	}
	if err != nil {
		return Check{}, fmt.Errorf("read %s: %w", path, err)
	}
	doc, err := checked(body.Bytes(), "", path, reader{brief: true, keepHTML: withHTML})
	return NewCheck(doc), err
}

// CheckURL fetches a feed from its address and stores nothing. Of p it needs
// all but Store. Only withHTML have the entries theirs.
func (p *Poller) CheckURL(ctx context.Context, address string, withHTML bool) (Check, error) {
	a, err := p.get(ctx, wanted{address: address, accept: acceptFeed})
	if err != nil {
		return Check{}, fmt.Errorf("fetch %s: %w", address, err)
	}
	body := a.body
	a.body = nil // nothing holds it once it is read
	doc, err := checked(body, a.contentType, address, reader{base: a.address, brief: true, keepHTML: withHTML})
	if err != nil {
		return Check{}, err
	}
	c := NewCheck(doc)
	c.Polling = p.prospect(address, doc, a)
	return c, nil
}

// prospect says how a feed would be polled.
func (p *Poller) prospect(address string, doc Document, a answer) (lines []string) {
	if a.address != address {
		how := "for now"
		if a.permanent {
			how = "for good"
		}
		lines = append(lines, "redirects "+how+" to "+a.address)
	}
	out := news.Fetch{Feed: news.Feed{URL: address}, At: time.Now()}
	vouched(&out, a)
	out.Ask, out.SkipHours, out.SkipDays, out.Published = doc.Ask, doc.SkipHours, doc.SkipDays, rhythm(nil, doc, out.At)
	next, why := plan(outcome{now: out.At, feed: out.Feed, manners: out.Manners}, p.limits())
	return append(lines, fmt.Sprintf("would be polled after %v: %s", next.Sub(out.At).Round(time.Minute), why))
}

func checked(body []byte, contentType, name string, r reader) (Document, error) {
	doc, err := parse(body, contentType, time.Now(), r)
	if err != nil {
		return Document{}, fmt.Errorf("read %s: %w", name, err)
	}
	return doc, nil
}
