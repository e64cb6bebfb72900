package io.nanomq.connection;

import static io.nanomq.connection.ConnectionFixture.connect;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.Bytes;
import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.it.Limits;
import io.nanomq.metrics.DropReason;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTest {
  private final ConnectionFixture f = new ConnectionFixture();

  @AfterEach
  void close() {
    f.close();
  }

  private ConnectionFixture.Client withKeepAlive(int version, int seconds) {
    Bytes body = Bytes.of().text("MQTT").u8(version).u8(2).u16(seconds);
    body = version == 5 ? body.u8(0) : body;
    var client = f.client().send(Bytes.hex(Bytes.packet(0x10, body.text("c").buf())));
    client.got();
    return client;
  }

  @Test
  void silenceOfOneAndAHalfKeepAlivesEndsItAndNotLess() {
    var client = withKeepAlive(5, 10);
    f.loops.advance(14_900);
    assertThat(client.isOpen()).isTrue();
    f.loops.advance(300);
    assertThat(client.got()).startsWith("e0").contains("8d");
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void anyPacketStartsTheTimeAnew() {
    var client = withKeepAlive(4, 10);
    for (int i = 0; i < 5; i++) {
      f.loops.advance(14_000);
      client.send("c000");
    }
    assertThat(client.isOpen()).isTrue();
    f.loops.advance(15_200);
    assertThat(client.isOpen()).isFalse();
    assertThat(client.got()).isEqualTo("d000".repeat(5));
  }

  @Test
  void aKeepAliveOf0NeverEndsIt() {
    var client = withKeepAlive(4, 0);
    f.loops.jump(24 * 3_600_000L);
    assertThat(client.isOpen()).isTrue();
  }

  @Test
  void whoNeverSendsConnectIsClosedInTime() {
    f.conf = Limits.with("client.connectTimeoutSeconds", 2);
    var client = f.client().send("10");
    f.loops.advance(1_900);
    assertThat(client.isOpen()).isTrue();
    f.loops.advance(300);
    assertThat(client.isOpen()).isFalse();
    assertThat(client.got()).isEmpty();
  }

  /** The Will is published but after a DISCONNECT with 0x00 [MQTT-3.14.4-3] [MQTT-3.1.2-8]. */
  @ParameterizedTest
  @CsvSource({
    "e000, false",
    "e00100, false",
    "e00104, true",
    "e00198, true",
    // not a reason that a client has; an expiry raised from 0; a packet that is none
    "e0018b, true",
    "e007 00 05 11 0000000a, true",
    "f100, true"
  })
  void theWillIsPublishedUnlessTheClientSaysGoodbye(String last, boolean published) {
    var witness = f.connected(4, "witness").send("8206 0001 0001 77 00");
    witness.got();
    Bytes body = Bytes.of().text("MQTT").u8(5).u8(6).u16(0).u8(0).text("c");
    body.u8(0).text("w").text("x");
    f.client().send(Bytes.hex(Bytes.packet(0x10, body.buf()))).send(last);
    assertThat(witness.got()).isEqualTo(published ? "300400017778" : "");
  }

  @Test
  void theSessionExpiryOfADisconnectHolds() {
    f.client().send(connect("c", "11 00000064")).send("e007 00 05 11 00000001");
    f.loops.advance(800);
    assertThat(f.registry.find("c")).isNotNull();
    f.loops.advance(400);
    assertThat(f.registry.find("c")).isNull();
    f.client().send(connect("c", "11 00000064")).send("e007 00 05 11 00000000");
    assertThat(f.registry.find("c")).isNull();
  }

  @Test
  void whoseSessionIsTakenOverIsToldAndNothingOfTheOtherIsTouched() {
    var first = f.connected(5, "c");
    var second = f.client().send(connect(5, 0, "c", ""));
    assertThat(first.got()).startsWith("e0").contains("8e");
    assertThat(first.isOpen()).isFalse();
    assertThat(second.got()).startsWith("20");
    second.send("c000");
    assertThat(second.got()).isEqualTo("d000");
    assertThat(f.registry.connectionCount()).isEqualTo(1);
  }

  /** Reasons to end before CONNACK are not told: DISCONNECT must not come first [MQTT-3.14.0-1]. */
  @ParameterizedTest
  @ValueSource(strings = {"c000", "e000", "3004000161", "00", "f000", "30ffffffff01"})
  void whatComesInPlaceOfAConnectIsNotAnswered(String bytes) {
    var client = f.client().send(bytes + "00");
    assertThat(client.isOpen()).isFalse();
    assertThat(client.got()).isEmpty();
    assertThat(f.registry.connectionCount()).isZero();
  }

  @Test
  void aListenerThatClosesSaysWhy() {
    var client = f.connected(5, "c");
    var newcomer = f.client();
    var reason = new ProtocolError(ReasonCode.SERVER_SHUTTING_DOWN, "bye");
    client.channel.pipeline().fireUserEventTriggered(reason);
    newcomer.channel.pipeline().fireUserEventTriggered(reason);
    assertThat(client.got()).isEqualTo("e008 8b 06 1f 0003 627965".replace(" ", ""));
    assertThat(newcomer.got()).isEmpty();
    assertThat(newcomer.isOpen()).isFalse();
  }

  @Test
  void aSocketThatBreaksEndsItOnce() {
    var client = f.connected(5, "c");
    client.channel.pipeline().fireExceptionCaught(new IOException("reset"));
    client.channel.pipeline().fireExceptionCaught(new IOException("reset"));
    client.settle();
    client.channel.close();
    assertThat(client.isOpen()).isFalse();
    assertThat(f.registry.connectionCount()).isZero();
    assertThat(f.loop.counters().snapshot().connectionsClosed()).isEqualTo(1);
  }

  @Test
  void nothingBehindABrokenPacketIsRead() {
    var client = f.connected(5, "c").send("8207 0001 00 0001 61 00");
    client.got();
    // A PUBLISH with QoS 3, then a good one.
    client.send("3607 0001 61 0001 00 78 3005 0001 61 00 78");
    assertThat(client.got()).startsWith("e0").doesNotContain("300500");
  }

  @Test
  void whoBeginsAPacketAndDoesNotGoOnIsDisconnected() {
    var client = f.connected(5, "holder");
    client.send("30 904e 0001 61"); // 10,000 bytes are to follow
    f.loops.advance(UnfinishedWatch.GRACE_MILLIS - 1_000);
    assertThat(client.isOpen()).isTrue();
    f.loops.advance(5_000);
    assertThat(client.isOpen()).isFalse();
    assertThat(client.got()).contains("97");
    assertThat(f.loop.counters().drops(DropReason.UNFINISHED)).isEqualTo(1);
  }

  @Test
  void whoGoesOnSlowlyFinishesItsPacket() {
    var client = f.connected(5, "slow");
    client.send("32 904e 0001 61 0007 00");
    String piece = "78".repeat(1_667);
    for (int left = 10_000 - 6; left > 0; left -= 1_667) {
      f.loops.advance(20_000);
      client.send(piece.substring(0, 2 * Math.min(left, 1_667)));
    }
    assertThat(client.got()).startsWith("40");
    f.loops.advance(2 * UnfinishedWatch.GRACE_MILLIS);
    assertThat(client.isOpen()).as("nothing is unfinished").isTrue();
    assertThat(f.loop.counters().drops(DropReason.UNFINISHED)).isZero();
  }
}
