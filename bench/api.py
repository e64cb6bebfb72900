#!/usr/bin/env python3
"""api.py - what the HTTP API does in a second, and what that costs MQTT meanwhile.

  ../mvnw -DskipTests package; gcc -O2 -o mqttload mqttload.c; apt-get install -y wrk
  ./api.py --load ./mqttload --pin pinned

Starts the packaged broker on free ports of 127.0.0.1, holds --clients connections (mqttload idle), and measures MQTT's
latency at --rate messages/s over 50 pairs by turns: alone, while an API client asks --paced times a second, while wrk asks
as fast as it is answered, and (the control) while wrk asks a bystander that has nothing to do with the broker. Prints a
Markdown table of medians over --rounds.
Pinned: the broker and the bystander on core 0, mqttload with real-time priority and wrk on core 1. Free: nothing is bound.
"""
import argparse, base64, http.client, json, os, re, shutil, socket, statistics, subprocess, sys, tempfile, threading, time

AUTH = "Basic " + base64.b64encode(b"admin:public").decode()
HERE = os.path.dirname(os.path.abspath(__file__))
PATHS = {"/nodes": "/api/v4/nodes", "/clients?_limit=100": "/api/v4/clients?_limit=100"}


def free_ports(n):
    sockets = [socket.socket() for _ in range(n)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def bound(o, core, command, rt=False):
    if o.pin != "pinned":
        return command
    return ["taskset", "-c", str(core)] + (["chrt", "-r", "10"] if rt else []) + command


def start_broker(o, mqtt, api):
    folder = tempfile.mkdtemp(prefix="nanomq-api-")
    with open(folder + "/nanomq.conf", "w") as f:
        f.write(f"url=nmq-tcp://127.0.0.1:{mqtt}\nwebsocket.enable=false\n"
                f"http_server.ip_addr=127.0.0.1\nhttp_server.port={api}\n")
    jar = HERE + "/../target/quarkus-app/quarkus-run.jar"
    command = ["java", "-Xms1g", "-Xmx1g", "-XX:+UseShenandoahGC", "@" + HERE + "/../bin/jvm.options", "-Dquarkus.management.port=0",
               "-Dquarkus.management.host=127.0.0.1", *o.jflags.split(), "-jar", jar, "--conf", folder + "/nanomq.conf"]
    log = open(folder + "/log", "w")
    broker = subprocess.Popen(bound(o, 0, command), stdout=log, stderr=log)
    for _ in range(300):
        try:
            if ask(api, "/api/v4/nodes")[0] == 200:
                return broker, folder
        except OSError:
            time.sleep(0.1)
    sys.exit("the broker did not start: " + open(folder + "/log").read())


def ask(port, path):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    c.request("GET", path, headers={"Authorization": AUTH})
    r = c.getresponse()
    body = r.read()
    c.close()
    return r.status, body


def bystander(port):
    """A web server that answers as much as /nodes does; runs in a process of its own."""
    body = b'{"code":0,"data":[{"connections":1,"node_status":"Running","uptime":"0 Hours","version":"0"}]}'
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    s = socket.create_server(("127.0.0.1", port))

    def serve(c):
        try:
            while c.recv(65536):
                c.sendall(answer)
        except OSError:
            pass  # wrk resets its connections in the end

    while True:
        threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()


def paced(port, path, rate, seconds):
    """Asks so many times a second, whatever the answers take; prints the 99th percentile of that in ms."""
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    start, took = time.time(), []
    for i in range(int(rate * seconds)):
        due = start + i / rate
        time.sleep(max(0, due - time.time()))
        c.request("GET", path, headers={"Authorization": AUTH})
        c.getresponse().read()
        took.append(time.time() - due)
    took.sort()
    print(json.dumps({"rps": len(took) / (time.time() - start), "p99_ms": took[int(len(took) * 0.99)] * 1000}))


def wrk(o, port, path, seconds):
    url = f"http://127.0.0.1:{port}{path}"
    command = ["wrk", "-t1", f"-c{o.connections}", f"-d{seconds}s", "--latency", "-H", "Authorization: " + AUTH, url]
    return subprocess.Popen(bound(o, 1, command), stdout=subprocess.PIPE, text=True)


def read_wrk(text):
    unit = {"us": 0.001, "ms": 1, "s": 1000}
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", text)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return {"rps": float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)),
            "p99_ms": float(p99.group(1)) * unit[p99.group(2)], "bad": int(bad.group(1)) if bad else 0}


def latency(o, mqtt, pid, seconds):
    out = subprocess.run(bound(o, 1, [o.load, "pairs", "--port", str(mqtt), "--pubs", "50", "--size", "256", "--rate", str(o.rate),
                                      "--duration", str(seconds), "--warmup", "1", "--pid", str(pid)], rt=True),
                         stdout=subprocess.PIPE, text=True).stdout
    r = json.loads(out.strip().splitlines()[-1])
    if r.get("lost") or r.get("failed"):
        print("lossy run: " + out, file=sys.stderr)
    return r


def measure(o, mqtt, pid, what):
    """MQTT's latency while {what} goes on: a command, a port and path for wrk, or None."""
    api = None
    if isinstance(what, tuple):
        api = wrk(o, *what, int(o.seconds + 2))
    elif what:
        api = subprocess.Popen(bound(o, 1, what), stdout=subprocess.PIPE, text=True)
    time.sleep(0.3)
    r = latency(o, mqtt, pid, o.seconds)
    text = api.communicate()[0] if api else ""
    r["api"] = read_wrk(text) if isinstance(what, tuple) else json.loads(text) if api else {}
    if r["api"].get("bad"):
        print(f"{r['api']['bad']} answers were errors", file=sys.stderr)
    return r


def flat_out(o, mqtt, pid, what):
    """What wrk gets while messages flow from before its first request until after its last."""
    load = threading.Thread(target=latency, args=(o, mqtt, pid, 5))
    load.start()
    time.sleep(2)  # connecting, and a second of warming up
    r = read_wrk(wrk(o, *what, 3).communicate()[0])
    load.join()
    return r


def report(o, pairs):
    """Medians; the ratio is that of each run to the one without API right before it, with its quartiles."""
    print(f"\n| API meanwhile ({o.pin}, {o.rounds} rounds) | requests/s | API p99 ms | MQTT p50 µs | p99 µs alone | with | ratio (quartiles) "
          "| broker CPU µs/msg |\n|---|---|---|---|---|---|---|---|")
    for name, rounds in pairs.items():
        alone, busy = zip(*rounds)
        med = lambda rs, f: statistics.median(f(r) for r in rs)
        ratios = [b["p99_us"] / a["p99_us"] for a, b in rounds]
        low, mid, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
        print(f"| {name} | {med(busy, lambda r: r['api']['rps']):,.0f} | {med(busy, lambda r: r['api']['p99_ms']):.1f} "
              f"| {med(alone, lambda r: r['p50_us']):,.0f} → {med(busy, lambda r: r['p50_us']):,.0f} | {med(alone, lambda r: r['p99_us']):,.0f} "
              f"| {med(busy, lambda r: r['p99_us']):,.0f} | {mid:.2f}× ({low:.2f} to {high:.2f}) "
              f"| {med(alone, lambda r: r['cpu_us_msg']):.1f} → {med(busy, lambda r: r['cpu_us_msg']):.1f} |")


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--load", default="./mqttload")
    a.add_argument("--pin", choices=["pinned", "free"], default="free")
    a.add_argument("--clients", type=int, default=10000)
    a.add_argument("--rate", type=int, default=5000, help="MQTT messages/s")
    a.add_argument("--paced", type=int, default=200, help="API requests/s of the paced runs")
    a.add_argument("--connections", type=int, default=8, help="of wrk")
    a.add_argument("--seconds", type=float, default=5)
    a.add_argument("--rounds", type=int, default=3)
    a.add_argument("--warm", type=int, default=5, help="seconds of warming up for each kind of run, four of them")
    a.add_argument("--only", default="", help="kinds of run whose name has this in it")
    a.add_argument("--jflags", default="")
    a.add_argument("--as", dest="role", nargs="+", help="used by itself")
    o = a.parse_args()
    if o.role:
        return bystander(int(o.role[1])) if o.role[0] == "bystander" else paced(int(o.role[1]), o.role[2], float(o.role[3]), float(o.role[4]))
    me = [sys.executable, os.path.abspath(__file__), "--as"]
    mqtt, api, other = free_ports(3)
    children, folder = [], None
    try:
        broker, folder = start_broker(o, mqtt, api)
        children.append(broker)
        children.append(subprocess.Popen(bound(o, 0, me + ["bystander", str(other)])))
        idle = subprocess.Popen([o.load, "idle", "--port", str(mqtt), "--count", str(o.clients), "--hold", "600", "--prefix", "idle"],
                                stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        children.append(idle)
        while not idle.stderr.readline().startswith("holding"):
            pass
        print(f"{o.clients} clients: a page of 100 has {len(ask(api, PATHS['/clients?_limit=100'])[1])} bytes, all of them "
              f"{len(ask(api, '/api/v4/clients')[1])}", file=sys.stderr)
        for path in [*PATHS.values()] * 2:  # the compiler needs it
            wrk(o, api, path, 2 * o.warm).communicate()  # alone, hence at full speed
            latency(o, mqtt, broker.pid, o.warm)
        runs = []
        for name, path in PATHS.items():
            runs.append((f"{name}, {o.paced}/s", me + ["paced", str(api), path, str(o.paced), str(o.seconds + 2)]))
            runs.append((f"{name}, wrk", (api, path)))
        runs.append(("bystander, wrk", (other, "/")))
        runs = [run for run in runs if o.only in run[0]]
        pairs = {name: [] for name, _ in runs}
        for _ in range(o.rounds):
            for name, what in runs:
                alone, busy = (measure(o, mqtt, broker.pid, doing) for doing in (None, what))
                if isinstance(what, tuple):
                    busy["api"] = flat_out(o, mqtt, broker.pid, what)
                pairs[name].append((alone, busy))
        report(o, pairs)
    finally:
        for child in reversed(children):
            child.terminate()
        for child in children:
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
        if folder:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
