#!/bin/sh
# README's tour: what a newcomer types, against a broker that is running.
#   MQTT_PORT=1883 HTTP_PORT=8081 sh docs/tour.sh
# Ends with 0 only if every step showed what README says.
set -eu

mqtt=${MQTT_PORT:-1883}
http=${HTTP_PORT:-8081}
api=http://127.0.0.1:$http/api/v4
work=$(mktemp -d)
subscriber=
trap '[ -z "$subscriber" ] || kill "$subscriber" 2>/dev/null; rm -rf "$work"' EXIT

expect() { # what, pattern, text
  case $3 in
    *$2*) echo "ok: $1" ;;
    *) echo "tour: $1: expected '$2', got: $3" >&2; exit 1 ;;
  esac
}

get() {
  curl -s -m 5 -u admin:public "$api$1"
}

until_seen() { # path, pattern: waits at most ten seconds
  tries=0
  until get "$1" | grep -q "$2"; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { echo "tour: $1 never showed $2" >&2; exit 1; }
    sleep 0.1
  done
}

# A subscriber with a session of its own, and a message at each QoS. Each comes from a client of its
# own, and between clients there is no order.
mosquitto_sub -h 127.0.0.1 -p "$mqtt" -V 5 -i tour-sub -u alice -q 2 -t 'home/+/temperature' \
  -C 3 -v >"$work/out" &
subscriber=$!
until_seen /subscriptions tour-sub
for qos in 0 1 2; do
  mosquitto_pub -h 127.0.0.1 -p "$mqtt" -V 5 -q "$qos" -t home/kitchen/temperature -m "2$qos.5"
done
wait "$subscriber"
subscriber=
expect "three messages at three QoS" "home/kitchen/temperature 20.5
home/kitchen/temperature 21.5
home/kitchen/temperature 22.5" "$(sort "$work/out")"

# A retained message waits for whoever asks.
mosquitto_pub -h 127.0.0.1 -p "$mqtt" -V 311 -r -t home/hall/light -m on
expect "retained message" "on" "$(mosquitto_sub -h 127.0.0.1 -p "$mqtt" -V 31 -t 'home/hall/#' -C 1 -W 5)"
mosquitto_pub -h 127.0.0.1 -p "$mqtt" -r -t home/hall/light -n

# The API sees it all.
mosquitto_sub -h 127.0.0.1 -p "$mqtt" -i tour-api -u bob -q 1 -t 'a/b/#' -t '$share/g/jobs' &
subscriber=$!
until_seen /clients tour-api
until_seen /subscriptions jobs
expect "the broker" '"node_status":"Running"' "$(get /brokers)"
expect "the client" '"client_id":"tour-api","username":"bob"' "$(get /clients/tour-api)"
expect "by user name" '"client_id":"tour-api"' "$(get /clients/username/bob)"
expect "its subscriptions" '"clientid":"tour-api","topic":"a/b/#","qos":1' "$(get /subscriptions/tour-api)"
expect "the topic tree" '"topic":"jobs"' "$(get /topic-tree)"
expect "wrong password" '"code":103' "$(curl -s -m 5 -u admin:wrong "$api/nodes")"
kill "$subscriber"
wait "$subscriber" 2>/dev/null || true
subscriber=
echo "tour: all steps as README says"
