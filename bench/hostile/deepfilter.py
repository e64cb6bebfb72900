"""deepfilter.py PORT [AMOUNT]: one client subscribes to AMOUNT filters of 128 levels, which share their beginnings only.

Right: what goes beyond a share of the memory for filters is refused with 0x97, early enough.
"""
from mq import *

FULL, QUICK = 40_000, 10_000
DIGITS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def deep(i):
    return "/".join([DIGITS[i % 62], DIGITS[i // 62 % 62], DIGITS[i // 3844 % 62]] + ["x"] * 125)


def attack(port, amount):
    client, codes = Client(port, "deep", timeout=60), []
    try:
        for i in range(0, amount, 200):
            codes += client.subscribe([deep(j) for j in range(i, min(i + 200, amount))])
    except (EOFError, OSError) as e:
        return f"{counted(codes)}, then {e!r}"
    return counted(codes)


if __name__ == "__main__":
    main(attack, FULL)
