package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions that are there before their clients: {@code preset.session.N}. */
@Timeout(60)
class C30PresetTest {
  private static final String PRESET =
      """
      preset.session.1 {
        clientid = "later"
        topic = [{ qos = 1, remote_topic = "a/#" }, { qos = 0, remote_topic = "b" }]
      }
      """;

  @Test
  void whatIsPublishedBeforeTheClientComesWaitsForIt() throws Exception {
    try (TestBroker broker = TestBroker.start();
        RawClient sender = broker.raw(4).connected("sender", true)) {
      apply(broker, PRESET);
      publish(sender, "a/1", 1, "one");
      publish(sender, "b", 1, "gone");
      try (RawClient client = broker.raw(4).connect("later", false, 0)) {
        assertThat(client.receive(2).at(0)).as("session present").isEqualTo(1);
        assertThat(client.receive(3).payload(4)).isEqualTo("one");
        publish(sender, "b", 0, "two");
        assertThat(client.receive(3).payload(4)).isEqualTo("two");
      }
    }
  }

  @Test
  void aCleanStartTakesNothingOver() throws Exception {
    try (TestBroker broker = TestBroker.start();
        RawClient sender = broker.raw(4).connected("sender", true)) {
      apply(broker, PRESET);
      publish(sender, "a/1", 1, "one");
      try (RawClient client = broker.raw(4).connected("later", true)) {
        client.assertNothingMore();
        assertThat(broker.broker().subscriptionCount()).isZero();
      }
    }
  }

  /** A preset says what is kept, not who may have it. */
  @Test
  void whoComesGetsOnlyWhatItMaySubscribeTo() throws Exception {
    String rules =
        """
        auth.acl.rules = [
          { permit = deny, username = "#all", action = subscribe, topics = ["a/#"] }
          { permit = allow }
        ]
        """;
    try (TestBroker broker = TestBroker.start();
        RawClient sender = broker.raw(4).connected("sender", true)) {
      apply(broker, PRESET + rules.replace("username = \"#all\", ", "clientid = later, "));
      publish(sender, "a/1", 1, "one");
      try (RawClient client = broker.raw(4).connect("later", false, 0)) {
        assertThat(client.receive(2).at(1)).isZero();
        client.assertNothingMore();
        assertThat(broker.broker().subscriptionCount()).isEqualTo(1);
      }
    }
  }

  @Test
  void aPresetThatGoesTakesItsSessionAlongUnlessTheClientHasBeenThere() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      apply(broker, PRESET + PRESET.replace("session.1", "session.2").replace("later", "never"));
      assertThat(broker.broker().sessions().size()).isEqualTo(2);
      assertThat(broker.broker().subscriptionCount()).isEqualTo(4);
      broker.raw(4).connected("later", false).close();
      broker.awaitConnections(0);

      apply(broker, PRESET.replace("a/#", "c").replace("later", "never"));
      assertThat(broker.broker().subscriptionCount()).as("its filters are others").isEqualTo(4);
      apply(broker, "preset.session.1 { clientid = never }\n");
      assertThat(broker.broker().subscriptionCount()).isEqualTo(2);
      apply(broker, "");

      assertThat(broker.broker().sessions().find("never")).isNull();
      assertThat(broker.broker().sessions().find("later")).isNotNull();
    }
  }

  @Test
  void aPresetNeedsAClientOfItsOwnAndFilters() {
    assertThat(Confs.reports("preset.session.1 { topic = [{ remote_topic = \"a\" }] }\n"))
        .singleElement()
        .asString()
        .contains("preset.session.1.clientid", "needs a client");
    assertThat(Confs.reports(PRESET.replace("a/#", "a/#/b")))
        .singleElement()
        .asString()
        .contains("preset.session.1.topic.1.remote_topic", "is no topic filter");
    assertThat(Confs.reports(PRESET + PRESET.replace("session.1", "session.2")))
        .singleElement()
        .asString()
        .contains("preset.session.2.clientid", "has a preset already");
  }

  private static void apply(TestBroker broker, String text) throws Exception {
    broker.reconfigure(Confs.conf(text));
  }

  private static void publish(RawClient sender, String topic, int qos, String text) {
    sender.publish(topic, qos, 7, text.getBytes(StandardCharsets.UTF_8));
    if (qos == 1) {
      sender.receive(4);
    }
  }
}
