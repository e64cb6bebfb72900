package io.nanomq.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.Bytes;
import io.nanomq.loop.TurnBudget;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one client makes its loop do is not what the others wait for. */
class TurnFairnessTest {
  private static final int LEVELS = 9;
  private static final int MESSAGES = 200;

  private final ConnectionFixture f = new ConnectionFixture();

  @AfterEach
  void close() {
    f.close();
  }

  /** Each level as it is and as a +: all of them match one topic. */
  private void subscribeToAll(ConnectionFixture.Client client) {
    for (int bits = 0; bits < 1 << LEVELS; bits++) {
      StringBuilder filter = new StringBuilder("a");
      for (int level = 0; level < LEVELS; level++) {
        filter.append((bits & 1 << level) == 0 ? "/a" : "/+");
      }
      Bytes body = Bytes.of().u16(7).text(filter.toString()).u8(0);
      client.send(Bytes.hex(Bytes.packet(0x82, body.buf())));
    }
    client.got();
  }

  /** Messages to that topic, each followed by a filter that makes what was found before stale. */
  private static ByteBuf burst() {
    Bytes topic = Bytes.of().text("a" + "/a".repeat(LEVELS));
    String publish = Bytes.hex(Bytes.packet(0x30, topic.buf()));
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < MESSAGES; i++) {
      Bytes body = Bytes.of().u16(7).text("n/" + i).u8(0);
      all.append(publish).append(Bytes.hex(Bytes.packet(0x82, body.buf())));
    }
    return Bytes.hex(all.toString());
  }

  @Test
  void whoHasLittleToDoIsServedInTheMiddleOfWhatOthersHave() {
    var subscriber = f.connected(4, "subscriber");
    subscribeToAll(subscriber);
    var attacker = f.connected(4, "attacker");
    var canary = f.connected(4, "canary");
    // A turn of its own: the filters before were work, too.
    f.loops.runAll();
    attacker.channel.writeInbound(burst());
    canary.channel.writeInbound(Bytes.hex("c000"));
    int turns = 0;
    while (canary.channel.outboundMessages().isEmpty()) {
      assertThat(f.loops.loop(0).runOne()).isTrue();
      turns++;
    }
    assertThat(turns).isLessThan(10);
    assertThat(f.loop.counters().publishesReceived).isBetween(1L, MESSAGES / 2L);
    f.loops.runAll();
    assertThat(f.loop.counters().publishesReceived).isEqualTo(MESSAGES);
    assertThat(f.loop.counters().publishesSent).as("nothing is lost").isEqualTo(MESSAGES);
  }

  @Test
  void whoHasLittleToDoDoesNotWaitForAllWhoHaveMuch() {
    int attackerCount = 10;
    var attackers = new ArrayList<ConnectionFixture.Client>();
    for (int i = 0; i < attackerCount; i++) {
      attackers.add(f.connected(4, "attacker" + i));
    }
    var canary = f.connected(4, "canary");
    String pings = "c000".repeat(TurnBudget.PER_TURN / 4);
    attackers.forEach(attacker -> attacker.channel.writeInbound(Bytes.hex(pings)));
    assertThat(f.loop.budget().isUsedUp()).isTrue();
    canary.channel.writeInbound(Bytes.hex("c000"));
    long before = f.loop.counters().packetsReceived;
    while (canary.channel.outboundMessages().isEmpty()) {
      assertThat(f.loops.loop(0).runOne()).isTrue();
    }
    assertThat(f.loop.counters().packetsReceived - before).isLessThan(2L * TurnBudget.PER_TURN);
    f.loops.runAll();
    assertThat(f.loop.counters().packetsReceived)
        .isEqualTo(attackerCount + 1 + attackerCount * (TurnBudget.PER_TURN / 4L) + 1);
  }

  @Test
  void noTurnDoesMuchMoreThanItsBudget() {
    var subscriber = f.connected(4, "subscriber");
    subscribeToAll(subscriber);
    var attacker = f.connected(4, "attacker");
    attacker.channel.writeInbound(burst());
    long most = 0;
    do {
      most = Math.max(most, TurnBudget.PER_TURN - f.loop.budget().left());
    } while (f.loops.loop(0).runOne());
    // The last one that was begun: a step down the tree and a filter, 1,024 times, and some.
    assertThat(most).isBetween(1L, TurnBudget.PER_TURN + 6L * (1 << LEVELS));
    assertThat(f.loop.counters().publishesSent).isEqualTo(MESSAGES);
  }
}
