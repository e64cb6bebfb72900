package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.nanomq.config.model.MqttConf;
import io.nanomq.session.ClientSnapshot;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT, CONNACK, keep alive, and how connections end. */
@Timeout(60)
class C01ConnectTest {
  private static ClientSnapshot snapshot(TestBroker broker, String clientId) {
    return broker.broker().sessions().client(clientId).toCompletableFuture().join().get(0);
  }

  @Test
  void everyPropertyOfConnectIsTaken() {
    try (TestBroker broker = TestBroker.start()) {
      var client =
          Hive.builder(broker, "all")
              .simpleAuth()
              .username("me")
              .password("secret".getBytes(StandardCharsets.UTF_8))
              .applySimpleAuth()
              .willPublish()
              .topic("will")
              .qos(MqttQos.EXACTLY_ONCE)
              .payload(new byte[] {1})
              .retain(true)
              .messageExpiryInterval(9)
              .contentType("x")
              .responseTopic("r")
              .correlationData(new byte[] {2})
              .delayInterval(5)
              .userProperties()
              .add("w", "1")
              .applyUserProperties()
              .applyWillPublish()
              .buildBlocking();
      Mqtt5ConnAck connack =
          client
              .connectWith()
              .cleanStart(false)
              .sessionExpiryInterval(100)
              .keepAlive(77)
              .restrictions()
              .receiveMaximum(10)
              .maximumPacketSize(1_000)
              .topicAliasMaximum(3)
              .requestProblemInformation(false)
              .requestResponseInformation(true)
              .applyRestrictions()
              .userProperties()
              .add("k", "v")
              .applyUserProperties()
              .send();
      MqttConf conf = MqttConf.defaults();
      assertThat(connack.getReasonCode().getCode()).isZero();
      assertThat(connack.isSessionPresent()).isFalse();
      var restrictions = connack.getRestrictions();
      assertThat(restrictions.getReceiveMaximum()).isEqualTo(conf.queues().receiveMaximum());
      assertThat(restrictions.getMaximumPacketSize()).isEqualTo(conf.packets().maxBytes());
      assertThat(restrictions.getTopicAliasMaximum()).isEqualTo(conf.client().maxTopicAlias());
      assertThat(connack.getServerKeepAlive()).isEmpty();
      assertThat(connack.getSessionExpiryInterval()).isEmpty();
      assertThat(connack.getAssignedClientIdentifier()).isEmpty();
      ClientSnapshot seen = snapshot(broker, "all");
      assertThat(seen.username()).isEqualTo("me");
      assertThat(seen.keepAliveSeconds()).isEqualTo(77);
      assertThat(seen.cleanStart()).isFalse();
      assertThat(seen.protocolVersion()).isEqualTo(5);
      client.disconnect();
    }
  }

  @Test
  void clientsWithoutAnIdentifierGetOneEach() {
    try (TestBroker broker = TestBroker.start()) {
      String first = connectUnnamed(broker);
      String second = connectUnnamed(broker);
      assertThat(first).isNotEmpty().isNotEqualTo(second);
    }
  }

  private static String connectUnnamed(TestBroker broker) {
    var client =
        MqttClient.builder()
            .useMqttVersion5()
            .serverHost(TestBroker.HOST)
            .serverPort(broker.port())
            .buildBlocking();
    String assigned = client.connect().getAssignedClientIdentifier().orElseThrow().toString();
    assertThat(snapshot(broker, assigned).connected()).isTrue();
    client.disconnect();
    return assigned;
  }

  @Test
  void theServerKeepAliveOverridesLargerOnes() {
    try (TestBroker broker = TestBroker.start(Limits.with("client.maxKeepAliveSeconds", 7))) {
      assertThat(serverKeepAlive(broker, 60)).isEqualTo(7);
      assertThat(serverKeepAlive(broker, 0)).isEqualTo(7);
      assertThat(serverKeepAlive(broker, 5)).isEqualTo(-1);
      assertThat(serverKeepAlive(broker, 7)).isEqualTo(-1);
    }
  }

  private static int serverKeepAlive(TestBroker broker, int asked) {
    var client = Hive.builder(broker, "keep").buildBlocking();
    int answered = client.connectWith().keepAlive(asked).send().getServerKeepAlive().orElse(-1);
    client.disconnect();
    return answered;
  }

  @Test
  void theSessionExpiryIsBounded() {
    try (TestBroker broker = TestBroker.start(Limits.with("client.maxSessionExpirySeconds", 60L))) {
      var client = Hive.builder(broker, "bounded").buildBlocking();
      Mqtt5ConnAck connack = client.connectWith().noSessionExpiry().send();
      assertThat(connack.getSessionExpiryInterval()).hasValue(60);
      client.disconnect();
    }
  }

  @Test
  void whoIsSilentIsClosedAfterOneAndAHalfKeepAlives() {
    try (TestBroker broker = TestBroker.start();
        RawClient v5 = broker.raw(5);
        RawClient v4 = broker.raw(4);
        RawClient busy = broker.raw(4)) {
      long start = System.nanoTime();
      v5.connect("silent5", true, 1);
      v4.connect("silent4", true, 1);
      busy.connect("busy", true, 1);
      assertThat(v5.receive().at(1)).isZero();
      assertThat(v4.receive().at(1)).isZero();
      assertThat(busy.receive().at(1)).isZero();
      CompletableFuture<RawPacket> last = CompletableFuture.supplyAsync(v5::receive);
      TestBroker.soon()
          .until(
              () -> {
                busy.send(0xC0, 0);
                return busy.receive().type() == 13 && last.isDone();
              });
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      assertThat(millis).isBetween(1_400L, 30_000L);
      assertThat(last.join().type()).isEqualTo(14);
      assertThat(last.join().at(0)).isEqualTo(0x8D);
      assertThat(v4.isClosedByBroker()).isTrue();
      assertThat(snapshot(broker, "busy").connected()).isTrue();
    }
  }

  @Test
  void whoseSessionIsTakenOverIsTold() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      CompletableFuture<Throwable> cause = new CompletableFuture<>();
      var first =
          Hive.builder(broker, "twice")
              .addDisconnectedListener(context -> cause.complete(context.getCause()))
              .buildBlocking();
      first.connect();
      try (Hive second = Hive.connected(broker, "twice");
          RawClient old = broker.raw(4).connected("old", true);
          RawClient young = broker.raw(4).connected("old", true)) {
        assertThat(reason(cause)).isEqualTo(Mqtt5DisconnectReasonCode.SESSION_TAKEN_OVER);
        assertThat(old.isClosedByBroker()).isTrue();
        young.send(0xC0, 0);
        assertThat(young.receive().type()).isEqualTo(13);
        second.assertNothingMore();
      }
    }
  }

  private static Mqtt5DisconnectReasonCode reason(CompletableFuture<Throwable> cause)
      throws Exception {
    var disconnect = (Mqtt5DisconnectException) cause.get(10, TimeUnit.SECONDS);
    return disconnect.getMqttMessage().getReasonCode();
  }

  @Test
  void whoIsConnectedWhenTheBrokerStopsIsTold() throws Exception {
    CompletableFuture<Throwable> cause = new CompletableFuture<>();
    CompletableFuture<Throwable> webSocketCause = new CompletableFuture<>();
    TestBroker broker = TestBroker.start();
    try (broker) {
      Hive.builder(broker, "tcp")
          .addDisconnectedListener(context -> cause.complete(context.getCause()))
          .buildBlocking()
          .connect();
      Hive.builder(broker, "ws")
          .serverPort(broker.webSocketPort())
          .webSocketConfig()
          .serverPath("mqtt")
          .applyWebSocketConfig()
          .addDisconnectedListener(context -> webSocketCause.complete(context.getCause()))
          .buildBlocking()
          .connect();
    }
    assertThat(reason(cause)).isEqualTo(Mqtt5DisconnectReasonCode.SERVER_SHUTTING_DOWN);
    assertThat(reason(webSocketCause)).isEqualTo(Mqtt5DisconnectReasonCode.SERVER_SHUTTING_DOWN);
    assertThat(broker.broker().sessions().connectionCount()).isZero();
  }

  @Test
  void authenticationMethodsAreRefused() {
    try (TestBroker broker = TestBroker.start();
        RawClient scram = broker.raw(5);
        RawClient late = broker.raw(5).connected("late", true)) {
      scram.connect("scram", true, 0, new byte[] {0x15, 0, 1, 'x'});
      assertThat(scram.receive().at(1)).isEqualTo(0x8C);
      assertThat(scram.isClosedByBroker()).isTrue();
      late.send(0xF0, 0);
      RawPacket disconnect = late.receive();
      assertThat(disconnect.type()).isEqualTo(14);
      assertThat(disconnect.at(0)).isEqualTo(0x82);
    }
  }

  @Test
  void longClientIdentifiersAreRefused() {
    try (TestBroker broker = TestBroker.start(Limits.with("client.maxIdBytes", 8));
        RawClient v5 = broker.raw(5).connect("123456789", true, 0);
        RawClient v4 = broker.raw(4).connect("123456789", true, 0);
        RawClient fits = broker.raw(4).connect("12345678", true, 0)) {
      assertThat(v5.receive().at(1)).isEqualTo(0x85);
      assertThat(v4.receive().at(1)).isEqualTo(2);
      assertThat(fits.receive().at(1)).isZero();
      assertThat(v5.isClosedByBroker()).isTrue();
      assertThat(v4.isClosedByBroker()).isTrue();
    }
  }

  @Test
  void anEmptyIdentifierNeedsACleanSessionBeforeMqtt5() {
    try (TestBroker broker = TestBroker.start();
        RawClient v4 = broker.raw(4).connect("", false, 0);
        RawClient clean = broker.raw(4).connect("", true, 0);
        RawClient v3 = broker.raw(3).connect("", true, 0)) {
      assertThat(v4.receive().at(1)).isEqualTo(2);
      assertThat(clean.receive().at(1)).isZero();
      assertThat(v3.receive().at(1)).isEqualTo(2);
    }
  }

  @Test
  void moreSocketsThanAllowedAreClosed() {
    try (TestBroker broker = TestBroker.start(Limits.with("broker.maxConnections", 2));
        RawClient first = broker.raw(5).connected("first", true)) {
      try (RawClient second = broker.raw(5).connected("second", true);
          RawClient third = broker.raw(5)) {
        assertThat(third.isClosedByBroker()).isTrue();
        second.send(0xC0, 0);
        assertThat(second.receive().type()).isEqualTo(13);
      }
      broker.awaitConnections(1);
      try (RawClient third = broker.raw(5).connected("third", true)) {
        third.send(0xC0, 0);
        assertThat(third.receive().type()).isEqualTo(13);
      }
      first.send(0xC0, 0);
      assertThat(first.receive().type()).isEqualTo(13);
    }
  }

  @Test
  void reasonStringsAreForThoseWhoWantThem() {
    try (TestBroker broker = TestBroker.start();
        RawClient wants = broker.raw(5).connected("wants", true);
        RawClient declines = broker.raw(5)) {
      declines.connect("declines", true, 0, new byte[] {0x17, 0});
      assertThat(declines.receive().at(1)).isZero();
      wants.send(0xF0, 0);
      declines.send(0xF0, 0);
      RawPacket told = wants.receive();
      assertThat(told.at(0)).isEqualTo(0x82);
      assertThat(told.at(2)).as("reason string").isEqualTo(0x1F);
      assertThat(declines.receive().body()).hasSizeBetween(1, 2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {MqttConnectOptions.MQTT_VERSION_3_1, MqttConnectOptions.MQTT_VERSION_3_1_1})
  void pahoConnectsInOldVersions(int version) throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      String uri = "tcp://" + TestBroker.HOST + ":" + broker.port();
      var client = new org.eclipse.paho.client.mqttv3.MqttClient(uri, "paho", null);
      MqttConnectOptions options = new MqttConnectOptions();
      options.setMqttVersion(version);
      options.setCleanSession(false);
      options.setUserName("user");
      options.setPassword("password".toCharArray());
      options.setWill("will", new byte[] {1}, 1, true);
      client.connect(options);
      ClientSnapshot seen = snapshot(broker, "paho");
      assertThat(seen.protocolVersion()).isEqualTo(version);
      assertThat(seen.username()).isEqualTo("user");
      client.disconnect();
      client.close();
    }
  }

  @Test
  void pahoConnectsInMqtt5() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      String uri = "tcp://" + TestBroker.HOST + ":" + broker.port();
      var client = new org.eclipse.paho.mqttv5.client.MqttClient(uri, "paho5", null);
      MqttConnectionOptions options = new MqttConnectionOptions();
      options.setSessionExpiryInterval(30L);
      options.setReceiveMaximum(20);
      options.setTopicAliasMaximum(5);
      options.setMaximumPacketSize(10_000L);
      client.connect(options);
      assertThat(snapshot(broker, "paho5").protocolVersion()).isEqualTo(5);
      client.disconnect();
      client.close();
    }
  }
}
