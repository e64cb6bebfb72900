package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nanomq.transfer.Export;
import io.nanomq.transfer.Import;
import io.nanomq.transfer.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Exports and imports of test brokers as text. */
final class TransferText {
  static final String HEADER = "{\"kind\":\"nanomq-export\",\"format\":1}\n";

  /** Times of tests are so far apart: they are told to the next one. */
  static final long APART_MILLIS = 1_000_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private TransferText() {}

  static String export(TestBroker broker) throws IOException {
    return export(broker, Export.Kind.ALL);
  }

  static String export(TestBroker broker, Export.Kind kind) throws IOException {
    var out = new ByteArrayOutputStream();
    new Export(broker.broker().transfers(), out::writeBytes).run(kind, "1.2.3");
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Imports these lines, with first and last line around them. */
  static Progress.View imported(TestBroker broker, String... lines) {
    return imported(broker, whole(lines), false, false);
  }

  static String whole(String... lines) {
    return HEADER
        + String.join("\n", lines)
        + "\n{\"kind\":\"end\",\"lines\":%d}\n".formatted(lines.length);
  }

  static Progress.View imported(TestBroker broker, String text, boolean dry, boolean replaces) {
    var progress = new Progress();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    new Import(broker.broker().transfers(), dry, replaces, progress)
        .run(new ByteArrayInputStream(bytes));
    return progress.now();
  }

  /**
   * What an export says, in an order of its own: retained messages by topic, and for each client
   * its session, its subscriptions by filter and its messages in their order.
   */
  static Map<String, List<JsonNode>> meaning(String export) throws JsonProcessingException {
    Map<String, List<JsonNode>> all = new TreeMap<>();
    for (String line : export.lines().toList()) {
      ObjectNode node = (ObjectNode) JSON.readTree(line);
      round(node);
      String kind = node.get("kind").asText();
      switch (kind) {
        case "nanomq-export", "end" -> {}
        case "retained" -> add(all, "retained " + node.get("topic").asText(), node);
        case "subscription" ->
            add(all, node.get("clientid").asText() + " " + node.get("filter").asText(), node);
        default -> add(all, node.get("clientid").asText() + " " + kind, node);
      }
    }
    return all;
  }

  private static void round(ObjectNode node) {
    for (String time : List.of("expires_at", "due_at")) {
      if (node.has(time)) {
        node.put(time, Math.round(node.get(time).asDouble() / APART_MILLIS));
      }
    }
    if (node.get("will") instanceof ObjectNode will) {
      round(will);
    }
  }

  private static void add(Map<String, List<JsonNode>> all, String key, JsonNode node) {
    all.computeIfAbsent(key, any -> new ArrayList<>()).add(node);
  }

  static void assertSame(String export, String other) throws JsonProcessingException {
    Map<String, List<JsonNode>> there = meaning(other);
    Map<String, List<JsonNode>> here = meaning(export);
    assertThat(here.keySet()).isEqualTo(there.keySet());
    here.forEach((key, lines) -> assertThat(lines).as(key).isEqualTo(there.get(key)));
  }
}
