package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
    return f.open(loop, id, false, 100, new RecordingOutlet(4)).session();
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
    assertThat(get(f.registry.clients()))
        .extracting(ClientSnapshot::clientId)
        .containsExactlyInAnyOrderElementsOf(ids);
    assertThat(get(f.registry.subscriptions())).hasSize(30);
    assertThat(get(f.registry.subscriptions("c7")))
        .containsExactly(new SubscriptionSnapshot("c7", "t/7", 2));
    assertThat(f.registry.size()).isEqualTo(30);
  }

  @Test
  void manySessionsAreReadInSlices() {
    IntStream.range(0, 2_000).forEach(i -> open(0, "c" + i));
    var all = f.registry.clients().toCompletableFuture();
    int tasks = 0;
    while (f.loops.loop(0).runOne()) {
      tasks++;
    }
    assertThat(tasks).isGreaterThanOrEqualTo(4);
    assertThat(all.join()).hasSize(2_000);
  }

  @Test
  void whereThereIsNobodyTheAnswerIsEmpty() {
    assertThat(f.registry.clients().toCompletableFuture().join()).isEmpty();
    assertThat(f.registry.client("none").toCompletableFuture().join()).isEmpty();
    assertThat(f.registry.subscriptions("none").toCompletableFuture().join()).isEmpty();
  }

  @Test
  void aSessionThatIsJustBeingMadeIsLeftOut() {
    f.registry.tryAdd(new Session("half", f.loops.context(0), null));
    assertThat(get(f.registry.clients())).isEmpty();
  }

  @Test
  void connectionsAreCounted() {
    f.registry.connectionOpened();
    f.registry.connectionOpened();
    f.registry.connectionClosed();
    assertThat(f.registry.connectionCount()).isEqualTo(1);
  }
}
