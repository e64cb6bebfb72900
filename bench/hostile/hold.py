"""hold.py PORT [AMOUNT]: AMOUNT clients without keep alive that send all but one byte of a PUBLISH of 1 MB, and wait.

Right: others publish 200 KB in pieces all the time; whoever holds much for long goes first.
"""
from mq import *

FULL, QUICK = 120, 120
HELD, SIZE = 1_000_000, 200_000


def attack(port, amount):
    clients, refused = [], 0
    for i in range(amount):
        try:
            client = Client(port, f"hold{i}", keep_alive=0)
            client.send(publish("h/x", b"z" * HELD)[:-1])
            clients.append(client)
        except (OSError, EOFError, Refused):
            refused += 1
    acknowledged, failed, end = 0, [], time.monotonic() + 6
    while time.monotonic() < end:
        try:
            good = Client(port, "good", keep_alive=0)
            whole = publish("g/x", b"y" * SIZE, 1, 7)
            good.send(whole[:50_000])
            time.sleep(0.05)
            good.send(whole[50_000:])
            good.expect(PUBACK)
            acknowledged += 1
            good.close()
        except (OSError, EOFError, Refused) as e:
            failed.append(str(e))
        time.sleep(0.1)
    return f"{len(clients)} held; an honest client's 200 KB: {acknowledged} acknowledged, {len(failed)} not {failed[:1]}"


if __name__ == "__main__":
    main(attack, FULL)
