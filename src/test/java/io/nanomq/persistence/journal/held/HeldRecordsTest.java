package io.nanomq.persistence.journal.held;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.journal.RecordBuffer;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What is left of the records is what a list of them would leave. */
class HeldRecordsTest {
  /** Records as a list, and who has not settled which message. */
  private static final class Naive {
    final List<Long> owners = new ArrayList<>();
    final List<Byte> bytes = new ArrayList<>();
    final Map<Long, Integer> open = new HashMap<>();
    final List<long[]> deliveries = new ArrayList<>();

    void record(HeldRecords held, int place, long owner) {
      int length = 1 + owners.size() % 3;
      for (int i = 0; i < length; i++) {
        owners.add(owner);
        bytes.add((byte) owners.size());
      }
      RecordBuffer to = held.begin(place);
      bytes.subList(bytes.size() - length, bytes.size()).forEach(to::writeByte);
    }

    boolean isNeedless(long number, long handedOver) {
      return number != 0 && number <= handedOver && open.get(number) == 0;
    }

    byte[] left(long handedOver) {
      var left = new ByteArrayOutputStream();
      for (int i = 0; i < bytes.size(); i++) {
        if (!isNeedless(owners.get(i), handedOver)) {
          left.write(bytes.get(i));
        }
      }
      return left.toByteArray();
    }
  }

  @Property(tries = 300)
  void whatNobodyNeedsIsLeftOut(@ForAll Random random) {
    HeldRecords held = new HeldRecords();
    long number = 0;
    for (int batch = 0; batch < 4; batch++) {
      Naive naive = new Naive();
      long first = number + 64;
      for (int i = random.nextInt(600); i > 0; i--) {
        switch (random.nextInt(4)) {
          case 0 -> {
            number += 64L * (1 + random.nextInt(2));
            boolean isOwn = random.nextInt(8) > 0;
            naive.open.put(number, isOwn ? 0 : 1000);
            naive.record(held, held.message(number, isOwn), number);
          }
          case 1 -> queued(held, naive, random, first, i);
          case 2 -> settled(held, naive, random);
          default -> {
            if (random.nextInt(5) == 0) {
              naive.record(held, held.delivery(random.nextInt(9) + 100, i), 0);
            }
          }
        }
      }
      long handedOver = random.nextInt(3) == 0 ? (first + number) / 2 : number;
      for (long each : naive.open.keySet()) {
        assertThat(held.isNeedless(each, handedOver)).isEqualTo(naive.isNeedless(each, handedOver));
      }
      long last =
          naive.open.keySet().stream()
              .filter(each -> !naive.isNeedless(each, handedOver))
              .reduce(0L, Math::max);
      assertThat(held.leaveOut(handedOver)).isEqualTo(last);
      byte[] expected = naive.left(handedOver);
      assertThat(held.isEmpty()).isEqualTo(expected.length == 0);
      RecordBuffer full = held.take();
      assertThat(Arrays.copyOf(full.bytes(), full.length())).isEqualTo(expected);
      assertThat(held.isEmpty()).isTrue();
    }
  }

  private static void queued(
      HeldRecords held, Naive naive, Random random, long first, long sequence) {
    List<Long> known = new ArrayList<>(naive.open.keySet());
    boolean isKnown = !known.isEmpty() && random.nextInt(5) > 0;
    // One that was handed over before is of none that is held.
    long number = isKnown ? known.get(random.nextInt(known.size())) : first - 64;
    long session = 1 + random.nextInt(5);
    naive.record(held, held.queued(session, sequence, number), isKnown ? number : 0);
    if (isKnown) {
      naive.open.merge(number, 1, Integer::sum);
      naive.deliveries.add(new long[] {session, sequence, number});
    }
  }

  private static void settled(HeldRecords held, Naive naive, Random random) {
    if (naive.deliveries.isEmpty()) {
      return;
    }
    long[] one = naive.deliveries.remove(random.nextInt(naive.deliveries.size()));
    int place = held.delivery(one[0], one[1]);
    assertThat(held.number(place)).isEqualTo(one[2]);
    naive.record(held, held.settled(one[0], one[1]), one[2]);
    naive.open.merge(one[2], -1, Integer::sum);
    assertThat(held.settled(one[0], one[1])).as("it is settled once").isZero();
  }
}
