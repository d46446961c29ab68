package daemon

import (
	"context"
	"fmt"

	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/storage"
	"github.com/storywire/storywire/webhook"
)

func newSender(c Config, store *storage.Store, o Options) (webhook.Sender, error) {
	options := ClientOptions{Allow: c.Webhook.Allow, OwnURLs: true}
	client, err := NewClient(options)
	if err != nil {
		return webhook.Sender{}, fmt.Errorf("webhook.allow: %w", err)
	}
	dial, err := NewDialer(options)
	return webhook.Sender{
		Store: store, Client: client, Dial: dial, UserAgent: userAgent(o.Version, c.Poll.Contact), Log: o.Log, Fill: Site(c, store).Fill,
		Timeout: c.Webhook.Timeout.D(), Retries: durations(c.Webhook.Retries),
	}, err
}

// Ping sends a test delivery to an endpoint and returns what came of it, or
// news.ErrNotFound.
func Ping(ctx context.Context, c Config, store *storage.Store, o Options, endpoint int64) (news.Attempt, error) {
	sender, err := newSender(c, store, o)
	if err != nil {
		return news.Attempt{}, err
	}
	defer sender.Client.CloseIdleConnections()
	return sender.Ping(ctx, endpoint)
}
