// Package track finds which articles belong to which story. It is online
// clustering without a language model: an article becomes sparse vectors of
// stems and names (features.go), an inverted index offers the live stories it
// may belong to (index.go), one score weighs words, names and time for joining
// a story and for merging two (score.go), and the article joins the best or
// founds a story of its own (tracker.go). A second look merges stories that a
// new article proves to be one, near copies are marked, and followed stories
// take in what their profile accepts (follow.go). The core is pure: it knows
// no wall clock and can be rebuilt from stored articles and memberships, so
// that a run with restarts gives the same stories. Step joins it to storage.
package track

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"github.com/storywire/storywire/news"
)

// StoryID returns the permanent id of the story that an article founds: ten
// characters of lower-case base32 (50 bits), from what identifies the article
// outside of any database. The same article gives the same id for ever.
func StoryID(a news.Article) string {
	sum := sha256.Sum256([]byte(a.Outlet + "\x00" + a.GUID + "\x00" + a.URL))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:10]
}
