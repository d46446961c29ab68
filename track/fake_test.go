package track

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/storywire/storywire/news"
)

// fakeStore is storage in memory.
type fakeStore struct {
	articles []news.Article // by publication
	home     map[int64]string
	stories  map[string]*news.Story
	members  map[string]map[int64]news.Membership
	expelled map[string][]int64
	changes  int64
	fail     error // of the next Place
}

func newFakeStore(articles ...news.Article) *fakeStore {
	s := &fakeStore{
		home: map[int64]string{}, stories: map[string]*news.Story{},
		members: map[string]map[int64]news.Membership{}, expelled: map[string][]int64{},
	}
	s.arrive(articles...)
	return s
}

func (s *fakeStore) arrive(articles ...news.Article) {
	s.articles = append(s.articles, articles...)
	slices.SortStableFunc(s.articles, func(a, b news.Article) int { return a.Published.Compare(b.Published) })
}

func (s *fakeStore) Untracked(_ context.Context, besides []int64, limit int) ([]news.Article, error) {
	var out []news.Article
	for _, a := range s.articles {
		if s.home[a.ID] == "" && len(out) < limit && !slices.Contains(besides, a.ID) {
			out = append(out, a)
		}
	}
	return out, nil
}

func (s *fakeStore) Stored(_ context.Context, _ []string, yield func(news.Article, string) error) error {
	for _, a := range s.articles {
		if home := s.home[a.ID]; home != "" {
			if err := yield(a, home); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *fakeStore) Live(_ context.Context, last int, yield func(news.TrackedStory) error) error {
	latest := int64(0)
	for id := range s.home {
		latest = max(latest, id)
	}
	for id, story := range s.stories { // in any order: the tracker must not care
		tracked := news.TrackedStory{Story: *story, Expelled: s.expelled[id]}
		for _, a := range s.articles {
			if m, in := s.members[id][a.ID]; in {
				tracked.Articles = append(tracked.Articles, a)
				tracked.Memberships = append(tracked.Memberships, m)
				tracked.Latest = max(tracked.Latest, a.ID)
			}
		}
		over := len(tracked.Articles) - 200
		tracked.Articles, tracked.Memberships = tracked.Articles[max(0, over):], tracked.Memberships[max(0, over):]
		if story.MergedInto != "" || !story.Followed && tracked.Latest <= latest-int64(last) {
			continue
		}
		if err := yield(tracked); err != nil {
			return err
		}
	}
	return nil
}

func (s *fakeStore) Changes(context.Context) (int64, error) { return s.changes, nil }

func (s *fakeStore) Place(_ context.Context, placements []news.Placement) error {
	if err := s.fail; err != nil {
		s.fail = nil
		return err
	}
	for _, p := range placements {
		if p.New {
			if s.stories[p.Home.Story] != nil {
				return fmt.Errorf("story %s is there", p.Home.Story)
			}
			s.stories[p.Home.Story] = &news.Story{ID: p.Home.Story}
		}
		if s.home[p.Article.ID] != "" {
			return fmt.Errorf("article %d has a story", p.Article.ID)
		}
		s.home[p.Article.ID] = p.Home.Story
		i := slices.IndexFunc(s.articles, func(a news.Article) bool { return a.ID == p.Article.ID })
		s.articles[i].CopyOf = p.CopyOf
		for _, m := range append(p.Followed, p.Home) {
			s.join(m)
		}
		for _, m := range p.Merges {
			s.merge(m)
		}
	}
	return nil
}

func (s *fakeStore) join(m news.Membership) {
	if s.members[m.Story] == nil {
		s.members[m.Story] = map[int64]news.Membership{}
	}
	s.members[m.Story][m.Article] = m
}

func (s *fakeStore) merge(m news.Merge) {
	for id, membership := range s.members[m.From] {
		membership.Story = m.Into
		s.join(membership)
		s.home[id] = m.Into
	}
	delete(s.members, m.From)
	s.stories[m.From].MergedInto = m.Into
	s.expelled[m.Into] = append(s.expelled[m.Into], s.expelled[m.From]...)
}

func (s *fakeStore) Adopt(_ context.Context, story string, memberships []news.Membership) error {
	for _, m := range memberships {
		s.join(m)
	}
	s.stories[story].Backfill = false
	return nil
}

// followed adds a followed story, as the follow command does.
func (s *fakeStore) follow(id string, q news.Query) {
	s.stories[id] = &news.Story{ID: id, Followed: true, Query: &q, Backfill: true}
	for _, seed := range q.Seeds {
		if slices.ContainsFunc(s.articles, func(a news.Article) bool { return a.ID == seed }) {
			s.join(news.Membership{Story: id, Article: seed, Score: 1, Reason: "a seed", ByPerson: true})
		}
	}
	s.changes++
}

func (s *fakeStore) reason(story string, article int64) string {
	return s.members[story][article].Reason
}

// in returns the members of a story, by id.
func (s *fakeStore) in(story string) []int64 {
	var ids []int64
	for id := range s.members[story] {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (s *fakeStore) run(t testing.TB, step *Step) {
	t.Helper()
	if _, err := step.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
}
