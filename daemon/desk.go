package daemon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/storywire/storywire/feed"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/storage"
	"github.com/storywire/storywire/track"
)

// Desk does what a person asks for, on a page or on the command line.
type Desk struct {
	*storage.Store
	Poller *feed.Poller // looks at feeds before they are added; nil: they are not
	Done   func()       // called after each change; nil: nobody has to know
}

func (d Desk) done(err error) error {
	if err == nil && d.Done != nil {
		d.Done()
	}
	return err
}

// Follow makes a followed story and looks through what is stored for it. If one
// is followed by the same query it is that one. A query that asks for nothing is
// refused with a news.Refusal.
func (d Desk) Follow(ctx context.Context, q news.Query) (news.Story, error) {
	if err := track.CheckQuery(q); err != nil {
		return news.Story{}, news.Refusal(err.Error())
	}
	all, err := d.Stories(ctx, news.StoryFilter{Followed: true, Limit: 10000})
	if err != nil {
		return news.Story{}, err
	}
	for _, story := range all {
		if story.Query != nil && story.Query.Equal(q) {
			return story, nil
		}
	}
	story, err := d.Store.Follow(ctx, q)
	if err != nil {
		return story, err
	}
	tracked, err := d.Tracked(ctx, story.ID)
	if err != nil {
		return story, err
	}
	if err := track.Backfill(ctx, d.Store, tracked); err != nil {
		return story, fmt.Errorf("the story is followed, but the stored articles could not be looked through yet: %w", err)
	}
	story, err = d.Story(ctx, story.ID)
	return story, d.done(err)
}

// FollowStory marks a story of the stream as followed.
func (d Desk) FollowStory(ctx context.Context, id string) error {
	return d.done(d.Store.FollowStory(ctx, id))
}

// Unfollow ends following a story.
func (d Desk) Unfollow(ctx context.Context, id string) error {
	return d.done(d.Store.Unfollow(ctx, id))
}

// previewed is how many of the newest articles that share a word with a query
// its preview looks through.
const previewed = 2000

// Preview returns which of the stored articles that share words with a query it
// would catch, newest first, and how many it looked through.
func (d Desk) Preview(ctx context.Context, q news.Query) ([]news.Catch, int, error) {
	if err := track.CheckQuery(q); err != nil {
		return nil, 0, news.Refusal(err.Error())
	}
	words := slices.Concat([]string{q.Words}, q.All, q.Any)
	var seeds []news.Article
	for _, id := range q.Seeds {
		a, err := d.FindArticle(ctx, fmt.Sprint(id))
		if err != nil {
			return nil, 0, err
		}
		words, seeds = append(words, a.Title), append(seeds, a)
	}
	found, err := d.Mentioning(ctx, particular(words), previewed)
	if err != nil {
		return nil, 0, err
	}
	slices.SortFunc(found, func(a, b news.Article) int { return cmp.Or(a.Published.Compare(b.Published), cmp.Compare(a.ID, b.ID)) })
	p := &preview{Store: d.Store, among: found}
	story := news.TrackedStory{Story: news.Story{ID: "preview", Query: &q}, Articles: seeds}
	if err := track.Backfill(ctx, p, story); err != nil {
		return nil, 0, err
	}
	reasons := map[int64]string{}
	for _, m := range p.caught {
		reasons[m.Article] = m.Reason
	}
	var caught []news.Catch
	for _, a := range slices.Backward(found) {
		if reason, in := reasons[a.ID]; in {
			caught = append(caught, news.Catch{Article: a, Reason: reason})
		}
	}
	return caught, len(found), nil
}

// particular leaves out the short words that any article may hold, unless there
// are no others.
func particular(texts []string) []string {
	all := strings.Fields(strings.Join(texts, " "))
	long := slices.DeleteFunc(slices.Clone(all), func(w string) bool { return len(w) < 4 && w == strings.ToLower(w) })
	if len(long) == 0 {
		return all
	}
	return long
}

// preview is a store in which a look back finds only some articles, and records
// nothing.
type preview struct {
	*storage.Store
	among  []news.Article
	caught []news.Membership
}

// Stored yields the articles to look at.
func (p *preview) Stored(ctx context.Context, _ []string, yield func(news.Article, string) error) error {
	homes, err := p.HomesOf(ctx, p.among)
	if err != nil {
		return err
	}
	for _, a := range p.among {
		if err := yield(a, homes[a.ID]); err != nil {
			return err
		}
	}
	return nil
}

// Adopt keeps what was found to itself.
func (p *preview) Adopt(_ context.Context, _ string, found []news.Membership) error {
	p.caught = found
	return nil
}

// Rename gives a story a title that stays.
func (d Desk) Rename(ctx context.Context, id, title string) error {
	return d.done(d.Store.Rename(ctx, id, title))
}

// SetPace says how long a story waits before it is revised, in lengths of time as
// the configuration has them; "" leaves one to the configuration.
func (d Desk) SetPace(ctx context.Context, id, settle, minInterval string) error {
	wait, err := waiting(settle)
	if err != nil {
		return err
	}
	interval, err := waiting(minInterval)
	if err != nil {
		return err
	}
	return d.done(d.Store.SetPace(ctx, id, news.Pace{Settle: wait, MinInterval: interval}))
}

// waiting reads how long a story waits, nil for "".
func waiting(said string) (*time.Duration, error) {
	if said = strings.TrimSpace(said); said == "" {
		return nil, nil
	}
	var length Duration
	if err := length.UnmarshalText([]byte(said)); err != nil {
		return nil, news.Refusal(err.Error())
	}
	if length > 7*Duration(day) {
		return nil, news.Refusal("a story may wait a week at most")
	}
	return new(length.D()), nil
}

// Delete takes a story away for good.
func (d Desk) Delete(ctx context.Context, id string) error {
	return d.done(d.Store.Delete(ctx, id))
}

// MergeStories joins one story into another.
func (d Desk) MergeStories(ctx context.Context, from, into string) error {
	return d.done(d.Store.MergeStories(ctx, from, into))
}

// Split makes articles of a story a story of their own, named after the first.
func (d Desk) Split(ctx context.Context, story string, articles []int64) (string, error) {
	whole, err := d.Story(ctx, story)
	switch {
	case err != nil:
		return "", err
	case len(articles) == 0:
		return "", news.Refusal("choose the articles to take out")
	case len(articles) >= whole.Articles:
		return "", news.Refusal("leave at least one article in the story")
	}
	founder, id, err := d.founded(ctx, articles[0])
	if err != nil {
		return "", err
	}
	return id, d.done(d.Store.Split(ctx, story, id, founder.Title, articles))
}

// Move puts an article of one story into another.
func (d Desk) Move(ctx context.Context, article int64, from, to string) error {
	return d.done(d.Store.Move(ctx, article, from, to))
}

// Expel takes an article out of a story; in the stream it is alone then.
func (d Desk) Expel(ctx context.Context, article int64, story string) error {
	_, id, err := d.founded(ctx, article)
	if err != nil {
		return err
	}
	return d.done(d.Store.Expel(ctx, article, story, id))
}

// founded returns an article and the id of a story founded by it: its own, or
// the next one that is free where it founded a story before.
func (d Desk) founded(ctx context.Context, article int64) (news.Article, string, error) {
	founder, err := d.FindArticle(ctx, fmt.Sprint(article))
	if err != nil {
		return founder, "", err
	}
	a := founder
	for n := 2; ; n++ {
		id := track.StoryID(a)
		_, err := d.Story(ctx, id)
		if errors.Is(err, news.ErrNotFound) {
			return founder, id, nil
		}
		if err != nil {
			return founder, "", err
		}
		a.GUID = fmt.Sprintf("%s#%d", founder.GUID, n)
	}
}

// AddFeed subscribes to a feed, or to the one the page at the address offers.
// Where it offers several, it returns them to choose from.
func (d Desk) AddFeed(ctx context.Context, address string) (string, []string, error) {
	if address = strings.TrimSpace(address); !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", nil, news.Refusal(fmt.Sprintf("%q is not an address: it begins with https:// or http://", address))
	}
	found, err := d.Poller.CheckURL(ctx, address, false)
	var page *feed.NotFeed
	if errors.As(err, &page) && len(page.Feeds) == 1 {
		address = page.Feeds[0]
		found, err = d.Poller.CheckURL(ctx, address, false)
	} else if page != nil && len(page.Feeds) > 1 {
		return "", page.Feeds, nil
	}
	if err != nil {
		return "", nil, news.Refusal(err.Error())
	}
	_, err = d.Store.AddFeed(ctx, news.Subscription{URL: address, SiteURL: found.URL})
	return address, nil, d.done(err)
}

// RemoveFeed stops polling a feed.
func (d Desk) RemoveFeed(ctx context.Context, address string) error {
	return d.done(d.Store.RemoveFeed(ctx, address))
}

// Import subscribes to the feeds of an OPML document.
func (d Desk) Import(ctx context.Context, r io.Reader) (added, known int, err error) {
	subs, err := feed.ReadOPML(r)
	if err != nil {
		return 0, 0, news.Refusal(err.Error())
	}
	added, err = d.Subscribe(ctx, subs)
	return added, len(subs) - added, err
}

// Subscribe subscribes to feeds and returns how many were not there already.
func (d Desk) Subscribe(ctx context.Context, subs []news.Subscription) (added int, err error) {
	for _, sub := range subs {
		isNew, err := d.Store.AddFeed(ctx, sub)
		if err != nil {
			return added, err
		}
		if isNew {
			added++
		}
	}
	return added, d.done(nil)
}

// Export writes the subscriptions as OPML.
func (d Desk) Export(ctx context.Context, w io.Writer) error {
	all, err := d.Feeds(ctx)
	if err != nil {
		return err
	}
	return feed.WriteOPML(w, "storywire subscriptions", all)
}
