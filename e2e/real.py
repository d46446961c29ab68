#!/usr/bin/python3
"""Thousands of feeds as they are found in the world, polled by the daemon;
stories of the oddest articles in them followed; every feed that is published
of that, archives too, held against the rules of its format and read by
feedparser, sfeed, newsboat and liferea. Skipped where the feeds are not
(STORYWIRE_DATA says where else they may be)."""

import html
import http.server
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import tempfile
import threading
import unicodedata
import urllib.error
import urllib.request

import formats
import wire
from wire import SCRATCH, same, until

DATA = pathlib.Path(os.environ.get("STORYWIRE_DATA", "../shared/data")) / "feeds"
SETS = ["gofeed", "feed-rs", "rsparser", "feedparser", "feedvalidator"]
A_HOST = 8  # feeds of one host, which is asked for one at a time
EMPTY = b"<rss version='2.0'><channel><title></title><link>http://outlet.example/</link><description>News</description></channel></rss>"


class World(http.server.ThreadingHTTPServer):
    """At every loopback address, each a host of its own, serves each file to who asked for it before, and an empty feed the first
    time: what lies in a feed when it is added wakes nobody."""

    def __init__(self, files):
        self.files, self.asked = files, {}
        super().__init__(("0.0.0.0", 0), WorldHandler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *args):
        """A daemon that stops hangs up."""

    def addresses(self):
        port = self.server_address[1]
        return [f"http://127.1.{n // A_HOST // 250}.{n // A_HOST % 250 + 1}:{port}/{n}" for n in range(len(self.files))]


class WorldHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        n = self.path[1:]
        known = n.isdigit() and int(n) < len(self.server.files)
        if known:
            self.server.asked[n] = self.server.asked.get(n, 0) + 1
        body = b"" if not known else self.server.files[int(n)].read_bytes() if self.server.asked[n] > 1 else EMPTY
        self.send_response(200 if known else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def named(*words):
    """Whether a text has a letter whose Unicode name holds one of the words."""
    return lambda a: any(w in unicodedata.name(c, "") for c in a["title"] + a["text"][:500] for w in words)


# What articles are odd in, some of each are followed.
ODD = {
    "markup in the title": lambda a: re.search(r"[<>]|&\w+;", a["title"]),
    "ends a CDATA section": lambda a: "]]>" in a["title"] + a["text"],
    "ampersand or quotes": lambda a: re.search("[&\"']", a["title"]),
    "controls and directions": lambda a: re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff]", a["title"] + a["text"]),
    "white space in the title": lambda a: re.search(r"\s{2,}|[\n\t]", a["title"]),
    "beyond the first plane": lambda a: any(ord(c) > 0xffff for c in a["title"] + a["text"]),
    "combining marks": lambda a: any(unicodedata.combining(c) for c in a["title"] + a["text"]),
    "right to left": named("ARABIC", "HEBREW"),
    "Chinese, Japanese, Korean": named("CJK", "HIRAGANA", "HANGUL"),
    "Cyrillic, Greek": named("CYRILLIC", "GREEK"),
    "scripts of India and the South East": named("DEVANAGARI", "THAI", "TAMIL", "BENGALI"),
    "no title": lambda a: not a["title"].strip(),
    "no text": lambda a: not a["text"].strip(),
    "no address": lambda a: not a["url"],
    "odd address": lambda a: a["url"] and not re.match(r"https?://[\w.-]+(:\d+)?/[\w./?=&%+;-]*$", a["url"]),
    "odd outlet": lambda a: re.search(r"[<>&\"]|[^\x20-\x7e]", a["outlet"]) or not a["outlet"],
    "early date": lambda a: a["published"] < 0,
    "late date": lambda a: a["published"] > 1.8e12,
    "news": lambda a: len(a["text"]) > 600,
}
EACH, LARGEST = 8, 10


def chosen(daemon):
    """Ids of odd articles, and the largest ones."""
    columns = ["id", "title", "text", "url", "outlet", "published"]
    articles = [dict(zip(columns, row)) for row in daemon.rows(f"SELECT {', '.join(columns)} FROM article WHERE id IN (SELECT article_id FROM home WHERE story_id IS NOT NULL) ORDER BY title, url, text")]
    ids = {}
    for name, odd in ODD.items():
        found = [a["id"] for a in articles if odd(a)]
        print(f"  {name}: {len(found)}")
        ids |= dict.fromkeys(found[::max(1, len(found) // EACH)][:EACH])
    for part in ("title", "text", "url"):
        ids |= dict.fromkeys(a["id"] for a in sorted(articles, key=lambda a: -len(a[part]))[:LARGEST])
    return list(ids), len(articles)


def stories(daemon):
    found, next = [], daemon.base + "/api/v1/stories?limit=200"
    while next:
        page = json.loads(formats.get(next))
        found, next = found + page["stories"], page["next"]
    return found


def follow(daemon, article):
    """Follows the story of an article; it may be one with nothing to go by."""
    request = urllib.request.Request(daemon.base + "/api/v1/stories", json.dumps({"seeds": [article]}).encode(), {"Content-Type": "application/json"})
    try:
        urllib.request.urlopen(request, timeout=60).close()
    except urllib.error.HTTPError as e:
        same(f"following article {article}: {e.read()}", e.code, 409)


NAMES = ("feed.atom", "feed.rss", "feed.json")


def published(daemon, found, categories):
    """Every feed by its address, with all archives."""
    below = ["/"] + [f"/c/{c}/" for c in categories] + [f"/s/{s['id']}/" for s in found]
    todo = [daemon.base + b + n + q for b in below for n in NAMES for q in ("", "?mode=living")]
    todo += [daemon.base + "/" + n + q for n in NAMES for q in ("?only=followed", "?min=2")] + [daemon.base + "/stories.opml", daemon.base + "/stories.opml?all=1"]
    docs = {}
    for url in todo:
        docs[url] = body = formats.get(url)
        if len(body) > 500_000 and "opml" not in url:
            raise AssertionError(f"{url} has {len(body)} bytes")
        before = re.search(rb'href="([^"]+)"[^>]*rel="prev-archive"', body)
        if before and html.unescape(before[1].decode()) not in todo:
            todo.append(html.unescape(before[1].decode()))
    return docs


def strictly(docs):
    """Holds documents against the rules, as the tests of publish know them."""
    with tempfile.TemporaryDirectory(dir=SCRATCH) as dir:
        for n, (url, body) in enumerate(docs.items()):
            (pathlib.Path(dir) / f"{n}.{re.search('atom|rss|json|opml', url.rsplit('/', 1)[1])[0]}").write_bytes(body)
        done = subprocess.run(["go", "test", "-count=1", "-run", "TestStrictOnFiles", "./publish"], env=os.environ | {"STORYWIRE_DOCUMENTS": dir}, capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(done.stdout[-3000:] + done.stderr[-1000:] + "\n" + "\n".join(f"{n}: {url}" for n, url in enumerate(docs)))


def with_newsboat(urls):
    """The ids of all entries, of feeds that share none."""
    home = pathlib.Path(tempfile.mkdtemp(dir=SCRATCH))
    (home / "urls").write_text("".join(url + "\n" for url in urls))
    (home / "config").write_text("auto-reload no\nreload-threads 4\n")
    done = subprocess.run(["newsboat", "-u", home / "urls", "-c", home / "cache.db", "-C", home / "config", "-x", "reload"],
                          check=True, capture_output=True, timeout=300, env={"HOME": str(home), "PATH": "/usr/bin:/bin", "TERM": "dumb", "LANG": "C.UTF-8"})
    same("newsboat says", done.stderr, b"")
    return sorted(id for id, in sqlite3.connect(home / "cache.db").execute("SELECT guid FROM rss_item"))


def test():
    if not DATA.is_dir():
        print(f"SKIPPED: the feeds of the world are not in {DATA}; STORYWIRE_DATA may name another folder")
        return
    files = sorted(f for s in SETS for f in (DATA / s).rglob("*") if f.suffix in (".xml", ".rss", ".atom", ".rdf") and f.stat().st_size < 5_000_000)
    world = World(files)
    daemon = wire.Daemon("daemon", [])
    settings = daemon.config.read_text().replace('interval = "500ms"\nmin_interval = "500ms"\nmax_interval = "500ms"\nallow = ["127.0.0.1"]', 'interval = "30s"\nmin_interval = "30s"\nmax_interval = "30s"\nallow = ["127.0.0.0/8"]')
    daemon.config.write_text(settings)
    outlines = {s: "" for s in SETS}  # a category each
    for file, address in zip(files, world.addresses()):
        outlines[file.relative_to(DATA).parts[0]] += f'<outline type="rss" xmlUrl="{address}"/>'
    (daemon.dir / "feeds.opml").write_text(f'<opml version="2.0"><body>{"".join(f"""<outline text="{s}">{o}</outline>""" for s, o in outlines.items())}</body></opml>')
    daemon.serve()
    until("each feed was asked for twice", lambda: sum(n > 1 for n in world.asked.values()) >= len(files) * .97, 240)
    until("tracking", lambda: daemon.rows("SELECT count(*) FROM home WHERE story_id IS NULL")[0][0] == 0, 180)
    ids, articles = chosen(daemon)
    for id in ids:
        follow(daemon, id)
    until("revisions", lambda: daemon.rows("SELECT count(*) FROM story WHERE due IS NOT NULL")[0][0] == 0, 300)
    found = stories(daemon)
    counted = daemon.rows("SELECT count(*) FROM revision WHERE NOT quiet")[0][0]
    print(f"{len(files)} feeds, {articles} articles, {len(ids)} followed, {len(found)} stories, {sum(s['revision'] > 0 for s in found)} with revisions ({counted} for the site's feed)")
    docs = published(daemon, found, SETS)
    strictly(docs)
    print(f"{len(docs)} documents, {sum('/archive/' in u for u in docs)} of them archives: nothing is wrong by the rules of their formats")
    xml = [u for u in docs if "json" not in u and "opml" not in u]
    want = {u: formats.parsed(u, docs[u]) for u in xml}
    for u in xml:
        same(f"{u} in sfeed", formats.with_sfeed(docs[u]), want[u])
    print(f"{len(xml)} feeds with {sum(map(len, want.values()))} entries: feedparser and sfeed agree")
    for name in NAMES[:2]:
        own = [u for u in xml if "/s/" in u and u.endswith(name)]
        same(f"entries of all {name} in newsboat", len(with_newsboat(own)), sum(len(want[u]) for u in own))
    for u in (u for u in xml if "/s/" not in u):
        same(f"{u} in newsboat", formats.with_newsboat(u), want[u])
    print("newsboat agrees")
    main = daemon.base + "/feed.atom"
    same("entries in liferea", formats.with_liferea(main, len(want[main])), want[main])
    print("liferea agrees")
    daemon.stop()


if __name__ == "__main__":
    wire.main(test)
