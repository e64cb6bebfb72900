#!/usr/bin/env python3
"""mosquitto_suite.py - runs the broker tests of Eclipse Mosquitto against this broker.

  mosquitto_suite.py --suite mosquitto-2.0.11/test/broker [--only 02-,05-] [--verbose]

The suite is not part of this project; `apt-get source mosquitto` brings it. Each of its tests writes a mosquitto.conf and
starts `../../src/mosquitto`; here that is this file again, which turns the configuration into a nanomq.conf and becomes
the packaged broker (build it first). A test runs in a copy of the suite's folder, on a port that was free.

The suite compares answers byte by byte with mosquitto's. What the specification leaves to a server is not compared:
the properties of CONNACK, Reason String and User Property elsewhere, "no matching subscribers" in place of success, and
whether an MQTT 5 connection that is closed for an error hears the reason first. OUTSIDE lists the tests that ask for something
that is mosquitto's own, with the reason; each of the others has to pass. Ends with 1 if one did not. Standard library only.
"""
import argparse, os, re, shutil, signal, socket, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
JAR = os.path.join(HERE, "..", "target", "quarkus-app", "quarkus-run.jar")

# ---- what this broker does otherwise, or has not, by the beginning of the test's name
OUTSIDE = {
    "01-connect-allow-anonymous": "CONNACK 5 for a client without a name; here 4, as NanoMQ answers",
    "01-connect-uname-no-password-denied": "as 01-connect-allow-anonymous",
    "01-connect-uname-or-anon": "as 01-connect-allow-anonymous",
    "01-connect-uname-password-denied": "expects 0x87 for a wrong password; here 0x86 (section 3.2.2.2 has both)",
    "01-connect-zero-length-id": "a listener that refuses empty client identifiers",
    "02-subpub-qos0-long-topic": "mosquitto's limit of 200 levels, and that it closes the connection; here SUBACK says 0x80 for that filter",
    "02-subpub-qos0-oversize-payload": "message_size_limit, which counts payloads",
    "02-subpub-qos1-oversize-payload": "message_size_limit, which counts payloads",
    "02-subpub-qos1-message-expiry.py": "expects the packet identifier that mosquitto happens to choose",
    "02-subpub-qos2.py": "expects that QoS 2 messages are passed on after PUBREL; here it is done after PUBLISH (section 4.3.3, either way)",
    "03-publish-c2b-disconnect-qos2": "expects PUBCOMP 0 for an identifier that is no longer known; here 0x92 (section 3.7.2.1)",
    "03-publish-dollar-v5": "mosquitto's own topics below $SYS",
    "03-publish-long-topic": "expects 0x82 for a topic of too many levels; here 0x90, topic name invalid",
    "03-publish-qos1-max-inflight-expire": "expects the packet identifier that mosquitto happens to choose",
    "03-publish-qos1-queued-bytes": "needs Python 2",
    "04-retain-check-source": "check_retain_source",
    "04-retain-upgrade-outgoing-qos": "upgrade_outgoing_qos",
    "06-": "mosquitto's bridges",
    "07-will-delay.py": "expects a delayed will although the session ended with its connection (section 3.1.2.5: whichever is first)",
    "07-will-delay-reconnect": "as 07-will-delay",
    "07-will-delay-recover": "as 07-will-delay",
    "07-will-takeover": "expects no will when a connection that has one is taken over (MQTT 3.1.1, section 3.1.2.5: it is published)",
    "08-ssl-bridge": "mosquitto's bridges",
    "08-ssl-connect-cert-auth-crl": "revocation lists",
    "08-ssl-connect-cert-auth-revoked": "revocation lists",
    "08-ssl-connect-identity": "use_identity_as_username",
    "08-ssl-connect-no-identity": "use_identity_as_username",
    "08-ssl-hup": "use_identity_as_username",
    "08-tls-psk": "pre-shared keys",
    "09-acl": "mosquitto's rule files",
    "09-extended-auth-change": "mosquitto's plugins", "09-extended-auth-m": "mosquitto's plugins", "09-extended-auth-s": "mosquitto's plugins",
    "09-plugin": "mosquitto's plugins",
    "09-pwfile": "expects that a password file with mistakes lets the others in",
    "10-": "a mount point for one of two listeners that are named by numbers",
    "14-": "mosquitto's plugins",
    "07-will-oversize-payload": "message_size_limit, which counts payloads",
    "08-ssl-connect-cert-auth.py": "a chain that OpenSSL completes from cafile; here certfile has the chain",
    "08-ssl-connect-no-auth.py": "as 08-ssl-connect-cert-auth",
    "11-message-expiry": "expects the packet identifier that mosquitto happens to choose",
    "11-persistent-subscription-no-local": "expects the packet identifier that mosquitto happens to choose",
    "12-prop-assigned-client-identifier": "expects the properties of mosquitto's CONNACK",
    "12-prop-maximum-packet-size-publish-qos": "expects the packet identifier that mosquitto happens to choose",
    "12-prop-subpub-payload-format": "a payload format of 0xED, which is a protocol error here (section 3.3.2.3.2)",
    "12-prop-topic-alias-invalid": "mosquitto's limit of 10 topic aliases",
    "13-malformed-publish": "expects 0x82 for packet identifier 0; here 0x81",
    "13-malformed-subscribe": "expects 0x81 where section 3.8.3.1 says Protocol Error",
    "13-malformed-unsubscribe": "expects that a filter which is none ends the connection; here UNSUBACK refuses it",
    "02-subscribe-long-topic": "expects that a filter of 65,536 levels ends the connection; here SUBACK refuses it",
}


# ---- as `mosquitto`: its configuration in, this broker out

def settings(args):
    """(option, value) of each line of the configuration that mosquitto was given."""
    if "-c" in args:
        for line in open(args[args.index("-c") + 1]):
            if line.strip() and not line.startswith("#"):
                option, _, value = line.strip().partition(" ")
                yield option, value
    else:
        yield "port", args[args.index("-p") + 1]
        yield "allow_anonymous", "true"


PLAIN = {
    "max_inflight_messages": "max_inflight_window={}",
    "max_queued_messages": "msq_len={}",
    "max_keepalive": "max_keepalive={}",
    "max_packet_size": "max_packet_size={}B",
    "max_connections": "max_connections={}",
    "retain_available": "retain_available={}",
    "maximum_qos": "max_qos_allowed={}",
}
IGNORED = {"log_type", "log_dest", "per_listener_settings", "persistence", "max_inflight_bytes", "max_queued_bytes"}


def store(file):
    """What is kept, beside a file that tests remove before they begin and when they are done."""
    folder = file + ".d"
    if not os.path.exists(file):
        shutil.rmtree(folder, ignore_errors=True)
        open(file, "w").close()
    return [f"persistence.dir={folder}", "persistence.durability=fsync"]


def become_broker(args):
    lines, urls, tls, anonymous = ["websocket.enable=false", "http_server.enable=false"], [], {}, "false"
    for option, value in settings(args):
        if option in ("port", "listener"):
            urls.append(value.split()[0])
        elif option == "allow_anonymous":
            anonymous = value
        elif option == "password_file":
            for i, line in enumerate(filter(None, open(value).read().split()), 1):
                name, _, stored = line.partition(":")
                lines += [f"auth.{i}.login={name}", f"auth.{i}.password={stored}"]
        elif option == "persistence_file":
            lines += store(os.path.abspath(value))
        elif option in PLAIN:
            lines.append(PLAIN[option].format(value))
        elif option in ("cafile", "certfile", "keyfile"):
            tls[option] = os.path.abspath(value)
        elif option == "require_certificate":
            tls[option] = value
        elif option not in IGNORED:
            sys.exit(f"not translated: {option} {value}")
    lines.append("persistence.max_bytes=16MB")  # its files are written ahead, for each broker of the suite
    lines.append(f"allow_anonymous={anonymous}")  # closed where a file says nothing, as mosquitto 2 is
    if tls:
        lines += ["tcp.enable=false", "tls.enable=true", f"tls.url=tls+nmq-tcp://127.0.0.1:{urls[-1]}", f"tls.keyfile={tls['keyfile']}",
                  f"tls.certfile={tls['certfile']}", f"tls.cacertfile={tls.get('cafile', '')}"]
        if tls.get("require_certificate") == "true":
            lines += ["tls.verify_peer=true", "tls.fail_if_no_peer_cert=true"]
        urls.pop()
    if urls:
        lines.append("url=" + ",".join(f"nmq-tcp://127.0.0.1:{u}" for u in urls))
    with tempfile.NamedTemporaryFile("w", suffix=".conf", delete=False, dir=".") as f:
        f.write("\n".join(lines) + "\n")
    os.environ.update(QUARKUS_MANAGEMENT_PORT="0", QUARKUS_MANAGEMENT_HOST="127.0.0.1")
    java = os.environ.get("JAVA", "java")
    os.execvp(java, [java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-jar", os.environ["SUITE_JAR"], "--conf", f.name])


# ---- as a test: the suite's own script with a helper that is more patient and compares what is specified

receive = socket.socket.recv


def one_packet(sock, first):
    data = first
    n, shift = 0, 0
    while True:
        b = receive(sock, 1)
        if not b:
            return data
        data += b
        n |= (b[0] & 127) << shift
        shift += 7
        if not b[0] & 128:
            break
    while n:
        part = receive(sock, n)
        if not part:
            break
        data += part
        n -= len(part)
    return data


def varint(data, at):
    n = shift = 0
    while True:
        n |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if not data[at - 1] & 128:
            return n, at


def without_advice(data, at):
    """The packet's rest from its properties on, without Reason String and User Property."""
    n, start = varint(data, at)
    end, out, at = start + n, b"", start
    while at < end:
        begin, kind = at, data[at]
        sizes = {0x1F: 1, 0x26: 2}
        if kind not in sizes:
            return data[start:]  # none that a server may add of its own accord
        at += 1
        for _ in range(sizes[kind]):
            at += 2 + int.from_bytes(data[at:at + 2], "big")
        del begin
    return out + data[end:]


def specified(data):
    """What of a packet is compared: all, but for what a server may add."""
    if not data:
        return data
    kind = data[0] >> 4
    n, at = varint(data, 1)
    if at + n != len(data):
        return data
    if kind == 2 and n > 2:  # CONNACK with properties: mosquitto's own limits
        return data[:1] + data[at:at + 2]
    if kind in (4, 5, 6, 7) and n > 3:
        return data[:1] + data[at:at + 3] + without_advice(data, at + 3)
    if kind in (4, 5, 6, 7) and n == 3 and data[at + 2] == 0:  # reason 0 may be left out
        return data[:1] + data[at:at + 2]
    if kind in (4, 5) and n == 3 and data[at + 2] == 0x10:  # nobody subscribes: success as well
        return data[:1] + data[at:at + 2]
    if kind in (4, 5, 6, 7):
        return data[:1] + data[at:]
    if kind == 14 and n > 1:
        return data[:1] + data[at:at + 1] + without_advice(data, at + 1)
    if kind == 14:
        return data[:1] + (data[at:] or b"\0")
    return data


def adapt(mosq_test):
    """Called by the copy of the suite's helper when a test, or a client that a test starts, imports it."""
    start = subprocess.Popen

    def recv(sock, size, *flags):  # for tests that wait for the end themselves
        data = receive(sock, size, *flags)
        return b"" if data[:1] == b"\xe0" else data

    socket.socket.recv = recv

    def refused(data):
        """A last word before an MQTT 5 connection closes: DISCONNECT, or CONNACK with an error."""
        return data[:1] == b"\xe0" or data[:1] == b"\x20" and varint(data, 1)[0] > 2 and data[varint(data, 1)[1] + 1] >= 0x80

    def packet_matches(name, received, expected):
        same = received == expected or specified(received) == specified(expected) or not expected and refused(received)
        if not same:
            print(f"{name}: received {received.hex()}, expected {expected.hex()}")
        return same

    def expect_packet(sock, name, expected):
        received = b""
        while not received or len(received) < len(expected):
            first = receive(sock, 1)
            if not first:
                break
            received += one_packet(sock, first)
        if mosq_test.packet_matches(name, received, expected):
            return True
        raise mosq_test.TestError

    def start_broker(filename, cmd=None, port=0, use_conf=False, expect_fail=False):
        if cmd is None:
            cmd = ["../../src/mosquitto"] + (["-c", filename.replace(".py", ".conf")] if use_conf or not port else ["-p", str(port)])
        ports = {int(v.split()[0]) for k, v in settings(cmd) if k in ("port", "listener")}
        broker = start(cmd, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        for _ in range(600):
            try:
                for p in ports:
                    socket.create_connection(("127.0.0.1", p)).close()
                return broker
            except OSError:
                if broker.poll() is not None:
                    break
                time.sleep(0.05)
        if not expect_fail:
            raise OSError("the broker did not start: " + broker.communicate()[1].decode(errors="replace")[-600:])
        return None

    def get_port(count=1):
        ports = tuple(int(os.environ["SUITE_PORT"]) + i for i in range(3))
        return ports[0] if count == 1 else ports[:count]

    mosq_test.packet_matches, mosq_test.expect_packet, mosq_test.start_broker, mosq_test.get_port = packet_matches, expect_packet, start_broker, get_port


# ---- the runner

def free_ports():
    """The first of three ports in a row that are free."""
    while True:
        with socket.socket() as a:
            a.bind(("127.0.0.1", 0))
            port = a.getsockname()[1]
        try:
            for p in (port, port + 1, port + 2):
                with socket.socket() as s:
                    s.bind(("127.0.0.1", p))
            return port
        except (OSError, OverflowError):
            continue


def prepare(suite):
    root = tempfile.mkdtemp()
    shutil.copytree(os.path.join(suite, ".."), os.path.join(root, "test"))
    with open(os.path.join(root, "test", "mosq_test.py"), "a") as f:
        f.write(f"\nsys.path.append({HERE!r})\nimport mosquitto_suite\nmosquitto_suite.adapt(sys.modules[__name__])\n")
    os.mkdir(os.path.join(root, "src"))
    with open(os.path.join(root, "src", "mosquitto"), "w") as f:
        f.write(f"#!/bin/sh\nexec {sys.executable} {os.path.abspath(__file__)} --as-broker \"$@\"\n")
    os.chmod(f.name, 0o755)
    ssl = os.path.join(root, "test", "ssl")
    if os.path.exists(os.path.join(ssl, "gen.sh")):  # the shipped certificates have expired
        subprocess.run(["bash", "gen.sh"], cwd=ssl, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return root


def run(folder, name, jar):
    env = {**os.environ, "SUITE_JAR": os.path.abspath(jar), "SUITE_PORT": str(free_ports())}
    p = subprocess.Popen([sys.executable, name], cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         start_new_session=True)
    try:
        out, code = p.communicate(timeout=120)[0], p.returncode
    except subprocess.TimeoutExpired:
        code, out = 1, b"took over 120 s"
    try:
        os.killpg(p.pid, signal.SIGKILL)  # a broker that a test which died left behind
    except ProcessLookupError:
        pass
    return code, out.decode(errors="replace")


def main():
    if sys.argv[1:2] == ["--as-broker"]:
        become_broker(sys.argv[2:])
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--suite", required=True, help="the folder test/broker of mosquitto's source")
    a.add_argument("--only", default="", help="beginnings of names, separated by commas")
    a.add_argument("--all", action="store_true", help="those in OUTSIDE too")
    a.add_argument("--jar", default=JAR)
    a.add_argument("--verbose", action="store_true")
    o = a.parse_args()
    root = prepare(o.suite)
    folder = os.path.join(root, "test", "broker")
    names = sorted(n for n in os.listdir(folder) if re.match(r"\d\d-.*\.py$", n) and "helper" not in n)
    passed, failed, left = 0, [], []
    try:
        for name in names:
            if not name.startswith(tuple(o.only.split(","))):
                continue
            why = next((w for k, w in OUTSIDE.items() if name.startswith(k)), None)
            if why and not o.all:
                left.append((name, why))
                continue
            code, out = run(folder, name, o.jar)
            if code == 0:
                passed += 1
            else:
                failed.append(name)
                lines = [l for l in out.splitlines() if l.strip()]
                print(f"FAIL {name}\n     " + "\n     ".join(lines if o.verbose else lines[-6:]), flush=True)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    if o.verbose:
        for name, why in left:
            print(f"left {name}: {why}")
    print(f"{passed} passed, {len(failed)} failed, {len(left)} skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
