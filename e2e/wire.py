"""What the end-to-end tests share: outlets, the daemon, a webhook receiver."""

import atexit
import hashlib
import html
import http.server
import json
import os
import pathlib
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request

BINARY = os.environ["STORYWIRE"]
SCRATCH = pathlib.Path(os.environ["SCRATCH"])


def until(what, check, seconds=30.0):
    """Polls check until it returns something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        got = check()
        if got:
            return got
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(0.05)


def same(what, got, want):
    if got != want:
        raise AssertionError(f"{what}: got {got!r:.2000}, want {want!r:.2000}")


class Server(http.server.ThreadingHTTPServer):
    """Answers on a free loopback port until closed."""

    daemon_threads = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Outlet(Server):
    """A publisher whose RSS feed shows what was released so far."""

    def __init__(self, name):
        self.name, self.entries = name, []
        super().__init__(OutletHandler)
        self.feed = self.base + "/feed.xml"

    def release(self, title, *paragraphs):
        """Publishes an article now."""
        n = len(self.entries) + 1
        self.entries.append((f"{self.name}-{n}", title, paragraphs, time.time()))

    def render(self):
        items = []
        for n, (guid, title, paragraphs, at) in reversed(list(enumerate(self.entries))):
            body = html.escape("".join(f"<p>{html.escape(p)}</p>" for p in paragraphs))
            date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(at))
            items.append(f"<item><guid isPermaLink='false'>{guid}</guid><title>{html.escape(title)}</title>"
                         f"<link>{self.base}/a/{n}</link><pubDate>{date}</pubDate><description>{body}</description></item>")
        return (f"<rss version='2.0'><channel><title>{self.name}</title><link>{self.base}/</link>"
                f"<language>en</language><description>News</description>{''.join(items)}</channel></rss>").encode()


class OutletHandler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = self.server.render() if self.path == "/feed.xml" else b"<p>An article.</p>"
        tag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        if self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Receiver(Server):
    """Keeps every webhook it gets; answer(n) chooses the status of the nth."""

    def __init__(self, answer=lambda n: 204):
        self.answer, self.got, self.lock = answer, [], threading.Lock()
        super().__init__(ReceiverHandler)
        self.url = self.base + "/hook"


class ReceiverHandler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with self.server.lock:
            status = self.server.answer(len(self.server.got) + 1)
            headers = {k.lower(): v for k, v in self.headers.items()}
            self.server.got.append({"headers": headers, "body": body, "status": status})
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


def free_port():
    """One below those that the system gives away itself: no other socket gets it meanwhile."""
    while True:
        port = random.randrange(20_000, 30_000)
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            pass


class Daemon:
    """storywire serve in a directory of its own, polling quickly."""

    def __init__(self, name, feeds, settle="1500ms"):
        self.dir = SCRATCH / name
        self.dir.mkdir()
        self.db = self.dir / "storywire.db"
        self.process = None
        atexit.register(self.kill)  # none outlives its test
        outlines = "".join(f'<outline type="rss" xmlUrl="{html.escape(f)}"/>' for f in feeds)
        (self.dir / "feeds.opml").write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
        self.base = f"http://127.0.0.1:{free_port()}"  # the same over restarts
        self.config = self.dir / "storywire.toml"
        self.config.write_text(f"""
listen = "{self.base.removeprefix("http://")}"
base_url = "{self.base}"
database = "{self.db}"
feeds = "{self.dir / "feeds.opml"}"
[poll]
interval = "500ms"
min_interval = "500ms"
max_interval = "500ms"
allow = ["127.0.0.1"]
[story]
settle = "{settle}"
min_interval = "500ms"
[webhook]
retries = ["1s", "1s", "1s", "1s", "1s", "1s", "1s", "1s"]
allow = ["127.0.0.1"]
""")

    def start(self):
        log = open(self.dir / "log", "ab")
        self.process = subprocess.Popen([BINARY, "serve", "--config", self.config],
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()

    def serve(self):
        """Starts and waits until it answers."""
        self.start()
        until("the daemon answers", self.healthy)

    def healthy(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the daemon exited with {self.process.returncode}")
        try:
            return self.get("/healthz")
        except OSError:
            return None

    def get(self, path):
        with urllib.request.urlopen(self.base + path, timeout=10) as r:
            return r.read()

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        same("exit status after SIGTERM", self.process.wait(timeout=30), 0)

    def run(self, *words):
        """Runs a subcommand beside the daemon and returns its JSON."""
        out = subprocess.run([BINARY, *words, "--config", self.config, "--json"], check=True, capture_output=True, text=True).stdout
        return json.loads(out)

    def rows(self, query, *args):
        db = sqlite3.connect(f"file:{self.db}?mode=ro", uri=True, timeout=10)
        try:
            return db.execute(query, args).fetchall()
        finally:
            db.close()


def main(test):
    """Runs a test and shows the daemons' logs if it fails."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    try:
        test()
    except BaseException:
        for log in sorted(SCRATCH.glob("*/log")):
            print(f"--- {log.parent.name}: the end of its log")
            print("\n".join(log.read_text(errors="replace").splitlines()[-40:]))
        raise
