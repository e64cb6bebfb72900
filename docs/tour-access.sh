#!/bin/sh
# README's tour of who may do what: lets in those who are known, adds a user, denies a topic, sees why.
#   MQTT_PORT=1883 HTTP_PORT=8081 QUARKUS_MANAGEMENT_PORT=9000 sh docs/tour-access.sh
# Starts a broker of its own. Ends with 0 only if every step showed what README says.
set -eu

mqtt=${MQTT_PORT:-1883}
http=${HTTP_PORT:-8081}
api=http://127.0.0.1:$http/api/v4
nanomq=$(cd "$(dirname "$0")/.." && pwd)/bin/nanomq
work=$(mktemp -d)
conf=$work/my.conf
broker=
trap '[ -z "$broker" ] || kill "$broker" 2>/dev/null; rm -rf "$work"' EXIT

expect() { # what, pattern, text
  case $3 in
    *"$2"*) echo "ok: $1" ;;
    *) echo "tour: $1: expected '$2', got: $3" >&2; exit 1 ;;
  esac
}

post() { # path, body
  curl -s -m 5 -u admin:not-public "$api$1" -d "$2"
}

publish() { # arguments of mosquitto_pub; answers what it says, and how it ends
  mosquitto_pub -h 127.0.0.1 -p "$mqtt" "$@" 2>&1 && echo "ended with 0" || echo "ended with $?"
}

cat >"$conf" <<CONF
url=nmq-tcp://127.0.0.1:$mqtt
websocket.enable=false
http_server.ip_addr=127.0.0.1
http_server.port=$http
http_server.password=not-public
CONF
"$nanomq" start --conf "$conf" >"$work/log" 2>&1 </dev/null &
broker=$!
tries=0
until curl -s -m 2 -u admin:not-public "$api/brokers" | grep -q Running; do
  tries=$((tries + 1))
  [ "$tries" -lt 300 ] || { cat "$work/log" >&2; exit 1; }
  sleep 0.1
done
expect "anybody" "ended with 0" "$(publish -t a -m 1)"

# Only who is known.
cat >>"$conf" <<CONF
allow_anonymous=false
auth.1.login=alice
auth.1.password=wonderland
CONF
"$nanomq" restart --conf "$conf" >/dev/null
expect "nobody without a name" "Connection Refused" "$(publish -t a -m 1)"
expect "a user of the document" "ended with 0" "$(publish -u alice -P wonderland -t a -m 1)"

# A user more, at once.
expect "sensor-1 is not known" "Connection Refused" "$(publish -u sensor-1 -P secret -t a -m 1)"
expect "sensor-1 is added" '"code":0' "$(post /users '{"username":"sensor-1","password":"secret"}')"
expect "sensor-1 is let in" "ended with 0" "$(publish -u sensor-1 -P secret -t a -m 1)"

# A topic less, and why.
cat >>"$conf" <<'CONF'
acl.rule.1={"permit": "allow", "username": "alice", "topics": ["vault/#"]}
acl.rule.2={"permit": "deny", "topics": ["vault/#"]}
CONF
"$nanomq" reload --conf "$conf" >/dev/null
expect "sensor-1 may not" "Publish 1 failed: Not authorized" \
  "$(publish -V 5 -q 1 -u sensor-1 -P secret -t vault/door -m open)"
expect "alice may" "ended with 0" "$(publish -V 5 -q 1 -u alice -P wonderland -t vault/door -m open)"
why=$(post /acl/check '{"clientid":"any","username":"sensor-1","action":"publish","topic":"vault/door"}')
expect "the verdict" '"verdict":"deny"' "$why"
expect "the rule's file and line" "/my.conf\",\"line\":10,\"text\":\"deny everybody pubsub vault/#\"" "$why"
expect "alice's verdict" '"verdict":"allow"' \
  "$(post /acl/check '{"clientid":"any","username":"alice","action":"publish","topic":"vault/door"}')"

"$nanomq" stop --conf "$conf" >/dev/null
wait "$broker"
broker=
echo "tour: who may do what is as README says"
