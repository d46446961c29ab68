package news

import (
	"errors"
	"time"
)

// ErrFull says that storage holds as many rows of strangers as it may.
var ErrFull = errors.New("there is no room for more")

// ErrUnwanted says that what is brought was asked for once, but is no more.
var ErrUnwanted = errors.New("no longer wanted")

// IntentMode is what a subscriber of our hub asks for.
type IntentMode string

// The modes of WebSub, as hub.mode has them.
const (
	Subscribe   IntentMode = "subscribe"
	Unsubscribe IntentMode = "unsubscribe"
)

// Intent is a request to our hub that the subscriber has still to confirm.
type Intent struct {
	Mode     IntentMode
	Topic    string // path of one of our feeds, below the site's address
	Callback string // to the letter as it was given
	Secret   string // "" for none
	Lease    time.Duration
	Created  time.Time
	Due      time.Time
	Attempts int
}

// Room is how many subscribers our hub takes, the unconfirmed counted too.
type Room struct {
	All     int
	PerHost int // of callbacks at one host
	Pending int // unconfirmed, at one host
}

// Subscriber is told by our hub what is new in one of our feeds, until its
// lease ends. The topic and the callback name it.
type Subscriber struct {
	Topic    string
	Callback string
	Secret   string
	Until    time.Time // when the lease ends
	Sent     string    // which document it was told of last, "" for none
	Due      time.Time // when it is to be told; zero: nothing is owed
	Attempts int       // to tell what is owed
}

// Told is the outcome of telling a subscriber.
type Told struct {
	Subscriber
	Begun time.Time // the due time of the attempt, as BeginTelling set it
	Retry time.Time // zero: nothing is owed any more
	Error string    // "" after a success
	Gone  bool      // the subscriber wants no more
}

// HubState tells how far a subscription at a hub is.
type HubState string

// The states of a subscription at a hub.
const (
	HubAsked  HubState = "asked"  // the hub has not yet confirmed
	HubActive HubState = "active" // confirmed, until the lease ends
	HubDenied HubState = "denied"
)

// HubSubscription is our subscription to a feed at the hub it offers.
type HubSubscription struct {
	Feed      Feed
	Hub       string // its address
	Topic     string // what the feed is called there
	Token     string // unguessable, the end of our callback
	Secret    string // signs what is pushed
	State     HubState
	Until     time.Time // when the lease ends, zero before there is one
	Due       time.Time // when the hub is to be asked (again)
	Attempts  int       // since it last confirmed
	LastError string    // why it did not; "" while all is well
}

// HubPing is what a hub of others is to be told: which feeds of ours have changed.
type HubPing struct {
	Hub        string
	Told       time.Time // of the revisions up to then it knows
	Newest     time.Time // of those it is told of now
	Stories    []string
	Categories []string // of these, with repeats
	Due        time.Time
	Attempts   int
}
