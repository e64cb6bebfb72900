#!/usr/bin/env python3
"""restarts.py [--all] [--jar FILE] [ARGUMENT...]: mqtt_conformance.py against the packaged broker (../target/quarkus-app)
with persistence.durability = fsync, which is killed (SIGKILL) and started again between the connections of a client
whose session stays. Without --all those checks only that say most about sessions. What follows goes to
mqtt_conformance.py."""
import os, shutil, signal, socket, subprocess, sys, tempfile, time
import mqtt_conformance

HERE = os.path.dirname(os.path.abspath(__file__))
ALL = "session|resum|redeliver|reconnect|offline|persist|survive|store|MQTT-4.1.0|MQTT-4.4.0|takeover_keeps"
SOME = ("5.0/.*(session-resumed|redelivery-qos1|redelivery-qos2-pubrel|qos2-duplicate-after-reconnect"
        "|subscription-id-session|unsubscribe-persists)")


class Broker:
    def __init__(self, jar):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.folder, self.jar, self.process = tempfile.mkdtemp(prefix="restarts-"), jar, None
        self.conf = os.path.join(self.folder, "nanomq.conf")
        with open(self.conf, "w") as f:
            f.write(f"url=nmq-tcp://127.0.0.1:{self.port}\nhttp_server.enable=false\nwebsocket.enable=false\n"
                    f"num_taskq_thread=2\npersistence.durability=fsync\npersistence.dir={self.folder}/data\n")

    def start(self):
        env = dict(os.environ, QUARKUS_MANAGEMENT_PORT="0", QUARKUS_MANAGEMENT_HOST="127.0.0.1")
        with open(os.path.join(self.folder, "log"), "a") as log:
            self.process = subprocess.Popen(
                ["java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-jar", self.jar, "--conf", self.conf],
                stdout=log, stderr=log, env=env)
        end = time.time() + 60
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                if self.process.poll() is not None or time.time() > end:
                    sys.exit(open(os.path.join(self.folder, "log")).read()[-4000:] + "the broker does not start")
                time.sleep(0.02)

    def kill(self):
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def restart(self):
        self.kill()
        self.start()


def main():
    arguments = sys.argv[1:]
    jar = os.path.join(HERE, "..", "target", "quarkus-app", "quarkus-run.jar")
    which = SOME
    if "--all" in arguments:
        arguments.remove("--all")
        which = ALL
    if "--jar" in arguments:
        at = arguments.index("--jar")
        jar = arguments[at + 1]
        del arguments[at:at + 2]
    broker = Broker(jar)
    try:
        broker.start()
        # An interval of 2 s may be over before the broker is back.
        only = [] if "--only" in arguments else ["--only", which, "--skip", "/session-expiry$"]
        return mqtt_conformance.main(["--port", str(broker.port)] + only + arguments, broker.restart)
    finally:
        broker.kill()
        shutil.rmtree(broker.folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
