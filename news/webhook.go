package news

import "time"

// Endpoint is a webhook receiver.
type Endpoint struct {
	ID       int64
	URL      string
	Secret   string // "whsec_…"; never printed after it was made
	Story    string // only this story; "" for all
	Followed bool   // only followed stories
	Created  time.Time
	Disabled string // why it is off; "" while it is on
}

// DeliveryState is where a delivery is in its life.
type DeliveryState string

// The states of a delivery.
const (
	Pending   DeliveryState = "pending"
	Delivered DeliveryState = "delivered"
	Expired   DeliveryState = "expired" // all attempts failed
)

// Delivery is a revision owed to an endpoint. Its ID is the idempotency key,
// equal over all attempts.
type Delivery struct {
	ID        string // "msg_…"
	Endpoint  Endpoint
	Event     string // "story.updated", "ping"
	Story     string
	Revision  int
	Body      *Revision // nil for a ping
	Created   time.Time
	Due       time.Time
	Attempts  int
	State     DeliveryState
	LastError string
}

// Attempt is one try at a delivery. It is recorded before the request leaves
// and completed with the outcome.
type Attempt struct {
	Delivery string
	Number   int // from 1
	Started  time.Time
	Finished time.Time     // zero: the outcome is not known
	Status   int           // HTTP status, 0 if there was no answer
	Error    string        // "" on success
	Response string        // the first bytes of the answer
	State    DeliveryState // of the delivery after this attempt
	Due      time.Time     // of the next attempt, if State is Pending
	Disable  string        // why the endpoint is to be switched off, "" if it is not
}
