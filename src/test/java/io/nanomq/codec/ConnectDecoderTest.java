package io.nanomq.codec;

import static io.nanomq.codec.ReasonCode.MALFORMED_PACKET;
import static io.nanomq.codec.ReasonCode.PACKET_TOO_LARGE;
import static io.nanomq.codec.ReasonCode.PROTOCOL_ERROR;
import static io.nanomq.codec.ReasonCode.TOPIC_NAME_INVALID;
import static io.nanomq.codec.ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import io.nanomq.packet.Connect;
import io.nanomq.packet.ConnectProperties;
import io.nanomq.packet.Will;
import io.netty.buffer.ByteBuf;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectDecoderTest {
  private static final int MAX_PROPERTY = 100;

  private static Connect decode(ByteBuf body) {
    Connect connect = ConnectDecoder.decode(body, 0, MAX_PROPERTY);
    assertThat(body.isReadable()).isFalse();
    return connect;
  }

  private static void assertRefused(ReasonCode reason, int version, ByteBuf body) {
    var refused = catchThrowableOfType(ConnectDecoder.ConnectError.class, () -> decode(body));
    assertThat(refused).isNotNull();
    assertThat(refused.error().reason()).as(refused.getMessage()).isEqualTo(reason);
    assertThat(refused.version()).isEqualTo(version);
  }

  private static Bytes header(int version, int flags) {
    Bytes bytes = version == 3 ? Bytes.of().text("MQIsdp") : Bytes.of().text("MQTT");
    return bytes.u8(version).u8(flags).u16(60);
  }

  /** A CONNECT of MQTT 5 with nothing but these properties. */
  private static ByteBuf with(Consumer<Bytes> properties) {
    return header(5, 2).properties(properties).text("c").buf();
  }

  private static ByteBuf withWill(int flags, Consumer<Bytes> properties) {
    return header(5, flags | 4)
        .properties(p -> {})
        .text("c")
        .properties(properties)
        .text("w/t")
        .binary((byte) 1, (byte) 0)
        .buf();
  }

  // ---- MQTT 3.1 and 3.1.1

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void theSmallestOneBeforeMqtt5(int version) {
    Connect c = decode(header(version, 2).text("me").buf());
    assertThat(c)
        .isEqualTo(new Connect(version, "me", true, 60, null, null, null, ConnectProperties.NONE));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void everyFieldBeforeMqtt5(int version) {
    Connect c =
        decode(
            header(version, 0xF4)
                .text("me")
                .text("will/topic")
                .binary((byte) 0, (byte) 0xFF)
                .text("user")
                .binary((byte) 0xC0, (byte) 0)
                .buf());
    assertThat(c.cleanStart()).isFalse();
    assertThat(c.sessionExpirySeconds()).isEqualTo(Connect.NEVER_EXPIRES);
    assertThat(c.username()).isEqualTo("user");
    assertThat(c.password()).containsExactly(0xC0, 0);
    Will will = c.will();
    assertThat(will.topic().text()).isEqualTo("will/topic");
    assertThat(will.payload()).containsExactly(0, 0xFF);
    assertThat(will.properties()).isEmpty();
    assertThat(will.qos()).isEqualTo(2);
    assertThat(will.retain()).isTrue();
    assertThat(will.delaySeconds()).isZero();
    assertThat(will.expirySeconds()).isEqualTo(-1);
  }

  @Test
  void aBridgeThatMarksItselfIsServed() {
    assertThat(decode(Bytes.of().text("MQIsdp").u8(0x83).u8(2).u16(0).text("b").buf()).version())
        .isEqualTo(3);
    Connect bridge = decode(header(0x84, 2).text("b").buf());
    assertThat(bridge.version()).isEqualTo(4);
    assertThat(bridge.isBridge()).isTrue();
    assertThat(decode(header(4, 2).text("b").buf()).isBridge()).isFalse();
  }

  @Test
  void theReservedFlagIsOfNoConcernToMqtt31() {
    assertThat(decode(header(3, 3).text("c").buf()).cleanStart()).isTrue();
    assertRefused(MALFORMED_PACKET, 4, header(4, 3).text("c").buf());
  }

  @Test
  void aPasswordNeedsAUserNameBeforeMqtt5Only() {
    assertRefused(MALFORMED_PACKET, 4, header(4, 0x42).text("c").text("pw").buf());
    Connect c = decode(header(5, 0x42).properties(p -> {}).text("c").text("pw").buf());
    assertThat(c.username()).isNull();
    assertThat(c.password()).isNotNull();
  }

  // ---- versions

  @ParameterizedTest
  @CsvSource({"0, 4", "3, 4", "6, 5", "127, 5", "128, 4", "131, 4", "133, 4", "255, 4"})
  void otherLevelsAreAnsweredInTheNearestVersion(int level, int answered) {
    ByteBuf body = Bytes.of().text("MQTT").u8(level).u8(2).u16(0).text("c").buf();
    assertRefused(UNSUPPORTED_PROTOCOL_VERSION, answered, body);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 5})
  void otherLevelsOfTheOldName(int level) {
    ByteBuf body = Bytes.of().text("MQIsdp").u8(level).u8(2).u16(0).text("c").buf();
    assertRefused(UNSUPPORTED_PROTOCOL_VERSION, 3, body);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "mqtt", "MQTTX", "HTTP"})
  void whatIsNotMqttHasNoVersionToAnswerIn(String name) {
    assertRefused(MALFORMED_PACKET, 0, Bytes.of().text(name).u8(4).u8(2).u16(0).text("c").buf());
  }

  // ---- malformed

  static Stream<ByteBuf> whole() {
    return Stream.of(
        header(3, 0xC6).text("c").text("t").text("p").text("u").text("pw").buf(),
        header(4, 0xC6).text("c").text("t").text("p").text("u").text("pw").buf(),
        header(5, 0xC6)
            .properties(p -> p.u8(0x11).u32(5).u8(0x26).text("k").text("v"))
            .text("c")
            .properties(p -> p.u8(0x18).u32(5).u8(3).text("text/plain"))
            .text("t")
            .text("p")
            .text("u")
            .text("pw")
            .buf());
  }

  @ParameterizedTest
  @MethodSource("whole")
  void whereverItIsCutOffItIsMalformed(ByteBuf whole) {
    int version = decode(whole.duplicate()).version();
    for (int length = 0; length < whole.readableBytes(); length++) {
      int afterLevel = version == 3 ? 9 : 7;
      assertRefused(MALFORMED_PACKET, length < afterLevel ? 0 : version, whole.slice(0, length));
    }
  }

  @ParameterizedTest
  @MethodSource("whole")
  void nothingMayStandBehindTheLastField(ByteBuf whole) {
    int version = decode(whole.duplicate()).version();
    assertRefused(MALFORMED_PACKET, version, Bytes.of().raw(Bytes.hex(whole)).u8(0).buf());
  }

  @Test
  void headerFlagsAreMalformed() {
    for (int flags = 1; flags < 16; flags++) {
      int f = flags;
      var refused =
          catchThrowableOfType(
              ConnectDecoder.ConnectError.class,
              () -> ConnectDecoder.decode(header(4, 2).text("c").buf(), f, MAX_PROPERTY));
      assertThat(refused.error().reason()).isEqualTo(MALFORMED_PACKET);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0x0A, 0x12, 0x1A, 0x22, 0x3A, 0x1E, 0x3E})
  void willFlagsThatContradictEachOtherAreMalformed(int flags) {
    ByteBuf v4 = header(4, flags).text("c").text("t").text("p").buf();
    assertRefused(MALFORMED_PACKET, 4, v4);
  }

  @Test
  void textThatIsNotUtf8IsMalformed() {
    assertRefused(MALFORMED_PACKET, 4, header(4, 2).binary((byte) 0xFF).buf());
    assertRefused(MALFORMED_PACKET, 4, header(4, 2).binary((byte) 'a', (byte) 0).buf());
    assertRefused(MALFORMED_PACKET, 4, header(4, 0x82).text("c").binary((byte) 0xC3).buf());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/+", "#"})
  void aWillTopicMustBeALegalName(String topic) {
    assertRefused(TOPIC_NAME_INVALID, 4, header(4, 6).text("c").text(topic).text("p").buf());
  }

  // ---- MQTT 5 properties

  @Test
  void withoutPropertiesTheDefaultsOfTheSpecificationHold() {
    Connect c = decode(header(5, 0).properties(p -> {}).text("").buf());
    assertThat(c)
        .isEqualTo(new Connect(5, "", false, 60, null, null, null, ConnectProperties.NONE));
  }

  @Test
  void everyPropertyIsRead() {
    Connect c =
        decode(
            with(
                p ->
                    p.u8(0x11)
                        .u32(0xFFFF_FFFFL)
                        .u8(0x21)
                        .u16(10)
                        .u8(0x27)
                        .u32(2_000)
                        .u8(0x22)
                        .u16(7)
                        .u8(0x19)
                        .u8(1)
                        .u8(0x17)
                        .u8(0)
                        .u8(0x26)
                        .text("k")
                        .text("v")
                        .u8(0x26)
                        .text("k")
                        .text("w")
                        .u8(0x15)
                        .text("SCRAM")
                        .u8(0x16)
                        .binary((byte) 1)));
    assertThat(c.sessionExpirySeconds()).isEqualTo(Connect.NEVER_EXPIRES);
    assertThat(c.receiveMaximum()).isEqualTo(10);
    assertThat(c.maximumPacketSize()).isEqualTo(2_000);
    assertThat(c.topicAliasMaximum()).isEqualTo(7);
    assertThat(c.requestResponseInformation()).isTrue();
    assertThat(c.requestProblemInformation()).isFalse();
    assertThat(c.authenticationMethod()).isEqualTo("SCRAM");
  }

  @Test
  void aPacketSizeThatNoIntHoldsIsNoBound() {
    assertThat(decode(with(p -> p.u8(0x27).u32(0xFFFF_FFFFL))).maximumPacketSize())
        .isEqualTo(Integer.MAX_VALUE);
  }

  static Stream<String> onceOnly() {
    return Stream.of(
        "1100000001", "210001", "2700000001", "220001", "1901", "1701", "15000161", "16000161");
  }

  @ParameterizedTest
  @MethodSource("onceOnly")
  void aPropertyThatStandsThereTwiceIsAProtocolError(String property) {
    String method = property.startsWith("16") ? "15000161" : "";
    assertThat(decode(with(p -> p.raw(method + property))).version()).isEqualTo(5);
    assertRefused(PROTOCOL_ERROR, 5, with(p -> p.raw(method + property + property)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"210000", "2700000000", "1902", "17ff", "16000161"})
  void valuesThatMustNotBeAreAProtocolError(String property) {
    assertRefused(PROTOCOL_ERROR, 5, with(p -> p.raw(property)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0101",
        "0200000001",
        "03000161",
        "08000161",
        "0b01",
        "12000161",
        "130001",
        "1800000001",
        "1a000161",
        "1c000161",
        "1f000161",
        "230001",
        "2401",
        "2501",
        "2801",
        "00",
        "7f",
        "ff"
      })
  void propertiesOfOtherPacketsAreMalformed(String property) {
    assertRefused(MALFORMED_PACKET, 5, with(p -> p.raw(property)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"11", "110000", "21", "2100", "27000000", "19", "15", "1500", "150002ff"})
  void propertiesThatAreCutOffAreMalformed(String property) {
    ByteBuf body = header(5, 2).properties(p -> p.raw(property)).buf();
    assertRefused(MALFORMED_PACKET, 5, body);
  }

  @Test
  void aPropertyThatReachesBeyondItsSectionIsMalformed() {
    // The section says 4 bytes; the method would end in the client identifier.
    assertRefused(MALFORMED_PACKET, 5, header(5, 2).raw("04 15 0003 61").text("cc").buf());
    // A 2-byte value with 1 byte left in the section.
    assertRefused(MALFORMED_PACKET, 5, header(5, 2).raw("02 21 00").text("cc").buf());
  }

  @ParameterizedTest
  @ValueSource(ints = {0x15, 0x16, 0x26})
  void aValueBeyondTheLimitIsTooLarge(int property) {
    String most = "x".repeat(MAX_PROPERTY);
    assertRefused(PACKET_TOO_LARGE, 5, with(p -> p.u8(property).text(most + "x").text("")));
    assertThat(decode(with(p -> p.u8(0x26).text(most).text(most))).version()).isEqualTo(5);
  }

  // ---- will properties

  @Test
  void willPropertiesAreReadOrKeptToBePassedOn() {
    String passedOn = "0101 0800 0372 2f74 0900 020009 2600 016b 0001 76 0300 0474 6578 74";
    Will will =
        decode(
                withWill(
                    0x28,
                    p -> p.u8(0x18).u32(30).raw(passedOn).u8(2).u32(60).raw("2600016b000177")))
            .will();
    assertThat(will.qos()).isEqualTo(1);
    assertThat(will.retain()).isTrue();
    assertThat(will.delaySeconds()).isEqualTo(30);
    assertThat(will.expirySeconds()).isEqualTo(60);
    assertThat(will.payload()).containsExactly(1, 0);
    assertThat(will.properties()).isEqualTo(Bytes.of().raw(passedOn).raw("2600016b000177").array());
  }

  @ParameterizedTest
  @CsvSource({
    "0102, PROTOCOL_ERROR",
    "01010101, PROTOCOL_ERROR",
    "18000000011800000001, PROTOCOL_ERROR",
    "080001 23, PROTOCOL_ERROR",
    "080001 ff, MALFORMED_PACKET",
    "03000100, MALFORMED_PACKET",
    "1100000001, MALFORMED_PACKET",
    "230001, MALFORMED_PACKET",
    "0b01, MALFORMED_PACKET",
    "180000, MALFORMED_PACKET"
  })
  void willPropertiesThatAreNotAllowed(String properties, ReasonCode reason) {
    assertRefused(reason, 5, withWill(0, p -> p.raw(properties)));
  }

  @Test
  void withoutAWillThereAreNoWillProperties() {
    ByteBuf body = header(5, 2).properties(p -> {}).text("c").properties(p -> {}).buf();
    assertRefused(MALFORMED_PACKET, 5, body);
  }

  @ParameterizedTest
  @ValueSource(strings = {"DEA", "AED", "ADAEA", "DAAE", "A", "D", "ED", ""})
  void propertiesOfTheWillItselfAreLeftOutWhereverTheyStand(String order) {
    var parts = Map.of('D', "1800000001", 'E', "0200000002", 'A', "2600016b000177");
    Bytes sent = Bytes.of();
    order.chars().forEach(part -> sent.raw(parts.get((char) part)));
    Bytes passedOn = Bytes.of();
    order.chars().filter(part -> part == 'A').forEach(part -> passedOn.raw(parts.get('A')));
    byte[] all = sent.array();
    Will will = decode(withWill(0, p -> p.raw(HexFormat.of().formatHex(all)))).will();
    assertThat(will.properties()).isEqualTo(passedOn.array());
    assertThat(will.delaySeconds()).isEqualTo(order.contains("D") ? 1 : 0);
    assertThat(will.expirySeconds()).isEqualTo(order.contains("E") ? 2 : -1);
  }

  /** Clients that come again and again with very many would keep the collector busy. */
  @Test
  void aWillOfManyPropertiesMakesNoMoreGarbageThanItsBytes() {
    ByteBuf body = withWill(0, p -> p.raw("2600016b000177".repeat(5_000)));
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    ConnectDecoder.decode(body.duplicate(), 0, MAX_PROPERTY);
    long before = threads.getCurrentThreadAllocatedBytes();
    ConnectDecoder.decode(body.duplicate(), 0, MAX_PROPERTY);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .isLessThan(body.readableBytes() * 3L / 2);
  }
}
