"""wills.py PORT [AMOUNT]: AMOUNT sessions that never expire, with the longest client identifiers, 50 filters, and wills of 65,535 bytes that wait an hour.

Right: what goes beyond a share is refused with 0x97, of the memory and of the disk; whoever has a session comes back to
it, and a newcomer from another address is served.
"""
from mq import *

FULL, QUICK = 3_000, 0
FILTERS, FOREVER = 50, 0xFFFFFFFF
WAITS = b"\x18" + struct.pack(">I", 3600)


def come(port, n):
    return Client(port, f"{n}-".ljust(1000, "w"), timeout=60, clean=False, expiry=FOREVER,
                  will=(f"wills/{n}", b"w" * 65535, WAITS))


def attack(port, amount):
    codes, granted = [], []
    for n in range(amount):
        try:
            client = come(port, n)
            codes.append(0)
            granted += client.subscribe([f"wills/{n}/{i}/".ljust(200, "f") for i in range(FILTERS)], 1)
            client.close()
        except Refused as e:
            codes.append(e.code)
    back = come(port, 0)
    # Of the share of the address here hardly anything is left, at times not enough for one session more.
    newcomer = Client(port, "newcomer", timeout=60, clean=False, expiry=60, source="127.0.0.3")
    return (f"{counted(codes)}; filters {counted(granted)}; the first "
            f"{'came back' if back.session_present else 'LOST ITS SESSION'}; a newcomer's filter {counted(newcomer.subscribe(['n'], 1))}")


if __name__ == "__main__":
    main(attack, FULL)
