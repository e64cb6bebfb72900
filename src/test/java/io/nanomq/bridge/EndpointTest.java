package io.nanomq.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "mqtt-tcp://h:1, false, h, 1, false, -",
        "h, false, h, 1883, false, -",
        "127.0.0.1:77, false, 127.0.0.1, 77, false, -",
        "mqtt-tcp://h, true, h, 8883, true, -",
        "tls+mqtt-tcp://h, false, h, 8883, true, -",
        "mqtts://[::1]:9, false, ::1, 9, true, -",
        "tcp://[::1], false, ::1, 1883, false, -",
        "ws://h:80/x/y, false, h, 80, false, /x/y",
        "wss://h, false, h, 8084, true, /mqtt",
      })
  void addresses(String text, boolean tls, String host, int port, boolean isTls, String path) {
    assertThat(Endpoint.of(text, tls)).isEqualTo(new Endpoint(host, port, isTls, path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqtt-quic://h:1", "mqtt-tcp://", "h:0", "h:x", "h:70000", "ftp://h"})
  void whatIsNone(String text) {
    assertThatThrownBy(() -> Endpoint.of(text, false)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void waitsGrowToTheirBoundAndDifferByChance() {
    Backoff least = new Backoff(100, 1000, () -> 0);
    Backoff most = new Backoff(100, 1000, () -> 1);
    assertThat(new long[] {least.next(), least.next(), least.next()})
        .containsExactly(100, 100, 200);
    assertThat(new long[] {most.next(), most.next(), most.next()}).containsExactly(100, 200, 400);
    for (int i = 0; i < 100; i++) {
      assertThat(most.next()).isBetween(800L, 1000L);
      assertThat(least.next()).isLessThanOrEqualTo(500L);
    }
    most.ended(Backoff.HELD_MILLIS);
    assertThat(most.next()).isEqualTo(100);
  }
}
