"""unread.py PORT [AMOUNT]: 100 connected subscribers read nothing while AMOUNT messages of 2,000 bytes come for them.

Right: what waits for those who do not read has a bound, and others neither wait for them nor lose anything.
"""
from mq import *

FULL, QUICK = 20_000, 4_000
SUBSCRIBERS, SIZE, BURST = 100, 2000, 100


def attack(port, amount):
    silent = []
    for i in range(SUBSCRIBERS):
        client = Client(port, f"unread-{i}", timeout=30, keep_alive=0)
        client.subscribe(["unread/#"], i % 3)
        silent.append(client)
    publisher, codes = Client(port, "flood", timeout=60), []
    try:
        for first in range(0, amount, BURST):
            publisher.send(b"".join(publish(f"unread/{k}", b"u" * SIZE, 1, 1 + k) for k in range(BURST)))
            codes += [code_of(publisher.expect(PUBACK)) for _ in range(BURST)]
    except (EOFError, OSError) as e:
        return f"{counted(codes)}, then {e!r}"
    return f"{counted(codes)} to {len(silent)} who do not read"


if __name__ == "__main__":
    main(attack, FULL)
