package io.nanomq.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.journal.RecordBuffer;
import io.nanomq.memory.HeapBytes;
import io.nanomq.memory.UsedHeap;
import io.nanomq.packet.Subscription;
import io.nanomq.persistence.SessionStore;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the journal's side keeps of sessions is no more than what sessions are charged with. */
@Tag("slow")
class StoredSessionsMemoryTest {
  private static final int SESSIONS = 10_000;

  private final RandomValues values = new RandomValues(new Random(3));

  private static String filter(int number, int length) {
    return String.format("%-" + length + "d", number);
  }

  @ParameterizedTest
  @CsvSource({"0, 8", "1, 8", "5, 8", "20, 100"})
  void itTakesWhatIsCounted(int subscriptions, int length) throws Exception {
    var counted = new long[1];
    long used =
        UsedHeap.of(
            () -> {
              StoredState state = new StoredState(new IndexMemory(Long.MAX_VALUE));
              state.restored();
              RecordBuffer records = new RecordBuffer(4096);
              for (int i = 1; i <= SESSIONS; i++) {
                records.clear();
                RecordWriter.session(records, i, values.session("client" + i));
                counted[0] += SessionStore.SESSION_BYTES;
                for (int s = 0; s < subscriptions; s++) {
                  String filter = filter(s, length);
                  SubscriptionFormat.write(
                      records, i, new Subscription(filter, 1, false, false, 0, 0));
                  counted[0] += SessionStore.SUBSCRIPTION_BYTES + HeapBytes.string(filter);
                }
                state.apply(1, 0, records.bytes(), records.length());
              }
              return state;
            });
    assertThat(used).isBetween(counted[0] / 3, counted[0]);
  }
}
