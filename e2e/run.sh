#!/bin/bash
# Tests the real binary with real parts: systemd in a booted container,
# newsboat, feedparser, sfeed, liferea, Chromium, the Standard Webhooks library
# from npm, and kill -9.
#
#   e2e/run.sh [TEST...]     as root on Debian, with Go installed
#
# Missing packages are installed. E2E_CACHE may name a directory that keeps the
# container's Debian between runs.
set -euo pipefail
cd "$(dirname "$0")/.."

need() { # command, packages
    command -v "$1" >/dev/null || missing+=(${*:2})
}
missing=()
need systemd-nspawn systemd-container
need debootstrap debootstrap debian-archive-keyring
need newsboat newsboat
need sfeed sfeed
need liferea liferea dbus
need Xvfb xvfb
need import imagemagick
need xdotool xdotool
need chromium chromium
need npm npm nodejs
need curl curl ca-certificates
need /usr/bin/python3 python3
case " $* " in *" serve.py "*) need wrk wrk; need /usr/sbin/nginx nginx-light ;; esac
/usr/bin/python3 -c 'import feedparser' 2>/dev/null || missing+=(python3-feedparser)
if [ ${#missing[@]} -gt 0 ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

SCRATCH=$(mktemp -d --tmpdir storywire-e2e.XXXXXX)
trap 'rm -rf "$SCRATCH"' EXIT
export STORYWIRE=$SCRATCH/storywire NEWSROOM=$SCRATCH/newsroom
CGO_ENABLED=0 go build -trimpath -o "$STORYWIRE" ./cmd/storywire
CGO_ENABLED=0 go build -trimpath -o "$NEWSROOM" ./e2e/newsroom

[ $# -gt 0 ] || set -- systemd.sh readers.py formats.py real.py browser.sh webhook.py outbox.py crash.py
passed=0 failed=0
for test in "$@"; do
    echo "=== $test"
    mkdir "$SCRATCH/$test"
    if SCRATCH=$SCRATCH/$test "e2e/$test"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED $test"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
