#!/bin/bash
# artemis.sh PORT: starts ActiveMQ Artemis (embedded, what is durable in its journal) on 127.0.0.1 for compare.py; prints its pid. The first call fetches and compiles.
# HEAP=2g, JAVA=<a java 17 or newer>
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${BENCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nanomq-bench}/artemis
if [ ! -f "$cache/classes/ArtemisMain.class" ]; then
  mkdir -p "$cache/classes"
  mvn -q -B -f "$here/artemis/pom.xml" dependency:copy-dependencies -DoutputDirectory="$cache/lib" >&2
  javac -cp "$cache/lib/*" -d "$cache/classes" "$here/artemis/ArtemisMain.java" >&2
fi
dir=$(mktemp -d)
ulimit -n "$(ulimit -Hn)"
setsid "${JAVA:-java}" -Xms${HEAP:-2g} -Xmx${HEAP:-2g} -XX:+UseG1GC \
  --add-opens java.base/java.lang=ALL-UNNAMED --add-opens java.base/java.nio=ALL-UNNAMED \
  --add-opens java.base/sun.nio.ch=ALL-UNNAMED --add-opens jdk.management/com.sun.management.internal=ALL-UNNAMED \
  -cp "$cache/classes:$cache/lib/*" ArtemisMain "$1" "$dir" >"$dir/log" 2>&1 </dev/null &
pid=$!
for _ in $(seq 600); do
  kill -0 $pid 2>/dev/null || { tail -5 "$dir/log" >&2; exit 1; }
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && { echo $pid; exit 0; }
  sleep 0.1
done
kill $pid; exit 1
