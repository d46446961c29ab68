package web

import (
	"context"
	"io"

	"github.com/storywire/storywire/news"
)

// StoryDesk does what a person asks for about stories. Its methods return
// news.ErrNotFound for what there is none of, and a news.Refusal for what
// cannot be done, in words for the person.
type StoryDesk interface {
	// Preview returns which of the stored articles that share words with a query
	// it would have caught, newest first, and how many it looked through.
	Preview(ctx context.Context, q news.Query) (caught []news.Catch, of int, err error)
	// Follow makes a followed story and looks through what is stored for it.
	Follow(ctx context.Context, q news.Query) (news.Story, error)
	FollowStory(ctx context.Context, id string) error
	Unfollow(ctx context.Context, id string) error
	// FindArticle returns the stored article of this id or address.
	FindArticle(ctx context.Context, idOrURL string) (news.Article, error)
}

// MendDesk mends stories where tracking went wrong. It fails as a StoryDesk does.
type MendDesk interface {
	Rename(ctx context.Context, id, title string) error
	// SetPace says how long a story waits for more articles before a revision, and
	// how long at least after one: "90s", "6h", "2d"; "" for what is configured.
	SetPace(ctx context.Context, id, settle, minInterval string) error
	// Delete takes a story away for good. Its articles stay.
	Delete(ctx context.Context, id string) error
	MergeStories(ctx context.Context, from, into string) error
	// Split makes articles of a story a story of their own.
	Split(ctx context.Context, story string, articles []int64) (id string, err error)
	Move(ctx context.Context, article int64, from, to string) error
	// Expel takes an article out of a story.
	Expel(ctx context.Context, article int64, story string) error
}

// FeedDesk changes what is polled. It fails as a StoryDesk does.
type FeedDesk interface {
	// AddFeed subscribes to a feed, or to the one that the page at the address
	// offers, and returns its address. It returns the addresses there are to
	// choose from where the page offers several.
	AddFeed(ctx context.Context, address string) (added string, choice []string, err error)
	RemoveFeed(ctx context.Context, address string) error
	// Import subscribes to the feeds of an OPML document.
	Import(ctx context.Context, r io.Reader) (added, known int, err error)
	// Export writes the subscriptions as OPML.
	Export(ctx context.Context, w io.Writer) error
}

// Desk does what a person asks for.
type Desk interface {
	StoryDesk
	MendDesk
	FeedDesk
}
