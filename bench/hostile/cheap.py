"""cheap.py PORT [AMOUNT]: four clients send AMOUNT of the smallest packets each, as fast as they can: pings, and acknowledgements of nothing.

Right: packets count into a turn as copies do; who sends a megabyte of them at once waits for the next turn, not the others.
"""
from mq import *

FULL, QUICK = 3_000_000, 300_000
CHUNK = 16_384


def read(client, total):
    try:
        while client.sock.recv(1 << 20):
            total[0] += 1
    except OSError:
        pass


def flood(port, name, what, amount, sent):
    client = Client(port, name, timeout=60)
    reader = threading.Thread(target=read, args=(client, [0]), daemon=True)
    reader.start()
    try:
        for _ in range(0, amount, CHUNK):
            client.send(what * CHUNK)
            sent.append(CHUNK)
    except OSError as e:
        sent.append(0)
        return repr(e)
    finally:
        client.close()


def attack(port, amount):
    sent, threads, began = [], [], time.monotonic()
    for i, what in enumerate((packet(PINGREQ << 4), ack(PUBACK, 7), ack(PUBREL, 7), packet(PINGREQ << 4))):
        threads.append(threading.Thread(target=flood, args=(port, f"cheap-{i}", what, amount, sent)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    return f"{sum(sent):,} packets taken in {took:.1f} s, {sent.count(0)} of 4 connections ended by the broker"


if __name__ == "__main__":
    main(attack, FULL)
