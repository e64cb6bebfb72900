package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfTextTest {

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
        "mqtt { # comment"
      })
  void hocon(String text) {
    assertThat(FormatGuess.isHocon(text)).isTrue();
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
        "tls.enable=false\n\n## {\n",
        "auth.http.auth_req.params = clientid=%c,username=%u"
      })
  void keyValue(String text) {
    assertThat(FormatGuess.isHocon(text)).isFalse();
  }

  @Test
  void invalidUtf8NamesItsPlace() {
    byte[] bytes =
        "url=nmq-tcp://0.0.0.0:1883\nmsq_len=\u00e9".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> ConfText.parse("x.conf", bytes))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("x.conf:2:9: is not valid UTF-8");
  }

  @Test
  void nulIsNoText() {
    assertThatThrownBy(() -> ConfText.parse("x.conf", new byte[] {'a', '=', 0}))
        .hasMessageContaining("x.conf:1:3: holds a NUL character");
  }

  @Test
  void tenMegabytesAreTooMuch() {
    assertThatThrownBy(() -> ConfText.parse("x.conf", new byte[10 * 1024 * 1024]))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("at most 4194304 bytes");
  }
}
