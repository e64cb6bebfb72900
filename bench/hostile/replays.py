"""replays.py PORT [AMOUNT]: AMOUNT durable sessions get 15 retained messages of a megabyte each at QoS 1, read them, and acknowledge none.

Right: what is in flight to them takes no more of the disk than there is, and others have theirs.
"""
import selectors
from mq import *

FULL, QUICK = 100, 30
CONF = "persistence.max_bytes=256MB\n"
MESSAGES, SIZE = 15, 1_000_000


def attack(port, amount):
    publisher, codes = Client(port, "retains", timeout=60), []
    for i in range(MESSAGES):
        publisher.send(publish(f"r/{i}", b"r" * SIZE, 1, i + 1, retain=True))
        codes.append(code_of(publisher.expect(PUBACK)))
    readers, selector, failed = [], selectors.DefaultSelector(), []
    for n in range(amount):
        try:
            client = Client(port, f"replays-{n}", clean=False, expiry=3600, timeout=60)
            client.send(subscribe(["r/#"], 1, 1))
            selector.register(client.sock, selectors.EVENT_READ, client)
            readers.append(client)
        except (OSError, EOFError, Refused) as e:
            failed.append(repr(e))
    total, ended, quiet = 0, 0, time.monotonic() + 10
    while time.monotonic() < quiet and selector.get_map():
        for key, _ in selector.select(1):
            try:
                data = key.fileobj.recv(1 << 18)
            except OSError:
                data = b""
            if not data:
                selector.unregister(key.fileobj)
                ended += 1
            total += len(data)
            quiet = time.monotonic() + 5
    return f"retained {counted(codes)}; {len(readers)} came, {len(failed)} did not {failed[:1]}; {total >> 20} MiB read, {ended} ended"


if __name__ == "__main__":
    main(attack, FULL)
