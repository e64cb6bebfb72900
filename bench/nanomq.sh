#!/bin/bash
# nanomq.sh PORT: starts this broker on 127.0.0.1 for compare.py; prints its pid. Build it first: ../mvnw -DskipTests package
# HEAP=1g, DURABILITY=none (or async, fsync; the others that are compared keep nothing on disk), GC=-XX:+UseShenandoahGC, QUEUED=50000, LOOPS= (empty: one a processor), RULES= (access rules: all
# but the last deny topics that no load has, and are looked at for every topic), QUERIES= (rules that match no load), MORE= (further lines of the configuration), JAVA=<a java 17 or newer>, JFLAGS=<more flags>
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
cat > "$dir/nanomq.conf" <<X
url=nmq-tcp://127.0.0.1:$1
${LOOPS:+num_taskq_thread=$LOOPS}
msq_len=${QUEUED:-50000}
persistence.durability=${DURABILITY:-none}
http_server.enable=false
websocket.enable=false
X
if [ "${RULES:-0}" -gt 0 ]; then
  for i in $(seq $((RULES - 1))); do
    echo "acl.rule.$i={\"permit\":\"deny\",\"topics\":[\"denied/$i/#\"]}"
  done >> "$dir/nanomq.conf"
  echo "acl.rule.$RULES={\"permit\":\"allow\"}" >> "$dir/nanomq.conf"
fi
for i in $(seq "${QUERIES:-0}"); do
  echo "rule.repub.$i.topic=out"
  echo "rule.event.publish.$i.sql=SELECT * FROM \"nobody/$i/#\", \"nobody/+/$i\""
done >> "$dir/nanomq.conf"
printf '%s\n' "${MORE:-}" >> "$dir/nanomq.conf"
ulimit -n "$(ulimit -Hn)"
QUARKUS_MANAGEMENT_PORT=0 QUARKUS_MANAGEMENT_HOST=127.0.0.1 setsid "${JAVA:-java}" -Xms${HEAP:-1g} -Xmx${HEAP:-1g} ${GC:--XX:+UseShenandoahGC -XX:+UnlockExperimentalVMOptions -XX:-ShenandoahPacing -XX:ShenandoahControlIntervalMin=5} \
  "@$here/../bin/jvm.options" ${JFLAGS:-} \
  -jar "$here/../target/quarkus-app/quarkus-run.jar" --conf "$dir/nanomq.conf" >"$dir/log" 2>&1 </dev/null &
pid=$!
for _ in $(seq 300); do
  kill -0 $pid 2>/dev/null || { tail -20 "$dir/log" >&2; exit 1; }
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && { echo $pid; exit 0; }
  sleep 0.1
done
kill $pid; exit 1
