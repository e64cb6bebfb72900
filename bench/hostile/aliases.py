"""aliases.py PORT [AMOUNT]: AMOUNT connections with a megabyte of topic aliases each, from one address; a few with less.

Right: the connections that go beyond a share of the memory for aliases get DISCONNECT 0x97, the others stay.
"""
from mq import *

FULL, QUICK = 150, 150
LENGTH, EACH = 60_000, 16
FEW = 4   # of every tenth


def attack(port, amount):
    clients, refused, ended = [], 0, 0
    for n in range(amount):
        try:
            client = Client(port, f"alias-{n}", timeout=60)
            clients.append(client)
            for alias in range(1, (EACH if n % 10 else FEW) + 1):
                topic = f"{n}-{alias}-".ljust(LENGTH, "x")
                client.send(publish(topic, b"", 0, properties=b"\x23" + struct.pack(">H", alias)))
            client.send(packet(PINGREQ << 4))
            client.expect(PINGRESP)
        except EOFError as e:
            refused += "0x97" in str(e)
            ended += "0x97" not in str(e)
        except (OSError, Refused):
            ended += 1
    newcomer = Client(port, "newcomer", timeout=60)
    newcomer.send(publish("home/kitchen", b"", 0, properties=b"\x23\x00\x01") + packet(PINGREQ << 4))
    newcomer.expect(PINGRESP)
    for client in clients + [newcomer]:
        client.close()
    return f"{amount - refused - ended} stayed, {refused} got 0x97, {ended} ended otherwise; a newcomer got its alias"


if __name__ == "__main__":
    main(attack, FULL)
