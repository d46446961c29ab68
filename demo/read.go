package demo

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// block is one article as written in a file of the newsroom: a line
// "=== outlet id" (or "=== edit id"), header lines "key: value", an empty
// line, and paragraphs with empty lines between them. The file is named for
// the story its articles are of; those of singles.txt stand alone.
type block struct {
	outlet, id, story string
	head              map[string]string
	replace           []string // "old => new", for a copy
	paragraphs        []string
	at                time.Time
}

// keys are the header lines there are: what to copy and how to change it, the
// feeds it is in (the outlet's first if it does not say), and how its GUID
// misbehaves among them.
var keys = []string{"title", "date", "by", "feeds", "tags", "guid", "copy", "cut", "replace"}

// readAll reads the newsroom's files into items, oldest first.
func readAll(files fs.FS) ([]Item, error) {
	names, err := fs.Glob(files, "newsroom/*.txt")
	if err != nil {
		return nil, err
	}
	var blocks []block
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		more, err := readBlocks(name, string(data))
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, more...)
	}
	return build(blocks)
}

// readBlocks splits one file.
func readBlocks(file, data string) ([]block, error) {
	story := strings.TrimSuffix(path.Base(file), ".txt")
	if story == "singles" {
		story = ""
	}
	var out []block
	for part := range strings.SplitSeq("\n"+data, "\n=== ") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		b, err := readBlock(part)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		b.story = story
		out = append(out, b)
	}
	return out, nil
}

// readBlock reads one article. Its date carries the weekday, which must fit.
func readBlock(part string) (block, error) {
	b := block{head: map[string]string{}}
	first, rest, _ := strings.Cut(part, "\n")
	if n, err := fmt.Sscanf(first, "%s %s", &b.outlet, &b.id); n != 2 {
		return b, fmt.Errorf("%q is not an outlet and an id: %w", first, err)
	}
	head, body, _ := strings.Cut(rest, "\n\n")
	for line := range strings.Lines(head) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || !slices.Contains(keys, key) {
			return b, fmt.Errorf("%s: %q is no header line", b.id, line)
		}
		if key == "replace" {
			b.replace = append(b.replace, value)
		} else {
			b.head[key] = value
		}
	}
	for p := range strings.SplitSeq(body, "\n\n") {
		p = strings.Join(strings.Fields(p), " ")
		if p != "" {
			b.paragraphs = append(b.paragraphs, p)
		}
	}
	var err error
	b.at, err = time.Parse("Mon 2006-01-02 15:04", b.head["date"])
	if err != nil {
		return b, fmt.Errorf("%s: %w", b.id, err)
	}
	if day := b.at.Format("Mon"); !strings.HasPrefix(b.head["date"], day) {
		return b, fmt.Errorf("%s: %s is a %s", b.id, b.head["date"], day)
	}
	return b, nil
}

// build makes items of the articles and hangs the edits on them.
func build(blocks []block) ([]Item, error) {
	var articles, edits []block
	byID := map[string]block{}
	for _, b := range blocks {
		if b.outlet == "edit" {
			edits = append(edits, b)
			continue
		}
		if _, twice := byID[b.id]; twice {
			return nil, fmt.Errorf("id %s is taken", b.id)
		}
		byID[b.id] = b
		articles = append(articles, b)
	}
	var items []Item
	for _, b := range articles {
		b, err := b.copied(byID)
		if err != nil {
			return nil, err
		}
		it, err := b.item()
		if err != nil {
			return nil, err
		}
		items = append(items, it)
	}
	sort.SliceStable(items, func(i, j int) bool { return items[i].Published.Before(items[j].Published) })
	return items, applyEdits(items, edits)
}

// copied fills in a copy from its original: "replace" exchanges words, "cut"
// drops paragraphs at the end.
func (b block) copied(byID map[string]block) (block, error) {
	id := b.head["copy"]
	if id == "" {
		return b, nil
	}
	from, ok := byID[id]
	if !ok {
		return b, fmt.Errorf("%s: nothing called %s to copy", b.id, id)
	}
	cut, err := strconv.Atoi(cmp.Or(b.head["cut"], "0"))
	if err != nil || cut < 0 || cut >= len(from.paragraphs) {
		return b, fmt.Errorf("%s: cannot cut %s of %d paragraphs", b.id, b.head["cut"], len(from.paragraphs))
	}
	text := strings.Join(from.paragraphs[:len(from.paragraphs)-cut], "\n\n")
	for _, line := range b.replace {
		before, after, ok := strings.Cut(line, " => ")
		if !ok || !strings.Contains(text, before) {
			return b, fmt.Errorf("%s: nothing to replace for %q", b.id, line)
		}
		text = strings.ReplaceAll(text, before, after)
	}
	b.paragraphs = strings.Split(text, "\n\n")
	if b.head["title"] == "" {
		b.head["title"] = from.head["title"]
	}
	return b, nil
}

// item checks a block and makes an article of it.
func (b block) item() (Item, error) {
	o, ok := outlets[b.outlet]
	if !ok {
		return Item{}, fmt.Errorf("%s: no outlet %q", b.id, b.outlet)
	}
	it := Item{
		ID: b.id, Story: b.story, Outlet: o.name, Language: o.lang, Published: b.at,
		Title: b.head["title"], Author: b.head["by"], Path: "/" + b.outlet + "/a/" + b.id,
		Feeds: list(b.head["feeds"]), Tags: list(b.head["tags"]), CopyOf: b.head["copy"],
		outlet: b.outlet, guid: guidKind(b.head["guid"]),
	}
	if len(it.Feeds) == 0 {
		it.Feeds = []string{mainFeed(b.outlet)}
	}
	for _, f := range it.Feeds {
		if !hasFeed(b.outlet, f) {
			return it, fmt.Errorf("%s: %s has no feed %q", b.id, b.outlet, f)
		}
	}
	if it.Title == "" || len(b.paragraphs) == 0 {
		return it, fmt.Errorf("%s: no title or no body", b.id)
	}
	it.HTML, it.Text = markup(b.paragraphs)
	return it, nil
}

func applyEdits(items []Item, edits []block) error {
	for _, b := range edits {
		i := slices.IndexFunc(items, func(it Item) bool { return it.ID == b.id })
		if i < 0 || !b.at.After(items[i].Published) || b.head["title"] == "" || len(b.paragraphs) == 0 {
			return fmt.Errorf("edit of %s: it needs an earlier article, a title and a body", b.id)
		}
		page, plain := markup(b.paragraphs)
		items[i].Edit = &Edit{At: b.at, Title: b.head["title"], HTML: page, Text: plain}
	}
	return nil
}

// list splits a header value at its commas.
func list(value string) []string {
	var out []string
	for part := range strings.SplitSeq(value, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
