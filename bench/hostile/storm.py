"""storm.py PORT [AMOUNT]: 300 sessions that are away subscribe to the same topics, and AMOUNT messages of 1,000 bytes fill them.

Right: whoever holds most loses first; nobody who is connected, and no session that holds little, loses anything.
"""
from mq import *

FULL, QUICK = 4_000, 1_000
SESSIONS, SIZE, BURST = 300, 1000, 100


def burst(client, first, codes):
    """BURST messages, QoS 1 and 2 by turns, until all are acknowledged."""
    client.send(b"".join(publish(f"storm/{first + k}", b"s" * SIZE, 1 + k % 2, 1 + k) for k in range(BURST)))
    open_ = BURST
    while open_:
        kind, _, body = client.receive()
        if kind == PUBREC and code_of(body) < 0x80:
            client.send(ack(PUBREL, pid_of(body)))
        elif kind in (PUBACK, PUBREC, PUBCOMP):
            codes.append(code_of(body))
            open_ -= 1
        elif kind == DISCONNECT:
            raise EOFError(f"DISCONNECT 0x{body[0]:02x}")


def attack(port, amount):
    for i in range(SESSIONS):
        client = Client(port, f"away-{i}", clean=False, expiry=3600, timeout=30)
        client.subscribe(["storm/#"], 2)
        client.close()
    publisher, codes = Client(port, "storm", timeout=60), []
    try:
        for first in range(0, amount, BURST):
            burst(publisher, first, codes)
    except (EOFError, OSError) as e:
        return f"{counted(codes)}, then {e!r}"
    return counted(codes)


if __name__ == "__main__":
    main(attack, FULL)
