package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.nanomq.connection.Connection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT over WebSockets, with clients that do it right and frames that do not. */
@Timeout(60)
class C11WebSocketTest {
  private static final byte[] CONNECT = {
    0x10, 14, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 2, 'w', 's'
  };
  private static final byte[] PING = {(byte) 0xC0, 0};

  private final TestBroker broker = TestBroker.start(Limits.with("packets.maxBytes", 200_000));

  @AfterEach
  void stop() {
    broker.close();
  }

  private RawWebSocket open(String protocols) {
    return RawWebSocket.open(TestBroker.HOST, broker.webSocketPort(), "/mqtt", protocols);
  }

  private static void assertConnack(RawWebSocket socket) throws IOException {
    var frame = socket.receive();
    assertThat(frame.opcode()).isEqualTo(RawWebSocket.BINARY);
    assertThat(frame.payload()).containsExactly(0x20, 2, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void hiveMqClientOfMqtt5(int qos) {
    var client =
        Hive.builder(broker, "hive5")
            .serverPort(broker.webSocketPort())
            .webSocketConfig()
            .serverPath("mqtt")
            .applyWebSocketConfig()
            .buildBlocking();
    try (Hive hive = new Hive(client);
        Hive tcp = Hive.connected(broker, "tcp").subscribe("ws/#", qos)) {
      client.connect();
      hive.subscribe("ws/#", qos);
      for (int i = 0; i < 200; i++) {
        hive.publish("ws/" + i, qos, "to all " + i);
      }
      for (int i = 0; i < 200; i++) {
        hive.next("to all " + i);
        tcp.next("to all " + i);
      }
      tcp.publish("ws/large", qos, "z".repeat(150_000));
      assertThat(hive.next().getPayloadAsBytes()).hasSize(150_000);
    }
  }

  @Test
  void hiveMqClientOfMqtt3() throws Exception {
    var client =
        MqttClient.builder()
            .useMqttVersion3()
            .identifier("hive3")
            .serverHost(TestBroker.HOST)
            .serverPort(broker.webSocketPort())
            .webSocketConfig()
            .serverPath("mqtt")
            .applyWebSocketConfig()
            .buildBlocking();
    client.connect();
    try (var inbox = client.publishes(MqttGlobalPublishFilter.ALL)) {
      client.subscribeWith().topicFilter("ws").qos(MqttQos.AT_LEAST_ONCE).send();
      client.publishWith().topic("ws").qos(MqttQos.EXACTLY_ONCE).payload(new byte[] {7}).send();
      var publish = inbox.receive(10, TimeUnit.SECONDS).orElseThrow();
      assertThat(publish.getPayloadAsBytes()).containsExactly(7);
    }
    client.disconnect();
  }

  @Test
  void pahoClients() throws Exception {
    String uri = "ws://" + TestBroker.HOST + ":" + broker.webSocketPort() + "/mqtt";
    BlockingQueue<String> seen = new ArrayBlockingQueue<>(10);
    var old = new org.eclipse.paho.client.mqttv3.MqttClient(uri, "paho3", null);
    old.connect();
    old.subscribe("ws", 1, (topic, message) -> seen.add(new String(message.getPayload())));
    var young = new org.eclipse.paho.mqttv5.client.MqttClient(uri, "paho5", null);
    young.connect();
    young.publish("ws", "hello".getBytes(StandardCharsets.UTF_8), 1, false);
    assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("hello");
    young.disconnect();
    young.close();
    old.disconnect();
    old.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqtt", "mqttv3.1", "other, mqtt"})
  void theSubprotocolIsAnswered(String protocols) throws Exception {
    RawWebSocket socket = open(protocols);
    String chosen = protocols.replace("other, ", "");
    assertThat(socket.response())
        .startsWith("HTTP/1.1 101 ")
        .containsIgnoringCase("sec-websocket-protocol: " + chosen + "\r\n");
    socket.frame(RawWebSocket.FINAL | RawWebSocket.BINARY, CONNECT);
    assertConnack(socket);
    socket.socket().close();
  }

  @Test
  void otherPathsAreNotFound() throws Exception {
    RawWebSocket socket = RawWebSocket.open(TestBroker.HOST, broker.webSocketPort(), "/elsewhere");
    assertThat(socket.response()).startsWith("HTTP/1.1 404 ");
    assertThat(socket.socket().getInputStream().read()).isEqualTo(-1);
    socket.socket().close();
    broker.awaitConnections(0);
  }

  /** What is no request for a WebSocket by RFC 6455, with what stands in place of the version. */
  @ParameterizedTest
  @CsvSource({
    "426, Sec-WebSocket-Version: 8",
    "426, Sec-WebSocket-Version: 0",
    "426, Sec-WebSocket-Version: 13;Sec-WebSocket-Version: 8",
    "426, Sec-WebSocket-Key1: 18x 6]8vM54 *(5:  {   U1]8  z [  8",
    "400, Sec-WebSocket-Version: 13;Content-Length: 0;Content-Length: 3",
    "400, Sec-WebSocket-Version: 13;Transfer-Encoding: chunked",
    "400, Sec-WebSocket-Version: 13;Content-Length: 9",
    "400, Sec-WebSocket-Version: 13;Content-Length: 9000;Expect: 100-continue",
    "400, Sec-WebSocket-Version: 13;Host: there"
  })
  void requestsThatAreNotByTheStandardAreRefusedAndNoErrorOfOurs(int status, String lines)
      throws Exception {
    Logger logger = Logger.getLogger(Connection.class.getName());
    Queue<String> errors = new ConcurrentLinkedQueue<>();
    logger.setFilter(record -> !errors.add(record.getMessage()));
    String request =
        "GET /mqtt HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + lines.replace(";", "\r\n")
            + "\r\n\r\n";
    try (Socket socket = RawClient.open(TestBroker.HOST, broker.webSocketPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("-version: 13\r\n");
      broker.awaitConnections(0);
    }
    logger.setFilter(null);
    assertThat(errors).isEmpty();
  }

  /** Whoever does not say that it is MQTT shows it by its first packet. */
  @Test
  void theSubprotocolNeedNotBeOffered() throws Exception {
    RawWebSocket socket = open("");
    assertThat(socket.response())
        .startsWith("HTTP/1.1 101 ")
        .doesNotContainIgnoringCase("sec-websocket-protocol");
    socket.frame(RawWebSocket.FINAL | RawWebSocket.BINARY, CONNECT);
    assertConnack(socket);
    socket.socket().close();
  }

  @Test
  void aRequestWithoutHostIsRefused() throws Exception {
    String request =
        "GET /mqtt HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    try (Socket socket = RawClient.open(TestBroker.HOST, broker.webSocketPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 400 ");
    }
  }

  @Test
  void packetsNeedNotBeAlignedToFrames() throws Exception {
    RawWebSocket socket = open("mqtt");
    for (byte b : CONNECT) {
      socket.frame(RawWebSocket.FINAL | RawWebSocket.BINARY, new byte[] {b});
    }
    assertConnack(socket);
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    for (int i = 0; i < 100; i++) {
      many.writeBytes(PING);
    }
    // The last one is cut in two.
    byte[] all = many.toByteArray();
    byte[] most = Arrays.copyOf(all, all.length - 1);
    socket.frame(RawWebSocket.FINAL | RawWebSocket.BINARY, most);
    socket.frame(RawWebSocket.FINAL | RawWebSocket.BINARY, new byte[] {0});
    int answered = 0;
    while (answered < 200) {
      answered += socket.receive().payload().length;
    }
    assertThat(answered).isEqualTo(200);
    socket.socket().close();
  }

  @Test
  void aFrameMayBeLargerThanAnyPacketMayBe() throws Exception {
    RawWebSocket socket = open("mqtt");
    socket.frame(RawWebSocket.FINAL | RawWebSocket.BINARY, CONNECT);
    assertConnack(socket);
    ByteArrayOutputStream publishes = new ByteArrayOutputStream();
    for (byte id = 1; id <= 5; id++) {
      // 150,000 bytes behind the head, in a broker that takes 200,000.
      publishes.writeBytes(new byte[] {0x32, (byte) 0xF0, (byte) 0x93, 9, 0, 1, 't', 0, id});
      publishes.writeBytes(new byte[149_995]);
    }
    socket.frame(RawWebSocket.FINAL | RawWebSocket.BINARY, publishes.toByteArray());
    ByteArrayOutputStream answers = new ByteArrayOutputStream();
    while (answers.size() < 5 * 4) {
      answers.writeBytes(socket.receive().payload());
    }
    assertThat(answers.toByteArray())
        .containsExactly(0x40, 2, 0, 1, 0x40, 2, 0, 2, 0x40, 2, 0, 3, 0x40, 2, 0, 4, 0x40, 2, 0, 5);
    socket.socket().close();
  }

  @Test
  void messagesMayBeFragmentedWithPingsBetween() throws Exception {
    RawWebSocket socket = open("mqtt");
    socket.frame(RawWebSocket.BINARY, Arrays.copyOf(CONNECT, 5));
    socket.frame(RawWebSocket.FINAL | RawWebSocket.PING, new byte[] {'p'});
    socket.frame(RawWebSocket.CONTINUATION, Arrays.copyOfRange(CONNECT, 5, 9));
    byte[] end = Arrays.copyOfRange(CONNECT, 9, CONNECT.length);
    socket.frame(RawWebSocket.FINAL | RawWebSocket.CONTINUATION, end);
    var pong = socket.receive();
    assertThat(pong.opcode()).isEqualTo(RawWebSocket.PONG);
    assertThat(pong.payload()).containsExactly('p');
    assertConnack(socket);
    socket.socket().close();
  }

  @Test
  void textFramesEndTheConnection() throws Exception {
    RawWebSocket socket = open("mqtt");
    socket.frame(RawWebSocket.FINAL | RawWebSocket.TEXT, CONNECT);
    assertThat(socket.receive().opcode()).isEqualTo(RawWebSocket.CLOSE);
    assertThat(socket.socket().getInputStream().read()).isEqualTo(-1);
    socket.socket().close();
    broker.awaitConnections(0);
  }

  @Test
  void framesThatAreTooLargeEndTheConnectionAndAreNoErrorOfOurs() throws Exception {
    Logger logger = Logger.getLogger(Connection.class.getName());
    Queue<String> errors = new ConcurrentLinkedQueue<>();
    logger.setFilter(record -> !errors.add(record.getMessage()));
    RawWebSocket socket = open("mqtt");
    socket.frame(RawWebSocket.FINAL | RawWebSocket.BINARY, CONNECT);
    assertConnack(socket);
    // The head of a frame of 4 MiB and one byte.
    byte[] head = {(byte) 0x82, (byte) 0xFF, 0, 0, 0, 0, 0, 0x40, 0, 1, 1, 2, 3, 4};
    socket.socket().getOutputStream().write(head);
    broker.awaitConnections(0);
    TestBroker.soon().until(() -> broker.broker().sessions().find("ws") == null);
    logger.setFilter(null);
    assertThat(errors).isEmpty();
    socket.socket().close();
  }

  @Test
  void aCloseFrameEndsTheConnectionAndItsWillIsPublished() throws Exception {
    try (Hive witness = Hive.connected(broker, "witness").subscribe("will", 1)) {
      RawWebSocket socket = open("mqtt");
      RawClient client = new RawClient(socket, 4);
      var will = new RawClient.Will("will", "gone");
      client.connect("mortal", true, new byte[0], will).receive(2);
      socket.frame(RawWebSocket.FINAL | RawWebSocket.CLOSE, new byte[] {3, (byte) 0xE8});
      witness.next("gone");
      broker.awaitConnections(1);
      client.close();
    }
  }

  @Test
  void plainMqttOnAWebSocketPortIsRefused() {
    try (RawClient lost = new RawClient(TestBroker.HOST, broker.webSocketPort(), 4)) {
      lost.connect("lost", true, 0);
      lost.send("\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      broker.awaitConnections(0);
      assertThat(broker.broker().sessions().size()).isZero();
    }
  }
}
