#!/usr/bin/python3
"""Requests a second for a story's feed of about 60 KB, in full and unchanged,
beside nginx serving the same bytes from a file, while the daemon polls. It
prints figures and fails only where the bytes differ: what a machine manages
is no test."""

import json
import os
import re
import subprocess
import time
import urllib.request

import wire
from wire import BINARY, SCRATCH, until

SECONDS, CONNECTIONS = 8, 200

NGINX = """
user root; worker_processes auto; pid {dir}/nginx.pid; error_log {dir}/error.log; daemon off;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000000; etag on;
  types {{ application/atom+xml atom; }}
  client_body_temp_path {dir}; proxy_temp_path {dir}; fastcgi_temp_path {dir}; uwsgi_temp_path {dir}; scgi_temp_path {dir};
  server {{ listen 127.0.0.1:{port}; root {dir}/www; }}
}}
"""


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read(), answer.headers


def wrk(url, *headers):
    """Requests a second, 99th percentile in ms."""
    words = [w for h in headers for w in ("-H", h)]
    out = subprocess.run(["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", *words, url],
                         check=True, capture_output=True, text=True).stdout
    if "Socket errors" in out:
        raise AssertionError(out)
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", out).groups()
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), float(value) * {"us": .001, "ms": 1, "s": 1000}[unit]


def test():
    demo = subprocess.Popen([BINARY, "demo", "--listen", "127.0.0.1:0", "--span", "20s"], stdout=subprocess.PIPE, text=True)
    port = wire.Server(None).server_address[1] + 1
    nginx = None
    try:
        base = demo.stdout.readline().strip()
        stories = lambda: json.loads(get(base + "api/v1/stories")[0])["stories"]
        until("the sample to pass", lambda: any(s["followed"] and s["articles"] >= 25 for s in stories()), 120)
        time.sleep(5)
        story = next(s for s in stories() if s["followed"])
        sizes = {n: len(get(f"{story['feeds']['atom']}?min={n}")[0]) for n in range(1, story["articles"])}
        least = min(sizes, key=lambda n: abs(sizes[n] - 60_000))
        feed = f"{story['feeds']['atom']}?min={least}"
        body, headers = get(feed)

        (SCRATCH / "www").mkdir()
        (SCRATCH / "www" / "feed.atom").write_bytes(body)
        (SCRATCH / "nginx.conf").write_text(NGINX.format(dir=SCRATCH, port=port))
        nginx = subprocess.Popen(["/usr/sbin/nginx", "-c", SCRATCH / "nginx.conf", "-e", SCRATCH / "error.log"])
        file = f"http://127.0.0.1:{port}/feed.atom"
        until("nginx", lambda: nginx.poll() is None and subprocess.run(["curl", "-sfo", "/dev/null", file]).returncode == 0)
        served, theirs = get(file)
        wire.same("bytes", served == body, True)

        print(f"{len(body)} bytes, {CONNECTIONS} connections, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        for what, mine, other in (("200", (), ()), ("304", (f"If-None-Match: {headers['ETag']}",), (f"If-None-Match: {theirs['ETag']}",))):
            ours, p99 = wrk(feed, *mine)
            nginxs, nginx99 = wrk(file, *other)
            print(f"{what}: storywire {ours:.0f}/s, p99 {p99:.1f} ms; nginx {nginxs:.0f}/s, p99 {nginx99:.1f} ms; {100 * ours / nginxs:.0f} %")
    finally:
        demo.terminate()
        if nginx:
            nginx.terminate()


if __name__ == "__main__":
    wire.main(test)
