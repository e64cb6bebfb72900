package io.nanomq.api;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Requests that broke a broker or a library somewhere once, as their bytes, by what is in them. */
final class HostileRequests {
  static final String CREDENTIALS = "Authorization: Basic YWRtaW46cHVibGlj\r\n";
  private static final String NODES = "/api/v4/nodes";
  private static final String PUBLISH = "/api/v4/mqtt/publish";
  private static final String CONFIGURATION = "/api/v4/configuration";

  private final Map<String, byte[]> all = new LinkedHashMap<>();

  private HostileRequests() {}

  static Map<String, byte[]> all() {
    var requests = new HostileRequests();
    requests.targets();
    requests.heads();
    requests.framing();
    requests.numbersAndText();
    requests.structures();
    return requests.all;
  }

  private void targets() {
    get("100,000 slashes", "/".repeat(100_000));
    get("100,000 slashes in the API", "/api/v4/" + "/".repeat(100_000));
    get("7,000 slashes in the API", "/api/v4/" + "/".repeat(7_000));
    get("bad escape in a parameter", "/api/v4/clients/%zz");
    get("half an escape", "/api/v4/clients/%e");
    get("percent at the end", "/api/v4/clients/username/%");
    get("bad escape in a query", "/api/v4/clients?clientid=%zz");
    get("bad escape in a name of a query", NODES + "?%zz=1");
    get("bytes that are no UTF-8", "/api/v4/clients/%ff%fe");
    get("encoded NUL", "/api/v4/clients/a%00b");
    get("NUL", "/api/v4/clients/a\0b");
    get("encoded line end", "/api/v4/clients/a%0d%0ab");
    get("backslash", "/api\\v4/nodes");
    get("not encoded", "/api/v4/clients/\u00e9\u00ff");
    get("quote in a query", NODES + "?=\"");
    get("braces", "/api/v4/clients/{a}|^`<>[]");
    get("no slash", "api/v4/nodes");
    get("only a query", "?x");
    get("no path", "");
    get("absolute", "http://h:99999999" + NODES);
    get("absolute without a path", "http://h");
    get("many parameters", "/api/v4/clients?" + "a=1&".repeat(1_500));
    get("empty parameters", "/api/v4/clients?;;&&=&=");
    get("numbers beyond their range", "/api/v4/clients?_page=99999999999&_limit=-1");
    get("last page there is", "/api/v4/clients?_page=2147483647&_limit=10000");
    get("dots", "/api/v4/../../etc/passwd");
    get("encoded dots", "/api/v4/%2e%2e/nodes");
  }

  private void heads() {
    head("no HTTP", "\0\1\2\3 hello\r\n\r\n");
    head("HTTP/0.9", "GET " + NODES + "\r\n\r\n");
    head("HTTP/1.0", "GET " + NODES + " HTTP/1.0\r\n" + CREDENTIALS + "\r\n");
    head("HTTP/2.0", "GET " + NODES + " HTTP/2.0\r\nHost: x\r\n\r\n");
    head("HTTP/2 by prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    head("another protocol", "GET " + NODES + " HTTX/1.1\r\nHost: x\r\n\r\n");
    head("TLS", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003\r\n\r\n");
    head("no Host", "GET " + NODES + " HTTP/1.1\r\n" + CREDENTIALS + "\r\n");
    head("two Hosts", start("GET", NODES) + "Host: y\r\n\r\n");
    head("illegal Host", "GET " + NODES + " HTTP/1.1\r\nHost: a b:99999999\r\n\r\n");
    head("OPTIONS *", start("OPTIONS", "*") + "\r\n");
    head("CONNECT", start("CONNECT", "h:80") + "\r\n");
    head("TRACE", start("TRACE", NODES) + "\r\n");
    head("unknown method", start("BREW", NODES) + "\r\n");
    head("lower case method", start("get", NODES) + "\r\n");
    head("method that is no token", start("G@\u00ffT", NODES) + "\r\n");
    head("long method", start("A".repeat(5_000), NODES) + "\r\n");
    header("3,000 bytes of credentials", "Authorization: Basic " + "A".repeat(3_000));
    header("credentials that are no text", "Authorization: Basic \u00ff\u00fe");
    header("long header", "X: " + "a".repeat(100_000));
    header("many headers", "X: 1\r\n".repeat(20_000) + "X: 1");
    header("1,000 headers", "X: 1\r\n".repeat(1_000) + "X: 1");
    header("NUL in a header", "X: a\0b");
    header("blank in a name", "X Y: a");
    header("no colon", "XY");
    header("folded", "X: a\r\n b");
    header("unknown expectation", "Expect: wonders");
    header("upgrade to HTTP/2", "Upgrade: h2c\r\nHTTP2-Settings: AAAA");
    header("unacceptable", "Accept: ;;;,/,*\r\nAccept-Encoding: ;q=9\r\nAccept-Language: ;");
    header("another method meant", "X-HTTP-Method-Override: DELETE");
  }

  private void framing() {
    framed("two lengths", "Content-Length: 2\r\nContent-Length: 3", "{}x");
    framed("two equal lengths", "Content-Length: 2\r\nContent-Length: 2", "{}");
    framed("list of lengths", "Content-Length: 2, 2", "{}");
    framed("negative length", "Content-Length: -1", "{}");
    framed("signed length", "Content-Length: +2", "{}");
    framed("length that is no number", "Content-Length: abc", "{}");
    framed("endless length", "Content-Length: 99999999999999999999999", "{}");
    framed("longest length", "Content-Length: 9223372036854775807", "{}");
    String chunk = "2\r\n{}\r\n0\r\n\r\n";
    framed("length and chunks", "Content-Length: 2\r\nTransfer-Encoding: chunked", chunk);
    framed("unknown coding", "Transfer-Encoding: gzip", chunk);
    framed("coding that looks like chunked", "Transfer-Encoding: xchunked", chunk);
    framed("chunked is not last", "Transfer-Encoding: chunked, gzip", chunk);
    framed("two codings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", chunk);
    framed("size that is no number", "Transfer-Encoding: chunked", "zz\r\n{}\r\n0\r\n\r\n");
    framed("negative size", "Transfer-Encoding: chunked", "-1\r\n{}\r\n0\r\n\r\n");
    framed("endless size", "Transfer-Encoding: chunked", "fffffffff\r\n{}\r\n0\r\n\r\n");
    framed("long extension", "Transfer-Encoding: chunked", "2;" + "a".repeat(100_000) + "\r\n{}");
    framed(
        "long trailer",
        "Transfer-Encoding: chunked",
        "2\r\n{}\r\n0\r\nX: " + "y".repeat(100_000) + "\r\n\r\n");
    head(
        "chunks in HTTP/1.0",
        "POST "
            + PUBLISH
            + " HTTP/1.0\r\n"
            + CREDENTIALS
            + "Transfer-Encoding: chunked\r\n\r\n"
            + chunk);
    head("length of a GET", start("GET", NODES) + "Content-Length: 9223372036854775807\r\n\r\n");
    framed("compressed", "Content-Encoding: gzip\r\nContent-Length: 4", "\u001f\u008b\u0008\0");
    framed("type that is none", "Content-Type: ;;\u00ff\r\nContent-Length: 2", "{}");
    framed("parts", "Content-Type: multipart/form-data\r\nContent-Length: 2", "{}");
  }

  private void numbersAndText() {
    post("1e400", PUBLISH, "{\"topic\":\"a\",\"payload\":\"\",\"qos\":1e400}");
    post("1e400 in a configuration", CONFIGURATION, "{\"data\":{\"msq_len\":1e400}}");
    post("1e999999999", "/api/v4/reload", "{\"data\":{\"keepalive_backoff\":1e999999999}}");
    post("900 digits", "/api/v4/reload", "{\"data\":{\"msq_len\":" + "9".repeat(900) + "}}");
    post("1,000,000 digits", CONFIGURATION, "{\"data\":{\"x\":" + "9".repeat(1_000_000) + "}}");
    post("NaN", CONFIGURATION, "{\"data\":{\"msq_len\":NaN}}");
    post("bytes that are no text", PUBLISH, "{\"topic\":\"\u00ff\",\"payload\":\"\"}");
    post("half a surrogate pair", PUBLISH, "{\"topic\":\"\\ud800\",\"payload\":\"\"}");
    post("byte order mark", PUBLISH, "\u00ef\u00bb\u00bf{\"topic\":\"a\",\"payload\":\"\"}");
    post("UTF-16", PUBLISH, "\u00ff\u00fe{\0\"\0t\0\"\0}\0");
    post("long topic", PUBLISH, "{\"topic\":\"" + "a".repeat(1_000_000) + "\",\"payload\":\"\"}");
    post("a million topics", PUBLISH, "{\"topics\":\"" + ",".repeat(1_000_000) + "\"}");
    post("NUL in a value", CONFIGURATION, "{\"data\":{\"url\":\"nmq-tcp://\\u0000:1\"}}");
    post("NULs", "/api/v4/config_update", "\0".repeat(10_000));
    post("device", "/api/v4/config_update", "include \"/dev/zero\"\nmqtt {}");
    post(
        "device as a secret",
        CONFIGURATION,
        "{\"data\":{\"http_server\":{\"password\":\"${file:/dev/zero}\"}}}");
  }

  private void structures() {
    String batch = PUBLISH + "_batch";
    post("nothing", PUBLISH, "");
    post("array for an object", PUBLISH, "[]");
    post("object for an array", batch, "{}");
    post("array of other things", batch, "[[],null,1]");
    post("members of other types", batch, "[{},{\"topic\":1},{\"topics\":[null]},{\"topics\":{}}]");
    post(
        "a million publishes",
        batch,
        batchOf("{\"payload\":\"\",\"topics\":\"" + "a,".repeat(999) + "a\"}"));
    post("100,000 arrays", PUBLISH, "[".repeat(100_000));
    post("100,000 objects", CONFIGURATION, "{\"data\":".repeat(100_000));
    post("100,000 sections", "/api/v4/config_update", "a {".repeat(100_000));
    post("100,000 lists", "/api/v4/config_update", "a=" + "[".repeat(100_000));
    post("a name twice", PUBLISH, "{\"topic\":\"a\",\"topic\":\"b\",\"payload\":\"\"}");
    post("two documents", PUBLISH, "{\"topic\":\"a\",\"payload\":\"\"}{}");
    post("20,000 unknown members", CONFIGURATION, "{\"data\":{" + members(20_000) + "}}");
    post("100,000 unknown members", PUBLISH, "{" + members(100_000) + "}");
    post("circle", "/api/v4/config_update", "a = ${b}\nb = ${a}");
  }

  private static String batchOf(String element) {
    return "[" + (element + ",").repeat(999) + element + "]";
  }

  private static String members(int count) {
    var text = new StringBuilder("\"a\":1");
    for (int i = 0; i < count; i++) {
      text.append(",\"m").append(i).append("\":1");
    }
    return text.toString();
  }

  private static String start(String method, String target) {
    return method
        + " "
        + target
        + " HTTP/1.1\r\nHost: x\r\n"
        + CREDENTIALS
        + "Connection: close\r\n";
  }

  private void get(String name, String target) {
    head(name, start("GET", target) + "\r\n");
  }

  private void header(String name, String line) {
    String credentials = line.startsWith("Authorization") ? "" : CREDENTIALS;
    head(name, "GET " + NODES + " HTTP/1.1\r\nHost: x\r\n" + credentials + line + "\r\n\r\n");
  }

  private void framed(String name, String headers, String body) {
    head(name, start("POST", PUBLISH) + headers + "\r\n\r\n" + body);
  }

  private void post(String name, String path, String body) {
    head(name, start("POST", path) + "Content-Length: " + body.length() + "\r\n\r\n" + body);
  }

  // One character, one byte: what is beyond ASCII is meant to be no UTF-8.
  private void head(String name, String bytes) {
    if (all.put(name, bytes.getBytes(StandardCharsets.ISO_8859_1)) != null) {
      throw new IllegalStateException("Two requests are called " + name);
    }
  }
}
