#!/usr/bin/env python3
"""scale.py - what many connections, subscriptions and retained messages cost this broker.

  scale.py --load ./mqttload [--only idle,subs,retained]

  idle      18,000 connections (--connections) in a 256 MB heap: live heap and resident memory of each
  subs      1,000,000 subscriptions (--subscriptions) of 50 clients, with wildcards and exact: made, then matched
  retained  100,000 retained messages (--retained) stored, then replayed to one `#`, four times on one broker

Each starts a broker of its own with nanomq.sh, not pinned, and ends it by its pid. Needs a JDK's jcmd and as many open
files as connections. Standard library only; prints Markdown.
"""
import argparse, json, os, resource, signal, socket, subprocess, time
from compare import rss

HERE = os.path.dirname(os.path.abspath(__file__))


def live_heap(pid, jcmd):
    """KiB of objects that are reachable, whichever collector there is"""
    out = subprocess.run([jcmd, str(pid), "GC.class_histogram"], capture_output=True, text=True, timeout=60).stdout
    return int(out.strip().splitlines()[-1].split()[2]) / 1024


def settled_heap(pid, jcmd):
    """the same, once what belonged to clients that have left is gone"""
    before, now = 1 << 40, live_heap(pid, jcmd)
    while now < before * 0.995:
        time.sleep(1)
        before, now = now, live_heap(pid, jcmd)
    return now


class Started:
    def __init__(self, heap):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        out = subprocess.run([f"{HERE}/nanomq.sh", str(self.port)], stdout=subprocess.PIPE, text=True, timeout=90,
                             env={**os.environ, "HEAP": heap}).stdout
        self.pid = int(out.split()[-1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGTERM)
        end = time.time() + 20
        while os.path.exists(f"/proc/{self.pid}") and time.time() < end:
            time.sleep(0.1)

    def command(self, o, words):
        return [o.load, *words.split(), "--port", str(self.port), "--pid", str(self.pid)]

    def run(self, o, words):
        out = subprocess.run(self.command(o, words), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=300).stdout
        return json.loads(out.strip().splitlines()[-1])


def idle(o):
    with Started("256m") as b:
        b.run(o, f"idle --count {o.connections} --hold 1")  # loads the classes, fills the pools
        before, rss0 = settled_heap(b.pid, o.jcmd), rss(b.pid)
        p = subprocess.Popen(b.command(o, f"idle --count {o.connections} --hold 6"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for line in p.stderr:
            if line.startswith("holding"):
                break
        held, rss1 = live_heap(b.pid, o.jcmd), rss(b.pid)
        r = json.loads(p.communicate(timeout=120)[0].strip().splitlines()[-1])
        print(f"| idle connections in a 256 MB heap | {r['ok']:,} connected, live heap {(held - before) / r['ok']:.2f} KiB each, "
              f"resident {(rss1 - rss0) / r['ok']:.2f} KiB each (all: {rss1 / 1024:.0f} MiB), {r.get('pongs', r.get('pings', 0)):,} pings answered |")


def subs(o):
    for kind in ("mix", "exact"):
        with Started("2g") as b:
            words = f"subs --count {o.subscriptions} --subs 50 --kind {kind} --window 64 --prefix {kind}"
            for when in ("cold", "warm"):
                r = b.run(o, words + " --duration 4")
                print(f"| {o.subscriptions:,} subscriptions, {kind}, {when} | made at {r['sub_s']:,.0f} filters/s, matched: "
                      f"{r['out_s']:,.0f} msg/s, {r['cpu_us_msg']:.2f} CPU µs/msg, lost {r['lost']}, refused {r['refused']} |")


def retained(o):
    with Started("1g") as b:
        for i in range(4):
            r = b.run(o, f"retained --count {o.retained} --qos 1 --subqos 0 --prefix r")
            print(f"| {o.retained:,} retained, run {i + 1} | stored at {r['store_s']:,.0f}/s ({r['store_cpu_us']:.1f} CPU µs), replayed in "
                  f"{r['replay_sec']:.3f} s ({r['out_s']:,.0f}/s, {r['replay_cpu_us']:.2f} CPU µs), lost {r['lost']} |")


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--load", default="./mqttload")
    a.add_argument("--jcmd", default="jcmd")
    a.add_argument("--only", default="idle,subs,retained")
    a.add_argument("--connections", type=int, default=18000)
    a.add_argument("--subscriptions", type=int, default=1000000)
    a.add_argument("--retained", type=int, default=100000)
    o = a.parse_args()
    o.load = os.path.abspath(o.load)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print("| what | measured |\n|---|---|", flush=True)
    for name in o.only.split(","):
        {"idle": idle, "subs": subs, "retained": retained}[name](o)


if __name__ == "__main__":
    main()
