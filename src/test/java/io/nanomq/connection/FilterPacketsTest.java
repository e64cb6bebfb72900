package io.nanomq.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.authn.ClientIdentity;
import io.nanomq.authn.Verdict;
import io.nanomq.codec.Bytes;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterPacketsTest {
  /** Of 1,000 filters. */
  private static final int LARGE = 5_000;

  private static final int SMALL = 30;

  /** Of such a heap all packets of the loop may take 200,000 bytes. */
  private final ConnectionFixture f = new ConnectionFixture(25_000_000);

  private final FilterPackets packets = new FilterPackets(f.context, 1);
  private final Budget budget = f.budgets.of(Purpose.FILTERS);
  private final Connection first = f.connected(5, "first").connection;
  private final Connection second = f.connected(5, "second").connection;
  private final List<Integer> done = new ArrayList<>();
  private @Nullable String user;

  FilterPacketsTest() {
    f.authenticator =
        (login, answer) ->
            answer.accept(
                user == null
                    ? ConnectionFixture.LET_IN
                    : Verdict.allow(ClientIdentity.of(user, "password", "tcp")));
  }

  @AfterEach
  void close() {
    f.close();
  }

  /** Begins with a packet that the turn has no room for. */
  private FilterPackets.Work begin(Connection connection, int bytes) {
    f.loop.budget().spend(TurnBudget.PER_TURN);
    assertThat(packets.hasRoom(connection, bytes)).isTrue();
    FilterPackets.Work work = packets.begin(connection, bytes);
    work.each(3, this::step, () -> done.add(-1));
    return work;
  }

  private boolean step(int i) {
    done.add(i);
    return i != 1;
  }

  @Test
  void whatATurnHasRoomForIsNeverCounted() {
    packets.begin(first, LARGE).each(1, this::step, () -> done.add(-1));
    assertThat(done).containsExactly(0, -1);
    assertThat(budget.held()).isZero();
    assertThat(first.gate().isShut()).isFalse();
  }

  @Test
  void whatWaitsCountsUntilItIsDone() {
    var work = begin(first, LARGE);
    assertThat(done).containsExactly(0);
    assertThat(first.gate().isShutFor(ReadGate.PACKET)).isTrue();
    assertThat(budget.held()).isGreaterThan(1_000 * 96 + LARGE);
    f.loops.runAll();
    assertThat(done).as("somebody is asked").containsExactly(0, 1);
    assertThat(budget.held()).isPositive();
    work.run();
    assertThat(done).containsExactly(0, 1, 2, -1);
    assertThat(budget.held()).isZero();
    assertThat(first.gate().isShut()).isFalse();
  }

  @Test
  void oneLargePacketGoesAheadWhateverItCostsAndTheNextWaitsForIt() {
    var work = begin(first, 100 * LARGE);
    assertThat(budget.held()).isGreaterThan(1_000_000);
    assertThat(packets.hasRoom(second, LARGE)).isFalse();
    assertThat(second.gate().isShutFor(ReadGate.LAG)).isTrue();
    f.loops.runAll();
    f.context.pausedPublishers().look();
    assertThat(second.gate().isShut()).isTrue();
    work.run();
    f.context.pausedPublishers().look();
    assertThat(second.gate().isShut()).isFalse();
    assertThat(packets.hasRoom(second, LARGE)).isTrue();
  }

  @Test
  void aSmallPacketDoesNotWaitForLargeOnes() {
    begin(first, 100 * LARGE);
    assertThat(packets.hasRoom(second, SMALL)).isTrue();
    assertThat(second.gate().isShut()).isFalse();
  }

  @Test
  void oneAccountHasHalfOfTheRoomForSmallOnes() {
    assertThat(fill("a")).isBetween(45_000L, 50_000L);
    user = "another";
    long two = fill("b");
    assertThat(two).isBetween(95_000L, 100_000L);
    user = "third";
    assertThat(fill("c")).isEqualTo(two);
  }

  /** Has connections of one account begin with small packets until there is no room. */
  private long fill(String name) {
    for (int i = 0; packets.hasRoom(f.connected(5, name + i).connection, SMALL); i++) {
      begin(f.connected(5, name + "-" + i).connection, SMALL);
    }
    return budget.held();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itCountsUntilItsTurnComesThoughTheClientIsGone(boolean isAsked) {
    var work = begin(first, LARGE);
    if (isAsked) {
      f.loops.runAll();
    }
    first.terminate(false, 0);
    assertThat(budget.held()).isPositive();
    if (isAsked) {
      work.run();
    } else {
      f.loops.runAll();
    }
    assertThat(done).containsExactly(isAsked ? new Integer[] {0, 1} : new Integer[] {0});
    assertThat(budget.held()).isZero();
  }

  @Test
  void whatFailsLaterIsGivenBack() {
    f.loop.budget().spend(TurnBudget.PER_TURN);
    packets
        .begin(first, LARGE)
        .each(
            3,
            i -> {
              if (i == 1) {
                throw new IllegalStateException("as the test wants it");
              }
              return true;
            },
            () -> done.add(-1));
    f.loops.runAll();
    assertThat(budget.held()).isZero();
    assertThat(first.isConnected()).isFalse();
    assertThat(done).isEmpty();
  }

  @Test
  void aPacketThatWaitsIsHandledAsSoonAsThereIsRoom() {
    // 2,000 filters take two turns, and cost more than there is room for.
    String large = packet(2_000, 1);
    try (ConnectionFixture small = new ConnectionFixture(1 << 27)) {
      List<ConnectionFixture.Client> clients =
          List.of(small.connected(4, "a"), small.connected(4, "b"), small.connected(4, "c"));
      clients.forEach(each -> each.channel.writeInbound(Bytes.hex(large)));
      assertThat(clients.get(0).connection.gate().isShutFor(ReadGate.PACKET)).isTrue();
      for (var waiting : clients.subList(1, 3)) {
        assertThat(waiting.connection.decoder().keepsSome()).as("undecoded").isTrue();
      }
      clients.get(2).channel.writeInbound(Bytes.hex("c000"));
      String answer = "90d20f0001" + "00".repeat(2_000);
      assertThat(clients.get(0).got()).isEqualTo(answer);
      small.context.pausedPublishers().look();
      assertThat(clients.get(1).got()).isEqualTo(answer);
      small.context.pausedPublishers().look();
      assertThat(clients.get(2).got()).isEqualTo(answer + "d000");
    }
  }

  /** SUBSCRIBE of MQTT 3.1.1. */
  private static String packet(int filters, int packetId) {
    Bytes body = Bytes.of().u16(packetId);
    for (int i = 0; i < filters; i++) {
      body.text(String.format("%04d", i)).u8(0);
    }
    return Bytes.hex(Bytes.packet(0x82, body.buf()));
  }
}
