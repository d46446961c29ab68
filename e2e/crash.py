#!/usr/bin/python3
"""kill -9 at random moments, 50 times, while the demo's newsroom publishes: no
article, revision or delivery is lost or doubled against an undisturbed run.

Both runs poll the same outlets in step: the next entry appears once both have
placed the last one, so that they see the same history. CRASH_SEED repeats a
run, CRASH_KILLS sets the number of kills."""

import collections
import json
import os
import random
import subprocess
import time

import wire
from wire import same, until

SEED = int(os.environ.get("CRASH_SEED", "1"))
KILLS = int(os.environ.get("CRASH_KILLS", "50"))


class Newsroom:
    """The demo's outlets; release(n) puts out the first n steps."""

    def __init__(self):
        self.process = subprocess.Popen([os.environ["NEWSROOM"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        hello = json.loads(self.process.stdout.readline())
        self.feeds, self.old, self.total = hello["feeds"], hello["old"], hello["total"]

    def release(self, steps):
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        same("newsroom", self.process.stdout.readline(), "ok\n")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Flaky(wire.Receiver):
    """Fails every seventh request and takes its time over all, so that some
    are in flight at a kill."""

    def __init__(self):
        super().__init__(self.status)

    def status(self, n):
        time.sleep(0.4)
        return 500 if n % 7 == 0 else 204

    def accepted(self):
        return collections.Counter(r["headers"]["webhook-id"] for r in self.got if r["status"] == 204)


def polled(daemon, since):
    """Every feed was fetched after since, and every article has its story."""
    return daemon.rows("SELECT NOT EXISTS (SELECT 1 FROM feed WHERE last_success < ?) AND NOT EXISTS"
                       " (SELECT 1 FROM home WHERE story_id IS NULL)", since * 1000)[0][0]


def settled(daemon):
    """Nothing is due any more."""
    return daemon.rows("SELECT NOT EXISTS (SELECT 1 FROM story WHERE due IS NOT NULL OR backfill) AND NOT EXISTS"
                       " (SELECT 1 FROM delivery WHERE state = 'pending')")[0][0]


def entries(daemon):
    return set(daemon.rows("SELECT f.url, e.guid, a.url FROM entry e JOIN feed f ON f.id = e.feed_id"
                           " JOIN article a ON a.id = e.article_id"))


def stories(daemon):
    """The articles' addresses, as they are grouped by home story."""
    homes = collections.defaultdict(set)
    for home, url in daemon.rows("SELECT story_id, url FROM article JOIN home ON article_id = id"):
        homes[home].add(url)
    return {frozenset(urls) for urls in homes.values()}


def followed(daemon):
    """The addresses of the articles the followed story took in."""
    return {url for url, in daemon.rows("SELECT a.url FROM membership m JOIN story s ON s.id = m.story_id"
                                        " JOIN article a ON a.id = m.article_id WHERE s.query IS NOT NULL")}


def check(daemon, receiver):
    """What holds of every database, however it came about."""
    same("integrity", daemon.rows("PRAGMA integrity_check"), [("ok",)])
    same("foreign keys", daemon.rows("PRAGMA foreign_key_check"), [])
    same("articles without their one home", daemon.rows(
        "SELECT a.url FROM article a LEFT JOIN home h ON h.article_id = a.id"
        " LEFT JOIN membership m ON m.article_id = a.id AND m.story_id = h.story_id"
        " LEFT JOIN story s ON s.id = h.story_id AND s.merged_into IS NULL"
        " WHERE m.article_id IS NULL OR s.id IS NULL"), [])
    same("articles held twice", daemon.rows("SELECT url FROM article GROUP BY url HAVING count(*) > 1"), [])
    same("stories whose revisions are not 1..n", daemon.rows(
        "SELECT s.id FROM story s LEFT JOIN revision r ON r.story_id = s.id GROUP BY s.id"
        " HAVING count(r.number) <> s.revision OR coalesce(max(r.number), 0) <> s.revision"), [])
    owed = {row[0] for row in daemon.rows("SELECT id FROM delivery")}
    same("revisions without their delivery", daemon.rows(
        "SELECT r.story_id, r.number FROM revision r LEFT JOIN delivery d ON d.story_id = r.story_id AND d.number = r.number"
        " WHERE NOT r.quiet AND d.id IS NULL"), [])
    same("deliveries not delivered", daemon.rows("SELECT id, state, last_error FROM delivery WHERE state <> 'delivered'"), [])
    accepted = receiver.accepted()
    same("ids received", set(accepted), owed)
    unknown = dict(daemon.rows("SELECT delivery_id, count(*) FROM attempt WHERE finished = 0 GROUP BY delivery_id"))
    for id, times in accepted.items():
        if times > 1 + unknown.get(id, 0):
            raise AssertionError(f"{id} was accepted {times} times with {unknown.get(id, 0)} attempts cut off")
    revisions, articles = daemon.rows("SELECT count(*) FROM revision")[0][0], daemon.rows("SELECT count(*) FROM article")[0][0]
    print(f"{daemon.dir.name}: {articles} articles, {revisions} revisions, {len(owed)} deliveries,"
          f" {sum(accepted.values()) - len(owed)} repeated, {sum(unknown.values())} attempts cut off")


def test():
    rng = random.Random(SEED)
    room = Newsroom()
    runs = []
    for name in ("calm", "killed"):
        daemon, receiver = wire.Daemon(name, room.feeds), Flaky()
        daemon.serve()
        daemon.run("webhook", "add", receiver.url)
        runs.append((daemon, receiver))
    killed = runs[1][0]

    steps = range(room.old, room.total + 1)
    kills = collections.Counter(rng.choices(steps, k=KILLS))
    for step in steps:
        room.release(step)
        released = time.time()
        for _ in range(kills[step]):
            time.sleep(rng.uniform(0, 2))
            killed.kill()
            killed.start()
        for daemon, _ in runs:
            until(f"step {step} in the {daemon.dir.name} run", lambda: daemon.healthy() and polled(daemon, released))
            if step == steps[len(steps) // 2]:
                daemon.run("follow", "Sarn Strait talks")
    for daemon, receiver in runs:
        until(f"the {daemon.dir.name} run settles", lambda: settled(daemon), 120)
        daemon.stop()
    room.close()

    print(f"{KILLS} kills, seed {SEED}, {len(followed(killed))} articles followed")
    for daemon, receiver in runs:
        check(daemon, receiver)
    same("entries of one run only", entries(killed) ^ entries(runs[0][0]), set())
    same("articles followed in one run only", followed(killed) ^ followed(runs[0][0]), set())
    same("stories of one run only", stories(killed) ^ stories(runs[0][0]), set())


if __name__ == "__main__":
    wire.main(test)
