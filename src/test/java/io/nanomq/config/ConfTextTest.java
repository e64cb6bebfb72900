package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.document.DocumentText;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.setting.ConfException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfTextTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mqtt {\n}",
        "listeners.tcp { bind = \"0.0.0.0:1\" }",
        "include \"x.conf\"",
        "mqtt.max_mqueue_len = 5",
        "auth.password = {include \"p.conf\"}",
        "log.to = [\n a\n]",
        "log.to=[a]",
        "\"admin\": \"public\"\n\"client\": \"public\"",
        "// comment\nhttp_server.port=1",
        "{ }",
        "mqtt : {",
        "mqtt {",
        "mqtt { # comment",
        "unknown { a = 1 }",
        "\"unknown\" = 1"
      })
  void hocon(String text) {
    assertThat(isHocon(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# only a comment",
        "url=nmq-tcp://0.0.0.0:1883",
        "http_server.port=8081",
        "msq_len = 5",
        "web.hook.rule.client.connect.1={\"action\": \"on_client_connect\"}",
        "bridge.mqtt.forwards=a/#,b/#",
        "no such thing",
        "http_server.password=\"{#\"",
        "http_server.password = [x",
        "http_server.password={}",
        "http_server.password={}#x",
        "http_server.password = {} \"x\"",
        "http_server.password=[]",
        "http_server.password=[a]",
        "http_server.password={a=1}",
        "bridge.mqtt.password={}",
        "tls.enable=false\n\n## {\n",
        "auth.http.auth_req.params = clientid=%c,username=%u"
      })
  void keyValue(String text) {
    assertThat(isHocon(text)).isFalse();
  }

  private static boolean isHocon(String text) {
    try {
      return ConfText.parse("x.conf", text).syntax() == Syntax.HOCON;
    } catch (ConfException e) {
      return FormatGuess.weigh(text) > 0;
    }
  }

  /** One line that only HOCON could have makes no HOCON of what is known to be key=value. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "acl.rule.1={\"permit\": \"allow\", \"username\": \"dash\"}",
        "some.rule.1={\"permit\": \"allow\"}",
        "log.to=[file]",
        "some.list=[",
        "// a comment",
        "[listeners]",
        "mqtt {",
        "include \"x.conf\"",
        "}"
      })
  void oneLineDecidesNothing(String line) {
    String text = "# NanoMQ\nurl=nmq-tcp://127.0.0.1:1883\n" + line + "\nallow_anonymous=false\n";
    assertThat(isHocon(text)).isFalse();
    assertThat(Confs.reports(text + "msq_len=x\n"))
        .allMatch(
            report -> report.startsWith("nanomq.conf:3:") || report.contains(":5:9: msq_len"));
  }

  @Test
  void oneLineOfKeyValueDecidesNothingEither() {
    String text = "mqtt {\n  max_mqueue_len = 5\n}\nmsq_len=5\n";
    assertThat(Confs.reports(text))
        .containsExactly(
            "nanomq.conf:4:1: msq_len is not a known key; right would be" + " mqtt.max_mqueue_len");
  }

  @Test
  void brokenHoconOfKnownSectionsIsHocon() {
    String text = "system {\n  num_taskq_thread = 0\n  parallel = 0\n  daemon = false\n";
    assertThat(Confs.reports(text))
        .singleElement()
        .asString()
        .doesNotContain("read as")
        .startsWith("nanomq.conf:5: ");
  }

  @Test
  void whatNeitherFormatReadsIsToldOfBoth() {
    assertThat(Confs.reports("# x\njust words\n{ [\n"))
        .hasSize(2)
        .anyMatch(
            report ->
                report.startsWith("nanomq.conf:2:1: read as key=value: the line is not key=value"))
        .anyMatch(report -> report.contains("read as HOCON: "));
  }

  @Test
  void oldConfMeansKeyValue() throws Exception {
    Path file = Confs.write(folder, "old.conf", "log.to=console\n\nfoo {\n}\n");
    assertThatThrownBy(
            () -> Confs.load(new String[] {"--old_conf", file.toString()}, Map.of(), folder))
        .hasMessageContaining("old.conf:3:1: the line is not key=value");
    Files.writeString(file, "log.to=console\n");
    LoadedConf old = Confs.load(new String[] {"--old_conf", file.toString()}, Map.of(), folder);
    assertThat(old.document().syntax()).isEqualTo(Syntax.KEY_VALUE);
  }

  /** Each line is looked at once, however deep it says to be. */
  @Test
  void hugeTextsAreWeighedInNoTime() {
    assertThat(FormatGuess.weigh("[".repeat(4_000_000))).isZero();
    assertThat(FormatGuess.weigh("a.".repeat(2_000_000) + "b {\n")).isZero();
    assertThat(FormatGuess.weigh("a.b.c.d {\n".repeat(300_000))).isZero();
    assertThat(FormatGuess.weigh("msq_len=5\n".repeat(400_000))).isNegative();
  }

  @Test
  void invalidUtf8NamesItsPlace() {
    byte[] bytes =
        "url=nmq-tcp://0.0.0.0:1883\nmsq_len=\u00e9".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> DocumentText.decode("x.conf", bytes))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("x.conf:2:9: is not valid UTF-8");
  }

  @Test
  void nulIsNoText() {
    assertThatThrownBy(() -> DocumentText.decode("x.conf", new byte[] {'a', '=', 0}))
        .hasMessageContaining("x.conf:1:3: holds a NUL character");
  }

  @Test
  void tenMegabytesAreTooMuch() {
    assertThatThrownBy(() -> DocumentText.decode("x.conf", new byte[10 * 1024 * 1024]))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("at most 4194304 bytes");
  }
}
