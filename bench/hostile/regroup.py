"""regroup.py PORT [AMOUNT]: four sessions join 20,000 shared groups of the same filter, and leave them again and again, AMOUNT times.

Right: to join or leave one of very many costs the turn what it takes, and a page of messages finds its group at once.
"""
from mq import *

FULL, QUICK = 3, 0
SESSIONS, GROUPS, PACKET = 4, 5_000, 1_000


def unsubscribe(filters, pid=1):
    return packet(0xA2, struct.pack(">H", pid) + b"\0" + b"".join(text(f) for f in filters))


def attack(port, amount):
    clients = [Client(port, f"regroup-{n}", timeout=120) for n in range(SESSIONS)]
    granted, began = [], time.monotonic()
    for _ in range(amount):
        for n, client in enumerate(clients):
            filters = [f"$share/{n}-{i}/regroup" for i in range(GROUPS)]
            parts = [filters[i:i + PACKET] for i in range(0, GROUPS, PACKET)]
            for part in parts:
                granted += client.subscribe(part)
        for n, client in enumerate(clients):
            filters = [f"$share/{n}-{i}/regroup" for i in range(GROUPS)]
            client.send(b"".join(unsubscribe(filters[i:i + PACKET]) for i in range(0, GROUPS, PACKET)))
        for client in clients:
            for _ in range(0, GROUPS, PACKET):
                client.expect(UNSUBACK)
    for client in clients:
        client.close()
    return f"filters {counted(granted)} in {time.monotonic() - began:.1f} s"


if __name__ == "__main__":
    main(attack, FULL)
