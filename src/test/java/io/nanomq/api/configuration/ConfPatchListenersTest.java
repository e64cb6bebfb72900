package io.nanomq.api.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.Confs;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.tls.FilePemStore;
import io.nanomq.tls.PemSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API's few addresses, where a HOCON document has several listeners of a kind. */
class ConfPatchListenersTest {
  private static final String NAMED =
      "listeners.tcp.a {\n  bind = \"h:1\" # one\n}\nlisteners.tcp.b { bind = \"h:2\" }\n";
  private static final String LISTED =
      "listeners.tcp = [{ bind = \"h:1\" }, { bind = \"h:2\", enable = true }]\n";
  private static final String OWN_AND_NAMED =
      "listeners.tcp { bind = \"h:1\", b { bind = \"h:2\" } }\n";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {NAMED, LISTED, OWN_AND_NAMED})
  void theUrlIsThatOfAllOfThem(String text) throws Exception {
    assertThat(ConfView.of(Confs.load(text), folder, PemSource.DISK))
        .containsEntry("url", "nmq-tcp://h:1,nmq-tcp://h:2");
  }

  @ParameterizedTest
  @ValueSource(strings = {NAMED, LISTED, OWN_AND_NAMED})
  void oneAddressMovesTheFirstAndLeavesTheOthers(String text) throws Exception {
    LoadedConf after = patched(text, Map.of("url", "nmq-tcp://h:7"));
    assertThat(ports(after)).containsExactly(7, 2);
    assertThat(ConfView.of(after, folder, PemSource.DISK))
        .containsEntry("url", "nmq-tcp://h:7,nmq-tcp://h:2");
  }

  @ParameterizedTest
  @ValueSource(strings = {NAMED, LISTED, OWN_AND_NAMED})
  void severalAddressesMoveAsManyListeners(String text) throws Exception {
    Map<String, String> data = Map.of("url", "nmq-tcp://h:1,nmq-tcp://h:8");
    assertThat(ports(patched(text, data))).containsExactly(1, 8);
  }

  @Test
  void whatIsNotMovedKeepsItsLayout() throws Exception {
    assertThat(patched(NAMED, Map.of("url", "nmq-tcp://h:1,nmq-tcp://h:8")).document().text())
        .isEqualTo(NAMED.replace("h:2", "h:8"));
  }

  @ParameterizedTest
  @ValueSource(strings = {NAMED, LISTED, OWN_AND_NAMED})
  void moreAddressesThanListenersAreRefused(String text) {
    assertThatThrownBy(
            () -> patched(text, Map.of("url", "nmq-tcp://h:1,nmq-tcp://h:2,nmq-tcp://h:3")))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("one address more than there are listeners of tcp");
  }

  @Test
  void theSwitchIsThatOfAllOfThem() throws Exception {
    String text = "listeners.ws = [{ bind = \"h:1/mqtt\" }, { bind = \"h:2/mqtt\" }]\n";
    LoadedConf off = patched(text, Map.of("websocket", Map.of("enable", false)));
    assertThat(off.conf().listeners()).extracting(ListenerConf::port).containsExactly(1883);
    LoadedConf on = patched(off.document().text(), Map.of("websocket", Map.of("enable", true)));
    assertThat(ports(on)).containsExactly(1883, 1, 2);
  }

  @Test
  void whatHasNoPlaceInAListIsRefusedAndTheListStays() {
    assertThatThrownBy(
            () ->
                patched(
                    "listeners.ssl = [{ bind = \"h:1\", certfile = c, keyfile = k }]\n",
                    Map.of("tls", Map.of("verify_peer", true))))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("listeners.ssl is a list, in which listeners.ssl.verify_peer");
  }

  private static List<Integer> ports(LoadedConf loaded) {
    return loaded.conf().listeners().stream()
        .filter(listener -> listener.port() != 8083)
        .map(ListenerConf::port)
        .toList();
  }

  private LoadedConf patched(String text, Map<String, ?> data) throws ConfException {
    LoadedConf before = Confs.load(text);
    Path file = before.source();
    Map<Path, byte[]> contents =
        PatchReader.read(data, before, folder, new FilePemStore()).apply(before, file);
    byte[] after = contents.get(file);
    return Confs.load(after == null ? text : new String(after, StandardCharsets.UTF_8));
  }
}
