package io.nanomq.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.backend.WebPeer;
import io.nanomq.config.Confs;
import io.nanomq.rule.RuleFigures;
import io.nanomq.rule.RuleStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules look at what is published, and publish what comes of it. */
@Timeout(120)
class C27RulesTest {
  private static final int PUBLISH = 3;

  private static void configure(TestBroker broker, String... rules) throws Exception {
    broker.reconfigure(
        Confs.load("rules.repub.rules = [" + String.join(",", rules) + "]\n").conf());
  }

  private static String rule(String topic, String sql) {
    return "{topic = \"" + topic + "\", sql = \"" + sql.replace("\"", "\\\"") + "\"}";
  }

  private static RuleFigures figures(TestBroker broker, int id) {
    return broker.broker().integrations().rules().status().stream()
        .filter(each -> each.conf().id() == id)
        .map(RuleStatus::figures)
        .findFirst()
        .orElseThrow();
  }

  private static RawClient subscriber(TestBroker broker, String filter) {
    RawClient client = broker.raw(5).connected("sub", true);
    client.subscribe(1, filter, 1).receive(9);
    return client;
  }

  private static String next(RawClient client) {
    RawPacket packet = client.receive(PUBLISH);
    if (packet.publishId() > 0) {
      client.acknowledge(4, packet.publishId());
    }
    return packet.topic() + " " + packet.payload(5);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void resultsArePublished() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      RawClient sub = subscriber(broker, "out/#");
      configure(
          broker,
          rule("out/one", "SELECT topic, payload FROM \"abc\""),
          rule(
              "out/${clientid}/${z}",
              "SELECT payload.x.y as y, payload.z as z FROM \"#\" WHERE y > 10 and z != 'str'"));
      RawClient pub = broker.raw(4).connected("dev", true);
      pub.publish("abc", 0, 0, utf8("aaa"));
      assertThat(next(sub)).isEqualTo("out/one {\"topic\":\"abc\",\"payload\":\"aaa\"}");
      pub.publish("t/1", 1, 5, utf8("{\"x\":{\"y\":10},\"z\":\"s\"}")).receive(4);
      pub.publish("t/1", 1, 6, utf8("{\"x\":{\"y\":11},\"z\":\"s/t\"}")).receive(4);
      assertThat(next(sub)).isEqualTo("out/dev/s/t {\"y\":11,\"z\":\"s/t\"}");
      RuleFigures second = figures(broker, 2);
      pub.publish("t/1", 1, 7, utf8("{\"x\":{\"y\":12},\"z\":\"#\"}")).receive(4);
      TestBroker.soon().until(() -> second.failed() == 1);
      assertThat(second.error()).contains("wildcards");
      assertThat(second.passed()).isEqualTo(1);
      assertThat(figures(broker, 1).matched()).isEqualTo(1);
      pub.close();
      sub.close();
    }
  }

  @Test
  void aMessageOfSeveralFiltersComesOnceWithAllItsFields() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      RawClient sub = subscriber(broker, "out");
      configure(
          broker, rule("out", "SELECT qos, id, clientid, username FROM \"a/+\", \"a/#\", 'a/b'"));
      RawClient pub = broker.raw(4).connect("dev", "ann", "x");
      pub.receive(2);
      pub.publish("a/b", 1, 77, utf8("x")).receive(4);
      assertThat(next(sub))
          .isEqualTo("out {\"qos\":1,\"id\":77,\"clientid\":\"dev\",\"username\":\"ann\"}");
      pub.publish("a/c", 0, 0, utf8("x"));
      assertThat(next(sub)).contains("\"qos\":0,\"id\":0");
      assertThat(figures(broker, 1).matched()).isEqualTo(2);
      pub.close();
      sub.close();
    }
  }

  @Test
  void changesCountFromTheNextMessageOn() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      RawClient sub = subscriber(broker, "out/#");
      RawClient pub = broker.raw(4).connected("dev", true);
      configure(broker, rule("out/1", "SELECT topic FROM 'a'"));
      pub.publish("a", 0, 0, utf8("x"));
      assertThat(next(sub)).startsWith("out/1");
      configure(broker, rule("out/2", "SELECT topic FROM 'a'"));
      pub.publish("a", 1, 1, utf8("x")).receive(4);
      assertThat(next(sub)).startsWith("out/2");
      assertThat(figures(broker, 1).passed()).as("of both").isEqualTo(2);
      configure(broker, rule("out/2", "SELECT topic FROM 'b'"));
      pub.publish("a", 1, 2, utf8("x")).receive(4);
      pub.publish("b", 1, 3, utf8("x")).receive(4);
      assertThat(next(sub)).isEqualTo("out/2 {\"topic\":\"b\"}");
      broker.reconfigure(
          Confs.load(
                  "rules.repub { enable = false, rules = ["
                      + rule("out/2", "SELECT * FROM 'b'")
                      + "] }\n")
              .conf());
      pub.publish("b", 1, 4, utf8("x")).receive(4);
      assertThat(figures(broker, 1).matched()).isEqualTo(3);
      pub.close();
      sub.close();
    }
  }

  @Test
  void rulesThatMatchWhatTheyMakeEnd() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      configure(
          broker,
          rule("loop/a", "SELECT topic FROM '#'"),
          rule("loop/b", "SELECT topic FROM '#'"),
          rule("loop/c", "SELECT topic FROM 'loop/#'"));
      RawClient pub = broker.raw(4).connected("dev", true);
      pub.publish("begin", 1, 1, utf8("x")).receive(4);
      // What makes a: nothing, b, and b with c; b likewise; c: a, b, and both in either order.
      TestBroker.soon()
          .untilAsserted(
              () -> {
                assertThat(figures(broker, 1).passed()).isEqualTo(3);
                assertThat(figures(broker, 2).passed()).isEqualTo(3);
                assertThat(figures(broker, 3).passed()).isEqualTo(4);
                assertThat(broker.broker().integrations().rules().figures().queued()).isZero();
              });
      pub.close();
    }
  }

  @Test
  void onlyTheBrokerItselfPublishesWhatItTellsItself() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      RawClient pub = broker.raw(5).connected("dev", true);
      pub.publish("$nanomq/rule/1/t", 1, 1, utf8("x"));
      assertThat(pub.receive(4).body()[2] & 0xFF).isEqualTo(0x87);
      pub.close();
    }
  }

  @Test
  void resultsGoToAnotherBroker() throws Exception {
    try (TestBroker there = TestBroker.start();
        TestBroker here = TestBroker.start()) {
      RawClient sub = subscriber(there, "#");
      String rule = rule("out/${clientid}", "SELECT payload FROM 'in'");
      configure(
          here,
          rule.replace("{topic", "{server = \"mqtt-tcp://127.0.0.1:" + there.port() + "\", topic"));
      RawClient all = subscriber(here, "#");
      RawClient pub = here.raw(4).connected("dev", true);
      pub.publish("in", 1, 1, utf8("x")).receive(4);
      assertThat(next(sub)).isEqualTo("out/dev {\"payload\":\"x\"}");
      assertThat(next(all)).isEqualTo("in x");
      pub.publish("in", 1, 2, utf8("y")).receive(4);
      assertThat(next(all)).as("nothing of the rule's own").isEqualTo("in y");
      assertThat(next(sub)).isEqualTo("out/dev {\"payload\":\"y\"}");
      pub.close();
      all.close();
      sub.close();
    }
  }

  @Test
  void resultsArePostedToAWebServer() throws Exception {
    Queue<String> taken = new ConcurrentLinkedQueue<>();
    AtomicInteger calls = new AtomicInteger();
    try (WebPeer peer = new WebPeer(WebPeer.says(200));
        TestBroker broker = TestBroker.start()) {
      peer.does(
          (request, body) -> {
            boolean isFirst = calls.getAndIncrement() == 0;
            if (!isFirst) {
              taken.add(body);
            }
            request.response().setStatusCode(isFirst ? 503 : 200).end();
          });
      broker.reconfigure(
          Confs.load(
                  "rules.webhook.rules = [{ url = \"%s\", sql = \"SELECT payload FROM 'in'\" }]\n"
                      .formatted(peer.url("/rule")))
              .conf());
      RawClient pub = broker.raw(4).connected("dev", true);
      pub.publish("in", 1, 1, utf8("a")).receive(4);
      pub.publish("in", 1, 2, utf8("b")).receive(4);
      TestBroker.soon().until(() -> figures(broker, 1).passed() == 2);
      assertThat(taken).containsExactly("{\"payload\":\"a\"}", "{\"payload\":\"b\"}");
      assertThat(broker.broker().integrations().rules().webFigures().retries()).isEqualTo(1);
      peer.does((request, body) -> request.response().setStatusCode(400).end());
      pub.publish("in", 1, 3, utf8("c")).receive(4);
      TestBroker.soon().until(() -> figures(broker, 1).failed() == 1);
      assertThat(figures(broker, 1).error()).contains("400");
      pub.close();
    }
  }

  /** As many as there may be, all of one message. */
  @Test
  void aThousandRulesLookAtOneMessage() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      String[] rules = new String[1_000];
      for (int i = 0; i < rules.length; i++) {
        rules[i] = rule("out", "SELECT qos FROM 'in', '+/" + i + "' WHERE payload.n = " + i);
      }
      configure(broker, rules);
      RawClient sub = subscriber(broker, "out");
      RawClient pub = broker.raw(4).connected("dev", true);
      pub.publish("in", 0, 0, utf8("{\"n\":777}"));
      assertThat(next(sub)).isEqualTo("out {\"qos\":0}");
      TestBroker.soon()
          .until(
              () ->
                  broker.broker().integrations().rules().status().stream()
                          .mapToLong(rule -> rule.figures().matched())
                          .sum()
                      == rules.length);
      assertThat(figures(broker, 778).passed()).isEqualTo(1);
      pub.close();
      sub.close();
    }
  }

  @Test
  void theOrderOfAPublisherIsKeptAndNothingIsLostThatFits() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      RawClient sub = subscriber(broker, "out");
      configure(broker, rule("out", "SELECT payload FROM 'in'"));
      RawClient pub = broker.raw(4).connected("dev", true);
      int count = 2_000;
      for (int i = 0; i < count; i++) {
        pub.publish("in", 0, 0, utf8(String.valueOf(i)));
      }
      List<String> expected = new ArrayList<>();
      List<String> found = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        expected.add("out {\"payload\":\"" + i + "\"}");
        found.add(next(sub));
      }
      assertThat(found).isEqualTo(expected);
      assertThat(broker.broker().integrations().rules().figures().dropped()).isZero();
      pub.close();
      sub.close();
    }
  }

  /** While those who get results are not served, what waits is bounded, and publishers go on. */
  @Test
  void whatThereIsNoRoomForIsDroppedAndCounted() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      configure(broker, rule("out", "SELECT payload FROM 'in'"));
      // Results of a client are published by the loop that its name falls to.
      RawClient other = broker.rawOn(0, clientOfLoopOne());
      CountDownLatch holds = new CountDownLatch(1);
      broker.loop(1).execute(() -> await(holds));
      int count = 12_000;
      for (int i = 0; i < count; i++) {
        other.publish("in", 0, 0, utf8("x"));
      }
      other.publish("else", 1, 1, utf8("x")).receive(4);
      TestBroker.soon().until(() -> broker.broker().integrations().rules().figures().dropped() > 0);
      assertThat(broker.broker().integrations().rules().figures().queued())
          .isLessThanOrEqualTo(10_000);
      holds.countDown();
      TestBroker.soon().until(() -> broker.broker().integrations().rules().figures().queued() == 0);
      assertThat(
              figures(broker, 1).passed()
                  + broker.broker().integrations().rules().figures().dropped())
          .isEqualTo(count);
      other.close();
    }
  }

  private static String clientOfLoopOne() {
    for (int i = 0; ; i++) {
      if (Math.floorMod(("c" + i).hashCode(), 2) == 1) {
        return "c" + i;
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
