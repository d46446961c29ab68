package news

import "time"

// Scope is what a key opens.
type Scope string

// The scopes of a key.
const (
	ScopeRead    Scope = "read"    // pages, feeds and API, where reading is not public
	ScopeWrite   Scope = "write"   // reading, and whatever a person may do
	ScopeSession Scope = "session" // as write: the cookie of a browser that logged in
)

// Key lets its holder in. The secret itself is nowhere kept: it is random and
// long, so that a plain hash of it gives nothing away.
type Key struct {
	Sum     []byte // SHA-256 of the secret
	Name    string
	Scope   Scope
	Created time.Time
	Until   time.Time // zero: for ever
}
