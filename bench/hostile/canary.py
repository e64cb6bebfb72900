#!/usr/bin/env python3
"""canary.py PORT SECONDS: a well-behaved client that measures what the others notice while something is going on.

Four pairs of a publisher and a subscriber exchange RATE small messages a second, QoS 1 and 2 by turns, MQTT 5, as the
user canary from 127.0.0.2. A message is done when it is delivered and acknowledged; its latency counts from when it was
due, so that a broker which stands still for a second has made everything late that was due in it. Besides, a session
that is away gets 50 messages of QoS 1 and comes back for them at the end, and newcomers connect twice a second.

Prints one line of JSON in the end. With SECONDS 0 it reads from its standard input instead: "mark NAME" begins a new
phase and is answered with a line, "end" or the end of the input ends it.

lost: acknowledged with success, and never delivered. refused: acknowledged with a code from 0x80 up. unanswered:
neither within a minute after the end. Latencies are in milliseconds.
"""
import json, selectors, threading
from mq import *

RATE, PAIRS, WINDOW, ABSENT = 100, 4, 100, 50
SOURCE = "127.0.0.2"
LAST, GRACE = 60, 10   # seconds that what is under way gets in the end: in all, and behind the last acknowledgement
WHO = dict(user="canary", password="canary", source=SOURCE)
CLOSED = (EOFError, OSError, Refused)


def percentile(sorted_values, share):
    return round(sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))], 2) if sorted_values else None


class Message:
    def __init__(self, due, qos, phase, absent):
        self.due, self.qos, self.phase, self.absent = due, qos, phase, absent
        self.acked = self.delivered = self.code = None

    def is_under_way(self):
        return self.acked is None or self.code < 0x80 and not self.absent and not self.delivered

    def latency(self):
        """Until now where it is not done: it takes longer still."""
        end = self.acked if self.absent else max(self.acked, self.delivered) if self.acked and self.delivered else None
        return ((end or time.monotonic()) - self.due) * 1000


class Canary:
    def __init__(self, port):
        self.port, self.selector = port, selectors.DefaultSelector()
        self.messages, self.phase, self.closed, self.errors = [], "quiet", 0, []
        self.newcomers, self.stopped, self.absent_sent = [], threading.Event(), 0
        self.publishers, self.subscribers = [None] * PAIRS, [None] * PAIRS
        self.open = [{} for _ in range(PAIRS)]      # packet id -> message that is not acknowledged
        self.backlog = [[] for _ in range(PAIRS)]   # messages that are due and wait for the window
        away = Client(port, "canary-absent", clean=False, expiry=3600, **WHO)
        away.subscribe(["canary/absent"], 1)
        away.close()
        for i in range(PAIRS):
            self.connect("subscribers", i)
            self.connect("publishers", i)

    def connect(self, role, i):
        client = Client(self.port, f"canary-{role}-{i}", clean=False, expiry=3600, timeout=30, **WHO)
        if role == "subscribers":
            client.subscribe([f"canary/{i}"], 2)
        getattr(self, role)[i] = client
        self.selector.register(client.sock, selectors.EVENT_READ, (role, i))

    def reconnect(self, role, i, why):
        """Only so that the rest can be told: a canary that was disconnected is a verdict already."""
        self.closed += 1
        self.errors.append(f"{role} {i}: {why!r}"[:120])
        client = getattr(self, role)[i]
        if client.sock.fileno() >= 0:
            self.selector.unregister(client.sock)
            client.close()
        try:
            self.connect(role, i)
            if role == "publishers":
                self.open[i].clear()
        except CLOSED as e:
            self.errors.append(f"{role} {i} could not come back: {e!r}"[:120])
            raise

    def newcomer(self):
        count = 0
        while not self.stopped.wait(0.5):
            began, phase = time.monotonic(), self.phase
            count += 1
            try:
                Client(self.port, f"canary-new-{count}", timeout=30, **WHO).close()
                self.newcomers.append((phase, (time.monotonic() - began) * 1000))
            except CLOSED as e:
                self.newcomers.append((phase, None))
                self.errors.append(f"newcomer: {e!r}"[:120])

    def due(self, when):
        """One message is due."""
        number = len(self.messages)
        absent = number % 10 == 9 and self.absent_sent < ABSENT
        self.absent_sent += absent
        self.messages.append(Message(when, 1 if absent else 1 + number // PAIRS % 2, self.phase, absent))
        self.backlog[number % PAIRS].append(number)

    def publish(self, i):
        """What the window has room for. A packet id is the message's place, counted from 1."""
        while self.backlog[i] and len(self.open[i]) < WINDOW:
            number = self.backlog[i].pop(0)
            message, pid = self.messages[number], number % 65535 + 1
            self.open[i][pid] = message
            topic = "canary/absent" if message.absent else f"canary/{i}"
            self.publishers[i].send(publish(topic, struct.pack(">Q", number), message.qos, pid))

    def acknowledged(self, i, kind, body):
        pid, code = pid_of(body), code_of(body)
        if kind == PUBREC and code < 0x80:
            return self.publishers[i].send(ack(PUBREL, pid))
        message = self.open[i].pop(pid, None)
        if message:
            message.acked, message.code = time.monotonic(), code

    def delivered(self, client, flags, body):
        _, pid, payload = read_publish(flags, body)
        message = self.messages[struct.unpack(">Q", payload)[0]]
        message.delivered = message.delivered or time.monotonic()
        if pid:
            client.send(ack(PUBREC if flags >> 1 & 3 == 2 else PUBACK, pid))

    def packet(self, role, i, client, kind, flags, body):
        if kind == DISCONNECT:
            raise EOFError(f"DISCONNECT 0x{body[0] if body else 0:02x}")
        if role == "subscribers" and kind == PUBLISH:
            self.delivered(client, flags, body)
        elif kind == PUBREL:
            client.send(ack(PUBCOMP, pid_of(body)))
        elif kind in (PUBACK, PUBREC, PUBCOMP):
            self.acknowledged(i, kind, body)

    def read(self, role, i):
        client = getattr(self, role)[i]
        data = client.sock.recv(65536)
        if not data:
            raise EOFError("closed")
        client.buffer += data
        while found := client.buffered():
            self.packet(role, i, client, *found)

    def turn(self, wait):
        """Sends what is due, then reads for up to wait seconds."""
        for i in range(PAIRS):
            try:
                self.publish(i)
            except CLOSED as e:
                self.reconnect("publishers", i, e)
        for key, _ in self.selector.select(max(0, wait)):
            role, i = key.data
            try:
                self.read(role, i)
            except CLOSED as e:
                self.reconnect(role, i, e)

    def run(self, ended):
        """Until ended() says so, and what is under way is done or LAST has passed."""
        threading.Thread(target=self.newcomer, daemon=True).start()
        next_due = time.monotonic()
        while not ended():
            while next_due <= time.monotonic():
                self.due(next_due)
                next_due += 1 / RATE
            self.turn(next_due - time.monotonic())
        self.stopped.set()
        self.finish()
        self.come_back()

    def finish(self):
        """Waits for what is under way: what is acknowledged and still does not come within GRACE seconds never will."""
        began = time.monotonic()
        while time.monotonic() < began + LAST:
            under_way = [m for m in self.messages if m.is_under_way()]
            if not under_way or (all(m.acked for m in under_way)
                                 and time.monotonic() > max(began, *(m.acked for m in under_way)) + GRACE):
                return
            self.turn(0.05)

    def come_back(self):
        """The session that was away takes what has come for it."""
        wanted = sum(m.absent and m.code == 0 for m in self.messages)
        try:
            client = Client(self.port, "canary-absent", clean=False, expiry=3600, **WHO)
            while wanted:
                kind, flags, body = client.receive()
                if kind == PUBLISH:
                    self.delivered(client, flags, body)
                    wanted -= 1
        except CLOSED as e:
            self.errors.append(f"absent: {e!r}"[:120])

    def figures(self, phase):
        latencies = sorted(m.latency() for m in self.messages if m.phase == phase)
        came = sorted(ms for p, ms in self.newcomers if p == phase and ms is not None)
        return dict(messages=len(latencies), p50=percentile(latencies, .5), p99=percentile(latencies, .99),
                    max=percentile(latencies, 1), newcomers=len(came), newcomer_max=percentile(came, 1),
                    newcomers_refused=sum(p == phase and ms is None for p, ms in self.newcomers))

    def report(self):
        m = self.messages
        return dict(sent=len(m), closed=self.closed, errors=self.errors[:8],
                    lost=sum(x.code is not None and x.code < 0x80 and not x.delivered for x in m),
                    refused=sum(x.code is not None and x.code >= 0x80 for x in m),
                    unanswered=sum(x.acked is None for x in m),
                    absent=f"{sum(bool(x.absent and x.delivered) for x in m)}/{self.absent_sent}",
                    phases={p: self.figures(p) for p in dict.fromkeys(x.phase for x in m)})


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    port, seconds = int(sys.argv[1]), float(sys.argv[2])
    canary, over = Canary(port), threading.Event()

    def follow():
        for line in sys.stdin:
            word, _, name = line.strip().partition(" ")
            if word != "mark":
                break
            canary.phase = name
            print(name, flush=True)
        over.set()

    if not seconds:
        threading.Thread(target=follow, daemon=True).start()
    end = time.monotonic() + seconds
    try:
        canary.run((lambda: time.monotonic() >= end) if seconds else over.is_set)
    except CLOSED as e:
        canary.errors.append(f"ended: {e!r}")
    print(json.dumps(canary.report()), flush=True)


if __name__ == "__main__":
    main()
