package io.nanomq.codec;

import static io.nanomq.codec.ReasonCode.MALFORMED_PACKET;
import static io.nanomq.codec.ReasonCode.PACKET_TOO_LARGE;
import static io.nanomq.codec.ReasonCode.PROTOCOL_ERROR;
import static io.nanomq.codec.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import net.jqwik.api.ForAll;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PropertyReaderTest {
  private static final long ALL = -1;

  private static PropertyReader reader(String hex, long allowed) {
    return new PropertyReader(Bytes.hex(hex), allowed, 8);
  }

  @Test
  void aSectionMayBeEmpty() {
    ByteBuf in = Bytes.hex("00 ff");
    assertThat(new PropertyReader(in, ALL, 8).next()).isEqualTo(-1);
    assertThat(in.readableBytes()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "01", "80", "05 26000161", "8000"})
  void aSectionLongerThanItsPacketIsMalformed(String hex) {
    assertRejected(MALFORMED_PACKET, () -> reader(hex, ALL));
  }

  @Test
  void valuesAreReadByTheirType() {
    PropertyReader properties =
        reader("1a 01 01 21 ffff 11 ffffffff 0b ffffff7f 15 0002 6869 16 0001 00 17 07", ALL);
    assertThat(properties.next()).isEqualTo(0x01);
    assertThat(properties.readFlag()).isTrue();
    assertThat(properties.next()).isEqualTo(0x21);
    assertThat(properties.readShort()).isEqualTo(65_535);
    assertThat(properties.next()).isEqualTo(0x11);
    assertThat(properties.readInt()).isEqualTo(0xFFFF_FFFFL);
    assertThat(properties.next()).isEqualTo(0x0B);
    assertThat(properties.readVarInt()).isEqualTo(VarInt.MAX);
    assertThat(properties.next()).isEqualTo(0x15);
    assertThat(properties.readString("method")).isEqualTo("hi");
    assertThat(properties.next()).isEqualTo(0x16);
    assertThat(properties.readBinary("data")).containsExactly(0);
    assertThat(properties.next()).isEqualTo(0x17);
    assertRejected(PROTOCOL_ERROR, properties::readFlag);
    assertThat(properties.next()).isEqualTo(-1);
  }

  @Test
  void onlyWhatIsAllowedMayStandThere() {
    assertThat(reader("02 01 00", Property.IN_PUBLISH).next()).isEqualTo(1);
    assertRejected(MALFORMED_PACKET, () -> reader("02 01 00", Property.IN_CONNECT).next());
    assertRejected(MALFORMED_PACKET, () -> reader("01 40", ALL).next());
    assertRejected(MALFORMED_PACKET, () -> reader("01 ff", ALL).next());
  }

  @Test
  void userPropertiesAloneMayComeAgain() {
    PropertyReader again = reader("0a 26 0000 0000 26 0000 0000", ALL);
    again.skipAll();
    PropertyReader twice = reader("04 01 00 01 00", ALL);
    assertThat(twice.next()).isEqualTo(1);
    twice.readByte();
    assertRejected(PROTOCOL_ERROR, twice::next);
  }

  @Test
  void fixedValuesMustFitTheirSection() {
    assertRejected(MALFORMED_PACKET, afterFirst("01 01 00")::readByte);
    assertRejected(MALFORMED_PACKET, afterFirst("02 21 00 01")::readShort);
    assertRejected(MALFORMED_PACKET, afterFirst("04 11 000000 01")::readInt);
    assertRejected(MALFORMED_PACKET, () -> afterFirst("02 15 00 00").readString("s"));
  }

  private static PropertyReader afterFirst(String hex) {
    PropertyReader properties = reader(hex, ALL);
    assertThat(properties.next()).isPositive();
    return properties;
  }

  @Test
  void aValueThatEndsBehindItsSectionIsSeenAtTheNextStep() {
    PropertyReader properties = afterFirst("04 15 0003 61 6263");
    assertThat(properties.readString("s")).isEqualTo("abc");
    assertRejected(MALFORMED_PACKET, properties::next);
  }

  @Test
  void largeValuesAreRefusedBeforeTheyAreRead() {
    String nine = "0c 15 0009 616161616161616161";
    assertRejected(PACKET_TOO_LARGE, () -> afterFirst(nine).readString("s"));
    assertRejected(PACKET_TOO_LARGE, () -> afterFirst(nine).skipString("s"));
    assertRejected(PACKET_TOO_LARGE, () -> afterFirst(nine).readBinary("s"));
    assertRejected(PACKET_TOO_LARGE, () -> afterFirst(nine).skipBinary("s"));
    assertThat(afterFirst("0b 15 0008 6161616161616161").readString("s")).hasSize(8);
  }

  /** Whatever comes, it ends with a protocol error or behind the section, never elsewhere. */
  @net.jqwik.api.Property(tries = 5_000)
  void randomBytesAreReadToTheEndOrRefused(@ForAll @Size(max = 30) byte[] bytes) {
    ByteBuf in = Bytes.of().varInt(bytes.length).raw(bytes).raw("00000000").buf();
    try {
      new PropertyReader(in, Property.IN_ACKNOWLEDGEMENT, 8).skipAll();
      assertThat(in.readableBytes()).isEqualTo(4);
    } catch (ProtocolError refused) {
      assertThat(refused.reason().isError()).isTrue();
    }
  }
}
