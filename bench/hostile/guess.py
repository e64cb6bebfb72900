"""guess.py PORT [AMOUNT]: guesses of one user's password from one address, on 50 connections at a time.

Right: few of them are tried, and the user gets in meanwhile from another address.
"""
from mq import *

FULL, QUICK = 3_000, 500
CONF = "allow_anonymous=false\nauth.2.login=victim\nauth.2.password=victim\n"
AT_ONCE = 50


def attack(port, amount):
    codes, left, lock = [], [amount], threading.Lock()

    def guess():
        while True:
            with lock:
                if left[0] <= 0:
                    return
                left[0] -= 1
            try:
                Client(port, "guess", user="victim", password=f"wrong{left[0]}").close()
                code = 0
            except Refused as e:
                code = e.code
            except OSError:
                code = 0xFF
            except EOFError:
                code = 0xFF
            with lock:
                codes.append(code)

    threads = [threading.Thread(target=guess) for _ in range(AT_ONCE)]
    for t in threads:
        t.start()
    admitted = 0
    while any(t.is_alive() for t in threads):
        try:
            Client(port, "guess-right", source="127.0.0.3", user="victim", password="victim").close()
            admitted += 1
        except (Refused, OSError, EOFError):
            pass
        time.sleep(0.1)
    for t in threads:
        t.join()
    return f"guesses: {counted(codes)}; meanwhile the user got in {admitted} times from elsewhere"


if __name__ == "__main__":
    main(attack, FULL)
