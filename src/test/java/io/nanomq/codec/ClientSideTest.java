package io.nanomq.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.codec.client.ClientEncoder;
import io.nanomq.codec.client.ConnackDecoder;
import io.nanomq.packet.Connack;
import io.nanomq.packet.Connect;
import io.nanomq.packet.ConnectProperties;
import io.nanomq.packet.Subscribe;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import io.nanomq.packet.Will;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client writes is what the server reads, and the other way round. */
class ClientSideTest {
  private static final int MAX_PROPERTY = 1000;

  private static ByteBuf body(ByteBuf packet) {
    packet.readByte();
    assertThat(VarInt.read(packet)).isEqualTo(packet.readableBytes());
    return packet;
  }

  private static Connect packet(int version) {
    byte[] properties = new PropertyWriter().contentType("text").user(Map.of("a", "b")).bytes();
    boolean v5 = version == 5;
    Will will =
        new Will(
            TopicName.of("gone"),
            "x".getBytes(StandardCharsets.UTF_8),
            v5 ? properties : new byte[0],
            2,
            true,
            v5 ? 7 : 0,
            v5 ? 9 : -1);
    return new Connect(
        version,
        "id",
        false,
        60,
        "user",
        new byte[] {1, 2},
        will,
        v5
            ? new ConnectProperties(100, 20, 5000, 3, true, false, false, null)
            : version == 3
                ? ConnectProperties.NEVER_EXPIRES.ofBridge()
                : ConnectProperties.NEVER_EXPIRES);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5})
  void connect(int version) {
    Connect sent = packet(version);
    ByteBuf out = Unpooled.buffer();
    ClientEncoder.connect(
        out, sent, version == 3, new PropertyWriter().user(Map.of("k", "v")).bytes());
    Connect read = ConnectDecoder.decode(body(out), 0, MAX_PROPERTY);
    assertThat(read).usingRecursiveComparison().isEqualTo(sent);
  }

  @Test
  void bridgesSayThatTheyAreSome() {
    ByteBuf out = Unpooled.buffer();
    ClientEncoder.connect(out, packet(4), true, new byte[0]);
    assertThat(out.getUnsignedByte(8)).isEqualTo((short) 0x84);
    out.clear();
    ClientEncoder.connect(out, packet(4), false, new byte[0]);
    assertThat(out.getUnsignedByte(8)).isEqualTo((short) 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void subscribe(int version) {
    boolean v5 = version == 5;
    List<Subscription> wanted =
        List.of(
            new Subscription("a/#", 2, v5, v5, v5 ? 2 : 0, v5 ? 9 : 0),
            new Subscription("b", 0, false, false, 0, v5 ? 9 : 0));
    ByteBuf out = Unpooled.buffer();
    ClientEncoder.subscribe(out, 77, version, wanted, 9, new byte[0]);
    assertThat(out.getUnsignedByte(0)).isEqualTo((short) 0x82);
    Subscribe read = SubscribeDecoder.subscribe(body(out), 2, version, 10, MAX_PROPERTY);
    assertThat(read.packetId()).isEqualTo(77);
    assertThat(read.subscriptions()).isEqualTo(wanted);
  }

  @Test
  void connackOfMqtt5() {
    ByteBuf in = Bytes.hex("01 00 16 210005 2400 2500 2700001000 220007 13001e 12000161 1f000162");
    in.setByte(2, in.readableBytes() - 3);
    assertThat(ConnackDecoder.decode(in, 5, MAX_PROPERTY))
        .isEqualTo(new Connack(true, 0, 5, 0, false, 4096, 7, 30, "a", "b", null));
  }

  @Test
  void connackBeforeMqtt5() {
    Connack refused = ConnackDecoder.decode(Bytes.hex("00 05"), 4, MAX_PROPERTY);
    assertThat(refused.isAccepted()).isFalse();
    assertThat(ConnackDecoder.decode(Bytes.hex("01 00"), 4, MAX_PROPERTY))
        .isEqualTo(new Connack(true, 0, 65_535, 2, true, 0, 0, -1, null, null, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"00", "02 00", "01 05", "00 00 03 21 00 00", "00 00 02 01 01"})
  void connacksThatAreNone(String hex) {
    assertThatThrownBy(() -> ConnackDecoder.decode(Bytes.hex(hex), 5, MAX_PROPERTY))
        .isInstanceOf(ProtocolError.class);
  }

  @Test
  void identifiersOfServersAreLeftOut() {
    // PUBLISH a, QoS 0, identifiers 300 and 1 beside a user property.
    ByteBuf in = Bytes.hex("30 10 000161 0c 0bac02 26000161000162 0b01 78");
    in.setByte(1, in.readableBytes() - 2);
    IncomingPublish packet = new IncomingPublish(true);
    PublishDecoder.decode(in, 0, 2, in.readableBytes(), true, MAX_PROPERTY, packet);
    packet.topic(TopicName.of("a"));
    assertThat(packet.toMessage(0).properties()).containsExactly(0x26, 0, 1, 'a', 0, 1, 'b');
  }
}
