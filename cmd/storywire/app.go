package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/storywire/storywire/daemon"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
	"github.com/storywire/storywire/storage"
)

// app is what every command gets.
type app struct {
	config string
	out    io.Writer // data
	talk   io.Writer // everything else
}

func (a *app) load() (daemon.Config, error) { return daemon.LoadConfig(a.config) }

// stored runs do on the configured database.
func (a *app) stored(ctx context.Context, do func(c daemon.Config, s *storage.Store) error) (err error) {
	c, err := a.load()
	if err != nil {
		return err
	}
	s, err := daemon.Open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return do(c, s)
}

// temporary makes a folder that is gone when the command is done.
func temporary() (dir string, remove func(), err error) {
	dir, err = os.MkdirTemp("", "storywire-")
	return dir, func() { _ = os.RemoveAll(dir) }, err
}

func (a *app) json(v any) error { return encode(a.out, v, "") }

// encode writes a value as JSON that a person can read, too. All lines but the
// first begin with the prefix.
func encode(w io.Writer, v any, prefix string) error {
	e := json.NewEncoder(w)
	e.SetIndent(prefix, "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// plain is a text as a terminal may show it: titles come from strangers, and
// control characters in them are commands to it.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// table prints rows in columns, the first row as the heading. With no other row
// it says what there is none of.
func (a *app) table(rows [][]string, none string) error {
	if len(rows) == 1 {
		_, err := fmt.Fprintln(a.talk, none)
		return err
	}
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	for _, row := range rows {
		for i := range row {
			row[i] = plain(row[i])
		}
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	return w.Flush()
}

// named turns news.ErrNotFound into what a person can do about it.
func named(err error, what, name, hint string) error {
	if errors.Is(err, news.ErrNotFound) {
		return fmt.Errorf("there is no %s %q: %s", what, name, hint)
	}
	return err
}

// refusal makes misuse of what a person may not ask for.
func refusal(err error) error {
	var refused news.Refusal
	if errors.As(err, &refused) {
		return &misuse{err}
	}
	return err
}

const (
	listArticles  = `"storywire story articles STORY" shows the ids`
	listStories   = `"storywire story list" shows the ids`
	listFeeds     = `"storywire feed list" shows the addresses`
	listEndpoints = `"storywire webhook list" shows the ids`
)

func site(c daemon.Config, s *storage.Store) publish.Site { return daemon.Site(c, s) }

// openInput opens a file, or standard input for "-". Who interrupts a command that
// waits for its input ends it.
func openInput(path string) (io.ReadCloser, error) {
	if path == "-" {
		signal.Reset(os.Interrupt)
		return io.NopCloser(os.Stdin), nil
	}
	return os.Open(filepath.Clean(path))
}
