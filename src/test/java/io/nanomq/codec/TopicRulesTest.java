package io.nanomq.codec;

import static io.nanomq.codec.ReasonCode.TOPIC_NAME_INVALID;
import static io.nanomq.codec.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicRulesTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "/", "//", "a/b", "$SYS/x", " ", "a b", "ä/€"})
  void namesWithoutWildcardsAreLegal(String name) {
    assertThatCode(() -> TopicRules.checkName(utf8(name))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "+", "#", "a/+/b", "a/#", "a+b", "a#"})
  void emptyNamesAndWildcardsAreNot(String name) {
    assertRejected(TOPIC_NAME_INVALID, () -> TopicRules.checkName(utf8(name)));
  }

  @Test
  void wildcardsAreLookedForInTheGivenRangeOnly() {
    ByteBuf bytes = Unpooled.wrappedBuffer(utf8("+ab#"));
    assertThat(TopicRules.hasWildcard(bytes, 1, 2)).isFalse();
    assertThat(TopicRules.hasWildcard(bytes, 0, 2)).isTrue();
    assertThat(TopicRules.hasWildcard(bytes, 1, 3)).isTrue();
    assertThat(TopicRules.hasWildcard(bytes, 1, 0)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"a, 1", "/, 2", "a/b, 2", "//, 3", "a/b/, 3", "'', 1"})
  void levelsAreOneMoreThanSlashes(String topic, int levels) {
    assertThat(TopicRules.levels(topic)).isEqualTo(levels);
    assertThatCode(() -> TopicRules.checkLevels(topic, levels)).doesNotThrowAnyException();
    assertRejected(TOPIC_NAME_INVALID, () -> TopicRules.checkLevels(topic, levels - 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "/", "#", "+", "a/#", "+/+", "a/+/b/#", "/#", "+/#", "//+", "$SYS/#", "/+/"})
  void filtersWhoseWildcardsStandAloneAreLegal(String filter) {
    assertThat(TopicRules.isValidFilter(filter)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a+", "+a", "a/b+", "a#", "#a", "#/a", "a/#/b", "##", "++", "a/+#"})
  void othersAreNot(String filter) {
    assertThat(TopicRules.isValidFilter(filter)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "$share/g/a, a",
    "$share/g/a/#, a/#",
    "$share/g//, /",
    "$share/g//a, /a",
    "$share/g h/+, +"
  })
  void aSharedFilterHasAShareNameAndAFilter(String full, String filter) {
    assertThat(TopicRules.isShared(full)).isTrue();
    assertThat(full.substring(TopicRules.sharedFilterStart(full))).isEqualTo(filter);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$share/",
        "$share/g",
        "$share/g/",
        "$share//a",
        "$share/+/a",
        "$share/g#/a",
        "$share/#"
      })
  void withoutNameOrFilterOrWithWildcardsInTheNameItIsNotLegal(String full) {
    assertThat(TopicRules.isShared(full)).isTrue();
    assertThat(TopicRules.sharedFilterStart(full)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"$share", "$shared/g/a", "$SHARE/g/a", "a/$share/g/b"})
  void otherFiltersAreNotShared(String filter) {
    assertThat(TopicRules.isShared(filter)).isFalse();
  }
}
