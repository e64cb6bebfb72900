package io.nanomq.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.Soak;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is found after any crash is what was told up to some point, and all that was committed. */
class JournalOracleTest {
  // Thousands of failures are on purpose.
  private static final Logger LOG = Logger.getLogger("io.nanomq.journal");
  private static final int SEGMENT = 8 * 1024;
  private static final int RUNS = Integer.getInteger("nanomq.journal.runs", Soak.times(100));

  /** One life after the other of a journal, and what it has promised. */
  private static final class Run {
    final Random random;
    FaultyDisk disk;
    // Appended by this life, each batch with the versions that it sets.
    List<Map<Integer, Long>> told = new ArrayList<>();
    Map<Integer, Long> before = new HashMap<>();
    int committed;
    long version;

    Run(long seed) {
      random = new Random(seed);
      disk = new FaultyDisk(random);
    }

    void live(boolean faults) throws IOException {
      var contents = new KeyValues();
      JournalConf conf =
          new JournalConf(SEGMENT, random.nextBoolean() ? 12L * SEGMENT : 1L << 30, 0);
      Journal journal = new Journal(disk, conf, contents);
      check(contents.versions());
      if (faults && random.nextBoolean()) {
        disk.failOneIn(5 + random.nextInt(60));
      }
      if (faults && random.nextInt(4) == 0) {
        disk.capacity(SEGMENT * (4L + random.nextInt(8)));
      }
      int steps = random.nextInt(60);
      for (int i = 0; i < steps; i++) {
        int appends = random.nextInt(6);
        for (int a = 0; a < appends; a++) {
          append(journal);
        }
        if (random.nextInt(6) == 0) {
          journal.hurry();
        }
        journal.writeOnce();
        journal.keepImage(random.nextInt(8) == 0);
      }
      if (random.nextBoolean()) {
        append(journal);
      }
    }

    void append(Journal journal) {
      Map<Integer, Long> batch = new HashMap<>();
      RecordBuffer records = new RecordBuffer(64);
      for (int r = 1 + random.nextInt(3); r > 0; r--) {
        int key = random.nextInt(20);
        int length = random.nextInt(20) == 0 ? random.nextInt(2 * SEGMENT) : random.nextInt(400);
        KeyValues.write(records, key, ++version, length);
        batch.put(key, version);
      }
      told.add(batch);
      int number = told.size();
      journal.append(
          records, () -> committed = Math.max(committed, number), random.nextInt(3) == 0);
    }

    void check(Map<Integer, Long> found) {
      Map<Integer, Long> state = new HashMap<>(before);
      boolean known = committed == 0 && state.equals(found);
      for (int i = 0; i < told.size(); i++) {
        state.putAll(told.get(i));
        known |= i + 1 >= committed && state.equals(found);
      }
      assertThat(known).as("found %s, committed %d of %s", found, committed, told).isTrue();
      before = found;
      told = new ArrayList<>();
      committed = 0;
    }
  }

  @BeforeAll
  static void tellNothing() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void tellAgain() {
    LOG.setLevel(null);
  }

  @Test
  void whatWasCommittedIsFoundAfterAnyCrash() throws IOException {
    for (long seed = 1; seed <= RUNS; seed++) {
      Run run = new Run(seed);
      try {
        for (int life = 0; life < 5; life++) {
          run.live(life < 4);
          run.disk = run.random.nextInt(3) == 0 ? run.disk.kill() : run.disk.losePower();
        }
        run.live(false);
      } catch (IOException | AssertionError | RuntimeException failed) {
        throw new AssertionError("seed " + seed, failed);
      }
    }
  }
}
