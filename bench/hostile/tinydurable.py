"""tinydurable.py PORT [AMOUNT]: one client publishes AMOUNT empty QoS 1 messages to one durable session, which acknowledges each.

Right: what others publish is safe as soon: a sync takes what one turn of a client brought, however much more it has.
"""
from mq import *

FULL, QUICK = 400_000, 0
WINDOW = 1000   # below the broker's Receive Maximum


def take(client, taken):
    """Acknowledges whatever has come, a read at a time."""
    try:
        while True:
            answers = bytearray(found_ack(*client.receive()))
            while found := client.buffered():
                answers += found_ack(*found)
            taken.append(len(answers) // 4)
            client.send(answers)
    except (EOFError, OSError):
        pass


def found_ack(kind, flags, body):
    return ack(PUBACK, read_publish(flags, body)[1]) if kind == PUBLISH else b""


def attack(port, amount):
    reader, taken, codes = Client(port, "tiny-reader", clean=False, expiry=3600, timeout=60), [], []
    reader.subscribe(["t"], 1)
    threading.Thread(target=take, args=(reader, taken), daemon=True).start()
    publisher, began, ended = Client(port, "tiny", timeout=60), time.monotonic(), ""
    ids, open_ = iter(i % 60_000 + 1 for i in range(amount)), 0
    try:
        while True:
            burst = [publish("t", b"", 1, pid) for pid, _ in zip(ids, range(WINDOW - open_))]
            open_ += len(burst)
            if not open_:
                break
            publisher.send(b"".join(burst))
            while open_ > WINDOW // 2 or open_ and not burst:
                codes.append(code_of(publisher.expect(PUBACK)))
                open_ -= 1
            while found := publisher.buffered():
                codes.append(code_of(found[2]))
                open_ -= 1
    except (EOFError, OSError) as e:
        ended = f", then {e!r}"
    took = time.monotonic() - began
    for client in (publisher, reader):
        client.close()
    return f"{counted(codes)} in {took:.1f} s, {sum(taken):,} taken{ended}"


if __name__ == "__main__":
    main(attack, FULL)
