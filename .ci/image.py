#!/usr/bin/env python3
"""Holds an image's tar against what was packaged, then starts what it starts, from its layers.

    image.py TAR APPLICATION

No container engine is needed: the layers are unpacked one over the other, and this machine's java takes the
place of the base image's. Where this runs as root, the broker runs as the image's user.
"""
import base64, json, os, pathlib, shutil, signal, socket, subprocess, sys, tarfile, tempfile, time, urllib.request

TAR, APPLICATION = map(pathlib.Path, sys.argv[1:3])
BASE = "NANOMQ_PERSISTENCE_BASE_DIR"
HERE = pathlib.Path(__file__).resolve().parent.parent


def check(what, got, wanted):
    if got != wanted:
        sys.exit(f"image: {what} is {got!r}, not {wanted!r}")


def unpack(root):
    """The image's configuration; its files are below root then."""
    with tarfile.open(TAR) as image:
        [manifest] = json.load(image.extractfile("manifest.json"))
        # As k8s/ asks for it.
        check("a tag", "nanomq:latest" in manifest["RepoTags"], True)
        for name in manifest["Layers"]:
            with tarfile.open(fileobj=image.extractfile(name)) as layer:
                for member in layer:
                    outside = member.name.startswith("/") or ".." in member.name.split("/")
                    if outside or not (member.isfile() or member.isdir()):
                        sys.exit(f"image: {member.name} is no plain file or folder")
                    member.mtime = time.time()
                    layer.extract(member, root)
        return json.load(image.extractfile(manifest["Config"]))["config"]


def files(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def dockerfile():
    lines = (HERE / "Dockerfile").read_text().splitlines()
    return dict(line.split(" ", 1) for line in lines if line[:1].isupper())


def compare(config, root):
    """What jib has made is what the Dockerfile would make."""
    wanted = dockerfile()
    check("the user", config["User"], wanted["USER"])
    check("the entry point", config["Entrypoint"], json.loads(wanted["ENTRYPOINT"]))
    check("the working directory", config["WorkingDir"], wanted["WORKDIR"])
    # Every base image lets its users write there.
    check("where it keeps what is durable", f"{BASE}=/var/tmp/nanomq" in config["Env"], True)
    ports = sorted(port.split("/")[0] for port in config["ExposedPorts"])
    check("the ports", ports, sorted(wanted["EXPOSE"].split()))
    packaged = files(APPLICATION)
    packaged = {name: text for name, text in packaged.items() if not name.endswith("-dependencies.txt")}
    packaged["etc/nanomq.conf"] = (HERE / "etc/nanomq.conf").read_bytes()
    packaged["jvm.options"] = (HERE / "bin/jvm.options").read_bytes()
    home = root / config["WorkingDir"].lstrip("/")
    inside = files(home)
    check("what only one of them has", sorted(set(packaged) ^ set(inside)), [])
    check("what differs", [name for name in packaged if packaged[name] != inside[name]], [])
    print(f"image: {len(inside)} files in {config['WorkingDir']}, {TAR.stat().st_size >> 20} MiB")
    return home


def get(port, path):
    credentials = base64.b64encode(b"admin:public").decode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Authorization": "Basic " + credentials})
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)


def environment(config, home, tmp, http, management, more):
    variables = dict(pair.split("=", 1) for pair in config["Env"])
    # This machine's JVM may be older than the image's.
    flags = "-XX:+IgnoreUnrecognizedVMOptions " + variables["JDK_JAVA_OPTIONS"].replace("@/deployments", f"@{home}")
    return variables | {
        "JDK_JAVA_OPTIONS": f"{flags} -Djava.io.tmpdir={tmp}",
        "NANOMQ_BROKER_URL": "nmq-tcp://127.0.0.1:0",
        "NANOMQ_WEBSOCKET_ENABLE": "false",
        "NANOMQ_HTTP_SERVER_IP_ADDR": "127.0.0.1",
        "NANOMQ_HTTP_SERVER_PORT": str(http),
        "QUARKUS_MANAGEMENT_HOST": "127.0.0.1",
        "QUARKUS_MANAGEMENT_PORT": str(management),
    } | more


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    return [s.getsockname()[1] for s in sockets]


def start(config, home, tmp, log, durability, more):
    """more: of the environment. Durability where another user has the image's files than the broker's, which root arranges."""
    http, management = free_ports(2)
    user, group = map(int, config["User"].split(":"))
    other = {"user": user, "group": group, "extra_groups": []} if os.getuid() == 0 else {}
    if other:
        os.chown(tmp, user, group)
    [program, *arguments] = config["Entrypoint"]
    broker = subprocess.Popen(
        [shutil.which(program), *arguments], cwd=home, env=environment(config, home, tmp, http, management, more),
        stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, **other)
    try:
        serve(broker, home, http, management, durability if other else None)
    finally:
        if broker.poll() is None:
            broker.kill()


def serve(broker, home, http, management, durability):
    deadline = time.monotonic() + 60
    while True:
        if broker.poll() is not None or time.monotonic() > deadline:
            sys.exit("image: what it starts does not serve")
        try:
            ready = get(management, "/q/health/ready")
            check("readiness", ready["status"], "UP")
            break
        except OSError:
            time.sleep(0.2)
    data = ready["checks"][0]["data"]
    if durability:
        check("durability", data["durability"], durability)
        check("whether it says why not more", "durability problem" in data, durability == "none")
    status = get(http, "/api/v4/configuration/status")["data"]
    check("the document", status["store"], str(home / "etc/nanomq.conf"))
    check("in_sync", status["in_sync"], True)
    broker.send_signal(signal.SIGTERM)
    check("the exit code", broker.wait(60), 0)


def main():
    work = pathlib.Path(tempfile.mkdtemp(prefix="nanomq-image"))
    try:
        work.chmod(0o755)
        root, tmp = work / "root", work / "tmp"
        root.mkdir()
        tmp.mkdir()
        config = unpack(root)
        home = compare(config, root)
        with open(work / "log", "w+") as log:
            try:
                # As README.md says: it keeps everything in the container, in a folder that is mounted, or nothing
                # where the container may not be written.
                small = {"NANOMQ_PERSISTENCE_MAX_BYTES": "64MB"}
                start(config, home, tmp, log, "fsync", {BASE: str(tmp / "base")} | small)
                check("its folder", (tmp / "base/nanomq/FORMAT").is_file(), True)
                start(config, home, tmp, log, "fsync", {
                    BASE: "/proc/nanomq", "NANOMQ_PERSISTENCE_DIR": str(tmp / "store")} | small)
                start(config, home, tmp, log, "none", {BASE: "/proc/nanomq"})
            except BaseException:
                log.seek(0)
                sys.stdout.write(log.read())
                raise
        print("image: starts as its user from its layers, reads etc/nanomq.conf, keeps what is durable where it has a folder, ends with 0")
    finally:
        shutil.rmtree(work)


main()
