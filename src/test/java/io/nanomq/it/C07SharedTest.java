package io.nanomq.it;

import static io.nanomq.config.model.ShareStrategy.HASH_CLIENTID;
import static io.nanomq.config.model.ShareStrategy.HASH_TOPIC;
import static io.nanomq.config.model.ShareStrategy.LEAST_INFLIGHT;
import static io.nanomq.config.model.ShareStrategy.STICKY;
import static io.nanomq.it.TestBroker.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Copy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shared subscriptions over both loops. */
@Timeout(60)
class C07SharedTest {
  private static final int MESSAGES = 1_000;

  private final TestBroker broker = TestBroker.start(Limits.with("queues.length", 10_000));

  @AfterEach
  void stop() {
    broker.close();
  }

  private RawClient member(int version, String clientId, String group) {
    RawClient client = broker.raw(version).connected(clientId, true);
    client.subscribe(1, "$share/" + group + "/work/#", 1);
    assertThat(client.receive(9).body()[version == 5 ? 3 : 2]).isEqualTo((byte) 1);
    return client;
  }

  private void publish(int count) {
    try (RawClient publisher = broker.raw(4).connected("publisher", true)) {
      publish(publisher, 0, count);
    }
  }

  private static void publish(RawClient publisher, int from, int count) {
    publisher.hold();
    for (int i = from; i < from + count; i++) {
      publisher.publish("work/x", 1, 1 + i, Integer.toString(i).getBytes(StandardCharsets.UTF_8));
    }
    publisher.release();
    for (int i = 0; i < count; i++) {
      publisher.receive(4);
    }
  }

  /** What a member has got so far, acknowledged. */
  private static List<Integer> take(RawClient member, int version) {
    List<Integer> taken = new ArrayList<>();
    member.send(0xC0, 0);
    for (var packet = member.receive(); packet.type() != 13; packet = member.receive()) {
      taken.add(Integer.valueOf(packet.payload(version)));
      member.acknowledge(4, packet.publishId());
    }
    return taken;
  }

  private void awaitEverywhere() {
    // Hand-offs to the other loop are under way until that loop has done a task of its own.
    broker.broker().counters().toCompletableFuture().join();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5})
  void eachMessageGoesToOneMemberOfEachGroup(int version) {
    try (RawClient a = member(version, "a", "g");
        RawClient b = member(version, "b", "g");
        RawClient c = member(version, "c", "g");
        RawClient other = member(version, "other", "h")) {
      publish(MESSAGES);
      awaitEverywhere();
      Set<Integer> all = new TreeSet<>();
      for (RawClient member : List.of(a, b, c)) {
        List<Integer> taken = take(member, version);
        assertThat(taken).isSorted().hasSizeBetween(MESSAGES / 5, MESSAGES / 2);
        taken.forEach(i -> assertThat(all.add(i)).as("message %d twice", i).isTrue());
      }
      assertThat(all).hasSize(MESSAGES);
      assertThat(take(other, version)).hasSize(MESSAGES).isSorted();
    }
  }

  @Test
  void ordinarySubscribersGetTheirCopyBesides() {
    try (RawClient member = member(4, "member", "g");
        RawClient plain = broker.raw(4).connected("plain", true)) {
      plain.subscribe(1, "work/x", 1);
      plain.receive(9);
      publish(10);
      awaitEverywhere();
      assertThat(take(member, 4)).hasSize(10);
      assertThat(take(plain, 4)).hasSize(10);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatAMemberLeavesUnacknowledgedGoesToTheOthers(boolean sameLoop) {
    try (RawClient publisher = broker.rawOn(0, "publisher");
        RawClient stays = broker.rawOn(0, "stays")) {
      RawClient leaves = broker.rawOn(sameLoop ? 0 : 1, "leaves");
      for (RawClient member : List.of(stays, leaves)) {
        member.subscribe(1, "$share/g/work/#", 1);
        member.receive(9);
      }
      publish(publisher, 0, MESSAGES);
      awaitEverywhere();
      List<Integer> first = take(stays, 4);
      assertThat(first).hasSizeBetween(MESSAGES / 4, MESSAGES * 3 / 4);
      // It got its part, too, but never acknowledged one.
      leaves.receive(3);
      leaves.reset();
      broker.awaitConnections(2);
      // The end of the session hands over in batches, the last one as its loop's turn ends.
      List<Integer> second = new ArrayList<>();
      soon()
          .until(
              () -> {
                second.addAll(take(stays, 4));
                return second.size() >= MESSAGES - first.size();
              });
      Set<Integer> all = new TreeSet<>(first);
      all.addAll(second);
      assertThat(second).hasSize(MESSAGES - first.size());
      assertThat(all).hasSize(MESSAGES);
    }
  }

  @Test
  void nothingIsLostWhileMembersComeAndGo() {
    try (RawClient publisher = broker.rawOn(0, "publisher");
        RawClient stays = broker.rawOn(1, "stays")) {
      stays.subscribe(1, "$share/g/work/#", 1);
      stays.receive(9);
      Set<Integer> all = new TreeSet<>();
      for (int round = 0; round < 40; round++) {
        RawClient brief = broker.rawOn(round & 1, "brief");
        brief.subscribe(1, "$share/g/work/#", 1);
        brief.receive(9);
        publisher.hold();
        for (int i = round * 50; i < round * 50 + 50; i++) {
          byte[] payload = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
          publisher.publish("work/x", 1, 1 + i, payload);
        }
        publisher.release();
        brief.reset();
        for (int i = 0; i < 50; i++) {
          publisher.receive(4);
        }
        broker.awaitConnections(2);
        awaitEverywhere();
        all.addAll(take(stays, 4));
      }
      TestBroker.soon()
          .until(
              () -> {
                all.addAll(take(stays, 4));
                return all.size() == 40 * 50;
              });
    }
  }

  @Test
  void membersThatAreConnectedComeFirst() {
    RawClient away = broker.raw(4).connected("away", false);
    away.subscribe(1, "$share/g/work/#", 1).receive(9);
    away.close();
    broker.awaitConnections(0);
    try (RawClient here = member(4, "here", "g")) {
      publish(100);
      awaitEverywhere();
      assertThat(take(here, 4)).hasSize(100);
    }
    broker.awaitConnections(0);
    publish(10);
    try (RawClient back = broker.raw(4).connect("away", false, 0)) {
      back.receive(2);
      assertThat(take(back, 4)).hasSize(10);
    }
  }

  @Test
  void aStrategyHoldsFromTheNextMessageOn() {
    try (RawClient a = member(5, "a", "g");
        RawClient b = member(5, "b", "g")) {
      List<RawClient> members = List.of(a, b);
      publish(100);
      awaitEverywhere();
      assertThat(members).allSatisfy(member -> assertThat(take(member, 5)).hasSize(50));
      for (var strategy : List.of(STICKY, HASH_CLIENTID, HASH_TOPIC)) {
        broker.apply(
            conf ->
                Copy.of(conf, "mqtt", Limits.with("queues.length", 10_000, "shares", strategy)));
        publish(100);
        awaitEverywhere();
        assertThat(members.stream().map(member -> take(member, 5).size()).sorted())
            .as(strategy.name())
            .containsExactly(0, 100);
      }
      broker.apply(
          conf ->
              Copy.of(
                  conf, "mqtt", Limits.with("queues.length", 10_000, "shares", LEAST_INFLIGHT)));
      // Until what they have acknowledged is in flight no more.
      assertThat(members).allSatisfy(member -> assertThat(take(member, 5)).isEmpty());
      publish(100);
      awaitEverywhere();
      assertThat(members).allSatisfy(member -> assertThat(take(member, 5)).hasSizeBetween(40, 60));
    }
  }

  @Test
  void retainedMessagesAreNotReplayedToGroups() {
    try (Hive publisher = Hive.connected(broker, "publisher")) {
      publisher.publish("work/kept", 1, "kept", true);
      try (RawClient member = member(5, "member", "g")) {
        member.assertNothingMore();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"$share/g", "$share/g/", "$share//a", "$share/+/a", "$share/g#/a"})
  void groupsThatAreNoneAreRefused(String filter) {
    try (RawClient client = broker.raw(5).connected("bad", true)) {
      client.subscribe(1, filter, 0);
      assertThat(client.receive(9).at(3)).isEqualTo(0x8F);
    }
  }

  @Test
  void noLocalWithAGroupIsAProtocolError() {
    try (RawClient client = broker.raw(5).connected("local", true)) {
      client.subscribe(1, "$share/g/a", 4);
      assertThat(client.receive(14).at(0)).isEqualTo(0x82);
    }
  }
}
