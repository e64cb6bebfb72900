package io.nanomq.api;

import io.nanomq.api.route.ApiEndpoint;
import io.nanomq.api.route.ApiRoutes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/** Requests that nobody thought of: the API's own, with pieces replaced at random. */
final class RandomRequests {
  private static final List<String> METHODS =
      List.of("GET", "GET", "POST", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "X");
  private static final List<String> PIECES =
      List.of(
          "a",
          "%41",
          "%2F",
          "%zz",
          "%",
          "..",
          ".",
          ";x=1",
          "\u00e9",
          "\0",
          "+",
          "#",
          "$SYS",
          "~",
          "|",
          "%F0%9F%90%9D",
          "username",
          "match",
          "session",
          "status",
          "\"",
          "<",
          "{",
          "\\",
          "@",
          ":");
  private static final List<String> PARAMETERS =
      List.of(
          "clientid", "username", "qos", "topic", "share", "_page", "_limit", "dry_run", "x", "");
  private static final List<String> VALUES =
      List.of("0", "-1", "1e9", "true", "null", "\"\"", "[]", "{}", "1.5", "\"a\"", "\"#\"", "[1]");
  private static final List<String> NAMES =
      List.of(
          "topic",
          "topics",
          "payload",
          "qos",
          "retain",
          "clientid",
          "properties",
          "data",
          "msq_len",
          "tls",
          "bridge",
          "forwards",
          "encoding",
          "user_properties",
          "url",
          "x");
  private static final List<String> HEADERS =
      List.of(
          "Accept: x/y",
          "Content-Type: text/plain",
          "Expect: 100-continue",
          "Cookie: ;;=",
          "Connection: keep-alive",
          "Range: bytes=9-1",
          "X-Forwarded-For: ,",
          "Content-Encoding: br",
          "Upgrade: websocket",
          "If-None-Match: *");

  private static final Pattern NOT_THESE = Pattern.compile("stop|restart|ctrl|events");

  private final Random random;

  RandomRequests(long seed) {
    random = new Random(seed);
  }

  byte[] next() {
    String body = random.nextInt(3) == 0 ? json(0) : "";
    var text = new StringBuilder();
    text.append(pick(METHODS)).append(' ').append(target()).append(" HTTP/1.1\r\nHost: x\r\n");
    text.append(HostileRequests.CREDENTIALS).append("Connection: close\r\n");
    for (int i = random.nextInt(3); i > 0; i--) {
      text.append(pick(HEADERS)).append("\r\n");
    }
    if (!body.isEmpty() || random.nextBoolean()) {
      text.append("Content-Length: ").append(body.length()).append("\r\n");
    }
    byte[] bytes =
        text.append("\r\n").append(body).toString().getBytes(StandardCharsets.ISO_8859_1);
    for (int i = random.nextInt(8) == 0 ? random.nextInt(4) : 0; i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  // Nothing that stops or moves the broker, and no answer without end.
  private String target() {
    ApiEndpoint endpoint = pick(ApiResources.ENDPOINTS.listed());
    String path = NOT_THESE.matcher(endpoint.path()).find() ? "/nodes" : endpoint.path();
    var target = new StringBuilder(ApiRoutes.ROOT);
    for (String segment : path.substring(1).split("/")) {
      boolean own = !segment.startsWith(":") && random.nextInt(12) > 0;
      target.append('/').append(own ? segment : junk());
    }
    if (random.nextInt(2) == 0) {
      target.append('?').append(pick(PARAMETERS)).append('=').append(junk());
    }
    return target.toString().replace(' ', '+');
  }

  private String junk() {
    var text = new StringBuilder();
    for (int i = random.nextInt(5); i >= 0; i--) {
      text.append(pick(PIECES));
    }
    return text.toString();
  }

  private String json(int depth) {
    int kind = depth > 4 ? 9 : random.nextInt(10);
    if (kind < 5) {
      var text = new StringBuilder("{");
      for (int i = random.nextInt(4); i >= 0; i--) {
        text.append('"').append(pick(NAMES)).append("\":").append(json(depth + 1)).append(',');
      }
      text.setLength(text.length() - 1);
      return text.append(random.nextInt(20) == 0 ? "" : "}").toString();
    }
    return kind == 5 ? "[" + json(depth + 1) + "]" : pick(VALUES);
  }

  private <T> T pick(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
