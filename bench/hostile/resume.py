"""resume.py PORT [AMOUNT]: AMOUNT sessions have five messages of 900,000 bytes each on disk, come back for them at once, and acknowledge none.

Right: what is read from the disk for them is bounded, whoever asks: the others wait for their page.
"""
from mq import *

FULL, QUICK = 10_000, 0
SIZE, DEPTH, THREADS = 900_000, 5, 8
ONE_AT_ONCE = b"\x21\0\1"   # Receive Maximum: the second one has to wait where the broker keeps it


def parallel(work, amount):
    def run(first):
        for n in range(first, amount, THREADS):
            work(n)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def attack(port, amount):
    sockets, failed = [], []

    def leave(n):
        client = Client(port, f"resume-{n}", clean=False, expiry=3600, timeout=60)
        client.subscribe(["resume"], 1)
        client.close()

    def come(n):
        try:
            s = socket.create_connection(("127.0.0.1", port), 60)
            s.sendall(connect(f"resume-{n}", clean=False, expiry=3600, properties=ONE_AT_ONCE))
            sockets.append(s)
        except OSError as e:
            failed.append(repr(e))

    parallel(leave, amount)
    publisher = Client(port, "resume", timeout=60)
    codes = []
    for i in range(DEPTH):
        publisher.send(publish("resume", b"r" * SIZE, 1, i + 1))
        codes.append(code_of(publisher.expect(PUBACK)))
    parallel(come, amount)
    time.sleep(10)
    return f"{counted(codes)}; {len(sockets)} came back, {len(failed)} did not {failed[:1]}"


if __name__ == "__main__":
    main(attack, FULL)
