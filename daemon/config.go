package daemon

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/storywire/storywire/publish"
	"github.com/storywire/storywire/summary/llm"
	"github.com/storywire/storywire/web"
)

// Config is all a daemon can be told. Every key is optional: DefaultConfig
// gives the values of those left out.
type Config struct {
	Listen   string `toml:"listen"`   // address and port; port 0 picks a free one
	BaseURL  string `toml:"base_url"` // how readers reach us; made from Listen if empty
	Database string `toml:"database"` // path of the SQLite file
	Feeds    string `toml:"feeds"`    // path of an OPML file to keep up with, once it is there; "" for none

	Access  AccessConfig  `toml:"access"`
	Poll    PollConfig    `toml:"poll"`
	Story   StoryConfig   `toml:"story"`
	Writer  WriterConfig  `toml:"writer"`
	Webhook WebhookConfig `toml:"webhook"`
	Hub     HubConfig     `toml:"hub"`
	Log     LogConfig     `toml:"log"`
}

// PollConfig is how feeds are polled.
type PollConfig struct {
	Interval    Duration `toml:"interval"`     // between polls of a feed that publishes hourly; others in proportion
	MinInterval Duration `toml:"min_interval"` // whatever a feed publishes
	MaxInterval Duration `toml:"max_interval"`
	Timeout     Duration `toml:"timeout"`   // of one fetch
	MaxBody     int64    `toml:"max_body"`  // bytes of a document, unpacked
	Parallel    int      `toml:"parallel"`  // fetches at once; one at a time for each host
	Contact     string   `toml:"contact"`   // address or page for the User-Agent
	Push        bool     `toml:"push"`      // let hubs bring what is new; needs BaseURL
	FullText    bool     `toml:"full_text"` // read the pages of all feeds' articles
	Allow       []string `toml:"allow"`     // private hosts, addresses or networks that may be fetched from
}

// StoryConfig is when stories are revised and how long they live.
type StoryConfig struct {
	Settle      Duration `toml:"settle"`       // wait for more articles before a revision
	MinInterval Duration `toml:"min_interval"` // between two revisions of a story
	QuietAfter  Duration `toml:"quiet_after"`  // silence after which a story is quiet; 0: never
	EndedAfter  Duration `toml:"ended_after"`  // silence after which it has ended; 0: never
	Window      Duration `toml:"window"`       // silence after which no new article joins a story by itself
}

// WebhookConfig is how deliveries are sent.
type WebhookConfig struct {
	Timeout Duration   `toml:"timeout"` // of one attempt
	Retries []Duration `toml:"retries"` // waits between attempts; default: the nine of Standard Webhooks
	Allow   []string   `toml:"allow"`   // private hosts, addresses or networks that may be sent to
}

// WriterConfig is who writes revisions. Without an API all are extracted; with
// one, a language model writes what readers are told of, and whatever it fails
// to do well is extracted.
type WriterConfig struct {
	API          string   `toml:"api"`      // "openai" and all that are compatible, "anthropic", "ollama", or "" for none
	URL          string   `toml:"url"`      // of the API; "": where it usually is
	Model        string   `toml:"model"`    // by the name the API knows it
	KeyFile      string   `toml:"key_file"` // holds the key; "": the environment's STORYWIRE_WRITER_KEY, or none
	Timeout      Duration `toml:"timeout"`  // of one answer
	Followed     bool     `toml:"followed"` // only followed stories
	TokensMinute int      `toml:"tokens_minute"`
	TokensDay    int      `toml:"tokens_day"`   // in 24 hours
	TokensStory  int      `toml:"tokens_story"` // of one story, in 24 hours; 0: no bound, here and above
}

// HubConfig is how others are told of our feeds (WebSub).
type HubConfig struct {
	Serve       bool     `toml:"serve"`       // needs BaseURL
	Subscribers int      `toml:"subscribers"` // taken in all
	Allow       []string `toml:"allow"`       // private hosts, addresses or networks that may be called back
	Ping        []string `toml:"ping"`        // hubs of others, told of new revisions; needs BaseURL
}

// AccessConfig is who may read and write through pages and API.
type AccessConfig struct {
	Reading      string   `toml:"reading"`       // "public", or "keys": whoever reads needs a key or the password
	Loopback     bool     `toml:"loopback"`      // who asks from this machine, not through a proxy, may write without a log-in
	PasswordFile string   `toml:"password_file"` // holds the admin password or its hash; "": the one in the database
	Hosts        []string `toml:"hosts"`         // names the site may be asked under beside that of BaseURL
	Proxies      []string `toml:"proxies"`       // addresses or networks whose X-Forwarded-For is believed
}

// LogConfig is what is logged, to standard error.
type LogConfig struct {
	Level string `toml:"level"` // debug, info, warn, error
}

// Duration is a time.Duration that reads like one in a file: "90s", "15m",
// "12h", "30d".
type Duration time.Duration

// UnmarshalText reads a duration; days are 24 hours.
func (d *Duration) UnmarshalText(b []byte) error {
	s := string(b)
	var value time.Duration
	var err error
	if days, ok := strings.CutSuffix(s, "d"); ok {
		var n float64
		n, err = strconv.ParseFloat(days, 64)
		value = time.Duration(n * float64(24*time.Hour))
	} else {
		value, err = time.ParseDuration(s)
	}
	if err != nil || value < 0 {
		return fmt.Errorf(`%q is not a length of time: write it as "90s", "15m", "12h" or "30d"`, s)
	}
	*d = Duration(value)
	return nil
}

// MarshalText writes the duration as time.Duration does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// D is the duration as Go counts it.
func (d Duration) D() time.Duration { return time.Duration(d) }

const day = 24 * time.Hour

// DefaultConfig is the configuration of a daemon told nothing. Run by systemd,
// its files lie in the unit's state and configuration directories; else the
// database lies in the person's data folder and feeds.opml in the folder the
// daemon is started in.
func DefaultConfig() Config {
	return Config{
		Listen:   "127.0.0.1:8484",
		Database: filepath.Join(stateFolder(), "storywire.db"),
		Feeds:    filepath.Join(os.Getenv("CONFIGURATION_DIRECTORY"), "feeds.opml"),
		Access:   AccessConfig{Reading: "public", Loopback: true, PasswordFile: credential("password")},
		Poll: PollConfig{
			Interval: Duration(15 * time.Minute), MinInterval: Duration(5 * time.Minute), MaxInterval: Duration(day),
			Timeout: Duration(30 * time.Second), MaxBody: 16 << 20, Parallel: 16, Push: true,
		},
		Story: StoryConfig{
			Settle: Duration(2 * time.Minute), MinInterval: Duration(15 * time.Minute),
			QuietAfter: Duration(4 * day), EndedAfter: Duration(30 * day), Window: Duration(30 * day),
		},
		Writer: WriterConfig{
			KeyFile: credential("llm-key"), Timeout: Duration(time.Minute),
			TokensMinute: 100_000, TokensDay: 1_000_000, TokensStory: 100_000,
		},
		Webhook: WebhookConfig{Timeout: Duration(15 * time.Second)},
		Hub:     HubConfig{Serve: true, Subscribers: 10000},
		Log:     LogConfig{Level: "info"},
	}
}

func stateFolder() string {
	if dir := os.Getenv("STATE_DIRECTORY"); dir != "" {
		return dir
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "storywire")
	}
	if home, err := os.UserHomeDir(); err == nil {
		return filepath.Join(home, ".local", "share", "storywire")
	}
	return "."
}

// credential is the file systemd keeps a credential of the unit in, "" if it has
// none of that name.
func credential(name string) string {
	dir := os.Getenv("CREDENTIALS_DIRECTORY")
	if dir == "" {
		return ""
	}
	return existing(filepath.Join(dir, name))
}

// existing is the path, or "" if there is no such file.
func existing(path string) string {
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// unsaid stands for a key that the file does not have: no path is so named.
const unsaid = "\x00"

// LoadConfig reads a TOML file over the defaults. With no path it reads
// storywire.toml from the unit's configuration directory, if it is there.
// Unknown keys are refused with their line.
func LoadConfig(path string) (Config, error) {
	c := DefaultConfig()
	if path == "" {
		dir := os.Getenv("CONFIGURATION_DIRECTORY")
		if path = existing(filepath.Join(dir, "storywire.toml")); dir == "" || path == "" {
			return c, c.Validate()
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return c, fmt.Errorf("read configuration: %w", err)
	}
	usual := c.Feeds
	c.Feeds = unsaid
	if err := toml.NewDecoder(bytes.NewReader(b)).DisallowUnknownFields().Decode(&c); err != nil {
		return c, fmt.Errorf("configuration %s: %w", path, explain(err))
	}
	// Paths in the file are meant from where the file lies.
	c.Database = from(filepath.Dir(path), c.Database)
	c.Access.PasswordFile = from(filepath.Dir(path), c.Access.PasswordFile)
	c.Writer.KeyFile = from(filepath.Dir(path), c.Writer.KeyFile)
	if c.Feeds == unsaid {
		c.Feeds = usual
	} else if c.Feeds = from(filepath.Dir(path), c.Feeds); c.Feeds != "" && existing(c.Feeds) == "" {
		return c, fmt.Errorf("configuration %s: feeds: there is no file %s", path, c.Feeds)
	}
	if err := c.Validate(); err != nil {
		return c, fmt.Errorf("configuration %s: %w", path, err)
	}
	return c, nil
}

func from(dir, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// explain says where in the file the decoder stumbled.
func explain(err error) error {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		first := unknown.Errors[0]
		row, _ := first.Position()
		return fmt.Errorf("line %d: unknown key %q: see the README for the keys there are", row, strings.Join(first.Key(), "."))
	}
	var bad *toml.DecodeError
	if errors.As(err, &bad) {
		row, column := bad.Position()
		return fmt.Errorf("line %d, column %d: %w", row, column, err)
	}
	return err
}

// String is the configuration as its file would say it. It holds no secret.
func (c Config) String() string {
	b, err := toml.Marshal(c)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// reachable is the configuration without what others would have to reach us
// for, where it does not say where we are, and without the hub where it would
// hand out what is not public.
func (c Config) reachable() Config {
	c.Poll.Push = c.Poll.Push && c.BaseURL != ""
	if c.BaseURL == "" || c.Access.Reading != "public" {
		c.Hub.Serve, c.Hub.Ping = false, nil
	}
	return c
}

// hubs are those that feeds name: our own first.
func (c Config) hubs() []string {
	if c.Hub.Serve {
		return append([]string{strings.TrimRight(c.BaseURL, "/") + web.HubPath}, c.Hub.Ping...)
	}
	return c.Hub.Ping
}

// Validate says what is wrong with the values and how to mend it.
func (c Config) Validate() error {
	_, port, err := net.SplitHostPort(c.Listen)
	if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil {
		return fmt.Errorf(`listen: %q is not an address and port: write it as "127.0.0.1:8484"`, c.Listen)
	}
	if c.BaseURL != "" {
		u, err := url.Parse(c.BaseURL)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" {
			return fmt.Errorf(`base_url: %q is not an address readers can open: write it as "https://news.example.org"`, c.BaseURL)
		}
	}
	if err := c.checkLengths(); err != nil {
		return err
	}
	switch {
	case c.Access.Reading != "public" && c.Access.Reading != "keys":
		return fmt.Errorf(`access.reading: %q is neither "public" nor "keys"`, c.Access.Reading)
	case c.Database == "":
		return errors.New("database: name a file")
	case c.Poll.Parallel < 1:
		return errors.New("poll.parallel: at least 1 fetch must be allowed at once")
	case c.Poll.MaxBody < 1<<10:
		return errors.New("poll.max_body: feeds need at least 1024 bytes")
	case c.Poll.Timeout <= 0 || c.Webhook.Timeout <= 0:
		return errors.New("timeout: must be longer than 0")
	case c.Poll.MinInterval > c.Poll.Interval || c.Poll.Interval > c.Poll.MaxInterval:
		return errors.New("poll: min_interval, interval and max_interval must be in rising order")
	case c.Story.Settle > Duration(7*day) || c.Story.MinInterval > Duration(7*day):
		return errors.New("story: settle and min_interval may be a week at most")
	case c.Poll.MaxInterval > Duration(7*day):
		return errors.New("poll.max_interval: may be a week at most")
	case slices.ContainsFunc(c.Hub.Ping, func(hub string) bool { return publish.WebLink(hub) != hub }):
		return errors.New(`hub.ping: write hubs as "https://hub.example.org/"`)
	case c.Hub.Subscribers < 0:
		return errors.New("hub.subscribers: cannot be less than 0")
	case c.Story.Window <= 0:
		return errors.New("story.window: must be longer than 0")
	case c.Story.EndedAfter > 0 && c.Story.QuietAfter > c.Story.EndedAfter:
		return errors.New("story: quiet_after must not be longer than ended_after")
	}
	if err := c.Writer.validate(); err != nil {
		return err
	}
	_, err = c.Log.level()
	return err
}

// checkLengths finds lengths of time that were written as a number, without a
// unit: the decoder takes it for nanoseconds, which nobody means.
func (c Config) checkLengths() error {
	lengths := map[string][]Duration{
		"poll":    {c.Poll.Interval, c.Poll.MinInterval, c.Poll.MaxInterval, c.Poll.Timeout},
		"story":   {c.Story.Settle, c.Story.MinInterval, c.Story.QuietAfter, c.Story.EndedAfter, c.Story.Window},
		"writer":  {c.Writer.Timeout},
		"webhook": append([]Duration{c.Webhook.Timeout}, c.Webhook.Retries...),
	}
	for _, table := range slices.Sorted(maps.Keys(lengths)) {
		for _, length := range lengths[table] {
			if length < 0 || length > 0 && length < Duration(time.Millisecond) {
				return fmt.Errorf(`%s: %d is no length of time: write it with its unit, as "90s", "15m", "12h" or "30d"`, table, length)
			}
		}
	}
	return nil
}

func (c WriterConfig) validate() error {
	u, err := url.Parse(c.address())
	switch {
	case c.API == "":
		return nil
	case llm.Endpoint(c.API) == "":
		return fmt.Errorf(`writer.api: %q is none of "openai", "anthropic" and "ollama"`, c.API)
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "":
		return errors.New(`writer.url: write it as "https://llm.example.org/v1", without a key`)
	case c.Model == "":
		return errors.New("writer.model: name the model")
	case c.Timeout <= 0 || c.Timeout > Duration(3*time.Minute):
		return errors.New("writer.timeout: may be 3 minutes at most")
	case c.TokensMinute < 0 || c.TokensDay < 0 || c.TokensStory < 0:
		return errors.New("writer: tokens cannot be less than 0; 0 is no bound")
	}
	return nil
}

// address is where the API is.
func (c WriterConfig) address() string { return cmp.Or(c.URL, llm.Endpoint(c.API)) }
