#!/usr/bin/env python3
"""run.py [--quick] [--pin] [--one] [--disk MB] [--page] [ATTACK ...]: what each attack here does to a canary, as a Markdown table.

Starts the packaged broker (bin/nanomq, JAVA_OPTS=-Xmx256m) with default limits on free ports of 127.0.0.1, a fresh one
for each attack, lets canary.py run in quiet and then beside the attack, and ends what it started by its pid.
Ends with 1 where a verdict is broken, and says which:

  died          the process has ended
  stuck         it does not say that it is live within a minute after the attack
  lost          a message was acknowledged to the canary and not delivered
  disconnected  the canary was; or it could not connect
  refused       a message of the canary was, or a client of its address
  unanswered    a message of the canary, for a minute
  slow          its p99 is over --ratio times the quiet one, and over --floor ms as well
  disk          what outlives the process takes more than persistence.max_bytes (--disk, or the attack's), or a gibibyte
  log           the broker's log has an error, a stack trace or a leak
  attack        the script failed, or did not end

See README.md for how an attack is written.
"""
import argparse, importlib, json, os, re, shutil, signal, socket, subprocess, sys, tempfile, time, urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
NANOMQ = os.path.join(HERE, "..", "..", "bin", "nanomq")
HELPERS = ("run", "canary", "mq")
MOST_DISK = 1024  # MiB: four times what a heap of 256 MiB may keep for clients, and the files that are written ahead
COUNTED_EVERY = 5.5  # seconds: the counters are as old as that
COUNTED = re.compile(r"dropped|refused|rejected|lost|closed_by|exceeded|expired|throttled")
BAD_LOG = re.compile(r" ERROR |\bLEAK:|^\s+at [\w.$]+\(|^Exception in thread|OutOfMemoryError")
CONF = """url=nmq-tcp://127.0.0.1:{mqtt}
tls.enable=true
tls.url=tls+nmq-tcp://127.0.0.1:{tls}
tls.keyfile={folder}/key.pem
tls.certfile={folder}/cert.pem
websocket.enable=true
websocket.url=nmq-ws://127.0.0.1:{ws}/mqtt
websocket.tls_enable=false
http_server.ip_addr=127.0.0.1
http_server.port={http}
http_server.username=admin
http_server.password=public
auth.1.login=canary
auth.1.password=canary
"""


def free_ports(names):
    sockets = [socket.socket() for _ in names]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = dict(zip(names, (s.getsockname()[1] for s in sockets)))
    for s in sockets:
        s.close()
    return ports


def command(o, core, words, first=False):
    """The same on a core of its own where that is wanted; first: before everything else on that core."""
    if not o.pin:
        return words
    return ["taskset", "-c", str(core)] + (["chrt", "-r", "10"] if first and o.realtime else []) + words


class Broker:
    def __init__(self, o, conf):
        self.folder = tempfile.mkdtemp(prefix="nanomq-hostile-")
        self.ports = free_ports(["mqtt", "tls", "ws", "http", "management"])
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", "2", "-subj", "/CN=127.0.0.1", "-keyout", self.folder + "/key.pem",
                        "-out", self.folder + "/cert.pem"], check=True, capture_output=True)
        with open(self.folder + "/nanomq.conf", "w") as f:
            anonymous = "" if "allow_anonymous" in conf else "allow_anonymous=true\n"
            disk = "" if "persistence.max_bytes" in conf or not o.disk else f"persistence.max_bytes={o.disk}MB\n"
            f.write(CONF.format(folder=self.folder, **self.ports) + anonymous + disk + conf)
        self.most_disk = int((re.findall(r"max_bytes=(\d+)MB", disk + conf) or [MOST_DISK])[0])
        environment = dict(os.environ, JAVA_OPTS=o.java_opts, QUARKUS_MANAGEMENT_HOST="127.0.0.1",
                           QUARKUS_MANAGEMENT_PORT=str(self.ports["management"]))
        with open(self.folder + "/broker.log", "w") as log:
            self.process = subprocess.Popen(command(o, 0, [NANOMQ, "start", "--conf", self.folder + "/nanomq.conf"]),
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        try:
            self.wait("ready", 60)
        except TimeoutError:
            self.process.kill()
            sys.exit("the broker did not start:\n" + self.log())

    def get(self, path, timeout=10):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports['management']}{path}", timeout=timeout) as answer:
            return answer.read().decode()

    def wait(self, check, seconds):
        """Until /q/health/{check} says UP."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.alive():
            try:
                self.get("/q/health/" + check)
                return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError(check)

    def counters(self):
        found = re.findall(r"^nanomq_(\w+?)(?:_total)?(?:\{\w+=\"([^\"]*)\"\})? ([\d.eE+]+)$", self.get("/q/metrics"), re.M)
        return {f"{name} {label}".strip(): float(value) for name, label, value in found if COUNTED.search(name)}

    def alive(self):
        return self.process.poll() is None

    def log(self):
        with open(self.folder + "/broker.log", errors="replace") as f:
            return f.read()

    def peak(self):
        """The most memory that the process has had, MiB."""
        with open(f"/proc/{self.process.pid}/status") as f:
            return int(re.search(r"VmHWM:\s+(\d+)", f.read()).group(1)) // 1024

    def disk(self):
        """What outlives the process takes, MiB."""
        return sum(os.path.getsize(os.path.join(where, name)) for where, _, names in os.walk(self.folder + "/data") for name in names) >> 20

    def kept(self):
        """What it keeps as it says itself: messages in memory, where others stand on disk, and what is needed there, MiB."""
        found = dict(re.findall(r"^nanomq_(messages_held|journal_index|journal_live)_bytes ([\d.eE+]+)$", self.get("/q/metrics"), re.M))
        return [float(found.get(name, 0)) / 2**20 for name in ("messages_held", "journal_index", "journal_live")]

    def end(self, keep):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if not keep:
            shutil.rmtree(self.folder)


class Canary:
    """canary.py as a process; see there."""

    def __init__(self, o, port):
        self.process = subprocess.Popen(command(o, 1, [sys.executable, HERE + "/canary.py", str(port), "0"], first=True),
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def mark(self, phase):
        try:
            self.process.stdin.write(f"mark {phase}\n")
            self.process.stdin.flush()
            self.process.stdout.readline()
        except OSError:
            pass  # its report tells, or its absence

    def end(self):
        try:
            out, error = self.process.communicate("end\n", timeout=150)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, error = self.process.communicate()
        lines = [line for line in out.splitlines() if line.startswith("{")]
        return json.loads(lines[-1]) if lines else dict(errors=[error.strip()[-300:] or "no report"])


def run_attack(o, broker, module):
    """The script in a process of its own: its last line, and whether it ended well."""
    amount = str(module.QUICK if o.quick else max(1, module.FULL * o.part // 100))
    port = str(broker.ports[getattr(module, "LISTENER", "mqtt")])
    process = subprocess.Popen(command(o, 1, [sys.executable, module.__file__, port, amount]),
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        out, error = process.communicate(timeout=60 if o.quick else 300)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return "did not end", False
    lines = (out if process.returncode == 0 else out + error).strip().splitlines()
    return lines[-1] if lines else "", process.returncode == 0


def measure(o, broker, module):
    """What happened while the attack ran."""
    before, began_log = broker.counters(), len(broker.log())
    canary = Canary(o, broker.ports["mqtt"])
    canary.mark("warm")
    time.sleep(1 if o.quick else 5)
    for number in range(o.rounds):
        canary.mark("quiet")
        time.sleep(1 if o.quick else 5)
        canary.mark("first" if number < o.rounds - 1 and not number else "during")
        began = time.monotonic()
        saw, ended = run_attack(o, broker, module)
        seconds = time.monotonic() - began
        time.sleep(max(1, 2 - seconds))
        if not ended:
            break
    try:
        kept = broker.kept()
    except OSError:
        kept = [0, 0, 0]
    report = canary.end()
    found = dict(attack=module.__name__, says=module.__doc__.split(":", 1)[-1].strip().splitlines()[0], saw=saw, ended=ended,
                 seconds=seconds, live=True, died=False, peak=0, disk=0, most_disk=broker.most_disk, held={}, kept=kept, canary=report)
    try:
        broker.wait("live", 60)
        time.sleep(0 if o.quick else COUNTED_EVERY)
        after = broker.counters()
        found["held"] = {k: int(v - before.get(k, 0)) for k, v in sorted(after.items()) if v > before.get(k, 0)}
        found["peak"] = broker.peak()
        found["disk"] = broker.disk()
    except OSError:
        found["live"], found["died"] = False, not broker.alive()
    found["log"] = [line for line in broker.log()[began_log:].splitlines() if BAD_LOG.search(line)]
    return found


def p99(found, phase):
    return found["canary"].get("phases", {}).get(phase, {}).get("p99") or float("inf")


def verdicts(o, found, module):
    """What is broken; empty where all is right."""
    canary, broken = found["canary"], []
    during = canary.get("phases", {}).get("during", {})
    slow = p99(found, "during") > max(o.floor, o.ratio * p99(found, "quiet"))
    tests = [("died", found["died"]), ("stuck", not found["live"] and not found["died"]), ("lost", canary.get("lost")),
             ("disconnected", "sent" not in canary or canary["closed"]),
             ("refused", canary.get("refused") or during.get("newcomers_refused")),
             ("unanswered", canary.get("unanswered")), ("slow", slow and getattr(module, "MEASURED", True)),
             ("disk", found["disk"] > found["most_disk"]), ("log", found["log"]), ("attack", not found["ended"] and not found["died"])]
    for name, is_broken in tests:
        if is_broken:
            broken.append(name)
    return broken


def row(found, broken):
    canary = found["canary"]
    during = canary.get("phases", {}).get("during", {})
    held = ", ".join(f"{k}: {v:,}" for k, v in found["held"].items()) or "-"
    first, quiet, busy = p99(found, "first"), p99(found, "quiet"), p99(found, "during")
    cells = [f"`{found['attack']}`: {found['says']}", f"{found['saw']} ({found['seconds']:.0f} s)", held, f"{quiet:.1f}",
             "-" if first == float("inf") else f"{first:.1f}", f"{busy:.1f}", f"{busy / quiet:.1f}", f"{canary.get('lost', '?')} of {canary.get('sent', '?')}",
             canary.get("absent", "?"), f"{during.get('newcomers', 0)}, {during.get('newcomer_max') or '-'}",
             str(found["peak"]), str(found["disk"]), ", ".join(broken).upper() or "alive"]
    return "| " + " | ".join(c.replace("|", "/") for c in cells) + " |"


def page_row(found, broken):
    """The same as docs/operations.md has it."""
    messages, index, live = found["kept"]
    held = ", ".join(f"{k.removeprefix('dropped ')}: {v:,}" for k, v in found["held"].items()) or "-"
    cells = [f"`{found['attack']}`", f"{messages:.0f} + {index:.1f}, {found['peak']}", f"{live:.0f} of {found['disk']}",
             f"{p99(found, 'quiet'):.1f}", f"{p99(found, 'during'):.1f}", held, ", ".join(broken).upper() or "alive"]
    return "| " + " | ".join(cells) + " |"


PAGE_HEAD = """| attack | messages + index, RSS at most, MiB | needed of what is on disk, MiB | p99 before, ms | during | \
refused or dropped | verdict |
|---|---|---|---|---|---|---|"""

HEAD = """| attack | what it saw | what the broker refused or dropped | canary p99 before, ms | first time | during | ratio | lost | absent session | \
newcomers, slowest ms | peak RSS MiB | disk MiB | verdict |
|---|---|---|---|---|---|---|---|---|---|---|---|---|"""


def tell(found, broken, broker):
    print(f"\n{found['attack']}: {', '.join(broken)}; {found['saw']}; canary: {found['canary'].get('errors')}; "
          f"log: {found['log'][:3]}; {broker.folder}", file=sys.stderr)


def options():
    files = [f[:-3] for f in sorted(os.listdir(HERE)) if f.endswith(".py") and f[:-3] not in HELPERS]
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("attacks", nargs="*", metavar="ATTACK", help="of " + ", ".join(files) + "; all where none is named")
    p.add_argument("--quick", action="store_true", help="smaller amounts and shorter waits")
    p.add_argument("--pin", action="store_true", help="the broker on core 0, everybody else on core 1")
    p.add_argument("--one", action="store_true", help="one broker for all that have the same configuration, in turn")
    p.add_argument("--part", type=int, default=100, metavar="PERCENT", help="of the whole amounts")
    p.add_argument("--rounds", type=int, help="runs of an attack, the first of several apart: 2, with --quick 1")
    p.add_argument("--ratio", type=float, default=5)
    p.add_argument("--floor", type=float, help="ms of p99 that are never too slow: 50, with --quick 200")
    p.add_argument("--java-opts", default="-Xmx256m")
    p.add_argument("--disk", type=int, metavar="MB", help="persistence.max_bytes of attacks that say none")
    p.add_argument("--page", action="store_true", help="print the table of docs/operations.md instead")
    o = p.parse_args()
    o.rounds = o.rounds or (1 if o.quick else 2)
    o.floor = o.floor or (200 if o.quick else 50)
    o.realtime = o.pin and subprocess.run(["chrt", "-r", "10", "true"], capture_output=True).returncode == 0
    for unknown in set(o.attacks) - set(files):
        p.error(f"no attack {unknown}")
    names = o.attacks or [f for f in files if not o.quick or importlib.import_module(f).QUICK]
    return o, sorted(names, key=conf) if o.one else names


def conf(name):
    """What an attack's broker is configured with besides; "" = nothing."""
    return getattr(importlib.import_module(name), "CONF", "")


def main():
    sys.path.insert(0, HERE)
    o, names = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    broker, all_broken = None, {}
    print(PAGE_HEAD if o.page else HEAD, flush=True)
    try:
        for i, name in enumerate(names):
            module = importlib.import_module(name)
            broker = broker or Broker(o, conf(name))
            found = measure(o, broker, module)
            broken = verdicts(o, found, module)
            print((page_row if o.page else row)(found, broken), flush=True)
            if broken:
                all_broken[name] = broken
                tell(found, broken, broker)
            is_last = i + 1 == len(names) or conf(names[i + 1]) != conf(name)
            if not o.one or is_last or not broker.alive():
                broker.end(keep=bool(broken))
                broker = None
    finally:
        if broker:
            broker.end(keep=bool(all_broken))
    if all_broken:
        sys.exit("broken: " + "; ".join(f"{k} ({', '.join(v)})" for k, v in all_broken.items()))


if __name__ == "__main__":
    main()
