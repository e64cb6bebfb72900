package io.nanomq.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The body of the example of {@code POST /api/v4/configuration}, word for word. */
public final class ConfigurationExample {
  private ConfigurationExample() {}

  public static String text() {
    try (var in = ConfigurationExample.class.getResourceAsStream("configuration-example.json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same with ports of this machine that are free in place of its own. */
  public static String withPorts(int tcp, int webSocket, int http) {
    // The bridge's address has 1883 too, which is the other broker's.
    return text()
        .replace("nmq-tcp://0.0.0.0:1883", "nmq-tcp://0.0.0.0:" + tcp)
        .replace("nmq-ws://0.0.0.0:8083", "nmq-ws://0.0.0.0:" + webSocket)
        .replace("\"port\": 8081", "\"port\": " + http);
  }

  /** What {@code actual} has not, or has otherwise, of {@code wanted}: paths and values. */
  public static List<String> missing(Map<?, ?> wanted, Map<?, ?> actual) {
    List<String> missing = new ArrayList<>();
    missing("", wanted, actual, missing);
    return missing;
  }

  private static void missing(
      String path, Map<?, ?> wanted, Map<?, ?> actual, List<String> missing) {
    for (Map.Entry<?, ?> member : wanted.entrySet()) {
      String here = path + "/" + member.getKey();
      Object is = actual.get(member.getKey());
      if (member.getValue() instanceof Map<?, ?> section && is instanceof Map<?, ?> found) {
        missing(here, section, found, missing);
      } else if (!actual.containsKey(member.getKey()) || !Objects.equals(member.getValue(), is)) {
        missing.add(here + " is " + is + ", not " + member.getValue());
      }
    }
  }
}
