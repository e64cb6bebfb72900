package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The resources name every key of the table, each with a value that is not its default. */
class EveryKeyTest {

  @Test
  void keyValue() throws Exception {
    LoadedConf loaded = Confs.load(Confs.resource("every-key-keyvalue.conf"));
    assertComplete(
        loaded, KeyTable.get().keys().stream().filter(k -> !k.keyValue().isEmpty()).toList());
    assertThat(loaded.document()).isInstanceOf(KeyValueDocument.class);
    assertThat(loaded.conf().mqtt().maxPacketBytes()).isEqualTo(77 * 1024);
    assertThat(loaded.conf().integrations().webhook().events())
        .hasSize(12)
        .contains(new WebhookConf.Event("on_message_acked", "a/#"));
    assertThat(loaded.conf().auth().http().authentication().parameters())
        .containsEntry("a", "one")
        .containsEntry("b", "two");
    assertThat(loaded.conf().integrations().bridges())
        .singleElement()
        .satisfies(bridge -> assertThat(bridge.name()).isEqualTo("bridge"));
  }

  @Test
  void hocon() throws Exception {
    LoadedConf loaded = Confs.load(Confs.resource("every-key-hocon.conf"));
    assertComplete(
        loaded, KeyTable.get().keys().stream().filter(k -> !k.hocon().isEmpty()).toList());
    assertThat(loaded.document()).isInstanceOf(HoconDocument.class);
    assertThat(loaded.conf().mqtt().retrySeconds()).isEqualTo(7);
    assertThat(loaded.conf().integrations().rules().rules())
        .extracting(rule -> rule.sink().kind())
        .containsExactly("sqlite", "repub", "mysql");
    assertThat(loaded.conf().integrations().bridges())
        .extracting(BridgeConf::name)
        .containsExactlyInAnyOrder("one", "listed");
    assertThat(loaded.conf().auth().rules()).hasSize(1);
  }

  @Test
  void whatIsNotInEffectIsReportedOncePerSection() throws Exception {
    LoadedConf loaded = Confs.load(Confs.resource("every-key-hocon.conf"));
    List<String> reported =
        loaded.warnings().stream()
            .filter(warning -> warning.reason().startsWith("is accepted but not in effect"))
            .map(ConfProblem::key)
            .toList();
    assertThat(reported)
        .contains("webhook.enable", "bridges.mqtt.one.server", "parquet", "plugin")
        .doesNotHaveDuplicates()
        .hasSizeLessThan(30);
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
      if (entry.key().defaultText() != null && !entry.key().id().startsWith("bridges.mqtt.")) {
        assertThat(entry.value()).as(entry.path()).isNotEqualTo(ConfValues.defaultOf(entry.key()));
      }
    }
  }
}
