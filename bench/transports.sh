#!/bin/bash
# transports.sh [OPTION...]: makes an authority and a certificate for this run, starts this broker and Debian's mosquitto on
# core 0 with all four transports, runs transports.py on core 1 with the given options and ends what it started.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
pids=()
trap 'for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done; rm -r "$dir"' EXIT
read -ra port < <(python3 -c 'import socket
s = [socket.socket() for _ in range(8)]
for x in s: x.bind(("127.0.0.1", 0))
print(*[x.getsockname()[1] for x in s])')
(
  cd "$dir"
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=bench authority" -keyout ca.key -out ca.pem
  openssl req -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -keyout server.key -out server.csr
  openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out server.pem \
    -extfile <(echo subjectAltName=IP:127.0.0.1)
) >"$dir/openssl.log" 2>&1
chmod 755 "$dir" && chmod 644 "$dir"/*

cat >"$dir/nanomq.conf" <<X
url=nmq-tcp://127.0.0.1:${port[0]}
tls.enable=true
tls.url=tls+nmq-tcp://127.0.0.1:${port[1]}
tls.keyfile=$dir/server.key
tls.certfile=$dir/server.pem
websocket.url=nmq-ws://127.0.0.1:${port[2]}/mqtt
websocket.tls_enable=true
websocket.tls_url=nmq-wss://127.0.0.1:${port[3]}/mqtt
http_server.enable=false
X
cat >"$dir/mosquitto.conf" <<X
allow_anonymous true
persistence false
log_type error
log_dest stderr
set_tcp_nodelay true
listener ${port[4]} 127.0.0.1
listener ${port[5]} 127.0.0.1
certfile $dir/server.pem
keyfile $dir/server.key
listener ${port[6]} 127.0.0.1
protocol websockets
listener ${port[7]} 127.0.0.1
protocol websockets
certfile $dir/server.pem
keyfile $dir/server.key
X
QUARKUS_MANAGEMENT_PORT=0 QUARKUS_MANAGEMENT_HOST=127.0.0.1 taskset -c 0 "${JAVA:-java}" -Xms512m -Xmx512m -XX:+UseShenandoahGC \
  "@$here/../bin/jvm.options" \
  -jar "$here/../target/quarkus-app/quarkus-run.jar" --conf "$dir/nanomq.conf" >"$dir/nanomq.log" 2>&1 </dev/null &
pids+=($!)
PATH=$PATH:/usr/sbin taskset -c 0 mosquitto -c "$dir/mosquitto.conf" >"$dir/mosquitto.log" 2>&1 </dev/null &
pids+=($!)
for p in "${port[@]}"; do
  for _ in $(seq 200); do (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null && continue 2; sleep 0.1; done
  echo "nothing listens on $p" >&2; tail -n 5 "$dir"/*.log >&2; exit 1
done
taskset -c 1 python3 "$here/transports.py" --ca "$dir/ca.pem" "$@" \
  --broker "nanomq=${pids[0]}:${port[0]}:${port[1]}:${port[2]}:${port[3]}" \
  --broker "mosquitto=${pids[1]}:${port[4]}:${port[5]}:${port[6]}:${port[7]}"
