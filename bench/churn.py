#!/usr/bin/env python3
"""churn.py - what stays of bridges and rules that come and go by the API.

  ../mvnw -DskipTests package
  ./churn.py [--count 10000] [--batch 20] [--jar ../target/quarkus-app/quarkus-run.jar]

Starts the packaged broker, makes and removes --count bridges (to that broker itself) and --count rules, --batch at a time; each
bridge connects and each rule sees a message before it goes. Prints a Markdown table: live objects after full collections of
garbage, threads, open files, channels and timers, each time nothing of them is left: after a tenth, and at the end. Then asks
for more than there may be of each, and prints what is answered. Ends with 1 where something grew. Linux, standard library, jcmd
of the JDK.
"""
import argparse, base64, http.client, json, os, re, shutil, signal, socket, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
HEAD = {"Authorization": "Basic " + base64.b64encode(b"admin:public").decode(), "Content-Type": "application/json"}
MOST = {"MiB": 3, "threads": 4, "files": 8, "channels": 8, "timers": 8}
MQTT_CONNECT = b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x00\x00\x01z"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Api:
    """One connection that stays open, and is opened again where the broker has closed it."""

    def __init__(self, port):
        self.port, self.http = port, None

    def ask(self, method, path, body=None):
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        for attempt in range(3):
            try:
                if self.http is None:
                    self.http = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                self.http.request(method, "/api/v4" + path, text, HEAD)
                answer = self.http.getresponse()
                return answer.status, answer.read().decode()
            except (OSError, http.client.HTTPException):
                self.http = None
                if attempt == 2:
                    raise

    def done(self, method, path, body=None):
        status, text = self.ask(method, path, body)
        if status != 200 or '"code":0' not in text:
            raise SystemExit(f"{method} {path}: {status} {text[:500]}")
        return json.loads(text).get("data")


class Publisher:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        self.socket.sendall(MQTT_CONNECT)
        self.socket.recv(4)

    def publish(self, topic, payload=b"x"):
        body = len(topic).to_bytes(2, "big") + topic.encode() + payload
        self.socket.sendall(bytes([0x30, len(body)]) + body)


def bridge(remote, number):
    return {"enable": True, "connector": {"server": f"mqtt-tcp://127.0.0.1:{remote}", "clientid": f"b{number}", "proto_ver": 5},
            "forwards": [{"local_topic": f"none/{number}/#", "remote_topic": f"none/{number}/#"}],
            "subscription": [{"remote_topic": f"from/{number}", "local_topic": f"from/{number}", "qos": 1}]}


def rule(number):
    return {"rawsql": f"SELECT payload, topic FROM 'in/{number % 10}' WHERE payload = 'x'",
            "actions": [{"name": "repub", "params": {"topic": f"out/{number % 10}"}}]}


def connected(api):
    nodes = api.done("GET", "/bridges")["bridge"]["nodes"]
    return sum(node["status"]["state"] == "connected" for node in nodes)


def turn(api, publisher, remote, numbers):
    """One batch of each kind comes, does something, and goes."""
    for number in numbers:
        api.done("POST", f"/bridges/b{number}", {"data": bridge(remote, number)})
    rules = [api.done("POST", "/rules", rule(number))["id"] for number in numbers]
    for number in numbers:
        publisher.publish(f"in/{number % 10}")
    for attempt in range(600):
        if connected(api) == len(numbers):
            break
        time.sleep(0.05)
    else:
        raise SystemExit(f"only {connected(api)} bridges of {len(numbers)} connect")
    for number in numbers:
        api.done("DELETE", f"/bridges/b{number}")
    for number in rules:
        api.done("DELETE", f"/rules/{number}")


def figures(process):
    jcmd = os.path.join(os.environ["JAVA_HOME"], "bin", "jcmd") if "JAVA_HOME" in os.environ else "jcmd"
    for _ in range(2):
        subprocess.run([jcmd, str(process.pid), "GC.run"], capture_output=True, check=True)
    text = subprocess.run([jcmd, str(process.pid), "GC.class_histogram"], capture_output=True, text=True, check=True).stdout
    rows = {r[3]: (int(r[1]), int(r[2])) for r in re.finditer(r"^\s*\d+:\s+(\d+)\s+(\d+)\s+(\S+)", text, re.M)}
    total = re.search(r"^Total\s+(\d+)\s+(\d+)", text, re.M)

    def count(pattern):
        return sum(n for name, (n, _) in rows.items() if re.fullmatch(pattern, name))

    return {"MiB": int(total[2]) / 1048576, "objects": int(total[1]), "threads": len(os.listdir(f"/proc/{process.pid}/task")),
            "files": len(os.listdir(f"/proc/{process.pid}/fd")), "channels": count(r"io\.netty\.channel.*SocketChannel"),
            "timers": count(r"io\.nanomq\..*Time(r|out)\b.*|io\.netty\.util\.concurrent\.ScheduledFutureTask"), "rows": rows}


def row(name, f):
    print(f"| {name} | {f['MiB']:.1f} | {f['objects']:,} | " + " | ".join(str(f[k]) for k in list(MOST)[1:]) + " |", flush=True)


def bounds(api, mqtt):
    """More than there may be: a clear answer, and nothing of it is kept."""
    head = f'listeners.tcp.bind = "127.0.0.1:{mqtt}"\nhttp_server {{ ip_addr = "127.0.0.1", port = {api.port} }}\n'
    bridges = "\n".join(f'bridges.mqtt.b{i} {{ server = "mqtt-tcp://127.0.0.1:{mqtt}", enable = false }}' for i in range(1001))
    rules = ",".join(f'{{ topic = t, sql = "SELECT * FROM \'a{i}\'" }}' for i in range(1001))
    clear = True
    for what, text in (("1,001 bridges", bridges), ("1,001 rules", f"rules.repub.rules = [{rules}]")):
        status, answer = api.ask("POST", "/config_update?dry_run=true", head + text + "\n")
        print(f"- {what}: {status} {answer.strip()[:200]}")
        clear &= status == 400
    return clear


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--count", type=int, default=10_000)
    p.add_argument("--batch", type=int, default=20)
    p.add_argument("--jar", default=HERE + "/../target/quarkus-app/quarkus-run.jar")
    p.add_argument("--histogram", action="store_true", help="the classes that grew most")
    o = p.parse_args()
    folder = tempfile.mkdtemp(prefix="nanomq-churn-")
    mqtt, port = free_port(), free_port()
    with open(folder + "/nanomq.conf", "w") as f:
        f.write(f'listeners.tcp.bind = "127.0.0.1:{mqtt}"\nlisteners.ws.enable = false\n'
                f'http_server {{ ip_addr = "127.0.0.1", port = {port}, cpu_share = 100 }}\npersistence.durability = none\nlog.level = warn\n')
    log = open(folder + "/log", "w")
    broker = subprocess.Popen(["java", "-Xmx512m", "-XX:+UseSerialGC", "-Dquarkus.management.port=0", "-Dquarkus.management.host=127.0.0.1",
                               "-jar", o.jar, "--conf", folder + "/nanomq.conf"], stdout=log, stderr=log)
    try:
        api = Api(port)
        for _ in range(600):
            try:
                if api.ask("GET", "/nodes")[0] == 200:
                    break
            except OSError:
                time.sleep(0.1)
        publisher = Publisher(mqtt)
        start, done, before = time.time(), 0, None
        print("| bridges and rules | live, MiB | objects | " + " | ".join(list(MOST)[1:]) + " |\n|---|" + "---:|" * (len(MOST) + 1))
        while done < o.count:
            n = min(o.batch, o.count - done)
            turn(api, publisher, mqtt, range(done, done + n))
            done += n
            if before is None and done >= o.count // 10:
                before = figures(broker)
                row(f"{done:,} of each", before)
        time.sleep(3)
        after = figures(broker)
        row(f"{done:,} of each", after)
        print(f"\n{time.time() - start:.0f} s")
        if o.histogram:
            grown = sorted(((b - before["rows"].get(c, (0, 0))[1], n, c) for c, (n, b) in after["rows"].items()), reverse=True)
            for b, n, c in grown[:15]:
                print(f"    {b:>10,} bytes more, {n:>8,} objects now, {c}")
        clear = bounds(api, mqtt)
        grew = [k for k, most in MOST.items() if after[k] > before[k] + most]
        sys.exit("grew: " + ", ".join(grew) if grew else 0 if clear else "a bound is not answered")
    finally:
        broker.send_signal(signal.SIGTERM)
        broker.wait(30)
        log.close()
        if os.environ.get("KEEP_LOG"):
            shutil.copy(folder + "/log", os.environ["KEEP_LOG"])
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
