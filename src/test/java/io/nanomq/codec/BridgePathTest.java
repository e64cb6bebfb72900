package io.nanomq.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BridgePathTest {
  private static final byte[] NONE = {};

  private static PropertyWriter others() {
    return new PropertyWriter()
        .payloadFormat(1)
        .contentType("text")
        .responseTopic("r")
        .correlationData("\u0001")
        .user(Map.of("a", "b"));
  }

  @Test
  void aPathIsFoundBehindAllOtherProperties() {
    assertThat(BridgePath.of(NONE)).isEmpty();
    assertThat(BridgePath.of(others().bytes())).isEmpty();
    byte[] two = others().user(Map.of(BridgePath.NAME, "x y")).user(Map.of("c", "d")).bytes();
    assertThat(BridgePath.of(two)).containsExactly("x", "y");
    assertThat(BridgePath.of(BridgePath.with(two, List.of("x", "y", "z"))))
        .containsExactly("x", "y", "z");
  }

  @Test
  void whatElseThereIsStays() {
    byte[] one = BridgePath.with(others().bytes(), List.of("x"));
    assertThat(one).startsWith(others().bytes());
    assertThat(one).isEqualTo(others().user(Map.of(BridgePath.NAME, "x")).bytes());
    assertThat(BridgePath.with(one, List.of("x", "y")))
        .isEqualTo(others().user(Map.of(BridgePath.NAME, "x y")).bytes());
  }

  @Test
  void aPathThatSomebodyMadeUpIsBounded() {
    String many = String.join(" ", Collections.nCopies(20_000, "x"));
    byte[] forged = new PropertyWriter().user(Map.of(BridgePath.NAME, many)).bytes();
    assertThat(BridgePath.of(forged)).hasSize(BridgePath.MAX_BROKERS + 1);
    byte[] empty = new PropertyWriter().user(Map.of(BridgePath.NAME, "")).bytes();
    assertThat(BridgePath.of(empty)).isEmpty();
    byte[] cut = BridgePath.NAME.getBytes(StandardCharsets.US_ASCII);
    assertThat(BridgePath.of(cut)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a,b", "\n", "ä"})
  void otherTextsAreNoIdentifiers(String text) {
    assertThat(BridgePath.isId(text)).isFalse();
    assertThat(BridgePath.isId("a".repeat(65))).isFalse();
    assertThat(BridgePath.isId("4f1-A.b_c")).isTrue();
  }
}
