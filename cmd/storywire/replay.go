package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/storywire/storywire/daemon"
	"github.com/storywire/storywire/eval"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/storage"
	"github.com/storywire/storywire/track"
)

type replay struct {
	DB       string   `help:"Database to work in; one for this run only if left out." type:"path" placeholder:"FILE" name:"db"`
	Follow   string   `help:"File of stories to follow, a JSON object a line." type:"path" placeholder:"FILE"`
	Articles []string `arg:"" help:"Files of articles, a JSON object a line." name:"ARTICLES.jsonl"`
}

// replayFeed is the feed that replayed articles are stored under.
const replayFeed = "storywire:replay"

// placed is a line of output.
type placed struct {
	ID       string    `json:"id"`
	Story    string    `json:"story"`
	Followed *[]string `json:"followed,omitempty"`
}

// Run tracks the articles as the daemon would and prints where each is in the
// end, in the order of the files.
func (r *replay) Run(ctx context.Context, a *app) (err error) {
	articles, err := r.read()
	if err != nil {
		return err
	}
	c, err := a.load()
	if err != nil {
		return err
	}
	if c.Database = r.DB; r.DB == "" {
		dir, remove, err := temporary()
		if err != nil {
			return err
		}
		defer remove()
		c.Database = filepath.Join(dir, "replay.db")
	}
	s, err := daemon.Open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := store(ctx, s, articles); err != nil {
		return err
	}
	followed, err := r.follow(ctx, s)
	if err != nil {
		return err
	}
	step := track.Step{Store: s, Window: c.Story.Window.D(), Log: daemon.NewLog(c.Log, a.talk)}
	if _, err := step.Run(ctx); err != nil {
		return err
	}
	return r.print(ctx, a, s, articles, followed)
}

func (r *replay) read() ([]eval.Article, error) {
	var all []eval.Article
	from := map[string]string{}
	for _, path := range r.Articles {
		articles, err := readArticles(path)
		if err != nil {
			return nil, err
		}
		for _, article := range articles {
			if other, twice := from[article.ID]; twice {
				return nil, fmt.Errorf("%s: the id %q is in %s already: ids must differ", path, article.ID, other)
			}
			from[article.ID] = path
		}
		all = append(all, articles...)
	}
	return all, nil
}

// store records the articles as if one feed had brought them. Each line is an
// article of its own, whatever its address.
func store(ctx context.Context, s *storage.Store, articles []eval.Article) error {
	if _, err := s.AddFeed(ctx, news.Subscription{URL: replayFeed, Title: "replayed articles"}); err != nil {
		return err
	}
	if err := s.RemoveFeed(ctx, replayFeed); err != nil { // never polled
		return err
	}
	feed, err := s.FindFeed(ctx, replayFeed)
	if err != nil {
		return err
	}
	now := time.Now()
	fetch := news.Fetch{Feed: feed, At: now, Next: now, State: news.FeedActive}
	for _, article := range articles {
		fetch.Entries = append(fetch.Entries, news.Entry{GUID: article.ID, URL: article.URL, Title: article.Title, Outlet: article.Outlet,
			Language: article.Language, Published: article.Published, Text: article.Text})
	}
	_, err = s.RecordFetch(ctx, fetch)
	return err
}

// wanted is a line of the file of stories to follow.
type wanted struct {
	Story string   `json:"story"`
	Words string   `json:"words"`
	All   list     `json:"all"`
	Any   list     `json:"any"`
	Not   list     `json:"not"`
	Seeds []string `json:"seeds"`
}

// list reads a JSON list of strings, or one string for a list of one.
type list []string

// UnmarshalJSON reads either form.
func (l *list) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*l = nil
		if one != "" {
			*l = list{one}
		}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(l))
}

// follow makes the followed stories of the file and returns the names they
// have there, by id.
func (r *replay) follow(ctx context.Context, s *storage.Store) (map[string]string, error) {
	if r.Follow == "" {
		return nil, nil
	}
	in, err := openInput(r.Follow)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	names := map[string]string{}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var w wanted
		if err := json.Unmarshal(lines.Bytes(), &w); err != nil {
			return nil, fmt.Errorf("%s line %d: not a story to follow: %w", r.Follow, n, err)
		}
		story, err := followWanted(ctx, s, w)
		if err != nil {
			return nil, fmt.Errorf("%s line %d: %w", r.Follow, n, err)
		}
		names[story.ID] = w.Story
	}
	return names, lines.Err()
}

func followWanted(ctx context.Context, s *storage.Store, w wanted) (news.Story, error) {
	if w.Story == "" {
		return news.Story{}, errors.New(`it has no "story": name the story to follow`)
	}
	query := news.Query{Words: w.Words, All: w.All, Any: w.Any, Not: w.Not}
	for _, seed := range w.Seeds {
		article, err := s.FindEntry(ctx, replayFeed, seed)
		if err != nil {
			return news.Story{}, named(err, "article", seed, "a seed is the id of an article in the files")
		}
		query.Seeds = append(query.Seeds, article)
	}
	if err := track.CheckQuery(query); err != nil {
		return news.Story{}, err
	}
	return s.Follow(ctx, query)
}

func (r *replay) print(ctx context.Context, a *app, s *storage.Store, articles []eval.Article, followed map[string]string) error {
	homes, takers, err := s.Homes(ctx, replayFeed)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(a.out)
	encoder := json.NewEncoder(out)
	for _, article := range articles {
		line := placed{ID: article.ID, Story: homes[article.ID]}
		if followed != nil {
			names := []string{}
			for _, story := range takers[article.ID] {
				if name, ok := followed[story]; ok {
					names = append(names, name)
				}
			}
			line.Followed = &names
		}
		if err := encoder.Encode(line); err != nil {
			return err
		}
	}
	return out.Flush()
}
