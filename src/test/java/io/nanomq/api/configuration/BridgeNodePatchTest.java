package io.nanomq.api.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.nanomq.api.json.JsonBody;
import io.nanomq.config.ConfPatch;
import io.nanomq.config.Confs;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.config.setting.ConfException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Edits of bridges in documents of HOCON, which have any number of them. */
class BridgeNodePatchTest {
  private static final String TWO =
      """
      # mine
      bridges.mqtt.one {
        server = "mqtt-tcp://h:1"
        forwards = ["a", "b/#"]
        subscription = [{ remote_topic = "x", qos = 1, prefix = "p/" }, { remote_topic = "y" }]
        conn_properties { receive_maximum = 7, user_property { k = v } }
      }
      bridges.mqtt."two.x" {
        server = "mqtt-tcp://h:2" # other
        password = ${PW}
        forwards = [{ local_topic = "l", remote_topic = "r" }]
      }
      """;

  private static LoadedConf two() throws ConfException {
    return Confs.load(TWO, Map.of("PW", "secret"));
  }

  private static LoadedConf after(LoadedConf before, ConfPatch patch) throws ConfException {
    Map<Path, byte[]> contents = patch.apply(before, Path.of("nanomq.conf"));
    String text =
        contents.isEmpty()
            ? before.document().text()
            : new String(contents.values().iterator().next(), StandardCharsets.UTF_8);
    return Confs.load(text, Map.of("PW", "secret"));
  }

  private static Map<String, ?> json(String text) {
    return JsonBody.read(text.getBytes(StandardCharsets.UTF_8), BridgeEdit.class).data();
  }

  private static BridgeConf bridge(LoadedConf loaded, String name) {
    return loaded.conf().integrations().bridges().stream()
        .filter(bridge -> bridge.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void oneMoreIsAdded() throws ConfException {
    LoadedConf before = two();
    ConfPatch patch =
        BridgeNodePatch.node(
            before,
            "three",
            json(
                """
                {"connector": {"server": "wss://h:3/mqtt", "proto_ver": 5, "keepalive": 9},
                 "forwards": [{"local_topic": "t", "remote_topic": "u", "qos": 2, "retain": 1}],
                 "subscription": [{"topic": "s", "qos": 1, "nolocal": 0}],
                 "tls": {"enable": true, "verify_peer": false, "key_password": null}}
                """));
    LoadedConf after = after(before, patch);
    BridgeConf three = bridge(after, "three");
    assertThat(three.servers()).containsExactly("wss://h:3/mqtt");
    assertThat(three.client().keepAliveSeconds()).isEqualTo(9);
    assertThat(three.encrypts()).isTrue();
    assertThat(three.tls().verifyPeer()).isFalse();
    assertThat(three.forwards()).containsExactly(new BridgeConf.Topic("u", "t", "", "", 2, 1, 0));
    assertThat(three.subscriptions())
        .containsExactly(new BridgeConf.Topic("s", "", "", "", 1, -1, 0));
    assertThat(bridge(after, "one")).isEqualTo(bridge(before, "one"));
    assertThat(after.document().text()).startsWith("# mine\n").contains("${PW}");
  }

  /** NanoMQ's own tests have a bridge as its documents do: no connector, no tls. */
  @Test
  void keysMayStandWithoutSections() throws ConfException {
    LoadedConf before = two();
    ConfPatch patch =
        BridgeNodePatch.node(
            before,
            "one",
            json(
                """
                {"name": "one", "enable": true, "parallel": 8, "server": "mqtt-tcp://h:9",
                 "proto_ver": 5, "clientid": "hello3", "clean_start": true, "username": "u",
                 "password": "p", "keepalive": 61, "backoff_max": "7s", "ssl": {"enable": true},
                 "conn_properties": {"receive_maximum": 9, "maximum_packet_size": null},
                 "forwards": [{"remote_topic": "r/#", "local_topic": "l/#"}]}
                """));
    BridgeConf one = bridge(after(before, patch), "one");
    assertThat(one.servers()).containsExactly("mqtt-tcp://h:9");
    assertThat(one.client().clientId()).isEqualTo("hello3");
    assertThat(one.client().keepAliveSeconds()).isEqualTo(61);
    assertThat(one.encrypts()).isTrue();
    assertThat(one.forwards())
        .containsExactly(new BridgeConf.Topic("r/#", "l/#", "", "", -1, -1, 0));
    assertThat(after(before, patch).document().text())
        .contains("receive_maximum = 9", "backoff_max")
        .contains("k = v");
  }

  /** The example of NanoMQ's page, and what its table has beside. */
  @Test
  void asThePageHasIt() throws ConfException {
    LoadedConf before = two();
    ConfPatch patch =
        BridgeNodePatch.node(
            before,
            "one",
            json(
                """
                {"data": {"name": "one", "enable": true, "parallel": 8,
                 "connector": {"server": "mqtt-tcp://h:9", "proto_ver": 4, "clientid": null,
                   "clean_start": false, "username": "emqx", "password": "emqx123",
                   "keepalive": 60, "ssl": {"enable": true, "keyfile": "k.pem"},
                   "conn_properties": {"session_expiry_interval": 30}},
                 "forwards": ["topic1/#", "topic2/#"],
                 "subscription": [{"topic": "cmd/topic1", "qos": 1}],
                 "tls": {"enable": true, "url": null, "key_password": null, "key": null,
                   "cert": null, "cacert": null, "verify_peer": false,
                   "fail_if_no_peer_cert": false},
                 "max_send_queue_len": 7, "quic_keepalive": "100s", "quic_idle_timeout": "100s",
                 "quic_discon_timeout": "100s", "quic_send_idle_timeout": "20s",
                 "quic_initial_rtt_ms": "800s", "quic_max_ack_delay_ms": "100s",
                 "quic_multi_stream": true, "hybrid_bridging": true, "quic_qos_priority": true,
                 "quic_0rtt": true}}
                """));
    LoadedConf after = after(before, patch);
    assertThat(bridge(after, "one").servers()).containsExactly("mqtt-tcp://h:9");
    assertThat(bridge(after, "one").tls().verifyPeer()).isFalse();
    assertThat(bridge(after, "one").forwards()).hasSize(2);
    assertThat(after.document().text())
        .contains("session_expiry_interval", "max_send_queue_len", "k.pem");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"tls\": {\"fail_if_no_peer_cert\": true}}",
        "{\"tls\": {\"key\": \"-----BEGIN\"}}",
        "{\"nosuch\": 1}",
        "{\"conn_properties\": {\"nosuch\": 1}}",
        "{\"conn_properties\": {\"user_property\": {\"k\": \"w\"}}}",
        "{\"conn_properties\": 1}",
        "{\"keepalive\": \"soon\"}",
        "{\"server\": 1}"
      })
  void whatIsNoKeyIsRefused(String node) throws ConfException {
    LoadedConf before = two();
    assertThatThrownBy(() -> BridgeNodePatch.node(before, "one", json(node)))
        .isInstanceOf(ConfException.class);
  }

  @Test
  void aListOfFiltersBecomesOneOfRulesAndBack() throws ConfException {
    LoadedConf before = two();
    LoadedConf rules =
        after(
            before,
            BridgeNodePatch.node(
                before,
                "one",
                json("{\"forwards\": [\"a\", {\"local_topic\": \"c\", \"qos\": 0}]}")));
    assertThat(bridge(rules, "one").forwards())
        .extracting(BridgeConf.Topic::local, BridgeConf.Topic::qos)
        .containsExactly(tuple("a", -1), tuple("c", 0));
    LoadedConf none = after(rules, BridgeNodePatch.node(rules, "one", json("{\"forwards\": []}")));
    assertThat(bridge(none, "one").forwards()).isEmpty();
    LoadedConf plain =
        after(before, BridgeNodePatch.node(before, "one", json("{\"forwards\": [\"z\"]}")));
    assertThat(bridge(plain, "one").forwards()).containsExactly(new BridgeConf.Topic("", "z", -1));
  }

  @Test
  void subscriptionsComeAndGoOneByOne() throws ConfException {
    LoadedConf before = two();
    LoadedConf more =
        after(
            before,
            BridgeNodePatch.subscribe(before, "one", List.of(Map.of("topic", "z", "qos", 2))));
    assertThat(bridge(more, "one").subscriptions())
        .extracting(BridgeConf.Topic::remote)
        .containsExactly("x", "y", "z");
    LoadedConf fewer = after(more, BridgeNodePatch.unsubscribe(more, "one", List.of("y")));
    assertThat(bridge(fewer, "one").subscriptions())
        .extracting(BridgeConf.Topic::remote, BridgeConf.Topic::prefix)
        .containsExactly(tuple("x", "p/"), tuple("z", ""));
    assertThat(BridgeNodePatch.unsubscribe(before, "one", List.of("n")).edits())
        .as("as UNSUBSCRIBE of a topic without a subscription")
        .isEmpty();
    LoadedConf least = after(fewer, BridgeNodePatch.unsubscribe(fewer, "one", List.of("n", "x")));
    assertThat(bridge(least, "one").subscriptions())
        .extracting(BridgeConf.Topic::remote)
        .containsExactly("z");
  }

  @Test
  void oneIsTakenOutAndTheOthersStay() throws ConfException {
    LoadedConf before = two();
    for (String name : List.of("one", "two.x")) {
      LoadedConf after = after(before, BridgeNodePatch.remove(before, name));
      assertThat(after.conf().integrations().bridges())
          .extracting(BridgeConf::name)
          .containsExactly(name.equals("one") ? "two.x" : "one");
    }
  }

  @Test
  void aReferenceIsNotReplacedByWhatItStandsFor() throws ConfException {
    LoadedConf before = two();
    ConfPatch patch =
        BridgeNodePatch.node(
            before,
            "two.x",
            json("{\"connector\": {\"password\": \"secret\", \"keepalive\": 60}}"));
    assertThat(patch.isEmpty()).isTrue();
  }
}
