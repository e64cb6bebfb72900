package io.nanomq.codec;

import static io.nanomq.codec.ReasonCode.MALFORMED_PACKET;
import static io.nanomq.codec.ReasonCode.PROTOCOL_ERROR;
import static io.nanomq.codec.ReasonCode.QUOTA_EXCEEDED;
import static io.nanomq.codec.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.packet.Subscribe;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.Unsubscribe;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubscribeDecoderTest {
  private static final int MAX_FILTERS = 3;

  private static Subscribe subscribe(int version, ByteBuf body) {
    return SubscribeDecoder.subscribe(body, 2, version, MAX_FILTERS, 100);
  }

  private static Unsubscribe unsubscribe(int version, ByteBuf body) {
    return SubscribeDecoder.unsubscribe(body, 2, version, MAX_FILTERS, 100);
  }

  private static Bytes v5(Consumer<Bytes> properties) {
    return Bytes.of().u16(10).properties(properties);
  }

  private static Bytes v5() {
    return v5(p -> {});
  }

  private static Subscription plain(String filter, int qos) {
    return new Subscription(filter, qos, false, false, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void beforeMqtt5ThereAreFiltersAndQos(int version) {
    Subscribe packet =
        subscribe(
            version, Bytes.of().u16(9).text("a/#").u8(0).text("+").u8(1).text("/").u8(2).buf());
    assertThat(packet.packetId()).isEqualTo(9);
    assertThat(packet.subscriptions())
        .containsExactly(plain("a/#", 0), plain("+", 1), plain("/", 2));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 0x80, 0x0C, 0xFF})
  void beforeMqtt5TheOptionsAreAQosAndNothingElse(int options) {
    assertRejected(
        MALFORMED_PACKET, () -> subscribe(4, Bytes.of().u16(9).text("a").u8(options).buf()));
  }

  @Test
  void everyOptionOfMqtt5() {
    for (int options = 0; options < 64; options++) {
      int qos = options & 3;
      int handling = options >> 4;
      if (qos < 3 && handling < 3) {
        Subscribe packet = subscribe(5, v5().text("a").u8(options).buf());
        assertThat(packet.subscriptions())
            .containsExactly(
                new Subscription("a", qos, (options & 4) != 0, (options & 8) != 0, handling, 0));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0x03, PROTOCOL_ERROR",
    "0x40, MALFORMED_PACKET",
    "0x80, MALFORMED_PACKET",
    "0xC1, MALFORMED_PACKET",
    "0x30, PROTOCOL_ERROR",
    "0x32, PROTOCOL_ERROR"
  })
  void optionsThatAreReserved(int options, ReasonCode reason) {
    assertRejected(reason, () -> subscribe(5, v5().text("a").u8(options).buf()));
  }

  @Test
  void noLocalOnASharedSubscriptionIsAProtocolError() {
    assertRejected(PROTOCOL_ERROR, () -> subscribe(5, v5().text("$share/g/a").u8(4).buf()));
    assertThat(subscribe(5, v5().text("$share/g/a").u8(1).buf()).subscriptions())
        .containsExactly(plain("$share/g/a", 1));
  }

  @Test
  void theIdentifierBelongsToEveryFilterOfThePacket() {
    ByteBuf body =
        v5(p -> p.u8(0x0B).varInt(VarInt.MAX).u8(0x26).text("k").text("v"))
            .text("a")
            .u8(0)
            .text("b")
            .u8(1)
            .buf();
    assertThat(subscribe(5, body).subscriptions())
        .extracting(Subscription::identifier)
        .containsExactly(VarInt.MAX, VarInt.MAX);
  }

  @ParameterizedTest
  @CsvSource({
    "0b00, PROTOCOL_ERROR",
    "0b01 0b02, PROTOCOL_ERROR",
    "0b, MALFORMED_PACKET",
    "0bffffffff01, MALFORMED_PACKET",
    "0b8000, MALFORMED_PACKET",
    "1f000161, MALFORMED_PACKET",
    "230001, MALFORMED_PACKET",
    "26000161, MALFORMED_PACKET"
  })
  void propertiesThatAreNotAllowed(String properties, ReasonCode reason) {
    assertRejected(reason, () -> subscribe(5, v5(p -> p.raw(properties)).buf()));
  }

  @Test
  void anIdentifierThatReachesIntoTheFiltersIsMalformed() {
    ByteBuf body = Bytes.of().u16(10).raw("02 0b ff").text("a").u8(0).buf();
    assertRejected(MALFORMED_PACKET, () -> subscribe(5, body));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "00", "0000", "0000 000161 00", "000a 0001", "000a 000161", "000a 0001ff 00"})
  void whatIsCutOffOrIllFormedIsMalformed(String body) {
    assertRejected(MALFORMED_PACKET, () -> subscribe(4, Bytes.hex(body)));
  }

  @Test
  void aPacketWithoutFiltersIsAProtocolError() {
    assertRejected(PROTOCOL_ERROR, () -> subscribe(4, Bytes.hex("000a")));
    assertRejected(PROTOCOL_ERROR, () -> subscribe(5, Bytes.hex("000a00")));
    assertRejected(PROTOCOL_ERROR, () -> unsubscribe(4, Bytes.hex("000a")));
    assertRejected(PROTOCOL_ERROR, () -> unsubscribe(5, Bytes.hex("000a00")));
  }

  @Test
  void moreFiltersThanAllowedAreRefused() {
    Bytes subscribe = Bytes.of().u16(1);
    Bytes unsubscribe = Bytes.of().u16(1);
    for (int i = 0; i <= MAX_FILTERS; i++) {
      subscribe.text("a").u8(0);
      unsubscribe.text("a");
    }
    assertRejected(QUOTA_EXCEEDED, () -> subscribe(4, subscribe.buf()));
    assertRejected(QUOTA_EXCEEDED, () -> unsubscribe(4, unsubscribe.buf()));
  }

  @Test
  void headerFlagsAreTwoAndMqtt31MayMarkARepetition() {
    for (int flags = 0; flags < 16; flags++) {
      for (int version = 3; version <= 5; version++) {
        int f = flags;
        int v = version;
        String properties = version == 5 ? "00" : "";
        ByteBuf sub = Bytes.hex("000a" + properties + "00016100");
        ByteBuf unsub = Bytes.hex("000a" + properties + "000161");
        if (flags == 2 || flags == 10 && version == 3) {
          assertThat(SubscribeDecoder.subscribe(sub, f, v, 1, 9).packetId()).isEqualTo(10);
          assertThat(SubscribeDecoder.unsubscribe(unsub, f, v, 1, 9).packetId()).isEqualTo(10);
        } else {
          assertRejected(MALFORMED_PACKET, () -> SubscribeDecoder.subscribe(sub, f, v, 1, 9));
          assertRejected(MALFORMED_PACKET, () -> SubscribeDecoder.unsubscribe(unsub, f, v, 1, 9));
        }
      }
    }
  }

  @Test
  void aFilterHasAtLeastOneCharacter() {
    assertRejected(
        MALFORMED_PACKET, () -> unsubscribe(4, Bytes.of().u16(7).text("a").text("").buf()));
    assertRejected(MALFORMED_PACKET, () -> unsubscribe(5, v5(p -> {}).text("").buf()));
  }

  @Test
  void unsubscribeNamesFilters() {
    assertThat(unsubscribe(4, Bytes.of().u16(7).text("a/#").text("b").buf()))
        .isEqualTo(new Unsubscribe(7, java.util.List.of("a/#", "b")));
    ByteBuf body = v5(p -> p.u8(0x26).text("k").text("v")).text("b").buf();
    assertThat(unsubscribe(5, body).filters()).containsExactly("b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0b01", "1f000161", "26000161"})
  void unsubscribeMayHaveUserPropertiesOnly(String properties) {
    assertRejected(
        MALFORMED_PACKET, () -> unsubscribe(5, v5(p -> p.raw(properties)).text("b").buf()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0000", "000a 00", "000a 0002 61", "000a 0001 00"})
  void anUnsubscribeThatIsCutOffOrIllFormedIsMalformed(String body) {
    assertRejected(MALFORMED_PACKET, () -> unsubscribe(4, Bytes.hex(body)));
  }
}
