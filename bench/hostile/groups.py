"""groups.py PORT [AMOUNT]: 300 sessions are in five shared groups each, all of the same filter and with long names, and AMOUNT messages of one byte go there.

Right: what a message makes the broker store is counted with the names of groups, and others have their part of the disk.
"""
from mq import *

FULL, QUICK = 200, 40
SESSIONS, GROUPS, NAME = 300, 5, 2_000


def attack(port, amount):
    granted = []
    for n in range(SESSIONS):
        client = Client(port, f"groups-{n}", clean=False, expiry=3600, timeout=60)
        granted += client.subscribe([f"$share/{n}-{i}-".ljust(NAME, "g") + "/g" for i in range(GROUPS)], 1)
        client.close()
    publisher, codes = Client(port, "sender", timeout=60), []
    try:
        for i in range(amount):
            publisher.send(publish("g", b"1", 1, i + 1))
            codes.append(code_of(publisher.expect(PUBACK)))
    except (EOFError, OSError) as e:
        return f"filters {counted(granted)}; {counted(codes)}, then {e!r}"
    return f"filters {counted(granted)}; {counted(codes)}"


if __name__ == "__main__":
    main(attack, FULL)
