package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

// maxLine is the longest line of an articles file, in bytes.
const maxLine = 16 << 20

// Article is one line of an ARTICLES.jsonl file. The embedded article carries
// no number: Article.Article.ID is 0 until the caller gives one, and Seen is
// its publication time.
type Article struct {
	ID    string // as the file names it
	Feed  string // the address of its feed, "" if not given
	Story string // the gold label, "" if there is none; never an input
	news.Article
}

// articleLine is the JSON of a line.
type articleLine struct {
	ID     string `json:"id"`
	Time   string `json:"time"`
	Outlet string `json:"outlet"`
	Title  string `json:"title"`
	URL    string `json:"url"`
	Text   string `json:"text"`
	HTML   string `json:"html"`
	Lang   string `json:"lang"`
	Feed   string `json:"feed"`
	Story  string `json:"story"`
}

// ReadArticles reads JSON Lines of articles, in the order of the file. Blank
// lines are skipped, fields it does not know are left alone. An error names
// the line and how to mend it.
func ReadArticles(r io.Reader) ([]Article, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	lineOf := map[string]int{}
	var out []Article
	n := 0
	for lines.Scan() {
		n++
		line := lines.Bytes()
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		article, err := parseArticle(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if first := lineOf[article.ID]; first != 0 {
			return nil, fmt.Errorf("line %d: id %q is taken by line %d; give each article its own", n, article.ID, first)
		}
		lineOf[article.ID] = n
		out = append(out, article)
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return nil, fmt.Errorf("line %d: longer than %d MB; write one article a line", n+1, maxLine>>20)
	}
	return out, lines.Err()
}

func parseArticle(line []byte) (Article, error) {
	var l articleLine
	if err := json.Unmarshal(line, &l); err != nil {
		return Article{}, fmt.Errorf("not an article: %w; write one JSON object a line, its fields as strings", err)
	}
	if l.ID == "" {
		return Article{}, errors.New(`no "id"; give each article one of its own`)
	}
	if l.Title == "" && l.Text == "" && l.HTML == "" {
		return Article{}, fmt.Errorf(`article %q says nothing; give it a "title", "text" or "html"`, l.ID)
	}
	published, err := parseTime(l.Time)
	if err != nil {
		return Article{}, err
	}
	a := Article{ID: l.ID, Feed: l.Feed, Story: l.Story, Article: news.Article{
		GUID: l.ID, Outlet: l.Outlet, Title: l.Title, URL: l.URL, Language: l.Lang,
		Published: published, Seen: published, Text: l.Text,
	}}
	if a.Text == "" {
		a.Text = text.Plain(l.HTML)
	}
	if a.Language == "" {
		a.Language = text.Language(a.Title+"\n"+a.Text, "en")
	}
	return a, nil
}

// parseTime reads RFC 3339, the same without a zone (taken as UTC), or a date.
func parseTime(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("time %q: write it like 2025-12-04T09:30:00Z or 2025-12-04", s)
}
