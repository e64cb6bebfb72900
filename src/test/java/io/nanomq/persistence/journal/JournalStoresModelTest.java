package io.nanomq.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.Soak;
import io.nanomq.journal.FaultyDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.journal.JournalDriver;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.ManualLoops;
import io.nanomq.persistence.MessagePage;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.RecoveredState;
import io.nanomq.persistence.SessionStore;
import io.nanomq.persistence.StoreClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is recovered after any crash is what was told up to some point, and all that is safe. */
class JournalStoresModelTest {
  // Failures are on purpose.
  private static final Logger LOG = Logger.getLogger("io.nanomq.journal");
  private static final int SEGMENT = 8 * 1024;
  private static final int RUNS = Integer.getInteger("nanomq.store.runs", Soak.times(40));
  private static final long WALL_AHEAD = 50_000_000;

  @BeforeAll
  static void tellNothing() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void tellAgain() {
    LOG.setLevel(null);
  }

  /** What a loop tells between two seals: it is found as a whole or not at all. */
  private static final class Batch {
    final List<Consumer<StoreModel>> calls = new ArrayList<>();
    // The how many-eth it is in the order in which they are found; 0 = it is not told.
    int position;
  }

  /** One life after the other of a store, and what it has promised. */
  private static final class Run implements RandomCalls.Telling {
    final Random random;
    FaultyDisk disk;
    final List<Consumer<StoreModel>> history = new ArrayList<>();
    final List<Batch> told = new ArrayList<>();
    final List<Batch> open = new ArrayList<>();
    final List<Batch> last = new ArrayList<>();
    final List<SessionStore> parts = new ArrayList<>();
    int safe;
    ManualLoops loops;
    StoreModel now;

    Run(long seed) {
      random = new Random(seed);
      disk = new FaultyDisk(random);
    }

    void live(boolean faults) throws IOException {
      int count = 1 + random.nextInt(3);
      loops = new ManualLoops(count);
      StoreClock clock = new StoreClock(this::wallMillis, loops::nowMillis);
      long most = random.nextBoolean() ? 12L * SEGMENT : 1L << 30;
      JournalConf conf = new JournalConf(SEGMENT, most, random.nextInt(3) == 0 ? 1000 : 0);
      JournalStores stores = new JournalStores(disk, conf, Long.MAX_VALUE, false);
      stores.longRun = 1 + random.nextInt(3);
      RecoveredState recovered = stores.recover(clock);
      begin(stores, clock);
      try (var retained = recovered.retained()) {
        check(StoreText.of(recovered, session -> readAll(stores, session)));
      }
      stores.begin();
      readSome(stores);
      if (faults && random.nextInt(3) == 0) {
        disk.failOneIn(5 + random.nextInt(60));
      }
      RandomCalls calls = new RandomCalls(random, now, count, this);
      for (int steps = random.nextInt(150); steps > 0; steps--) {
        calls.next();
        act(random.nextInt(count), stores);
        if (random.nextInt(10) == 0) {
          readSome(stores);
        }
        if (random.nextInt(20) == 0) {
          readRetained(stores, clock);
        }
      }
      end(stores, faults, conf.syncMillis() > 0);
    }

    /** What stands in the store for a session, page by page. */
    List<RecoveredSession.Message> readAll(JournalStores stores, long session) {
      List<RecoveredSession.Message> all = new ArrayList<>();
      boolean[] done = new boolean[1];
      while (!done[0]) {
        long from = all.isEmpty() ? 0 : all.get(all.size() - 1).sequence() + 1;
        read(
            stores,
            session,
            from,
            page -> {
              assertThat(page.isFailed()).isFalse();
              all.addAll(page.messages());
              done[0] = page.isLast();
            });
      }
      return all;
    }

    void read(JournalStores stores, long session, long from, Consumer<MessagePage> then) {
      parts.get(0).read(session, from, 1, then);
      loops.run(0);
      JournalDriver.writeOnce(stores.journal());
      loops.run(0);
    }

    /** What is read while the store works is what was told, as far as it is found. */
    void readSome(JournalStores stores) {
      if (now.sessions.isEmpty()) {
        return;
      }
      List<Long> sessions = new ArrayList<>(now.sessions.keySet());
      long session = sessions.get(random.nextInt(sessions.size()));
      int loop = (int) (session % parts.size());
      for (int i = 0; i < parts.size(); i++) {
        turn(i);
      }
      long from = random.nextInt(20);
      boolean[] came = new boolean[1];
      parts.get(loop).read(session, from, 1, page -> came[0] = checkPage(session, from, page));
      turn(loop);
      JournalDriver.writeOnce(stores.journal());
      turn(loop);
      assertThat(came[0]).as("a page came").isTrue();
    }

    boolean checkPage(long session, long from, MessagePage page) {
      var expected = new ArrayList<>(now.sessions.get(session).deliveries.tailMap(from).entrySet());
      if (!page.isLast()) {
        return true; // the disk fails: it may be what was told before
      }
      assertThat(page.messages()).hasSameSizeAs(expected);
      for (int i = 0; i < page.messages().size(); i++) {
        RecoveredSession.Message found = page.messages().get(i);
        var told = expected.get(i);
        assertThat(found.sequence()).isEqualTo(told.getKey());
        assertThat(StoreText.of(found)).isEqualTo(StoreText.of(told.getKey(), told.getValue()));
      }
      return true;
    }

    /** What is retained is read while the store works, and stays what it was when it was asked. */
    void readRetained(JournalStores stores, StoreClock clock) {
      for (int i = 0; i < parts.size(); i++) {
        turn(i);
      }
      Map<String, String> expected = new TreeMap<>();
      now.retained.forEach((topic, message) -> expected.put(topic, StoreText.message(message)));
      var asked = stores.retained(clock);
      JournalDriver.writeOnce(stores.journal());
      assertThat(asked).isDone();
      if (asked.isCompletedExceptionally()) {
        return; // the disk fails
      }
      try (var retained = asked.join()) {
        JournalDriver.writeOnce(stores.journal());
        Map<String, String> found = new TreeMap<>();
        retained.forEach(m -> found.put(m.topic().text(), StoreText.message(m)));
        assertThat(found).isEqualTo(expected);
      } catch (UncheckedIOException failed) {
        // What was written and not safe is lost where the disk fails.
        boolean isEio = String.valueOf(failed.getMessage()).contains("Input/output error");
        assertThat(isEio || stores.figures().failures() > 0).isTrue();
      }
    }

    long wallMillis() {
      return loops.nowMillis() + WALL_AHEAD;
    }

    void begin(JournalStores stores, StoreClock clock) {
      parts.clear();
      open.clear();
      last.clear();
      for (LoopContext loop : loops.contexts().all()) {
        parts.add(stores.open(loop, clock));
        open.add(new Batch());
        last.add(new Batch());
      }
    }

    void act(int loop, JournalStores stores) {
      if (random.nextInt(4) == 0) {
        turn(loop);
      }
      if (random.nextInt(4) == 0) {
        Batch waited = open.get(loop).calls.isEmpty() ? last.get(loop) : open.get(loop);
        parts.get(loop).afterCommit(token -> isSafe(waited), 0);
      }
      if (random.nextInt(6) == 0) {
        JournalDriver.writeOnce(stores.journal());
      }
      if (random.nextInt(8) == 0) {
        JournalDriver.keepImage(stores.journal());
      }
    }

    void isSafe(Batch batch) {
      assertThat(batch.calls.isEmpty() || batch.position > 0).as("it was told").isTrue();
      safe = Math.max(safe, batch.position);
    }

    /** Everybody tells the rest and the store is closed, or it is killed in the middle of it. */
    void end(JournalStores stores, boolean faults, boolean isAsync) {
      disk.failOneIn(0);
      if (!faults || random.nextInt(4) == 0) {
        for (int i = 0; i < parts.size(); i++) {
          turn(i);
        }
        JournalDriver.writeOnce(stores.journal());
        stores.close();
        safe = told.size();
      } else if (isAsync) {
        // What a disk lost that failed is written once more.
        JournalDriver.writeOnce(stores.journal());
      }
      disk = isAsync || random.nextInt(3) == 0 ? disk.kill() : disk.losePower();
    }

    @Override
    public void accept(int loop, Consumer<SessionStore> call) {
      long wall = wallMillis();
      Consumer<StoreModel> told = model -> call.accept(model.told(loop, wall));
      told.accept(now);
      open.get(loop).calls.add(told);
      call.accept(parts.get(loop));
    }

    @Override
    public void handOver(int loop) {
      parts.get(loop).handingOver();
      seal(loop);
    }

    void turn(int loop) {
      seal(loop);
      loops.run(loop);
    }

    void seal(int loop) {
      Batch batch = open.get(loop);
      if (!batch.calls.isEmpty()) {
        told.add(batch);
        batch.position = told.size();
        last.set(loop, batch);
        open.set(loop, new Batch());
      }
    }

    /** The first line that is not as it should be. */
    static String difference(String found, String all) {
      List<String> lines = found.lines().toList();
      List<String> expected = all.lines().toList();
      for (int i = 0; i < Math.min(lines.size(), expected.size()); i++) {
        if (!lines.get(i).equals(expected.get(i))) {
          return "\nfound " + lines.get(i) + "\ntold  " + expected.get(i);
        }
      }
      return "";
    }

    void check(String found) {
      StoreModel model = new StoreModel();
      history.forEach(call -> call.accept(model));
      StringBuilder differences = new StringBuilder();
      int taken = safe == 0 && StoreText.of(model).equals(found) ? 0 : -1;
      for (int i = 0; i < told.size() && taken < 0; i++) {
        told.get(i).calls.forEach(call -> call.accept(model));
        if (i + 1 >= safe) {
          String all = StoreText.of(model);
          taken = all.equals(found) ? i + 1 : -1;
          differences.append(difference(found, all));
        }
      }
      assertThat(taken).as("%s of %s is safe%s", safe, told.size(), differences).isNotNegative();
      told.subList(0, taken).forEach(batch -> history.addAll(batch.calls));
      history.add(StoreModel::begin);
      model.begin();
      told.clear();
      safe = 0;
      now = model;
    }
  }

  @Test
  void whatIsRecoveredAfterACrashIsABeginningOfWhatWasTold() throws IOException {
    for (long seed = Long.getLong("nanomq.store.first", 1); seed <= RUNS; seed++) {
      Run run = new Run(seed);
      try {
        for (int life = 0; life < 5; life++) {
          run.live(life < 4);
        }
        run.live(false);
      } catch (IOException | AssertionError | RuntimeException failed) {
        throw new AssertionError("seed " + seed, failed);
      }
    }
  }
}
