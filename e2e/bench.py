#!/usr/bin/python3
"""Measures what polling costs: storywire beside the least it can cost and
beside newsboat, on a farm of made-up feeds, all in one run.

    e2e/bench.py [FEEDS [HOSTS]]

Each run is a process of its own; its CPU time is user and system time together.
A cold run reads every feed for the first time, an unchanged one gets 304 for
all, a changed one finds an entry or two new in each. No threshold: it tells
figures, and fails only if articles are lost."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
FEEDS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
HOSTS = int(sys.argv[2]) if len(sys.argv) > 2 else 500
SCRATCH = pathlib.Path(tempfile.mkdtemp(prefix="storywire-bench."))


class Farm:
    """The feeds, in a process whose cost is not counted."""

    def __init__(self, *flags):
        self.process = subprocess.Popen([SCRATCH / "farm", *flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.urls = []
        while line := self.process.stdout.readline().strip():
            self.urls.append(line)

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait()


def run(name, farm, *command, env=None, until=None):
    """Runs a process to its end, or asks it to end as soon as until holds, and
    tells what it cost."""
    farm.tell("stats")
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
    if until:
        while not until():
            time.sleep(0.1)
            if time.monotonic() - start > 1800:
                break
        process.terminate()
    output = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    if status:
        sys.exit(f"{name} failed:\n{output[-2000:]}")
    stats = farm.tell("stats")
    cpu = used.ru_utime + used.ru_stime
    print(f"{name:34} {cpu:7.2f} CPU-s {cpu / len(farm.urls) * 1000:7.2f} /1000 feeds {wall:7.2f} s {stats['span']:6.2f} s of fetching "
          f"{used.ru_maxrss / 1024:6.0f} MB  {stats['ok']:5} ok {stats['not_modified']:5} unchanged "
          f"{stats['connections']:5} connections, {stats['per_host']} at a host, {stats['at_once']} at once", flush=True)
    return cpu, wall, output


class Storywire:
    """A database of its own, polled by one command after another."""

    def __init__(self, name, farm, settings=""):
        self.name, self.farm = name, farm
        self.dir = SCRATCH / name
        self.dir.mkdir()
        self.db = self.dir / "storywire.db"
        outlines = "".join(f'<outline type="rss" xmlUrl="{u}"/>' for u in farm.urls)
        (self.dir / "feeds.opml").write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
        (self.dir / "storywire.toml").write_text(
            f'database = "{self.db}"\nfeeds = "{self.dir}/feeds.opml"\n[poll]\nparallel = 256\n{settings}[story]\nsettle = "12h"\n[log]\nlevel = "error"\n')

    def serve(self, what):
        """Runs the daemon until all is fetched and tracked. Revisions are left
        for later: their stories wait to settle."""
        if self.db.exists():  # as if the time had come
            self.rows("UPDATE feed SET next_fetch = 0")
        began = time.time() * 1000
        done = lambda: self.rows("SELECT count(*) FROM feed WHERE last_fetch >= ?", began)[0][0] == len(self.farm.urls) and \
            self.rows("SELECT count(*) FROM home WHERE story_id IS NULL")[0][0] == 0
        return run(f"storywire {what}", self.farm, SCRATCH / "storywire", "serve", "--listen", "127.0.0.1:0", "--config", self.dir / "storywire.toml", until=done)

    def again(self):
        """Tells what a round that finds nothing new costs a daemon that runs
        anyway, without its start and its end: the mean of five."""
        process = subprocess.Popen([SCRATCH / "storywire", "serve", "--listen", "127.0.0.1:0", "--config", self.dir / "storywire.toml"],
                                   stdout=subprocess.DEVNULL)
        spent = []
        for _ in range(6):
            began = time.time() * 1000
            self.rows("UPDATE feed SET next_fetch = 0")
            while self.rows("SELECT count(*) FROM feed WHERE last_fetch >= ?", began)[0][0] < len(self.farm.urls):
                time.sleep(0.2)
            fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
            spent.append((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))
        process.terminate()
        process.wait()
        cpu = (spent[5] - spent[0]) / 5
        print(f"{'storywire unchanged, running':34} {cpu:7.2f} CPU-s {cpu / len(self.farm.urls) * 1000:7.2f} /1000 feeds", flush=True)

    def rows(self, query, *args):
        try:
            with contextlib.closing(sqlite3.connect(self.db, timeout=30)) as db, db:
                return db.execute(query, args).fetchall()
        except sqlite3.OperationalError:  # not made yet
            return [(-1,)]

    def articles(self):
        return self.rows("SELECT count(*) FROM article")[0][0]

    def check(self, total):
        got = self.articles()
        size = sum(f.stat().st_size for f in self.dir.glob("storywire.db*"))
        print(f"{'':34} {got} articles of {total}, {total - got} lost; {size / max(got, 1) / 1024:.2f} KiB on disk an article")
        if got != total:
            sys.exit("articles were lost")


def newsboat(farm):
    home = SCRATCH / "newsboat"
    home.mkdir()
    (home / "urls").write_text("".join(u + "\n" for u in farm.urls))
    (home / "config").write_text("auto-reload no\nreload-threads 16\nmax-items 0\n")
    command = ["newsboat", "-u", home / "urls", "-c", home / "cache.db", "-C", home / "config", "-x", "reload"]
    env = {"HOME": str(home), "PATH": "/usr/bin:/bin", "TERM": "dumb", "LANG": "C.UTF-8"}
    for what in ("cold", "unchanged"):
        run(f"newsboat {what}", farm, *command, env=env)
        with sqlite3.connect(home / "cache.db") as db:
            print(f"{'':34} {db.execute('SELECT count(*) FROM rss_item').fetchone()[0]} articles")


def bound(farm):
    urls = SCRATCH / "urls"
    urls.write_text("".join(u + "\n" for u in farm.urls))
    for mode in ("fetch", "parse", "insert"):
        run(f"bound: {mode}", farm, SCRATCH / "bound", "-mode", mode, "-urls", urls, "-db", SCRATCH / "bound.db")
    run("bound: unchanged", farm, SCRATCH / "bound", "-mode", "insert", "-urls", urls, "-db", SCRATCH / "bound.db")


def main():
    for name in ("farm", "bound"):
        subprocess.run(["go", "build", "-o", SCRATCH / name, f"./e2e/{name}"], cwd=ROOT, check=True)
    subprocess.run(["go", "build", "-o", SCRATCH / "storywire", "./cmd/storywire"], cwd=ROOT, check=True, env={**os.environ, "CGO_ENABLED": "0"})
    allow = 'allow = ["127.0.0.0/8"]\n'
    farm = Farm("-feeds", str(FEEDS), "-hosts", str(HOSTS))
    bound(farm)
    if shutil.which("newsboat"):
        newsboat(farm)
    else:
        print("newsboat is not installed: left out")
    s = Storywire("all", farm, allow)
    s.serve("cold")
    s.check(FEEDS * 25)
    s.serve("unchanged")
    s.again()
    total = farm.tell("add 2")["items"]
    s.serve("2 new in each")
    s.check(total)
    farm.close()

    farm = Farm("-feeds", str(FEEDS), "-hosts", str(HOSTS), "-etag=false")
    s = Storywire("blind", farm, allow)
    s.serve("cold, no validators")
    s.serve("the same 200 again")
    farm.close()

    farm = Farm("-feeds", "1000", "-hosts", "1000", "-latency", "20ms-200ms")
    s = Storywire("latency", farm, allow)
    s.serve("20-200 ms, cold")
    s.serve("20-200 ms, unchanged")
    farm.close()


try:
    main()
finally:
    shutil.rmtree(SCRATCH)
