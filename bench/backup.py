#!/usr/bin/env python3
"""backup.py [--megabytes 500] [--seconds 10]: what a client notices of a backup.

Starts the packaged broker (../target/quarkus-app) with fsync on a free port of 127.0.0.1, lets that much wait for a
session whose client is away, and then has one client publish to itself at QoS 1, a hundred times a second: for some
seconds, while POST /api/v4/backup is under way, and afterwards. Prints the time from PUBLISH to its own message, and to
PUBACK, in milliseconds."""
import argparse, base64, json, os, shutil, struct, sys, threading, time, urllib.request
import crash

RATE, SIZE = 100, 10_000


class Canary(crash.Client):
    """Publishes to itself and notes how long that takes."""

    def __init__(self, run):
        super().__init__(run, "canary")
        self.topic, self.count, self.subscribed = "canary", 0, False
        self.sent, self.came, self.acked = {}, [], []
        self.next_at = 0

    def resumed(self):
        self.send(crash.packet(0x82, struct.pack(">H", 65535) + b"\0" + crash.text(self.topic) + b"\1"))

    def work(self):
        now = time.time()
        while self.subscribed and self.next_at < now:
            self.next_at = max(self.next_at, now - 0.1) + 1 / RATE
            self.count = self.count % 60000 + 1
            self.sent[self.count] = time.time()
            body = struct.pack(">H", self.count) + b"\0" + struct.pack(">H", self.count)
            self.send(crash.packet(0x32, crash.text(self.topic) + body))

    def packet(self, kind, flags, body):
        now = time.time()
        if kind == crash.SUBACK:
            self.subscribed = True
        elif kind == crash.PUBACK:
            self.acked.append((now, now - self.sent[struct.unpack(">H", body[:2])[0]]))
        elif kind == crash.PUBLISH:
            at = 2 + len(self.topic)
            self.came.append((now, now - self.sent[struct.unpack(">H", body[-2:])[0]]))
            self.send(crash.packet(crash.PUBACK << 4, body[at:at + 2]))


class Filler(crash.Client):
    """Publishes so many messages at QoS 1."""

    def __init__(self, run, messages):
        super().__init__(run, "filler")
        self.left, self.flight, self.mid = messages, 0, 0
        self.filled = threading.Event()
        self.payload = os.urandom(SIZE)

    def work(self):
        while self.left and self.flight < 200:
            self.left, self.flight, self.mid = self.left - 1, self.flight + 1, self.mid % 65535 + 1
            self.send(crash.packet(0x32, crash.text("bulk") + struct.pack(">H", self.mid) + b"\0" + self.payload))

    def packet(self, kind, flags, body):
        if kind == crash.PUBACK:
            self.flight -= 1
            if not self.left and not self.flight:
                self.filled.set()


def told(name, canary, begin, end):
    row = [name.ljust(8)]
    for times in (canary.came, canary.acked):
        took = sorted(t for at, t in times if begin <= at < end)
        row.append("  ".join(f"{took[min(len(took) - 1, int(len(took) * q))] * 1000:7.1f}" for q in (0.5, 0.99, 1))
                   if took else "nothing came")
    print(" | ".join(row), f"| {end - begin:.1f} s", flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--megabytes", type=int, default=500)
    p.add_argument("--seconds", type=float, default=10)
    p.add_argument("--command", default=f"java -Xmx1g -jar {crash.JAR}", help="what starts the broker")
    o = p.parse_args()
    o.seed, o.durability, o.max_bytes, o.api = 1, "fsync", "0", True
    run = crash.Run(o)
    try:
        run.start(2)
        away = crash.Subscriber(run, "away", ["bulk"], 1)
        away.start()
        run.wait(lambda: away.subscribed, 60, "subscribe")
        away.done = True
        away.join(10)
        filler = Filler(run, o.megabytes * 1_000_000 // SIZE)
        filler.start()
        filler.filled.wait(600)
        filler.done = True
        canary = Canary(run)
        canary.start()
        run.wait(lambda: len(canary.came) > 200, 60, "publish")
        marks = [time.time()]
        time.sleep(o.seconds)
        marks.append(time.time())
        request = urllib.request.Request(
            f"http://127.0.0.1:{run.api}/api/v4/backup", method="POST",
            headers={"Authorization": "Basic " + base64.b64encode(b"admin:crash-test").decode()})
        made = json.load(urllib.request.urlopen(request, timeout=600))["data"]
        marks.append(time.time())
        time.sleep(o.seconds)
        marks.append(time.time())
        print(f"a backup of {made['bytes'] / 1e6:.0f} MB; ms to its message | to PUBACK: 50 %, 99 %, most")
        for name, begin, end in zip(("before", "during", "after"), marks, marks[1:]):
            told(name, canary, begin, end)
        canary.done = True
        run.stop()
    finally:
        if run.process and run.process.poll() is None:
            run.process.kill()
        shutil.rmtree(run.folder, ignore_errors=True)
    sys.exit(1 if crash.problems else 0)


if __name__ == "__main__":
    main()
