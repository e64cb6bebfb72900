package io.nanomq.config.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.key.value.ConfValueException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileNameTest {
  private static final ConfType TYPE = FormedText.fileName("conf");

  @Test
  void aPlainNameIsTaken() throws ConfValueException {
    assertThat(TYPE.parse("nanomq_pwd-2.conf", Syntax.HOCON)).isEqualTo("nanomq_pwd-2.conf");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".conf",
        "a",
        "a.conf.sh",
        "a/b.conf",
        "../b.conf",
        "/etc/b.conf",
        "a b.conf",
        "a\n.conf"
      })
  void whatLeadsElsewhereOrIsNoSuchFileIsRefused(String name) {
    assertThatThrownBy(() -> TYPE.parse(name, Syntax.KEY_VALUE))
        .isInstanceOf(ConfValueException.class)
        .hasMessageContaining("is no name of such a file");
  }
}
