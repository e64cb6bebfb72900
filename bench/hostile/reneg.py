"""reneg.py PORT [AMOUNT]: AMOUNT connections of TLS 1.2, each of which asks for a second handshake (openssl s_client).

Right: none gets one, as each costs the client next to nothing; the first handshakes work.
"""
import subprocess
from mq import *

FULL, QUICK = 40, 8
LISTENER = "tls"


def attack(port, amount):
    begun = refused = again = 0
    for _ in range(amount):
        client = subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_2", "-state"],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            out, _ = client.communicate("R\n", timeout=10)
        except subprocess.TimeoutExpired:
            client.kill()
            out, _ = client.communicate()
        first, asked, second = out.partition("RENEGOTIATING")
        begun += "Cipher is" in first and "Cipher is (NONE)" not in first
        refused += bool(asked) and "read finished" not in second
        again += bool(asked) and "read finished" in second
    if again or begun < amount:
        sys.exit(f"{again} second handshakes of {begun} connections")
    return f"{begun} of {amount} connections, {refused} asked and were refused"


if __name__ == "__main__":
    main(attack, FULL)
