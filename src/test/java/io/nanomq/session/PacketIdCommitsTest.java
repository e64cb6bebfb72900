package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.session.RecordingWriter.Sent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** QoS 2 messages go out to durable sessions when the store has their packet identifiers. */
class PacketIdCommitsTest {
  private SessionFixture f = new SessionFixture(1);
  private final RecordingWriter socket = new RecordingWriter(5);

  @AfterEach
  void close() {
    f.close();
  }

  private Session durable() {
    Session session = f.open(0, "c", false, 100, socket).session();
    f.subscribe(session, "t");
    f.store.defer();
    return session;
  }

  private void publish(String payload, int qos) {
    f.publish(0, "t", payload, qos);
    f.loops.runAll();
  }

  private void commit(int count) {
    f.store.commit(count);
    f.loops.runAll();
  }

  @Test
  void theyWaitAndWhatComesBehindThemWithThem() {
    durable();
    publish("1", 1);
    publish("2", 2);
    publish("3", 1);
    publish("4", 2);
    assertThat(socket.payloads()).as("QoS 1 waits for nobody").containsExactly("1");
    assertThat(f.store.told())
        .as("the store has them all in one batch")
        .contains("sent c 1 as 2", "sent c 2 as 3", "sent c 3 as 4");
    publish("5", 0);
    commit(1);
    assertThat(socket.payloads()).containsExactly("1", "2", "3");
    commit(1);
    assertThat(socket.payloads()).containsExactly("1", "2", "3", "4", "5");
    assertThat(socket.sent).extracting(Sent::id).containsExactly(1, 2, 3, 4, 0);
    assertThat(socket.sent).noneMatch(Sent::dup);
    publish("6", 1);
    assertThat(socket.payloads()).last().isEqualTo("6");
  }

  @Test
  void thatOfACleanSessionDoesNot() {
    Session session = f.open(0, "clean", true, 0, socket).session();
    f.subscribe(session, "t");
    f.store.defer();
    publish("1", 2);
    assertThat(socket.payloads()).containsExactly("1");
    assertThat(f.store.waiting()).isZero();
  }

  @Test
  void notMoreAreAboutToGoThanTheWindowAllows() {
    f.window = 2;
    Session session = durable();
    for (int i = 1; i <= 4; i++) {
      publish("" + i, 2);
    }
    assertThat(session.snapshot().inflight()).isEqualTo(2);
    commit(2);
    assertThat(socket.payloads()).containsExactly("1", "2");
    session.received(1);
    session.acknowledge(1, 2, true);
    commit(1);
    assertThat(socket.payloads()).containsExactly("1", "2", "3");
  }

  @Test
  void whoComesBackGetsWhatNeverWentOutAsNewAndNotBeforeTheCommit() {
    Session session = durable();
    publish("1", 2);
    publish("2", 2);
    commit(1);
    f.disconnect(session);
    RecordingWriter again = new RecordingWriter(5);
    f.open(0, "c", false, 100, again);
    f.loops.runAll();
    assertThat(again.sent).extracting(Sent::payload).containsExactly("1");
    assertThat(again.last().dup()).isTrue();
    commit(1);
    assertThat(again.sent).extracting(Sent::payload).containsExactly("1", "2");
    assertThat(again.last().dup()).isFalse();
  }

  @Test
  void whatIsSafeWhileNobodyIsThereGoesOutLater() {
    Session session = durable();
    publish("1", 2);
    f.disconnect(session);
    commit(1);
    RecordingWriter again = new RecordingWriter(5);
    f.open(0, "c", false, 100, again);
    assertThat(again.last()).matches(sent -> sent.payload().equals("1") && !sent.dup());
  }

  @Test
  void retainedOnesWait() {
    f.retained.store(SessionFixture.message("r/1", "a", 2, true, PublishMessage.NEVER), null);
    f.retained.store(SessionFixture.message("r/2", "b", 2, true, PublishMessage.NEVER), null);
    Session session = durable();
    session.replay("r/#", f.retained.cursor("r/#", f.contexts.get(0).store()), 2, null);
    session.pump();
    f.loops.runAll();
    assertThat(socket.sent).isEmpty();
    commit(2);
    assertThat(socket.payloads()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void whatCannotBeKeptWhileItWaitsIsDropped() {
    f.close();
    f = new SessionFixture(1, 3_000);
    Session session = durable();
    for (int i = 0; i < 5; i++) {
      publish(i + "x".repeat(1_000), 2);
    }
    commit(5);
    assertThat(socket.sent).hasSizeBetween(1, 3);
    assertThat(f.drops(DropReason.MEMORY_FULL)).isEqualTo(5 - socket.sent.size());
    assertThat(session.snapshot().inflight()).isEqualTo(socket.sent.size());
    int kept = socket.sent.size();
    assertThat(f.store.told().stream().filter(line -> line.startsWith("queued"))).hasSize(kept);
  }
}
