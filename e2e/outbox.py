#!/usr/bin/python3
"""kill -9 at random moments while 10,000 webhooks go to 100 endpoints, of which
20 are dead, 20 slow and 10 fail now and then: nothing is lost, and what
comes twice was in flight at a kill, or not answered, and has the same id.

OUTBOX_KILLS sets the number of kills, OUTBOX_SEED the moments."""

import collections
import json
import os
import random
import sqlite3
import threading
import time

import wire
from wire import same, until

KILLS = int(os.environ.get("OUTBOX_KILLS", "10"))
SEED = int(os.environ.get("OUTBOX_SEED", random.randrange(1 << 30)))
REVISIONS = 100
KINDS = {"well": 50, "slow": 20, "flap": 10, "hang": 10, "gone": 10}  # at "gone" nobody listens


class Endpoints(wire.Server):
    def __init__(self):
        self.lock, self.got, self.rng = threading.Lock(), [], random.Random(SEED)
        super().__init__(Handler)


class Handler(wire.http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        kind = self.path.split("/")[1]
        if kind == "hang":
            time.sleep(16)
            return
        with self.server.lock:
            status = 500 if kind == "flap" and self.server.rng.random() < 0.3 else 204
            self.server.got.append((self.headers["Webhook-Id"], self.path, status, body))
        if kind == "slow":
            time.sleep(0.3)
        try:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()
        except OSError:
            pass  # killed meanwhile

    def log_message(self, *args):
        pass


def owe(daemon, seconds):
    """Owes each endpoint the revisions of a story, spread over a time."""
    story = daemon.run("follow", "harbour bridge")["id"]
    db = sqlite3.connect(daemon.db, timeout=10)
    now = int(time.time() * 1000)
    for n in range(1, REVISIONS + 1):
        at = now + int(n * seconds * 1000 / REVISIONS)
        head = {"number": n, "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at / 1000)), "label": f"Updated ({n} articles)", "articles": n}
        document = {"schema": 1, "story": {"id": story, "title": "Harbour bridge"}, "revision": head, "whats_new": [],
                    "sections": [{"heading": "The bridge", "sentences": [{"text": "The council put off its vote. " * 60, "cites": [1]}]}]}
        db.execute("INSERT INTO revision (story_id, number, created, quiet, seq, articles, categories, document) VALUES (?, ?, ?, 0, ?, ?, '', ?)",
                   (story, n, at, n, n, json.dumps(document)))
        db.execute("""INSERT INTO delivery (id, endpoint_id, event, story_id, number, created, due)
                      SELECT 'msg_' || id || '_' || ?, id, 'story.updated', ?, ?, ?, ? FROM endpoint""", (n, story, n, at, at))
    db.execute("UPDATE story SET revision = ? WHERE id = ?", (REVISIONS, story))
    db.commit()
    db.close()


def test():
    rng = random.Random(SEED)
    print("seed", SEED)
    endpoints = Endpoints()
    daemon = wire.Daemon("outbox", [])
    waits = 'retries = ["2s", "5s", "10s", "10s", "10s", "10s", "10s", "10s", "10s"] #'
    daemon.config.write_text(daemon.config.read_text().replace("retries =", waits))
    paths = {}
    for kind, count in KINDS.items():
        for i in range(count):
            path = f"/{kind}/{i}"
            base = "http://127.0.0.1:1" if kind == "gone" else endpoints.base
            paths[daemon.run("webhook", "add", base + path)["id"]] = path
    owe(daemon, KILLS * 0.7)
    started = time.monotonic()
    daemon.start()
    for _ in range(KILLS):
        time.sleep(rng.uniform(0.1, 1.3))
        daemon.kill()
        daemon.start()
    alive = f"endpoint_id IN ({','.join(str(e) for e, p in paths.items() if p[1:5] not in ('hang', 'gone'))})"
    until("everything is with who can take it", lambda: daemon.rows(f"SELECT count(*) FROM delivery WHERE {alive} AND state <> 'delivered'")[0][0] == 0, 280)
    took = time.monotonic() - started
    daemon.stop()

    killed = daemon.rows("SELECT count(*) FROM attempt WHERE finished = 0")[0][0]
    # That no answer came in time, as on a busy machine, is known no better.
    unknown = dict(daemon.rows("SELECT delivery_id, count(*) FROM attempt WHERE status = 0 GROUP BY delivery_id"))
    begun = dict(daemon.rows("SELECT delivery_id, count(*) FROM attempt GROUP BY delivery_id"))
    owed = {id: (paths[e], n, state) for id, e, n, state in daemon.rows("SELECT id, endpoint_id, number, state FROM delivery WHERE event = 'story.updated'")}
    same("deliveries listed", len(owed), 100 * REVISIONS)
    taken, arrived, bodies = collections.Counter(), collections.Counter(), {}
    for id, path, status, body in endpoints.got:
        want, number, _ = owed[id]
        same(f"endpoint of {id}", path, want)
        same(f"revision in {id}", json.loads(body)["data"]["revision"]["number"], number)
        same(f"body of {id}", bodies.setdefault(id, body), body)
        arrived[id] += 1
        taken[id] += status == 204
    twice = 0
    for id, (path, number, state) in owed.items():
        if path[1:5] in ("hang", "gone"):
            same(f"state of {id}, which cannot arrive", state, "pending")
            continue
        if not taken[id]:
            raise AssertionError(f"revision {number} never reached {path}")
        if taken[id] > 1 + unknown.get(id, 0) or arrived[id] > begun[id]:
            raise AssertionError(f"{id} was taken {taken[id]} times, and {unknown.get(id, 0)} of {begun[id]} attempts had no answer")
        twice += taken[id] > 1
    same("damage", daemon.rows("PRAGMA integrity_check"), [("ok",)])
    print(f"{KILLS} kills: {len(taken)} of {len(owed)} arrived, {twice} of them twice, "
          f"{killed} attempts were in flight at a kill, {took:.0f} s")


if __name__ == "__main__":
    wire.main(test)
