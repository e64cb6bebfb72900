package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.key.Support;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps clients out and is not carried out is an error, and nothing else is. */
class EffectCheckTest {
  private static final String REFUSED = " restricts clients and is not carried out in this version";

  @Test
  void httpInKeyValue() {
    String url = "auth.http.acl_req.url=http://127.0.0.1:9/a\n";
    assertThat(Confs.reports("auth.http.enable=true\nauth.http.auth_req.url=http://h/\n" + url))
        .containsExactly(
            "nanomq.conf:3:1: auth.http.acl_req.url = http://127.0.0.1:9/a"
                + REFUSED
                + "; right would be no such key:"
                + " allow_anonymous, passwords and certificates are what keeps clients out");
    // Off unless it says so, as in NanoMQ.
    assertThat(warnings(url)).anyMatch(w -> w.contains("auth.http.acl_req.url"));
    assertThat(warnings("auth.http.enable=false\n" + url)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http_auth { acl_req { url = \"http://h/\" } } | auth.http_auth.acl_req.url = http://h/"
      })
  void inHocon(String line, String key) {
    assertThat(Confs.reports("mqtt {}\nauth {\n  " + line + "\n}\n"))
        .singleElement()
        .asString()
        .startsWith("nanomq.conf:3:")
        .contains(": " + key)
        .contains(REFUSED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "auth.http_auth { enable = false, acl_req { url = \"http://h/\" } }\n",
        "auth.http_auth { auth_req { enable = false, url = \"http://h/\" } }\n",
        "auth.http_auth { timeout = 7s }\n"
      })
  void whatDeniesNobodyAnythingIsHarmless(String text) throws Exception {
    assertThat(Confs.load(text).conf()).isNotNull();
  }

  /** NanoMQ 0.14 had another section for it. */
  @Test
  void sourcesOfAnOlderVersion() throws Exception {
    String source = "authorization { sources = [{ type = simple, %s users = [{username = a}] }] }";
    assertThat(Confs.reports(source.formatted("enable = true,")))
        .singleElement()
        .asString()
        .contains("authorization.sources.1.")
        .contains(REFUSED);
    assertThat(Confs.reports(source.formatted(""))).hasSize(1);
    assertThat(Confs.load(source.formatted("enable = false,")).warnings()).isNotEmpty();
    assertThat(Confs.reports("authorization { no_match = deny }\n")).hasSize(1);
    assertThat(Confs.reports("mqtt.session.allow_anonymous = false\n"))
        .singleElement()
        .asString()
        .contains("mqtt.session.allow_anonymous = false" + REFUSED);
    assertThat(Confs.load("mqtt.session.allow_anonymous = true\n").conf()).isNotNull();
  }

  /** The later layers can ask for it as well. */
  @Test
  void variablesAndOptions() {
    for (Map<String, String> environment :
        List.of(
            Map.of(
                "NANOMQ_AUTH_HTTP_ENABLE", "true",
                "NANOMQ_AUTH_HTTP_ACL_REQ_URL", "http://h/"))) {
      assertThat(Confs.problems("", environment))
          .filteredOn(ConfProblem::isError)
          .singleElement()
          .satisfies(error -> assertThat(error.source()).startsWith("NANOMQ_"))
          .asString()
          .contains(REFUSED);
    }
  }

  /** Whoever adds a key of who may do what has to say what becomes of it. */
  @Test
  void keysOfAccessAreInEffectOrRefused() {
    List<String> harmless =
        KeyTable.get().keys().stream()
            .filter(key -> key.id().matches("(auth|acl|authorization)[._].*"))
            .filter(key -> key.support() == Support.IGNORED)
            .map(ConfKey::id)
            .toList();
    assertThat(harmless)
        .containsExactlyInAnyOrder(
            "auth_enable",
            "auth.password.enable",
            "auth.http_auth.auth_req.enable",
            "auth.http_auth.super_req.enable",
            "auth.http_auth.acl_req.enable",
            "authorization.cache.enable",
            "authorization.cache.max_size",
            "authorization.cache.ttl");
  }

  private static List<String> warnings(String text) {
    try {
      return Confs.load(text).warnings().stream().map(ConfProblem::toString).toList();
    } catch (ConfException e) {
      throw new AssertionError(e);
    }
  }
}
