package io.nanomq.config.key.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerAddressTest {

  @ParameterizedTest
  @CsvSource({
    "nmq-tcp, TCP", "broker+tcp, TCP", "nmq+tcp, TCP", "NMQ-TCP, TCP", "tls+nmq-tcp, TLS",
    "nmq-tls, TLS", "broker+tls, TLS", "nmq-ws, WS", "broker+ws, WS", "nmq+ws, WS",
    "nmq-wss, WSS", "broker+wss, WSS", "nmq+wss, WSS"
  })
  void schemes(String scheme, Transport transport) throws Exception {
    ListenerAddress address = ListenerAddress.parseUrl(scheme + "://127.0.0.1:1883/mqtt");
    assertThat(address).isEqualTo(new ListenerAddress(transport, "127.0.0.1", 1883, "/mqtt"));
  }

  @Test
  void hosts() throws Exception {
    assertThat(ListenerAddress.parseBind(":1883").host()).isEqualTo("0.0.0.0");
    ListenerAddress v6 = ListenerAddress.parseBind("[::1]:1883");
    assertThat(v6.host()).isEqualTo("::1");
    assertThat(v6.scheme() + v6.bind()).isEqualTo("nmq-tcp://[::1]:1883");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nmq-quic://h:1",
        "nmq-tcp://h",
        "nmq-tcp://h:",
        "nmq-tcp://h:70000",
        "nmq-tcp://h:-1",
        "nmq-tcp://::1:1883",
        "nmq-tcp://h:mqtt",
        "nmq-tcp://h:\uff11\uff12",
        "nmq-tcp://h:+1",
        "nmq-tcp://"
      })
  void whatIsNoAddress(String url) {
    assertThatThrownBy(() -> ListenerAddress.parseUrl(url)).isInstanceOf(ConfValueException.class);
  }
}
