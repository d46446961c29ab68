#!/usr/bin/python3
"""A receiver that fails twice gets the delivery at the third try, once, and
the npm package standardwebhooks accepts every signature."""

import json
import subprocess

import affair
import wire
from wire import SCRATCH, same, until

VERIFY = """
const { Webhook } = require("standardwebhooks");
const { secret, requests } = JSON.parse(require("fs").readFileSync(0));
const wh = new Webhook(secret);
for (const r of requests) {
  wh.verify(r.body, r.headers);
  let refused = false;
  try { wh.verify(r.body + " ", r.headers); } catch { refused = true; }
  if (!refused) throw new Error("a changed body was accepted");
}
console.log(requests.length);
"""


def verify(secret, requests):
    out = subprocess.run(["node", "-e", VERIFY], input=json.dumps({"secret": secret, "requests": requests}),
                         cwd=SCRATCH, capture_output=True, text=True)
    if out.returncode != 0:
        raise AssertionError(f"signature refused: {out.stderr}")
    same("signatures verified", int(out.stdout), len(requests))


def test():
    subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", SCRATCH, "standardwebhooks"], check=True)
    receiver = wire.Receiver(lambda n: {1: 500, 2: 503}.get(n, 204))
    outlets = [wire.Outlet("Ellory Courier"), wire.Outlet("Tamsin Post")]
    for outlet, old in zip(outlets, affair.OLD):
        outlet.release(*old)
    daemon = wire.Daemon("daemon", [o.feed for o in outlets])
    daemon.serve()
    endpoint = daemon.run("webhook", "add", receiver.url)
    until("the first import", lambda: daemon.rows("SELECT count(*) FROM feed WHERE imported")[0][0] == 2)

    def publish(round):
        for outlet, article in zip(outlets, affair.ROUNDS[round]):
            outlet.release(*article)

    publish(0)
    until("the third try", lambda: len(receiver.got) >= 3)
    until("the outcome", lambda: daemon.rows("SELECT 1 FROM delivery WHERE state = 'delivered'"))
    publish(1)
    until("the second revision", lambda: len(receiver.got) >= 4)
    until("the outcome", lambda: daemon.rows("SELECT count(*) FROM delivery WHERE state = 'delivered'")[0][0] == 2)
    former, endpoint["secret"] = endpoint["secret"], daemon.run("webhook", "rotate", str(endpoint["id"]))["secret"]
    daemon.run("webhook", "test", str(endpoint["id"]))
    daemon.stop()

    rotated, got = receiver.got[4:], receiver.got[:4]
    same("deliveries after the rotation", [json.loads(r["body"])["type"] for r in rotated], ["ping"])
    for secret in (former, endpoint["secret"]):  # both sign for a day
        verify(secret, rotated)
    endpoint["secret"] = former
    same("answers", [r["status"] for r in got], [500, 503, 204, 204])
    ids = [r["headers"]["webhook-id"] for r in got]
    same("the id over three tries", ids[:3], [ids[0]] * 3)
    same("the body over three tries", {r["body"] for r in got[:3]}, {got[0]["body"]})
    if ids[3] == ids[0]:
        raise AssertionError("the second revision came under the id of the first")
    times = [int(r["headers"]["webhook-timestamp"]) for r in got]
    same("times of the tries in order", times, sorted(times))
    same("attempts recorded", daemon.rows("SELECT status FROM attempt WHERE delivery_id = ? ORDER BY number", ids[0]),
         [(500,), (503,), (204,)])
    for number, r in ((1, got[2]), (2, got[3])):
        event = json.loads(r["body"])
        same("type", event["type"], "story.updated")
        same("revision", event["data"]["revision"]["number"], number)
        if not event["data"]["story"]["url"].startswith(daemon.base + "/s/"):
            raise AssertionError(f"story address {event['data']['story']['url']}")
        print("delivered:", event["data"]["story"]["title"], "-", event["data"]["revision"]["label"])
    verify(endpoint["secret"], got)
    secret = endpoint["secret"].removeprefix("whsec_")
    if secret in (daemon.dir / "log").read_text():
        raise AssertionError("the secret is in the log")


if __name__ == "__main__":
    wire.main(test)
