package io.nanomq.config.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.setting.ConfProblem;
import java.util.List;
import org.junit.jupiter.api.Test;

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
    assertThat(loaded.conf().integrations().bridges()).isEmpty();
    assertThat(loaded.warnings())
        .noneMatch(warning -> warning.toString().contains("tops3cret"))
        .anyMatch(warning -> warning.toString().contains("keepalive_backoff = 1250 is accepted"));
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
    assertThat(conf.mqtt().maxPacketBytes()).isEqualTo(1024 * 1024);
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
    assertThat(left)
        .containsExactlyInAnyOrder(
            "system.msg_persistence",
            "preset.**",
            "mqtt.batch_resend",
            "mqtt.max_awaiting_rel",
            "mqtt.await_rel_timeout",
            "mqtt.session.property_size",
            "mqtt.session.max_packet_size",
            "mqtt.session.client_max_packet_size",
            "mqtt.session.msq_len",
            "mqtt.session.qos_duration",
            "mqtt.session.keepalive_backoff",
            "keepalive_backoff",
            "auth_enable",
            "auth.password.enable",
            "authorization.cache.enable",
            "authorization.cache.max_size",
            "authorization.cache.ttl");
  }

  @Test
  void whatLaterVersionsHave() throws Exception {
    LoadedConf loaded =
        Confs.load(
            """
            auth { cache = { max_size = 32, ttl = 1m }, password { enable = false } }
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
      assertThat(loaded.conf().mqtt().maxPacketBytes()).isEqualTo(268_435_460);
      assertThat(loaded.conf().mqtt().clientMaxPacketBytes()).isEqualTo(268_435_460);
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
}
