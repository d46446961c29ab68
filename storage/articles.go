package storage

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

const articleColumns = `a.id, a.guid, a.outlet, a.title, a.url, a.author, a.language, a.published, a.seen, a.text,
	a.full_text, a.quiet, coalesce((SELECT copy_of FROM home WHERE article_id = a.id), 0),
	(SELECT coalesce(group_concat(category, ' '), '') FROM (SELECT category FROM feed_category c WHERE c.feed_id = a.feed_id ORDER BY place))`

func scanArticle(rows *sql.Rows) (news.Article, error) {
	var a news.Article
	return a, rows.Scan(articleFields(&a)...)
}

// articleFields are the places articleColumns are scanned into.
func articleFields(a *news.Article) []any {
	return []any{&a.ID, &a.GUID, &a.Outlet, &a.Title, &a.URL, &a.Author, &a.Language, (*stamp)(&a.Published), (*stamp)(&a.Seen),
		&a.Text, &a.FullText, &a.Quiet, &a.CopyOf, (*words)(&a.Categories)}
}

// stamp scans a stored time.
type stamp time.Time

func (s *stamp) Scan(value any) error {
	var n sql.NullInt64
	err := n.Scan(value)
	*s = stamp(at(n.Int64))
	return err
}

// words scans a list that is stored as words with spaces between.
type words []string

func (w *words) Scan(value any) error {
	var s sql.NullString
	err := s.Scan(value)
	*w = strings.Fields(s.String)
	return err
}

// FindArticle returns the article with this id or address. It returns
// news.ErrNotFound if none is stored.
func (s *Store) FindArticle(ctx context.Context, idOrURL string) (news.Article, error) {
	id, err := strconv.ParseInt(idOrURL, 10, 64)
	if err != nil {
		id = 0
	}
	var a news.Article
	err = s.read.QueryRowContext(ctx, `SELECT `+articleColumns+` FROM article a
		WHERE a.id = ?1 OR (a.url = ?2 AND ?2 <> '') ORDER BY a.id LIMIT 1`, id, idOrURL).Scan(articleFields(&a)...)
	return a, noRows(err)
}

// Mentioning returns the newest articles, by id, that hold one of the words.
func (s *Store) Mentioning(ctx context.Context, texts []string, limit int) ([]news.Article, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+articleColumns+` FROM
		(SELECT rowid FROM article_words WHERE article_words MATCH ? ORDER BY rowid DESC LIMIT ?) w JOIN article a ON a.id = w.rowid`,
		holdsOne(strings.Fields(strings.Join(texts, " ")), ""), limit)
	return collect(rows, err, scanArticle)
}

// Untracked returns articles that have no story yet, by publication, without
// those that still wait for the text of their page and those of besides.
func (s *Store) Untracked(ctx context.Context, besides []int64, limit int) ([]news.Article, error) {
	now := time.Now()
	list, err := asJSON(append([]int64{}, besides...)) // a list even if there are none
	if err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, `SELECT `+articleColumns+` FROM home h JOIN article a ON a.id = h.article_id
		WHERE h.story_id IS NULL AND (h.wait <= ?1 OR h.wait > ?2) AND h.article_id NOT IN (SELECT value FROM json_each(?3))
		ORDER BY h.published, h.article_id LIMIT ?4`,
		ms(now), ms(now.Add(pageWait)), list, limit)
	return collect(rows, err, scanArticle)
}

// Stored yields the articles that have been tracked and their home stories,
// oldest first. With words, only the stories are looked at in which an article
// has a word that begins with one of them.
func (s *Store) Stored(ctx context.Context, words []string, yield func(a news.Article, home string) error) error {
	ids, err := s.storedIDs(ctx, words)
	if err != nil {
		return err
	}
	// By pages: a reader held open for long would keep the log from shrinking.
	for page := range slices.Chunk(ids, 500) {
		list, err := asJSON(page)
		if err != nil {
			return err
		}
		var homes []string
		rows, err := s.read.QueryContext(ctx, `SELECT `+articleColumns+`, h.story_id FROM json_each(?) j JOIN article a ON a.id = j.value
			JOIN home h ON h.article_id = a.id WHERE h.story_id IS NOT NULL ORDER BY a.published, a.id`, list)
		articles, err := collect(rows, err, func(rows *sql.Rows) (news.Article, error) {
			var a news.Article
			var home string
			err := rows.Scan(append(articleFields(&a), &home)...)
			homes = append(homes, home)
			return a, err
		})
		if err != nil {
			return err
		}
		for i, article := range articles {
			if err := yield(article, homes[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) storedIDs(ctx context.Context, words []string) ([]int64, error) {
	scan := func(rows *sql.Rows) (id int64, err error) { return id, rows.Scan(&id) }
	if len(words) == 0 {
		rows, err := s.read.QueryContext(ctx, `SELECT article_id FROM home WHERE story_id IS NOT NULL ORDER BY published, article_id`)
		return collect(rows, err, scan)
	}
	rows, err := s.read.QueryContext(ctx, `SELECT h.article_id FROM membership m JOIN home h ON h.article_id = m.article_id AND h.story_id = m.story_id
		WHERE m.story_id IN (SELECT story_id FROM home WHERE article_id IN (SELECT rowid FROM article_words WHERE article_words MATCH ?))
		ORDER BY h.published, h.article_id`, holdsOne(words, "*"))
	return collect(rows, err, scan)
}

// HomesOf returns the stories of the stream that articles are in, by id.
func (s *Store) HomesOf(ctx context.Context, articles []news.Article) (map[int64]string, error) {
	ids := make([]int64, len(articles))
	for i, a := range articles {
		ids[i] = a.ID
	}
	list, err := asJSON(ids)
	if err != nil {
		return nil, err
	}
	homes := map[int64]string{}
	rows, err := s.read.QueryContext(ctx, `SELECT article_id, story_id FROM home WHERE story_id IS NOT NULL AND article_id IN (SELECT value FROM json_each(?))`, list)
	_, err = collect(rows, err, func(rows *sql.Rows) (_ struct{}, err error) {
		var id int64
		var home string
		err = rows.Scan(&id, &home)
		homes[id] = home
		return struct{}{}, err
	})
	return homes, err
}

// Members returns the articles of a story, oldest first, and beside each the
// reason it is there.
func (s *Store) Members(ctx context.Context, story string) ([]news.Article, []news.Membership, error) {
	rows, err := s.read.QueryContext(ctx, memberQuery, story, -1)
	return scanMembers(story, rows, err)
}

// memberQuery finds at most so many members of a story, the newest first; all
// if the limit is negative.
const memberQuery = `SELECT ` + articleColumns + `, m.score, m.reason, m.at, m.by_person
	FROM membership m JOIN article a ON a.id = m.article_id
	WHERE m.story_id = ? ORDER BY a.published DESC, a.id DESC LIMIT ?`

// scanMembers reads what memberQuery found.
func scanMembers(story string, rows *sql.Rows, err error) ([]news.Article, []news.Membership, error) {
	var articles []news.Article
	memberships, err := collect(rows, err, func(rows *sql.Rows) (news.Membership, error) {
		var a news.Article
		m := news.Membership{Story: story}
		err := rows.Scan(append(articleFields(&a), &m.Score, &m.Reason, (*stamp)(&m.At), &m.ByPerson)...)
		m.Article = a.ID
		articles = append(articles, a)
		return m, err
	})
	slices.Reverse(articles)
	slices.Reverse(memberships)
	return articles, memberships, err
}

// FindEntry returns the id of the article a feed gave this GUID, or
// news.ErrNotFound.
func (s *Store) FindEntry(ctx context.Context, feedURL, guid string) (int64, error) {
	var id int64
	err := s.read.QueryRowContext(ctx, `SELECT e.article_id FROM entry e JOIN feed f ON f.id = e.feed_id
		WHERE f.url = ? AND e.guid = ?`, feedURL, guid).Scan(&id)
	return id, noRows(err)
}

// Homes returns, by GUID, the story of the stream each article of a feed is in,
// and the followed stories that took it in.
func (s *Store) Homes(ctx context.Context, feedURL string) (homes map[string]string, followed map[string][]string, err error) {
	homes, followed = map[string]string{}, map[string][]string{}
	rows, err := s.read.QueryContext(ctx, `SELECT e.guid, m.story_id, m.story_id = h.story_id
		FROM feed f JOIN entry e ON e.feed_id = f.id JOIN home h ON h.article_id = e.article_id JOIN membership m ON m.article_id = e.article_id
		WHERE f.url = ? ORDER BY e.guid, m.story_id`, feedURL)
	_, err = collect(rows, err, func(rows *sql.Rows) (_ struct{}, err error) {
		var guid, story string
		var home bool
		err = rows.Scan(&guid, &story, &home)
		if home {
			homes[guid] = story
		} else {
			followed[guid] = append(followed[guid], story)
		}
		return struct{}{}, err
	})
	return homes, followed, err
}
