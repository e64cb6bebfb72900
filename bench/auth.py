#!/usr/bin/env python3
"""auth.py - what clients who wait for a slow back end cost the others.

  auth.py [--clients 1000] [--seconds 2] [--over 4] [--dies]

Starts the packaged broker on 127.0.0.1 with a back end that takes --seconds for each answer, of which 500 may be
outstanding. The canary of hostile/ publishes and subscribes as a user of the configuration, for ten seconds alone and
then while --clients connect within --over seconds as users of whom the back end knows. With --dies the back end is gone for the
second half of them, and comes back. Prints the canary's latencies of both phases and how the clients fared as JSON.
Standard library only.
"""
import argparse, asyncio, json, os, signal, socket, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, f"{HERE}/hostile")
from mq import connect

QUIET, LIMIT = 10, 120


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(port, backend, folder):
    conf = f"""url=nmq-tcp://127.0.0.1:{port}
http_server.enable=false
websocket.enable=false
allow_anonymous=false
parallel=500
connect_timeout=60
auth.1.login=canary
auth.1.password=canary
auth.http.enable=true
auth.http.auth_req.url=http://127.0.0.1:{backend}/auth
auth.http.auth_req.params=user=%u,client=%c,password=%P
auth.http.pool_size=500
auth.http.timeout=10
"""
    with open(f"{folder}/nanomq.conf", "w") as f:
        f.write(conf)
    log = open(f"{folder}/log", "w")
    broker = subprocess.Popen(
        [os.environ.get("JAVA", "java"), "-Xmx1g", f"@{HERE}/../bin/jvm.options", "-jar",
         f"{HERE}/../target/quarkus-app/quarkus-run.jar", "--conf", f"{folder}/nanomq.conf"],
        stdout=log, stderr=log, env={**os.environ, "QUARKUS_MANAGEMENT_PORT": "0", "QUARKUS_MANAGEMENT_HOST": "127.0.0.1"})
    end = time.time() + 60
    while time.time() < end and broker.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return broker
        except OSError:
            time.sleep(0.1)
    broker.kill()
    sys.exit(open(f"{folder}/log").read())


class Backend:
    def __init__(self, port, seconds):
        self.port, self.seconds, self.asked, self.open, self.most, self.writers = port, seconds, 0, 0, 0, set()

    async def meet(self, reader, writer):
        self.writers.add(writer)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                length = int(head.split("content-length:")[1].split()[0]) if "content-length:" in head else 0
                await reader.readexactly(length)
                self.asked, self.open = self.asked + 1, self.open + 1
                self.most = max(self.most, self.open)
                await asyncio.sleep(self.seconds)
                self.open -= 1
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            pass
        finally:
            self.writers.discard(writer)

    async def listen(self):
        self.server = await asyncio.start_server(self.meet, "127.0.0.1", self.port, backlog=1024)

    async def die(self):
        self.server.close()
        for writer in list(self.writers):
            writer.transport.abort()
        self.open = 0


async def client(port, number):
    began = time.monotonic()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(connect(f"c{number}", user=f"u{number}", password="x"))
        answer = await asyncio.wait_for(reader.readexactly(4), 90)
        return answer[3], time.monotonic() - began, writer
    except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError):
        return -1, time.monotonic() - began, None


async def storm(port, clients, backend, dies, over):
    coming = []
    for i in range(clients):
        if dies and i == clients // 2:
            await backend.die()
        coming.append(asyncio.ensure_future(client(port, i)))
        await asyncio.sleep(over / clients)
    answers = await asyncio.gather(*coming)
    fared = {"codes": {}, "slowest s": round(max(took for _, took, _ in answers), 1)}
    for code, _, writer in answers:
        fared["codes"][code] = fared["codes"].get(code, 0) + 1
        if writer:
            writer.close()
    if dies:
        await backend.listen()
        began = time.monotonic()
        while (await client(port, clients))[0] != 0 and time.monotonic() < began + LIMIT:
            await asyncio.sleep(0.5)
        fared["back after s"] = round(time.monotonic() - began, 1)
    return fared


async def run(o):
    port, at = free_port(), free_port()
    backend = Backend(at, o.seconds)
    await backend.listen()
    with tempfile.TemporaryDirectory() as folder:
        broker = start(port, at, folder)
        canary = None
        try:
            canary = await asyncio.create_subprocess_exec(
                sys.executable, f"{HERE}/hostile/canary.py", str(port), "0",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)

            async def mark(name):
                canary.stdin.write(f"mark {name}\n".encode())
                await canary.stdin.drain()
                await canary.stdout.readline()

            await mark("warm")
            await asyncio.gather(*(client(port, -i) for i in range(1, 201)))
            await asyncio.sleep(QUIET)
            await mark("quiet")
            await asyncio.sleep(QUIET)
            await mark("storm")
            fared = await storm(port, o.clients, backend, o.dies, o.over)
            await asyncio.sleep(2)
            canary.stdin.write(b"end\n")
            await canary.stdin.drain()
            report = json.loads(await asyncio.wait_for(canary.stdout.readline(), LIMIT))
            print(json.dumps({"clients": fared, "asked": backend.asked, "most at once": backend.most, "canary": report},
                             indent=1))
        finally:
            if canary and canary.returncode is None:
                canary.kill()
            broker.send_signal(signal.SIGTERM)
            broker.wait(30)


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--clients", type=int, default=1000)
    p.add_argument("--seconds", type=float, default=2)
    p.add_argument("--over", type=float, default=4)
    p.add_argument("--dies", action="store_true")
    asyncio.run(run(p.parse_args()))
