#!/usr/bin/python3
"""Every feed of the demo, in every variant, read by feedparser, sfeed, newsboat
and liferea (under Xvfb): none complains, and each finds the same entries. SHOTS
may name a directory that keeps liferea's picture."""

import json
import os
import pathlib
import re
import sqlite3
import subprocess
import tempfile
import time
import urllib.request

import feedparser

import wire
from wire import BINARY, SCRATCH, same, until


def get(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read()


def addresses(base, stories):
    """All feeds in XML, with their archives."""
    found = [base + name for name in ("feed.atom", "feed.rss", "feed.atom?mode=living", "feed.rss?only=followed", "feed.atom?min=5", "c/world/feed.atom", "c/world/feed.rss")]
    for story in stories:
        found += [story["feeds"]["atom"], story["feeds"]["rss"], story["feeds"]["atom"] + "?mode=living"]
    for url in found:
        before = re.search(r'href="([^"]+)"[^>]*rel="prev-archive"', get(url).decode())
        if before and before[1] not in found:
            found.append(before[1])
    return found


def parsed(url, body=None):
    """Titles in feedparser, which must find nothing wrong."""
    feed = feedparser.parse(body or url)
    if feed.bozo or not feed.feed.get("title") or not feed.feed.get("links"):
        raise AssertionError(f"{url}: {feed.get('bozo_exception')}")
    for entry in feed.entries:
        if not (entry.get("id", "").startswith("tag:") and entry.get("title") and entry.get("link") and entry.get("published_parsed")):
            raise AssertionError(f"{url}: entry {entry.get('id')} lacks something")
    same(f"{url}: different ids", len({e.id for e in feed.entries}), len(feed.entries))
    return sorted(e.title for e in feed.entries)


def with_sfeed(body):
    lines = subprocess.run(["sfeed"], input=body, check=True, capture_output=True).stdout.decode().splitlines()
    return sorted(line.split("\t")[1] for line in lines)


def with_newsboat(url):
    """In a cache of its own: newsboat keeps an entry once, in whichever feed had it last."""
    with tempfile.TemporaryDirectory(dir=SCRATCH) as name:
        home = pathlib.Path(name)
        (home / "urls").write_text(url + "\n")
        (home / "config").write_text("auto-reload no\n")
        done = subprocess.run(["newsboat", "-u", home / "urls", "-c", home / "cache.db", "-C", home / "config", "-x", "reload"],
                              check=True, capture_output=True, timeout=60, env={"HOME": name, "PATH": "/usr/bin:/bin", "TERM": "dumb", "LANG": "C.UTF-8"})
        same("newsboat says", done.stderr, b"")
        return sorted(title for title, in sqlite3.connect(home / "cache.db").execute("SELECT title FROM rss_item"))


def with_liferea(url, count):
    """Subscribes in the real window and takes a picture of it."""
    home = SCRATCH / "home"
    (home / ".config/liferea").mkdir(parents=True)
    # Else it begins with feeds of the world.
    (home / ".config/liferea/feedlist.opml").write_text('<opml version="1.0"><head><title>none</title></head><body></body></opml>')
    shots = pathlib.Path(os.environ.get("SHOTS", SCRATCH))
    env = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "DISPLAY": ":97", "NO_AT_BRIDGE": "1", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
    screen = subprocess.Popen(["Xvfb", ":97", "-screen", "0", "1200x800x24"], stderr=subprocess.DEVNULL)
    liferea = None
    try:
        until("a screen", lambda: pathlib.Path("/tmp/.X11-unix/X97").exists())
        liferea = subprocess.Popen(["dbus-run-session", "--", "liferea", f"--add-feed={url}"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        db = home / ".local/share/liferea/liferea.db"

        def items():
            try:
                return sqlite3.connect(f"file:{db}?mode=ro", uri=True).execute(
                    "SELECT title, source_id FROM items WHERE source_id LIKE 'tag:storywire%'").fetchall()
            except sqlite3.Error:
                return []
        got = until("entries in liferea", lambda: len(items()) >= count and items(), 90)
        subprocess.run("xdotool search --sync --onlyvisible --class liferea windowsize 1200 800 windowfocus key --delay 500 ctrl+n", shell=True, env=env, timeout=60)
        time.sleep(4)
        subprocess.run(["import", "-window", "root", shots / "liferea.png"], env=env, check=True, timeout=30)
        return sorted(title for title, _ in got)
    finally:
        if liferea:
            os.killpg(liferea.pid, 15)
        screen.terminate()


def test():
    demo = subprocess.Popen([BINARY, "demo", "--listen", "127.0.0.1:0", "--span", "20s"], stdout=subprocess.PIPE, text=True)
    try:
        base = demo.stdout.readline().strip()
        stories = lambda: json.loads(get(base + "api/v1/stories?limit=200"))["stories"]
        until("the sample to pass", lambda: any(s["followed"] and s["articles"] >= 25 for s in stories()), 120)
        until("rest", lambda: (lambda a: time.sleep(6) or a == get(base + "feed.atom"))(get(base + "feed.atom")), 60)
        urls = addresses(base, stories())
        want = {url: parsed(url) for url in urls}
        for url in urls:
            same(f"{url} in sfeed", with_sfeed(get(url)), want[url])
            same(f"{url} in newsboat", with_newsboat(url), want[url])
        print(f"{len(urls)} feeds with {sum(map(len, want.values()))} entries: feedparser, sfeed and newsboat agree")
        main = next(s for s in stories() if s["followed"])["feeds"]["atom"]
        same("entries in liferea", with_liferea(main, len(want[main])), want[main])
        print("liferea agrees")
    finally:
        demo.terminate()


if __name__ == "__main__":
    wire.main(test)
