package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nanomq.backend.WebPeer;
import io.nanomq.config.Confs;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.memory.Purpose;
import io.nanomq.sink.SinkFigures;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A web server is told what happens. */
@Timeout(120)
class C26WebhookTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PUBLISH = 3;
  private static final int PUBACK = 4;

  private final WebPeer peer = new WebPeer(WebPeer.says(200));
  private final Queue<String> taken = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    peer.close();
  }

  private void answers() {
    peer.does(
        (request, body) -> {
          taken.add(body);
          request.response().setStatusCode(200).end();
        });
  }

  private String hook(String more) {
    return "web.hook.enable=true\nweb.hook.url=" + peer.url("/hook") + "\n" + more;
  }

  private static String on(String... events) {
    StringBuilder text = new StringBuilder();
    for (String event : events) {
      text.append("web.hook.rule.").append(event).append(".1={\"action\":\"x\"}\n");
    }
    return text.toString();
  }

  private static void configure(TestBroker broker, String text) throws Exception {
    broker.reconfigure(Confs.load(text).conf());
  }

  private static SinkFigures figures(TestBroker broker) {
    return broker.broker().integrations().webhooks().figures();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private List<String> payloads() {
    return taken.stream().map(body -> json(body).get("payload").asText()).toList();
  }

  private static JsonNode json(String body) {
    try {
      return JSON.readTree(body);
    } catch (Exception e) {
      throw new IllegalStateException(body, e);
    }
  }

  /** Without what differs from run to run. */
  private static String plain(String body) {
    ObjectNode json = (ObjectNode) json(body);
    for (String time : List.of("ts", "connected_at")) {
      if (json.has(time)) {
        assertThat(json.get(time).asLong()).isGreaterThan(1_600_000_000_000L);
        json.put(time, 1);
      }
    }
    return json.toString().replace('"', '\'');
  }

  /** A client that does whatever there is an event for. */
  private static void live(TestBroker broker) {
    RawClient ann = broker.raw(4).connect("c1", "ann", "x");
    ann.receive(2);
    ann.subscribe(1, "a/b", 1).receive(9);
    ann.publish("a/b", 1, 2, utf8("hi"));
    int packetId = 0;
    for (int i = 0; i < 2; i++) {
      RawPacket packet = ann.receive();
      packetId = packet.type() == PUBLISH ? packet.publishId() : packetId;
    }
    ann.acknowledge(PUBACK, packetId);
    byte[] unsubscribe = {0, 3, 0, 3, 'a', '/', 'b'};
    ann.packet(0xA2, unsubscribe).receive(11);
    ann.send(0xE0, 0);
    assertThat(ann.isClosedByBroker()).isTrue();
  }

  @Test
  void everyEventArrivesWithItsDocumentedBody() throws Exception {
    answers();
    try (TestBroker broker = TestBroker.start()) {
      configure(
          broker,
          hook(
              on(
                  "client.connect",
                  "client.connack",
                  "client.connected",
                  "client.disconnected",
                  "client.subscribe",
                  "client.unsubscribe",
                  "session.subscribed",
                  "session.unsubscribed",
                  "session.terminated",
                  "message.publish",
                  "message.delivered",
                  "message.acked")));
      live(broker);
      TestBroker.soon().until(() -> taken.size() == 12);
      String who = "'username':'ann','clientid':'c1','action':'";
      String message =
          "{'ts':1,'topic':'a/b','retain':false,'qos':1,'action':'%s','from_username':'ann',"
              + "'from_client_id':'c1'%s,'payload':'hi'}";
      String to = ",'clientid':'c1','username':'ann'";
      assertThat(taken.stream().map(C26WebhookTest::plain))
          .containsExactly(
              "{'proto_ver':4,'keepalive':0," + who + "client_connect','ipaddress':'127.0.0.1'}",
              "{'proto_ver':4,'keepalive':0,'conn_ack':'success',"
                  + who
                  + "client_connack','ipaddress':'127.0.0.1'}",
              "{'proto_ver':4,'keepalive':0,"
                  + who
                  + "client_connected','ipaddress':'127.0.0.1','connected_at':1}",
              "{" + who + "client_subscribe','topic':'a/b','opts':{'qos':1}}",
              "{" + who + "session_subscribed','topic':'a/b','opts':{'qos':1}}",
              String.format(message, "message_publish", ""),
              String.format(message, "message_delivered", to),
              String.format(message, "message_acked", to),
              "{" + who + "client_unsubscribe','topic':'a/b'}",
              "{" + who + "session_unsubscribed','topic':'a/b'}",
              "{'reason':'normal'," + who + "session_terminated'}",
              "{'reason':'normal'," + who + "client_disconnected'}");
      TestBroker.soon().until(() -> figures(broker).sent() == 12);
    }
  }

  @Test
  void whoIsNotLetInIsToldAsAFailure() throws Exception {
    answers();
    try (TestBroker broker = TestBroker.start();
        RawClient client = broker.raw(4)) {
      configure(
          broker,
          "allow_anonymous=false\nauth.1.login=a\nauth.1.password=b\n"
              + hook(on("client.connack", "client.connected")));
      assertThat(client.connect("c1", "ann", "x").receive(2).at(1)).isEqualTo(5);
      TestBroker.soon().until(() -> taken.size() == 1);
      assertThat(json(taken.peek()).get("conn_ack").asText()).isEqualTo("fail");
      assertThat(taken.peek()).doesNotContain("\"x\"");
    }
  }

  @ParameterizedTest
  @CsvSource({"plain, hello", "base64, aGVsbG8=", "base62, 7tQLFHz"})
  void onlyWhatTheFilterMatchesIsToldAndNobodySubscribes(String encoding, String payload)
      throws Exception {
    answers();
    String text =
        "webhook { url = \""
            + peer.url("/hook")
            + "\", body.encoding = "
            + encoding
            + ", headers.x-key = k\n"
            + " events = [{event = on_message_publish, topic = \"a/+\"}] }\n";
    try (TestBroker broker = TestBroker.start();
        RawClient client = broker.raw(5).connected("p", true)) {
      configure(broker, text);
      assertThat(client.publish("b/c", 1, 1, utf8("no")).receive(PUBACK).at(2)).isEqualTo(0x10);
      assertThat(client.publish("a/c", 1, 2, utf8("hello")).receive(PUBACK).at(2)).isEqualTo(0x10);
      TestBroker.soon().until(() -> taken.size() == 1);
      assertThat(payloads()).containsExactly(payload);
      assertThat(broker.broker().subscriptionCount()).isZero();
      configure(broker, "daemon=false\n");
      client.publish("a/c", 1, 3, utf8("off")).receive(PUBACK);
      configure(broker, text.replace("a/+", "b/#"));
      client.publish("b/c", 1, 4, utf8("hello")).receive(PUBACK);
      TestBroker.soon().until(() -> taken.size() == 2);
      assertThat(payloads()).containsExactly(payload, payload);
    }
  }

  /** A server that hangs costs publishers nothing, and no more memory than it may. */
  @Test
  void aServerThatHangsFillsItsQueueAndNothingElse() throws Exception {
    Queue<Runnable> held = new ConcurrentLinkedQueue<>();
    peer.does(
        (request, body) ->
            held.add(
                () -> {
                  taken.add(body);
                  request.response().end();
                }));
    MemoryBudgets budgets = MemoryBudgets.ofProcess();
    try (TestBroker broker = TestBroker.start(budgets);
        RawClient client = broker.raw(4).connected("p", true)) {
      configure(
          broker, hook("web.hook.pool_size=4\nweb.hook.queue_len=50\n" + on("message.publish")));
      for (int i = 1; i <= 200; i++) {
        client.publish("t", 1, i, utf8("m" + i)).receive(PUBACK);
      }
      SinkFigures figures = figures(broker);
      assertThat(figures.queued()).isEqualTo(50);
      assertThat(figures.dropped()).isEqualTo(150);
      assertThat(budgets.of(Purpose.SINKS).held()).isPositive();
      TestBroker.soon().until(() -> held.size() == 1);
      answers();
      held.forEach(Runnable::run);
      TestBroker.soon().until(() -> figures.sent() == 50);
      assertThat(payloads())
          .containsExactlyElementsOf(IntStream.rangeClosed(1, 50).mapToObj(i -> "m" + i).toList());
      assertThat(peer.mostOpen()).as("one client, one lane").isEqualTo(1);
      assertThat(figures.queued()).isZero();
    }
  }

  @Test
  void whatFailsIsTriedAgainInOrderUntilTheServerIsBack() throws Exception {
    peer.does(WebPeer.says(500));
    try (TestBroker broker = TestBroker.start();
        RawClient client = broker.raw(4).connected("p", true)) {
      configure(broker, hook(on("message.publish")));
      List<String> sent = new ArrayList<>();
      for (int i = 1; i <= 20; i++) {
        client.publish("t", 1, i, utf8("m" + i)).receive(PUBACK);
        sent.add("m" + i);
      }
      SinkFigures figures = figures(broker);
      TestBroker.soon().until(() -> figures.retries() > 0);
      assertThat(figures.error()).isEqualTo("status 500");
      peer.does(WebPeer.RESETS);
      long before = figures.retries();
      TestBroker.soon().until(() -> figures.retries() > before);
      peer.die();
      answers();
      peer.comeBack();
      TestBroker.soon().until(() -> figures.sent() == 20);
      assertThat(payloads()).isEqualTo(sent);
      assertThat(figures.failed() + figures.dropped()).isZero();
      assertThat(figures.error()).isNull();
    }
  }

  @Test
  void whatIsRejectedOrHasHadItsTimeIsGivenUp() throws Exception {
    peer.does(
        (request, body) ->
            request.response().setStatusCode(body.contains("\"bad\"") ? 400 : 503).end());
    try (TestBroker broker = TestBroker.start();
        RawClient client = broker.raw(4).connected("p", true)) {
      configure(broker, hook("web.hook.retry=1s\n" + on("message.publish")));
      SinkFigures figures = figures(broker);
      client.publish("t", 1, 1, utf8("bad")).receive(PUBACK);
      TestBroker.soon().until(() -> figures.failed() == 1);
      assertThat(figures.retries()).isZero();
      client.publish("t", 1, 2, utf8("late")).receive(PUBACK);
      TestBroker.soon().until(() -> figures.failed() == 2);
      assertThat(figures.retries()).isPositive();
      answers();
      client.publish("t", 1, 3, utf8("good")).receive(PUBACK);
      TestBroker.soon().until(() -> figures.sent() == 1);
      assertThat(payloads()).containsExactly("good");
    }
  }

  /**
   * It says more and more, a byte now and then, or sends elsewhere: the event is over in its time.
   */
  @ParameterizedTest
  @CsvSource({"endless, sent", "dripping, retried", "elsewhere, failed"})
  void aServerThatSaysTooMuchIsLeft(String manner, String becomes) throws Exception {
    try (TestBroker broker = TestBroker.start();
        WebPeer other = new WebPeer(WebPeer.says(200))) {
      byte[] much = new byte[60_000];
      peer.does(
          (request, body) -> {
            var response = request.response().setChunked(true);
            switch (manner) {
              case "endless" -> peer.every(1, () -> response.write(Buffer.buffer(much)));
              case "dripping" -> peer.every(20, () -> response.write("x"));
              default -> response.setStatusCode(302).putHeader("location", other.url("/x")).end();
            }
          });
      String hocon =
          "webhook { url = \"%s\", cancel_timeout = 1s, retry = 1s, events = [{ event = on_client_connected }] }\n";
      configure(broker, hocon.formatted(peer.url("/hook")));
      broker.raw(4).connected("c", true).close();
      SinkFigures figures = figures(broker);
      TestBroker.soon()
          .until(
              () ->
                  switch (becomes) {
                    case "sent" -> figures.sent() == 1;
                    case "failed" -> figures.failed() == 1;
                    default -> figures.error() != null && figures.failed() == 1;
                  });
      assertThat(other.asked()).isEmpty();
      assertThat(figures.queued()).isZero();
    }
  }

  @Test
  void theServerHasToShowWhoItIs(@TempDir Path folder) throws Exception {
    TestCertificates certificates = new TestCertificates(folder);
    certificates.issueFor("server", "RSA", "localhost");
    HttpServerOptions tls =
        new HttpServerOptions()
            .setSsl(true)
            .setKeyCertOptions(KeyCertOptions.wrap(certificates.identity("server")));
    try (WebPeer secure = new WebPeer(WebPeer.says(200), tls);
        TestBroker broker = TestBroker.start();
        RawClient client = broker.raw(4).connected("p", true)) {
      String text =
          "web.hook.enable=true\nweb.hook.retry=1s\nweb.hook.url="
              + secure.url("/hook")
              + "\n"
              + on("message.publish");
      SinkFigures figures = figures(broker);
      configure(broker, text);
      client.publish("t", 1, 1, utf8("1")).receive(PUBACK);
      TestBroker.soon().until(() -> figures.failed() == 1);
      configure(broker, text + "web.hook.ssl.cacertfile=" + certificates.authority() + "\n");
      client.publish("t", 1, 2, utf8("2")).receive(PUBACK);
      TestBroker.soon().until(() -> figures.sent() == 1);
      configure(broker, text + "web.hook.ssl.verify=false\n");
      client.publish("t", 1, 3, utf8("3")).receive(PUBACK);
      TestBroker.soon().until(() -> figures.sent() == 2);
      configure(
          broker,
          text
              + "web.hook.ssl.server_name_indication=elsewhere.example\n"
              + "web.hook.ssl.cacertfile="
              + certificates.authority()
              + "\n");
      client.publish("t", 1, 4, utf8("4")).receive(PUBACK);
      TestBroker.soon().until(() -> figures.failed() == 2);
      assertThat(secure.asked()).hasSize(2);
    }
  }
}
