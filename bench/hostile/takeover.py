"""takeover.py PORT [AMOUNT]: 24 clients take six sessions from each other, AMOUNT times each, with wills of 20 KB and 5,000 properties and a thousand subscriptions.

Right: a CONNECT makes no garbage of several times its size, and what it takes of a turn is counted.
"""
from mq import *

FULL, QUICK = 300, 60
CLIENTS, SESSIONS, FILTERS = 24, 6, 1_000
PROPERTIES = (b"\x26" + text("k") + text("v")) * 5_000


def attack(port, amount):
    codes, began = [], time.monotonic()

    def take(n):
        for i in range(amount):
            will = f"will/{n}", b"w" * 20_000, b"\x18" + struct.pack(">I", i % 2), PROPERTIES
            try:
                client = Client(port, f"taken-{n % SESSIONS}", clean=i % 3 == 0, expiry=600 if i % 2 else 0,
                                timeout=60, will=will)
                client.send(subscribe([f"{n}/{i % 7}/{k}" for k in range(FILTERS)], 1))
                codes.append(0)
            except Refused as e:
                codes.append(e.code)
            except (EOFError, OSError):
                pass  # another one took the session before it was let in
    threads = [threading.Thread(target=take, args=(n,)) for n in range(CLIENTS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return f"{counted(codes)} in {time.monotonic() - began:.1f} s"


if __name__ == "__main__":
    main(attack, FULL)
