package io.nanomq.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.MqttConf.Rates;
import io.nanomq.it.Limits;
import io.nanomq.metrics.DropReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RateWatchTest {
  /** PUBLISH of MQTT 3.1.1 to {@code t} at QoS 1, packet identifier 1. */
  private static final String PUBLISH = "32050001740001";

  private static final String PUBACK = "40020001";
  private static final String PING = "c000";
  private static final String PONG = "d000";

  private final ConnectionFixture f = new ConnectionFixture();

  @AfterEach
  void close() {
    f.close();
  }

  private void limit(long messages, long bytes, boolean disconnects) {
    f.conf = Limits.with("rates", new Rates(messages, bytes, 0, disconnects));
  }

  private static boolean reads(ConnectionFixture.Client client) {
    return client.channel.config().isAutoRead();
  }

  @Test
  void whereNothingIsBoundNothingIsCounted() {
    var client = f.connected(4, "c").send(PUBLISH + PING);
    assertThat(client.got()).isEqualTo(PUBACK + PONG);
    assertThat(client.connection.gate().isMetered()).isFalse();
  }

  @Test
  void whoSendsMoreWaits() {
    limit(2, 0, false);
    var client = f.connected(4, "c").send(PUBLISH.repeat(5) + PING);
    // Two are a second's worth, the third is what makes it wait.
    assertThat(client.got()).isEqualTo(PUBACK.repeat(3));
    assertThat(reads(client)).isFalse();
    assertThat(f.loop.counters().drops(DropReason.RATE_LIMIT)).isEqualTo(1);
    f.loops.advance(400);
    assertThat(client.got()).isEmpty();
    f.loops.advance(200);
    assertThat(client.got()).isEqualTo(PUBACK);
    f.loops.advance(1_200);
    assertThat(client.got()).isEqualTo(PUBACK + PONG);
    assertThat(reads(client)).isTrue();
  }

  @Test
  void bytesOfAllPacketsCount() {
    limit(0, 10, false);
    var client = f.connected(4, "c").send(PING.repeat(9));
    assertThat(client.got()).isEqualTo(PONG.repeat(6));
    f.loops.advance(10_000);
    assertThat(client.got()).isEqualTo(PONG.repeat(3));
  }

  @Test
  void orIsDisconnected() {
    limit(2, 0, true);
    var client = f.connected(5, "c").send("3206 0001 74 0001 00".repeat(4));
    assertThat(client.got()).startsWith("4003000110".repeat(3) + "e0").contains("96");
    assertThat(client.isOpen()).isFalse();
    var older = f.connected(4, "older").send(PUBLISH.repeat(4));
    assertThat(older.got()).isEqualTo(PUBACK.repeat(3));
    assertThat(older.isOpen()).isFalse();
  }

  @Test
  void aConnectionThatIsThereIsHeldToWhatComesAndLetGoOfWhatGoes() {
    var client = f.connected(4, "c").send(PUBLISH.repeat(9));
    assertThat(client.got()).isEqualTo(PUBACK.repeat(9));
    limit(1, 0, false);
    client.send(PUBLISH.repeat(9));
    assertThat(client.got()).isEqualTo(PUBACK.repeat(2));
    f.conf = Limits.with();
    f.loops.advance(1_200);
    assertThat(client.got()).isEqualTo(PUBACK.repeat(7));
  }

  @Test
  void waitingIsNoSilence() {
    limit(0, 1, false);
    // Keep alive of two seconds; a packet of twenty bytes is twenty seconds' worth.
    var client = f.client().send("100d 00044d515454 04 02 0002 0001 63");
    assertThat(client.got()).isEqualTo("20020000");
    client.send("3012 0001 74" + "00".repeat(15) + PING);
    f.loops.advance(10_000);
    assertThat(client.isOpen()).isTrue();
    f.loops.advance(10_000);
    assertThat(client.got()).isEqualTo(PONG);
  }

  @Test
  void whoIsGoneIsWaitedForNoMore() {
    limit(1, 0, false);
    var client = f.connected(4, "c").send(PUBLISH.repeat(9));
    client.channel.close();
    client.settle();
    f.loops.advance(20_000);
    assertThat(f.loop.counters().publishesReceived).isEqualTo(2);
    assertThat(f.registry.connectionCount()).isZero();
  }
}
