"""bodies.py PORT [AMOUNT]: AMOUNT bodies of 4 MB to the API: half are held back for ever, half are small lists, all at once.

Right: bodies share a part of the heap, so that the rest is refused; another caller is answered all the time.
"""
import base64, threading
from mq import *

FULL, QUICK = 400, 120
LISTENER = "http"
LENGTH = 4 << 20
AT_ONCE = 40  # an address has 64 connections
LOGIN = "Authorization: Basic " + base64.b64encode(b"admin:public").decode()


def head(method, path, length):
    return f"{method} /api/v4{path} HTTP/1.1\r\nHost: x\r\n{LOGIN}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n".encode()


def status(s):
    """The status of the answer, 0 = it was closed without one."""
    words = s.makefile("rb").readline().split()
    return int(words[1]) if len(words) > 1 else 0


def held(port, number):
    s = socket.create_connection(("127.0.0.1", port), 30)
    method, path = [("GET", "/nodes"), ("POST", "/mqtt/publish")][number % 2]
    s.sendall(head(method, path, LENGTH) + b" " * (LENGTH - 1))
    return s


def lists(port, seen):
    body = b'{"x":[' + b"[{}]," * 800_000 + b"1]}"
    try:
        with socket.create_connection(("127.0.0.1", port), 30) as s:
            s.sendall(head("POST", "/mqtt/publish", len(body)) + body)
            seen.append(status(s))
    except OSError:
        seen.append(0)


def attack(port, amount):
    seen, honest, kept, over = [], [], [], 0
    for number in range(amount // 2):
        try:
            kept.append(held(port, number))
        except OSError:
            over += 1
        if len(kept) > AT_ONCE:
            kept.pop(0).close()
    for begun in range(0, amount // 2, 8):
        threads = [threading.Thread(target=lists, args=(port, seen)) for _ in range(8)]
        for t in threads:
            t.start()
        with socket.create_connection(("127.0.0.1", port), 30) as s:
            s.sendall(head("GET", "/nodes", 0))
            honest.append(status(s))
        for t in threads:
            t.join()
    for s in kept:
        s.close()
    if set(honest) != {200}:
        raise SystemExit(f"another caller was answered {sorted(set(honest))}")
    answers = ", ".join(f"{seen.count(code)} times {code or 'closed'}" for code in sorted(set(seen)))
    return f"{amount // 2} held, {over} closed before; lists: {answers}; another caller: 200 each time"


if __name__ == "__main__":
    main(attack, FULL)
