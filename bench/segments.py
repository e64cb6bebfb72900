#!/usr/bin/env python3
"""segments.py [--kills N] [--sessions N]: what waits outlives the files that it was written to.

  ../mvnw -DskipTests package; gcc -O2 -o mqttload mqttload.c; ./segments.py --load ./mqttload

Starts the packaged broker (durability fsync) on a free port of 127.0.0.1. Some hundred persistent sessions subscribe and go
away, messages of QoS 1 and 2 wait for them, some are retained. Then mqttload lets so much through other persistent sessions
that the journal uses the files of before again, several times over: what is needed of them is written anew. The broker is
killed (SIGKILL) and started again, and so on. In the end each session has to be there with its subscription, and gets its
messages whole and in order; what is retained is the newest. Ends with 1 where that is not so.
"""
import argparse, json, os, shutil, socket, struct, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
JAR = os.path.join(HERE, "..", "target", "quarkus-app", "quarkus-run.jar")
CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK = 2, 3, 4, 5, 6, 7, 9
RETAINED = 50


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def text(value):
    data = value.encode()
    return struct.pack(">H", len(data)) + data


def packet(first, body):
    head, rest = bytes([first]), len(body)
    while True:
        digit, rest = rest % 128, rest // 128
        head += bytes([digit | (128 if rest else 0)])
        if not rest:
            return head + body


class Client:
    """MQTT 3.1.1, one packet at a time."""

    def __init__(self, port, name, clean=False):
        self.socket = socket.create_connection(("127.0.0.1", port), 20)
        self.input = self.socket.makefile("rb")
        self.socket.sendall(packet(0x10, text("MQTT") + bytes([4, 2 if clean else 0, 0, 0]) + text(name)))
        self.had_session = self.expect(CONNACK)[0] == 1

    def read(self):
        head = self.input.read(1)
        if not head:
            raise EOFError("closed")
        length = shift = 0
        while True:
            digit = self.input.read(1)[0]
            length |= (digit & 127) << shift
            shift += 7
            if digit < 128:
                return head[0], self.input.read(length)

    def expect(self, kind):
        while True:
            first, body = self.read()
            if first >> 4 == kind:
                return body

    def subscribe(self, topic_filter, qos):
        self.socket.sendall(packet(0x82, b"\0\1" + text(topic_filter) + bytes([qos])))
        self.expect(SUBACK)

    def publish(self, topic, payload, qos, number, retain=False):
        identifier = struct.pack(">H", number % 65_535 + 1)
        self.socket.sendall(packet(0x30 | qos << 1 | retain, text(topic) + identifier + payload))
        if qos == 2:
            self.expect(PUBREC)
            self.socket.sendall(packet(0x62, identifier))
        self.expect(PUBACK if qos == 1 else PUBCOMP)

    def messages(self, count):
        """Payloads in their order, each once, acknowledged; fewer where nothing comes any more."""
        got = []
        try:
            while len(got) < count:
                first, body = self.read()
                if first >> 4 == PUBREL:
                    self.socket.sendall(packet(0x70, body[:2]))
                elif first >> 4 == PUBLISH:
                    qos, start = first >> 1 & 3, 2 + struct.unpack(">H", body[:2])[0]
                    if qos:
                        self.socket.sendall(packet(0x40 if qos == 1 else 0x50, body[start:start + 2]))
                        start += 2
                    if body[start:] not in got:  # QoS 1 may come twice
                        got.append(body[start:])
        except (OSError, EOFError):
            pass
        return got

    def close(self):
        self.socket.close()


class Run:
    def __init__(self, options):
        self.options = options
        self.folder = tempfile.mkdtemp(prefix="nanomq-segments-")
        self.port = free_port()
        self.broker = None
        self.waiting = {i: [] for i in range(options.sessions)}
        self.published = 0
        self.problems = 0

    def problem(self, what):
        self.problems += 1
        print("PROBLEM:", what)

    def start(self):
        conf = self.folder + "/nanomq.conf"
        with open(conf, "w") as f:
            f.write(f"url=nmq-tcp://127.0.0.1:{self.port}\nhttp_server.enable=false\nwebsocket.enable=false\n"
                    f"persistence.durability=fsync\npersistence.dir={self.folder}/data\n")
        with open(self.folder + "/log", "a") as log:
            self.broker = subprocess.Popen(
                ["java", "-Xmx1g", "@" + HERE + "/../bin/jvm.options", "-Dquarkus.management.port=0",
                 "-Dquarkus.management.host=127.0.0.1", "-jar", JAR, "--conf", conf], stdout=log, stderr=log)
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        sys.exit("the broker did not start: " + open(self.folder + "/log").read())

    def kill(self):
        self.broker.kill()
        self.broker.wait()

    def feed(self, turn):
        """More waits for a quarter of the sessions, and all that is retained is replaced."""
        publisher = Client(self.port, "publisher", clean=True)
        for i, waiting in self.waiting.items():
            for qos in (1, 2) if (i + turn) % 4 == 0 else ():
                self.published += 1
                payload = b"%d" % self.published
                publisher.publish(f"waits/{i}/x", payload, qos, self.published)
                waiting.append(payload)
        for i in range(RETAINED):
            publisher.publish(f"retained/{i}", b"%d-%d" % (turn, i), 1, i, retain=True)
        publisher.close()

    def load(self, qos):
        out = subprocess.run(
            [self.options.load, "pairs", "--pubs", "50", "--size", "256", "--qos", str(qos), "--window", "200",
             "--lasting", "1", "--port", str(self.port), "--duration", str(self.options.seconds)],
            capture_output=True, text=True, timeout=120).stdout
        result = json.loads(out.strip().splitlines()[-1])
        if result["lost"]:
            self.problem(f"mqttload lost {result['lost']}")
        return result["sent"]

    def check(self):
        for i, waiting in self.waiting.items():
            client = Client(self.port, f"session {i}")
            got = client.messages(len(waiting))
            if not client.had_session:
                self.problem(f"session {i} is gone")
            if got != waiting:
                self.problem(f"session {i} got {got} and not {waiting}")
            if i % 10 == 0:
                publisher = Client(self.port, "late", clean=True)
                publisher.publish(f"waits/{i}/late", b"late", 1, 1)
                if client.messages(1) != [b"late"]:
                    self.problem(f"session {i} has no subscription")
                publisher.close()
            client.close()
        reader = Client(self.port, "reader", clean=True)
        reader.subscribe("retained/#", 1)
        if set(reader.messages(RETAINED)) != {b"%d-%d" % (self.options.kills, i) for i in range(RETAINED)}:
            self.problem("what is retained is not the newest")

    def all(self):
        self.start()
        for i in self.waiting:
            client = Client(self.port, f"session {i}")
            client.subscribe(f"waits/{i}/#", 1 + i % 2)
            client.close()
        self.feed(0)
        for turn in range(1, self.options.kills + 1):
            sent = self.load(1 + turn % 2)
            self.kill()
            self.start()
            self.feed(turn)
            files = sorted(name for name in os.listdir(self.folder + "/data") if name.startswith("segment"))
            print(f"kill {turn}: {sent} messages of others, files {files[0]} to {files[-1]}", flush=True)
        self.kill()
        self.start()
        self.check()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--load", default=os.environ.get("MQTTLOAD", "./mqttload"))
    p.add_argument("--kills", type=int, default=4)
    p.add_argument("--sessions", type=int, default=300)
    p.add_argument("--seconds", type=float, default=6, help="of mqttload before each kill")
    run = Run(p.parse_args())
    try:
        run.all()
    finally:
        if run.broker is not None:
            run.kill()
        shutil.rmtree(run.folder, ignore_errors=True)
    print(f"{len(run.waiting)} sessions, {run.published} messages that waited, {run.problems} problems")
    sys.exit(1 if run.problems else 0)


main()
