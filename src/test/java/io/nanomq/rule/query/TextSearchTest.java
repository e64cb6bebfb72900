package io.nanomq.rule.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** A text is found where Java finds it. */
class TextSearchTest {
  private static final int SEED = 7;
  private static final int ROUNDS = 2_000;

  @Test
  void findsWhatJavaFinds() {
    Random random = new Random(SEED);
    int found = 0;
    for (int i = 0; i < ROUNDS; i++) {
      String text = text(random, 400);
      String part =
          random.nextBoolean()
              ? text(random, 60) + "a"
              : text.substring(random.nextInt(text.length() / 2 + 1)) + (i % 3 == 0 ? "" : "b");
      TextSearch search = new TextSearch(part.isEmpty() ? "a" : part);
      String wanted = part.isEmpty() ? "a" : part;
      int from = random.nextInt(text.length() + 1);
      int at = search.next(text, from);
      assertThat(at)
          .as("%s in %s from %d", wanted, text, from)
          .isEqualTo(text.indexOf(wanted, from));
      found += at >= 0 ? 1 : 0;
    }
    assertThat(found).isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 20);
  }

  /** Of two letters, mostly one: every beginning comes again and again. */
  private static String text(Random random, int most) {
    int length = random.nextInt(most);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(random.nextInt(8) == 0 ? 'b' : 'a');
    }
    return text.toString();
  }
}
