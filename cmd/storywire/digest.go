package main

import (
	"context"
	"fmt"
	"time"

	"github.com/storywire/storywire/eval"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
	"github.com/storywire/storywire/summary"
)

type digest struct {
	Articles string `arg:"" help:"File of articles, a JSON object a line; - for standard input." name:"ARTICLES.jsonl"`
	JSON     bool   `help:"Print JSON." xor:"form"`
	HTML     bool   `help:"Print a page." xor:"form"`
	Text     bool   `help:"Print as the page reads (the default)." xor:"form"`
	Events   int    `help:"At most so many dates in the timeline, days only." placeholder:"N"`
	PerDay   int    `help:"At most so many events a date, days only." placeholder:"K"`
	From     string `help:"No events before this date." placeholder:"DATE"`
	To       string `help:"No events after this date." placeholder:"DATE"`
}

// Run writes one revision.
func (d *digest) Run(_ context.Context, a *app) error {
	options := summary.Options{Events: d.Events, PerDay: d.PerDay}
	var err error
	if options.From, err = date("--from", d.From); err != nil {
		return err
	}
	if options.To, err = date("--to", d.To); err != nil {
		return err
	}
	if d.From > d.To && d.To != "" {
		return misused("--from %s is after --to %s", d.From, d.To)
	}
	if d.Events < 0 || d.PerDay < 0 {
		return misused("--events and --per-day must not be negative")
	}
	lines, err := readArticles(d.Articles)
	if err != nil {
		return err
	}
	var articles []news.Article
	for i, line := range lines {
		line.Article.ID = int64(i + 1)
		articles = append(articles, line.Article)
	}
	revision := summary.Digest(articles, options)
	switch {
	case d.JSON:
		return a.json(revision)
	case d.HTML:
		return publish.Page(revision, a.out)
	}
	return publish.Text(revision, a.out)
}

func date(flag, value string) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, value)
	if err != nil {
		return t, misused("%s %q: write the date as 2025-12-04", flag, value)
	}
	return t, nil
}

// readArticles reads one file of articles.
func readArticles(path string) ([]eval.Article, error) {
	in, err := openInput(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	articles, err := eval.ReadArticles(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(articles) == 0 {
		return nil, fmt.Errorf("%s holds no articles: write one JSON object a line", path)
	}
	return articles, nil
}
