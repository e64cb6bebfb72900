#!/usr/bin/env python3
"""transports.py - broker CPU per message over TCP, TLS, WebSocket and secure WebSocket, by turns, for several brokers.

  transports.py --ca CA.pem --broker 'nanomq=PID:TCP:TLS:WS:WSS' --broker 'mosquitto=PID:TCP:TLS:WS:WSS'

Each broker is running already and listens on 127.0.0.1 (0 = it has no such port). P publishers send QoS 0 messages to P
subscribers, one to one, --window at a time in one write, and wait until they have come. Prints a Markdown table:
CPU time of the broker's process over messages in plus out, in microseconds. Standard library only.
"""
import argparse, base64, os, selectors, socket, ssl, struct, time

TRANSPORTS = ["tcp", "tls", "ws", "wss"]


def cpu(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def packet(first, body):
    out, n = bytes([first]), len(body)
    while True:
        digit, n = n & 127, n >> 7
        out += bytes([digit | (128 if n else 0)])
        if not n:
            return out + body


def string(text):
    return struct.pack(">H", len(text)) + text.encode()


def frame(data):
    """One masked binary frame; the mask is 0, which costs the client nothing and the broker the same."""
    n = len(data)
    head = bytes([0x82, 128 | n]) if n < 126 else bytes([0x82, 128 | 126]) + struct.pack(">H", n) if n < 65536 else bytes([0x82, 128 | 127]) + struct.pack(">Q", n)
    return head + b"\0\0\0\0" + data


class Client:
    def __init__(self, transport, port, context, name):
        self.ws, self.buffer, self.stream = transport.startswith("ws"), b"", b""
        s = socket.create_connection(("127.0.0.1", port))
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.s = context.wrap_socket(s, server_hostname="127.0.0.1") if transport in ("tls", "wss") else s
        if self.ws:
            key = base64.b64encode(os.urandom(16)).decode()
            self.s.sendall(f"GET /mqtt HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n".encode())
            answer = b""
            while b"\r\n\r\n" not in answer:
                answer += self.s.recv(1)
            assert b" 101 " in answer, answer
        self.send(packet(0x10, string("MQTT") + b"\4\2\0\0" + string(name)))
        self.until(4)
        self.count = 0

    def send(self, data):
        self.s.sendall(frame(data) if self.ws else data)

    def read(self):
        """Bytes of MQTT that have come."""
        data = self.s.recv(262144)
        while isinstance(self.s, ssl.SSLSocket) and self.s.pending():
            data += self.s.recv(262144)
        if not data:
            raise ConnectionError("closed by the broker")
        if not self.ws:
            return len(data)
        self.stream += data
        total = 0
        while len(self.stream) >= 2:
            n, at = self.stream[1] & 127, 2
            if n == 126:
                if len(self.stream) < 4: break
                n, at = struct.unpack(">H", self.stream[2:4])[0], 4
            elif n == 127:
                if len(self.stream) < 10: break
                n, at = struct.unpack(">Q", self.stream[2:10])[0], 10
            if len(self.stream) < at + n: break
            self.stream = self.stream[at + n:]
            total += n
        return total

    def until(self, n):
        got = 0
        while got < n:
            got += self.read()


def run(transport, port, context, o):
    pubs, subs = [], []
    for i in range(o.pairs):
        subs.append(Client(transport, port, context, f"s{i}-{os.getpid()}"))
        subs[-1].send(packet(0x82, b"\0\1" + string(f"transports/{i}") + b"\0"))
        subs[-1].until(5)
        pubs.append(Client(transport, port, context, f"p{i}-{os.getpid()}"))
    one = [packet(0x30, string(f"transports/{i}") + b"x" * o.size) for i in range(o.pairs)]
    batch = [m * o.window for m in one]
    messages, cpu0, start = 0, None, time.time()
    while time.time() - start < o.warm + o.duration:
        if cpu0 is None and time.time() - start >= o.warm:
            cpu0, messages = cpu(o.pid), 0
        for p, b in zip(pubs, batch):
            p.send(b)
        for s, b in zip(subs, batch):
            s.until(len(b))
        messages += 2 * o.pairs * o.window
    used = cpu(o.pid) - cpu0
    for c in pubs + subs:
        c.s.close()
    return used / messages * 1e6


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--ca", required=True)
    a.add_argument("--broker", action="append", required=True)
    a.add_argument("--pairs", type=int, default=20)
    a.add_argument("--size", type=int, default=256)
    a.add_argument("--window", type=int, default=32)
    a.add_argument("--duration", type=float, default=4)
    a.add_argument("--warm", type=float, default=6)
    o = a.parse_args()
    context = ssl.create_default_context(cafile=o.ca)
    rows = {t: [] for t in TRANSPORTS}
    names = []
    for b in o.broker:
        name, rest = b.split("=", 1)
        names.append(name)
        pid, *ports = [int(x) for x in rest.split(":")]
        o.pid = pid
        for t, port in zip(TRANSPORTS, ports):
            rows[t].append(run(t, port, context, o) if port else None)
    print("| transport | " + " | ".join(names) + " |\n|---|" + "---|" * len(names))
    for t in TRANSPORTS:
        print(f"| {t} | " + " | ".join("-" if v is None else f"{v:.2f}" for v in rows[t]) + " |")


if __name__ == "__main__":
    main()
