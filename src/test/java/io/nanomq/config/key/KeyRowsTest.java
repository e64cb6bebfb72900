package io.nanomq.config.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRowsTest {
  @Test
  void aRowHasNamesTypeDefaultAndMarks() {
    List<ConfKey> keys =
        KeyRows.read(
            List.of(
                "# Of nothing but this test.",
                "a.b | c | seconds 1s..1h | 10 | restart, foreign, secret, place of a, -c, --see",
                "  What it",
                "  does."));
    assertThat(keys)
        .containsExactly(
            new ConfKey(
                "a.b",
                new ConfKey.Names("c", "a.b", "NANOMQ_C", "-c, --see"),
                new ConfType.Duration(1000, 1000, 3_600_000),
                "10",
                Effect.RESTART,
                Support.FOREIGN,
                true,
                "a",
                "What it does."));
  }

  @Test
  void bracesMakeARowOfEach() {
    List<ConfKey> keys =
        KeyRows.read(
            List.of("{a,b}.{,x.}<n>.c | {d,e}.c | bind {tcp,ws} | - | hot", "  Of {one,two}."));
    assertThat(keys)
        .extracting(ConfKey::id)
        .containsExactly("a.<n>.c", "a.x.<n>.c", "b.<n>.c", "b.x.<n>.c");
    assertThat(keys).extracting(ConfKey::keyValue).containsExactly("d.c", "d.c", "e.c", "e.c");
    assertThat(keys).extracting(ConfKey::description).contains("Of one.", "Of two.");
  }

  @Test
  void aNameOfABridgeIsThatOfABridgeAmongSeveral() {
    ConfKey key =
        KeyRows.read(List.of("bridges.mqtt.<name>.server | = | text | \"\" | hot", "  There."))
            .get(0);
    assertThat(key.keyValue()).isEqualTo("bridge.mqtt.<name>.address");
    assertThat(key.defaultText()).isEmpty();
    assertThat(key.environment()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a | = | text | -",
        "a | = | texts | - | hot",
        "a | = | integer 1 | - | hot",
        "a | = | text | - | warm",
        "a | = | text | - | hot, warm",
        "{a,b} | {c,d,e} | text | - | hot"
      })
  void aWrongRowIsToldByItsText(String row) {
    assertThatIllegalStateException()
        .isThrownBy(() -> KeyRows.read(List.of(row, "  What.")))
        .withMessageContaining(row);
  }
}
