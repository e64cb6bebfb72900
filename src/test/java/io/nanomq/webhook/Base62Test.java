package io.nanomq.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Base62Test {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  /** The first is what NanoMQ's own test expects. */
  @ParameterizedTest
  @CsvSource({"messagei+/, 2a7oZkl5ty6sG7", "a, 1Z", "ab, 6U6", "hello, 7tQLFHz"})
  void oneNumber(String text, String encoded) {
    assertThat(Base62.encode(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(encoded);
  }

  @Test
  void zerosInFrontAreShown() {
    assertThat(Base62.encode(new byte[0])).isEmpty();
    assertThat(Base62.encode(new byte[2])).isEqualTo("00");
    assertThat(Base62.encode(new byte[] {0, 61})).isEqualTo("0z");
    assertThat(Base62.encode(new byte[] {62})).isEqualTo("10");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 14, 15, 16, 29, 60, 119, 120, 1000, 4096})
  void isReadBack(int length) {
    Random random = new Random(length);
    for (int i = 0; i < 20; i++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      bytes[0] = (byte) (i % 2 == 0 ? 1 : 255);
      BigInteger number = BigInteger.ZERO;
      for (char digit : Base62.encode(bytes).toCharArray()) {
        number =
            number.multiply(BigInteger.valueOf(62)).add(BigInteger.valueOf(DIGITS.indexOf(digit)));
      }
      assertThat(number).isEqualTo(new BigInteger(1, bytes));
    }
  }

  /**
   * 62 to the power of these and one less: where a part begins with zeros, or a digit more begins.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 9, 10, 11, 19, 20, 21, 39, 40, 41, 79, 80, 81, 160, 321})
  void powersAreOneAndZeros(int power) {
    BigInteger number = BigInteger.valueOf(62).pow(power);
    assertThat(Base62.encode(magnitude(number))).isEqualTo("1" + "0".repeat(power));
    assertThat(Base62.encode(magnitude(number.subtract(BigInteger.ONE))))
        .isEqualTo("z".repeat(power));
  }

  private static byte[] magnitude(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }
}
