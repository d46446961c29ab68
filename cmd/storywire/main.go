// Command storywire follows news stories: it polls feeds, finds which articles
// belong to which story and republishes each story as a cited, dated feed of
// its own. Run "storywire --help" for its commands.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the linker for releases.
var version = "0.1.0-dev"

// commands is the command line.
type commands struct {
	Config string `help:"Configuration file (TOML)." type:"path" placeholder:"FILE" env:"STORYWIRE_CONFIG"`

	Serve    serve       `cmd:"" default:"withargs" help:"Run the daemon (the default)."`
	Demo     demoRun     `cmd:"" help:"Run the daemon on a bundled sample newsroom; works offline."`
	Poll     poll        `cmd:"" help:"Poll the feeds that are due, update the stories, and exit."`
	Follow   follow      `cmd:"" help:"Follow a story by words, by articles, or by its id."`
	Unfollow unfollow    `cmd:"" help:"Stop following a story; its page and feed stay."`
	Story    stories     `cmd:"" help:"List, show and mend stories."`
	Feed     feeds       `cmd:"" help:"List, add, remove, check, import and export feeds."`
	Webhook  webhooks    `cmd:"" help:"Add, list, test and mend webhooks."`
	Password password    `cmd:"" help:"Set the admin password, which writing from another machine needs."`
	Key      keys        `cmd:"" help:"Add, list and remove keys for programs and feed readers."`
	Digest   digest      `cmd:"" help:"Write one revision from a file of articles; needs no database."`
	Replay   replay      `cmd:"" help:"Run a file of articles through tracking."`
	Eval     evaluate    `cmd:"" help:"Measure quality on gold data."`
	Backup   backup      `cmd:"" help:"Write a consistent copy of the database."`
	Doctor   doctor      `cmd:"" help:"Look for what is wrong and say how to mend it."`
	Version  showVersion `cmd:"" help:"Print the version."`
}

func main() { os.Exit(run()) }

// run returns the exit status: 0 done, 1 failed, 2 misused.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // asked twice, it ends at once
	var line commands
	parser, err := kong.New(&line, kong.Name("storywire"), kong.UsageOnError(),
		kong.Description("Follow news stories: one feed per story, with a cited summary and a dated timeline."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}))
	if err != nil {
		return fail(err)
	}
	command, err := parser.Parse(os.Args[1:])
	if err != nil {
		return fail(&misuse{err})
	}
	command.BindTo(ctx, (*context.Context)(nil))
	return fail(command.Run(&app{config: line.Config, out: os.Stdout, talk: os.Stderr}))
}

// misuse is an error in how the command was called.
type misuse struct{ error }

// Unwrap gives the error itself.
func (m *misuse) Unwrap() error { return m.error }

func misused(format string, args ...any) error { return &misuse{fmt.Errorf(format, args...)} }

// fail tells the person what went wrong and returns the exit status.
func fail(err error) int {
	if err == nil {
		return 0
	}
	if errors.Is(err, context.Canceled) {
		err = errors.New("interrupted")
	}
	fmt.Fprintln(os.Stderr, "storywire:", err)
	var m *misuse
	if errors.As(err, &m) {
		fmt.Fprintln(os.Stderr, `Run "storywire --help", or --help after a command, for how to call it.`)
		return 2
	}
	return 1
}
