package io.nanomq.control.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserFileTest {
  private static final String TEXT =
      """
      # people
      "ann": "one"

      bob: two   # plain
      "c\\"d" = "e\\\\f",
      // the end
      """;

  @Test
  void readsEveryFormThatNanomqTakes() throws Exception {
    var users = UserFile.parse(TEXT).users();
    assertThat(users)
        .containsExactly(
            org.assertj.core.api.Assertions.entry("ann", "one"),
            org.assertj.core.api.Assertions.entry("bob", "two"),
            org.assertj.core.api.Assertions.entry("c\"d", "e\\f"));
  }

  @Test
  void whatIsNotChangedStaysAsItIsWritten() throws Exception {
    var file = UserFile.parse(TEXT);
    assertThat(file.text()).isEqualTo(TEXT);
    assertThat(file.with("bob", "$7$x").text())
        .isEqualTo(TEXT.replace("bob: two   # plain", "\"bob\": \"$7$x\""));
    assertThat(file.with("new \"one\"", "h").text())
        .isEqualTo(TEXT + "\"new \\\"one\\\"\": \"h\"\n");
    assertThat(file.without("ann").text()).isEqualTo(TEXT.replace("\"ann\": \"one\"\n", ""));
  }

  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    for (String odd : new String[] {"a", "a b", "#x", "ä=ö", "\\", "\"", "a//b", "$"}) {
      String text = UserFile.parse("").with(odd, "$7$1$" + odd).text();
      assertThat(UserFile.parse(text).find(odd)).as(text).contains("$7$1$" + odd);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ann", "ann: ", "\"ann: one", "ann: one two", ": x", "{", "a: 1\na: 2"})
  void whatIsNoLineIsToldByNumberAlone(String text) {
    assertThatThrownBy(() -> UserFile.parse(text))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line ")
        .hasMessageNotContaining("one");
  }
}
