#!/usr/bin/env python3
"""bridge.py - what a bridge to mosquitto costs beside mosquitto's own bridge, and whether it loses anything.

  bridge.py --load ./mqttload [--hub mosquitto] [--seconds 4] [--rounds 3]     throughput and CPU of the edge broker
            [--floor ./floor]                                 and of the smallest thing that does the same (floor.c)
  bridge.py --outage [--qos1 100000] [--qos2 20000] [--restarts 10] [--cuts 50] [--kills 0]

Both bridges forward everything from an edge broker to a hub of its own, by MQTT 3.1.1; publishers are at the edge,
subscribers at the hub. The edge has core 0, hub and generator share core 1: with --hub nanomq the hub is not what is
measured. The pairs of brokers take turns; the others are stopped meanwhile. Prints a Markdown table of medians.

With --outage one persistent publisher at this broker's edge sends numbered messages of QoS 1, then of QoS 2, to a persistent
subscriber of the hub, while the hub is ended and started again and the bridge's connection is cut, evenly over the
messages. A mosquitto is ended by SIGTERM, a hub of ours (durability fsync) by SIGKILL. With --kills the edge keeps what its bridge
has on disk (fsync), and is ended by SIGKILL so many times. Prints JSON: lost and out of order must be 0, and repeated for
QoS 2 too.
Needs mosquitto and the packaged broker; standard library only.
"""
import argparse, asyncio, getpass, json, os, signal, socket, statistics, struct, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, f"{HERE}/hostile")
import mq

ROWS = [
    ("1→1 QoS 0 16 B, window 64", "pairs --pubs 1 --window 64"),
    ("20→20 QoS 0 256 B, window 16", "pairs --pubs 20 --size 256 --window 16"),
    ("1→1 QoS 1 16 B, window 64", "pairs --pubs 1 --window 64 --qos 1"),
    ("20→20 QoS 1 256 B, window 16", "pairs --pubs 20 --size 256 --window 16 --qos 1"),
]
LIMIT = 120
NOTHING_ON_DISK = "persistence.durability = none"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_port(port, process):
    end = time.time() + 60
    while time.time() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"no broker on port {port}")


class Brokers:
    """Brokers of one run, in one folder; all are ended at the end."""

    def __init__(self, folder):
        self.folder, self.all, self.cores = folder, [], {}

    def start(self, name, port, command, env=None):
        log = open(f"{self.folder}/{name}.log", "a")
        if name in self.cores:
            command = ["taskset", "-c", str(self.cores[name]), *command]
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **(env or {})})
        self.all.append(process)
        wait_port(port, process)
        return process

    def write(self, name, text):
        path = f"{self.folder}/{name}"
        with open(path, "w") as f:
            f.write(text)
        return path

    def mosquitto(self, name, port, more=""):
        conf = f"""listener {port} 127.0.0.1
allow_anonymous true
log_type error
set_tcp_nodelay true
max_queued_messages 0
max_inflight_messages 1000
{more}"""
        return self.start(name, port, ["mosquitto", "-c", self.write(f"{name}.conf", conf)])

    def mosquitto_bridge(self, name, port, hub):
        return self.mosquitto(name, port, f"""persistence false
connection b
address 127.0.0.1:{hub}
topic # out 1
cleansession true
try_private true
bridge_attempt_unsubscribe false
notifications false
restart_timeout 1
""")

    def nanomq(self, name, port, more=""):
        conf = self.write(f"{name}.conf", f"""listeners.tcp.bind = "127.0.0.1:{port}"
http_server.enable = false
listeners.ws.enable = false
mqtt.max_mqueue_len = 100000
{more}
""")
        return self.start(name, port, [
            os.environ.get("JAVA", "java"), "-Xms1g", "-Xmx1g", f"@{HERE}/../bin/jvm.options", "-jar",
            f"{HERE}/../target/quarkus-app/quarkus-run.jar", "--conf", conf],
            {"QUARKUS_MANAGEMENT_PORT": "0", "QUARKUS_MANAGEMENT_HOST": "127.0.0.1"})

    def nanomq_bridge(self, name, port, hub, more="", disk=NOTHING_ON_DISK):
        return self.nanomq(name, port, f"""bridges.mqtt.b {{
  server = "mqtt-tcp://127.0.0.1:{hub}", clientid = b, proto_ver = 4, max_send_queue_len = 200000
  forwards = ["#"]
  {more}
}}
{disk}""")

    def floor(self, program):
        return lambda name, port, hub: self.start(name, port, [program, str(port), "1", str(hub)])

    def close(self):
        for process in self.all:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
        for process in self.all:
            process.wait(30)


def await_bridge(edge, hub):
    """until a message passes"""
    there, here = mq.Client(hub, "probe", version=4), mq.Client(edge, "probe", version=4)
    there.send(mq.subscribe(["probe"], version=4))
    there.sock.settimeout(0.5)
    end = time.time() + 30
    while time.time() < end:
        here.send(mq.publish("probe", version=4))
        try:
            while there.receive()[0] != mq.PUBLISH:
                pass
            return
        except (socket.timeout, TimeoutError):
            pass
    sys.exit("the bridge does not connect")


def compare(o):
    with tempfile.TemporaryDirectory() as folder:
        brokers, pairs = Brokers(folder), {}
        try:
            kinds = [("mosquitto", brokers.mosquitto_bridge), ("nanomq", brokers.nanomq_bridge)]
            kinds += [("floor", brokers.floor(o.floor))] if o.floor else []
            for name, start in kinds:
                edge, hub = free_port(), free_port()
                brokers.cores.update({f"{name}-edge": 0, f"{name}-hub": 1})
                own = f"{name}-hub"
                at_hub = brokers.nanomq(own, hub, NOTHING_ON_DISK) if o.hub == "nanomq" else brokers.mosquitto(own, hub, "persistence false\n")
                at_edge = start(f"{name}-edge", edge, hub)
                await_bridge(edge, hub)
                pairs[name] = (edge, hub, at_edge, at_hub)
            figures = {}
            for round_ in range(-1, o.rounds):
                for row, arguments in ROWS:
                    for name, pair in pairs.items():
                        got = measure(o, arguments, pair, [p for p in pairs.values() if p is not pair])
                        if round_ >= 0:
                            figures.setdefault((row, name), []).append(got)
            print_table(figures)
        finally:
            brokers.close()


def measure(o, arguments, pair, others):
    edge, hub, at_edge, _ = pair
    for other in others:
        for process in other[2:]:
            process.send_signal(signal.SIGSTOP)
    try:
        out = subprocess.run(
            ["taskset", "-c", "1", o.load, *arguments.split(), "--port", str(edge), "--subport", str(hub), "--pid", str(at_edge.pid),
             "--duration", str(o.seconds), "--warmup", "1"], capture_output=True, text=True, timeout=LIMIT)
        return json.loads(out.stdout.strip().splitlines()[-1])
    finally:
        for other in others:
            for process in other[2:]:
                process.send_signal(signal.SIGCONT)


def print_table(figures):
    names = list(dict.fromkeys(name for _, name in figures))
    print("| scenario | figure | " + " | ".join("the floor" if n == "floor" else n + "'s bridge" for n in names) + " |\n|---|---|" + "---|" * len(names))
    for row, _ in ROWS:
        for field, heading, form in (("out_s", "msg/s at the hub", ",.0f"), ("cpu_us_msg", "CPU µs/msg of the edge", ".2f")):
            got = {name: statistics.median(f[field] for f in figures[row, name]) for name in names}
            lost = "".join(f" ({name} lost {n})" for name in names if (n := sum(f.get("lost", 0) for f in figures[row, name])))
            cells = [f"{got[n]:{form}}" + (f" ({got[n] / got['mosquitto']:.2f}×)" if n != "mosquitto" else "") for n in names]
            print(f"| {row} | {heading} | " + " | ".join(cells) + f"{lost} |")


class Cuttable:
    """A way to the hub that can be cut."""

    def __init__(self, target):
        self.target, self.writers = target, set()

    async def listen(self):
        self.server = await asyncio.start_server(self.meet, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    async def meet(self, reader, writer):
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self.writers |= {writer, back}
        try:
            await asyncio.gather(self.copy(reader, back), self.copy(there, writer))
        except asyncio.CancelledError:
            pass
        self.writers -= {writer, back}

    @staticmethod
    async def copy(reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except (OSError, asyncio.CancelledError):
            pass
        writer.transport.abort()

    def cut(self):
        for writer in list(self.writers):
            writer.transport.abort()


async def read_packet(reader):
    first = (await reader.readexactly(1))[0]
    length, shift = 0, 0
    while True:
        byte = (await reader.readexactly(1))[0]
        length |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return first, await reader.readexactly(length)


class Subscriber:
    """A persistent one of the hub, which comes back; keeps the numbers in the order in which they came."""

    def __init__(self, port):
        self.port, self.numbers, self.unreleased = port, {1: [], 2: []}, set()

    async def run(self):
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(mq.connect("subscriber", version=4, clean=False, keep_alive=0) + mq.subscribe(["n/#"], qos=2, version=4))
                while True:
                    first, body = await read_packet(reader)
                    if first >> 4 == mq.CONNACK and not body[0]:
                        self.unreleased.clear()
                    elif first >> 4 == mq.PUBLISH:
                        self.published(first >> 1 & 3, body, writer)
                    elif first >> 4 == mq.PUBREL:
                        self.unreleased.discard(body)
                        writer.write(mq.packet(mq.PUBCOMP << 4, body))
            except (OSError, asyncio.IncompleteReadError):
                await asyncio.sleep(0.05)

    def published(self, qos, body, writer):
        length = struct.unpack(">H", body[:2])[0]
        kind, at = int(body[4:2 + length]), 2 + length
        pid = body[at:at + 2]
        if qos == 2:
            writer.write(mq.packet(mq.PUBREC << 4, pid))
            if pid in self.unreleased:
                return
            self.unreleased.add(pid)
        elif qos == 1:
            writer.write(mq.packet(mq.PUBACK << 4, pid))
        self.numbers[kind].append(int(body[at + 2 * bool(qos):]))


async def publish_all(port, qos, count, window, progress):
    """a persistent client that comes back, and sends again what was not acknowledged"""
    open_, sent, done = {}, 0, 0  # by packet identifier, in order: the number, and whether PUBREC has come
    while done < count:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(mq.connect(f"publisher{qos}", version=4, clean=False, keep_alive=0))
            await read_packet(reader)
            for pid, (number, received) in open_.items():
                writer.write(mq.ack(mq.PUBREL, pid) if received else
                             mq.publish(f"n/{qos}", str(number).encode(), qos, pid, version=4, dup=True))
            while done < count:
                while sent < count and len(open_) < window:
                    pid = sent % 60000 + 1
                    open_[pid] = [sent, False]
                    writer.write(mq.publish(f"n/{qos}", str(sent).encode(), qos, pid, version=4))
                    sent += 1
                await writer.drain()
                first, body = await read_packet(reader)
                pid = struct.unpack(">H", body[:2])[0]
                if first >> 4 == mq.PUBREC:
                    open_[pid][1] = True
                    writer.write(mq.ack(mq.PUBREL, pid))
                elif open_.pop(pid, None):
                    done += 1
                    await progress(done)
            writer.close()
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(0.05)


def judge(numbers, count):
    seen, firsts = set(), []
    for n in numbers:
        if n not in seen:
            seen.add(n)
            firsts.append(n)
    return {"sent": count, "lost": count - len(seen), "repeated": len(numbers) - len(seen),
            "out of order": sum(a > b for a, b in zip(firsts, firsts[1:]))}


async def outage(o):
    with tempfile.TemporaryDirectory() as folder:
        brokers = Brokers(folder)
        # Else it changes to a user who cannot write here.
        store = f"user {getpass.getuser()}\npersistence true\npersistence_location {folder}/\nautosave_interval 0\n"
        disk = f'persistence {{ durability = fsync, dir = "{folder}/data" }}'
        own = f'persistence {{ durability = fsync, dir = "{folder}/edge" }}'
        is_ours = o.hub == "nanomq"

        def start_hub():
            return brokers.nanomq("hub", hub, disk) if is_ours else brokers.mosquitto("hub", hub, store)

        try:
            hub, edge = free_port(), free_port()
            at_hub = start_hub()
            way = Cuttable(hub)
            there = await way.listen()

            def start_edge():
                more = "clean_start = false, backoff_min = 50ms, backoff_max = 1s"
                return brokers.nanomq_bridge("edge", edge, there, more, own if o.kills else NOTHING_ON_DISK)

            at_edge = start_edge()
            subscriber = Subscriber(hub)
            listening = asyncio.ensure_future(subscriber.run())
            await asyncio.to_thread(await_bridge, edge, hub)
            told, began = {"restarts": 0, "cuts": 0, "kills": 0}, time.monotonic()

            def steps(before, count, times):
                """after how many of these messages, spread over all"""
                all_ = [(o.qos1 + o.qos2) * (i + 1) // (times + 1) - before for i in range(times)]
                return {step for step in all_ if 0 < step <= count}

            async def progress(done):
                nonlocal at_hub, at_edge
                if done in restarts:
                    # Mosquitto writes its sessions down as it ends; ours may be killed.
                    at_hub.kill() if is_ours else at_hub.terminate()
                    await asyncio.to_thread(at_hub.wait)
                    await asyncio.sleep(0.2)
                    at_hub = await asyncio.to_thread(start_hub)
                    told["restarts"] += 1
                if done in kills:
                    at_edge.kill()
                    await asyncio.to_thread(at_edge.wait)
                    at_edge = await asyncio.to_thread(start_edge)
                    told["kills"] += 1
                if done in cuts:
                    way.cut()
                    told["cuts"] += 1

            answer = {}
            for qos, before, count in ((1, 0, o.qos1), (2, o.qos1, o.qos2)):
                restarts, cuts, kills = (steps(before, count, times) for times in (o.restarts, o.cuts, o.kills))
                await publish_all(edge, qos, count, o.window, progress)
                end = time.monotonic() + LIMIT
                while count - 1 not in subscriber.numbers[qos][-1000:] and time.monotonic() < end:
                    await asyncio.sleep(0.1)
                await asyncio.sleep(1)
                answer[f"QoS {qos}"] = judge(subscriber.numbers[qos], count)
            listening.cancel()
            print(json.dumps({**answer, **told, "seconds": round(time.monotonic() - began, 1)}, indent=1))
        finally:
            brokers.close()


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--load")
    p.add_argument("--hub", choices=("mosquitto", "nanomq"), default="mosquitto")
    p.add_argument("--floor", help="floor.c, compiled")
    p.add_argument("--seconds", type=float, default=4)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--outage", action="store_true")
    p.add_argument("--qos1", type=int, default=100_000)
    p.add_argument("--qos2", type=int, default=20_000)
    p.add_argument("--restarts", type=int, default=10)
    p.add_argument("--cuts", type=int, default=50)
    p.add_argument("--kills", type=int, default=0)
    p.add_argument("--window", type=int, default=100)
    options = p.parse_args()
    if options.outage:
        asyncio.run(outage(options))
    else:
        compare(options)
