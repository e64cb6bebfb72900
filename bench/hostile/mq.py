"""A tiny MQTT 3.1.1 and 5 client over plain sockets, for scripts that send what no library would.

Packets are bytes: connect(), publish(), subscribe() make them, Client sends and reads them. What a script must have in
common with the others, so that run.py can start it, is in README.md beside this file.
"""
import base64, os, socket, struct, sys, threading, time

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 1, 2, 3, 4, 5, 6, 7
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT = 8, 9, 10, 11, 12, 13, 14


def varint(n):
    out = b""
    while True:
        n, low = n >> 7, n & 127
        out += bytes([low | 128 if n else low])
        if not n:
            return out


def text(s):
    data = s.encode() if isinstance(s, str) else s
    return struct.pack(">H", len(data)) + data


def packet(first, body=b""):
    """first: the type in the upper four bits, flags in the lower."""
    return bytes([first]) + varint(len(body)) + body


def connect(client_id, version=5, clean=True, keep_alive=60, expiry=None, user=None, password=None, will=None,
            properties=b""):
    """expiry: the session's, in seconds, MQTT 5 only; will: (topic, payload), or with properties behind them."""
    flags = (2 if clean else 0) | (4 if will else 0) | (128 if user is not None else 0)
    flags |= 64 if password is not None else 0
    body = text("MQTT") + bytes([version, flags]) + struct.pack(">H", keep_alive)
    if version == 5:
        if expiry is not None:
            properties += b"\x11" + struct.pack(">I", expiry)
        body += varint(len(properties)) + properties
    body += text(client_id)
    if will:
        if version == 5:
            body += varint(len(b"".join(will[2:]))) + b"".join(will[2:])
        body += text(will[0]) + text(will[1])
    for field in (user, password):
        if field is not None:
            body += text(field)
    return packet(0x10, body)


def publish(topic, payload=b"", qos=0, pid=1, version=5, retain=False, properties=b"", dup=False):
    body = text(topic) + (struct.pack(">H", pid) if qos else b"")
    if version == 5:
        body += varint(len(properties)) + properties
    return packet(0x30 | qos << 1 | bool(retain) | bool(dup) << 3, body + payload)


def subscribe(filters, pid=1, qos=0, version=5, options=0):
    """options: the bits above the QoS."""
    body = struct.pack(">H", pid) + (b"\0" if version == 5 else b"")
    return packet(0x82, body + b"".join(text(f) + bytes([qos | options]) for f in filters))


def ack(kind, pid):
    return packet(kind << 4 | (2 if kind == PUBREL else 0), struct.pack(">H", pid))


class Refused(Exception):
    """CONNACK with another code than 0."""

    def __init__(self, code):
        super().__init__(f"refused with 0x{code:02x}")
        self.code = code


class Client:
    """A connection that was let in. timeout: seconds for connecting and for each read; a read that takes longer raises
    socket.timeout, the end of the connection EOFError or OSError. source: the address to come from, 127.0.0.2 say.
    sock: a socket that is connected already, of TLS for example. Everything else is connect()'s."""

    def __init__(self, port, client_id, version=5, timeout=10, host="127.0.0.1", source=None, sock=None, **options):
        self.version = version
        self.buffer = bytearray()
        self.sock = sock or socket.create_connection((host, port), timeout, (source, 0) if source else None)
        self.sock.settimeout(timeout)
        if not sock:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.send(connect(client_id, version, **options))
            kind, _, self.connack = self.receive()
            if kind != CONNACK:
                raise EOFError(f"answered with a packet of type {kind}")
            if self.connack[1]:
                raise Refused(self.connack[1])
        except BaseException:
            self.close()
            raise

    @property
    def session_present(self):
        return bool(self.connack[0] & 1)

    def send(self, data):
        self.sock.sendall(data)

    def receive(self):
        """The next packet: type, flags, body."""
        while True:
            found = self.buffered()
            if found:
                return found
            data = self.sock.recv(65536)
            if not data:
                raise EOFError("closed by the broker")
            self.buffer += data

    def buffered(self):
        """The next packet of what has been read, or None: it is not whole yet."""
        length, i = 0, 1
        while i < len(self.buffer):
            length |= (self.buffer[i] & 127) << 7 * (i - 1)
            i += 1
            if self.buffer[i - 1] < 128:
                end = i + length
                if len(self.buffer) < end:
                    return None
                first, body = self.buffer[0], bytes(self.buffer[i:end])
                del self.buffer[:end]
                return first >> 4, first & 15, body
        return None

    def expect(self, kind):
        """The body of the next packet of that type; those before it are skipped."""
        while True:
            found, _, body = self.receive()
            if found == kind:
                return body
            if found == DISCONNECT:
                raise EOFError(f"DISCONNECT 0x{body[0] if body else 0:02x}")

    def subscribe(self, filters, qos=0, pid=1, options=0):
        """The codes of SUBACK."""
        self.send(subscribe(filters, pid, qos, self.version, options))
        return self.expect(SUBACK)[3 if self.version == 5 else 2:]

    def close(self):
        """Without DISCONNECT: as a cable that is cut."""
        self.sock.close()


def pid_of(body):
    """The packet id of an acknowledgement."""
    return struct.unpack(">H", body[:2])[0]


def code_of(body):
    """The reason code of an acknowledgement of a PUBLISH; 0 where it has none."""
    return body[2] if len(body) > 2 else 0


def read_publish(flags, body, version=5):
    """topic, packet id or None, payload."""
    at = 2 + struct.unpack(">H", body[:2])[0]
    topic, pid = body[2:at].decode(), None
    if flags >> 1 & 3:
        pid = struct.unpack(">H", body[at:at + 2])[0]
        at += 2
    if version == 5:
        length, shift = 0, 0
        while True:
            length |= (body[at] & 127) << shift
            at, shift = at + 1, shift + 7
            if body[at - 1] < 128:
                break
        at += length
    return topic, pid, body[at:]


def websocket(port, path="/mqtt", host="127.0.0.1", timeout=10, source=None):
    """A socket that has been upgraded; frames are up to the caller, see frame()."""
    s = socket.create_connection((host, port), timeout, (source, 0) if source else None)
    key = base64.b64encode(os.urandom(16)).decode()
    s.sendall((f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Protocol: mqtt\r\n\r\n").encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        data = s.recv(4096)
        if not data:
            raise EOFError("closed while it was upgraded")
        answer += data
    if not answer.startswith(b"HTTP/1.1 101"):
        raise EOFError(answer.split(b"\r\n")[0].decode())
    return s


def frame(opcode, payload=b"", final=True):
    """A WebSocket frame of a client, masked with zeroes. opcode: 2 binary, 8 close, 9 ping, 10 pong."""
    n = len(payload)
    length = bytes([128 | n]) if n < 126 else \
        b"\xfe" + struct.pack(">H", n) if n < 65536 else b"\xff" + struct.pack(">Q", n)
    return bytes([opcode | (128 if final else 0)]) + length + b"\0\0\0\0" + payload


def counted(codes):
    """{0: 3, 151: 2} from many codes, as text: '3 of 0x00, 2 of 0x97'."""
    return ", ".join(f"{codes.count(c)} of 0x{c:02x}" for c in sorted(set(codes))) or "none"


def main(attack, amount):
    """Runs attack(port, amount) with what the command line says, and prints its line."""
    if len(sys.argv) < 2:
        sys.exit(sys.modules["__main__"].__doc__)
    print(attack(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else amount), flush=True)
