package io.nanomq.config.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.Copy;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.model.MqttConf;
import io.nanomq.config.model.SystemConf;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class KeyTableTest {
  private static final KeyTable TABLE = KeyTable.get();

  @Test
  void defaultsAreThoseOfTheTable() {
    MqttConf mqtt = MqttConf.defaults();
    assertThat(mqtt.packets().maxBytes()).isEqualTo(1024 * 1024);
    assertThat(mqtt.packets().maxPropertyBytes()).isEqualTo(32 * 1024);
    assertThat(mqtt.queues().length()).isEqualTo(1024);
    assertThat(mqtt.queues().bytes()).isEqualTo(64L * 1024 * 1024);
    assertThat(mqtt.queues().retrySeconds()).isEqualTo(30);
    assertThat(mqtt.client().keepAliveMultiplier()).isEqualTo(1.5);
    assertThat(mqtt.client().maxFiltersPerPacket()).isEqualTo(10_000);
    assertThat(mqtt.client().maxFilters()).isEqualTo(100_000);
    assertThat(mqtt.client().maxSessionExpirySeconds()).isEqualTo(0xFFFF_FFFFL);
    assertThat(NanomqConf.defaults().httpServer())
        .isEqualTo(
            Copy.of(
                NanomqConf.defaults().httpServer(),
                "enable",
                true,
                "address",
                "0.0.0.0",
                "port",
                8081,
                "username",
                "admin",
                "password",
                "public",
                "authType",
                HttpServerConf.AuthType.BASIC));
    var persistence =
        new SystemConf.Persistence(SystemConf.Persistence.Durability.NONE, false, "", 0, 1000);
    assertThat(NanomqConf.defaults().system())
        .isEqualTo(
            new SystemConf(
                0,
                0,
                32,
                false,
                persistence,
                10_000,
                "",
                NanomqConf.defaults().system().deniedNetworks()));
    assertThat(NanomqConf.defaults().listeners())
        .extracting(ListenerConf::port)
        .containsExactly(1883, 8083);
  }

  @Test
  void everyDefaultIsAValueOfItsType() {
    for (ConfKey key : TABLE.keys()) {
      Object value = ConfValues.defaultOf(key);
      assertThat(value == null).as(key.id()).isEqualTo(key.defaultText() == null);
    }
  }

  @Test
  void namesBelongToOneKey() {
    assertUnique(TABLE.keys().stream().map(ConfKey::id).toList());
    assertUnique(TABLE.keys().stream().map(ConfKey::keyValue).toList());
    assertUnique(TABLE.keys().stream().map(ConfKey::hocon).toList());
    assertUnique(TABLE.keys().stream().map(ConfKey::environment).toList());
  }

  private static void assertUnique(List<String> names) {
    List<String> given = names.stream().filter(name -> !name.isEmpty()).toList();
    assertThat(new TreeSet<>(given)).hasSameSizeAs(given);
  }

  @Test
  void everyNameFindsItsKey() {
    for (ConfKey key : TABLE.keys()) {
      if (!key.keyValue().isEmpty()) {
        assertThat(TABLE.matchKeyValue(filled(key.keyValue()))).map(KeyMatch::key).contains(key);
      }
      if (!key.hocon().isEmpty()) {
        List<String> path = List.of(filled(key.hocon()).split("\\."));
        assertThat(TABLE.matchHocon(path)).map(KeyMatch::key).contains(key);
      }
    }
  }

  private static String filled(String pattern) {
    return pattern.replace("<n>", "3").replace("<name>", "some").replace("**", "x");
  }

  @Test
  void nanomqsVariablesAreThere() {
    List<String> missing = new ArrayList<>();
    for (String name :
        List.of(
            "BROKER_URL",
            "DAEMON",
            "NUM_TASKQ_THREAD",
            "MAX_TASKQ_THREAD",
            "PARALLEL",
            "PROPERTY_SIZE",
            "MSQ_LEN",
            "QOS_DURATION",
            "ALLOW_ANONYMOUS",
            "WEBSOCKET_ENABLE",
            "WEBSOCKET_URL",
            "WEBSOCKET_TLS_URL",
            "HTTP_SERVER_ENABLE",
            "HTTP_SERVER_PORT",
            "HTTP_SERVER_USERNAME",
            "HTTP_SERVER_PASSWORD",
            "HTTP_SERVER_URL",
            "HTTP_SERVER_PARALLEL",
            "HTTP_SERVER_AUTH_TYPE",
            "HTTP_SERVER_JWT_PUBLIC_KEYFILE",
            "HTTP_SERVER_JWT_PRIVATE_KEYFILE",
            "TLS_ENABLE",
            "TLS_URL",
            "TLS_CA_CERT_PATH",
            "TLS_CERT_PATH",
            "TLS_KEY_PATH",
            "TLS_KEY_PASSWORD",
            "TLS_VERIFY_PEER",
            "TLS_FAIL_IF_NO_PEER_CERT",
            "TCP_ENABLE",
            "MAX_PACKET_SIZE",
            "CLIENT_MAX_PACKET_SIZE",
            "LOG_TO",
            "LOG_LEVEL",
            "LOG_DIR",
            "LOG_FILE",
            "LOG_ROTATION_SIZE",
            "LOG_ROTATION_COUNT",
            "VIN",
            "PID_FILE")) {
      if (TABLE.byEnvironment("NANOMQ_" + name).isEmpty()) {
        missing.add(name);
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void nanomqsOptionsAreThere() {
    for (String option :
        List.of(
            "--url",
            "-d",
            "--daemon",
            "-t",
            "--tq_thread",
            "-T",
            "--max_tq_thread",
            "-n",
            "--parallel",
            "-s",
            "--property_size",
            "-S",
            "--msq_len",
            "-D",
            "--qos_duration",
            "--http",
            "-p",
            "--port",
            "--cacert",
            "-E",
            "--cert",
            "--key",
            "--keypass",
            "--verify",
            "--fail",
            "--log_level",
            "--log_file",
            "--log_stdout",
            "--log_syslog")) {
      assertThat(TABLE.byOption(option)).as(option).isPresent();
    }
  }

  @Test
  void nearestNameIsTheOneThatWasMeant() {
    assertThat(TABLE.nearestKeyValue("msq_lenn")).isEqualTo("msq_len");
    assertThat(TABLE.nearestHocon("mqtt.max_packet_sice")).isEqualTo("mqtt.max_packet_size");
    assertThat(TABLE.nearestEnvironment("NANOMQ_MSQLEN")).isEqualTo("NANOMQ_MSQ_LEN");
    assertThat(TABLE.nearestOption("--bridg", List.of("--bridge"))).isEqualTo("--bridge");
    assertThat(TABLE.nearestKeyValue("completely-different-thing")).isEmpty();
  }

  @Test
  void aNameWithDotsStaysOneName() {
    assertThat(TABLE.matchKeyValue("web.hook.headers.x.y"))
        .map(KeyMatch::captures)
        .contains(List.of("x.y"));
    assertThat(TABLE.matchHocon(List.of("auth", "password", "a.b")))
        .map(KeyMatch::path)
        .contains("auth.password.\"a.b\"");
  }

  @Test
  void anIdThatIsNotThereIsAMistake() {
    assertThatThrownBy(() -> TABLE.byId("nope")).isInstanceOf(IllegalArgumentException.class);
  }
}
