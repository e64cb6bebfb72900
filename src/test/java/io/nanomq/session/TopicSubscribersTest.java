package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.TopicSubscribers;
import io.nanomq.loop.BatchReader;
import io.nanomq.packet.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicSubscribersTest {
  private final SessionFixture f = new SessionFixture(3);
  private final TopicSubscribers subscribers =
      new TopicSubscribers(f.loops.contexts(), f.router.tree());

  @AfterEach
  void close() {
    f.close();
  }

  private Session open(int loop, String id) {
    return f.open(loop, id, false, 100, new RecordingWriter(5)).session();
  }

  private List<SubscriptionSnapshot> of(String topic) {
    List<SubscriptionSnapshot> all = new ArrayList<>();
    BatchReader<SubscriptionSnapshot> pieces = subscribers.of(topic);
    for (Optional<List<SubscriptionSnapshot>> piece = next(pieces);
        piece.isPresent();
        piece = next(pieces)) {
      all.addAll(piece.get());
    }
    return all;
  }

  private Optional<List<SubscriptionSnapshot>> next(BatchReader<SubscriptionSnapshot> pieces) {
    var piece = pieces.next().toCompletableFuture();
    f.loops.runAll();
    return piece.join();
  }

  @Test
  void everyFilterThatMatchesOnEveryLoop() {
    f.subscribe(open(0, "a"), "t/+");
    Session b = open(1, "b");
    f.subscribe(b, "t/#");
    f.subscribe(b, new Subscription("t/1", 0, false, false, 0, 0));
    f.subscribe(open(2, "c"), "u/1");
    assertThat(of("t/1"))
        .containsExactlyInAnyOrder(
            new SubscriptionSnapshot("a", "t/+", 2),
            new SubscriptionSnapshot("b", "t/#", 2),
            new SubscriptionSnapshot("b", "t/1", 0));
    assertThat(of("none")).isEmpty();
  }

  @Test
  void allMembersOfASharedSubscriptionWhereverTheyLive() {
    f.subscribe(open(0, "a"), "$share/g/t");
    f.subscribe(open(2, "b"), "$share/g/t");
    f.subscribe(open(1, "c"), "$share/h/t");
    assertThat(of("t"))
        .extracting(SubscriptionSnapshot::clientId)
        .containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void wildcardsDoNotReachSystemTopics() {
    f.subscribe(open(0, "a"), "#");
    f.subscribe(open(0, "b"), "$SYS/#");
    assertThat(of("$SYS/x")).extracting(SubscriptionSnapshot::clientId).containsExactly("b");
  }

  @Test
  void whatIsBeingTakenOutIsNotTold() {
    Session session = open(0, "a");
    f.subscribe(session, "t");
    session.leave();
    assertThat(of("t")).isEmpty();
  }

  @Test
  void soManyOfALoopAndNoMore() {
    for (int i = 0; i < 10_010; i++) {
      f.subscribe(open(0, "c" + i), "t");
    }
    f.subscribe(open(1, "other"), "t");
    assertThat(of("t")).hasSize(10_001);
  }
}
