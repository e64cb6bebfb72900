"""overlapping.py PORT [AMOUNT]: 8,192 filters that all match the same topics, then AMOUNT topics, each once and again.

Right: what the broker remembers of topics counts what they matched, so it stays within its memory.
"""
from mq import *

FULL, QUICK = 2_000, 250
LEVELS = 13
FILTERS = ["/".join("+" if i >> j & 1 else "x" for j in range(LEVELS)) + "/+" for i in range(1 << LEVELS)]


def attack(port, amount):
    client = Client(port, "overlapping", timeout=60)
    codes = []
    for i in range(0, len(FILTERS), 512):
        codes += client.subscribe(FILTERS[i:i + 512])
    publisher = Client(port, "publisher", timeout=60)
    done = 0
    try:
        for round in range(2):
            for i in range(amount):
                publisher.send(publish("/".join("x" * LEVELS) + f"/{i}", b"", 1, 1))
                publisher.expect(PUBACK)
                done += 1
    except (EOFError, OSError) as e:
        return f"filters: {counted(codes)}; {done} messages, then {e!r}"
    finally:
        publisher.close()
        client.close()
    return f"filters: {counted(codes)}; {done} messages acknowledged"


if __name__ == "__main__":
    main(attack, FULL)
