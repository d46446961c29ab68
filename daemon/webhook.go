package daemon

import (
	"cmp"
	"context"
	"fmt"
	"time"

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

// Webhooks tends endpoints, on a page or on the command line.
type Webhooks struct {
	*storage.Store
	Sender webhook.Sender
	Done   func() // called when something may be owed anew
}

// Ping sends a test delivery to an endpoint and returns what came of it.
func (w Webhooks) Ping(ctx context.Context, endpoint int64) (news.Attempt, error) {
	return w.Sender.Ping(ctx, endpoint)
}

// Enable switches an endpoint on again.
func (w Webhooks) Enable(ctx context.Context, endpoint int64) error {
	defer w.Done()
	return w.Store.Enable(ctx, endpoint)
}

// Replay owes a delivery again.
func (w Webhooks) Replay(ctx context.Context, delivery string) error {
	defer w.Done()
	return w.Store.Replay(ctx, delivery)
}

// ReplaySince owes deliveries again.
func (w Webhooks) ReplaySince(ctx context.Context, since time.Time, endpoint int64, expired bool) (int, error) {
	defer w.Done()
	return w.Store.ReplaySince(ctx, since, endpoint, expired)
}

// Rotate gives an endpoint that signs a new secret and returns it or, of a key
// pair, the public key. The one it had signs too for a while.
func (w Webhooks) Rotate(ctx context.Context, endpoint int64) (string, error) {
	e, err := w.Endpoint(ctx, endpoint)
	if err != nil {
		return "", err
	}
	if e.Format != news.Standard {
		return "", news.Refusal("what lets one in there is given to you by the service: storywire webhook rotate takes it from a file")
	}
	secret := webhook.Renewed(e.Secret)
	if err := w.RotateSecret(ctx, endpoint, secret, time.Now().Add(webhook.Overlap)); err != nil {
		return "", err
	}
	return cmp.Or(webhook.PublicKey(secret), secret), nil
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
