package io.nanomq.config.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.nanomq.config.Confs;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.config.setting.ConfProblem;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files as NanoMQ 0.9 to 0.25 have them are read. */
class FormerKeysTest {

  @Test
  void laterKeyValue() throws Exception {
    LoadedConf loaded =
        Confs.load(
            """
            url=nmq-tcp://127.0.0.1:1883
            parallel=0
            max_packet_size=266240
            keepalive_backoff=1250
            enable_ipc_internal=false
            auth_enable=true
            acl_enable=true
            acl_nomatch=allow
            enable_acl_cache=on
            acl_cache_max_size=32
            acl_cache_ttl=1m
            acl_deny_action=ignore
            sqlite.enable=false
            sqlite.resend_interval=5000
            bridge.mqtt.one.address=mqtt-tcp://h:1
            bridge.mqtt.one.bridge_mode=false
            bridge.mqtt.one.password=tops3cret
            bridge.mqtt.one.will.properties.user_property={"key1":"value1"}
            bridge.sqlite.enable=false
            aws.bridge.mqtt.one.port=8883
            aws..mqtt.one.subscription.1.qos=1
            rule_option=ON
            rule_option.sqlite=enable
            rule.fdb.event.publish.1.sql="SELECT * FROM "a""
            """);
    assertThat(loaded.document().syntax()).isEqualTo(Syntax.KEY_VALUE);
    assertThat(loaded.conf().system().parallel()).isEqualTo(32);
    assertThat(loaded.conf().integrations().bridges()).noneMatch(BridgeConf::enable).hasSize(1);
    assertThat(loaded.warnings())
        .noneMatch(warning -> warning.toString().contains("tops3cret"))
        .noneMatch(warning -> warning.toString().contains("keepalive_backoff"));
    assertThat(loaded.conf().mqtt().client().keepAliveMultiplier()).isEqualTo(1.25);
  }

  @ParameterizedTest
  @MethodSource("formerNames")
  void aFormerNameCountsWhereTheOtherIsNotGiven(String former, String present, Object expected)
      throws Exception {
    String id = FormerKeys.SUCCESSORS.get(former.substring(0, former.indexOf('=')));
    assertThat(Confs.load(former + "\n").values().value(id)).isEqualTo(expected);
    assertThat(Confs.load(former + "\n" + present + "\n").values().value(id))
        .isEqualTo(Confs.load(present + "\n").values().value(id))
        .isNotEqualTo(expected);
  }

  static Stream<Arguments> formerNames() {
    return Stream.of(
        arguments("keepalive_backoff=1250", "keepalive_multiplier=2", 1.25),
        arguments("keepalive_backoff=1.75", "keepalive_multiplier=2", 1.75),
        hocon("session.keepalive_backoff=1750", "keepalive_multiplier=2", 1.75),
        hocon("session.property_size=7", "property_size=8", 7L * 1024),
        hocon("session.max_packet_size=7", "max_packet_size=8KB", 7L * 1024),
        hocon("session.client_max_packet_size=7", "client_max_packet_size=8KB", 7L * 1024),
        hocon("session.msq_len=7", "max_mqueue_len=8", 7L),
        hocon("session.qos_duration=7s", "retry_interval=8s", 7000L),
        arguments("mqtt.session.allow_anonymous=false", "auth.allow_anonymous=true", false),
        arguments("authorization.no_match=deny", "auth.no_match=allow", "deny"),
        arguments("authorization.deny_action=disconnect", "auth.deny_action=ignore", "disconnect"));
  }

  private static Arguments hocon(String former, String present, Object expected) {
    return arguments("mqtt." + former, "mqtt." + present, expected);
  }

  /** NanoMQ's switches of passwords, in key=value and in the enterprise edition's HOCON. */
  @Test
  void usersOfTheDocumentCountUnlessTheyAreSwitchedOff() throws Exception {
    assertThat(users("auth.1.login=a\nauth.1.password=s\n")).containsOnlyKeys("a");
    assertThat(users("auth_enable=false\nauth.1.login=a\nauth.1.password=s\n")).isEmpty();
    assertThat(users("auth.password { a = s }\n")).containsOnlyKeys("a");
    assertThat(users("auth.password { enable = false, a = s }\n")).isEmpty();
  }

  private static Map<String, String> users(String text) throws Exception {
    return Confs.load(text).conf().auth().users();
  }

  @Test
  void hoconOfTheFirstVersionThatHadIt() throws Exception {
    NanomqConf conf =
        Confs.conf(
            """
            system { parallel = 0 }
            mqtt.session { max_packet_size = 1024, qos_duration = 10s, keepalive_backoff = 1250 }
            listeners.tcp { enable = true, bind = "127.0.0.1:1883" }
            http_server { parallel = 2 }
            webhook.rule.client.connect = [{action: on_client_connect}]
            authorization {
              no_match = allow
              cache = { enable = false, max_size = 32, ttl = 1m }
              sources = [{ type = http, enable = false, auth_req { url = "http://h/" } }]
            }
            bridges.mqtt {
              nodes = [{ name = emqx, enable = false, connector { server = "mqtt-tcp://h:1" } }]
              sqlite { enable = false }
            }
            bridges.aws.nodes = [{ name = aws }]
            rules.option = OFF
            rules.sqlite { path = p, enable = false, rules = [{ sql = "SELECT * FROM 'a'", table = b }] }
            rules.mysql { name = db, enable = false, rules = [
              { enable = true, host = h, table = t, sql = "SELECT payload FROM 'a'" }] }
            """);
    assertThat(conf.integrations().bridges()).isEmpty();
    assertThat(conf.integrations().rules().rules()).hasSize(2).allMatch(rule -> !rule.enabled());
    assertThat(conf.mqtt().packets().maxBytes()).isEqualTo(1024 * 1024);
  }

  @Test
  void connectionsOfTheApiHaveTwoNamesThatLowerThem() throws Exception {
    assertThat(connections("")).isEqualTo(1000);
    assertThat(connections("http_server.limit_conn = 7\n")).isEqualTo(7);
    assertThat(connections("http_server { limit_conn = 7, parallel = 3 }\n")).isEqualTo(7);
    assertThat(connections("http_server { parallel = 3 }\n")).isEqualTo(3);
    assertThat(connections("http_server { limit_conn = 70, max_connections = 9 }\n")).isEqualTo(9);
  }

  private static int connections(String text) throws Exception {
    return Confs.load(text).conf().httpServer().limits().maxConnections();
  }

  /** What is left of others' files is either being built or not what this broker is for. */
  @Test
  void whatIsNotInEffectIsCountedOff() {
    List<String> left =
        KeyTable.get().keys().stream()
            .filter(key -> key.support() == Support.IGNORED)
            .map(ConfKey::id)
            .filter(id -> !id.matches("(bridges?|rule|sqlite)\\..*"))
            .toList();
    assertThat(left).isEmpty();
  }

  @Test
  void whatLaterVersionsHave() throws Exception {
    LoadedConf loaded =
        Confs.load(
            """
            auth { cache = { max_size = 32, ttl = 1m }, password { enable = false, a = b } }
            blf { anything = 1 }
            """);
    assertThat(loaded.conf().auth().users()).isEmpty();
    assertThat(loaded.warnings()).extracting(ConfProblem::key).contains("blf");
  }

  @Test
  void aPacketIsNeverLargerThanMqttCanSay() throws Exception {
    for (String text :
        List.of(
            "max_packet_size=266240\nclient_max_packet_size=266240\n",
            "mqtt { max_packet_size = 260MB, client_max_packet_size = 260MB }\n")) {
      LoadedConf loaded = Confs.load(text);
      assertThat(loaded.conf().mqtt().packets().maxBytes()).isEqualTo(268_435_460);
      assertThat(loaded.conf().mqtt().packets().clientMaxBytes()).isEqualTo(268_435_460);
      assertThat(loaded.warnings())
          .filteredOn(warning -> warning.reason().contains("268435460 bytes"))
          .hasSize(2);
    }
    assertThat(Confs.reports("max_packet_size=266241\n")).hasSize(1);
    assertThat(Confs.load("mqtt.max_packet_size = 256MB\n").warnings())
        .noneMatch(warning -> warning.reason().contains("268435460"));
  }

  @Test
  void whatIsUnknownInAKnownSectionIsToldWithWhatIsThere() {
    assertThat(Confs.reports("listeners.tcp { bind = \"127.0.0.1:1883\", backlog = 128 }\n"))
        .containsExactly(
            "nanomq.conf:1:42: listeners.tcp.backlog is not a known key; right would be one of"
                + " auth, bind, enable, limits, mountpoint, proxy, <name> in listeners.tcp");
    assertThat(Confs.reports("listeners.tcp { bnd = \"127.0.0.1:1883\" }\n"))
        .singleElement()
        .asString()
        .endsWith("right would be listeners.tcp.bind");
    assertThat(Confs.reports("url=nmq-tcp://:1\ntls.quite_another=1\n"))
        .singleElement()
        .asString()
        .contains("nanomq.conf:2:1: tls.quite_another is not a known key; right would be one of")
        .contains("certfile");
    assertThat(Confs.reports("listeners.tcp = 5\nmqtt {}\n"))
        .singleElement()
        .asString()
        .contains("is a section; right would be listeners.tcp { ... }");
    // No bridge of that name either.
    assertThat(Confs.reports("url=nmq-tcp://:1\nbridge.mqtt.adress=x\n"))
        .singleElement()
        .asString()
        .contains("bridge.mqtt.adress is not a known key; right would be bridge.mqtt.address");
  }

  /** NanoMQ's later files have one size, of what is accepted and sent. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mqtt.max_packet_size = 8MB | 8388608",
        "mqtt.max_packet_size = 10KB | 1048576",
        "mqtt { max_packet_size = 8MB, client_max_packet_size = 2KB } | 2048",
        "mqtt.client_max_packet_size = 2MB | 2097152"
      })
  void whatIsLetInIsSentToo(String document, int clientMax) throws Exception {
    assertThat(Confs.load(document, Map.of()).conf().mqtt().packets().clientMaxBytes())
        .isEqualTo(clientMax);
  }
}
