"""unreleased.py PORT [AMOUNT]: AMOUNT sessions of MQTT 3.1.1 publish 65,535 messages of QoS 2 each, release none, and stay.

Right: what is known of each is counted wherever it is known; beyond a share the connection ends, as MQTT 3.1.1 has no
other way to say no.
"""
from mq import *

FULL, QUICK = 250, 0
IDS, BURST = 65_535, 5_000


def attack(port, amount):
    received, ended, refused = 0, [], 0
    for n in range(amount):
        try:
            client = Client(port, f"unreleased-{n}", version=4, clean=False, timeout=60)
        except Refused:
            refused += 1
            continue
        try:
            for first in range(1, IDS + 1, BURST):
                burst = range(first, min(first + BURST, IDS + 1))
                client.send(b"".join(publish("u", b"", 2, pid, 4) for pid in burst))
                for _ in burst:
                    client.expect(PUBREC)
                received += len(burst)
        except (EOFError, OSError) as e:
            ended.append(repr(e))
        client.close()
    return f"{received:,} received, {len(ended)} of {amount} connections ended {ended[:1]}, {refused} refused"


if __name__ == "__main__":
    main(attack, FULL)
