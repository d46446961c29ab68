package main

import (
	"context"

	"github.com/storywire/storywire/daemon"
	"github.com/storywire/storywire/storage"
)

type backup struct {
	File string `arg:"" help:"New file to write." type:"path"`
}

// Run copies the database, also while the daemon runs.
func (b *backup) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error { return s.Backup(ctx, b.File) })
}
