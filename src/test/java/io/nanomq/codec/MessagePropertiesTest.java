package io.nanomq.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class MessagePropertiesTest {
  private final MessageProperties properties = new MessageProperties(4);

  @Test
  void encodesAsOnTheWire() {
    properties.payloadFormat(true);
    properties.contentType("t");
    properties.responseTopic("r");
    properties.correlationData(new byte[] {1, 2});
    properties.userProperty("k", "é");

    assertThat(properties.toBytes())
        .containsExactly(
            1, 1, 3, 0, 1, 't', 8, 0, 1, 'r', 9, 0, 2, 1, 2, 0x26, 0, 1, 'k', 0, 2, 0xC3, 0xA9);
  }

  @Test
  void refusesWhatMqttDoesNotAllow() {
    assertThatIllegalArgumentException().isThrownBy(() -> properties.contentType("a\0"));
    assertThatIllegalArgumentException().isThrownBy(() -> properties.contentType("\ud800"));
    assertThatIllegalArgumentException().isThrownBy(() -> properties.contentType("12345"));
    assertThatIllegalArgumentException().isThrownBy(() -> properties.responseTopic("a/+"));
    assertThatIllegalArgumentException().isThrownBy(() -> properties.responseTopic(""));
    assertThatIllegalArgumentException().isThrownBy(() -> properties.correlationData(new byte[5]));
  }
}
