"""longwills.py PORT [AMOUNT]: 24 clients come and break off for AMOUNT seconds, with wills of 60 KB on topics that 8,192 filters match.

Right: a will that waits for its turn counts, though its session has ended.
"""
from mq import *
from overlapping import FILTERS, LEVELS

FULL, QUICK = 20, 6
CLIENTS = 24
TOPIC = "/".join("x" * LEVELS)


def attack(port, amount):
    watcher = Client(port, "overlapping", timeout=60)
    for i in range(0, len(FILTERS), 512):
        watcher.subscribe(FILTERS[i:i + 512])
    codes, end = [], time.monotonic() + amount

    def come(n):
        number = 0
        while time.monotonic() < end:
            number += 1
            try:
                Client(port, f"w{n}-{number}", version=4, will=(f"{TOPIC}/{n}-{number}", b"w" * 60_000)).close()
                codes.append(0)
            except Refused as e:
                codes.append(e.code)
            except (EOFError, OSError):
                codes.append(-1)
    threads = [threading.Thread(target=come, args=(n,)) for n in range(CLIENTS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    watcher.close()
    return f"{counted([c for c in codes if c >= 0])}; {codes.count(-1)} closed"


if __name__ == "__main__":
    main(attack, FULL)
