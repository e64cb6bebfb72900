"""pipelined.py PORT [AMOUNT]: 20 connections of the API send requests without credentials for AMOUNT seconds, and read no answer.

Right: the next request is read when the answer to the one before has left, so one answer is kept for each.
"""
from mq import *

FULL, QUICK = 25, 5
LISTENER = "http"
CONNECTIONS = 20
REQUESTS = b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n" * 2_000


def attack(port, amount):
    sent, end = [], time.monotonic() + amount

    def flood():
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.connect(("127.0.0.1", port))
        s.settimeout(1)
        while time.monotonic() < end:
            try:
                sent.append(s.send(REQUESTS))
            except socket.timeout:
                pass
            except OSError:
                break
        s.close()
    threads = [threading.Thread(target=flood) for _ in range(CONNECTIONS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return f"{sum(sent) >> 10:,} KiB of requests were taken"


if __name__ == "__main__":
    main(attack, FULL)
