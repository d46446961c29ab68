package main

import (
	"bytes"
	"context"
	"fmt"
	"strconv"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/storywire/storywire/daemon"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/publish"
	"github.com/storywire/storywire/storage"
)

type stories struct {
	List     storyList     `cmd:"" help:"List stories."`
	Show     storyShow     `cmd:"" help:"Print a story as its page reads."`
	Merge    storyMerge    `cmd:"" help:"Merge one story into another; its address redirects."`
	Split    storySplit    `cmd:"" help:"Make articles of a story a story of their own."`
	Move     storyMove     `cmd:"" help:"Put an article of one story into another."`
	Expel    storyExpel    `cmd:"" help:"Say that an article does not belong to a story."`
	Pin      storyPin      `cmd:"" help:"Keep a story from being merged with others."`
	Delete   storyDelete   `cmd:"" help:"Take a story away for good; its articles stay."`
	Rename   storyRename   `cmd:"" help:"Give a story a title that stays."`
	Pace     storyPace     `cmd:"" help:"Say how often a story is revised."`
	Articles storyArticles `cmd:"" help:"List the articles of a story, with their ids and why they are there."`
	History  storyHistory  `cmd:"" help:"List the revisions of a story."`
	Diff     storyDiff     `cmd:"" help:"Show what changed between two revisions."`
}

type storyList struct {
	JSON     bool   `help:"Print JSON."`
	Followed bool   `help:"Only followed stories."`
	Status   string `help:"Only stories that are developing, quiet or ended." enum:",developing,quiet,ended" default:""`
	Category string `help:"Only stories of this category." placeholder:"C"`
	Search   string `help:"Only stories with articles that have these words." placeholder:"WORDS"`
	Limit    int    `help:"At most so many." default:"100"`
}

// Run lists stories, followed ones first.
func (l *storyList) Run(ctx context.Context, a *app) error {
	if l.Limit < 1 {
		return misused("--limit: at least 1 story")
	}
	return a.stored(ctx, func(c daemon.Config, s *storage.Store) error {
		all, err := s.Stories(ctx, news.StoryFilter{Status: news.Status(l.Status), Followed: l.Followed, Category: l.Category, Search: l.Search, Limit: l.Limit})
		if err != nil {
			return err
		}
		records := []publish.StoryRecord{}
		rows := [][]string{{"ID", "STATUS", "ARTICLES", "OUTLETS", "UPDATED", "TITLE"}}
		for _, t := range all {
			records = append(records, site(c, s).Story(t))
			status := string(t.Status)
			if t.Followed {
				status = "followed, " + status
			}
			rows = append(rows, []string{t.ID, status, strconv.Itoa(t.Articles), strconv.Itoa(t.Outlets), clock(t.Updated), t.Title})
		}
		if l.JSON {
			return a.json(records)
		}
		none := "no stories yet in " + c.Database + ": a story is found when two outlets report one affair"
		if l.Followed || l.Status != "" || l.Category != "" || l.Search != "" {
			none = "no story is so"
		}
		return a.table(rows, none)
	})
}

type storyShow struct {
	Story    string `arg:"" help:"Id of the story."`
	Revision int    `help:"Number of the revision; the latest if left out." placeholder:"N"`
	Why      string `help:"Say why this article (id or address) is in the story." placeholder:"ARTICLE" xor:"form,why"`
	Audit    bool   `help:"Print each sentence with the passages of its sources that bear it out." xor:"page,why"`
	JSON     bool   `help:"Print JSON." xor:"form"`
	HTML     bool   `help:"Print a page." xor:"form,page"`
}

// Run prints a story.
func (w *storyShow) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(c daemon.Config, s *storage.Store) error {
		story, err := openStory(ctx, s, w.Story)
		if err != nil {
			return err
		}
		if w.Why != "" {
			return w.why(ctx, a, s, story)
		}
		stored, err := s.Revision(ctx, story.ID, w.Revision)
		if err != nil {
			if w.Revision == 0 {
				return named(err, "revision yet of story", story.ID, "it gets one when its first articles have settled")
			}
			return named(err, "revision", strconv.Itoa(w.Revision), fmt.Sprintf("the story has %d", story.Revision))
		}
		if w.Audit {
			return w.audit(ctx, a, s, stored.Revision)
		}
		revision := site(c, s).Fill(stored.Revision)
		switch {
		case w.JSON:
			return a.json(revision)
		case w.HTML:
			return publish.Page(revision, a.out)
		}
		return publish.Text(revision, a.out)
	})
}

func (w *storyShow) why(ctx context.Context, a *app, s *storage.Store, story news.Story) error {
	article, err := s.FindArticle(ctx, w.Why)
	if err != nil {
		return named(err, "stored article", w.Why, "give its id or its address")
	}
	_, members, err := s.Members(ctx, story.ID)
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.Article == article.ID {
			_, err := fmt.Fprintf(a.out, "%s: %s\nscore %.2f, since %s: %s\n", plain(article.Outlet), plain(article.Title), m.Score, clock(m.At), m.Reason)
			return err
		}
	}
	return fmt.Errorf("article %d is not in story %s", article.ID, story.ID)
}

// anyStory finds a story that was not deleted.
func anyStory(ctx context.Context, s *storage.Store, id string) (news.Story, error) {
	story, err := s.Story(ctx, id)
	if story.Status == news.Deleted {
		return story, fmt.Errorf("story %s was deleted", id)
	}
	return story, named(err, "story", id, listStories)
}

// openStory finds a story, or the one it was merged into.
func openStory(ctx context.Context, s *storage.Store, id string) (news.Story, error) {
	story, err := anyStory(ctx, s, id)
	if err == nil && story.Status == news.Merged {
		return anyStory(ctx, s, story.MergedInto)
	}
	return story, err
}

// openArticle finds an article by its id or address.
func openArticle(ctx context.Context, s *storage.Store, name string) (news.Article, error) {
	article, err := s.FindArticle(ctx, name)
	return article, named(err, "article", name, listArticles)
}

type storyArticles struct {
	Story string `arg:"" help:"Id of the story."`
	JSON  bool   `help:"Print JSON."`
}

// Run lists the articles of a story, oldest first.
func (l *storyArticles) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		story, err := openStory(ctx, s, l.Story)
		if err != nil {
			return err
		}
		articles, members, err := s.Members(ctx, story.ID)
		if err != nil {
			return err
		}
		records := []publish.ArticleRecord{}
		rows := [][]string{{"ID", "PUBLISHED", "OUTLET", "TITLE", "WHY"}}
		for i, article := range articles {
			records = append(records, publish.Article(article, members[i]))
			rows = append(rows, []string{strconv.FormatInt(article.ID, 10), clock(article.Published), article.Outlet, article.Title, members[i].Reason})
		}
		if l.JSON {
			return a.json(records)
		}
		return a.table(rows, "no articles yet")
	})
}

type storyHistory struct {
	Story string `arg:"" help:"Id of the story."`
	JSON  bool   `help:"Print JSON."`
}

// Run lists the revisions of a story, newest first.
func (h *storyHistory) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(c daemon.Config, s *storage.Store) error {
		if _, err := anyStory(ctx, s, h.Story); err != nil {
			return err
		}
		all, err := s.Revisions(ctx, news.RevisionFilter{Story: h.Story, Limit: 10000})
		if err != nil {
			return err
		}
		records := []publish.RevisionRecord{}
		rows := [][]string{{"REVISION", "CREATED", "LABEL", "METHOD", "REASON"}}
		for _, stored := range all {
			records = append(records, site(c, s).Revision(stored))
			r := stored.Revision.Revision
			rows = append(rows, []string{strconv.Itoa(r.Number), clock(r.Created), r.Label, r.Method, r.Reason})
		}
		if h.JSON {
			return a.json(records)
		}
		return a.table(rows, "no revisions yet")
	})
}

type storyDiff struct {
	Story string `arg:"" help:"Id of the story."`
	From  int    `arg:"" optional:"" help:"Number of the older revision; the last but one if left out."`
	To    int    `arg:"" optional:"" help:"Number of the newer one; the latest if left out."`
}

// Run shows two revisions line by line.
func (d *storyDiff) Run(ctx context.Context, a *app) error {
	return a.stored(ctx, func(_ daemon.Config, s *storage.Store) error {
		story, err := anyStory(ctx, s, d.Story)
		if err != nil {
			return err
		}
		if d.To == 0 {
			d.To = story.Revision
		}
		if d.From == 0 {
			d.From = d.To - 1
		}
		if story.Revision < 2 {
			return fmt.Errorf("story %s has no two revisions yet: nothing can have changed", d.Story)
		}
		if d.From < 1 || d.To > story.Revision {
			return misused("story %s has %d revisions: name two of them", d.Story, story.Revision)
		}
		older, err := printed(ctx, s, d.Story, d.From)
		if err != nil {
			return err
		}
		newer, err := printed(ctx, s, d.Story, d.To)
		if err != nil {
			return err
		}
		_, err = a.out.Write(diff.Diff(fmt.Sprintf("revision %d", d.From), older, fmt.Sprintf("revision %d", d.To), newer))
		return err
	})
}

// printed is a revision as its page reads.
func printed(ctx context.Context, s *storage.Store, story string, number int) ([]byte, error) {
	stored, err := s.Revision(ctx, story, number)
	if err != nil {
		return nil, named(err, "revision", strconv.Itoa(number), `"storywire story history" shows the numbers`)
	}
	var b bytes.Buffer
	err = publish.Text(stored.Revision, &b)
	return b.Bytes(), err
}
