package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.document.KeyValueDocument;
import io.nanomq.config.document.hocon.HoconDocument;
import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.config.model.WebhookConf;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both formats have every key of the table. */
class EveryKeyTest {

  @Test
  void keyValue() throws Exception {
    LoadedConf loaded = Confs.unchecked(EveryKey.keyValue(), Map.of());
    assertComplete(
        loaded, KeyTable.get().keys().stream().filter(k -> !k.keyValue().isEmpty()).toList());
    assertThat(loaded.document()).isInstanceOf(KeyValueDocument.class);
    assertThat(loaded.conf().mqtt().packets().maxBytes()).isEqualTo(77 * 1024);
    assertThat(loaded.conf().integrations().webhook().events())
        .hasSize(13)
        .contains(new WebhookConf.Event("on_message_acked", "a/#"));
    assertThat(loaded.conf().auth().http().authentication().parameters())
        .containsEntry("a", "one")
        .containsEntry("b", "two");
    assertThat(loaded.conf().integrations().bridges())
        .extracting(BridgeConf::name)
        .containsExactlyInAnyOrder("bridge", "one");
  }

  @Test
  void hocon() throws Exception {
    LoadedConf loaded = Confs.unchecked(EveryKey.hocon(), Map.of());
    assertComplete(
        loaded, KeyTable.get().keys().stream().filter(k -> !k.hocon().isEmpty()).toList());
    assertThat(loaded.document()).isInstanceOf(HoconDocument.class);
    assertThat(loaded.conf().mqtt().queues().retrySeconds()).isEqualTo(7);
    assertThat(loaded.conf().integrations().rules().rules())
        .extracting(rule -> rule.sink().kind())
        .containsExactly(
            "sqlite", "repub", "webhook", "mysql", "mysql", "postgresql", "postgresql");
    assertThat(loaded.conf().integrations().bridges())
        .extracting(BridgeConf::name)
        .containsExactlyInAnyOrder("one", "listed");
    assertThat(loaded.conf().auth().acl().rules()).isEmpty();
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("io.nanomq.config.EveryKey#documents")
  void whatIsNotInEffectIsReportedOncePerSection(String document) throws Exception {
    List<String> reported =
        problems(document).stream()
            .filter(warning -> warning.reason().startsWith("is accepted but not in effect"))
            .map(ConfProblem::key)
            .toList();
    assertThat(reported)
        .containsAnyOf("plugin", "rule.x.y")
        .doesNotHaveDuplicates()
        .hasSizeLessThan(35);
  }

  /** All that is wrong with them is that they restrict. */
  @Test
  void whatRestrictsIsRefusedOncePerSection() throws Exception {
    assertThat(errors(EveryKey.keyValue())).isEmpty();
    assertThat(errors(EveryKey.hocon())).containsExactly("authorization.sources.1.type");
  }

  private static List<ConfProblem> problems(String document) throws Exception {
    try {
      return Confs.load(document).warnings();
    } catch (ConfException e) {
      return e.problems();
    }
  }

  private static List<String> errors(String document) throws Exception {
    List<ConfProblem> errors = problems(document).stream().filter(ConfProblem::isError).toList();
    assertThat(errors)
        .allMatch(e -> e.reason().startsWith("restricts clients and is not carried out"));
    return errors.stream().map(ConfProblem::key).toList();
  }

  private static void assertComplete(LoadedConf loaded, List<ConfKey> keys) {
    Set<ConfKey> given =
        loaded.values().given().values().stream().map(ConfEntry::key).collect(Collectors.toSet());
    List<String> missing = new ArrayList<>();
    for (ConfKey key : keys) {
      if (!given.contains(key)) {
        missing.add(key.id());
      }
    }
    assertThat(missing).isEmpty();
    for (ConfEntry entry : loaded.values().given().values()) {
      String id = entry.key().id();
      // What a section of rules says counts only where it is switched on, which it is by default.
      boolean isSwitch = id.endsWith("enable") && !entry.key().inEffect();
      if (entry.key().defaultText() != null && !id.startsWith("bridges.mqtt.") && !isSwitch) {
        assertThat(entry.value()).as(entry.path()).isNotEqualTo(ConfValues.defaultOf(entry.key()));
      }
    }
  }
}
