package io.nanomq.codec;

import static io.nanomq.codec.ReasonCode.MALFORMED_PACKET;
import static io.nanomq.codec.ReasonCode.PROTOCOL_ERROR;
import static io.nanomq.codec.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.packet.Disconnect;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DisconnectDecoderTest {
  private static Disconnect decode(String body, int version) {
    return DisconnectDecoder.decode(Bytes.hex(body), 0, version, 100);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0, -1",
    "00, 0, -1",
    "04, 4, -1",
    "0400, 4, -1",
    "00 05 1100000000, 0, 0",
    "00 05 11ffffffff, 0, 4294967295",
    "04 10 110000000a 1f000162 2600016b000176, 4, 10"
  })
  void mqtt5MayHaveAReasonAndProperties(String body, int reason, long expiry) {
    assertThat(decode(body, 5)).isEqualTo(new Disconnect(reason, expiry));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0001", "000000", "00 02 1100", "00 03 210001", "00 05 110000", "0080"})
  void whatItMayNotHaveIsMalformed(String body) {
    assertRejected(MALFORMED_PACKET, () -> decode(body, 5));
  }

  @Test
  void anExpiryThatStandsThereTwiceIsAProtocolError() {
    assertRejected(PROTOCOL_ERROR, () -> decode("00 0a 1100000001 1100000001", 5));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void beforeMqtt5ItHasNoBody(int version) {
    assertThat(decode("", version)).isEqualTo(new Disconnect(0, -1));
    assertRejected(MALFORMED_PACKET, () -> decode("00", version));
  }

  @Test
  void headerFlagsAreMalformed() {
    for (int flags = 1; flags < 16; flags++) {
      int f = flags;
      assertRejected(MALFORMED_PACKET, () -> DisconnectDecoder.decode(Bytes.hex(""), f, 5, 100));
    }
  }

  /** The table of section 3.14.2.1, but for what only the server may send. */
  @Test
  void aReasonThatAClientMayNotSendIsAProtocolError() {
    String allowed = "00 04 80 81 82 83 90 93 94 95 96 97 98 99";
    for (int code = 0; code < 256; code++) {
      String hex = HexFormat.of().toHexDigits((byte) code);
      if (allowed.contains(hex)) {
        assertThat(decode(hex, 5).reasonCode()).isEqualTo(code);
      } else {
        assertRejected(PROTOCOL_ERROR, () -> decode(hex, 5));
      }
    }
  }
}
