"""sessions.py PORT [AMOUNT]: AMOUNT sessions that never expire, with client identifiers and user names of 1,000 characters.

Right: what goes beyond a share of the memory for sessions is refused with 0x97; those who have a session come back to
it, and a newcomer without one that lasts is still served.
"""
from mq import *

FULL, QUICK = 120_000, 10_000
# It takes all that an address may have: what comes from there after it finds no room.
CONF = "# a broker of its own\n"
THREADS = 8


def attack(port, amount):
    codes, ended = [], []

    def run(first):
        for n in range(first, amount, THREADS):
            try:
                Client(port, f"{n}-".ljust(1000, "c"), timeout=60, clean=False, expiry=0xFFFFFFFF,
                       user="u" * 1000).close()
                codes.append(0)
            except Refused as e:
                codes.append(e.code)
            except (EOFError, OSError) as e:
                ended.append(repr(e))

    threads = [threading.Thread(target=run, args=(i,)) for i in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    back = Client(port, "0-".ljust(1000, "c"), timeout=60, clean=False, expiry=0xFFFFFFFF, user="u" * 1000)
    newcomer = Client(port, "newcomer", timeout=60)
    present = back.session_present
    back.close()
    newcomer.close()
    return (f"{counted(codes)}; the first {'came back' if present else 'LOST ITS SESSION'}; a newcomer was served"
            + (f"; {len(ended)} ended, {ended[0]}" if ended else ""))


if __name__ == "__main__":
    main(attack, FULL)
