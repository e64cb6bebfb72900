package io.nanomq.codec;

import static io.nanomq.codec.ReasonCode.MALFORMED_PACKET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Table 2-4 of MQTT 5.0: which property may stand in which packet of a client. Any other is a
 * malformed packet (section 2.2.2.2), though its value be legal.
 */
class PropertyPlacesTest {
  /** Every property there is, with a value that is legal where it may stand. */
  private static final Map<Integer, String> ALL = new TreeMap<>();

  static {
    ALL.put(1, "01 01");
    ALL.put(2, "02 00000001");
    ALL.put(3, "03 0001 61");
    ALL.put(8, "08 0001 61");
    ALL.put(9, "09 0001 00");
    ALL.put(11, "0b 01");
    ALL.put(17, "11 00000001");
    ALL.put(18, "12 0001 61");
    ALL.put(19, "13 0001");
    ALL.put(21, "15 0001 61");
    ALL.put(22, "16 0001 00");
    ALL.put(23, "17 01");
    ALL.put(24, "18 00000001");
    ALL.put(25, "19 01");
    ALL.put(26, "1a 0001 61");
    ALL.put(28, "1c 0001 61");
    ALL.put(31, "1f 0001 61");
    ALL.put(33, "21 0001");
    ALL.put(34, "22 0001");
    ALL.put(35, "23 0001");
    ALL.put(36, "24 01");
    ALL.put(37, "25 01");
    ALL.put(38, "26 0001 6b 0001 76");
    ALL.put(39, "27 00000100");
    ALL.put(40, "28 01");
    ALL.put(41, "29 01");
    ALL.put(42, "2a 01");
  }

  private static Bytes section(String property) {
    return Bytes.of().properties(p -> p.raw(property));
  }

  /** Reads a packet whose properties are {@code property}. */
  private static Object read(String packet, String property) {
    byte[] section = section(property).array();
    Function<ByteBuf, Object> reader =
        switch (packet) {
          case "CONNECT", "WILL" -> body -> ConnectDecoder.decode(body, 0, 100);
          case "PUBLISH" -> PropertyPlacesTest::readPublish;
          case "PUBACK" -> body -> AckDecoder.reasonCode(body, PacketType.PUBACK, 5, 100);
          case "PUBREL" -> body -> AckDecoder.reasonCode(body, PacketType.PUBREL, 5, 100);
          case "SUBSCRIBE" -> body -> SubscribeDecoder.subscribe(body, 2, 5, 10, 100);
          case "UNSUBSCRIBE" -> body -> SubscribeDecoder.unsubscribe(body, 2, 5, 10, 100);
          default -> body -> DisconnectDecoder.decode(body, 0, 5, 100);
        };
    Bytes body =
        switch (packet) {
          case "CONNECT" -> Bytes.of().text("MQTT").u8(5).u8(2).u16(0).raw(section).text("c");
          case "WILL" ->
              Bytes.of()
                  .text("MQTT")
                  .u8(5)
                  .u8(6)
                  .u16(0)
                  .u8(0)
                  .text("c")
                  .raw(section)
                  .text("w")
                  .text("");
          case "PUBLISH" -> Bytes.of().text("a").raw(section);
          case "PUBACK", "PUBREL", "DISCONNECT" -> Bytes.of().u8(0).raw(section);
          case "SUBSCRIBE" -> Bytes.of().u16(1).raw(section).text("a").u8(0);
          default -> Bytes.of().u16(1).raw(section).text("a");
        };
    return reader.apply(body.buf());
  }

  private static IncomingPublish readPublish(ByteBuf body) {
    ByteBuf whole = Bytes.packet(0x30, body);
    IncomingPublish publish = new IncomingPublish();
    PublishDecoder.decode(whole, 0, 2, whole.writerIndex(), true, 100, publish);
    return publish;
  }

  private static ReasonCode reason(Throwable thrown) {
    return thrown instanceof ConnectDecoder.ConnectError refused
        ? refused.error().reason()
        : ((ProtocolError) thrown).reason();
  }

  @ParameterizedTest
  @CsvSource({
    // Authentication Data (22) needs a method, and a Subscription Identifier (11) in a PUBLISH is
    // the server's alone: both may stand there and are refused for another reason.
    "CONNECT, 17 21 23 25 33 34 38 39, 22",
    "WILL, 1 2 3 8 9 24 38,",
    "PUBLISH, 1 2 3 8 9 35 38, 11",
    "PUBACK, 31 38,",
    "PUBREL, 31 38,",
    "SUBSCRIBE, 11 38,",
    "UNSUBSCRIBE, 38,",
    "DISCONNECT, 17 31 38,"
  })
  void onlyThePropertiesOfTheTableMayStandThere(String packet, String allowed, String elsewise) {
    var legal = Arrays.asList(allowed.split(" "));
    ALL.forEach(
        (id, property) -> {
          Throwable thrown = catchThrowable(() -> read(packet, property));
          String name = "property " + id + " in " + packet;
          if (legal.contains(id.toString())) {
            assertThat(thrown).as(name).isNull();
          } else if (id.toString().equals(elsewise)) {
            assertThat(reason(thrown)).as(name).isEqualTo(ReasonCode.PROTOCOL_ERROR);
          } else {
            assertThat(reason(thrown)).as(name).isEqualTo(MALFORMED_PACKET);
          }
        });
  }
}
