package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/storywire/storywire/daemon"
)

type serve struct {
	Listen string `help:"Address to serve on; port 0 picks a free one." placeholder:"HOST:PORT"`
}

// Run is the daemon, until it is interrupted.
func (s *serve) Run(ctx context.Context, a *app) error {
	c, err := a.load()
	if err != nil {
		return err
	}
	if s.Listen != "" {
		c.Listen = s.Listen
		if err := c.Validate(); err != nil {
			return &misuse{err}
		}
	}
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, syscall.SIGHUP)
	defer signal.Stop(reload)
	return daemon.Run(ctx, c, daemon.Options{
		Version: version, Log: daemon.NewLog(c.Log, a.talk), Reload: reload,
		Ready: func(url string) {
			fmt.Fprintln(a.out, url)
		},
	})
}
