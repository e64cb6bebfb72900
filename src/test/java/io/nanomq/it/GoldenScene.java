package io.nanomq.it;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import java.util.LinkedHashMap;
import java.util.Map;

/** The clients that were connected when NanoMQ was asked, with what they had subscribed to. */
final class GoldenScene {
  private final int port;
  private final Map<String, Runnable> disconnects = new LinkedHashMap<>();

  GoldenScene(int port) {
    this.port = port;
  }

  /** Section D. */
  void everybody() {
    v3("persist", "dave", false, Map.of("p/q", 1));
    v3("sub311", "alice", true, Map.of("sensors/+/temp", 1));
    v5("share-1", "bob", "$share/g1/jobs/#", 2);
    v5("share-2", "bob", "$share/g1/jobs/#", 1);
    v3("multi", "alice", true, Map.of("a/b/c", 0, "a/b/#", 0, "#", 0, "$SYS/#", 0));
    v3("pubonly", "carol", true, Map.of());
  }

  /** Section D2. */
  void somebodyLeaves() {
    leave("persist");
    leave("pubonly");
  }

  /** Section E. */
  void oneWithoutUsername() {
    Map.copyOf(disconnects).keySet().forEach(this::leave);
    v3("persist", "dave", true, Map.of());
    leave("persist");
    v3("nouser", "", true, Map.of("x", 0));
  }

  void nobody() {
    Map.copyOf(disconnects).keySet().forEach(this::leave);
  }

  private void leave(String id) {
    disconnects.remove(id).run();
  }

  private void v3(String id, String user, boolean clean, Map<String, Integer> filters) {
    Mqtt3BlockingClient client =
        Mqtt3Client.builder()
            .identifier(id)
            .serverHost(TestBroker.HOST)
            .serverPort(port)
            .buildBlocking();
    var connect = client.connectWith().cleanSession(clean).keepAlive(60);
    if (!user.isEmpty()) {
      connect = connect.simpleAuth().username(user).applySimpleAuth();
    }
    connect.send();
    disconnects.put(id, client::disconnect);
    filters.forEach(
        (filter, qos) ->
            client.subscribeWith().topicFilter(filter).qos(MqttQos.fromCode(qos)).send());
  }

  private void v5(String id, String user, String filter, int qos) {
    Mqtt5BlockingClient client =
        Mqtt5Client.builder()
            .identifier(id)
            .serverHost(TestBroker.HOST)
            .serverPort(port)
            .buildBlocking();
    client.connectWith().keepAlive(30).simpleAuth().username(user).applySimpleAuth().send();
    disconnects.put(id, client::disconnect);
    client.subscribeWith().topicFilter(filter).qos(MqttQos.fromCode(qos)).send();
  }
}
