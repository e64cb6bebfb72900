package io.nanomq.session;

import static io.nanomq.session.SessionFixture.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.TurnBudget;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BrokerActionsTest {
  private final SessionFixture f = new SessionFixture(2);
  private final RecordingWriter socket = new RecordingWriter(5);

  @BeforeEach
  void storeIsQuick() {
    f.store.commitFromNowOn();
  }

  @AfterEach
  void close() {
    f.close();
  }

  private Session open(int loop, String id) {
    return f.open(loop, id, false, 100, socket).session();
  }

  private <T> T get(CompletionStage<T> stage) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    f.loops.runAll();
    assertThat(future).isDone();
    return future.join();
  }

  private static Subscription to(String filter) {
    return new Subscription(filter, 1, false, false, 0, 0);
  }

  // ---- publish

  @Test
  void messagesAreMadeWithTheLoopsClockAndReachWhoSubscribes() {
    f.subscribe(open(1, "c"), "t");
    f.loops.tick(5_000);
    long[] now = new long[1];
    ReasonCode code =
        get(
            f.actions.publish(
                nowMillis -> {
                  now[0] = nowMillis;
                  return message("t", "x", 1, false, PublishMessage.NEVER);
                }));
    assertThat(code).isEqualTo(ReasonCode.SUCCESS);
    assertThat(now[0]).isEqualTo(f.loops.nowMillis());
    assertThat(socket.payloads()).containsExactly("x");
    assertThat(get(f.actions.publish(at -> message("none", "x", 0, false, PublishMessage.NEVER))))
        .isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
  }

  @Test
  void whatFailsOnTheLoopIsAnsweredAsAFailure() {
    var failed =
        f.actions
            .publish(
                now -> {
                  throw new IllegalStateException("no message");
                })
            .toCompletableFuture();
    f.loops.runAll();
    assertThatThrownBy(failed::join)
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("no message");
  }

  // ---- subscribe and unsubscribe

  @Test
  void subscribesOnTheLoopOfTheClientAndSendsWhatIsRetained() {
    Session session = open(1, "c");
    f.retained.store(message("r", "kept", 1, true, PublishMessage.NEVER), null);
    assertThat(get(f.actions.subscribe("c", List.of(to("r"), to("s")))))
        .contains(ReasonCode.SUCCESS);
    assertThat(session.subscriptions()).hasSize(2);
    assertThat(socket.payloads()).containsExactly("kept");
    assertThat(get(f.actions.unsubscribe("c", List.of("r", "never")))).contains(ReasonCode.SUCCESS);
    assertThat(session.subscriptions()).hasSize(1);
  }

  @Test
  void theFirstErrorIsAnsweredAndTheOthersAreSubscribed() {
    Session session = open(0, "c");
    assertThat(get(f.actions.subscribe("c", List.of(to("a/#/b"), to("s")))))
        .contains(ReasonCode.TOPIC_FILTER_INVALID);
    assertThat(session.subscription("s")).isNotNull();
  }

  @Test
  void clientsThatAreNotConnectedAreNotSubscribed() {
    Session session = open(0, "c");
    f.disconnect(session);
    assertThat(get(f.actions.subscribe("c", List.of(to("s"))))).isEmpty();
    assertThat(get(f.actions.unsubscribe("c", List.of("s")))).isEmpty();
    assertThat(get(f.actions.subscribe("nobody", List.of(to("s"))))).isEmpty();
    assertThat(session.subscriptions()).isEmpty();
  }

  @Test
  void nothingIsAnsweredBeforeTheStoreHasIt() {
    SessionFixture slow = new SessionFixture(2);
    slow.store.defer();
    slow.open(1, "c", false, 100, socket);
    var subscribed = slow.actions.subscribe("c", List.of(to("s"))).toCompletableFuture();
    slow.loops.runAll();
    var published =
        slow.actions
            .publish(now -> message("s", "x", 1, false, PublishMessage.NEVER))
            .toCompletableFuture();
    slow.loops.runAll();
    assertThat(slow.store.told()).contains("subscribed c s", "queued c 0 qos 1");
    assertThat(subscribed).isNotDone();
    assertThat(published).isNotDone();
    slow.store.commit();
    slow.loops.runAll();
    assertThat(subscribed.join()).contains(ReasonCode.SUCCESS);
    assertThat(published.join()).isEqualTo(ReasonCode.SUCCESS);
    var ended = slow.actions.kick("c", true).toCompletableFuture();
    slow.loops.runAll();
    assertThat(slow.store.told()).endsWith("ended c");
    assertThat(ended).isNotDone();
    slow.store.commit();
    slow.loops.runAll();
    assertThat(ended.join()).isTrue();
    slow.close();
  }

  // ---- kick

  @Test
  void aKickedClientIsToldWhyAndItsSessionStays() {
    Session session = open(1, "c");
    assertThat(get(f.actions.kick("c", false))).isTrue();
    assertThat(socket.closed).containsExactly(ReasonCode.ADMINISTRATIVE_ACTION);
    assertThat(session.hasEnded()).isFalse();
    f.disconnect(session);
    assertThat(get(f.actions.kick("c", false))).as("it is not connected").isFalse();
    assertThat(get(f.actions.kick("c", true))).isTrue();
    assertThat(session.hasEnded()).isTrue();
    assertThat(get(f.actions.kick("c", true))).as("it is gone").isFalse();
  }

  @Test
  void manyAreKickedByOneChainOfTasksALoopAndOneCommit() {
    List<String> ids = IntStream.range(0, 1_000).mapToObj(i -> "c" + i).toList();
    ids.forEach(id -> open(id.hashCode() & 1, id));
    f.disconnect(f.registry.find("c7"));

    var count = f.actions.kick(ids, false).toCompletableFuture();
    assertThat(f.loops.loop(0).waiting()).as("tasks at once").isEqualTo(1);
    assertThat(f.loops.loop(1).waiting()).isEqualTo(1);
    int tasks = 0;
    while (f.loops.loop(0).runOne()) {
      tasks++;
    }
    // Each turn does as many as it has room for, and takes a task or two to end.
    int turns = ids.size() / 2 * TurnBudget.CONNECTION / TurnBudget.PER_TURN;
    assertThat(tasks).as("slices, and not one for each").isBetween(turns, 3 * (turns + 1));
    assertThat(count).isNotDone();
    assertThat(get(count)).isEqualTo(999);
    assertThat(socket.closed).hasSize(999);
  }

  @Test
  void whoIsGoneMeanwhileIsNotCounted() {
    open(0, "a");
    Session b = open(0, "b");
    var count = f.actions.kick(List.of("a", "b", "nobody"), true).toCompletableFuture();
    f.sessions.get(0).end(b);
    assertThat(get(count)).isEqualTo(1);
    assertThat(get(f.actions.kick(List.of(), true))).isZero();
    assertThat(f.registry.size()).isZero();
  }

  // ---- session

  @Test
  void aSessionsDetails() {
    Session session = open(1, "c");
    session.unreleased().add(7);
    Optional<SessionSnapshot> found = get(f.actions.session("c"));
    assertThat(found.orElseThrow().client().clientId()).isEqualTo("c");
    assertThat(found.orElseThrow().expirySeconds()).isEqualTo(100);
    assertThat(found.orElseThrow().unreleased()).isEqualTo(1);
    assertThat(get(f.actions.session("nobody"))).isEmpty();
  }

  @Test
  void aSessionThatIsJustBeingMadeIsPassedOver() {
    f.registry.tryAdd(
        new Session("half", f.loops.context(0), f.contexts.get(0), SessionFixture.memory()), 10);
    assertThat(get(f.actions.session("half"))).isEmpty();
    assertThat(get(f.actions.kick("half", true))).isFalse();
    assertThat(get(f.actions.kick(List.of("half"), true))).isZero();
  }

  // ---- redirect

  @Test
  void whoIsSentToAnotherServerKeepsItsSession() {
    Session session = open(1, "c");

    assertThat(get(f.actions.redirect("c", false, "other:1883"))).isTrue();
    assertThat(socket.closed).containsExactly(ReasonCode.USE_ANOTHER_SERVER);
    assertThat(session.hasEnded()).isFalse();
    assertThat(get(f.actions.redirect("nobody", false, "other:1883"))).isFalse();
  }

  @Test
  void everybodyIsSentToAnotherServer() {
    RecordingWriter second = new RecordingWriter(4);
    open(0, "a");
    f.open(1, "b", false, 100, second);

    assertThat(get(f.actions.redirectAll(true, "other:1883"))).isEqualTo(2);
    assertThat(socket.closed).containsExactly(ReasonCode.SERVER_MOVED);
    assertThat(second.closed).containsExactly(ReasonCode.SERVER_MOVED);
  }
}
