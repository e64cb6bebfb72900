package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A HiveMQ client of MQTT 5 with what the tests do all the time; closes by DISCONNECT. */
final class Hive implements AutoCloseable {
  private static final String SENTINEL = "sentinel/of/the/test/";
  private static final int SECONDS = 10;

  private final Mqtt5BlockingClient client;
  private final Mqtt5BlockingClient.Mqtt5Publishes inbox;
  private int sentinels;

  Hive(Mqtt5BlockingClient client) {
    this.client = client;
    this.inbox = client.publishes(MqttGlobalPublishFilter.ALL);
  }

  /** A client that is not connected yet, over TCP. */
  static Mqtt5ClientBuilder builder(TestBroker broker, String clientId) {
    return MqttClient.builder()
        .useMqttVersion5()
        .identifier(clientId)
        .serverHost(TestBroker.HOST)
        .serverPort(broker.port());
  }

  /** Connected with a clean start and a session that ends with the connection. */
  static Hive connected(TestBroker broker, String clientId) {
    Hive hive = new Hive(builder(broker, clientId).buildBlocking());
    hive.client.connect();
    return hive;
  }

  Mqtt5BlockingClient client() {
    return client;
  }

  Hive subscribe(String filter, int qos) {
    client.subscribeWith().topicFilter(filter).qos(MqttQos.fromCode(qos)).send();
    return this;
  }

  Hive subscribe(Mqtt5Subscription... subscriptions) {
    client.subscribeWith().addSubscriptions(subscriptions).send();
    return this;
  }

  Mqtt5PublishResult publish(String topic, int qos, String payload) {
    return publish(topic, qos, payload, false);
  }

  Mqtt5PublishResult publish(String topic, int qos, String payload, boolean retain) {
    return client.publish(
        Mqtt5Publish.builder()
            .topic(topic)
            .qos(MqttQos.fromCode(qos))
            .payload(payload.getBytes(StandardCharsets.UTF_8))
            .retain(retain)
            .build());
  }

  /** The next message; fails after ten seconds. */
  Mqtt5Publish next() {
    try {
      return inbox
          .receive(SECONDS, TimeUnit.SECONDS)
          .orElseThrow(() -> new AssertionError("no message within " + SECONDS + " s"));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Mqtt5Publish next(String payload) {
    Mqtt5Publish publish = next();
    assertThat(text(publish)).isEqualTo(payload);
    return publish;
  }

  /** Whether nothing waits: what the client sends itself is the next that it gets. */
  void assertNothingMore() {
    String topic = SENTINEL + sentinels++;
    subscribe(topic, 1);
    publish(topic, 1, "sentinel");
    assertThat(next().getTopic()).hasToString(topic);
  }

  static String text(Mqtt5Publish publish) {
    return new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    inbox.close();
    if (client.getState().isConnected()) {
      client.disconnect();
    }
  }
}
