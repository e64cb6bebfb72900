"""filters.py PORT [AMOUNT]: AMOUNT filters of 128 levels that share nothing, from 40 clients.

Right: each client and their address get a share, the rest is refused with 0x97, and a newcomer with a few filters is
still served.
"""
import os
from mq import *

FULL, QUICK = 40_000, 8_000
CLIENTS = 40


def attack(port, amount):
    codes, ended, clients = [], [], []
    for n in range(CLIENTS):
        try:
            client = Client(port, f"filters-{n}", timeout=60)
            clients.append(client)
            for i in range(amount // CLIENTS // 100):
                names = [f"{os.urandom(6).hex()}/" + "/".join("abcdefgh"[(i + j) % 8] for j in range(127))
                         for _ in range(100)]
                codes += client.subscribe(names)
        except (EOFError, OSError, Refused) as e:
            ended.append(repr(e))
    newcomer = Client(port, "newcomer", timeout=60)
    few = newcomer.subscribe([f"home/kitchen/{i}" for i in range(10)])
    for client in clients + [newcomer]:
        client.close()
    return f"{counted(codes)}; a newcomer: {counted(few)}" + (f"; {len(ended)} ended, {ended[0]}" if ended else "")


if __name__ == "__main__":
    main(attack, FULL)
