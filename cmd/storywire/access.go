package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/storywire/storywire/daemon"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/storage"
)

type password struct{}

// Run asks for the admin password and keeps its hash.
func (*password) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(c daemon.Config, s *storage.Store) error {
		if c.Access.PasswordFile != "" {
			return fmt.Errorf("the password is taken from %s: change it there", c.Access.PasswordFile)
		}
		given, err := readPassword(ctx, a.talk)
		if err != nil {
			return err
		}
		if err := daemon.SetPassword(ctx, s, given); err != nil {
			return err
		}
		_, err = fmt.Fprintln(a.talk, "the password is set; who was logged in is logged out")
		return err
	})
}

// readPassword asks at a terminal, twice and unseen, and else takes the first
// line of standard input.
func readPassword(ctx context.Context, talk io.Writer) (string, error) {
	in := int(os.Stdin.Fd())
	terminal, err := term.GetState(in)
	if err != nil { // it is none
		signal.Reset(os.Interrupt)
		line, err := bufio.NewReader(io.LimitReader(os.Stdin, 1024)).ReadString('\n')
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return strings.TrimRight(line, "\r\n"), err
	}
	answered := context.AfterFunc(ctx, func() { // a terminal's read cannot be called off
		_ = term.Restore(in, terminal)
		fmt.Fprintln(talk)
		os.Exit(1)
	})
	defer answered()
	var given [2]string
	for i, question := range []string{"New password: ", "Once more: "} {
		fmt.Fprint(talk, question)
		b, err := term.ReadPassword(in)
		fmt.Fprintln(talk)
		if err != nil {
			return "", err
		}
		given[i] = string(b)
	}
	if given[0] != given[1] {
		return "", errors.New("the two differ: nothing was changed")
	}
	return given[0], nil
}

type keys struct {
	Add    keyAdd    `cmd:"" help:"Make a key and print it, once."`
	List   keyList   `cmd:"" help:"List the keys."`
	Remove keyRemove `cmd:"" help:"Make a key open nothing."`
}

type keyAdd struct {
	Name  string `arg:"" help:"Whose it is, such as a program or a reader."`
	Write bool   `help:"It may change things, not only read."`
}

// Run makes a key.
func (k *keyAdd) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(c daemon.Config, s *storage.Store) error {
		secret, scope := rand.Text(), news.ScopeRead
		if k.Write {
			scope = news.ScopeWrite
		}
		sum := sha256.Sum256([]byte(secret))
		added, err := s.AddKey(ctx, news.Key{Sum: sum[:], Name: k.Name, Scope: scope, Created: time.Now()})
		if err == nil && !added {
			err = fmt.Errorf("there is a key %q: remove it first, or take another name", k.Name)
		}
		if err != nil {
			return err
		}
		fmt.Fprintln(a.out, secret)
		_, err = fmt.Fprintf(a.talk, "this is the only time the key is shown; programs send it as \"Authorization: Bearer\", feed readers as the password,\nor in the address: %s\n",
			site(c, s).URL("/key/"+secret+"/feed.atom"))
		return err
	})
}

type keyList struct {
	JSON bool `help:"Print JSON."`
}

// Run lists the keys.
func (l *keyList) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		all, err := s.Keys(ctx)
		if err != nil {
			return err
		}
		type record struct {
			Name    string     `json:"name"`
			Scope   news.Scope `json:"scope"`
			Created time.Time  `json:"created"`
		}
		records, rows := []record{}, [][]string{{"NAME", "MAY", "SINCE"}}
		for _, k := range all {
			records = append(records, record{k.Name, k.Scope, k.Created})
			rows = append(rows, []string{k.Name, string(k.Scope), clock(k.Created)})
		}
		if l.JSON {
			return a.json(records)
		}
		return a.table(rows, "there are no keys")
	})
}

type keyRemove struct {
	Name string `arg:"" help:"Name of the key."`
}

// Run removes a key.
func (k *keyRemove) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		return named(s.RemoveKey(ctx, k.Name), "key", k.Name, `"storywire key list" shows the names`)
	})
}
