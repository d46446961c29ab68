#!/usr/bin/python3
"""newsboat and feedparser subscribe to a story's feeds: each revision arrives
as a new entry with its own id and date, and nothing arrives twice, over a
restart and a kill -9."""

import calendar
import sqlite3
import subprocess
import time

import feedparser

import affair
import wire
from wire import SCRATCH, same, until


class Newsboat:
    """A newsboat with one subscription and a cache of its own."""

    def __init__(self, url):
        self.dir = SCRATCH / "newsboat"
        self.dir.mkdir()
        (self.dir / "urls").write_text(url + "\n")
        (self.dir / "config").write_text("auto-reload no\n")
        self.cache = self.dir / "cache.db"

    def reload(self):
        subprocess.run(["newsboat", "-u", self.dir / "urls", "-c", self.cache, "-C", self.dir / "config", "-x", "reload"],
                       check=True, capture_output=True, timeout=60, env={"HOME": str(self.dir), "PATH": "/usr/bin:/bin", "TERM": "dumb", "LANG": "C.UTF-8"})
        db = sqlite3.connect(self.cache)
        try:
            return db.execute("SELECT guid, title, pubDate, unread FROM rss_item ORDER BY pubDate, id").fetchall()
        finally:
            db.close()

    def read_all(self):
        """Marks everything read, as a person would."""
        db = sqlite3.connect(self.cache)
        db.execute("UPDATE rss_item SET unread = 0")
        db.commit()
        db.close()


def entries(daemon, story, name):
    """What feedparser makes of a feed: (id, title, time), oldest first."""
    feed = feedparser.parse(f"{daemon.base}/s/{story}/{name}")
    same(f"{name}: HTTP status", feed.status, 200)
    if feed.bozo:
        raise AssertionError(f"{name} is not well-formed: {feed.bozo_exception}")
    got = [(e.id, e.title, calendar.timegm(e.get("published_parsed") or e.updated_parsed)) for e in feed.entries]
    return sorted(got, key=lambda e: e[2])


def story_at(daemon, revision):
    """The id of the one story, once it has that revision."""
    stories = daemon.rows("SELECT id FROM story WHERE revision >= ? AND merged_into IS NULL AND (discovered OR followed)", revision)
    return stories[0][0] if len(stories) == 1 else None


def check(daemon, newsboat, story, count, before):
    """Both readers see count entries: those seen before, unchanged, and one new."""
    seen = newsboat.reload()
    same("entries in newsboat", len(seen), count)
    same("unread in newsboat", sum(s[3] for s in seen), count - len(before))
    for name in ("feed.atom", "feed.rss"):
        parsed = entries(daemon, story, name)
        same(f"{name}: ids in newsboat and feedparser", [s[0] for s in seen], [e[0] for e in parsed])
        same(f"{name}: titles", [s[1] for s in seen], [e[1] for e in parsed])
        same(f"{name}: dates", [s[2] for s in seen], [e[2] for e in parsed])
    same("earlier entries", [s[:3] for s in seen][:len(before)], before)
    same("different ids", len({s[0] for s in seen}), count)
    same("different dates", len({s[2] for s in seen}), count)
    for _, title, at, _ in seen:
        if ": Updated (" not in title or abs(time.time() - at) > 600:
            raise AssertionError(f"entry {title!r} dated {at}")
    newsboat.read_all()
    return [s[:3] for s in seen]


def test():
    outlets = [wire.Outlet("Ellory Courier"), wire.Outlet("Tamsin Post")]
    for outlet, old in zip(outlets, affair.OLD):
        outlet.release(*old)
    daemon = wire.Daemon("daemon", [o.feed for o in outlets])
    daemon.serve()
    until("the first import", lambda: daemon.rows("SELECT count(*) FROM feed WHERE imported")[0][0] == 2)

    newsboat, seen = None, []
    for revision, round in enumerate(affair.ROUNDS, 1):
        for outlet, article in zip(outlets, round):
            outlet.release(*article)
        story = until(f"revision {revision}", lambda: story_at(daemon, revision))
        newsboat = newsboat or Newsboat(f"{daemon.base}/s/{story}/feed.atom")
        seen = check(daemon, newsboat, story, revision, seen)
        print("new entry:", seen[-1][1])
        if revision == 1:
            daemon.stop()
        else:
            daemon.kill()
        daemon.serve()
        same("entries after a restart", check(daemon, newsboat, story, revision, seen), seen)
    daemon.stop()


if __name__ == "__main__":
    wire.main(test)
