"""filterlists.py PORT [AMOUNT]: AMOUNT connections at once, each with a SUBSCRIBE and an UNSUBSCRIBE of 10,000 short filters.

Right: decoded they are ten times as large, so few are at a time; who has one filter does not wait for them.
"""
from mq import *

FULL, QUICK = 1_000, 100
FILTERS = 10_000


def attack(port, amount):
    filters = ["%06d" % i for i in range(FILTERS)]
    packets = [(subscribe(filters), SUBACK),
               (packet(0xA2, struct.pack(">H", 2) + b"\0" + b"".join(text(f) for f in filters)), UNSUBACK)]
    clients = [Client(port, f"many-{n}", timeout=120) for n in range(amount)]
    said = []

    def ask(client):
        for data, answer in packets:
            try:
                client.send(data)
                client.expect(answer)
                said.append(0)
            except (EOFError, OSError):
                said.append(-1)
                return
    threads = [threading.Thread(target=ask, args=(client,)) for client in clients]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return f"{said.count(0)} answers, {said.count(-1)} connections closed"


if __name__ == "__main__":
    main(attack, FULL)
