"""retained.py PORT [AMOUNT]: AMOUNT retained messages on topics of 128 levels that share nothing, a byte each.

Right: what goes beyond a share of the memory for retained messages is refused with 0x97.
"""
import os
from mq import *

FULL, QUICK = 40_000, 8_000
WINDOW = 200


def attack(port, amount):
    client, codes = Client(port, "retainer", timeout=60), []
    try:
        for start in range(0, amount, WINDOW):
            batch = b""
            for i in range(WINDOW):
                topic = f"{os.urandom(6).hex()}/" + "/".join("abcdefgh"[(i + j) % 8] for j in range(127))
                batch += publish(topic, b"x", 1, i + 1, retain=True)
            client.send(batch)
            codes += [code_of(client.expect(PUBACK)) for _ in range(WINDOW)]
    except (EOFError, OSError) as e:
        return f"{counted(codes)}, then {e!r}"
    finally:
        client.close()
    return counted(codes)


if __name__ == "__main__":
    main(attack, FULL)
