-- Times are Unix milliseconds, UTC; 0 stands for "never" or "not known".

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE feed (
  id            INTEGER PRIMARY KEY,
  url           TEXT NOT NULL UNIQUE,  -- as it was subscribed to
  title         TEXT NOT NULL DEFAULT '',
  site_url      TEXT NOT NULL DEFAULT '',
  language      TEXT NOT NULL DEFAULT '',
  origin        TEXT NOT NULL CHECK (origin IN ('opml', 'person')),
  state         TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'gone', 'removed')),
  etag          TEXT NOT NULL DEFAULT '',
  last_modified TEXT NOT NULL DEFAULT '',
  valid_from    TEXT NOT NULL DEFAULT '',  -- the address the validators are of
  digest        BLOB,                      -- of the document; NULL: parse the next one
  fresh         INTEGER NOT NULL DEFAULT 0,  -- ms, as are ask and slow: see news.Manners
  ask           INTEGER NOT NULL DEFAULT 0,
  skip_hours    INTEGER NOT NULL DEFAULT 0,
  skip_days     INTEGER NOT NULL DEFAULT 0,
  slow          INTEGER NOT NULL DEFAULT 0,
  moved         TEXT NOT NULL DEFAULT '',  -- where a permanent redirect led
  moving        TEXT NOT NULL DEFAULT '',
  moving_seen   INTEGER NOT NULL DEFAULT 0,
  offered       TEXT NOT NULL DEFAULT '',
  published     BLOB,                      -- 4 bytes, big-endian, for each: minutes since 1970
  weekly        REAL NOT NULL DEFAULT 0,
  why           TEXT NOT NULL DEFAULT '',
  next_fetch    INTEGER NOT NULL DEFAULT 0,
  last_fetch    INTEGER NOT NULL DEFAULT 0,
  last_success  INTEGER NOT NULL DEFAULT 0,
  failures      INTEGER NOT NULL DEFAULT 0,
  last_error    TEXT NOT NULL DEFAULT '',
  full_text     INTEGER NOT NULL DEFAULT 0,  -- the pages of its articles are read
  imported      INTEGER NOT NULL DEFAULT 0,
  failing       INTEGER NOT NULL DEFAULT 0   -- when it was told that the feed fails
) STRICT;
CREATE INDEX feed_due ON feed (next_fetch, last_fetch) WHERE state = 'active';

CREATE TABLE feed_category (
  feed_id  INTEGER NOT NULL REFERENCES feed,
  place    INTEGER NOT NULL,
  category TEXT NOT NULL,
  PRIMARY KEY (feed_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_category_name ON feed_category (category);

CREATE TABLE story (
  id            TEXT PRIMARY KEY,
  title         TEXT NOT NULL,
  renamed       INTEGER NOT NULL DEFAULT 0,
  followed      INTEGER NOT NULL DEFAULT 0,
  discovered    INTEGER NOT NULL DEFAULT 0,
  query         TEXT,              -- JSON; NULL for a story found in the stream
  backfill      INTEGER NOT NULL DEFAULT 0,
  pinned        INTEGER NOT NULL DEFAULT 0,  -- a person merged or split it
  merged_into   TEXT REFERENCES story,  -- itself: a person deleted it
  first_seen    INTEGER NOT NULL,
  updated       INTEGER NOT NULL,  -- when its last article arrived
  articles      INTEGER NOT NULL DEFAULT 0,
  outlets       INTEGER NOT NULL DEFAULT 0,
  version       INTEGER NOT NULL DEFAULT 0,
  due           INTEGER,           -- when a revision is to be written; NULL: not due
  settle        INTEGER,           -- milliseconds; NULL: as configured
  min_interval  INTEGER,           -- milliseconds; NULL: as configured
  revision      INTEGER NOT NULL DEFAULT 0,
  revised       INTEGER NOT NULL DEFAULT 0,
  gate_at       INTEGER NOT NULL DEFAULT 0,
  gate_reason   TEXT NOT NULL DEFAULT '',
  edition       INTEGER NOT NULL DEFAULT 0,  -- grows with what is published of it, a time
  silent        INTEGER NOT NULL DEFAULT 0   -- what updated was when it was last told that nothing more came
) STRICT;
CREATE INDEX story_silent ON story (updated) WHERE silent < updated AND revision > 0 AND merged_into IS NULL;
CREATE INDEX story_merged ON story (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX story_due ON story (due) WHERE due IS NOT NULL;
CREATE INDEX story_visible ON story (followed, updated, id) WHERE merged_into IS NULL AND (followed = 1 OR discovered = 1);

CREATE TABLE article (
  id        INTEGER PRIMARY KEY,
  feed_id   INTEGER NOT NULL REFERENCES feed,
  guid      TEXT NOT NULL,
  key       TEXT,                  -- NULL where the address does not single it out
  outlet    TEXT NOT NULL,
  title     TEXT NOT NULL,
  url       TEXT NOT NULL,
  author    TEXT NOT NULL,
  language  TEXT NOT NULL,
  published INTEGER NOT NULL,
  updated   INTEGER NOT NULL,
  seen      INTEGER NOT NULL,
  text      TEXT NOT NULL,
  full_text INTEGER NOT NULL DEFAULT 0,
  quiet     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX article_key ON article (key) WHERE key IS NOT NULL;
CREATE INDEX article_url ON article (url);

-- What tracking finds out about an article. It stands apart since an article is
-- long: to write it again costs as much as to store it.
CREATE TABLE home (
  article_id INTEGER PRIMARY KEY REFERENCES article,
  published  INTEGER NOT NULL,     -- the article's
  wait       INTEGER NOT NULL,     -- until then tracking waits for the text of its page
  story_id   TEXT REFERENCES story,  -- NULL until tracked
  copy_of    INTEGER REFERENCES article
) STRICT;
CREATE INDEX home_untracked ON home (published, article_id) WHERE story_id IS NULL;
CREATE INDEX home_story ON home (story_id) WHERE story_id IS NOT NULL;

CREATE TABLE entry (
  feed_id    INTEGER NOT NULL REFERENCES feed,
  guid       TEXT NOT NULL,
  article_id INTEGER NOT NULL REFERENCES article,
  PRIMARY KEY (feed_id, guid)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_article ON entry (article_id, feed_id);

-- The page of an article whose feed gives a part of its text only.
CREATE TABLE page (
  article_id INTEGER PRIMARY KEY REFERENCES article,
  state      TEXT NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'read', 'failed')),
  due        INTEGER NOT NULL,
  attempts   INTEGER NOT NULL DEFAULT 0,
  last_error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX page_due ON page (due) WHERE state = 'due';

-- A former state of an article that was edited.
CREATE TABLE edit (
  id         INTEGER PRIMARY KEY,
  article_id INTEGER NOT NULL REFERENCES article,
  until      INTEGER NOT NULL,
  title      TEXT NOT NULL,
  text       TEXT NOT NULL
) STRICT;
CREATE INDEX edit_article ON edit (article_id);

CREATE VIRTUAL TABLE article_words USING fts5 (
  title, text, content = 'article', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2', detail = none
);
-- Its parts are merged when there are sixteen, not four: a search looks through
-- some more, but less is written again.
INSERT INTO article_words (article_words, rank) VALUES ('automerge', 16);
-- Articles are indexed when they are tracked, many at once: to write the index out
-- for each, or for each feed, costs more than all the rest of storing it.
CREATE TRIGGER article_edited AFTER UPDATE OF title, text ON article
WHEN (SELECT story_id FROM home WHERE article_id = old.id) IS NOT NULL BEGIN
  INSERT INTO article_words (article_words, rowid, title, text) VALUES ('delete', old.id, old.title, old.text);
  INSERT INTO article_words (rowid, title, text) VALUES (new.id, new.title, new.text);
END;

CREATE TABLE membership (
  story_id   TEXT NOT NULL REFERENCES story,
  article_id INTEGER NOT NULL REFERENCES article,
  score      REAL NOT NULL,
  reason     TEXT NOT NULL,
  at         INTEGER NOT NULL,
  by_person  INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (story_id, article_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_article ON membership (article_id);

-- A person said: this article is not of this story.
CREATE TABLE expulsion (
  story_id   TEXT NOT NULL REFERENCES story,
  article_id INTEGER NOT NULL REFERENCES article,
  PRIMARY KEY (story_id, article_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE revision (
  story_id TEXT NOT NULL REFERENCES story,
  number   INTEGER NOT NULL,
  created  INTEGER NOT NULL,
  quiet    INTEGER NOT NULL,
  seq      INTEGER,                -- its place among all that were published, from 1; NULL for a quiet one
  articles INTEGER NOT NULL,
  categories TEXT NOT NULL,        -- of the story then, words with spaces between
  document TEXT NOT NULL,          -- news.Revision as JSON, without story.url
  PRIMARY KEY (story_id, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX revision_seq ON revision (seq) WHERE seq IS NOT NULL;
CREATE INDEX revision_created ON revision (created, story_id, number) WHERE NOT quiet;

-- The number an article has in a story for the life of the story.
CREATE TABLE source (
  story_id   TEXT NOT NULL REFERENCES story,
  article_id INTEGER NOT NULL REFERENCES article,
  n          INTEGER NOT NULL,
  revision   INTEGER NOT NULL,     -- the first that used it
  PRIMARY KEY (story_id, article_id),
  UNIQUE (story_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE endpoint (
  id           INTEGER PRIMARY KEY,
  format       TEXT NOT NULL,
  url          TEXT NOT NULL,
  target       TEXT NOT NULL,      -- room, chat, recipients, or a program and its arguments
  secret       TEXT NOT NULL,
  former       TEXT NOT NULL DEFAULT '',  -- the secret before, which signs too for a while
  former_until INTEGER NOT NULL DEFAULT 0,
  events       TEXT NOT NULL,      -- words with spaces between
  categories   TEXT NOT NULL,      -- words with spaces between; none: all
  followed     INTEGER NOT NULL,
  min_articles INTEGER NOT NULL,
  min_interval INTEGER NOT NULL,   -- milliseconds
  digest       TEXT NOT NULL,      -- time of day and zone; '': at once
  created      INTEGER NOT NULL,
  disabled     TEXT NOT NULL DEFAULT '',
  removed      INTEGER NOT NULL DEFAULT 0,
  failures     INTEGER NOT NULL DEFAULT 0,  -- attempts in a row
  failing      INTEGER NOT NULL DEFAULT 0,  -- when the first of them was
  rest         INTEGER NOT NULL DEFAULT 0,  -- nothing is sent before
  slow         INTEGER NOT NULL DEFAULT 0   -- its last attempt failed or took long
) STRICT;

-- The stories an endpoint wants; none: all.
CREATE TABLE endpoint_story (
  endpoint_id INTEGER NOT NULL REFERENCES endpoint,
  story_id    TEXT NOT NULL REFERENCES story,
  PRIMARY KEY (endpoint_id, story_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX endpoint_story_story ON endpoint_story (story_id);

CREATE TABLE delivery (
  id          TEXT PRIMARY KEY,
  endpoint_id INTEGER NOT NULL REFERENCES endpoint,
  event       TEXT NOT NULL,
  story_id    TEXT REFERENCES story,
  number      INTEGER NOT NULL DEFAULT 0,
  data        TEXT NOT NULL DEFAULT '',  -- JSON: what an event without a revision tells; of a digest, revision numbers by story
  created     INTEGER NOT NULL,
  due         INTEGER NOT NULL,
  attempts    INTEGER NOT NULL DEFAULT 0,
  failures    INTEGER NOT NULL DEFAULT 0,
  state       TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'expired', 'superseded')),
  last_error  TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX delivery_due ON delivery (endpoint_id, due, story_id, number) WHERE state = 'pending';
CREATE INDEX delivery_next ON delivery (due) WHERE state = 'pending';
CREATE INDEX delivery_created ON delivery (created);
CREATE INDEX delivery_endpoint ON delivery (endpoint_id, created);
CREATE INDEX delivery_story ON delivery (story_id) WHERE story_id IS NOT NULL;
CREATE UNIQUE INDEX delivery_once ON delivery (endpoint_id, story_id, number) WHERE event = 'story.updated';

CREATE TABLE attempt (
  delivery_id TEXT NOT NULL REFERENCES delivery,
  number      INTEGER NOT NULL,
  started     INTEGER NOT NULL,
  finished    INTEGER NOT NULL DEFAULT 0,
  status      INTEGER NOT NULL DEFAULT 0,
  error       TEXT NOT NULL DEFAULT '',
  response    TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (delivery_id, number)
) STRICT, WITHOUT ROWID;

-- Our subscription to a feed at the hub it offers (WebSub).
CREATE TABLE hub_subscription (
  feed_id    INTEGER PRIMARY KEY REFERENCES feed,
  hub        TEXT NOT NULL,
  topic      TEXT NOT NULL,        -- what the feed is called there
  token      TEXT NOT NULL UNIQUE, -- end of our callback
  secret     TEXT NOT NULL,
  state      TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'active', 'denied')),
  until      INTEGER NOT NULL DEFAULT 0,  -- when the lease ends
  due        INTEGER NOT NULL,     -- when the hub is to be asked (again)
  attempts   INTEGER NOT NULL DEFAULT 0,
  last_error TEXT NOT NULL DEFAULT '',
  pushed     INTEGER NOT NULL DEFAULT 0,  -- when it last brought something
  missed     INTEGER NOT NULL DEFAULT 0   -- when polling last found an article that it had not brought
) STRICT;
CREATE INDEX hub_subscription_due ON hub_subscription (due);

-- What a subscriber asked of our hub (WebSub) and has still to confirm.
CREATE TABLE intent (
  topic    TEXT NOT NULL,          -- path of one of our feeds
  callback TEXT NOT NULL,
  host     TEXT NOT NULL,          -- of the callback
  mode     TEXT NOT NULL CHECK (mode IN ('subscribe', 'unsubscribe')),
  secret   TEXT NOT NULL,
  lease    INTEGER NOT NULL,       -- milliseconds
  created  INTEGER NOT NULL,
  due      INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (topic, callback)
) STRICT, WITHOUT ROWID;
CREATE INDEX intent_due ON intent (due);
CREATE INDEX intent_host ON intent (host);

-- Who is told by our hub what is new in a feed.
CREATE TABLE subscriber (
  topic      TEXT NOT NULL,
  callback   TEXT NOT NULL,
  host       TEXT NOT NULL,
  secret     TEXT NOT NULL,
  until      INTEGER NOT NULL,     -- when the lease ends
  sent       TEXT NOT NULL DEFAULT '',  -- hash of the document delivered last
  due        INTEGER,              -- NULL: nothing is owed
  attempts   INTEGER NOT NULL DEFAULT 0,
  last_error TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (topic, callback)
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriber_due ON subscriber (due) WHERE due IS NOT NULL;
CREATE INDEX subscriber_until ON subscriber (until);
CREATE INDEX subscriber_host ON subscriber (host);

-- Who may come in with a key: a program, a feed reader, a browser that logged in.
CREATE TABLE access_key (
  sum     BLOB PRIMARY KEY,          -- SHA-256 of the secret
  name    TEXT NOT NULL,
  scope   TEXT NOT NULL CHECK (scope IN ('read', 'write', 'session')),
  created INTEGER NOT NULL,
  until   INTEGER NOT NULL           -- 0: for ever
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX access_key_name ON access_key (name) WHERE scope <> 'session';

-- Hubs of others that are told of new revisions.
CREATE TABLE ping (
  hub        TEXT PRIMARY KEY,
  told       INTEGER NOT NULL,     -- of the revisions up to this time
  due        INTEGER,              -- NULL: nothing is owed
  attempts   INTEGER NOT NULL DEFAULT 0,
  last_error TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

-- A question to a language model: it is recorded before it is asked.
CREATE TABLE model_call (
  id       INTEGER PRIMARY KEY,
  sum      BLOB NOT NULL,          -- SHA-256 of the question
  story_id TEXT NOT NULL,          -- the story may be gone
  asked    INTEGER NOT NULL,
  tokens   INTEGER NOT NULL,       -- the most it may cost; in the end what it did
  answer   TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX model_call_sum ON model_call (sum);
CREATE INDEX model_call_asked ON model_call (asked);
