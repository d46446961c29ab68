package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/storywire/storywire/daemon"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/storage"
)

type follow struct {
	Words string   `arg:"" optional:"" help:"Words particular to the story, or the id of a story found in the stream."`
	All   []string `help:"A word or phrase each article must have; WORDS then only name the story. May be repeated." placeholder:"W"`
	Any   []string `help:"A word or phrase of which each article must have one; WORDS then only name the story. May be repeated." placeholder:"W"`
	Not   []string `help:"A word or phrase no article may have; may be repeated." placeholder:"W"`
	Seed  []string `help:"Address or id of a stored article the story begins with; may be repeated." placeholder:"URL|ID" sep:"none"`
	JSON  bool     `help:"Print the story as JSON."`
}

// Run makes a followed story and looks through what is stored for it.
func (f *follow) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(c daemon.Config, s *storage.Store) error {
		story, err := f.story(ctx, s)
		if err != nil {
			return err
		}
		if f.JSON {
			return a.json(site(c, s).Story(story))
		}
		fmt.Fprintln(a.out, story.ID)
		_, err = fmt.Fprintf(a.talk, "following %q: %d stored articles; page and feeds: %s\n",
			story.Title, story.Articles, site(c, s).StoryURL(story.ID))
		return err
	})
}

// looksLikeID reports whether a person meant an id: ten characters with a
// digit among them, as no word is written.
func looksLikeID(s string) bool {
	return len(s) == 10 && strings.ContainsAny(s, "234567") && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

func (f *follow) story(ctx context.Context, s *storage.Store) (news.Story, error) {
	if f.Words != "" && len(f.All)+len(f.Any)+len(f.Not)+len(f.Seed) == 0 {
		err := s.FollowStory(ctx, f.Words)
		if err == nil {
			return s.Story(ctx, f.Words)
		}
		if !errors.Is(err, news.ErrNotFound) || looksLikeID(f.Words) {
			return news.Story{}, named(err, "open story", f.Words, listStories)
		}
	}
	query := news.Query{Words: f.Words, All: f.All, Any: f.Any, Not: f.Not}
	for _, seed := range f.Seed {
		article, err := s.FindArticle(ctx, seed)
		if err != nil {
			return news.Story{}, named(err, "stored article", seed, "a seed is the address or id of an article that was polled; follow by words instead")
		}
		query.Seeds = append(query.Seeds, article.ID)
	}
	story, err := daemon.Desk{Store: s}.Follow(ctx, query)
	return story, refusal(err)
}

type unfollow struct {
	Story string `arg:"" help:"Id of the story."`
}

// Run ends following a story.
func (u *unfollow) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		return named(s.Unfollow(ctx, u.Story), "followed story", u.Story, listStories)
	})
}
