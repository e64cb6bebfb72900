"""gush.py PORT [AMOUNT]: AMOUNT clients let a message of 900,000 bytes wait in their sockets, and read it all at once, twelve times.

Right: what goes on to sockets that read again is bounded in each turn, as what is sent at first.
"""
import selectors
from mq import *

FULL, QUICK = 200, 0
SIZE, ROUNDS = 900_000, 12


def attack(port, amount):
    picked = selectors.DefaultSelector()
    sockets = []
    for n in range(amount):
        client = Client(port, f"gush-{n}", timeout=60)
        client.subscribe(["gush"], 0)
        client.sock.setblocking(False)
        sockets.append(client.sock)
        picked.register(client.sock, selectors.EVENT_READ)
    publisher = Client(port, "gush", timeout=60)
    got = 0
    buffer = bytearray(1 << 20)
    for i in range(ROUNDS):
        publisher.send(publish("gush", b"g" * SIZE, 1, i + 1))
        publisher.expect(PUBACK)
        time.sleep(1.5)
        end = time.monotonic() + 20
        want = (i + 1) * SIZE * amount
        while got < want and time.monotonic() < end:
            for key, _ in picked.select(0.5):
                try:
                    n = key.fileobj.recv_into(buffer)
                    got += n
                    if n == 0:
                        picked.unregister(key.fileobj)
                except BlockingIOError:
                    pass
    return f"{got // 1_000_000} MB of {SIZE * amount * ROUNDS // 1_000_000}"


if __name__ == "__main__":
    main(attack, FULL)
