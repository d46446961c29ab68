package news

import "errors"

// ErrNotFound says that storage holds nothing under the name asked for.
var ErrNotFound = errors.New("not found")
