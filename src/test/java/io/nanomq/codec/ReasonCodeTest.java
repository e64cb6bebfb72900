package io.nanomq.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonCodeTest {
  @Test
  void everyCodeIsOneByteAndStandsForOneReason() {
    assertThat(Arrays.stream(ReasonCode.values()).map(ReasonCode::code))
        .doesNotHaveDuplicates()
        .allMatch(code -> code >= 0 && code <= 0xFF);
  }

  @ParameterizedTest
  @EnumSource
  void errorsHaveTheHighestBit(ReasonCode reason) {
    boolean works =
        reason.code() <= 2
            || reason.name().contains("AUTHENTICAT") && reason.code() < 0x20
            || reason.name().startsWith("NO_")
            || reason.name().contains("WITH_WILL");
    assertThat(reason.isError()).isEqualTo(!works);
  }

  /** Table 3.1 of MQTT 3.1.1; -1 = closed without a CONNACK. */
  @ParameterizedTest
  @CsvSource({
    "SUCCESS, 0",
    "UNSUPPORTED_PROTOCOL_VERSION, 1",
    "CLIENT_IDENTIFIER_NOT_VALID, 2",
    "SERVER_UNAVAILABLE, 3",
    "SERVER_BUSY, 3",
    "QUOTA_EXCEEDED, 3",
    "SERVER_SHUTTING_DOWN, 3",
    "BAD_USER_NAME_OR_PASSWORD, 4",
    "NOT_AUTHORIZED, 5",
    "MALFORMED_PACKET, -1",
    "PROTOCOL_ERROR, -1",
    "TOPIC_NAME_INVALID, -1"
  })
  void returnCodesOfMqtt311(ReasonCode reason, int returnCode) {
    assertThat(reason.connackReturnCode()).isEqualTo(returnCode);
  }
}
