package io.nanomq.config.document.hocon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nanomq.config.ConfLoader;
import io.nanomq.config.Confs;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong is looked for in the document, also where a variable says it. */
class HoconPlacesTest {
  private static final Map<String, String> ENVIRONMENT = Map.of("BAD", "nonsense!", "WORD", "x");

  @TempDir Path folder;

  @BeforeEach
  void included() throws Exception {
    Confs.write(folder, "etc/more.conf", "\n\nmax_mqueue_len = ${BAD}\n");
  }

  private String where(String text) throws Exception {
    Confs.write(folder, ConfLoader.DEFAULT_FILE, text.replace('~', '\n') + "log {}\n");
    ConfException refused =
        catchThrowableOfType(
            ConfException.class, () -> Confs.load(new String[0], ENVIRONMENT, folder));
    assertThat(refused).as(text).isNotNull();
    List<ConfProblem> errors = refused.problems().stream().filter(ConfProblem::isError).toList();
    assertThat(errors).as(text).hasSize(1);
    assertThat(errors.get(0).toString()).doesNotContain("environment:", "variable:", "nonsense");
    return folder.relativize(Path.of(errors.get(0).source())) + ":" + errors.get(0).line();
  }

  /** A tilde is the end of a line. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "~mqtt.max_mqueue_len = ${BAD}~ | nanomq.conf:2",
        "~mqtt.max_mqueue_len = ${?BAD}~ | nanomq.conf:2",
        "mqtt.max_mqueue_len = 7~~mqtt { max_mqueue_len = ${?BAD} }~ | nanomq.conf:3",
        "~~mqtt.max_mqueue_len = 1${BAD}~ | nanomq.conf:3",
        "exchange.x = ${BAD}~~mqtt.max_mqueue_len = ${exchange.x}~ | nanomq.conf:3",
        "mqtt {~  include \"more.conf\"~}~ | more.conf:3",
        "~log.to = [~  ${BAD}~]~ | nanomq.conf:2",
        "~log.to = ${BAD}~ | nanomq.conf:2",
        "~webhook.events = [~{ event = on_client_connect }~{ event = ${BAD} }~]~ | nanomq.conf:4",
        "~mqtt.no_such_key = ${WORD}~ | nanomq.conf:2",
        "~mqtt = ${WORD}~ | nanomq.conf:2",
        "~log.dir = [1] ${WORD}~ | nanomq.conf:2",
        "mqtt { max_mqueue_len = 7 }~mqtt = ${WORD} { max_mqueue_len = 8 }~ | nanomq.conf:2",
        "~log.dir = ${NOT_SET}~ | nanomq.conf:2"
      })
  void theLineOfTheSubstitutionIsBlamed(String text, String place) throws Exception {
    assertThat(where(text)).isEqualTo("etc/" + place.strip());
  }

  @Test
  void theOriginOfAValueIsTheDocument() throws Exception {
    Confs.write(folder, ConfLoader.DEFAULT_FILE, "\nlog.file = ${WORD}\".log\"\nlog {}\n");
    LoadedConf loaded = Confs.load(new String[0], ENVIRONMENT, folder);
    assertThat(loaded.values().origin("log.file").where())
        .isEqualTo(folder.resolve("etc/nanomq.conf") + ":2:5");
  }
}
