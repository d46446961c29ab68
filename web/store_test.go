package web

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// memory is a store that holds everything in slices.
type memory struct {
	stories   []news.Story
	revisions []news.StoredRevision
	articles  map[string][]news.Article
	members   map[string][]news.Membership
	feeds     []news.Feed
	password  string
	edits     int // changes that were published
	keys      []news.Key
	err       error // what every call fails with
}

func (m *memory) Stories(_ context.Context, f news.StoryFilter) ([]news.Story, error) {
	var out []news.Story
	for _, s := range m.stories {
		switch {
		case f.Status == "" && (s.Status == news.Merged || s.Status == news.Deleted), f.Status != "" && s.Status != f.Status:
		case f.Followed && !s.Followed, !s.Followed && !s.Discovered:
		case f.Category != "" && !slices.Contains(s.Categories, f.Category):
		case !strings.Contains(strings.ToLower(s.Title), strings.ToLower(f.Search)):
		case s.Updated.Before(f.Since):
		default:
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, byRank)
	if f.After != nil {
		out = slices.DeleteFunc(out, func(s news.Story) bool { return byRank(s, *f.After) <= 0 })
	}
	return out[:min(cmp.Or(f.Limit, 100), len(out))], m.err
}

// byRank orders stories as lists have them.
func byRank(a, b news.Story) int {
	rank := func(s news.Story) int {
		if s.Followed {
			return 0
		}
		return 1
	}
	return cmp.Or(rank(a)-rank(b), b.Updated.Compare(a.Updated), strings.Compare(b.ID, a.ID))
}

func (m *memory) Story(_ context.Context, id string) (news.Story, error) {
	for _, s := range m.stories {
		if s.ID == id {
			return s, m.err
		}
	}
	return news.Story{}, cmp.Or(m.err, fmt.Errorf("story %s: %w", id, news.ErrNotFound))
}

func (m *memory) Members(_ context.Context, id string) ([]news.Article, []news.Membership, error) {
	return m.articles[id], m.members[id], m.err
}

func (m *memory) Categories(context.Context) ([]string, error) {
	var out []string
	for _, s := range m.stories {
		out = append(out, s.Categories...)
	}
	slices.Sort(out)
	return slices.Compact(out), m.err
}

func (m *memory) Revision(_ context.Context, id string, number int) (news.StoredRevision, error) {
	for _, r := range m.revisions {
		if r.Revision.Story.ID == id && (number == 0 || r.Revision.Revision.Number == number) {
			return r, m.err
		}
	}
	return news.StoredRevision{}, cmp.Or(m.err, fmt.Errorf("revision: %w", news.ErrNotFound))
}

func (m *memory) Revisions(_ context.Context, f news.RevisionFilter) ([]news.StoredRevision, error) {
	var out []news.StoredRevision
	for _, r := range m.revisions {
		if f.Story != "" && r.Revision.Story.ID != f.Story || f.Story == "" && r.Quiet ||
			f.Category != "" && !slices.Contains(r.Categories, f.Category) || r.Revision.Revision.Articles < f.MinArticles ||
			f.Before > 0 && (f.Story != "" && int64(r.Revision.Revision.Number) >= f.Before || f.Story == "" && r.Seq >= f.Before) {
			continue
		}
		out = append(out, r)
	}
	return out[:min(cmp.Or(f.Limit, 50), len(out))], m.err
}

func (m *memory) Edition(ctx context.Context, id string) (int64, bool, error) {
	edition := int64(1_700_000_000_000 + m.edits)
	if id == "" {
		return edition, false, m.err
	}
	s, err := m.Story(ctx, id)
	return edition, s.Status == news.Merged || s.Status == news.Deleted, err
}

func (m *memory) Password(context.Context) (string, error) { return m.password, m.err }

func (m *memory) AddKey(_ context.Context, k news.Key) (bool, error) {
	m.keys = append(m.keys, k)
	return true, m.err
}

func (m *memory) FindKey(_ context.Context, sum []byte, now time.Time) (news.Key, error) {
	for _, k := range m.keys {
		if bytes.Equal(k.Sum, sum) && (k.Until.IsZero() || now.Before(k.Until)) {
			return k, m.err
		}
	}
	return news.Key{}, cmp.Or(m.err, news.ErrNotFound)
}

func (m *memory) EndSession(_ context.Context, sum []byte) error {
	m.keys = slices.DeleteFunc(m.keys, func(k news.Key) bool { return bytes.Equal(k.Sum, sum) })
	return m.err
}

// let makes a key.
func (m *memory) let(secret string, scope news.Scope) {
	sum := sha256.Sum256([]byte(secret))
	m.keys = append(m.keys, news.Key{Sum: sum[:], Name: secret, Scope: scope})
}

func (m *memory) Feeds(context.Context) ([]news.Feed, error) { return m.feeds, m.err }

// newsroom is a store with one story in each state; the followed one, "k3v9",
// has three revisions, the first of them quiet.
func newsroom() (*memory, error) {
	data, err := os.ReadFile("../publish/testdata/harbour.json")
	if err != nil {
		return nil, err
	}
	var rev news.Revision
	if err := json.Unmarshal(data, &rev); err != nil {
		return nil, err
	}
	at := rev.Story.Updated
	story := func(id, title string, status news.Status, age time.Duration, categories ...string) news.Story {
		return news.Story{
			ID: id, Title: title, Status: status, Discovered: true, FirstSeen: at.Add(-age - 50*time.Hour),
			Updated: at.Add(-age), Articles: 5, Outlets: 3, Revision: 1, Categories: categories,
		}
	}
	m := &memory{
		stories: []news.Story{
			story("k3v9", rev.Story.Title, news.Developing, 0, "region", "transport"),
			story("f0ll", "Election of the harbour board", news.Developing, time.Hour),
			story("d3v1", "Dairy farmers block the Eastbrook road over milk prices", news.Developing, 2*time.Hour, "economy"),
			story("d3v2", "A comet brightens ahead of its closest approach in a generation, and observatories open their doors", news.Developing, 5*time.Hour, "science"),
			story("qu13", "Ferry timetable dispute", news.Quiet, 200*time.Hour, "transport"),
			story("3nd3", "Storm Anselm", news.Ended, 900*time.Hour, "region"),
			{ID: "m3rg", Title: "Tunnel flood", Status: news.Merged, MergedInto: "m3r2", Revision: 1},
			{ID: "m3r2", Title: "Harbour flood", Status: news.Merged, MergedInto: "k3v9"},
			{ID: "d3l3", Title: "A story nobody wanted", Status: news.Deleted, Revision: 1},
			{ID: "m3rd", Title: "Another", Status: news.Merged, MergedInto: "d3l3"},
			{ID: "l00p", Status: news.Merged, MergedInto: "l00p"},
		},
		articles: map[string][]news.Article{}, members: map[string][]news.Membership{},
	}
	m.stories[0].Followed, m.stories[0].Revision = true, 3
	m.stories[1].Followed, m.stories[1].Discovered, m.stories[1].Revision = true, false, 0
	m.stories[1].Articles, m.stories[1].Outlets = 0, 0
	m.tell(rev, "m3rg")
	for _, s := range rev.Sources {
		m.articles["k3v9"] = append(m.articles["k3v9"], news.Article{
			ID: int64(s.N), Outlet: s.Outlet, Title: s.Title, URL: s.URL, Published: s.Published, FullText: s.Basis == "full text",
		})
		m.members["k3v9"] = append(m.members["k3v9"], news.Membership{
			Story: "k3v9", Article: int64(s.N), Score: .61, At: s.Published.Add(time.Minute), ByPerson: s.N == 3,
			Reason: "shares Nordhavn, Eastbrook and tunnel with the story",
		})
	}
	m.feeds = []news.Feed{
		{ID: 1, URL: "https://reader:secret@courier.example/rss", Title: "Nordhavn Courier", State: news.FeedActive, LastFetch: at, LastSuccess: at, NextFetch: at.Add(20 * time.Minute), Articles: 240, Categories: []string{"region"}},
		{ID: 2, URL: "https://daily.example/feed.atom", Title: "Eastbrook Daily", State: news.FeedActive, LastFetch: at, LastSuccess: at.Add(-30 * time.Hour), NextFetch: at.Add(time.Hour), Manners: news.Manners{Failures: 4}, LastError: "the server answers 503 Service Unavailable", Articles: 87},
		{ID: 3, URL: "https://radio.example/gone.xml", State: news.FeedGone, LastFetch: at.Add(-time.Hour), LastError: "410 Gone"},
		{ID: 4, URL: "https://new.example/feed", Title: "A new feed", State: news.FeedActive, NextFetch: at},
	}
	return m, nil
}

// tell adds three revisions of the harbour story and one of a merged story,
// newest first.
func (m *memory) tell(rev news.Revision, merged string) {
	for n := 3; n > 0; n-- {
		r := rev
		r.Revision.Number = n
		r.Revision.Created = rev.Revision.Created.Add(time.Duration(n-3) * 26 * time.Hour)
		r.Revision.Articles = n + 1
		r.Revision.Label = news.Label(n + 1)
		if n == 1 {
			r.WhatsNew = nil
		}
		m.revisions = append(m.revisions, news.StoredRevision{Revision: r, Quiet: n == 1, Categories: []string{"region", "transport"}})
	}
	rev.Story.ID, rev.Story.Title = merged, "Tunnel flood"
	rev.Revision.Number, rev.Revision.Created = 1, rev.Revision.Created.Add(-90*time.Hour)
	m.revisions = append(m.revisions, news.StoredRevision{Revision: rev})
}
