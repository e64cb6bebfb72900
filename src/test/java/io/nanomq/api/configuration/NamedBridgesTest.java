package io.nanomq.api.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.ConfPatch;
import io.nanomq.config.Confs;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.document.KeyValueDocument;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.config.setting.ConfException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Bridges with names in key=value documents, as NanoMQ had them until 0.22. */
class NamedBridgesTest {
  private static final String TWO =
      """
      # mine
      bridge.mqtt.emqx.bridge_mode=true
      bridge.mqtt.emqx.address=mqtt-tcp://h:1
      bridge.mqtt.emqx.proto_ver=5
      bridge.mqtt.emqx.keepalive=60
      bridge.mqtt.emqx.password=passwd
      bridge.mqtt.emqx.forwards.1.remote_topic=fwd/topic1
      bridge.mqtt.emqx.forwards.1.local_topic=topic1
      bridge.mqtt.emqx.forwards.1.retain=2
      bridge.mqtt.emqx.subscription.1.remote_topic=cmd/topic1
      bridge.mqtt.emqx.subscription.1.local_topic=topic1
      bridge.mqtt.emqx.subscription.1.qos=1
      bridge.mqtt.emqx.parallel=2
      bridge.mqtt.emqx.max_send_queue_len=32
      bridge.mqtt.emqx.connect.properties.receive_maximum=7
      bridge.mqtt.emqx.connect.properties.user_property={"key1":"value1","key2":"value2"}
      bridge.mqtt.emqx.will.topic=will_topic
      bridge.mqtt.emqx.will.properties.user_property={"key1":"value1"}
      bridge.mqtt.emqx.tls.enable=false
      bridge.mqtt.emqx.tls.cacertfile=/etc/certs/cacert.pem
      bridge.mqtt.other.address=mqtt-tcp://h:2
      """;

  private static BridgeConf bridge(LoadedConf loaded, String name) {
    return loaded.conf().integrations().bridges().stream()
        .filter(bridge -> bridge.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static LoadedConf after(LoadedConf before, ConfPatch patch) throws ConfException {
    Map<Path, byte[]> contents = patch.apply(before, Path.of("nanomq.conf"));
    return Confs.load(new String(contents.values().iterator().next(), StandardCharsets.UTF_8));
  }

  private static LoadedConf edited(LoadedConf before, String name, Map<String, ?> node)
      throws ConfException {
    return after(before, BridgeNodePatch.node(before, name, node));
  }

  @Test
  void theyAreRead() throws ConfException {
    LoadedConf loaded = Confs.load(TWO);
    assertThat(loaded.document()).isInstanceOf(KeyValueDocument.class);
    BridgeConf emqx = bridge(loaded, "emqx");
    assertThat(emqx.enable()).isTrue();
    assertThat(emqx.servers()).containsExactly("mqtt-tcp://h:1");
    assertThat(emqx.client().keepAliveSeconds()).isEqualTo(60);
    assertThat(emqx.forwards())
        .containsExactly(new BridgeConf.Topic("fwd/topic1", "topic1", "", "", -1, -1, 0));
    assertThat(emqx.subscriptions())
        .containsExactly(new BridgeConf.Topic("cmd/topic1", "topic1", "", "", 1, -1, 4));
    assertThat(emqx.habits().parallel()).isEqualTo(2);
    assertThat(emqx.habits().sendQueue()).isEqualTo(32);
    assertThat(emqx.connectProperties().numbers()).containsEntry("receive_maximum", 7L);
    assertThat(emqx.connectProperties().user())
        .isEqualTo(Map.of("key1", "value1", "key2", "value2"));
    assertThat(emqx.will().properties().user()).isEqualTo(Map.of("key1", "value1"));
    assertThat(emqx.tls().caCertFile()).isEqualTo("/etc/certs/cacert.pem");
    assertThat(bridge(loaded, "other").enable()).isFalse();
  }

  @Test
  void whatIsWrongIsToldWithItsPlace() {
    String wrong = "url=nmq-tcp://:1\nbridge.mqtt.a.address=h\nbridge.mqtt.a.";
    assertThat(Confs.reports(wrong + "connect.properties.user_property={\"a\":1}\n"))
        .singleElement()
        .asString()
        .startsWith("nanomq.conf:3:48: bridge.mqtt.a.connect.properties.user_property")
        .contains("is no map of texts");
    assertThat(Confs.reports(wrong + "adress=h\n"))
        .singleElement()
        .asString()
        .contains("bridge.mqtt.a.adress is not a known key")
        .contains("address");
    assertThat(Confs.reports("url=nmq-tcp://:1\nbridge.mqtt.a.parallel=1\n"))
        .singleElement()
        .asString()
        .contains("bridge.mqtt.a.parallel is part of a bridge without address");
  }

  @Test
  void editsKeepTheNamesThatAreThere() throws ConfException {
    LoadedConf before = Confs.load(TWO);
    LoadedConf after =
        edited(
            before,
            "emqx",
            Map.of(
                "connector",
                Map.of("keepalive", 9, "password", "new"),
                "tls",
                Map.of("verify_peer", false),
                "subscription",
                List.of(Map.of("topic", "x", "qos", 2))));
    assertThat(after.document().text())
        .startsWith("# mine\nbridge.mqtt.emqx.bridge_mode=true\n")
        .contains("\nbridge.mqtt.emqx.keepalive=9s\n")
        .contains("\nbridge.mqtt.emqx.tls.verify_peer=false\n")
        .doesNotContain("cmd/topic1");
    assertThat(bridge(after, "emqx").subscriptions())
        .extracting(BridgeConf.Topic::remote)
        .containsExactly("x");
    assertThat(bridge(after, "other")).isEqualTo(bridge(before, "other"));
  }

  @Test
  void oneComesAndGoes() throws ConfException {
    LoadedConf before = Confs.load(TWO);
    Map<String, ?> node =
        Map.of("connector", Map.of("server", "mqtt-tcp://h:3"), "forwards", List.of("a", "b"));
    LoadedConf more = edited(before, "third", node);
    assertThat(bridge(more, "third").forwards()).hasSize(2);
    LoadedConf fewer = after(more, BridgeNodePatch.remove(more, "emqx"));
    assertThat(fewer.document().text()).doesNotContain("emqx").startsWith("# mine\n");
    assertThat(fewer.conf().integrations().bridges())
        .extracting(BridgeConf::name)
        .containsExactlyInAnyOrder("other", "third");
  }

  /** The one without a name keeps its names; what it has no own one for is said with its name. */
  @Test
  void theOneWithoutANameIsTheOneCalledBridge() throws ConfException {
    LoadedConf before =
        Confs.load("bridge.mqtt.address=mqtt-tcp://h:1\nbridge.mqtt.bridge.parallel=3\n");
    assertThat(bridge(before, "bridge").habits().parallel()).isEqualTo(3);
    LoadedConf after =
        edited(
            before, "bridge", Map.of("parallel", 4, "enable", true, "tls", Map.of("enable", true)));
    assertThat(after.document().text().lines())
        .containsExactlyInAnyOrder(
            "bridge.mqtt.address=mqtt-tcp://h:1",
            "bridge.mqtt.bridge.parallel=4",
            "bridge.mqtt.bridge_mode=true",
            "bridge.mqtt.bridge.tls.enable=true");
  }

  @Test
  void aNameThatWouldBeReadAsSomethingElseIsRefused() throws ConfException {
    LoadedConf before = Confs.load(TWO);
    Map<String, ?> node = Map.of("connector", Map.of("server", "mqtt-tcp://h:3"));
    for (String name : List.of("subscription", "a.b")) {
      assertThatThrownBy(() -> edited(before, name, node))
          .isInstanceOf(ConfException.class)
          .hasMessageContaining("has no name in this format");
    }
  }
}
