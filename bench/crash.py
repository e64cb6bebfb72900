#!/usr/bin/env python3
"""crash.py [--kills N] [--seed N] [--durability fsync|async] [--loops 1,2] [--stops N] [--keep]: SIGKILL at random moments.

Starts the packaged broker (../target/quarkus-app) on a free port of 127.0.0.1 with a folder of its own, lets clients of
MQTT 5 with persistent sessions publish and subscribe at QoS 1 and 2, kills the broker, starts it again with another
number of event loops, and so on. Clients go on where they were, as their sessions let them. Some subscribers are away
most of the time, and messages wait for them. One member of the shared group has a clean session and acknowledges
nothing: others have to get what it was given. Every few kills the one for which most waits comes back, and stays until it
has all of that, while the broker is killed as before. In the end everybody gets what is left, and it is asked for:

  lost        a message was acknowledged, and a subscriber that was there before it has not got it
  twice       a message of QoS 2 came twice to a subscriber of QoS 2, or to two members of a shared group
  order       a subscriber got the messages of one publisher in another order
  session     a session that was there was not there after a kill, or a subscription was gone
  retained    what is retained is older than what was acknowledged, or was never sent
  will        the will of a client that was connected when the broker was killed was not published, that of a client
              whose session ends with its connection among them
  delayed     a will that was delayed when the broker was killed was not published when it was due, or before
  ban         a client that was banned was let in after a kill (with --api)
  never sent  a message came that nobody has sent

Ends with 1 where there is any, and says what. Prints one line a kill. What a queue takes of the heap is bounded: where the
broker's log says that it drops, it has too little of it, and "lost" is what it has dropped.
"""
import argparse, base64, json, os, random, select, shutil, signal, socket, struct, subprocess, sys, tempfile, threading
import time, urllib.error, urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
JAR = os.path.join(HERE, "..", "target", "quarkus-app", "quarkus-run.jar")
CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, DISCONNECT = 2, 3, 4, 5, 6, 7, 9, 14
WINDOW, RATE = 20, 400  # messages in flight of a publisher, and a second
READY, DRAIN = 60, 90   # seconds at most
DELAY = 3               # of a will, in seconds
HOME_KILLS = 3          # so often somebody who was away comes back to stay for a while

problems = []
problems_lock = threading.Lock()


def problem(kind, what):
    with problems_lock:
        problems.append((kind, what))


def var(n):
    out = b""
    while True:
        n, d = divmod(n, 128)
        out += bytes([d | (128 if n else 0)])
        if not n:
            return out


def text(s):
    b = s.encode()
    return struct.pack(">H", len(b)) + b


def packet(first, body):
    return bytes([first]) + var(len(body)) + body


class Gone(Exception):
    """The connection is, or the broker."""


class Client(threading.Thread):
    """One client with a persistent session; it does what its subclass says whenever it is connected."""

    def __init__(self, run, name):
        super().__init__(daemon=True)
        self.all, self.name_ = run, name
        self.had_session = False   # a CONNACK was seen: the session is there from then on
        self.wanted = True         # whether it is to be connected
        self.done = False
        self.sock, self.buffer = None, b""
        self.connected = threading.Event()
        self.will = None
        self.delay = 0             # Will Delay Interval in seconds
        self.lasting = True        # whether its session outlives its connection

    def run(self):
        while not self.done:
            if not self.wanted or not self.all.up.is_set():
                time.sleep(0.02)
                continue
            try:
                self.connect()
                while not self.done and self.wanted:
                    self.work()
                    self.read(0.005)
                if self.sock and not self.done:
                    self.sock.sendall(packet(DISCONNECT << 4, b"\x04" if self.will else b""))
            except (OSError, Gone):
                pass
            self.connected.clear()
            if self.sock:
                self.sock.close()
            self.sock = None
            time.sleep(0.02)

    def connect(self):
        self.buffer = b""
        self.sock = socket.create_connection(("127.0.0.1", self.all.port), 5)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        props = b"\x11" + struct.pack(">I", 0xFFFFFFFF) if self.lasting else b"\x21" + struct.pack(">H", WINDOW)
        flags, payload = 0 if self.lasting else 0x02, text(self.name_)
        if self.will:
            topic, body = self.will
            flags |= 0x04 | 1 << 3
            properties = b"\x18" + struct.pack(">I", self.delay) if self.delay else b""
            payload += var(len(properties)) + properties + text(topic) + struct.pack(">H", len(body)) + body
        self.send(packet(0x10, text("MQTT") + bytes([5, flags]) + struct.pack(">H", 60) + var(len(props)) + props + payload))
        deadline = time.time() + 20
        self.present = None
        while self.present is None:
            if time.time() > deadline:
                raise Gone()
            self.read(0.05)
        if self.had_session and self.lasting and not self.present:
            problem("session", f"{self.name_} has none any more")
        self.had_session = True
        self.resumed()
        self.connected.set()

    def send(self, b):
        self.sock.sendall(b)

    def read(self, timeout):
        if not select.select([self.sock], [], [], timeout)[0]:
            return
        more = self.sock.recv(65536)
        if not more:
            raise Gone()
        self.buffer += more
        at = 0
        while True:
            length, shift, i = 0, 0, at + 1
            while i < len(self.buffer):
                d = self.buffer[i]
                length |= (d & 127) << shift
                shift, i = shift + 7, i + 1
                if d < 128:
                    break
            else:
                break
            if len(self.buffer) < i + length:
                break
            self.handle(self.buffer[at] >> 4, self.buffer[at] & 15, self.buffer[i:i + length])
            at = i + length
        self.buffer = self.buffer[at:]

    def handle(self, kind, flags, body):
        if kind == CONNACK:
            if body[1] != 0:
                raise Gone()
            self.present = body[0] & 1
        elif kind == DISCONNECT:
            raise Gone()
        else:
            self.packet(kind, flags, body)

    def resumed(self): pass
    def work(self): pass
    def packet(self, kind, flags, body): pass


class Publisher(Client):
    """Publishes numbers, one after the other, and goes on where its session was."""

    def __init__(self, run, name, qos, retain_topics=0):
        super().__init__(run, name)
        self.qos, self.topics = qos, retain_topics
        self.sent = 0
        self.acked = set()
        self.flight = {}     # packet identifier -> [number, PUBREC seen]
        self.last = {}       # retained: topic -> number acknowledged
        self.next_id = 1
        self.publishing = True
        self.rate = RATE
        self.allowed_at = time.time()

    def publish(self, mid, number, dup):
        topic = f"kept/{number % self.topics}" if self.topics else f"crash/{self.name_}"
        first = PUBLISH << 4 | dup << 3 | self.qos << 1 | (1 if self.topics else 0)
        body = f"{self.name_} {self.qos} {number}".encode()
        self.send(packet(first, text(topic) + struct.pack(">H", mid) + b"\0" + body.ljust(100)))

    def resumed(self):
        for mid, (number, received) in list(self.flight.items()):
            if received:
                self.send(packet(PUBREL << 4 | 2, struct.pack(">H", mid)))
            else:
                self.publish(mid, number, 1)

    def work(self):
        now = time.time()
        self.allowed_at = max(self.allowed_at, now - 0.05)
        while self.publishing and len(self.flight) < WINDOW and self.allowed_at < now:
            self.allowed_at += 1 / self.rate
            while self.next_id in self.flight:
                self.next_id = self.next_id % 65535 + 1
            mid, self.next_id = self.next_id, self.next_id % 65535 + 1
            number, self.sent = self.sent, self.sent + 1
            self.flight[mid] = [number, False]
            self.publish(mid, number, 0)

    def packet(self, kind, flags, body):
        mid = struct.unpack(">H", body[:2])[0]
        code = body[2] if len(body) > 2 else 0
        if mid not in self.flight:
            return
        number = self.flight[mid][0]
        if kind in (PUBACK, PUBREC) and code < 0x80:
            self.acked.add(number)
            if self.topics:
                self.last[number % self.topics] = max(number, self.last.get(number % self.topics, -1))
        if kind == PUBACK or kind == PUBCOMP or code >= 0x80:
            del self.flight[mid]
        elif kind == PUBREC:
            self.flight[mid][1] = True
            self.send(packet(PUBREL << 4 | 2, struct.pack(">H", mid)))


class Subscriber(Client):
    """Subscribes once and for all; notes what comes, duplicates by protocol left out."""

    def __init__(self, run, name, filters, qos):
        super().__init__(run, name)
        self.filters, self.qos = filters, qos
        self.subscribed = False
        self.got = []             # (publisher, qos, number) in the order in which they came
        self.latest = {}          # publisher -> highest number
        self.unreleased = set()
        self.bodies = []
        self.came_at = {}

    def resumed(self):
        if not self.subscribed:
            body = b"".join(text(f) + bytes([self.qos]) for f in self.filters)
            self.send(packet(0x82, struct.pack(">H", 1) + b"\0" + body))

    def packet(self, kind, flags, body):
        if kind == SUBACK:
            if any(code >= 0x80 for code in body[3:]):
                problem("session", f"{self.name_} could not subscribe")
            self.subscribed = True
        elif kind == PUBLISH:
            length = struct.unpack(">H", body[:2])[0]
            at, qos = 2 + length, flags >> 1 & 3
            mid = 0
            if qos:
                mid, at = struct.unpack(">H", body[at:at + 2])[0], at + 2
            payload = body[at + 1 + body[at]:]
            if qos == 2 and mid in self.unreleased:
                pass
            else:
                self.take(body[2:2 + length].decode(), payload, flags)
            if qos == 1:
                self.send(packet(PUBACK << 4, struct.pack(">H", mid)))
            elif qos == 2:
                self.unreleased.add(mid)
                self.send(packet(PUBREC << 4, struct.pack(">H", mid)))
        elif kind == PUBREL:
            mid = struct.unpack(">H", body[:2])[0]
            self.unreleased.discard(mid)
            self.send(packet(PUBCOMP << 4, struct.pack(">H", mid)))

    def lacks(self, until):
        """How much it has not got of what was sent up to then; of a member of a group nobody knows."""
        return sum(max(0, n - 1 - self.latest.get(name, -1)) for name, n in until.items())

    def take(self, topic, payload, flags):
        words = payload.decode().split()
        if topic.startswith("crash/"):
            self.got.append((words[0], int(words[1]), int(words[2])))
            self.latest[words[0]] = max(int(words[2]), self.latest.get(words[0], -1))
        else:
            self.came_at.setdefault(payload.decode().strip(), time.time())
            self.bodies.append((topic, payload.decode().strip()))


class Hoarder(Subscriber):
    """Subscribes whenever it is connected, with a clean session; reads a few messages and acknowledges none."""

    def __init__(self, run, name, filters):
        super().__init__(run, name, filters, 1)
        self.lasting = False

    def resumed(self):
        self.subscribed = False
        super().resumed()

    def packet(self, kind, flags, body):
        if kind == SUBACK:
            super().packet(kind, flags, body)


class Run:
    def __init__(self, o):
        self.o, self.random = o, random.Random(o.seed)
        self.up = threading.Event()
        self.port, self.api = self.free_port(), self.free_port()
        self.folder = tempfile.mkdtemp(prefix="crash-")
        self.process = None
        self.home = {}  # who stays -> (what was sent when it came, kill that it stays until at most)

    @staticmethod
    def free_port():
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            return s.getsockname()[1]

    def start(self, loops):
        conf = os.path.join(self.folder, "nanomq.conf")
        with open(conf, "w") as f:
            f.write(f"url=nmq-tcp://127.0.0.1:{self.port}\nnum_taskq_thread={loops}\nmsq_len=1000000\n"
                    f"http_server.port={self.api}\nhttp_server.ip_addr=127.0.0.1\nhttp_server.username=admin\nhttp_server.password=crash-test\n"
                    f"http_server.enable={'true' if self.o.api else 'false'}\nwebsocket.enable=false\n"
                    f"persistence.durability={self.o.durability}\npersistence.dir={self.folder}/data\n"
                    f"persistence.max_bytes={self.o.max_bytes}\n")
        env = dict(os.environ, QUARKUS_MANAGEMENT_PORT="0", QUARKUS_MANAGEMENT_HOST="127.0.0.1")
        self.log = open(os.path.join(self.folder, "log"), "a")
        self.process = subprocess.Popen(
            self.o.command.split() + ["--conf", conf],
            stdout=self.log, stderr=self.log, env=env)
        deadline = time.time() + READY
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                if self.process.poll() is not None or time.time() > deadline:
                    print(open(os.path.join(self.folder, "log")).read()[-4000:])
                    sys.exit("the broker does not start")
                time.sleep(0.05)
        self.up.set()

    def ban(self, clientid):
        """Bans a client; what is answered holds from then on."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.api}/api/v4/banned", method="POST",
            data=json.dumps({"as": "clientid", "who": clientid, "reason": "crash"}).encode(),
            headers={"Authorization": "Basic " + base64.b64encode(b"admin:crash-test").decode()})
        deadline = time.time() + READY
        while True:
            try:
                urllib.request.urlopen(request, timeout=10).close()
                return
            except urllib.error.HTTPError as refused:
                return problem("ban", f"{clientid} could not be banned: {refused}")
            except OSError:
                if time.time() > deadline:
                    return problem("ban", f"the API does not answer about {clientid}")
                time.sleep(0.1)

    def is_banned(self, clientid):
        with socket.create_connection(("127.0.0.1", self.port), 5) as s:
            s.settimeout(10)
            s.sendall(packet(0x10, text("MQTT") + bytes([5, 2]) + struct.pack(">H", 60) + b"\0" + text(clientid)))
            answer = s.recv(100)
            return len(answer) > 3 and answer[0] == 0x20 and answer[3] == 0x8A

    def leave_delayed(self, kill):
        """A client goes without a word shortly before a kill; its will is due after the start."""
        c = Client(self, f"delayed{kill}")
        c.will, c.delay = ("will/delayed", f"delayed {kill}".encode()), DELAY
        try:
            c.connect()
            c.sock.close()
        except (OSError, Gone):
            return None
        return c.will[1].decode()

    def kill(self):
        self.up.clear()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.log.close()

    def stop(self):
        self.up.clear()
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            problem("stop", "the broker did not stop within 30 s")
            self.process.kill()
        self.log.close()

    def go(self):
        r = self.random
        publishers = [Publisher(self, f"p{i}", 1 + i % 2) for i in range(4)]
        keeper = Publisher(self, "keeper", 1, retain_topics=20)
        subscribers = [Subscriber(self, f"s{i}", ["crash/#"], 1 + i % 2) for i in range(4)]
        members = [Subscriber(self, f"m{i}", ["$share/g/crash/#"], 2) for i in range(3)]
        willed = Subscriber(self, "wills", ["will/#"], 1)
        dying = Client(self, "dying")
        passing = Client(self, "passing")
        passing.lasting = False
        hoarder = Hoarder(self, "hoarder", ["$share/g/crash/#"])
        everybody = publishers + [keeper] + subscribers + members + [hoarder, willed, dying, passing]
        loops = [int(n) for n in self.o.loops.split(",")]
        self.start(loops[0])
        for c in subscribers + members + [willed]:
            c.start()
        self.wait(lambda: all(c.subscribed for c in subscribers + members + [willed]), READY, "subscribe")
        for c in publishers + [keeper]:
            c.start()
        dying.will = ("will/0", b"0")
        dying.start()
        passing.will = ("will/passing", b"passing 0")
        passing.start()
        hoarder.start()
        expected_wills, delayed, banned = set(), {}, []
        for kill in range(1, self.o.kills + 1):
            # The last of each kind is hardly ever there, the first always.
            self.come_and_go(kill, publishers, subscribers[1:], members[1:])
            time.sleep(r.uniform(0.2, self.o.seconds))
            for c in dying, passing:
                if c.connected.is_set():
                    expected_wills.add(c.will[1].decode())
            if self.o.api:
                self.ban(f"banned{kill}")
                banned.append(f"banned{kill}")
            left = self.leave_delayed(kill)
            if left:
                # Its end has to be seen before the kill: it is not, where it comes sooner.
                time.sleep(0.2)
                delayed[left] = time.time() - 0.2
                expected_wills.add(left)
            before = sum(len(p.acked) for p in publishers)
            if self.o.stops and kill % self.o.stops == 0:
                self.stop()
            else:
                self.kill()
            keeper.wanted = False  # until it was seen what is retained without it
            dying.will = (f"will/{kill}", str(kill).encode())
            passing.will = ("will/passing", f"passing {kill}".encode())
            passing.delay = DELAY * (kill % 2)  # of no effect: the session ends at once
            began = time.time()
            self.start(r.choice(loops))
            wait = sum(s.lacks({p.name_: p.sent for p in publishers}) for s in subscribers)
            print(f"kill {kill}: {before} acknowledged, {wait} wait, back after {time.time() - began:.1f} s", flush=True)
            for who in banned[-5:]:
                if not self.is_banned(who):
                    problem("ban", f"{who} is let in after kill {kill}")
            self.check_retained(keeper)
            keeper.wanted = True
        for p in publishers + [keeper]:
            p.publishing = False
        for c in everybody:
            c.wanted = True
        self.wait(lambda: all(not p.flight for p in publishers + [keeper]), DRAIN, "acknowledge")
        dying.done = passing.done = hoarder.done = True
        self.drained(publishers, subscribers, members, willed, expected_wills)
        self.judge(publishers, subscribers, members, willed, expected_wills)
        for body, left in delayed.items():
            came = willed.came_at.get(body)
            if came is None or came < left + DELAY - 0.5:
                problem("delayed", f"{body}: {'never' if came is None else f'{came - left:.1f} s after its client had gone'}")
        for c in everybody:
            c.done = True
        self.stop()
        print(f"{sum(len(p.acked) for p in publishers)} messages acknowledged, {len(expected_wills)} wills")

    def come_and_go(self, kill, publishers, subscribers, members):
        """The last of each kind is hardly ever there, unless it is at home to get what waits for it."""
        for c in subscribers + members:
            c.wanted = self.random.random() < (0.2 if c in (subscribers[-1], members[-1]) else 0.6)
        for c, (until, last_kill) in list(self.home.items()):
            if kill > last_kill or c in subscribers and not c.lacks(until):
                del self.home[c]
        if kill % HOME_KILLS == 0:
            sent = {p.name_: p.sent for p in publishers}
            most = max(subscribers, key=lambda s: s.lacks(sent))
            self.home.setdefault(most, (sent, sys.maxsize))
            self.home.setdefault(self.random.choice(members), (sent, kill + HOME_KILLS))
        for c in self.home:
            c.wanted = True
        for p in publishers:
            p.rate = RATE / 4 if any(c in subscribers for c in self.home) else RATE

    def wait(self, condition, seconds, what):
        deadline = time.time() + seconds
        while not condition():
            if self.process.poll() is not None:
                print(open(os.path.join(self.folder, "log")).read()[-4000:])
                sys.exit("the broker has ended")
            if time.time() > deadline:
                problem("stuck", f"clients did not {what} within {seconds} s")
                return
            time.sleep(0.05)

    def drained(self, publishers, subscribers, members, willed, wills):
        due = {(p.name_, p.qos, n) for p in publishers for n in p.acked}

        def whole():
            shared = set().union(*(m.got for m in members))
            return (all(due <= set(s.got) for s in subscribers) and due <= shared
                    and wills <= {body for _, body in willed.bodies})
        deadline = time.time() + DRAIN
        quiet, seen = time.time(), -1
        while not whole() and time.time() < deadline and time.time() - quiet < 10:
            now = sum(len(c.got) + len(c.bodies) for c in subscribers + members + [willed])
            if now != seen:
                quiet, seen = time.time(), now
            time.sleep(0.1)
        time.sleep(1)

    def check_retained(self, keeper):
        """What is retained now is not older than what was acknowledged before the kill."""
        acknowledged = dict(keeper.last)
        reader = Subscriber(self, f"reader{time.time()}", ["kept/#"], 1)
        reader.lasting = False  # else all that is published from now on would wait for it
        reader.start()

        def found():
            return {topic: int(body.split()[2]) for topic, body in list(reader.bodies)}
        deadline = time.time() + 5
        while time.time() < deadline:
            now = found()
            if all(now.get(f"kept/{t}", -1) >= n for t, n in acknowledged.items()):
                break
            time.sleep(0.02)
        else:
            for t, n in acknowledged.items():
                if now.get(f"kept/{t}", -1) < n:
                    problem("retained", f"kept/{t} is {now.get(f'kept/{t}')}, acknowledged was {n}")
        reader.done = True

    def judge(self, publishers, subscribers, members, willed, wills):
        for s in subscribers:
            for p in publishers:
                numbers = [n for name, _, n in list(s.got) if name == p.name_]
                lost = p.acked - set(numbers)
                if lost:
                    problem("lost", f"{s.name_} lacks {len(lost)} of {p.name_}, QoS {p.qos}: {sorted(lost)[:10]}")
                if max(numbers, default=-1) >= p.sent:
                    problem("never sent", f"{s.name_} got {max(numbers)} of {p.name_}")
                first = list(dict.fromkeys(numbers))
                if first != sorted(first):
                    at = next(i for i in range(1, len(first)) if first[i] < first[i - 1])
                    problem("order", f"{s.name_} got {first[at - 1]} ahead of {first[at]} of {p.name_}, QoS {p.qos}")
                if min(s.qos, p.qos) == 2 and len(first) != len(numbers):
                    twice = sorted({n for n in numbers if numbers.count(n) > 1})[:10] if len(numbers) < 50000 else "many"
                    problem("twice", f"{s.name_} got {len(numbers) - len(first)} of {p.name_} twice: {twice}")
        for p in publishers:
            numbers = [n for m in members for name, _, n in list(m.got) if name == p.name_]
            lost = p.acked - set(numbers)
            if lost:
                problem("lost", f"the group lacks {len(lost)} of {p.name_}, QoS {p.qos}: {sorted(lost)[:10]}")
            if p.qos == 2 and len(set(numbers)) != len(numbers):
                problem("twice", f"the group got {len(numbers) - len(set(numbers))} of {p.name_} twice")
        missing = wills - {body for _, body in willed.bodies}
        if missing:
            problem("will", f"of {len(wills)} wills are missing {sorted(missing)}")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--kills", type=int, default=10)
    p.add_argument("--seed", type=int, default=int(time.time()))
    p.add_argument("--seconds", type=float, default=2, help="between a start and a kill, at most")
    p.add_argument("--loops", default="1,2", help="numbers of event loops to choose from")
    p.add_argument("--durability", default="fsync")
    p.add_argument("--max-bytes", default="0")
    p.add_argument("--command", default=f"java -Xmx512m -XX:TieredStopAtLevel=1 -jar {JAR}", help="what starts the broker")
    p.add_argument("--stops", type=int, default=0, help="each so many-eth kill is a stop (SIGTERM)")
    p.add_argument("--api", action="store_true", help="with bans")
    p.add_argument("--keep", action="store_true", help="leave the folder")
    o = p.parse_args()
    run = Run(o)
    print(f"seed {o.seed}, {o.durability}, {run.folder}", flush=True)
    try:
        run.go()
    finally:
        if run.process and run.process.poll() is None:
            run.process.kill()
        if not o.keep and not problems:
            shutil.rmtree(run.folder, ignore_errors=True)
    for kind, what in problems:
        print(f"{kind}: {what}")
    print("broken" if problems else "nothing lost")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
