package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanomq.FreePort;
import io.nanomq.it.RawHttp.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replays what NanoMQ 0.8.0 was asked against the packaged broker in the same state. What we answer
 * otherwise must be in the list of {@code docs/api-compatibility.md}, and what that list says must
 * be so.
 */
@Timeout(300)
@Tag("slow")
class GoldenIT {
  private static final int ANSWER_MILLIS = 30_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private final Map<String, String> ports = new HashMap<>();
  private final List<AnswerDifference> found = new ArrayList<>();
  private final List<String> replayed = new ArrayList<>();
  private GoldenTokens tokens;
  private int http;

  @BeforeEach
  void state() throws Exception {
    for (String name : List.of("mqtt", "tls", "ws", "wss", "remote", "http")) {
      ports.put("{" + name + "}", Integer.toString(FreePort.find()));
    }
    http = Integer.parseInt(ports.get("{http}"));
    tokens = new GoldenTokens(folder);
    Files.writeString(folder.resolve("key.pem"), tokens.keys().pkcs8());
    for (String certificate : List.of("cert.pem", "cacert.pem")) {
      Files.writeString(folder.resolve(certificate), tokens.keys().certificatePem());
    }
    tokens.writePublicKey(folder);
  }

  @Test
  void everyDifferenceIsOnPurpose() throws Exception {
    oneBrokerFromStartToStop();
    restartAndStop();
    tokens();
    noSuchAuthType();

    AllowedDifferences.assertThatExactlyTheseAreAllowed(found, replayed);
  }

  private void oneBrokerFromStartToStop() throws Exception {
    try (PackagedBroker broker = start("basic")) {
      replay("A", "B", "C");
      var scene = new GoldenScene(Integer.parseInt(ports.get("{mqtt}")));
      scene.everybody();
      replay("D");
      scene.somebodyLeaves();
      replay("D2");
      scene.oneWithoutUsername();
      replay("E");
      scene.nobody();
      replay("F", "G", "H", "I");
      assertThat(broker.awaitEnd()).isZero();
    }
  }

  private void restartAndStop() throws Exception {
    try (PackagedBroker broker = start("basic")) {
      replay("J");
      assertThat(broker.awaitEnd()).isZero();
    }
  }

  private void tokens() throws Exception {
    try (PackagedBroker broker = start("jwt")) {
      replay("K");
      broker.terminate();
      assertThat(broker.awaitEnd()).isZero();
    }
  }

  private void noSuchAuthType() throws Exception {
    try (PackagedBroker broker = new PackagedBroker(folder, Map.of(), arguments("none"))) {
      assertThat(broker.awaitEnd()).isNotZero();
      assertThat(broker.log()).contains("http_server.auth_type");
      replay("L");
    }
  }

  private PackagedBroker start(String authType) throws IOException {
    var broker =
        new PackagedBroker(
            folder,
            Map.of("QUARKUS_MANAGEMENT_HOST", "127.0.0.1", "QUARKUS_MANAGEMENT_PORT", "0"),
            arguments(authType));
    broker.awaitLog("HTTP API on");
    return broker;
  }

  private String[] arguments(String authType) throws IOException {
    String document = GoldenExchange.resource("/golden/nanomq.conf");
    document = document.replace("{auth_type}", authType).replace("{folder}", folder.toString());
    Files.writeString(folder.resolve("nanomq.conf"), fill(document));
    return new String[] {"--conf", folder.resolve("nanomq.conf").toString()};
  }

  private void replay(String... sections) throws IOException {
    for (String section : sections) {
      for (GoldenExchange exchange : GoldenExchange.section(section)) {
        replayed.add(exchange.label());
        compare(exchange, ask(exchange));
      }
    }
  }

  private Answer ask(GoldenExchange exchange) {
    try {
      byte[] request = exchange.request(http, text -> tokens.fill(fill(text)));
      Answer answer = RawHttp.exchange(http, request, ANSWER_MILLIS);
      assertThat(answer.timedOut()).as(exchange.label()).isFalse();
      return answer;
    } catch (IOException nobodyListens) {
      return Answer.CLOSED;
    }
  }

  private String fill(String text) {
    String filled = text;
    for (Map.Entry<String, String> port : ports.entrySet()) {
      filled = filled.replace(port.getKey(), port.getValue());
    }
    return filled;
  }

  private void compare(GoldenExchange golden, Answer here) throws IOException {
    text(golden, "status", status(golden.status()), status(here.status()));
    if (golden.status() == 0 || here.status() == 0) {
      return;
    }
    text(golden, "Content-Type", golden.contentType(), here.header("Content-Type").orElse("none"));
    text(golden, "WWW-Authenticate", "none", here.header("WWW-Authenticate").orElse("none"));
    String expected = kind(golden.answer());
    text(golden, "body", expected, kind(here.text()));
    if (expected.equals("json") && kind(here.text()).equals("json")) {
      found.addAll(
          JsonComparison.of(
              golden.label(), JSON.readTree(fill(golden.answer())), JSON.readTree(here.body())));
    }
  }

  private void text(GoldenExchange golden, String what, String before, String here) {
    if (!before.equals(here)) {
      found.add(new AnswerDifference(golden.label(), what, before, here));
    }
  }

  private static String status(int status) {
    return status == 0 ? "closed" : Integer.toString(status);
  }

  private static String kind(String body) {
    return body.isEmpty()
        ? "none"
        : body.startsWith("<") ? "html" : body.startsWith("{") ? "json" : "text";
  }
}
