package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/storywire/storywire/news"
)

// storyCategories selects the categories that the feeds of a story's articles
// stand in, the most usual first. The story is parameter 1.
const storyCategories = `SELECT c.category FROM membership m JOIN article a ON a.id = m.article_id
	JOIN feed_category c ON c.feed_id = a.feed_id
	WHERE m.story_id = ?1 GROUP BY c.category ORDER BY count(*) DESC, c.category`

const storyColumns = `s.id, s.title, s.renamed, s.followed, s.discovered, s.query, s.backfill, s.pinned, coalesce(s.merged_into, ''),
	s.first_seen, s.updated, s.articles, s.outlets, s.version, coalesce(s.due, 0), s.revision, s.gate_reason, s.settle, s.min_interval,
	(SELECT coalesce(group_concat(category, ' '), '') FROM (
		SELECT c.category FROM membership m JOIN article a ON a.id = m.article_id JOIN feed_category c ON c.feed_id = a.feed_id
		WHERE m.story_id = s.id GROUP BY c.category ORDER BY count(*) DESC, c.category))`

func (s *Store) scanStory(row interface{ Scan(...any) error }) (news.Story, error) {
	var t news.Story
	var query sql.NullString
	var settle, interval sql.NullInt64
	err := row.Scan(&t.ID, &t.Title, &t.Renamed, &t.Followed, &t.Discovered, &query, &t.Backfill, &t.Pinned, &t.MergedInto,
		(*stamp)(&t.FirstSeen), (*stamp)(&t.Updated), &t.Articles, &t.Outlets, &t.Version, (*stamp)(&t.Due), &t.Revision, &t.GateReason, &settle, &interval,
		(*words)(&t.Categories))
	if err != nil {
		return t, err
	}
	t.Pace = news.Pace{Settle: lasting(settle), MinInterval: lasting(interval)}
	if query.Valid {
		t.Query = new(news.Query)
		if err := json.Unmarshal([]byte(query.String), t.Query); err != nil {
			return t, fmt.Errorf("story %s: its query: %w", t.ID, err)
		}
	}
	if t.Status = s.status(t, time.Now()); t.Status == news.Deleted {
		t.MergedInto = ""
	}
	return t, nil
}

// lasting is a column of milliseconds that may be NULL.
func lasting(n sql.NullInt64) *time.Duration {
	if !n.Valid {
		return nil
	}
	return new(time.Duration(n.Int64) * time.Millisecond)
}

func (s *Store) status(t news.Story, now time.Time) news.Status {
	silence := now.Sub(t.Updated)
	switch {
	case t.MergedInto == t.ID:
		return news.Deleted
	case t.MergedInto != "":
		return news.Merged
	case s.opt.EndedAfter > 0 && silence >= s.opt.EndedAfter, t.Query != nil && !t.Followed:
		return news.Ended
	case s.opt.QuietAfter > 0 && silence >= s.opt.QuietAfter:
		return news.Quiet
	}
	return news.Developing
}

// apart holds of a story s that has an article no followed story has taken in.
const apart = `EXISTS (SELECT 1 FROM membership m WHERE m.story_id = s.id AND NOT EXISTS (
	SELECT 1 FROM membership o JOIN story f ON f.id = o.story_id
	WHERE o.article_id = m.article_id AND o.story_id <> s.id AND f.followed = 1))`

// Story returns a story by its id, deleted ones too; a merged one tells which
// it was merged into. It returns news.ErrNotFound for an unknown id.
func (s *Store) Story(ctx context.Context, id string) (news.Story, error) {
	t, err := s.scanStory(s.read.QueryRowContext(ctx, `SELECT `+storyColumns+` FROM story s WHERE s.id = ?`, id))
	return t, noRows(err)
}

// Stories lists what the filter chooses, a search among the newest 5,000
// articles that have the words: followed stories first, then by the
// last change, newest first.
func (s *Store) Stories(ctx context.Context, f news.StoryFilter) ([]news.Story, error) {
	if f.Limit == 0 {
		f.Limit = 100
	}
	now := time.Now()
	oldest, newest := s.silence(f.Status, now)
	after, updated, id := -1, int64(0), ""
	if f.After != nil {
		after, updated, id = 0, ms(f.After.Updated), f.After.ID
		if f.After.Followed {
			after = 1
		}
	}
	rows, err := s.read.QueryContext(ctx, `SELECT `+storyColumns+` FROM story s
		WHERE s.merged_into IS NULL AND (s.followed = 1 OR s.discovered = 1)
		AND (?1 = 0 OR s.followed = 1) AND s.updated >= ?2 AND s.updated > ?3 AND s.updated <= ?4
		AND (?5 = '' OR EXISTS (SELECT 1 FROM membership m JOIN article a ON a.id = m.article_id
			JOIN feed_category c ON c.feed_id = a.feed_id WHERE m.story_id = s.id AND c.category = ?5))
		AND (?6 = '' OR EXISTS (SELECT 1 FROM membership m JOIN article a ON a.id = m.article_id
			WHERE m.story_id = s.id AND a.outlet = ?6 COLLATE NOCASE))
		AND (?7 = '' OR s.id IN (SELECT m.story_id FROM
			(SELECT rowid FROM article_words WHERE article_words MATCH ?7 ORDER BY rowid DESC LIMIT 5000) w
			JOIN membership m ON m.article_id = w.rowid))
		AND (?8 = 0 OR s.followed = 1 OR `+apart+`)
		AND (?10 < 0 OR (s.followed, s.updated, s.id) < (?10, ?11, ?12))
		ORDER BY s.followed DESC, s.updated DESC, s.id DESC LIMIT ?9`,
		f.Followed, ms(f.Since), oldest, newest, f.Category, f.Outlet, holdsAll(f.Search), f.Apart, f.Limit, after, updated, id)
	return collect(rows, err, func(rows *sql.Rows) (news.Story, error) { return s.scanStory(rows) })
}

// silence gives the bounds of updated, the lower one excluded, between which a
// story has the status.
func (s *Store) silence(status news.Status, now time.Time) (oldest, newest int64) {
	quiet, ended := int64(-1), int64(-1)
	if s.opt.EndedAfter > 0 {
		ended = ms(now.Add(-s.opt.EndedAfter))
	}
	if s.opt.QuietAfter > 0 {
		quiet = ms(now.Add(-s.opt.QuietAfter))
	}
	forever := int64(1) << 62
	switch status {
	case news.Developing:
		return max(quiet, ended), forever
	case news.Quiet:
		return ended, quiet
	case news.Ended:
		return -1, ended
	}
	return -1, forever
}
