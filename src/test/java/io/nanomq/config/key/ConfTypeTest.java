package io.nanomq.config.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.key.value.ConfValueException;
import io.nanomq.config.key.value.Transport;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfTypeTest {

  @ParameterizedTest
  @CsvSource({"true,true", "YES,true", "on,true", "false,false", "no,false", "Off,false"})
  void switches(String text, boolean value) throws Exception {
    assertThat(ConfType.BOOL.parse(text, Syntax.HOCON)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "maybe", "truee"})
  void whatIsNoSwitch(String text) {
    assertWrong(ConfType.BOOL, text, "neither true nor false");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eight",
        "1e12",
        "1.5",
        "",
        "0x10",
        "9999999999999999999",
        "\uff12\uff10",
        "\u0665",
        "5\u0660",
        "1_0"
      })
  void whatIsNoNumber(String text) {
    assertWrong(TypeText.parse("integer 0..10"), text, "is not a whole number");
  }

  @Test
  void numbersHaveBounds() throws Exception {
    ConfType port = TypeText.parse("integer 0..65535");
    assertThat(port.parse("65535", Syntax.KEY_VALUE)).isEqualTo(65_535L);
    assertWrong(port, "70000", "is out of range");
    assertWrong(port, "-1", "is out of range");
    assertWrong(new ConfType.Decimal(0.5, 100), "NaN", "is out of range");
    assertWrong(new ConfType.Decimal(0.5, 100), "1e999", "is out of range");
    assertWrong(new ConfType.Decimal(0.5, 100), "many", "is not a number");
    assertWrong(new ConfType.Decimal(0.5, 100), "2d", "is not a number");
    assertWrong(new ConfType.Decimal(0.5, 100), "0x1p3", "is not a number");
  }

  /** NanoMQ's own files have keepcnt = 30s. */
  @Test
  void aCountMayHaveAUnit() throws Exception {
    ConfType probes = TypeText.parse("count s 1..127");
    assertThat(probes.parse("30s", Syntax.HOCON)).isEqualTo(30L);
    assertThat(probes.parse("30", Syntax.KEY_VALUE)).isEqualTo(30L);
    assertWrong(probes, "s", "is not a whole number");
    assertWrong(probes, "30m", "is not a whole number");
    assertWrong(probes, "200s", "is out of range");
    assertWrong(TypeText.parse("integer 1..127"), "30s", "is not a whole number");
  }

  @Test
  void zeroMayStandForUnset() throws Exception {
    ConfType.Int parallel = (ConfType.Int) TypeText.parse("integer 0 or 1..100");
    assertThat(parallel.parse("0", Syntax.HOCON)).isEqualTo(0L);
    assertThat(parallel.parse("0", Syntax.KEY_VALUE)).isEqualTo(0L);
    assertWrong(parallel, "-1", "is out of range");
    assertWrong(parallel.withoutZero(), "0", "is out of range");
  }

  @ParameterizedTest
  @CsvSource({
    "1024,1048576",
    "10KB,10240",
    "10kb,10240",
    "1.5MB,1572864",
    "256MB,268435456",
    "1GB,1073741824",
    "7B,7",
    "'2 KB',2048"
  })
  void sizes(String text, long bytes) throws Exception {
    assertThat(new ConfType.Size(1024, 1, 0, Long.MAX_VALUE).parse(text, Syntax.KEY_VALUE))
        .isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1TB", "KB", "", "-1", "1.0001B", "1e3", "1 2", "9999999999GB"})
  void whatIsNoSize(String text) {
    assertWrong(new ConfType.Size(1, 1, 0, Long.MAX_VALUE), text, "is not a size");
  }

  @ParameterizedTest
  @CsvSource({"10,10000", "10s,10000", "800ms,800", "2m,120000", "1h,3600000", "1d,86400000"})
  void durations(String text, long millis) throws Exception {
    assertThat(new ConfType.Duration(1000, 0, Quantity.DAY).parse(text, Syntax.HOCON))
        .isEqualTo(millis);
  }

  @Test
  void sizesAndDurationsHaveBounds() {
    assertWrong(new ConfType.Size(1, 1, 0, 10), "11", "is out of range");
    assertWrong(new ConfType.Duration(1, 5, 10), "4", "is out of range");
    assertWrong(new ConfType.Duration(1, 5, 10), "soon", "is not a duration");
  }

  @Test
  void lists() throws Exception {
    assertThat(ConfType.LIST.parse("a/#, b ,,c", Syntax.KEY_VALUE))
        .isEqualTo(List.of("a/#", "b", "c"));
    assertThat(ConfType.LIST.parse("", Syntax.KEY_VALUE)).isEqualTo(List.of());
  }

  @Test
  void words() throws Exception {
    ConfType type = TypeText.parse("words basic jwt");
    assertThat(type.parse("JWT", Syntax.HOCON)).isEqualTo("jwt");
    assertWrong(type, "none", "is not a known word");
  }

  @Test
  void addresses() throws Exception {
    ConfType type = TypeText.parse("url http https");
    assertThat(type.parse("https://h/x", Syntax.HOCON)).isEqualTo("https://h/x");
    assertWrong(type, "ftp://h", "has no known scheme");
    assertWrong(type, "http://", "names no host");
    assertWrong(ConfType.URLS, "nmq-tcp://h:1,ftp://h:2", "has an unknown scheme");
    assertWrong(ConfType.URLS, "", "names no address");
    assertWrong(
        new ConfType.Bind(Transport.TLS), "nmq-tcp://h:1", "has the scheme of another listener");
  }

  @Test
  void messagesSayWhatWouldBeRight() {
    assertThat(new ConfType.Size(1024, 1, 1, 1024).describe(Syntax.KEY_VALUE)).contains("KiB");
    assertThat(new ConfType.Duration(1, 0, 5).describe(Syntax.HOCON)).contains("milliseconds");
    assertThat(new ConfType.Bind(Transport.WS).describe(Syntax.KEY_VALUE))
        .startsWith("nmq-ws://host");
    assertThat(TypeText.parse("words a b").describe(Syntax.HOCON)).isEqualTo("one of a, b");
  }

  private static void assertWrong(ConfType type, String text, String reason) {
    assertThatThrownBy(() -> type.parse(text, Syntax.KEY_VALUE))
        .isInstanceOfSatisfying(
            ConfValueException.class,
            e -> {
              assertThat(e.reason()).contains(reason);
              assertThat(e.expected()).isNotEmpty();
            });
  }
}
