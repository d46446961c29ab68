package news

import "time"

// Format is how a receiver is spoken to.
type Format string

// The formats of endpoints.
const (
	Standard Format = "standard" // Standard Webhooks 1.0: a signed JSON document
	Slack    Format = "slack"    // an incoming webhook
	Discord  Format = "discord"  // a channel's webhook
	Teams    Format = "teams"    // a workflow that takes webhook requests
	Ntfy     Format = "ntfy"
	Matrix   Format = "matrix"
	Telegram Format = "telegram" // a bot
	Email    Format = "email"    // through an SMTP server
	Exec     Format = "exec"     // a local program
)

// The events an endpoint can ask for.
const (
	StoryUpdated    = "story.updated"    // a revision was published
	StoryDiscovered = "story.discovered" // a story of the stream got its first revision
	StoryFollowed   = "story.followed"
	StoryMerged     = "story.merged"
	StoryQuiet      = "story.quiet" // nothing was heard of it for a while
	FeedFailing     = "feed.failing"
	FeedRecovered   = "feed.recovered"
)

// The events that are sent unasked.
const (
	Ping   = "ping"
	Digest = "stories.digest" // the stories updated since the last; to endpoints with a digest time, instead of story.updated
)

// Events returns the events an endpoint can ask for.
func Events() []string {
	return []string{StoryUpdated, StoryDiscovered, StoryFollowed, StoryMerged, StoryQuiet, FeedFailing, FeedRecovered}
}

// Endpoint is a webhook receiver.
type Endpoint struct {
	ID     int64
	Format Format
	URL    string // "" for a program
	// Target is the room, the chat or the recipients there; for a program, its
	// path and arguments as a JSON list.
	Target      string
	Secret      string    // signs ("whsec_…", "whsk_…") or logs in; never printed after it was made
	Former      string    // the secret before, which signs too until FormerUntil
	FormerUntil time.Time // zero: there is none
	Wants       Wants
	Created     time.Time
	Disabled    string    // why it is off; "" while it is on
	Failures    int       // attempts failed in a row
	Failing     time.Time // when the first of them was; zero: none
	Rest        time.Time // nothing is sent before
}

// Wants is what an endpoint wants to hear of.
type Wants struct {
	Events      []string
	Stories     []string // only these; empty: all
	Categories  []string // only these; empty: all
	Followed    bool     // only followed stories
	MinArticles int      // story.updated only once this many articles are new
	// MinInterval is the least time between two deliveries of one story's
	// revisions; those between are superseded by the latest.
	MinInterval time.Duration
	Digest      string // "07:30 Europe/Berlin": once a day instead of at once
}

// DeliveryState is where a delivery is in its life.
type DeliveryState string

// The states of a delivery.
const (
	Pending    DeliveryState = "pending"
	Delivered  DeliveryState = "delivered"
	Expired    DeliveryState = "expired"    // all attempts failed, or the endpoint was removed
	Superseded DeliveryState = "superseded" // a later revision went in its place, or the story was deleted
)

// Delivery is an event owed to an endpoint. Its ID is the idempotency key,
// equal over all attempts.
type Delivery struct {
	ID        string // "msg_…"
	Endpoint  Endpoint
	Event     string
	Story     string
	Revision  int
	Body      *Revision  // of story.updated and story.discovered
	Happening *Happening // of the other events; nil for a ping
	Digest    []Revision // of a digest, oldest first
	Created   time.Time
	Due       time.Time
	Attempts  int // begun, all of them
	Failures  int // of them failed, since it was last owed
	State     DeliveryState
	LastError string
}

// Happening is what an event without a revision tells.
type Happening struct {
	Schema int         `json:"schema"`
	Story  *StoryHead  `json:"story,omitempty"`
	Into   *StoryHead  `json:"into,omitempty"` // the story it was merged into
	Feed   *FeedHealth `json:"feed,omitempty"`
}

// FeedHealth is what is told of a feed that fails or works again.
type FeedHealth struct {
	URL         string     `json:"url"`
	Title       string     `json:"title"`
	Failures    int        `json:"failures"`                // in a row
	LastSuccess *time.Time `json:"last_success"`            // null: never
	Error       string     `json:"error,omitempty"`         // while it fails
	Failing     *time.Time `json:"failing_since,omitempty"` // once it works again
}

// Attempt is one try at a delivery. It is recorded before the request leaves
// and completed with the outcome.
type Attempt struct {
	Delivery string
	Endpoint int64
	Number   int // from 1
	Started  time.Time
	Finished time.Time     // zero: the outcome is not known
	Status   int           // HTTP or exit status, 0 if there was none
	Error    string        // "" on success
	Response string        // the first bytes of the answer
	State    DeliveryState // of the delivery after this attempt
	Due      time.Time     // of the next attempt, if State is Pending
	Failed   bool          // counts against delivery and endpoint
	Slow     bool          // the endpoint may not take the place of quick ones
	Rest     time.Time     // when the endpoint may be tried again
	Disable  string        // why the endpoint is to be switched off, "" if it is not
}

// Turn is what the sender hands to storage at once: outcomes, and the
// endpoints whose next attempt begins.
type Turn struct {
	Done  []Attempt
	Begin []int64
	Now   time.Time
	Retry time.Time // when an attempt begun is due again if its outcome is never recorded
}

// DueEndpoint is an endpoint that something can be sent to.
type DueEndpoint struct {
	ID   int64
	Slow bool // its last attempt failed or took long
}

// SecretURL reports whether the address of an endpoint is itself what lets one
// in: it is never shown.
func (f Format) SecretURL() bool { return f == Slack || f == Discord || f == Teams }
