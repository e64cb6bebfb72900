package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.setting.ConfException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets do not follow an address that somebody changes without them. */
class SecretKeepersTest {
  private static final String SERVER = "bridges.mqtt.<name>.server";
  private static final String DOCUMENT =
      """
      bridges.mqtt.a { server = "mqtts://Hub:8883", username = u, password = pw, ssl.enable = true }
      bridges.mqtt.b { server = "mqtts://hub:8883" }
      webhook { url = "https://h/x", headers { authorization = "Bearer t", content-type = json } }
      auth.http_auth.auth_req { url = "http://h:80/a", headers { key = k } }
      """;

  private static void apply(Set<String> confirmed, ConfEdit... edits) throws ConfException {
    new ConfPatch(List.of(edits), Map.of(), confirmed)
        .apply(Confs.load(DOCUMENT), Path.of("nanomq.conf"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mqtts://evil:8883",
        "mqtts://hub:8884",
        "mqtt-tcp://hub:8883",
        "mqtts://hub:8883@evil:1",
        "mqtts://hub.evil:8883/hub:8883",
        "evil"
      })
  void anotherServerDoesNotGetThePassword(String server) {
    assertThatThrownBy(() -> apply(Set.of(), ConfEdit.set(SERVER, server, "a")))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("bridges.mqtt.a.password is kept for the address that it was given")
        .hasMessageContaining("bridges.mqtt.a.server makes that another one")
        .hasMessageContaining("right would be the secret once more in the same request");
  }

  @Test
  void whatIsGivenAgainIsMeant() {
    ConfEdit elsewhere = ConfEdit.set(SERVER, "mqtts://new:8883", "a");
    String password = "bridges.mqtt.<name>.password";
    assertThatCode(() -> apply(Set.of(), elsewhere, ConfEdit.set(password, "other", "a")))
        .doesNotThrowAnyException();
    assertThatCode(() -> apply(Set.of(), elsewhere, ConfEdit.remove(password, "a")))
        .doesNotThrowAnyException();
    assertThatCode(() -> apply(Set.of("bridges.mqtt.a.password"), elsewhere))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> apply(Set.of(), elsewhere, ConfEdit.set(password, "other", "b")))
        .isInstanceOf(ConfException.class);
  }

  @Test
  void theSamePlaceAndPlacesWithoutSecretsMayChange() {
    assertThatCode(
            () ->
                apply(
                    Set.of(),
                    ConfEdit.set(SERVER, "mqtts://hub:8883", "a"),
                    ConfEdit.set(SERVER, "mqtts://else:1", "b"),
                    ConfEdit.set("webhook.url", "https://h/other?a=b")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"ssl.enable", "ssl.verify_peer"})
  void withoutProofItIsAnotherPlace(String key) {
    ConfEdit edit = ConfEdit.set("bridges.mqtt.<name>." + key, false, "a");
    assertThatThrownBy(() -> apply(Set.of(), edit)).isInstanceOf(ConfException.class);
  }

  @Test
  void headersOfWebServersAreKeptToo() {
    assertThatThrownBy(() -> apply(Set.of(), ConfEdit.set("webhook.url", "https://evil/x")))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("webhook.headers.authorization")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("content-type", "Bearer"));
    String url = "auth.http_auth.auth_req.url";
    assertThatThrownBy(() -> apply(Set.of(), ConfEdit.set(url, "http://h/a")))
        .hasMessageContaining("auth.http_auth.auth_req.headers.key");
    ConfEdit header = ConfEdit.set("auth.http_auth.auth_req.headers.<name>", "new", "key");
    assertThatCode(() -> apply(Set.of(), ConfEdit.set(url, "http://h/a"), header))
        .doesNotThrowAnyException();
  }
}
