"""overwrite.py PORT [AMOUNT]: eight clients overwrite a retained message of 900,000 bytes each at QoS 0, AMOUNT times, without waiting for anything.

Right: whoever brings more than the disk takes waits for it, at QoS 0 as well.
"""
from mq import *

FULL, QUICK = 1_500, 0
CLIENTS, SIZE = 8, 900_000
CONF = "persistence.max_bytes=256MB\n"


def attack(port, amount):
    ended = []

    def run(n):
        client = Client(port, f"overwrite-{n}", timeout=120)
        message = publish(f"overwrite/{n}", b"o" * SIZE, retain=True)
        try:
            for _ in range(amount // CLIENTS):
                client.send(message)
            client.send(packet(PINGREQ << 4))
            client.expect(PINGRESP)
            client.close()
        except (EOFError, OSError) as e:
            ended.append(repr(e))

    threads, began = [threading.Thread(target=run, args=(i,)) for i in range(CLIENTS)], time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    return f"{amount * SIZE >> 20} MiB in {took:.1f} s; {len(ended)} of {CLIENTS} ended {ended[:1]}"


if __name__ == "__main__":
    main(attack, FULL)
