package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/storywire/storywire/daemon"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
	"github.com/storywire/storywire/storage"
)

type storyMerge struct {
	From string `arg:"" help:"Id of the story that becomes a redirect."`
	Into string `arg:"" help:"Id of the story that takes its articles."`
}

// Run merges two stories.
func (m *storyMerge) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		from, err := anyStory(ctx, s, m.From)
		if err != nil {
			return err
		}
		if from.Status == news.Merged {
			return fmt.Errorf("story %s was merged into %s already", from.ID, from.MergedInto)
		}
		into, err := openStory(ctx, s, m.Into)
		if err != nil {
			return err
		}
		return refusal(s.MergeStories(ctx, from.ID, into.ID))
	})
}

type storySplit struct {
	Story    string   `arg:"" help:"Id of the story."`
	Articles []string `arg:"" help:"Ids or addresses of the articles to take out."`
}

// Run splits a story and prints the id of the new one.
func (p *storySplit) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		story, err := openStory(ctx, s, p.Story)
		if err != nil {
			return err
		}
		var ids []int64
		for _, name := range p.Articles {
			article, err := openArticle(ctx, s, name)
			if err != nil {
				return err
			}
			ids = append(ids, article.ID)
		}
		id, err := daemon.Desk{Store: s}.Split(ctx, story.ID, ids)
		if err != nil {
			return named(refusal(err), "such article in story", story.ID, "nothing was changed")
		}
		_, err = fmt.Fprintln(a.out, id)
		return err
	})
}

type storyMove struct {
	Article string `arg:"" help:"Id or address of the article."`
	From    string `arg:"" help:"Id of the story it is in."`
	To      string `arg:"" help:"Id of the story it belongs to."`
}

// Run moves an article.
func (m *storyMove) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		to, err := openStory(ctx, s, m.To)
		if err != nil {
			return err
		}
		article, err := openArticle(ctx, s, m.Article)
		if err != nil {
			return err
		}
		return named(s.Move(ctx, article.ID, m.From, to.ID), "article "+m.Article+" in story", m.From, listArticles)
	})
}

type storyExpel struct {
	Article string `arg:"" help:"Id or address of the article."`
	Story   string `arg:"" help:"Id of the story it does not belong to."`
}

// Run takes an article out of a story for good.
func (e *storyExpel) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		story, err := openStory(ctx, s, e.Story)
		if err != nil {
			return err
		}
		article, err := openArticle(ctx, s, e.Article)
		if err != nil {
			return err
		}
		if story.Articles < 2 && story.Query == nil {
			return misused("the story has no other article: there is nothing it could be about without this one")
		}
		return named(daemon.Desk{Store: s}.Expel(ctx, article.ID, story.ID), "article "+e.Article+" in story", story.ID, listArticles)
	})
}

type storyPin struct {
	Story string `arg:"" help:"Id of the story."`
	Off   bool   `help:"Let it be merged again."`
}

// Run pins a story.
func (p *storyPin) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		return named(s.Pin(ctx, p.Story, !p.Off), "open story", p.Story, listStories)
	})
}

type storyDelete struct {
	Story string `arg:"" help:"Id of the story."`
}

// Run deletes a story.
func (d *storyDelete) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		return named(s.Delete(ctx, d.Story), "open story", d.Story, listStories)
	})
}

type storyRename struct {
	Story string `arg:"" help:"Id of the story."`
	Title string `arg:"" help:"Its title from now on."`
}

// Run renames a story.
func (r *storyRename) Run(ctx context.Context, a *app) error {
	if strings.TrimSpace(r.Title) == "" {
		return misused("a story needs a title")
	}
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		return named(s.Rename(ctx, r.Story, r.Title), "story", r.Story, listStories)
	})
}

type storyPace struct {
	Story       string  `arg:"" help:"Id of the story."`
	Settle      *string `help:"Wait so long for more articles, once one has come, such as 10m." placeholder:"TIME"`
	MinInterval *string `help:"Let at least so long pass between two revisions, such as 6h." placeholder:"TIME"`
	Default     bool    `help:"What is not given is as configured again."`
}

// Run sets the pace of a story, and prints it.
func (p *storyPace) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(c daemon.Config, s *storage.Store) error {
		story, err := openStory(ctx, s, p.Story)
		if err != nil {
			return err
		}
		said := publish.PaceOf(story)
		if p.Default {
			said = publish.Pace{}
		}
		if p.Settle != nil {
			said.Settle = *p.Settle
		}
		if p.MinInterval != nil {
			said.MinInterval = *p.MinInterval
		}
		if said != publish.PaceOf(story) {
			if err = (daemon.Desk{Store: s}).SetPace(ctx, story.ID, said.Settle, said.MinInterval); err != nil {
				return refusal(err)
			}
			if story, err = s.Story(ctx, story.ID); err != nil {
				return err
			}
		}
		configured := publish.PaceOf(news.Story{Pace: news.Pace{Settle: new(c.Story.Settle.D()), MinInterval: new(c.Story.MinInterval.D())}})
		_, err = fmt.Fprintf(a.out, "settle %s\nmin-interval %s\n",
			cmp.Or(said.Settle, configured.Settle+" as configured"), cmp.Or(said.MinInterval, configured.MinInterval+" as configured"))
		return err
	})
}
