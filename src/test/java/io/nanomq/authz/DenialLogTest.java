package io.nanomq.authz;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.api.LogLines;
import io.nanomq.config.Confs;
import io.nanomq.event.BrokerEvent;
import io.nanomq.event.BrokerEvents;
import io.nanomq.event.LoopEvents;
import io.nanomq.loop.ManualLoops;
import io.nanomq.metrics.AccessReason;
import io.nanomq.packet.TopicName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is denied something is told with all that it takes to see why, and floods nobody's log. */
class DenialLogTest {
  private static final long NOW = 7;

  private final ManualLoops loops = new ManualLoops(1);
  private final List<BrokerEvent> told = new ArrayList<>();
  private final LogLines log = new LogLines(DenialLog.class.getName());
  private LoopAccess access;

  private final class Denials implements BrokerEvents.Listener {
    @Override
    public boolean wants(BrokerEvent.Kind kind) {
      return kind == BrokerEvent.Kind.DENIED;
    }

    @Override
    public void happened(int loopIndex, BrokerEvent event) {
      told.add(event);
    }
  }

  @BeforeEach
  void denySecrets() throws Exception {
    BrokerEvents events = new BrokerEvents();
    events.add(new Denials());
    access = new LoopAccess(loops.context(0), new LoopEvents(loops.context(0), events, () -> NOW));
    String text = "auth.acl.rules = [\n{permit = deny, topics = [\"secret/#\"]}]\n";
    access.apply(AccessPolicy.of(Confs.load(text).conf().auth().acl(), null, false));
  }

  @AfterEach
  void close() {
    log.close();
  }

  private void publish(AccessClient client, String topic, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(access.mayPublish(client, TopicName.of(topic))).isFalse();
    }
  }

  @Test
  void clientUserAddressTopicAndRuleAreTold() {
    publish(Clients.at("meter", "ann", "10.0.0.7"), "secret/a", 1);
    assertThat(log.lines())
        .containsExactly(
            "Denied: client meter, user ann, 10.0.0.7, may not publish secret/a:"
                + " /nowhere/etc/nanomq.conf:2: deny everybody pubsub secret/#");
    assertThat(told)
        .containsExactly(
            new BrokerEvent.Denied(
                NOW,
                new BrokerEvent.Client("meter", "ann", "10.0.0.7"),
                "publish",
                "secret/a",
                "/nowhere/etc/nanomq.conf:2: deny everybody pubsub secret/#"));
    assertThat(loops.context(0).counters().snapshot().denied(AccessReason.RULE)).isEqualTo(1);
  }

  /** All are counted; ten a second are told, and then how many more there were. */
  @Test
  void manyAreToldAsANumber() {
    AccessClient client = Clients.at("meter", null, "10.0.0.7");
    publish(client, "secret/a", 25);
    assertThat(log.lines()).hasSize(DenialLog.MOST_PER_SECOND);
    assertThat(told).hasSize(DenialLog.MOST_PER_SECOND);
    loops.advance(1_000);
    publish(client, "secret/b", 1);
    assertThat(log.lines())
        .hasSize(DenialLog.MOST_PER_SECOND + 2)
        .contains("15 more operations were denied");
    assertThat(log.lines().get(DenialLog.MOST_PER_SECOND + 1)).contains("secret/b");
    assertThat(loops.context(0).counters().snapshot().denied(AccessReason.RULE)).isEqualTo(26);
  }

  /** Nobody writes lines of his own into the log. */
  @Test
  void aNameIsOnOneLine() {
    publish(Clients.at("a\nDenied: client b", "x\r\u0085y", "10.0.0.7"), "secret/\u0007", 1);
    assertThat(log.lines())
        .singleElement()
        .asString()
        .startsWith(
            "Denied: client a?Denied: client b, user x??y, 10.0.0.7, may not publish secret/?:");
  }
}
