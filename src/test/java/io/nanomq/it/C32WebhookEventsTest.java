package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanomq.backend.WebPeer;
import io.nanomq.config.Confs;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events that tell why: messages that are dropped, sessions that end; and what a hook costs. */
@Timeout(120)
class C32WebhookEventsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PUBACK = 4;
  private static final int SENT = 400;

  private final Queue<String> taken = new ConcurrentLinkedQueue<>();
  private final WebPeer peer =
      new WebPeer(
          (request, body) -> {
            taken.add(body);
            request.response().end();
          });

  @AfterEach
  void close() {
    peer.close();
  }

  private void configure(TestBroker broker, String more, String... events) throws Exception {
    StringBuilder text = new StringBuilder("web.hook.enable=true\nweb.hook.url=");
    text.append(peer.url("/hook")).append('\n').append(more);
    for (String event : events) {
      text.append("web.hook.rule.").append(event).append(".1={\"topic\":\"a/#\"}\n");
    }
    broker.reconfigure(Confs.conf(text.toString()));
  }

  private static void publish(RawClient client, String topic, int qos, String text) {
    client.publish(topic, qos, 1, text.getBytes(StandardCharsets.UTF_8));
    if (qos == 1) {
      client.receive(PUBACK);
    }
  }

  /** Waits for so many, and answers the last one without its time. */
  private String told(int count) throws Exception {
    TestBroker.soon().until(() -> taken.size() >= count);
    JsonNode json = JSON.readTree(taken.stream().skip(count - 1).findFirst().orElseThrow());
    ((com.fasterxml.jackson.databind.node.ObjectNode) json).remove("ts");
    return json.toString().replace('"', '\'');
  }

  @Test
  void whatAClientDoesNotGetIsToldWithTheReason() throws Exception {
    try (TestBroker broker = TestBroker.start();
        RawClient sender = broker.raw(4).connect("p", "ann", "x")) {
      sender.receive(2);
      configure(broker, "msq_len=1\n", "message.dropped");
      try (RawClient away = broker.raw(4).connected("away", false)) {
        away.subscribe(1, "a/#", 1).receive(9);
        away.subscribe(2, "b", 1).receive(9);
      }
      broker.awaitConnections(1);
      publish(sender, "a/0", 0, "zero");
      String who = "'from_username':'ann','from_client_id':'p','clientid':'away',";
      assertThat(told(1))
          .isEqualTo(
              "{'reason':'offline_qos_0','topic':'a/0','retain':false,'qos':0,"
                  + "'action':'message_dropped',"
                  + who
                  + "'username':'undefined','payload':'zero'}");
      publish(sender, "a/1", 1, "waits");
      publish(sender, "b", 1, "no filter of the hook matches");
      publish(sender, "a/2", 1, "lost");
      assertThat(told(2)).contains("'queue_full','topic':'a/2'", who, "'payload':'lost'");
      broker.broker().actions().kick("away", true).toCompletableFuture().join();
      assertThat(told(3)).contains("'session_ended','topic':'a/1'", "'payload':'waits'");
      assertThat(taken).hasSize(3);
    }
  }

  @Test
  void sessionsEndForAReason() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      configure(broker, "max_session_expiry_interval=1s\n", "session.terminated");
      broker.raw(4).connected("c", false).close();
      assertThat(told(1)).contains("'reason':'expired'", "'clientid':'c'");
      broker.raw(4).connected("c", true).close();
      assertThat(told(2)).contains("'reason':'normal'");
      configure(broker, "", "session.terminated");
      broker.raw(4).connected("c", false).close();
      broker.awaitConnections(0);
      broker.raw(4).connected("c", true).close();
      assertThat(told(3)).contains("'reason':'discarded'");
      assertThat(told(4)).contains("'reason':'normal'");
      broker.raw(4).connected("c", false).close();
      broker.awaitConnections(0);
      broker.broker().actions().kick("c", true).toCompletableFuture().join();
      assertThat(told(5)).contains("'reason':'kicked'");
    }
  }

  /** Within one run; what a hang would cost is a hundred times as much. */
  @Test
  void aServerThatHangsCostsPublishersNothing() throws Exception {
    try (TestBroker broker = TestBroker.start();
        RawClient client = broker.raw(4).connected("p", true)) {
      configure(broker, "web.hook.queue_len=50\n", "message.publish");
      p99Nanos(client);
      long calm = p99Nanos(client);
      Queue<Runnable> held = new ConcurrentLinkedQueue<>();
      peer.does((request, body) -> held.add(() -> request.response().end()));
      p99Nanos(client);
      assertThat(broker.broker().integrations().webhooks().figures().queued()).isEqualTo(50);
      assertThat(p99Nanos(client)).isLessThan(20 * calm + TimeUnit.MILLISECONDS.toNanos(20));
      assertThat(broker.broker().integrations().webhooks().figures().dropped()).isGreaterThan(SENT);
      peer.does(WebPeer.says(200));
      held.forEach(Runnable::run);
    }
  }

  private static long p99Nanos(RawClient client) {
    long[] nanos = new long[SENT];
    for (int i = 0; i < SENT; i++) {
      long before = System.nanoTime();
      publish(client, "a/b", 1, "m");
      nanos[i] = System.nanoTime() - before;
    }
    Arrays.sort(nanos);
    return nanos[SENT * 99 / 100];
  }
}
