#!/usr/bin/env python3
"""edit.py - what an edit of a large configuration costs the clients that are connected meanwhile.

  edit.py [--clients 10000] [--bytes 1000000] [--rounds 5] [--loops N] [--java-opts OPTS]

Starts the packaged broker (bin/nanomq) on free ports of 127.0.0.1 with a document of that size, connects the clients,
waits until the broker's gauge of loop lag (nanomq_loop_lag_max_seconds: one to two minutes) covers nothing but clients that
are connected, then edits: each round POSTs one value, restarts, POSTs the whole document, restarts, and asks for the status.
Prints how long each took, the longest lag per event loop before and with the edits, and what one client's ping took in
both phases. Standard library only; takes about two and a half minutes.
"""
import argparse, base64, http.client, json, os, re, resource, socket, statistics, struct, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
WINDOWS = 125  # seconds: two windows of the gauge, and its own step


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def document(tcp, api, size, loops, queue):
    lines = [f"url=nmq-tcp://127.0.0.1:{tcp}", "websocket.enable=false", "http_server.ip_addr=127.0.0.1", f"http_server.port={api}", f"msq_len={queue}", "persistence.durability=none"]
    if loops:
        lines.append(f"num_taskq_thread={loops}")
    length, user = sum(len(x) + 1 for x in lines), 0
    while length < size:
        user += 1
        more = [f"# user {user}", f"auth.{user}.login=user-{user}", f"auth.{user}.password=password-{user}"]
        lines += more
        length += sum(len(x) + 1 for x in more)
    return "\n".join(lines) + "\n"


def connect(port, name):
    s = socket.create_connection(("127.0.0.1", port))
    body = b"\0\4MQTT\4\2\0\0" + struct.pack(">H", len(name)) + name.encode()
    s.sendall(bytes([0x10, len(body)]) + body)
    return s


class Pinger(threading.Thread):
    """Round trips of one client, one behind the other."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.s, self.times, self.go = connect(port, "pinger"), [], True
        self.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.s.recv(4)

    def run(self):
        while self.go:
            start = time.perf_counter()
            self.s.sendall(b"\xc0\0")
            self.s.recv(2)
            self.times.append(time.perf_counter() - start)
            time.sleep(0.0005)

    def phase(self):
        times, self.times = sorted(self.times), []
        at = lambda share: times[min(len(times) - 1, int(len(times) * share))] * 1000
        return f"pings {len(times)}: median {at(0.5):.2f} ms, 99 % {at(0.99):.2f} ms, longest {at(1):.1f} ms"


def call(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    start = time.perf_counter()
    connection.request(method, "/api/v4" + path, body, {"Authorization": "Basic " + base64.b64encode(b"admin:public").decode()})
    answer = connection.getresponse()
    text = answer.read()
    taken = time.perf_counter() - start
    if answer.status != 200:
        sys.exit(f"{method} {path}: {answer.status} {text[:300]}")
    return taken


def lags(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/q/metrics")
    text = connection.getresponse().read().decode()
    return {loop: float(value) * 1000 for loop, value in re.findall(r'nanomq_loop_lag_max_seconds{loop="(\d+)"\S* (\S+)', text)}


def shown(lag):
    return ", ".join(f"loop {loop} {ms:.1f} ms" for loop, ms in sorted(lag.items(), key=lambda x: int(x[0])))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=10000)
    parser.add_argument("--bytes", type=int, default=1000000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--loops", type=int, default=0)
    parser.add_argument("--wait", type=float, default=WINDOWS, help="seconds from the last connection to the first edit")
    parser.add_argument("--java-opts", default="", help="as in --java-opts=-Xmx1g")
    o = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    tcp, api, management = free_ports(3)
    folder = tempfile.mkdtemp()
    conf = os.path.join(folder, "nanomq.conf")
    with open(conf, "w") as f:
        f.write(document(tcp, api, o.bytes, o.loops, 1024))
    env = dict(os.environ, QUARKUS_MANAGEMENT_HOST="127.0.0.1", QUARKUS_MANAGEMENT_PORT=str(management), JAVA_OPTS=o.java_opts)
    log = open(os.path.join(folder, "log"), "w")
    broker = subprocess.Popen([os.path.join(HERE, "../bin/nanomq"), "--conf", conf], env=env, stdout=log, stderr=log)
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", tcp)).close()
                break
            except OSError:
                if broker.poll() is not None:
                    sys.exit(open(log.name).read())
                time.sleep(0.1)
        clients = []
        for i in range(o.clients):
            clients.append(connect(tcp, f"client-{i}"))
            if i % 500 == 499:
                for s in clients[-500:]:
                    s.recv(4)
        pinger = Pinger(tcp)
        pinger.start()
        print(f"{o.clients} clients, document of {os.path.getsize(conf)} bytes")
        time.sleep(o.wait)
        print("without edit:", shown(lags(management)), "|", pinger.phase())
        taken = {}
        for n in range(o.rounds):
            whole = document(tcp, api, o.bytes, o.loops, 3000 + n).encode()
            for name, method, path, body in [
                ("POST one value", "POST", "/configuration", json.dumps({"data": {"msq_len": 2000 + n}})),
                ("restart", "POST", "/ctrl/restart", b""),
                ("POST whole document", "POST", "/config_update", whole),
                ("restart", "POST", "/ctrl/restart", b""),
                ("GET status", "GET", "/configuration/status", None),
            ]:
                taken.setdefault(name, []).append(call(api, method, path, body))
        print("with edits:  ", shown(lags(management)), "|", pinger.phase())
        for name, times in taken.items():
            print(f"{name}: first {times[0]:.3f} s, median {statistics.median(times):.3f} s, longest {max(times):.3f} s")
        pinger.go = False
        alive = sum(1 for s in clients if not readable(s))
        print(f"{alive} of {o.clients} clients still connected")
    finally:
        broker.terminate()
        broker.wait(30)


def readable(s):
    s.setblocking(False)
    try:
        return s.recv(1) == b""
    except BlockingIOError:
        return False


if __name__ == "__main__":
    main()
