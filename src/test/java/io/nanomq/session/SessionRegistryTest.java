package io.nanomq.session;

import static io.nanomq.codec.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.BatchReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionRegistryTest {
  private final SessionFixture f = new SessionFixture(3);

  @AfterEach
  void close() {
    f.close();
  }

  private Session open(int loop, String id) {
    return f.open(loop, id, false, 100, new RecordingWriter(4)).session();
  }

  private <T> List<T> all(BatchReader<T> pieces) {
    List<T> all = new ArrayList<>();
    for (var next = piece(pieces); next.isPresent(); next = piece(pieces)) {
      all.addAll(next.get());
    }
    return all;
  }

  private <T> Optional<List<T>> piece(BatchReader<T> pieces) {
    var next = pieces.next().toCompletableFuture();
    f.loops.runAll();
    return next.join();
  }

  private <T> T get(CompletionStage<T> stage) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    assertThat(future).as("read on the loops, not here").isNotDone();
    f.loops.runAll();
    return future.join();
  }

  @Test
  void aSnapshotTellsWhatTheSessionIsLike() {
    Session session = open(1, "c");
    f.subscribe(session, "t");
    f.publish(0, "t", "1", 1);
    f.loops.runAll();
    session.countPublish();
    ClientSnapshot connected = get(f.registry.client("c")).get(0);
    assertThat(connected)
        .isEqualTo(new ClientSnapshot("c", "user", 60, true, false, "MQTT", 4, 1, 1, 0, 1));
    f.disconnect(session);
    f.publish(0, "t", "2", 1);
    f.loops.runAll();
    ClientSnapshot gone = get(f.registry.client("c")).get(0);
    assertThat(gone.connected()).isFalse();
    assertThat(gone.queued()).isEqualTo(1);
  }

  @Test
  void allSessionsOfAllLoopsAreThere() {
    List<String> ids = IntStream.range(0, 30).mapToObj(i -> "c" + i).toList();
    for (int i = 0; i < ids.size(); i++) {
      f.subscribe(open(i % 3, ids.get(i)), "t/" + i);
    }
    assertThat(all(f.registry.clients()))
        .extracting(ClientSnapshot::clientId)
        .containsExactlyInAnyOrderElementsOf(ids);
    assertThat(all(f.registry.subscriptions())).hasSize(30);
    assertThat(all(f.registry.subscriptions("c7")))
        .containsExactly(new SubscriptionSnapshot("c7", "t/7", 2));
    assertThat(f.registry.size()).isEqualTo(30);
  }

  @Test
  void clientsAreReadInTheOrderThatIsAskedFor() {
    List<String> ids = IntStream.range(0, 1_000).mapToObj(i -> "c" + (i * 7) % 1_000).toList();
    for (int i = 0; i < ids.size(); i++) {
      open(i % 3, ids.get(i));
    }
    f.sessions.get(0).end(f.registry.find("c0"));
    assertThat(all(f.registry.clients(ids)))
        .extracting(ClientSnapshot::clientId)
        .containsExactlyElementsOf(ids.subList(1, ids.size()));
  }

  @Test
  void whereThereIsNobodyTheAnswerIsEmpty() {
    assertThat(all(f.registry.clients())).isEmpty();
    assertThat(all(f.registry.clients(List.of("none")))).isEmpty();
    assertThat(f.registry.client("none").toCompletableFuture().join()).isEmpty();
    assertThat(all(f.registry.subscriptions("none"))).isEmpty();
    assertThat(f.registry.clientIds()).isEmpty();
  }

  @Test
  void aPageIsReadInTheOrderOfClientIdentifiers() {
    List<String> ids = IntStream.range(0, 700).mapToObj(i -> "c" + i).sorted().toList();
    for (int i = 699; i >= 0; i--) {
      open(i % 3, ids.get(i));
    }

    assertThat(ids(f.registry.clients(0, 100))).isEqualTo(ids.subList(0, 100));
    assertThat(ids(f.registry.clients(650, 100))).isEqualTo(ids.subList(650, 700));
    assertThat(ids(f.registry.clients(0, Long.MAX_VALUE))).isEqualTo(ids);
    assertThat(ids(f.registry.clients(700, 1))).isEmpty();
  }

  @Test
  void theOrderForgetsWhatIsGoneAndKeepsWhatTookItsPlace() {
    Session one = new Session("c", f.loops.context(0), f.contexts.get(0), SessionFixture.memory());
    f.registry.tryAdd(one, 10);
    f.registry.remove(one);
    assertThat(all(f.registry.clients(0, 10))).isEmpty();

    open(1, "c");
    f.registry.remove(one);
    assertThat(ids(f.registry.clients(0, 10))).containsExactly("c");
  }

  private List<String> ids(BatchReader<ClientSnapshot> clients) {
    return all(clients).stream().map(ClientSnapshot::clientId).toList();
  }

  @Test
  void aSessionThatIsJustBeingMadeIsLeftOut() {
    f.registry.tryAdd(
        new Session("half", f.loops.context(0), f.contexts.get(0), SessionFixture.memory()), 10);
    assertThat(all(f.registry.clients())).isEmpty();
  }

  @Test
  void connectionsAreCounted() {
    f.registry.connectionOpened();
    f.registry.connectionOpened();
    f.registry.connectionClosed();
    assertThat(f.registry.connectionCount()).isEqualTo(1);
  }

  @Test
  void howeverManyLoopsAddAtOnceThereAreNoMoreThanAllowed() throws Exception {
    int most = 100;
    var added = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int own = t;
      Runnable adding =
          () -> {
            for (int i = 0; i < 200; i++) {
              try {
                var session =
                    new Session(
                        own + "/" + i,
                        f.loops.context(0),
                        f.contexts.get(0),
                        SessionFixture.memory());
                added.addAndGet(f.registry.tryAdd(session, most) ? 1 : 0);
              } catch (ProtocolError full) {
                assertThat(full.reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
              }
            }
          };
      threads.add(new Thread(adding));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(added.get()).isEqualTo(most);
    assertThat(f.registry.size()).isEqualTo(most);
  }

  @Test
  void aPlaceIsFreeAgainWhenItsSessionIsGoneAndOnlyThen() {
    Session one =
        new Session("one", f.loops.context(0), f.contexts.get(0), SessionFixture.memory());
    Session same =
        new Session("one", f.loops.context(0), f.contexts.get(0), SessionFixture.memory());
    assertThat(f.registry.tryAdd(one, 1)).isTrue();
    assertThat(f.registry.tryAdd(same, 1)).as("another loop was quicker").isFalse();
    f.registry.remove(same);
    assertRejected(
        ReasonCode.QUOTA_EXCEEDED,
        () ->
            f.registry.tryAdd(
                new Session("two", f.loops.context(0), f.contexts.get(0), SessionFixture.memory()),
                1));
    f.registry.remove(one);
    f.registry.remove(one);
    assertThat(f.registry.tryAdd(same, 1)).isTrue();
    assertRejected(
        ReasonCode.QUOTA_EXCEEDED,
        () ->
            f.registry.tryAdd(
                new Session("two", f.loops.context(0), f.contexts.get(0), SessionFixture.memory()),
                1));
  }
}
