package io.nanomq.retained;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.memory.Account;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.memory.UsedHeap;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("slow")
class RetainedMemoryTest {
  private final Budget budget = new Budget(Purpose.RETAINED, 1L << 36);
  private final Account me = new Account("me");
  private final Account other = new Account("other");

  private static PublishMessage message(String topic, int bytes) {
    return new PublishMessage(
        TopicName.of(topic), new byte[bytes], new byte[0], 0, true, PublishMessage.NEVER);
  }

  @ParameterizedTest
  @CsvSource({"128, 2000, 1", "2, 60000, 1", "3, 4000, 2000"})
  void whatIsCountedIsWhatItCosts(int levels, int count, int bytes) throws Exception {
    String rest = "/x".repeat(levels - 1);
    long used =
        UsedHeap.of(
            () -> {
              RetainedStore store = new RetainedStore(() -> Integer.MAX_VALUE, budget);
              for (int i = 0; i < count; i++) {
                assertThat(store.store(message(i + rest, bytes), null)).isTrue();
              }
              return store;
            });
    assertThat(budget.held()).isBetween(used / 100 * 90, used * 3);
  }

  @Test
  void whoReplacesAMessageIsChargedInPlaceOfWhoStoredIt() {
    RetainedStore store = new RetainedStore(() -> 100, budget);
    store.store(message("a/b", 1_000), me);
    assertThat(me.held(Purpose.RETAINED)).isEqualTo(budget.held()).isGreaterThan(1_000);
    store.store(message("a/b", 5_000), other);
    assertThat(me.held(Purpose.RETAINED)).as("the nodes").isBetween(100L, 400L);
    assertThat(other.held(Purpose.RETAINED)).isBetween(5_000L, 5_400L);
    store.store(message("a/b", 0), null);
    assertThat(budget.held()).isZero();
    assertThat(me.held(Purpose.RETAINED)).isZero();
    assertThat(other.held(Purpose.RETAINED)).isZero();
  }

  @Test
  void anAccountMayHoldThreeQuartersAndTheFormerMessageStaysWhereTheNewOneIsRefused() {
    Budget small = new Budget(Purpose.RETAINED, 100_000);
    RetainedStore store = new RetainedStore(() -> 100, small);
    for (String topic : List.of("a", "b", "d")) {
      assertThat(store.store(message(topic, 20_000), me)).isTrue();
    }
    assertThat(store.store(message("c", 20_000), me)).isFalse();
    long held = small.held();
    assertThat(store.store(message("b", 24_000 + 20_000), me)).isFalse();
    assertThat(small.held()).isEqualTo(held);
    assertThat(store.store(message("b", 20_000), me)).as("no larger than before").isTrue();
    assertThat(small.held()).isEqualTo(held);
    assertThat(store.store(message("c", 20_000), other)).isTrue();
    assertThat(store.store(message("c", 20_000), null)).as("an administrator's").isTrue();
    assertThat(other.held(Purpose.RETAINED)).isLessThan(400);
  }
}
