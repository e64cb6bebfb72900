package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.key.Support;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps clients out and is not carried out is an error, and nothing else is. */
class EffectCheckTest {
  private static final String REFUSED = " restricts clients and is not carried out in this version";

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
    assertThat(harmless).isEmpty();
  }

  private static List<String> warnings(String text) {
    try {
      return Confs.load(text).warnings().stream().map(ConfProblem::toString).toList();
    } catch (ConfException e) {
      throw new AssertionError(e);
    }
  }
}
