package io.nanomq.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.event.BrokerEvent.Kind;
import io.nanomq.loop.ManualLoops;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.Connect;
import io.nanomq.packet.ConnectProperties;
import io.nanomq.packet.Subscription;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoopEventsTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final Connect CONNECT =
      new Connect(
          5,
          "c",
          true,
          60,
          "alice",
          null,
          null,
          new ConnectProperties(0, 10, 0, 0, false, true, false, null));

  private final ManualLoops loops = new ManualLoops(2);
  private final BrokerEvents events = new BrokerEvents();
  private final RecordingListener listener = new RecordingListener();
  private final LoopEvents loop = new LoopEvents(loops.context(1), events, () -> NOW);

  @BeforeEach
  void start() {
    events.add(listener);
    loop.start();
  }

  private static InetSocketAddress peer() throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 7}), 4711);
  }

  @Test
  void whoComesAndGoesIsToldWithTheLoop() throws UnknownHostException {
    loop.connected(CONNECT, 30, peer());
    loop.disconnected(CONNECT, 0x8D, null);
    var alice = new BrokerEvent.Client("c", "alice", "10.0.0.7");
    assertThat(listener.told)
        .containsExactly(
            new BrokerEvent.Connected(NOW, alice, 5, 30, true),
            new BrokerEvent.Disconnected(NOW, new BrokerEvent.Client("c", "alice", ""), 0x8D));
    assertThat(listener.loops).containsExactly(1, 1);
    assertThat(listener.told).extracting(BrokerEvent::clientId).containsExactly("c", "c");
  }

  @Test
  void subscriptionsAreTold() {
    loop.subscribed("c", new Subscription("t/#", 2, false, false, 0, 0));
    loop.unsubscribed("c", "t/#");
    assertThat(listener.told)
        .containsExactly(
            new BrokerEvent.Subscribed(NOW, "c", "t/#", 2),
            new BrokerEvent.Unsubscribed(NOW, "c", "t/#"));
  }

  @Test
  void whatNobodyWantsIsNotTold() {
    listener.wanted = Set.of();
    loop.connected(CONNECT, 30, null);
    loop.disconnected(CONNECT, 0, null);
    loop.subscribed("c", new Subscription("t", 0, false, false, 0, 0));
    loop.unsubscribed("c", "t");
    loop.dropped("c", DropReason.QUEUE_FULL);
    loops.context(1).counters().drop(DropReason.NO_MEMBER);
    loops.advance(3_000);
    assertThat(listener.told).isEmpty();
    assertThat(loops.context(1).counters().drops(DropReason.QUEUE_FULL)).isEqualTo(1);
  }

  @Test
  void dropsAreToldOnceASecondByReasonAndClient() {
    for (int i = 0; i < 500; i++) {
      loop.dropped("a", DropReason.QUEUE_FULL);
    }
    loop.dropped("a", DropReason.EXPIRED);
    loop.dropped("b", DropReason.QUEUE_FULL);
    assertThat(listener.told).isEmpty();
    loops.advance(1_200);
    assertThat(listener.told)
        .containsExactlyInAnyOrder(
            new BrokerEvent.Dropped(NOW, "a", DropReason.QUEUE_FULL, 500),
            new BrokerEvent.Dropped(NOW, "a", DropReason.EXPIRED, 1),
            new BrokerEvent.Dropped(NOW, "b", DropReason.QUEUE_FULL, 1));
    loops.advance(3_000);
    assertThat(listener.told).hasSize(3);
    assertThat(loops.context(1).counters().drops(DropReason.QUEUE_FULL)).isEqualTo(501);
  }

  @Test
  void dropsOfNobodyAreTakenFromTheCountersFromTheNextSecondOn() {
    loops.context(1).counters().drop(DropReason.NO_MEMBER);
    loops.advance(1_200);
    assertThat(listener.told).as("counted before anybody looked").isEmpty();
    loops.context(1).counters().drop(DropReason.NO_MEMBER);
    loops.context(1).counters().drop(DropReason.NO_MEMBER);
    loops.context(1).counters().drop(DropReason.CONNECTION_LIMIT);
    loops.advance(1_200);
    assertThat(listener.told)
        .containsExactlyInAnyOrder(
            new BrokerEvent.Dropped(NOW, "", DropReason.NO_MEMBER, 2),
            new BrokerEvent.Dropped(NOW, "", DropReason.CONNECTION_LIMIT, 1));
  }

  @Test
  void aFloodOfClientsTakesNoMoreMemoryThanAThousand() {
    for (int i = 0; i < DropLog.MAX_CLIENTS + 500; i++) {
      loop.dropped("c" + i, DropReason.OFFLINE_QOS_0);
    }
    loops.advance(1_200);
    assertThat(listener.told).hasSize(DropLog.MAX_CLIENTS + 1);
    assertThat(listener.told)
        .contains(new BrokerEvent.Dropped(NOW, "", DropReason.OFFLINE_QOS_0, 500));
  }

  @Test
  void oneThatFailsDoesNotKeepTheOthersFromHearing() {
    BrokerEvents.Listener broken =
        new BrokerEvents.Listener() {
          @Override
          public boolean wants(Kind kind) {
            return true;
          }

          @Override
          public void happened(int loopIndex, BrokerEvent event) {
            throw new IllegalStateException("broken");
          }
        };
    events.remove(listener);
    events.add(broken);
    events.add(listener);
    listener.wanted = EnumSet.of(Kind.UNSUBSCRIBED);
    loop.unsubscribed("c", "t");
    loop.connected(CONNECT, 1, null);
    assertThat(listener.told).hasSize(1);
    assertThat(events.lost()).as("by the one that fails").isEqualTo(2);
    events.remove(listener);
    loop.unsubscribed("c", "t");
    assertThat(listener.told).hasSize(1);
  }

  @Test
  void lostEventsAreCounted() {
    events.countLost();
    events.countLost();
    assertThat(events.lost()).isEqualTo(2);
  }
}
