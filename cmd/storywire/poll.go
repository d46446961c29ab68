package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/storywire/storywire/daemon"
)

type poll struct{}

// Run does one round over what is due.
func (*poll) Run(ctx context.Context, a *app) (err error) {
	c, err := a.load()
	if err != nil {
		return err
	}
	// What one round brings is a burst that has ended with it.
	c.Story.Settle = 0
	unlock, err := daemon.Lock(c)
	if err != nil {
		return err
	}
	defer unlock()
	store, err := daemon.Open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	before, err := store.Counts(ctx)
	if err != nil {
		return err
	}
	o := daemon.Options{Version: version, Log: daemon.NewLog(c.Log, a.talk)}
	if err := daemon.SyncFeeds(ctx, c, store, o.Log); err != nil {
		return err
	}
	if err := daemon.Round(ctx, c, store, o); err != nil {
		return err
	}
	after, err := store.Counts(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.talk, "%d new articles, %d new revisions; %d of %d feeds fail\n",
		after.Articles-before.Articles, after.Revisions-before.Revisions, after.Failing, after.Feeds)
	return err
}
