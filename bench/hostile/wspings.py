"""wspings.py PORT [AMOUNT]: thousands of WebSocket pings in one write on each of AMOUNT connections, before CONNECT.

Right: they are answered with few pongs, or the connection ends; nobody else waits.
"""
from mq import *

FULL, QUICK = 200, 10
LISTENER = "ws"
PINGS = frame(9) * 40_000


def attack(port, amount):
    sockets, failed = [], 0
    for _ in range(amount):
        try:
            s = websocket(port)
            s.setblocking(False)
            sockets.append(s)
        except (OSError, EOFError):
            failed += 1
    sent = closed = 0
    for s in sockets:
        try:
            sent += s.send(PINGS)
        except OSError:
            closed += 1
    end = time.monotonic() + 5
    while time.monotonic() < end:
        for s in sockets:
            try:
                sent += s.send(PINGS)
            except BlockingIOError:
                pass
            except OSError:
                closed += 1
        time.sleep(0.05)
    return f"{sent // len(frame(9))} pings on {len(sockets)} connections, {failed} were refused"


if __name__ == "__main__":
    main(attack, FULL)
