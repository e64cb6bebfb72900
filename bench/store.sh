#!/bin/bash
# store.sh FOLDER [ROUNDS]: the broker's store beside RocksDB on the disk of FOLDER; see store/StoreBench.java.
# Build the broker first: ../mvnw -DskipTests package. The first call fetches RocksDB. JAVA=<a java 17 or newer>
set -eu
here=$(cd "$(dirname "$0")" && pwd)
lib=${BENCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nanomq-bench}/store
if [ ! -d "$lib" ]; then
  mvn -q -B -f "$here/store/pom.xml" dependency:copy-dependencies -DoutputDirectory="$lib" >&2
fi
app="$here/../target/quarkus-app"
exec "${JAVA:-java}" -Xmx1g -cp "$lib/*:$app/app/*:$app/lib/boot/*:$app/lib/main/*" "$here/store/StoreBench.java" "$@"
