#!/bin/bash
# The unit under a real systemd: checked, then started, reloaded, watched,
# stopped and started again in a booted container.
set -euo pipefail
cd "$(dirname "$0")/.."
unit=$PWD/systemd/storywire.service
root=${E2E_CACHE:-$SCRATCH}/debian

fail() { echo "systemd.sh: $*" >&2; exit 1; }

# until_ok SECONDS WHAT COMMAND... polls until the command succeeds.
until_ok() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $deadline ] || fail "not in time: $what"
        sleep 0.2
    done
}

systemd-analyze security --offline=true --threshold=20 --no-pager "$unit" >"$SCRATCH/security" ||
    fail "exposure is over 2.0: $(tail -1 "$SCRATCH/security")"
tail -1 "$SCRATCH/security"

if [ ! -d "$root" ]; then
    . /etc/os-release
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' \
        "Codename: $VERSION_CODENAME" 'Component: main' | head -1)
    [ -n "$mirror" ] || fail "no Debian mirror among apt's sources"
    rm -rf "$root.part"
    debootstrap --variant=minbase --include=systemd,dbus,procps "$VERSION_CODENAME" "$root.part" "$mirror" >"$SCRATCH/debootstrap" 2>&1 ||
        fail "debootstrap: $(tail -3 "$SCRATCH/debootstrap")"
    mv "$root.part" "$root"
fi

# The container gets the host's files read-only and forgets its own changes.
systemd-nspawn --directory="$root" --volatile=overlay --boot --register=no --keep-unit --link-journal=no \
    --private-network --machine="storywire-e2e-$$" \
    --bind-ro="$STORYWIRE:/usr/local/bin/storywire" --bind-ro="$unit:/etc/systemd/system/storywire.service" \
    </dev/null >"$SCRATCH/console" 2>&1 &
nspawn=$!
leader=
finish() {
    status=$?
    if [ $status -ne 0 ] && [ -n "$leader" ]; then
        inside journalctl --no-pager -n 60 -u storywire || true
    fi
    kill $nspawn 2>/dev/null || true
    wait $nspawn || true
}
trap finish EXIT

inside() { nsenter -t "$leader" --all -- "$@"; }
booted() { leader=$(pgrep -P $nspawn) && inside systemctl is-active multi-user.target; }
property() { inside systemctl show --value -p "$1" storywire; }
is() { [ "$(property "$1")" = "$2" ]; }
healthy() { nsenter -t "$leader" --net -- curl -fsS --max-time 5 http://127.0.0.1:8484/healthz >/dev/null; }
database=/var/lib/storywire/storywire.db

until_ok 60 "the container boots" booted
inside systemd-analyze verify --man=no storywire.service >"$SCRATCH/verify" 2>&1 || fail "verify: $(cat "$SCRATCH/verify")"
[ ! -s "$SCRATCH/verify" ] || fail "verify: $(cat "$SCRATCH/verify")"

# Without any configuration. The start returns when the daemon says READY.
inside systemctl start storywire
is ActiveState active || fail "not active after the start"
healthy || fail "not healthy after READY"
inside test -s $database || fail "no database"
echo "started"

# A reload reads the configuration and keeps the process.
pid=$(property MainPID)
inside sh -c 'cat >/etc/storywire/feeds.opml' <<OPML
<opml version="2.0"><body><outline type="rss" text="nobody home" xmlUrl="http://127.0.0.1:9/feed.xml"/></body></opml>
OPML
inside systemctl reload storywire
until_ok 10 "ready again after the reload" is ActiveState active
[ "$(property MainPID)" = "$pid" ] || fail "the reload changed the process"
feeds() { inside env STATE_DIRECTORY=${database%/*} storywire feed list --json | grep -q 127.0.0.1:9/feed.xml; }
until_ok 10 "the new feed is known" feeds
healthy || fail "not healthy after the reload"
inside systemctl status --no-pager storywire | head -5
echo "reloaded"

# The watchdog is fed while the daemon runs, and bites when it hangs.
inside mkdir -p /run/systemd/system/storywire.service.d
inside sh -c 'printf "[Service]\nWatchdogSec=5s\nRestartSec=100ms\n" >/run/systemd/system/storywire.service.d/short.conf'
inside systemctl daemon-reload
inside systemctl restart storywire
fed() { [ $(($(property WatchdogTimestampMonotonic) - $(property ActiveEnterTimestampMonotonic))) -gt 11000000 ]; }
until_ok 30 "the watchdog is fed beyond twice its time" fed
is NRestarts 0 || fail "the watchdog bit a healthy daemon"
inside kill -STOP "$(property MainPID)"
until_ok 30 "a hanging daemon is started again" is NRestarts 1
until_ok 30 "active after the watchdog" is ActiveState active
healthy || fail "not healthy after the watchdog"
echo "watched"

inside systemctl stop storywire
is Result success || fail "stopped with $(property Result)"
is ExecMainStatus 0 || fail "exit status $(property ExecMainStatus)"
inside test -s $database || fail "the stop lost the database"
inode=$(inside stat -Lc %i $database)
inside systemctl start storywire
[ "$(inside stat -Lc %i $database)" = "$inode" ] || fail "the restart made a new database"
feeds || fail "the restart lost the feed"
healthy || fail "not healthy after the restart"
echo "stopped and started again"
