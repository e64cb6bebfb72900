#!/usr/bin/env python3
"""Holds the HTTP API of an empty broker against NanoMQ's answers.

api_golden.py --port P [--user admin] [--password public]

The broker must have no client and no session. Dates, uptime and version are compared by shape, all
else byte for byte. Python's standard library only. Exit 0 without failures.
"""

import argparse
import base64
import http.client
import re

NODE = r'"node_status":"Running",'
UPTIME = r'"uptime":"\d+ Hours, \d+ minutes, \d+ seconds","version":"[^"]+"'
EMPTY = re.escape('{"code":0,"data":[]}')
BROKERS = (r'\{"code":0,"data":\[\{"datetime":"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",' + NODE
           + r'"sysdescr":"NanoMQ Broker",' + UPTIME + r'\}\]\}')
NODES = r'\{"code":0,"data":\[\{"connections":0,' + NODE + UPTIME + r'\}\]\}'
TREE = re.escape('{"code":0,"data":[[{"topic":"","cld_cnt":0}],[]]}')
LIST = (r'\{"code":0,"data":\[(\{"path":"/[^"]+","name":"[^"]+","method":"[A-Z]+",'
        r'"descr":"[^"]+"\},?)+\]\}')

TEXT = r'(null|"[^"]*")'
FLAG = r"(true|false)"
# Members and their order as in the reference; ours add qos_duration and, at the end, keypass.
CONFIGURATION = (
    r'\{"code":0,"data":\{"url":"[^"]+","num_taskq_thread":\d+,"max_taskq_thread":\d+,"parallel":\d+,'
    rf'"property_size":\d+,"msq_len":\d+,"qos_duration":\d+,"allow_anonymous":{FLAG},"daemon":{FLAG},'
    rf'"tls":\{{"enable":{FLAG},"url":"[^"]+","key_password":{TEXT},"key":{TEXT},"cert":{TEXT},'
    rf'"cacert":{TEXT},"verify_peer":{FLAG},"fail_if_no_peer_cert":{FLAG},"keypass":{TEXT}\}},'
    rf'"websocket":\{{"enable":{FLAG},"url":"[^"]+","tls_url":"[^"]+"\}},'
    rf'"http_server":\{{"enable":{FLAG},"port":\d+,"username":"[^"]+","password":"[^"]+",'
    r'"auth_type":"(basic|jwt)"\},"bridge":\{"bridge_mode":.*,"forwards":\[.*\],'
    r'"subscription":\[.*\]\}\}\}')
RELOAD = (
    r'\{"code":0,"data":\{"property_size":\d+,"max_packet_size":\d+,"client_max_packet_size":\d+,'
    rf'"msq_len":\d+,"qos_duration":\d+,"keepalive_backoff":[\d.]+,"allow_anonymous":{FLAG},'
    rf'"enable_mqtt_stream":false,"bridge_mode":{FLAG}\}}\}}')


def error(code):
    return r'\{"code":%d,"message":"[^"]+"\}' % code


# method, path, Authorization ("" = the right one, None = no header), status, body
CHECKS = [
    ("GET", "/api/v4", "", 200, LIST),
    ("GET", "/api/v4/", "", 200, LIST),
    ("GET", "/api/v4/brokers", "", 200, BROKERS),
    ("GET", "/api/v4/brokers/", "", 200, BROKERS),
    ("GET", "/api/v4/nodes", "", 200, NODES),
    ("GET", "/api/v4/nodes?x=1&y=2", "", 200, NODES),
    ("GET", "/api/v4/clients", "", 200, EMPTY),
    ("GET", "/api/v4/clients/nosuch", "", 200, EMPTY),
    ("GET", "/api/v4/clients/a%20b", "", 200, EMPTY),
    ("GET", "/api/v4/clients/username/nosuch", "", 200, EMPTY),
    ("GET", "/api/v4/subscriptions", "", 200, EMPTY),
    ("GET", "/api/v4/subscriptions/nosuch", "", 200, EMPTY),
    ("GET", "/api/v4/topic-tree", "", 200, TREE),
    ("GET", "/api/v4/configuration", "", 200, CONFIGURATION),
    ("GET", "/api/v4/configuration/", "", 200, CONFIGURATION),
    ("GET", "/api/v4/reload", "", 200, RELOAD),
    ("POST", "/api/v4/configuration", "", 400, error(109)),
    ("POST", "/api/v4/reload", "", 400, error(109)),
    ("POST", "/api/v4/ctrl/reboot", "", 404, error(101)),
    ("POST", "/api/v4/ctrl", "", 404, error(102)),
    ("GET", "/api/v4/ctrl/stop", "", 405, error(102)),
    ("PUT", "/api/v4/configuration", "", 405, error(102)),
    ("GET", "/api/v4/clients?nosuch=1", "", 400, error(108)),
    ("GET", "/api/v4/nodes", None, 401, error(104)),
    ("GET", "/api/v4/nosuch", None, 401, error(104)),
    ("GET", "/api/v4/nodes", "Basic", 401, error(104)),
    ("GET", "/api/v4/nodes", "basic YWRtaW46cHVibGlj", 200, r'\{"code":0,"data":\[.*\]\}'),
    ("GET", "/api/v4/nodes", "Bearer abc.def.ghi", 401, error(104)),
    ("GET", "/api/v4/nodes", "Basic !!!notbase64", 401, error(103)),
    ("GET", "/api/v4/nodes", "Basic " + base64.b64encode(b":").decode(), 401, error(103)),
    ("GET", "/api/v4/nodes", "Basic " + "A" * 3000, 401, error(103)),
    ("GET", "/api/v4/nosuch", "", 404, error(102)),
    ("GET", "/api/v4//nodes", "", 404, error(102)),
    ("GET", "/api/v4/nodes/1", "", 404, error(102)),
    ("GET", "/api/v4/clients/a/b", "", 404, error(102)),
    ("DELETE", "/api/v4/clients", "", 400, error(107)),
    ("PATCH", "/api/v4/nodes", "", 405, error(102)),
    ("HEAD", "/api/v4/nodes", "", 405, ""),
    ("GET", "/api/v1/nodes", "", 404, None),
    ("GET", "/", None, 404, None),
]


def ask(port, method, path, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type"), answer.read().decode()
    finally:
        connection.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--user", default="admin")
    parser.add_argument("--password", default="public")
    options = parser.parse_args()
    pair = f"{options.user}:{options.password}".encode()
    right = "Basic " + base64.b64encode(pair).decode()
    failed = 0
    for method, path, authorization, status, body in CHECKS:
        headers = {} if authorization is None else {"Authorization": authorization or right}
        got = ask(options.port, method, path, headers)
        good = got[0] == status and (
            body is None or (got[1] == "application/json" and re.fullmatch(body, got[2])))
        if not good:
            failed += 1
            print(f"FAIL {method} {path} {authorization}: want {status} {body}, got {got}")
    print(f"api: {len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
