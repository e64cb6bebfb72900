package io.nanomq.codec;

import static io.nanomq.codec.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.packet.Auth;
import io.nanomq.packet.EnhancedAuth;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthDecoderTest {
  private static Auth decode(String hex) {
    return AuthDecoder.decode(Bytes.hex(hex), 0, 100);
  }

  @Test
  void methodAndDataAreRead() {
    Auth auth = decode("18 09 15 0001 78 16 0002 0102");
    assertThat(auth.reasonCode()).isEqualTo(0x18);
    assertThat(auth.enhanced().method()).isEqualTo("x");
    assertThat(auth.enhanced().data()).containsExactly(1, 2);
    Auth bare = decode("19 04 15 0001 78");
    assertThat(bare.enhanced().data()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // success is the server's to say
        "00 04 15 0001 78",
        "87 04 15 0001 78",
        "18", // no method
        "18 00",
        "18 04 16 0001 78",
        "18 08 15 0001 78 15 0001 78"
      })
  void whatAClientMayNotSendIsAProtocolError(String hex) {
    assertRejected(ReasonCode.PROTOCOL_ERROR, () -> decode(hex));
  }

  @Test
  void flagsAndBytesBehindAreMalformed() {
    assertRejected(ReasonCode.MALFORMED_PACKET, () -> AuthDecoder.decode(Bytes.hex(""), 1, 100));
    assertRejected(ReasonCode.MALFORMED_PACKET, () -> decode("18 04 15 0001 78 00"));
    assertRejected(ReasonCode.MALFORMED_PACKET, () -> decode("18 05 11 00000001"));
  }

  @Test
  void whatIsWrittenHasTheSizeThatWasSaid() {
    for (EnhancedAuth enhanced :
        new EnhancedAuth[] {
          new EnhancedAuth("x", null), new EnhancedAuth("method", new byte[300])
        }) {
      ByteBuf out = Unpooled.buffer();
      MqttEncoder.auth(out, ReasonCode.CONTINUE_AUTHENTICATION, enhanced);
      assertThat(out.readableBytes()).isEqualTo(MqttEncoder.authSize(enhanced));
      assertThat(out.readUnsignedByte()).isEqualTo((short) 0xF0);
      assertThat(VarInt.read(out)).isEqualTo(out.readableBytes());
      Auth read = AuthDecoder.decode(out, 0, 1000);
      assertThat(read.reasonCode()).isEqualTo(0x18);
      assertThat(read.enhanced().method()).isEqualTo(enhanced.method());
      assertThat(read.enhanced().data()).isEqualTo(enhanced.data());
    }
  }
}
