package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.unsubscribe.unsuback.Mqtt5UnsubAckReasonCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SUBSCRIBE, UNSUBSCRIBE, and which filters match what. */
@Timeout(60)
class C03SubscribeTest {
  @ParameterizedTest
  @CsvSource({"0,0", "0,1", "0,2", "1,0", "1,1", "1,2", "2,0", "2,1", "2,2"})
  void theLowerQosCounts(int published, int granted) {
    try (TestBroker broker = TestBroker.start();
        Hive subscriber = Hive.connected(broker, "subscriber").subscribe("q", granted);
        Hive publisher = Hive.connected(broker, "publisher")) {
      publisher.publish("q", published, "x");
      assertThat(subscriber.next("x").getQos().getCode()).isEqualTo(Math.min(published, granted));
    }
  }

  @Test
  void wildcardsMatchLevels() {
    try (TestBroker broker = TestBroker.start();
        Hive plus = Hive.connected(broker, "plus").subscribe("a/+/c", 1);
        Hive hash = Hive.connected(broker, "hash").subscribe("a/#", 1);
        Hive all = Hive.connected(broker, "all").subscribe("#", 1);
        Hive first = Hive.connected(broker, "first").subscribe("+/b/c", 1);
        Hive publisher = Hive.connected(broker, "publisher")) {
      for (String topic : List.of("a", "a/b", "a/b/c", "a//c", "a/b/c/d", "/b/c", "A/b/c")) {
        publisher.publish(topic, 1, topic);
      }
      assertThat(texts(all, 7))
          .containsExactly("a", "a/b", "a/b/c", "a//c", "a/b/c/d", "/b/c", "A/b/c");
      assertThat(texts(hash, 5)).containsExactly("a", "a/b", "a/b/c", "a//c", "a/b/c/d");
      assertThat(texts(plus, 2)).containsExactly("a/b/c", "a//c");
      assertThat(texts(first, 3)).containsExactly("a/b/c", "/b/c", "A/b/c");
      plus.assertNothingMore();
      first.assertNothingMore();
      hash.assertNothingMore();
    }
  }

  private static List<String> texts(Hive from, int count) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(Hive.text(from.next()));
    }
    return texts;
  }

  @Test
  void dollarTopicsAreHiddenFromLeadingWildcards() {
    try (TestBroker broker = TestBroker.start();
        Hive all = Hive.connected(broker, "all").subscribe("#", 1).subscribe("+/x", 1);
        Hive named = Hive.connected(broker, "named").subscribe("$mine/#", 1);
        Hive publisher = Hive.connected(broker, "publisher")) {
      publisher.publish("$mine/x", 1, "hidden");
      named.next("hidden");
      all.assertNothingMore();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"$SYS", "$SYS/", "$SYS/broker/x"})
  void nobodyPublishesToSystemTopics(String topic) {
    try (TestBroker broker = TestBroker.start();
        RawClient v5 = broker.raw(5).connected("five", true);
        RawClient v4 = broker.raw(4).connected("four", true);
        Hive curious = Hive.connected(broker, "curious").subscribe("$SYS/#", 1)) {
      byte[] payload = {1};
      v5.publish(topic, 1, 1, payload);
      assertThat(v5.receive().at(2)).isEqualTo(0x87);
      v5.publish(topic, 2, 2, payload);
      RawPacket pubrec = v5.receive();
      assertThat(pubrec.type()).isEqualTo(5);
      assertThat(pubrec.at(2)).isEqualTo(0x87);
      v4.publish(topic, 1, 1, payload);
      assertThat(v4.receive().type()).isEqualTo(4);
      curious.assertNothingMore();
    }
  }

  @Test
  void noLocalKeepsOwnMessagesAway() {
    try (TestBroker broker = TestBroker.start();
        Hive self = Hive.connected(broker, "self");
        Hive other = Hive.connected(broker, "other")) {
      self.subscribe(
          Mqtt5Subscription.builder()
              .topicFilter("chat")
              .qos(MqttQos.AT_LEAST_ONCE)
              .noLocal(true)
              .build());
      other.subscribe("chat", 1);
      self.publish("chat", 1, "mine");
      other.publish("chat", 1, "theirs");
      self.next("theirs");
      other.next("mine");
      other.next("theirs");
      self.assertNothingMore();
    }
  }

  @Test
  void noLocalHoldsForRetainedMessagesToo() {
    try (TestBroker broker = TestBroker.start();
        Hive self = Hive.connected(broker, "self");
        Hive other = Hive.connected(broker, "other")) {
      self.publish("kept/mine", 1, "mine", true);
      other.publish("kept/theirs", 1, "theirs", true);
      self.subscribe(Mqtt5Subscription.builder().topicFilter("kept/#").noLocal(true).build());
      self.next("theirs");
      self.assertNothingMore();
      self.subscribe(Mqtt5Subscription.builder().topicFilter("kept/mine").build());
      self.next("mine");
      self.assertNothingMore();
    }
  }

  @Test
  void overlappingFiltersGetOneCopyWithTheHighestQosAndAllIdentifiers() {
    try (TestBroker broker = TestBroker.start();
        RawClient here = overlapping(broker, "here");
        RawClient there = overlapping(broker, "there");
        Hive publisher = Hive.connected(broker, "publisher")) {
      publisher.publish("o/x", 2, "once");
      for (RawClient subscriber : List.of(here, there)) {
        RawPacket publish = subscriber.receive();
        assertThat(publish.payload(5)).isEqualTo("once");
        assertThat(publish.qos()).isEqualTo(2);
        assertThat(identifiers(publish)).containsExactlyInAnyOrder(1, 2, 3);
        subscriber.assertNothingMore();
      }
    }
  }

  @Test
  void overlappingFiltersGetACopyEachWhereConfiguredSo() {
    try (TestBroker broker = TestBroker.start(Limits.with("copyPerFilter", true));
        RawClient here = overlapping(broker, "here");
        RawClient there = overlapping(broker, "there");
        Hive publisher = Hive.connected(broker, "publisher")) {
      publisher.publish("o/x", 2, "thrice");
      for (RawClient subscriber : List.of(here, there)) {
        List<String> copies = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          RawPacket publish = subscriber.receive();
          copies.add(identifiers(publish) + " " + publish.qos());
        }
        assertThat(copies).containsExactlyInAnyOrder("[1] 0", "[2] 2", "[3] 1");
        subscriber.assertNothingMore();
      }
    }
  }

  private static RawClient overlapping(TestBroker broker, String clientId) {
    RawClient client = broker.raw(5).connected(clientId, true);
    client.subscribe(1, "o/#", 0, new byte[] {0x0B, 1});
    client.subscribe(2, "o/+", 2, new byte[] {0x0B, 2});
    client.subscribe(3, "o/x", 1, new byte[] {0x0B, 3});
    for (int i = 0; i < 3; i++) {
      assertThat(client.receive().type()).isEqualTo(9);
    }
    return client;
  }

  private static List<Integer> identifiers(RawPacket publish) {
    List<Integer> identifiers = new ArrayList<>();
    byte[] properties = publish.properties();
    for (int i = 0; i < properties.length; i += 2) {
      assertThat(properties[i]).isEqualTo((byte) 0x0B);
      identifiers.add((int) properties[i + 1]);
    }
    return identifiers;
  }

  @Test
  void aSecondSubscribeReplacesTheOptions() {
    try (TestBroker broker = TestBroker.start();
        RawClient client = broker.raw(5).connected("again", true)) {
      client.subscribe(1, "t", 2, new byte[] {0x0B, 1}).subscribe(2, "t", 1, new byte[] {0x0B, 2});
      assertThat(client.receive().type()).isEqualTo(9);
      assertThat(client.receive().type()).isEqualTo(9);
      assertThat(broker.broker().subscriptionCount()).isEqualTo(1);
      client.publish("t", 0, 0, new byte[] {'x'});
      assertThat(identifiers(client.receive())).containsExactly(2);
      client.assertNothingMore();
    }
  }

  @Test
  void unsubscribingEndsIt() {
    try (TestBroker broker = TestBroker.start();
        Hive subscriber = Hive.connected(broker, "subscriber").subscribe("u/#", 1);
        Hive publisher = Hive.connected(broker, "publisher")) {
      publisher.publish("u/1", 1, "before");
      subscriber.next("before");
      var codes =
          subscriber
              .client()
              .unsubscribeWith()
              .addTopicFilter("u/#")
              .addTopicFilter("never")
              .send()
              .getReasonCodes();
      assertThat(codes)
          .containsExactly(
              Mqtt5UnsubAckReasonCode.SUCCESS, Mqtt5UnsubAckReasonCode.NO_SUBSCRIPTIONS_EXISTED);
      assertThat(publisher.publish("u/2", 1, "after").getError()).isEmpty();
      subscriber.assertNothingMore();
    }
  }

  @Test
  void limitsAreAnsweredWithTheirReasonCodes() {
    var limits = Limits.with("client.maxTopicLevels", 3, "client.maxFilters", 2);
    try (TestBroker broker = TestBroker.start(limits);
        Hive client = Hive.connected(broker, "limited");
        RawClient old = broker.raw(4).connected("old", true);
        RawClient deep = broker.raw(5).connected("deep", true)) {
      client.subscribe("a/b/c", 1);
      assertThat(refusal(client, "a/b/c/d"))
          .containsExactly(Mqtt5SubAckReasonCode.TOPIC_FILTER_INVALID);
      client.subscribe("second", 1);
      assertThat(refusal(client, "third")).containsExactly(Mqtt5SubAckReasonCode.QUOTA_EXCEEDED);
      // One that is there already may still be changed.
      client.subscribe("second", 2);
      old.subscribe(1, "a/b/c/d", 0);
      assertThat(old.receive().at(2)).isEqualTo(0x80);
      deep.publish("a/b/c/d", 1, 1, new byte[0]);
      RawPacket disconnect = deep.receive();
      assertThat(disconnect.type()).isEqualTo(14);
      assertThat(disconnect.at(0)).isEqualTo(0x90);
    }
  }

  private static List<Mqtt5SubAckReasonCode> refusal(Hive client, String filter) {
    var refused =
        catchThrowableOfType(Mqtt5SubAckException.class, () -> client.subscribe(filter, 1));
    return refused.getMqttMessage().getReasonCodes();
  }

  @Test
  void tooManyFiltersInOnePacketEndTheConnection() {
    try (TestBroker broker = TestBroker.start(Limits.with("client.maxFiltersPerPacket", 2));
        RawClient client = broker.raw(5).connected("many", true)) {
      client.packet(0x82, new byte[] {0, 1, 0, 0, 1, 'a', 0, 0, 1, 'b', 0, 0, 1, 'c', 0});
      RawPacket disconnect = client.receive();
      assertThat(disconnect.type()).isEqualTo(14);
      assertThat(disconnect.at(0)).isEqualTo(0x97);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/#/b", "a#", "a+/b", "#a", "+a", "a/b#"})
  void filtersThatAreNoneAreRefusedOneByOne(String filter) {
    try (TestBroker broker = TestBroker.start();
        RawClient client = broker.raw(5).connected("bad", true)) {
      client.subscribe(1, filter, 0);
      RawPacket suback = client.receive();
      assertThat(suback.type()).isEqualTo(9);
      assertThat(suback.at(3)).isEqualTo(0x8F);
      client.assertNothingMore();
    }
  }
}
