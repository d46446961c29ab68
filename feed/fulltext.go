package feed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"codeberg.org/readeck/go-readability/v2"
	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

// PageStore is what reading pages needs of storage.
type PageStore interface {
	// DuePages lists the pages that are to be read now, the longest due first.
	DuePages(ctx context.Context, now time.Time, limit int) ([]news.Page, error)
	// BeginPage counts an attempt before it is made, the next at retry if no
	// outcome is recorded; it returns news.ErrNotFound for what is not due.
	BeginPage(ctx context.Context, p news.Page, retry time.Time) error
	// RecordPage stores what was read, or why nothing was.
	RecordPage(ctx context.Context, r news.PageRead) error
	// NextPage is when a page is due next, zero for never.
	NextPage(ctx context.Context) (time.Time, error)
}

// Reader reads the pages of articles whose feeds give a part of the text only.
// It fetches with a Poller's client, limits and turns. All fields but Log and
// Wake have to be set.
type Reader struct {
	Store  PageStore
	Poller *Poller
	Wake   func()       // called when texts came in; nil: nobody waits
	Log    *slog.Logger // nil: silent

	robots  robots
	parsing sync.Mutex // one page at a time: it takes memory
}

const (
	pageBatch = 200
	// maxPages is how many pages are read at a time.
	maxPages = 8
	// maxHTMLPage is the longest page that is read, in bytes, maxTagsOfPage how
	// many tags it may have.
	maxHTMLPage, maxTagsOfPage = 4 << 20, 100_000
	// maxFullText is how much is kept of a text, in bytes.
	maxFullText = 200 << 10
)

// pageWaits are the waits after the first attempt that may pass, and the
// second; after the third there is no other.
var pageWaits = []time.Duration{5 * time.Minute, 2 * time.Hour}

// Run reads the pages that are due, for about a minute, and returns when to go
// on. A page that fails is recorded and stops no other.
func (r *Reader) Run(ctx context.Context) (next time.Time, err error) {
	due, err := r.Store.DuePages(ctx, time.Now(), pageBatch)
	if err != nil {
		return time.Time{}, fmt.Errorf("list due pages: %w", err)
	}
	err = inGroups(ctx, due, func(p news.Page) string { return hostOf(p.Article.URL) }, maxPages, func(p news.Page) error { return r.one(ctx, p) })
	if err != nil {
		return time.Time{}, err
	}
	if len(due) > 0 && r.Wake != nil {
		r.Wake()
	}
	return r.Store.NextPage(ctx)
}

// one reads a page and records the outcome, unless we were interrupted: then
// it stays due.
func (r *Reader) one(ctx context.Context, p news.Page) error {
	err := r.Store.BeginPage(ctx, p, time.Now().Add(pageWaits[0]))
	if errors.Is(err, news.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("record a request for %s: %w", redacted(p.Article.URL), err)
	}
	body, wait, err := r.read(ctx, p.Article)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	out := news.PageRead{Article: p.Article.ID, Text: body}
	if err != nil {
		out.Err = err.Error()
		if n := p.Attempts; wait >= 0 && n < len(pageWaits) {
			out.Retry = time.Now().UTC().Add(max(wait, pageWaits[n]))
		}
		if r.Log != nil {
			r.Log.Info("page not read", "url", redacted(p.Article.URL), "reason", err, "retry", out.Retry)
		}
	}
	if err := r.Store.RecordPage(ctx, out); err != nil {
		return fmt.Errorf("record the page of %s: %w", redacted(p.Article.URL), err)
	}
	return nil
}

// never says that a failure will not pass.
const never = -1

// read fetches an article's page and takes its text. After a failure wait is
// how long the server wants to be left alone, or never.
func (r *Reader) read(ctx context.Context, a news.Article) (body string, wait time.Duration, err error) {
	got, err := r.Poller.get(ctx, wanted{address: a.URL, accept: acceptPage, linked: true,
		permit: func(ctx context.Context, address string) error { return r.robots.permit(ctx, r.Poller, address) }})
	if err != nil {
		return "", pageWait(got, err), err
	}
	kind, _, _ := mime.ParseMediaType(got.contentType)
	if kind != "" && kind != "text/html" && kind != "application/xhtml+xml" {
		return "", never, fmt.Errorf("the address holds no page but %s", kind)
	}
	if len(got.body) > maxHTMLPage || bytes.Count(got.body, []byte("<")) > maxTagsOfPage {
		return "", never, errors.New("the page is too large")
	}
	r.parsing.Lock()
	body, err = mainText(got)
	r.parsing.Unlock()
	if err == nil {
		err = judgePage(got, a, body)
	}
	if err != nil {
		return "", never, err
	}
	return body, 0, nil
}

// pageWait tells a failure that may pass from one that will not.
func pageWait(a answer, err error) time.Duration {
	passing := a.status == http.StatusTooManyRequests || a.status == http.StatusRequestTimeout
	if errors.Is(err, errForbidden) || a.status/100 == 4 && !passing {
		return never
	}
	return refusal(a, time.Now())
}

// mainText is the text of a page's article, a paragraph a line.
func mainText(a answer) (string, error) {
	if len(a.body) == 0 {
		return "", errors.New("the page is empty")
	}
	var in io.Reader = bytes.NewReader(a.body)
	if !utf8.Valid(a.body) { // what is UTF-8 is, whatever the page declares
		var err error
		if in, err = charset.NewReader(in, a.contentType); err != nil {
			return "", fmt.Errorf("the page's charset is not known: %w", err)
		}
	}
	doc, err := xhtml.Parse(io.LimitReader(in, 2*maxHTMLPage))
	if err != nil {
		return "", fmt.Errorf("the page cannot be read: %w", err)
	}
	address, err := url.Parse(a.address)
	if err != nil {
		return "", err
	}
	parser := readability.NewParser()
	parser.MaxElemsToParse = 50_000
	article, err := parser.ParseAndMutate(doc, address)
	if err != nil {
		return "", fmt.Errorf("the page cannot be read: %w", err)
	}
	if article.Node == nil {
		return "", errors.New("there is no article on the page")
	}
	var b strings.Builder
	if err := article.RenderHTML(&b); err != nil {
		return "", fmt.Errorf("the page cannot be read: %w", err)
	}
	plain := text.Plain(b.String())
	if len(plain) > maxFullText {
		plain = strings.ToValidUTF8(plain[:maxFullText], "")
	}
	return plain, nil
}

const (
	// leastShare is how much of what the feed says of an article has to be on
	// its page: of the distinct words of title and excerpt. An editor's excerpt
	// is seldom the opening verbatim; a log-in page shares next to nothing.
	leastShare = 0.5
	// leastGain is how much longer the page's text has to be than the feed's.
	leastGain = 1.2
	// judgedRunes is how much of a feed's text is looked for.
	judgedRunes = 1000
)

// judgePage returns nil if the text of a page is the article's, and more of it
// than the feed gave: consent walls, log-in and error pages must not take the
// place of what the feed says.
func judgePage(a answer, article news.Article, body string) error {
	said := terms(article.Title + "\n" + cut(article.Text, judgedRunes))
	there := terms(body)
	shared := 0
	for term := range said {
		if there[term] {
			shared++
		}
	}
	switch {
	case float64(shared) >= leastShare*float64(len(said)):
	case isChallenge(a.header, a.body):
		return errors.New("the server answers with a challenge page for browsers, not with the article")
	case bytes.Contains(bytes.ToLower(a.body), []byte(`type="password"`)):
		return errors.New("the server answers with a log-in page, not with the article")
	default:
		return errors.New("the page does not say what the feed says: a consent or error page, it seems")
	}
	if float64(utf8.RuneCountInString(body)) < leastGain*float64(utf8.RuneCountInString(article.Text)) {
		return errors.New("the page says no more than the feed")
	}
	return nil
}

func cut(s string, runes int) string {
	for i := range s {
		if runes--; runes < 0 {
			return s[:i]
		}
	}
	return s
}

// terms are the distinct words of a text that are long enough to tell texts
// apart; of scripts that write no spaces, the pairs of characters.
func terms(s string) map[string]bool {
	const telling = 4 // letters
	out := map[string]bool{}
	for word := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N, unicode.M) }) {
		r := []rune(word)
		if unicode.In(r[0], unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) {
			for i := range len(r) - 1 {
				out[string(r[i:i+2])] = true
			}
		} else if len(r) >= telling {
			out[word] = true
		}
	}
	return out
}

const (
	// wholeText is from how many characters on a feed's text counts as all of
	// the article: excerpts are shorter.
	wholeText = 1500
	// firstPages is of how many articles of a first import, the newest, the
	// pages are read: the others are seeds, and no news.
	firstPages = 5
)

// goesOn finds what feeds put at the end of an excerpt, before a line of the
// publisher's software.
var goesOn = regexp.MustCompile(`(?i)(?:…|\.\.\.|\[\s*\.\.\.\s*\]|(?:continue|keep) reading[^\n]{0,200}|read (?:more|on|the (?:full|whole|rest)[^\n]{0,100})|full (?:story|article)` +
	`|weiterlesen|mehr lesen|lire la suite|leer más|seguir leyendo|leggi tutto|lees (?:meer|verder))[\s\])»›>→.]*` +
	`(?:\n?the post [^\n]{1,300} (?:appeared first|first appeared) on [^\n]{1,200})?$`)

// wantsPage reports whether an entry leaves out a part of its article.
func wantsPage(e news.Entry) bool {
	if !isWeb(e.URL) || isGoogleNews(e.URL) {
		return false
	}
	tail := e.Text[max(0, len(e.Text)-800):]
	return utf8.RuneCountInString(e.Text) < wholeText || goesOn.MatchString(strings.ToValidUTF8(tail, ""))
}

// wantPages marks the entries whose pages are to be read, if the owner wants
// that for this feed or for all.
func (p *Poller) wantPages(f news.Feed, entries []news.Entry) {
	if !p.FullText && !f.FullText {
		return
	}
	after := time.Time{}
	if !f.Imported && len(entries) > firstPages {
		var times []time.Time
		for _, e := range entries {
			times = append(times, e.Published)
		}
		slices.SortFunc(times, func(a, b time.Time) int { return b.Compare(a) })
		after = times[firstPages]
	}
	for i := range entries {
		entries[i].Page = entries[i].Published.After(after) && wantsPage(entries[i])
	}
}
