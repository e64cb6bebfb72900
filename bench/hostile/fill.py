"""fill.py PORT [AMOUNT]: AMOUNT messages of 60,000 bytes wait for eight sessions that are away, on a disk that has room for few.

Right: from three quarters on what comes for these is refused with 0x97; others have what is left.
"""
from mq import *

FULL, QUICK = 4_000, 2_000
CONF = "persistence.max_bytes=128MB\n"
SESSIONS, SIZE, BURST = 8, 60_000, 20


def attack(port, amount):
    for i in range(SESSIONS):
        client = Client(port, f"away-{i}", clean=False, expiry=3600, timeout=30)
        client.subscribe([f"fill/{i}"], 1)
        client.close()
    publisher, codes = Client(port, "fill", timeout=60), []
    try:
        for first in range(0, amount, BURST):
            publisher.send(b"".join(publish(f"fill/{(first + k) % SESSIONS}", b"f" * SIZE, 1, 1 + k) for k in range(BURST)))
            codes += [code_of(publisher.expect(PUBACK)) for _ in range(BURST)]
    except (EOFError, OSError) as e:
        return f"{counted(codes)}, then {e!r}"
    return counted(codes)


if __name__ == "__main__":
    main(attack, FULL)
