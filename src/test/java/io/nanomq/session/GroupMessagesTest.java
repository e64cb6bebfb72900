package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.nanomq.memory.Account;
import io.nanomq.memory.Accounts;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.MessageNumber;
import io.nanomq.queue.Delivery;
import io.nanomq.queue.GroupDelivery;
import io.nanomq.router.SharedGroup;
import io.nanomq.session.RecordingWriter.Sent;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A group has a member that outlives the process, and one that does not: what this one gets the
 * store keeps until it is acknowledged, MQTT 5.0 section 4.8.2.
 */
class GroupMessagesTest {
  private static final String GROUP = "$share/g/t";
  private static final String PUBLISHED = published(1);
  private static final String DONE = done(1);

  private final SessionFixture f = new SessionFixture(1);
  private final RecordingWriter socket = new RecordingWriter(5);
  private Session lasting;
  private Session passing;

  @BeforeEach
  void join() {
    lasting = f.open(0, "lasting", false, 100, new RecordingWriter(5)).session();
    f.subscribe(lasting, GROUP);
    f.disconnect(lasting);
    passing = f.open(0, "passing", true, 0, socket).session();
    f.subscribe(passing, GROUP);
  }

  @AfterEach
  void close() {
    f.close();
  }

  private static String published(int count) {
    return "published " + MessageNumber.of(0, count) + " t to 0[" + GROUP + "]";
  }

  private static String done(int count) {
    return "handed over " + MessageNumber.of(0, count) + " to " + GROUP;
  }

  private List<String> told() {
    return f.store.toldBesides().stream()
        .filter(line -> line.startsWith("published") || line.startsWith("handed over"))
        .toList();
  }

  private List<String> payloads() {
    return socket.sent.stream().map(Sent::payload).toList();
  }

  @Test
  void isKeptUntilItIsAcknowledged() {
    f.publish(0, "t", "a", 1);
    assertThat(payloads()).containsExactly("a");
    assertThat(told()).containsExactly(PUBLISHED);
    passing.acknowledge(1, 1, false);
    assertThat(told()).containsExactly(PUBLISHED, DONE);
  }

  @Test
  void isNobodyElsesOnceItWasSentAtQosTwo() {
    f.publish(0, "t", "a", 2);
    assertThat(told()).containsExactly(PUBLISHED, DONE);
    passing.received(1);
    passing.acknowledge(1, 2, true);
    f.disconnect(passing);
    f.loops.runAll();
    assertThat(told()).containsExactly(PUBLISHED, DONE);
    assertThat(f.store.told()).noneMatch(line -> line.startsWith("queued"));
  }

  @Test
  void isKeptAtQosTwoWhileItWaits() {
    f.window = 1;
    passing = f.open(0, "passing", true, 0, socket).session();
    f.subscribe(passing, GROUP);
    f.publish(0, "t", "a", 1);
    f.publish(0, "t", "b", 2);
    assertThat(told()).containsExactly(PUBLISHED, published(2));
    passing.acknowledge(1, 1, false);
    assertThat(payloads()).containsExactly("a", "b");
    assertThat(told()).containsExactly(PUBLISHED, published(2), DONE, done(2));
  }

  @Test
  void goesToAnotherAsTheSameMessage() {
    f.publish(0, "t", "a", 1);
    f.disconnect(passing);
    f.loops.runAll();
    assertThat(told()).containsExactly(PUBLISHED, DONE);
    assertThat(f.store.told()).endsWith("queued lasting 0 qos 1");
    assertThat(f.store.toldBesides())
        .endsWith("queued lasting 0 is " + MessageNumber.of(0, 1), DONE);
  }

  @Test
  void isDoneWhenItHasExpired() {
    PublishMessage message = SessionFixture.message("t", "a", 1, false, f.loops.nowMillis() + 10);
    f.publishers.get(0).publish(message, null);
    f.loops.advance(10);
    assertThat(told()).containsExactly(PUBLISHED);
    f.disconnect(passing);
    f.loops.runAll();
    assertThat(told()).containsExactly(PUBLISHED, DONE);
    assertThat(f.store.told()).noneMatch(line -> line.startsWith("queued"));
  }

  @Test
  void isDoneWhereTheSessionIsStoredFromNowOn() {
    f.publish(0, "t", "a", 1);
    passing.expirySeconds(100);
    assertThat(f.store.told()).endsWith("queued passing 0 qos 1", "sent passing 0 as 1");
    assertThat(told()).containsExactly(PUBLISHED, DONE);
    passing.acknowledge(1, 1, false);
    assertThat(told()).containsExactly(PUBLISHED, DONE);
  }

  @Test
  void whoGetsItAtQosZeroIsNotWaitedFor() {
    f.disconnect(passing);
    passing = f.open(0, "passing", true, 0, socket).session();
    f.subscribe(passing, new Subscription(GROUP, 0, false, false, 0, 0));
    f.publish(0, "t", "a", 1);
    assertThat(socket.sent.get(0).qos()).isZero();
    assertThat(told()).containsExactly(PUBLISHED, DONE);
  }

  @Test
  void isNotKeptForWhoHasItsShareOfTheStore() {
    Accounts accounts = f.budgets.accounts();
    Account greedy = accounts.ofUser("greedy");
    f.disconnect(passing);
    var connect = SessionFixture.connect("passing", 5, true, null, 65_535);
    passing = f.open(0, connect, 0, socket, greedy).session();
    f.subscribe(passing, GROUP);
    f.open(
        0,
        SessionFixture.connect("other", 5, true, null, 65_535),
        0,
        new RecordingWriter(5),
        accounts.ofUser("other"));
    f.publish(0, "t", "a", 1);
    assertThat(told()).containsExactly(PUBLISHED);
    f.store.share(0);
    f.publish(0, "t", "b", 1);
    assertThat(payloads()).containsExactly("a", "b");
    assertThat(told()).containsExactly(PUBLISHED, published(2), done(2));
  }

  @Test
  void takesTheBytesThatItIsChargedWith() {
    SharedGroup group = f.router.tree().group(GroupName.of(GROUP));
    PublishMessage message = SessionFixture.message("t", "a", 1, false, PublishMessage.NEVER);
    Delivery[] kept = new Delivery[20_000];
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    fill(kept, message, group);
    long before = threads.getCurrentThreadAllocatedBytes();
    fill(kept, message, group);
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / kept.length;
    int places = 8 * 4; // what an InflightWindow has for it
    int stored = 3 * GroupName.BYTES + 256; // on disk, and in the store's index
    assertThat(each + places + stored).isEqualTo(kept[0].referenceBytes());
  }

  private static void fill(Delivery[] kept, PublishMessage message, SharedGroup group) {
    for (int i = 0; i < kept.length; i++) {
      kept[i] = new GroupDelivery(message, 1, false, null, group, i);
    }
  }
}
