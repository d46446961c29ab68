package eval

import (
	"context"
	"slices"

	"github.com/storywire/storywire/news"
)

// streamStore is storage in memory for one run of track.Step over a stream.
// Articles are numbered from 1 in the order they are tracked in.
type streamStore struct {
	articles []news.Article
	homes    []string
	into     map[string]string // merged stories
	followed []news.TrackedStory
}

// newStreamStore returns a store in which nothing is tracked or followed yet.
func newStreamStore(articles []Article) *streamStore {
	s := &streamStore{into: map[string]string{}}
	for _, a := range articles {
		s.articles = append(s.articles, a.Article)
	}
	return s
}

// Untracked returns the next articles after those left out.
func (s *streamStore) Untracked(_ context.Context, besides []int64, limit int) ([]news.Article, error) {
	rest := s.articles[len(s.homes)+len(besides):]
	return slices.Clone(rest[:min(limit, len(rest))]), nil
}

// Stored yields all articles.
func (s *streamStore) Stored(_ context.Context, _ []string, yield func(news.Article, string) error) error {
	for i, home := range s.homes {
		for s.into[home] != "" {
			home = s.into[home]
		}
		if err := yield(s.articles[i], home); err != nil {
			return err
		}
	}
	return nil
}

// Live yields all stories with all their articles.
func (s *streamStore) Live(_ context.Context, _ int, yield func(news.TrackedStory) error) error {
	stories := map[string]news.TrackedStory{}
	for i, home := range s.homes {
		for s.into[home] != "" {
			home = s.into[home]
		}
		story := stories[home]
		story.Story.ID = home
		story.Articles, story.Latest = append(story.Articles, s.articles[i]), s.articles[i].ID
		stories[home] = story
	}
	for _, story := range s.followed {
		stories[story.Story.ID] = story
	}
	for _, story := range stories {
		if err := yield(story); err != nil {
			return err
		}
	}
	return nil
}

// Place records where articles belong.
func (s *streamStore) Place(_ context.Context, placements []news.Placement) error {
	for _, p := range placements {
		s.articles[len(s.homes)].CopyOf = p.CopyOf
		s.homes = append(s.homes, p.Home.Story)
		for _, m := range p.Merges {
			s.into[m.From] = m.Into
		}
		s.join(p.Followed)
	}
	return nil
}

// Adopt records what the look through the stored articles found.
func (s *streamStore) Adopt(_ context.Context, story string, memberships []news.Membership) error {
	s.join(memberships)
	for i := range s.followed {
		if f := &s.followed[i].Story; f.ID == story {
			f.Backfill = false
		}
	}
	return nil
}

// Changes counts the stories asked for.
func (s *streamStore) Changes(context.Context) (int64, error) { return int64(len(s.followed)), nil }

func (s *streamStore) join(memberships []news.Membership) {
	for _, m := range memberships {
		for i := range s.followed {
			if f := &s.followed[i]; f.Story.ID == m.Story {
				f.Articles, f.Memberships = append(f.Articles, s.articles[m.Article-1]), append(f.Memberships, m)
			}
		}
	}
}
