package io.nanomq.config.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.Confs;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.RawSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyValueDocumentTest {
  private static final String BRIDGE = "bridges.mqtt.<name>.";

  @Test
  void blanksDoNotCount() {
    assertThat(value("msq_len=1 2\t3", "msq_len")).isEqualTo("123");
    assertThat(value("  msq_len \t=  7  \r\n", "msq_len")).isEqualTo("7");
    assertThat(value("http_server.password=\" a b \\n\"", "http_server.password"))
        .isEqualTo(" a b \n");
  }

  @Test
  void theLastLineCounts() {
    assertThat(value("msq_len=1\nmsq_len=2\n#msq_len=3\n", "msq_len")).isEqualTo("2");
  }

  @Test
  void everySettingHasLineAndColumn() {
    List<ConfProblem> problems = new ArrayList<>();
    KeyValueDocument document = KeyValueDocument.parse("x.conf", "# c\n\n  msq_len =  5\n");
    RawSetting setting = document.settings(Map.of(), problems).get(0);

    assertThat(setting.origin().where()).isEqualTo("x.conf:3:14");
    assertThat(setting.raw()).isEqualTo("5");
    assertThat(problems).isEmpty();
  }

  @Test
  void linesOfUrlAddUp() throws Exception {
    NanomqConf conf = Confs.conf("url=nmq-tcp://127.0.0.1:1\nurl = nmq-tcp://127.0.0.1:2\n");
    assertThat(conf.listeners()).extracting(ListenerConf::port).containsSubsequence(1, 2);
  }

  @Test
  void anEditKeepsCommentsOrderAndLayout() throws Exception {
    String text = "## head\n\nmsq_len =  64   \r\n# tail\ndaemon=false";
    assertThat(edited(text, ConfEdit.set("mqtt.max_mqueue_len", 128L)))
        .isEqualTo("## head\n\nmsq_len =  128   \r\n# tail\ndaemon=false");
  }

  @Test
  void anAppendedKeyHasALineOfItsOwn() throws Exception {
    assertThat(edited("daemon=false", ConfEdit.set("mqtt.max_mqueue_len", 1L)))
        .isEqualTo("daemon=false\nmsq_len=1\n");
    assertThat(edited("", ConfEdit.set("mqtt.max_mqueue_len", 1L))).isEqualTo("msq_len=1\n");
    assertThat(edited("a\r\ndaemon=false\r\n", ConfEdit.set("mqtt.max_mqueue_len", 1L)))
        .endsWith("msq_len=1\r\n");
  }

  @Test
  void anAppendedKeyStandsBesideItsSisters() throws Exception {
    String text = "tls.enable=true\n# about the rest\ndaemon=false\n";
    assertThat(edited(text, ConfEdit.set("listeners.ssl.bind", "nmq-tls://0.0.0.0:1")))
        .isEqualTo(
            "tls.enable=true\ntls.url=nmq-tls://0.0.0.0:1\n# about the rest\ndaemon=false\n");
  }

  @Test
  void aKeyThatIsRemovedTakesItsLinesAlong() throws Exception {
    String text = "# one\nmsq_len=1\ndaemon=true\nmsq_len=2\n";
    assertThat(edited(text, ConfEdit.remove("mqtt.max_mqueue_len")))
        .isEqualTo("# one\ndaemon=true\n");
  }

  @Test
  void theEditedLineIsTheOneThatCounts() throws Exception {
    assertThat(edited("msq_len=1\nmsq_len=2\n", ConfEdit.set("mqtt.max_mqueue_len", 3L)))
        .isEqualTo("msq_len=1\nmsq_len=3\n");
  }

  @Test
  void anEditOfUrlReplacesAllItsLines() throws Exception {
    String text = "url=nmq-tcp://h:1\nurl=nmq-tcp://h:2\n";
    assertThat(edited(text, ConfEdit.set("url", List.of("nmq-tcp://h:3"))))
        .isEqualTo("url=nmq-tcp://h:3\n");
  }

  @Test
  void unitsAreThoseOfTheFormat() throws Exception {
    String text =
        edited(
            "",
            ConfEdit.set("mqtt.max_packet_size", 2048L * 1024),
            ConfEdit.set("mqtt.property_size", 100L),
            ConfEdit.set("mqtt.retry_interval", 60_000L),
            ConfEdit.set("mqtt.max_keepalive", 1500L),
            ConfEdit.set("auth.http_auth.timeout", 5000L),
            ConfEdit.set("mqtt.keepalive_multiplier", 1.25));
    assertThat(text.lines())
        .containsExactly(
            "max_packet_size=2048",
            "property_size=100B",
            "qos_duration=60",
            "max_keepalive=1500ms",
            "auth.http.timeout=5s",
            "keepalive_multiplier=1.25");
  }

  @Test
  void listsAndNumberedKeysOfTheBridge() throws Exception {
    String text = "bridge.mqtt.subscription.1.topic=a\nbridge.mqtt.subscription.2.topic=b";
    assertThat(
            edited(
                text,
                ConfEdit.set(BRIDGE + "forwards", List.of("x/#", "y"), "bridge"),
                ConfEdit.set(BRIDGE + "subscription.<n>.qos", 2L, "bridge", "1"),
                ConfEdit.remove(BRIDGE + "subscription.<n>.remote_topic", "bridge", "2")))
        .isEqualTo(
            "bridge.mqtt.subscription.1.topic=a\n"
                + "bridge.mqtt.subscription.1.qos=2\n"
                + "bridge.mqtt.forwards=x/#,y\n");
  }

  @Test
  void whatTheFormatCannotSayIsAnError() {
    assertThatThrownBy(() -> edited("", ConfEdit.set("auth.password.<name>", "p", "joe")))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("auth.password.joe has no name in this format");
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheKey() {
    assertThat(value("\uFEFFmsq_len=5", "msq_len")).isEqualTo("5");
  }

  @Test
  void aCommentMayFollowAByteOrderMark() throws Exception {
    for (String comment : List.of("# my broker\n", "  # a=b\r\n", "\n", " \n")) {
      LoadedConf loaded = Confs.load("\uFEFF" + comment + "msq_len=5\n");
      assertThat(loaded.conf().mqtt().queues().length()).isEqualTo(5);
      assertThat(edited(loaded.document().text(), ConfEdit.set("mqtt.max_mqueue_len", 6L)))
          .isEqualTo("\uFEFF" + comment + "msq_len=6\n");
    }
    assertThat(edited("\uFEFFmsq_len=5\n", ConfEdit.set("mqtt.max_mqueue_len", 6L)))
        .isEqualTo("\uFEFFmsq_len=6\n");
    assertThat(Confs.reports("\uFEFF oops=5\n")).singleElement().asString().contains(":1:2: oops");
  }

  private static String value(String text, String key) {
    return KeyValueDocument.parse("x.conf", text).lines().stream()
        .filter(line -> line.key().equals(key))
        .reduce((one, later) -> later)
        .orElseThrow()
        .value();
  }

  private static String edited(String text, ConfEdit... edits) throws ConfException {
    return KeyValueDocument.parse("x.conf", text).with(List.of(edits)).text();
  }
}
