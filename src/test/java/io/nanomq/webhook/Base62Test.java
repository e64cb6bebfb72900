package io.nanomq.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Base62Test {
  @ParameterizedTest
  @CsvSource({"a, YB", "ab, YWC", "abc, YWJj", "hello, aGVsbGP"})
  void sixBitsACharacterAndTheRestAsANumber(String text, String encoded) {
    assertThat(Base62.encode(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(encoded);
  }

  @Test
  void whatHasNoCharacterIsEscaped() {
    assertThat(Base62.encode(new byte[0])).isEmpty();
    assertThat(Base62.encode(new byte[] {-1, -1, -1})).isEqualTo("9C9C9C9C");
    assertThat(Base62.encode(new byte[] {(byte) 0xF7, (byte) 0xEF, (byte) 0xBC}))
        .isEqualTo("9A9B9B8");
  }
}
