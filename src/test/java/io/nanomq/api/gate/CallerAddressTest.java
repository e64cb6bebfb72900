package io.nanomq.api.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.key.value.Network;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerAddressTest {
  private static final List<Network> TRUSTED =
      List.of(Network.parse("10.0.0.0/8").orElseThrow(), Network.parse("::1").orElseThrow());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.1 | 198.51.100.7                       | 192.0.2.1",
        "10.1.2.3  | 198.51.100.7                       | 198.51.100.7",
        "10.1.2.3  | 203.0.113.9, 198.51.100.7          | 198.51.100.7",
        "10.1.2.3  | 203.0.113.9, 198.51.100.7, 10.9.9.9 | 198.51.100.7",
        "::1       | 2001:db8::1                        | 2001:db8:0:0:0:0:0:1",
        "10.1.2.3  | 10.0.0.1                           | 10.0.0.1",
        "10.1.2.3  | unknown                            | 10.1.2.3",
        "10.1.2.3  | evil.example, 10.0.0.1             | 10.0.0.1",
        "::ffff:192.0.2.1 | 198.51.100.7                | 192.0.2.1",
        "::ffff:10.1.2.3  | ::ffff:198.51.100.7         | 198.51.100.7",
        "10.1.2.3  | ::ffff:c633:6407                   | 198.51.100.7",
        "10.1.2.3  | 198.51.100.0/24                    | 10.1.2.3",
        "10.1.2.3  | ','                                | 10.1.2.3"
      })
  void proxiesAreBelievedAboutWhoAskedThem(String peer, String forwarded, String address) {
    assertThat(Network.forwarded(peer, List.of(forwarded), TRUSTED)).isEqualTo(address);
  }

  @Test
  void severalHeadersAreOneList() {
    assertThat(
            Network.forwarded(
                "10.1.2.3", List.of("203.0.113.9", "198.51.100.7, 10.0.0.1"), TRUSTED))
        .isEqualTo("198.51.100.7");
    assertThat(Network.forwarded("10.1.2.3", List.of(), TRUSTED)).isEqualTo("10.1.2.3");
  }
}
