package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.Soak;
import io.nanomq.loop.BatchReader;
import io.nanomq.loop.TurnBudget;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** All sessions are read, whatever becomes of them meanwhile, and no loop is held up by it. */
class SessionScanTest {
  private static final Logger LOG = Logger.getLogger(SessionScanTest.class);
  private static final int MANY = Soak.times(20_000);

  /**
   * CPU time of one task, so that what else the machine does is not in it. What is aimed at is 10
   * ms; the JVM here is cold and watched.
   */
  private static final long LONGEST_MILLIS = 500;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final SessionFixture f = new SessionFixture(2);
  private final RecordingWriter socket = new RecordingWriter(4);
  private long longestNanos;
  private int tasks;

  @AfterEach
  void close() {
    f.close();
  }

  private Session open(int loop, String id) {
    return f.open(loop, id, false, 100, socket).session();
  }

  private <T> Optional<List<T>> piece(BatchReader<T> pieces) {
    var next = pieces.next().toCompletableFuture();
    for (int loop = 0; loop < 2; loop++) {
      long start = THREADS.getCurrentThreadCpuTime();
      while (f.loops.loop(loop).runOne()) {
        tasks++;
        long end = THREADS.getCurrentThreadCpuTime();
        longestNanos = Math.max(longestNanos, end - start);
        start = end;
      }
    }
    return next.join();
  }

  private <T> List<T> rest(BatchReader<T> pieces) {
    List<T> all = new ArrayList<>();
    for (var next = piece(pieces); next.isPresent(); next = piece(pieces)) {
      assertThat(next.get()).hasSizeLessThanOrEqualTo(2 * SessionScan.ELEMENTS);
      all.addAll(next.get());
    }
    return all;
  }

  private int count(BatchReader<?> pieces) {
    int count = 0;
    for (var next = piece(pieces); next.isPresent(); next = piece(pieces)) {
      count += next.get().size();
    }
    return count;
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) THREADS).getCurrentThreadAllocatedBytes();
  }

  @Test
  void sessionsThatStayAreReadOnceWhateverOthersDo() {
    IntStream.range(0, 3_000).forEach(i -> open(i % 2, "stays" + i));
    IntStream.range(0, 3_000).forEach(i -> open(i % 2, "goes" + i));
    BatchReader<ClientSnapshot> scan = f.registry.clients();
    List<ClientSnapshot> read = new ArrayList<>(piece(scan).orElseThrow());

    for (int i = 0; i < 3_000; i++) {
      f.sessions.get(i % 2).end(f.registry.find("goes" + i));
      open(i % 2, "comes" + i);
      if (i % 100 == 0) {
        piece(scan).ifPresent(read::addAll);
      }
    }
    read.addAll(rest(scan));

    List<String> ids = read.stream().map(ClientSnapshot::clientId).toList();
    Set<String> different = new HashSet<>(ids);
    assertThat(different).hasSameSizeAs(ids);
    assertThat(different)
        .containsAll(IntStream.range(0, 3_000).mapToObj(i -> "stays" + i).toList());
  }

  @Test
  void aSessionThatEndsBeforeItsTurnIsLeftOut() {
    Session ends = open(0, "ends");
    BatchReader<ClientSnapshot> scan = f.registry.clients();
    var next = scan.next().toCompletableFuture();
    f.sessions.get(0).end(ends);
    f.loops.runAll();
    assertThat(next.join().orElseThrow()).isEmpty();
  }

  @Test
  void manySubscriptionsOfOneClientAreReadInSeveralTasks() {
    Session session = open(0, "c");
    IntStream.range(0, 5_000).forEach(i -> f.subscribe(session, "t/" + i));
    BatchReader<SubscriptionSnapshot> scan = f.registry.subscriptions();
    int first = piece(scan).orElseThrow().size();
    f.sessions.get(0).end(session);

    assertThat(first).isEqualTo(SessionScan.ELEMENTS);
    assertThat(rest(scan)).as("the one that was looked at already").hasSizeLessThan(2);
  }

  @Test
  void aHundredThousandClientsHoldNoLoopUp() {
    IntStream.range(0, MANY).forEach(i -> open(i % 2, "client-" + i));
    f.loops.runAll();

    long allocated = allocated();
    assertThat(count(f.registry.clients())).isEqualTo(MANY);
    LOG.infof("%d bytes were allocated for each client", (allocated() - allocated) / MANY);

    tell("clients");
  }

  @Test
  void aHundredThousandSubscriptionsOfOneClientHoldNoLoopUp() {
    Session session = open(0, "c");
    IntStream.range(0, MANY).forEach(i -> f.subscribe(session, "topic/" + i));

    f.loops.runAll();
    assertThat(count(f.registry.subscriptions())).isEqualTo(MANY);

    tell("subscriptions of one client");
  }

  private void tell(String what) {
    long micros = TimeUnit.NANOSECONDS.toMicros(longestNanos);
    LOG.infof("%d %s: %d tasks, the longest took %d us", MANY, what, tasks, micros);
    assertThat(micros).isLessThan(LONGEST_MILLIS * 1000);
  }

  @Test
  void allThatAreAskedForAreThereThoughTheTurnIsUsedUp() {
    List<String> ids = IntStream.range(0, 20).mapToObj(i -> "few-" + i).toList();
    ids.forEach(id -> open(0, id));
    var read = f.registry.clients(ids).next().toCompletableFuture();
    f.loops.contexts().get(0).budget().spend(TurnBudget.PER_TURN);
    f.loops.runAll();
    assertThat(read.join().orElseThrow())
        .extracting(ClientSnapshot::clientId)
        .containsExactlyElementsOf(ids);
  }
}
