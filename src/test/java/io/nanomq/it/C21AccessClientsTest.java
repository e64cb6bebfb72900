package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAckReasonCode;
import io.nanomq.config.Confs;
import io.nanomq.metrics.AccessReason;
import java.nio.charset.StandardCharsets;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules as clients that people use see them: each client has a place of its own. */
@Timeout(60)
class C21AccessClientsTest {
  private static final byte[] HI = "hi".getBytes(StandardCharsets.UTF_8);

  private final TestBroker broker = TestBroker.start();

  @BeforeEach
  void denyAllButOnesOwn() throws Exception {
    broker.reconfigure(
        Confs.load(
                """
                auth {
                  allow_anonymous = false
                  no_match = deny
                  password = { ann = "one" }
                  acl.rules = [
                    {permit = allow, topics = ["own/${clientid}/#", "users/${username}"]}
                    {permit = allow, action = publish, topics = ["inbox"]}
                  ]
                }
                """)
            .conf());
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void hive() {
    var client =
        Hive.builder(broker, "hive")
            .simpleAuth()
            .username("ann")
            .password("one".getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth()
            .buildBlocking();
    client.connect();
    try (Hive hive = new Hive(client)) {
      hive.subscribe("own/hive/#", 1).subscribe("users/ann", 1);
      hive.publish("own/hive/a", 1, "mine");
      hive.next("mine");
      Mqtt5SubAckException refused =
          catchThrowableOfType(Mqtt5SubAckException.class, () -> hive.subscribe("own/other/#", 1));
      assertThat(refused.getMqttMessage().getReasonCodes())
          .containsExactly(Mqtt5SubAckReasonCode.NOT_AUTHORIZED);
      var denied =
          Mqtt5Publish.builder()
              .topic("own/other/a")
              .qos(MqttQos.AT_LEAST_ONCE)
              .payload(HI)
              .build();
      Mqtt5PubAckException no =
          catchThrowableOfType(Mqtt5PubAckException.class, () -> client.publish(denied));
      assertThat(no.getMqttMessage().getReasonCode())
          .isEqualTo(Mqtt5PubAckReasonCode.NOT_AUTHORIZED);
      assertThat(client.getState().isConnected()).isTrue();
    }
  }

  @Test
  void paho() throws Exception {
    String url = "tcp://" + TestBroker.HOST + ":" + broker.port();
    var client = new MqttClient(url, "paho", new MemoryPersistence());
    try {
      MqttConnectionOptions options = new MqttConnectionOptions();
      options.setUserName("ann");
      options.setPassword("one".getBytes(StandardCharsets.UTF_8));
      client.connect(options);
      assertThat(client.subscribe("own/+/#", 0).getReasonCodes()).containsExactly(0x87);
      assertThat(client.subscribe("users/ann", 1).getReasonCodes()).containsExactly(1);
      client.publish("users/ann", new MqttMessage(HI));
      MqttException denied =
          catchThrowableOfType(
              MqttException.class, () -> client.publish("users/bob", new MqttMessage(HI)));
      assertThat(denied == null || denied.getReasonCode() == 0x87).isTrue();
      assertThat(client.isConnected()).isTrue();
    } finally {
      client.disconnect();
      client.close();
    }
    var counters = broker.broker().counters().toCompletableFuture().join();
    assertThat(counters.denied(AccessReason.NO_MATCH)).isEqualTo(2);
  }
}
