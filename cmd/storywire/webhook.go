package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/storywire/storywire/daemon"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
	"github.com/storywire/storywire/storage"
	"github.com/storywire/storywire/webhook"
)

type webhooks struct {
	Add     webhookAdd     `cmd:"" help:"Tell an address, a chat, a mailbox or a program what happens; prints the secret once."`
	List    webhookList    `cmd:"" help:"List endpoints."`
	Test    webhookTest    `cmd:"" help:"Send a ping to an endpoint."`
	Log     webhookLog     `cmd:"" help:"List the last deliveries, or all attempts at one."`
	Replay  webhookReplay  `cmd:"" help:"Send a delivery again, or all since a time."`
	Enable  webhookEnable  `cmd:"" help:"Switch an endpoint on again: it gets what it is owed."`
	Disable webhookDisable `cmd:"" help:"Switch an endpoint off; what it is owed waits."`
	Rotate  webhookRotate  `cmd:"" help:"Give an endpoint a new secret; the old one signs too for a day."`
	Remove  webhookRemove  `cmd:"" help:"Take an endpoint out."`
	Schema  webhookSchema  `cmd:"" help:"Print the JSON schema of an event, or of all."`
}

type webhookAdd struct {
	Address []string `arg:"" optional:"" help:"Address that takes the requests; with --format exec a program with its arguments, after --."`

	Format     string `help:"How it is spoken to: ${enum}." enum:"standard,slack,discord,teams,ntfy,matrix,telegram,email,exec" default:"standard"`
	To         string `help:"Room (matrix), chat (telegram) or recipients (email)." placeholder:"WHOM"`
	URLFile    string `help:"File that holds the address, where that is a secret (slack, discord, teams); - for standard input." name:"url-file" placeholder:"FILE"`
	SecretFile string `help:"File that holds the token or password, or your own signing secret; - for standard input." placeholder:"FILE"`
	Sign       string `help:"How it is signed: hmac, a shared secret, or ed25519, of which the receiver needs only the public key." enum:"hmac,ed25519" default:"hmac"`

	Event       []string        `help:"What it wants to hear of: story.updated (the default), story.discovered, story.followed, story.merged, story.quiet, feed.failing, feed.recovered." placeholder:"EVENT"`
	Story       []string        `help:"Only these stories." placeholder:"ID"`
	Category    []string        `help:"Only these categories." placeholder:"C"`
	Followed    bool            `help:"Only followed stories."`
	MinArticles int             `help:"A revision only when this many articles are new." placeholder:"N"`
	MinInterval daemon.Duration `help:"At least so long between two revisions of a story, such as 6h; only the latest is sent." placeholder:"TIME"`
	Digest      string          `help:"One message a day, at this time, such as 07:30 or '07:30 Europe/Berlin'." placeholder:"TIME"`

	JSON bool `help:"Print JSON."`
}

// Run adds an endpoint.
func (w *webhookAdd) Run(ctx context.Context, a *app) error {
	e, err := w.endpoint()
	if err != nil {
		return err
	}
	if err := webhook.Check(e); err != nil {
		return &misuse{err}
	}
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		e, err := s.AddEndpoint(ctx, e)
		if err != nil {
			return named(err, "story", strings.Join(w.Story, ", "), listStories)
		}
		secret := ""
		if w.SecretFile == "" && e.Format == news.Standard {
			secret = e.Secret
		}
		return shown{"endpoint", e, secret, w.JSON}.print(a)
	})
}

// endpoint is what the flags describe. Nothing secret is among them.
func (w *webhookAdd) endpoint() (news.Endpoint, error) {
	e := news.Endpoint{Format: news.Format(w.Format), Target: w.To, Wants: news.Wants{
		Events: w.Event, Stories: w.Story, Categories: w.Category, Followed: w.Followed,
		MinArticles: w.MinArticles, MinInterval: w.MinInterval.D(), Digest: w.Digest}}
	if len(w.Event) == 0 {
		e.Wants.Events = []string{news.StoryUpdated}
	}
	if e.Format == news.Exec {
		argv, err := json.Marshal(w.Address)
		e.Target = string(argv)
		return e, err
	}
	if len(w.Address) > 1 {
		return e, misused("one address at a time, not %d", len(w.Address))
	}
	if len(w.Address) == 1 {
		e.URL = w.Address[0]
	}
	if e.URL != "" && e.Format.SecretURL() {
		return e, misused("the address of a %s webhook is a secret: write it into a file and give --url-file FILE", w.Format)
	}
	var err error
	if w.URLFile != "" {
		if e.URL, err = secretIn(w.URLFile); err != nil {
			return e, err
		}
	}
	if e.URL == "" && e.Format == news.Telegram {
		e.URL = "https://api.telegram.org"
	}
	switch {
	case w.SecretFile != "":
		e.Secret, err = secretIn(w.SecretFile)
	case w.Sign == "ed25519" && e.Format == news.Standard:
		e.Secret = webhook.NewKey()
	case e.Format == news.Standard:
		e.Secret = webhook.NewSecret()
	}
	return e, err
}

// secretIn reads what a file, or standard input for "-", holds.
func secretIn(path string) (string, error) {
	file, err := openInput(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, 4096))
	return strings.TrimSpace(string(b)), err
}

// shown is an endpoint that was made or changed.
type shown struct {
	what   string
	e      news.Endpoint
	secret string // just made; "" for none
	json   bool
}

// print shows the endpoint and, this once, its secret: of a key pair the public
// key, which is all the receiver needs.
func (s shown) print(a *app) error {
	record := publish.Endpoint(s.e)
	record.PublicKey = webhook.PublicKey(s.e.Secret)
	if record.PublicKey == "" {
		record.Secret = s.secret
	}
	switch {
	case s.json:
		return a.json(record)
	case record.PublicKey != "":
		fmt.Fprintf(a.talk, "%s %d; its public key:\n", s.what, s.e.ID)
		_, err := fmt.Fprintln(a.out, record.PublicKey)
		return err
	case s.secret != "":
		fmt.Fprintf(a.talk, "%s %d; its secret is shown this once:\n", s.what, s.e.ID)
		_, err := fmt.Fprintln(a.out, s.secret)
		return err
	}
	_, err := fmt.Fprintf(a.talk, "%s %d\n", s.what, s.e.ID)
	return err
}

type webhookList struct {
	JSON bool `help:"Print JSON."`
}

// Run lists endpoints.
func (w *webhookList) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		all, err := s.Endpoints(ctx)
		if err != nil {
			return err
		}
		records := []publish.EndpointRecord{}
		rows := [][]string{{"ID", "STATE", "FORMAT", "EVENTS", "STORIES", "WHEN", "TO"}}
		for _, e := range all {
			record := publish.Endpoint(e)
			record.PublicKey = webhook.PublicKey(e.Secret)
			records = append(records, record)
			rows = append(rows, []string{strconv.FormatInt(e.ID, 10), health(e), string(e.Format), strings.Join(e.Wants.Events, ","),
				chosen(e.Wants), when(e.Wants), strings.TrimSpace(record.URL + " " + record.Target)})
		}
		if w.JSON {
			return a.json(records)
		}
		return a.table(rows, `no webhooks yet: "storywire webhook add URL" adds one`)
	})
}

func health(e news.Endpoint) string {
	switch {
	case e.Disabled != "":
		return "off: " + e.Disabled
	case e.Failures > 0:
		return fmt.Sprintf("failing since %s (%d attempts)", clock(e.Failing), e.Failures)
	}
	return "on"
}

// chosen says which stories are wanted.
func chosen(w news.Wants) string {
	var all []string
	if w.Followed {
		all = append(all, "followed")
	}
	if all = append(append(all, w.Stories...), w.Categories...); len(all) == 0 {
		return "all"
	}
	return strings.Join(all, " ")
}

func when(w news.Wants) string {
	switch {
	case w.Digest != "":
		return "daily at " + w.Digest
	case w.MinArticles > 0 && w.MinInterval > 0:
		return fmt.Sprintf("%d articles, every %v", w.MinArticles, w.MinInterval)
	case w.MinArticles > 0:
		return fmt.Sprintf("%d articles", w.MinArticles)
	case w.MinInterval > 0:
		return fmt.Sprintf("every %v", w.MinInterval)
	}
	return "at once"
}

// endpointArg is the id of an endpoint on a command line.
type endpointArg struct {
	ID int64 `arg:"" help:"Id of the endpoint."`
}

func (e endpointArg) named(err error) error {
	return named(err, "endpoint", strconv.FormatInt(e.ID, 10), listEndpoints)
}

type webhookTest struct {
	endpointArg
	JSON bool `help:"Print JSON."`
}

// Run sends a ping, beside what the endpoint is owed and also if it is off.
func (w *webhookTest) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(c daemon.Config, s *storage.Store) error {
		ping, err := daemon.Ping(ctx, c, s, daemon.Options{Version: version, Log: daemon.NewLog(c.Log, a.talk)}, w.ID)
		if err != nil {
			return w.named(err)
		}
		if w.JSON {
			if err := a.json(publish.Attempt(ping)); err != nil {
				return err
			}
		}
		if ping.Error != "" {
			return fmt.Errorf("ping %s was not taken: %s", ping.Delivery, ping.Error)
		}
		if w.JSON {
			return nil
		}
		_, err = fmt.Fprintf(a.out, "%s delivered in %v\n", ping.Delivery, ping.Finished.Sub(ping.Started).Round(time.Millisecond))
		return err
	})
}

type webhookRotate struct {
	endpointArg
	AtOnce     bool   `help:"The old secret is void at once: it is known to others."`
	SecretFile string `help:"File that holds the new token, password or signing secret; - for standard input." placeholder:"FILE"`
	JSON       bool   `help:"Print JSON."`
}

// Run gives an endpoint a new secret and prints it once.
func (w *webhookRotate) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		e, err := s.Endpoint(ctx, w.ID)
		if err != nil {
			return w.named(err)
		}
		made := ""
		if w.SecretFile != "" {
			e.Secret, err = secretIn(w.SecretFile)
		} else if e.Format != news.Standard {
			return misused("a new secret of a %s endpoint is given to you there: write it into a file and give --secret-file FILE", e.Format)
		} else {
			made = webhook.Renewed(e.Secret)
			e.Secret = made
		}
		if err == nil {
			err = webhook.Check(e)
		}
		if err != nil {
			return err
		}
		until := time.Now()
		if !w.AtOnce {
			until = until.Add(webhook.Overlap)
		}
		if err := s.RotateSecret(ctx, w.ID, e.Secret, until); err != nil {
			return w.named(err)
		}
		return shown{"endpoint", e, made, w.JSON}.print(a)
	})
}

type webhookEnable struct{ endpointArg }

// Run switches an endpoint on again.
func (w *webhookEnable) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		return w.named(s.Enable(ctx, w.ID))
	})
}

type webhookDisable struct {
	endpointArg
	Why string `help:"What whoever looks is told." default:"switched off by hand"`
}

// Run switches an endpoint off.
func (w *webhookDisable) Run(ctx context.Context, a *app) error {
	if w.Why == "" {
		return misused("say why")
	}
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		return w.named(s.Disable(ctx, w.ID, w.Why))
	})
}

type webhookRemove struct{ endpointArg }

// Run takes an endpoint out.
func (w *webhookRemove) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		return w.named(s.RemoveEndpoint(ctx, w.ID))
	})
}

type webhookSchema struct {
	Event string `arg:"" optional:"" help:"Name of the event, such as story.updated."`
}

// Run prints a schema.
func (w *webhookSchema) Run(a *app) error {
	document, err := webhook.Schema(w.Event)
	if err != nil {
		return &misuse{err}
	}
	_, err = fmt.Fprintln(a.out, strings.TrimSpace(string(document)))
	return err
}
