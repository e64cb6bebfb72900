package io.nanomq.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnfinishedBytesTest {
  private static final int LIMIT = 100_000;

  private final List<String> gaveWay = new ArrayList<>();
  private final Map<String, Integer> held = new HashMap<>();
  private final Map<String, UnfinishedBytes.Share> shares = new HashMap<>();
  private long nowMillis;
  private final UnfinishedBytes all = new UnfinishedBytes(LIMIT, LIMIT, () -> nowMillis);

  private boolean holds(String name, int bytes) {
    var share = shares.computeIfAbsent(name, n -> all.share(() -> gaveWay.add(n)));
    boolean fits = share.change(held.getOrDefault(name, 0), bytes);
    if (fits) {
      held.put(name, bytes);
    }
    return fits;
  }

  private void seconds(int count) {
    nowMillis += count * 1000L;
  }

  @Test
  void whereRoomIsShortTheOldestGoesFirst() {
    holds("first", 40_000);
    seconds(10);
    holds("second", 40_000);
    seconds(10);
    assertThat(holds("third", 40_000)).isTrue();
    assertThat(gaveWay).containsExactly("first");
    assertThat(holds("first", 80_000)).as("nothing more of it is kept").isFalse();
    assertThat(holds("first", 0)).isTrue();
    assertThat(all.held()).isEqualTo(80_000);
  }

  @Test
  void theFattestGoesFirstWhereAllAreOfOneAge() {
    holds("small", 10_000);
    holds("fat", 70_000);
    seconds(1);
    assertThat(holds("honest", 60_000)).isTrue();
    assertThat(gaveWay).containsExactly("fat");
  }

  @Test
  void manySmallOnesThatWaitGoBeforeAPacketThatComesIn() {
    for (int i = 0; i < 10; i++) {
      holds("small" + i, 5_000);
    }
    seconds(30);
    holds("honest", 30_000);
    seconds(1);
    assertThat(holds("another", 40_000)).isTrue();
    assertThat(gaveWay).containsExactly("small0", "small1", "small2", "small3");
  }

  @Test
  void whoGoesOnIsNewerThanWhoDoesNot() {
    holds("goes on", 10_000);
    holds("waits", 40_000);
    for (int bytes = 20_000; bytes <= 40_000; bytes += 5_000) {
      seconds(5);
      holds("goes on", bytes);
    }
    assertThat(holds("third", 30_000)).isTrue();
    assertThat(gaveWay).containsExactly("waits");
  }

  @Test
  void whatHasNotBeenGivenBackYetIsBoundedToo() {
    for (int i = 0; i < 4; i++) {
      holds("old" + i, 25_000);
    }
    seconds(1);
    int let = 0;
    while (holds("new" + let, 25_000)) {
      let++;
    }
    assertThat(gaveWay).hasSize(3);
    assertThat(let).isEqualTo(3);
    assertThat(all.held()).isLessThanOrEqualTo(2 * LIMIT);
    holds("old0", 0);
    assertThat(holds("new", 25_000)).isTrue();
  }

  @Test
  void oneAloneMayHoldAPacketOfAnySize() {
    assertThat(holds("large", 10 * LIMIT)).isTrue();
    seconds(1);
    assertThat(holds("next", 10_000)).isTrue();
    assertThat(gaveWay).containsExactly("large");
  }

  @Test
  void littleIsNotCounted() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(holds("c" + i, UnfinishedBytes.FREE)).isTrue();
    }
    assertThat(all.held()).isZero();
    assertThat(shares.get("c0").bytes()).isEqualTo(UnfinishedBytes.FREE);
  }

  @Test
  void whoWasLetInCountsAmongTheClients() {
    holds("a", 60_000);
    shares.get("a").admit();
    assertThat(holds("b", 60_000)).isTrue();
    assertThat(gaveWay).isEmpty();
    shares.get("b").admit();
    seconds(1);
    assertThat(holds("c", 90_000)).isTrue();
    shares.get("c").admit();
    assertThat(holds("a", 0)).isTrue();
    assertThat(holds("b", 0)).isTrue();
    assertThat(holds("c", 0)).isTrue();
    assertThat(all.held()).isZero();
  }
}
