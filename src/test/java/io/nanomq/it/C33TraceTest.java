package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.event.BrokerEvent;
import io.nanomq.event.BrokerEvents;
import io.nanomq.trace.TraceTarget;
import io.nanomq.trace.TraceTarget.Type;
import io.nanomq.trace.Traces;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Following a client, an address or a topic. */
@Timeout(60)
class C33TraceTest {
  private final TestBroker broker = TestBroker.start();
  private final Queue<BrokerEvent> told = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void listen() {
    broker
        .broker()
        .events()
        .add(
            new BrokerEvents.Listener() {
              @Override
              public boolean wants(BrokerEvent.Kind kind) {
                return kind == BrokerEvent.Kind.TRACED;
              }

              @Override
              public void happened(int loopIndex, BrokerEvent event) {
                told.add(event);
              }
            });
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private Traces traces() {
    return broker.broker().integrations().traces();
  }

  private long begin(Type type, String value, int seconds, int lines) {
    long id = traces().prepare(new TraceTarget(type, value, false, seconds, lines)).orElseThrow();
    traces().look(id);
    return id;
  }

  /** The words and clients of what was told. */
  private List<String> lines() {
    return told.stream()
        .map(
            event ->
                event instanceof BrokerEvent.TraceEnded ended
                    ? "end " + ended.why() + " " + ended.lines()
                    : ((BrokerEvent.Traced) event).event().kind() + " " + event.clientId())
        .toList();
  }

  private void publish(RawClient client, String topic, int qos) {
    client.publish(topic, qos, 1, "m".getBytes(StandardCharsets.UTF_8));
    if (qos == 1) {
      client.receive(4);
    }
  }

  @Test
  void whatAClientDoesAndGetsInOrder() throws Exception {
    broker.reconfigure(
        Confs.conf(
            "auth.acl.rules = [{permit = deny, clientid = one, action = publish, topics = [no]},"
                + " {permit = allow}]\n"));
    begin(Type.CLIENTID, "one", 60, 1000);
    try (RawClient other = broker.raw(4).connected("two", true);
        RawClient client = broker.raw(4).connect("one", "ann", "x")) {
      client.receive(2);
      client.subscribe(1, "a", 0).receive(9);
      publish(other, "a", 1);
      client.receive(3);
      publish(client, "b", 1);
      client.publish("no", 0, 0, new byte[1]);
      client.assertNothingMore();
      client.send(0xE0, 0);
      assertThat(client.isClosedByBroker()).isTrue();
    }
    TestBroker.soon().until(() -> told.size() >= 7);
    assertThat(lines())
        .containsExactly(
            "CONNECTED one",
            "SUBSCRIBED one",
            "DELIVERED one",
            "PUBLISHED one",
            "DENIED one",
            "ENDED one",
            "DISCONNECTED one");
    assertThat(told).allMatch(event -> ((BrokerEvent.Traced) event).address().equals("127.0.0.1"));
  }

  @Test
  void whatHappensToATopicWhoeverItIs() throws Exception {
    broker.reconfigure(Confs.conf("msq_len=1\n"));
    begin(Type.TOPIC, "a/+", 60, 1000);
    try (RawClient away = broker.raw(4).connected("away", false)) {
      away.subscribe(1, "a/#", 1).receive(9);
      away.subscribe(2, "b", 1).receive(9);
    }
    broker.awaitConnections(0);
    try (RawClient sender = broker.raw(4).connected("p", true)) {
      publish(sender, "b", 1);
      publish(sender, "a/1", 1);
    }
    TestBroker.soon().until(() -> told.size() >= 3);
    assertThat(lines()).containsExactly("SUBSCRIBED away", "PUBLISHED p", "MESSAGE_DROPPED away");
  }

  @Test
  void whoComesFromAnAddressAndIsNotLetIn() throws Exception {
    broker.reconfigure(Confs.conf("allow_anonymous=false\nauth.1.login=a\nauth.1.password=b\n"));
    begin(Type.ADDRESS, "127.0.0.1", 60, 1000);
    begin(Type.ADDRESS, "127.0.0.2", 60, 1000);
    try (RawClient client = broker.raw(4).connect("c", "ann", "x")) {
      assertThat(client.receive(2).at(1)).isEqualTo(5);
    }
    TestBroker.soon().until(() -> !told.isEmpty());
    assertThat(lines()).containsExactly("ANSWERED c");
  }

  @Test
  void itEndsByLinesByTimeAndByRequest() {
    begin(Type.TOPIC, "#", 60, 2);
    try (RawClient sender = broker.raw(4).connected("p", true)) {
      for (int i = 0; i < 5; i++) {
        publish(sender, "a", 1);
      }
      TestBroker.soon().until(() -> traces().list().isEmpty());
      assertThat(lines()).containsExactly("PUBLISHED p", "PUBLISHED p", "end lines 2");
      told.clear();
      begin(Type.TOPIC, "#", 1, 2);
      TestBroker.soon().until(() -> !told.isEmpty());
      assertThat(lines()).containsExactly("end time 0");
      told.clear();
      long id = begin(Type.TOPIC, "#", 60, 2);
      assertThat(traces().end(id, "removed")).isTrue();
      assertThat(traces().end(id, "removed")).isFalse();
      publish(sender, "a", 1);
      assertThat(lines()).containsExactly("end removed 0");
    }
  }

  @Test
  void thereAreOnlySoMany() {
    for (int i = 0; i < Traces.MOST; i++) {
      begin(Type.CLIENTID, "c" + i, 60, 1);
    }
    assertThat(traces().prepare(new TraceTarget(Type.CLIENTID, "x", false, 1, 1))).isEmpty();
    assertThat(traces().list()).hasSize(Traces.MOST);
    traces().end(traces().list().get(0).id(), "removed");
    assertThat(begin(Type.CLIENTID, "x", 60, 1)).isEqualTo(Traces.MOST + 1);
  }

  /** A reader that comes late learns that it is over. */
  @Test
  void whatHasEndedBeforeItsReaderIsThereIsToldToHim() {
    long id = traces().prepare(new TraceTarget(Type.CLIENTID, "c", false, 60, 1)).orElseThrow();
    assertThat(traces().end(id, "time")).isTrue();
    Queue<BrokerEvent> ends = new ConcurrentLinkedQueue<>();
    broker
        .broker()
        .events()
        .add(
            new BrokerEvents.Listener() {
              @Override
              public boolean wants(BrokerEvent.Kind kind) {
                return kind == BrokerEvent.Kind.TRACED;
              }

              @Override
              public void happened(int loopIndex, BrokerEvent event) {
                ends.add(event);
              }
            });
    traces().look(id);
    TestBroker.soon().until(() -> !ends.isEmpty());
    assertThat(((BrokerEvent.TraceEnded) ends.element()).trace()).isEqualTo(id);
    assertThat(traces().list()).isEmpty();
  }
}
