package storage

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/storywire/storywire/news"
)

// happening is something that endpoints may want to hear of.
type happening struct {
	event string
	story string // whose story endpoints must want; "" for a feed's events
	feed  int64
	about string // the story named in the log; "" for a feed's events
	key   string // tells it from all others of its event
	at    int64
	data  *news.Happening
}

// wants selects the endpoints that want an event: ?1 is the event, ?2 the
// story or ”, ?3 the feed or 0. One that is off is owed it, too.
const wants = `SELECT e.id, e.min_articles, e.min_interval, e.digest FROM endpoint e
	WHERE NOT e.removed AND instr(' ' || e.events || ' ', ' ' || ?1 || ' ')
	AND (?2 = '' OR NOT EXISTS (SELECT 1 FROM endpoint_story w WHERE w.endpoint_id = e.id)
		OR EXISTS (SELECT 1 FROM endpoint_story w WHERE w.endpoint_id = e.id AND w.story_id = ?2))
	AND (?2 = '' OR NOT e.followed OR EXISTS (SELECT 1 FROM story s WHERE s.id = ?2 AND s.followed))
	AND (e.categories = '' OR EXISTS (SELECT 1 FROM feed_category c WHERE instr(' ' || e.categories || ' ', ' ' || c.category || ' ')
		AND (c.feed_id = ?3 OR c.feed_id IN (SELECT a.feed_id FROM membership m JOIN article a ON a.id = m.article_id WHERE m.story_id = ?2))))
	ORDER BY e.id`

// wanting is an endpoint that wants an event.
type wanting struct {
	id          int64
	minArticles int
	minInterval int64
	digest      string
}

func wantedBy(ctx context.Context, tx *txn, event, story string, feed int64) ([]wanting, error) {
	rows, err := tx.QueryContext(ctx, wants, event, story, feed)
	return collect(rows, err, func(rows *sql.Rows) (w wanting, err error) {
		return w, rows.Scan(&w.id, &w.minArticles, &w.minInterval, &w.digest)
	})
}

// deliveryID is the same for the same key: the idempotency key of a delivery.
func (s *Store) deliveryID(endpoint int64, key string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %s", s.instance, endpoint, key))
	return "msg_" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16]))
}

// owe adds a delivery of what happened for each endpoint that wants it. The
// same thing cannot be owed twice.
func (s *Store) owe(ctx context.Context, tx *txn, h happening) error {
	endpoints, err := wantedBy(ctx, tx, h.event, h.story, h.feed)
	if err != nil || len(endpoints) == 0 {
		return err
	}
	data, err := asJSON(h.data)
	if err != nil {
		return err
	}
	for _, e := range endpoints {
		_, err := tx.ExecContext(ctx, `INSERT INTO delivery (id, endpoint_id, event, story_id, data, created, due)
			VALUES (?1, ?2, ?3, nullif(?4, ''), ?5, ?6, ?6) ON CONFLICT (id) DO NOTHING`,
			s.deliveryID(e.id, h.event+" "+h.key), e.id, h.event, h.about, data, h.at)
		if err != nil {
			return err
		}
	}
	return nil
}

// oweRevision owes a revision that was just stored to each endpoint that wants
// it, and the discovery of its story if this is what makes it known.
func (s *Store) oweRevision(ctx context.Context, tx *txn, r news.Revision) error {
	id, number, created := r.Story.ID, r.Revision.Number, ms(r.Revision.Created)
	var first bool
	err := tx.QueryRowContext(ctx, `SELECT s.query IS NULL AND s.discovered AND NOT EXISTS (
		SELECT 1 FROM revision r WHERE r.story_id = s.id AND r.number < ? AND NOT r.quiet) FROM story s WHERE s.id = ?`, number, id).Scan(&first)
	if err != nil {
		return err
	}
	if first {
		endpoints, err := wantedBy(ctx, tx, news.StoryDiscovered, id, 0)
		if err != nil {
			return err
		}
		for _, e := range endpoints {
			_, err := tx.ExecContext(ctx, `INSERT INTO delivery (id, endpoint_id, event, story_id, number, created, due) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)`,
				s.deliveryID(e.id, news.StoryDiscovered+" "+id), e.id, news.StoryDiscovered, id, number, created)
			if err != nil {
				return err
			}
		}
	}
	endpoints, err := wantedBy(ctx, tx, news.StoryUpdated, id, 0)
	if err != nil {
		return err
	}
	for _, e := range endpoints {
		if e.digest != "" {
			err = s.addToDigest(ctx, tx, e, r)
		} else {
			err = s.oweUpdate(ctx, tx, e, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// oweUpdate owes a revision to one endpoint, unless too little of it is new
// there. With a least interval it waits, and takes the place of one that waits.
func (s *Store) oweUpdate(ctx context.Context, tx *txn, e wanting, r news.Revision) error {
	id, number, created := r.Story.ID, r.Revision.Number, ms(r.Revision.Created)
	if e.minArticles > 0 {
		var known int
		err := tx.QueryRowContext(ctx, `SELECT coalesce(max(r.document ->> '$.revision.articles'), 0) FROM revision r WHERE r.story_id = ?1
			AND r.number = (SELECT max(number) FROM delivery WHERE endpoint_id = ?2 AND story_id = ?1 AND event = 'story.updated')`, id, e.id).Scan(&known)
		if err != nil || r.Revision.Articles-known < e.minArticles {
			return err
		}
	}
	due := created
	if e.minInterval > 0 {
		var last, waits int64 // the last attempt at a revision of the story, and when one not tried yet is due
		err := tx.QueryRowContext(ctx, `SELECT coalesce(max(a.started), 0), coalesce(min(CASE WHEN d.state = 'pending' AND d.attempts = 0 THEN d.due END), 0)
			FROM delivery d LEFT JOIN attempt a ON a.delivery_id = d.id
			WHERE d.endpoint_id = ? AND d.story_id = ? AND d.event = 'story.updated'`, e.id, id).Scan(&last, &waits)
		if err != nil {
			return err
		}
		if due = max(created, min(last, created)+e.minInterval); last == 0 {
			due = created
		}
		if waits != 0 {
			due = min(due, waits)
		}
		_, err = tx.ExecContext(ctx, `UPDATE delivery SET state = 'superseded', last_error = 'revision ' || ? || ' went in its place'
			WHERE endpoint_id = ? AND story_id = ? AND event = 'story.updated' AND state = 'pending' AND attempts = 0`, number, e.id, id)
		if err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO delivery (id, endpoint_id, event, story_id, number, created, due) VALUES (?, ?, 'story.updated', ?, ?, ?, ?)`,
		s.deliveryID(e.id, fmt.Sprintf("%s %d", id, number)), e.id, id, number, created, due)
	return err
}

// addToDigest puts a revision into the next digest of an endpoint, in the
// place of an earlier one of its story.
func (s *Store) addToDigest(ctx context.Context, tx *txn, e wanting, r news.Revision) error {
	id, created := r.Story.ID, r.Revision.Created
	for due := created; ; { // a digest that was tried already takes no more
		due = digestTime(e.digest, due)
		result, err := tx.ExecContext(ctx, `INSERT INTO delivery (id, endpoint_id, event, data, created, due)
			VALUES (?1, ?2, 'stories.digest', json_object(?3, ?4), ?5, ?6)
			ON CONFLICT (id) DO UPDATE SET data = json_set(data, '$."' || ?3 || '"', ?4), created = ?5 WHERE attempts = 0 AND state = 'pending'`,
			s.deliveryID(e.id, fmt.Sprint("digest ", ms(due))), e.id, id, r.Revision.Number, ms(created), ms(due))
		if err := found(result, err); !errors.Is(err, news.ErrNotFound) {
			return err
		}
	}
}

// disown takes a deleted story out of what is owed. A digest that is left empty
// is not owed: it is made anew when there is something for it.
func disown(ctx context.Context, tx *txn, story string) error {
	for _, statement := range []string{
		`UPDATE delivery SET state = 'superseded', last_error = 'the story was deleted' WHERE story_id = ?1 AND state = 'pending'`,
		`UPDATE delivery SET data = json_remove(data, '$."' || ?1 || '"') WHERE event = 'stories.digest' AND state = 'pending'`,
		`DELETE FROM delivery WHERE event = 'stories.digest' AND state = 'pending' AND attempts = 0 AND data = '{}'`,
	} {
		if _, err := tx.ExecContext(ctx, statement, story); err != nil {
			return err
		}
	}
	return nil
}

// digestTime is the first time after t that a digest is sent at, for a digest
// such as "07:30" or "07:30 Europe/Berlin". A zone that this machine does not
// know is its own.
func digestTime(digest string, t time.Time) time.Time {
	clock, zone, _ := strings.Cut(digest, " ")
	where := time.Local
	if named, err := time.LoadLocation(zone); zone != "" && err == nil {
		where = named
	}
	of, _ := time.Parse("15:04", clock)
	local := t.In(where)
	for day := 0; ; day++ {
		next := time.Date(local.Year(), local.Month(), local.Day()+day, of.Hour(), of.Minute(), 0, 0, where)
		if next.After(t) {
			return next
		}
	}
}

// head is a story as events tell it.
func (s *Store) head(ctx context.Context, tx *txn, id string) (*news.StoryHead, error) {
	t, err := s.scanStory(tx.QueryRowContext(ctx, `SELECT `+storyColumns+` FROM story s WHERE s.id = ?`, id))
	return &news.StoryHead{ID: t.ID, Title: t.Title, Status: t.Status, Followed: t.Followed, FirstSeen: t.FirstSeen, Updated: t.Updated}, noRows(err)
}

// oweStory owes an event of a story.
func (s *Store) oweStory(ctx context.Context, tx *txn, event, id string, now time.Time) error {
	head, err := s.head(ctx, tx, id)
	if err != nil {
		return err
	}
	return s.owe(ctx, tx, happening{event: event, story: id, about: id, key: fmt.Sprint(id, " ", ms(now)), at: ms(now),
		data: &news.Happening{Schema: 1, Story: head}})
}

// oweMerged owes the merges of stories that somebody can have heard of. It is
// to be called when the merge is done: who wanted the one wants the other now.
func (s *Store) oweMerged(ctx context.Context, tx *txn, merges ...news.Merge) error {
	for _, m := range merges {
		var into string
		err := tx.QueryRowContext(ctx, `SELECT merged_into FROM story WHERE id = ?1 AND merged_into IS NOT NULL
			AND (followed OR EXISTS (SELECT 1 FROM revision WHERE story_id = ?1 AND NOT quiet))`, m.From).Scan(&into)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		data := news.Happening{Schema: 1}
		if data.Story, err = s.head(ctx, tx, m.From); err != nil {
			return err
		}
		if data.Into, err = s.head(ctx, tx, into); err != nil {
			return err
		}
		err = s.owe(ctx, tx, happening{event: news.StoryMerged, story: into, about: m.From, key: m.From, at: ms(time.Now()), data: &data})
		if err != nil {
			return err
		}
	}
	return nil
}

// OweSilence owes the quiet of stories that nothing was heard of for long
// enough, once for each silence. Stories that no endpoint can have heard of
// fall quiet without a word.
func (s *Store) OweSilence(ctx context.Context, now time.Time) error {
	if s.opt.QuietAfter == 0 {
		return nil
	}
	cutoff := ms(now.Add(-s.opt.QuietAfter))
	var any bool
	err := s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM story
		WHERE silent < updated AND revision > 0 AND merged_into IS NULL AND updated <= ?)`, cutoff).Scan(&any)
	if err != nil || !any {
		return err
	}
	return s.transact(ctx, func(tx *txn) error {
		rows, err := tx.QueryContext(ctx, `UPDATE story SET silent = updated
			WHERE silent < updated AND revision > 0 AND merged_into IS NULL AND updated <= ?
			RETURNING CASE WHEN (followed OR discovered) AND EXISTS (SELECT 1 FROM revision r WHERE r.story_id = id AND NOT r.quiet) THEN id ELSE '' END`, cutoff)
		stories, err := collect(rows, err, scanText)
		if err != nil {
			return err
		}
		for _, id := range stories {
			if id == "" {
				continue
			}
			if err := s.oweStory(ctx, tx, news.StoryQuiet, id, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// failingAfter is how many failures in a row make a feed a failing one.
const failingAfter = 3

// oweFeed owes the news that a feed fails for longer or is gone, once, and
// that it works again.
func (s *Store) oweFeed(ctx context.Context, tx *txn, f news.Fetch) error {
	var health news.FeedHealth
	var failing, success int64
	var gone bool
	err := tx.QueryRowContext(ctx, `SELECT url, title, failures, last_error, last_success, failing, state = 'gone' FROM feed WHERE id = ?`, f.Feed.ID).Scan(
		&health.URL, &health.Title, &health.Failures, &health.Error, &success, &failing, &gone)
	fails := f.Err != "" && (health.Failures >= failingAfter || gone)
	if err != nil || fails == (failing != 0) || f.Err != "" && !fails {
		return err
	}
	if success != 0 {
		last := at(success)
		health.LastSuccess = &last
	}
	event, since := news.FeedFailing, ms(f.At)
	if !fails {
		began := at(failing)
		event, since, health.Failing = news.FeedRecovered, 0, &began
	}
	if _, err := tx.ExecContext(ctx, `UPDATE feed SET failing = ? WHERE id = ?`, since, f.Feed.ID); err != nil {
		return err
	}
	return s.owe(ctx, tx, happening{event: event, feed: f.Feed.ID, key: fmt.Sprint(f.Feed.ID, " ", ms(f.At)), at: ms(f.At),
		data: &news.Happening{Schema: 1, Feed: &health}})
}
