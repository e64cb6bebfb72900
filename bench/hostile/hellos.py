"""hellos.py PORT [AMOUNT]: TLS ClientHellos, 2,000 open at a time, none of which goes on with its handshake.

Right: what they make the broker compute keeps nobody waiting who speaks plain MQTT, and clients of TLS get their turn.
"""
import collections, ssl
from mq import *

FULL, QUICK = 9_000, 3_000
LISTENER = "tls"
OPEN = 2_000


def client_hello():
    out = ssl.MemoryBIO()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        context.wrap_bio(ssl.MemoryBIO(), out).do_handshake()
    except ssl.SSLWantReadError:
        pass
    return out.read()


def attack(port, amount):
    hello, opened, failed, start = client_hello(), collections.deque(), 0, time.monotonic()
    for _ in range(amount):
        try:
            s = socket.create_connection(("127.0.0.1", port), 5)
            s.sendall(hello)
            opened.append(s)
        except OSError:
            failed += 1
        if len(opened) > OPEN:
            opened.popleft().close()
    seconds = time.monotonic() - start
    time.sleep(3)
    return f"{amount} ClientHellos in {seconds:.1f} s, {failed} could not connect"


if __name__ == "__main__":
    main(attack, FULL)
