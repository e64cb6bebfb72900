package io.nanomq.session;

import static io.nanomq.session.SessionFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.loop.TurnBudget;
import io.nanomq.packet.PublishMessage;
import io.nanomq.session.RecordingWriter.Sent;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Retained messages on their way to who has subscribed. */
class SessionReplayTest {
  private final SessionFixture f = new SessionFixture(1);
  private final RecordingWriter socket = new RecordingWriter(5);

  @AfterEach
  void close() {
    f.close();
  }

  private Session durable() {
    Session session = f.open(0, "c", false, 1_000, socket).session();
    f.subscribe(session, "t");
    return session;
  }

  private RecordingWriter comeBack(int version) {
    RecordingWriter again = new RecordingWriter(version);
    f.open(0, "c", false, 1_000, again);
    return again;
  }

  private void replay(Session session, String filter, int qos) {
    session.replay(
        filter, f.retained.cursor(filter, f.contexts.get(0).store()), qos, new int[] {7});
    session.pump();
  }

  @Test
  void retainedMessagesAreReplayedWithTheLowerQosAndTheIdentifier() {
    f.retained.store(message("r/1", "one", 2, true, PublishMessage.NEVER), null);
    Session session = durable();
    replay(session, "r/#", 1);
    assertThat(socket.sent).containsExactly(new Sent("one", 1, 1, false, true, List.of(7)));
    session.acknowledge(1, 1, false);
    assertThat(f.store.told())
        .endsWith("queued c 0 qos 1 retained for [7]", "sent c 0 as 1", "settled c 0");
  }

  @Test
  void aReplayKeepsToTheWindowAndGoesOnAsItIsAcknowledged() {
    for (int i = 0; i < 20; i++) {
      f.retained.store(message("r/" + i, "" + i, 1, true, PublishMessage.NEVER), null);
    }
    f.window = 4;
    Session session = durable();
    replay(session, "r/+", 1);
    for (int i = 0; i < 16; i++) {
      assertThat(socket.sent).hasSize(4 + i);
      session.acknowledge(socket.sent.get(i).id(), 1, false);
    }
    assertThat(socket.payloads()).doesNotHaveDuplicates().hasSize(20);
  }

  @Test
  void aLongReplayLetsOtherTasksInBetween() {
    for (int i = 0; i < 1_000; i++) {
      f.retained.store(message("r/" + i, "" + i, 0, true, PublishMessage.NEVER), null);
    }
    Session session = durable();
    // What else the turn has done leaves it room for a part of them.
    f.loops.context(0).budget().spend(TurnBudget.PER_TURN - 1_000);
    replay(session, "#", 0);
    assertThat(socket.sent.size()).isBetween(1, 500);
    f.publish(0, "t", "live", 0);
    assertThat(socket.payloads()).as("live messages need not wait").endsWith("live");
    f.loops.runAll();
    assertThat(socket.payloads()).hasSize(1_001).doesNotHaveDuplicates();
  }

  @Test
  void aReplayGoesOnOnTheNextConnection() {
    for (int i = 0; i < 10; i++) {
      f.retained.store(message("r/" + i, "" + i, 0, true, PublishMessage.NEVER), null);
    }
    Session session = durable();
    socket.room = 3;
    replay(session, "#", 0);
    f.disconnect(session);
    RecordingWriter again = comeBack(5);
    assertThat(again.payloads()).hasSize(7).doesNotContainAnyElementsOf(socket.payloads());
  }

  @Test
  void severalReplaysFollowEachOther() {
    f.retained.store(message("a", "A", 0, true, PublishMessage.NEVER), null);
    f.retained.store(message("b", "B", 0, true, PublishMessage.NEVER), null);
    Session session = durable();
    session.replay("b", f.retained.cursor("b", f.contexts.get(0).store()), 0, null);
    session.replay("none", f.retained.cursor("none", f.contexts.get(0).store()), 0, null);
    session.replay("+", f.retained.cursor("+", f.contexts.get(0).store()), 0, null);
    session.pump();
    assertThat(socket.payloads()).startsWith("B").hasSize(3).contains("A");
  }

  @Test
  void subscribingAgainStartsAnewBehindTheOthersAndLeavesNothingOfTheFirstReplay() {
    for (String topic : List.of("a/1", "a/2", "a/3", "b")) {
      f.retained.store(message(topic, topic, 1, true, PublishMessage.NEVER), null);
    }
    f.window = 1;
    Session session = durable();
    replay(session, "a/+", 1);
    session.replay("b", f.retained.cursor("b", f.contexts.get(0).store()), 1, null);
    assertThat(socket.payloads()).hasSize(1);
    for (int i = 0; i < 10_000; i++) {
      replay(session, "a/+", 1);
    }
    for (int i = 0; i < 5; i++) {
      assertThat(socket.sent).as("one in flight at a time").hasSize(i + 1);
      session.acknowledge(socket.sent.get(i).id(), 1, false);
    }
    assertThat(socket.payloads().get(1)).isEqualTo("b");
    assertThat(socket.payloads().subList(2, 5)).containsExactlyInAnyOrder("a/1", "a/2", "a/3");
    assertThat(socket.sent).hasSize(5);
  }

  @Test
  void nothingMoreIsReplayedOnceItIsUnsubscribed() {
    for (String topic : List.of("a/1", "a/2", "b")) {
      f.retained.store(message(topic, topic, 1, true, PublishMessage.NEVER), null);
    }
    f.window = 1;
    Session session = durable();
    f.subscribe(session, "a/+");
    replay(session, "a/+", 1);
    session.replay("b", f.retained.cursor("b", f.contexts.get(0).store()), 1, null);
    session.removeSubscription("a/+");
    session.acknowledge(socket.sent.get(0).id(), 1, false);
    assertThat(socket.payloads()).hasSize(2).endsWith("b");
    replay(session, "a/+", 1);
    session.removeSubscription("a/+");
    session.acknowledge(socket.sent.get(1).id(), 1, false);
    assertThat(socket.sent).hasSize(2);
  }
}
