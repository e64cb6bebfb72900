package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Copy;
import io.nanomq.config.model.MqttConf.Flapping;
import io.nanomq.limit.Ban;
import io.nanomq.metrics.DropReason;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is banned is not let in, and has to go. */
class C20BanTest {
  private static final int BANNED = 0x8A;

  private final TestBroker broker = TestBroker.start();

  @AfterEach
  void close() {
    broker.close();
  }

  private void ban(Ban.Kind kind, String who) {
    var ban = new Ban(kind, who, "admin", "", 0, Ban.FOREVER);
    broker.broker().bans().replace(List.of(ban));
    broker.broker().actions().disconnectBanned(broker.broker().bans()).toCompletableFuture().join();
  }

  @ParameterizedTest
  @CsvSource({
    "CLIENT_ID, bad, true",
    "USERNAME, eve, true",
    "ADDRESS, 127.0.0.1, true",
    "ADDRESS, 127.0.0.0/8, true",
    "CLIENT_ID, eve, false",
    "USERNAME, bad, false",
    "ADDRESS, 10.0.0.0/8, false"
  })
  void whoIsThereGoesAndDoesNotComeBack(Ban.Kind kind, String who, boolean isBanned) {
    try (RawClient client = broker.raw(4).connect("bad", "eve", "x")) {
      assertThat(client.isAccepted()).isTrue();
      ban(kind, who);
      if (isBanned) {
        assertThat(client.isClosedByBroker()).isTrue();
      } else {
        client.assertNothingMore();
      }
    }
    try (RawClient again = broker.raw(4).connect("bad", "eve", "x")) {
      assertThat(again.receive(2).at(1)).isEqualTo(isBanned ? 5 : 0);
    }
  }

  @Test
  void clientsOfMqtt5AreToldWhy() {
    try (RawClient client = broker.raw(5).connected("bad", true)) {
      ban(Ban.Kind.CLIENT_ID, "bad");
      assertThat(client.receive(14).at(0)).isEqualTo(BANNED);
    }
    try (RawClient again = broker.raw(5);
        RawClient other = broker.raw(5).connected("good", true)) {
      assertThat(again.connect("bad", true, 0).receive(2).at(1)).isEqualTo(BANNED);
      other.assertNothingMore();
    }
    var counters = broker.broker().counters().toCompletableFuture().join();
    assertThat(counters.drops(DropReason.BANNED)).isEqualTo(1);
  }

  @Test
  void whoComesTooOftenIsKeptOut() {
    for (int i = 0; i < 4; i++) {
      broker.raw(5).connected("often", true).close();
    }
    broker.apply(
        conf -> Copy.of(conf, "mqtt", Limits.with("flapping", new Flapping(3, 3_600, 3_600))));
    for (int i = 0; i < 3; i++) {
      broker.raw(5).connected("often", true).close();
    }
    for (int i = 0; i < 2; i++) {
      try (RawClient again = broker.raw(5)) {
        assertThat(again.connect("often", true, 0).receive(2).at(1)).isEqualTo(BANNED);
      }
    }
    broker.raw(5).connected("other", true).close();
  }
}
