"""matches.py PORT [AMOUNT]: AMOUNT filters of one client match one topic; messages to it come in a burst, new filters between them.

Right: the broker works through it a piece a turn; nobody else waits for more than that piece.
"""
from mq import *

FULL, QUICK = 65_536, 8_192
MESSAGES = 200
PER_PACKET = 512


def filters(amount):
    """Each level is there as it is and as a +: twice as many with every level."""
    levels = (amount - 1).bit_length()
    return ["/".join("+" if i >> level & 1 else "a" for level in range(levels)) for i in range(amount)]


def drain(client):
    try:
        while client.sock.recv(65536):
            pass
    except OSError:
        pass


def attack(port, amount):
    names = filters(amount)
    subscriber, codes = Client(port, "matches", timeout=60), []
    try:
        for i in range(0, amount, PER_PACKET):
            codes += subscriber.subscribe(names[i:i + PER_PACKET])
    except (EOFError, OSError) as e:
        return f"{counted(codes)}, then {e!r}"
    threading.Thread(target=drain, args=(subscriber,), daemon=True).start()
    publisher = Client(port, "matches-publisher", timeout=120)
    began = time.monotonic()
    try:
        # What was found for the topic before holds no more after each of the filters.
        publisher.send(b"".join(publish(names[0], b"x") + subscribe([f"changes/{i}"]) for i in range(MESSAGES)))
        publisher.send(packet(PINGREQ << 4))
        publisher.expect(PINGRESP)
    except (EOFError, OSError) as e:
        return f"{counted(codes)}; {e!r}"
    took = time.monotonic() - began
    subscriber.close()
    return f"{counted(codes)}; {MESSAGES} messages taken in {took:.1f} s"


if __name__ == "__main__":
    main(attack, FULL)
