package news

import "errors"

// ErrNotFound says that storage holds nothing under the name asked for.
var ErrNotFound = errors.New("not found")

// Refusal says to a person what cannot be done, and what can.
type Refusal string

// Error is the text itself.
func (r Refusal) Error() string { return string(r) }
